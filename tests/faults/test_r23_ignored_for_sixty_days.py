"""R23: a ticket 60 days ignored appears in the coordinators' digest every working day; it is never silent."""

from datetime import date, datetime, timedelta

from tests.world import SHANGHAI, Chat, Person, World, text_of

NEW_YEAR = {date(2027, 1, 1)}  # a Friday; the calendar of the country knows it


async def test_every_working_morning(world: World, south: Chat, wang: Person, chen: Person) -> None:
    await south.says(wang, "#报修 3号楼路灯不亮")
    began = world.now.date()
    chen.phone.reads_all()
    await world.passes(days=60)
    days = {began + timedelta(days=count) for count in range(1, 61)}
    working = {day for day in days if day.weekday() < 5} - NEW_YEAR
    told = {
        datetime.fromtimestamp(message["date"], SHANGHAI).date()
        for message in chen.phone.said
        if "早上好" in text_of(message) and "#XZ1" in text_of(message)
    }
    assert told == working
    assert "还在催" in south.card("XZ1")
