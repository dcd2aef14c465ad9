"""Next year's days are named in November; whoever does not write them down has wrong limits in January."""

from datetime import datetime, timedelta
from pathlib import Path

from tests.world import SHANGHAI, played, text_of
from tests.xingfuli import MA, xingfuli
from tracker.calendar.official import announced_until


async def test_coordinators_are_told_once_and_weeks_ahead(database_url: str, tmp_path: Path) -> None:
    end = announced_until()
    begin = datetime(end.year, end.month, end.day, 12, 0, tzinfo=SHANGHAI) - timedelta(days=35)
    async with played(database_url, community=xingfuli(tmp_path), at=begin) as world:
        ma = world.person(MA, "马老师", started=True)
        await world.settle()
        ma.phone.reads_all()
        await world.passes(days=3)
        ma.phone.hears_nothing()
        await world.passes(days=10)
        words = text_of(ma.phone.hears("节假日", end.isoformat()))
        assert "请管理员补上" in words
        await world.passes(days=20)
        ma.phone.hears_nothing()
