"""R10: ladder edited, rung deleted while running: running ticket unaffected; no exception; re-arm is explicit."""

from pathlib import Path

import pytest

from tests.faults.books import Books
from tests.world import XIZHU, Chat, Person, World, text_of
from tracker.models import Clock, Ladder

WORDS = "#报修 3号楼路灯不亮"
ONE_RUNG = '\n[ladder]\naccept = [{ at = "200%", tell = ["coordinator"] }]\n'


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """The neighbourhood's file with other limits, and with a single rung where there were two."""
    written = XIZHU.read_text(encoding="utf-8").replace(
        'accept = "4wh"\nresolve = "5wd"', 'accept = "1wh"\nresolve = "2wd"'
    )
    file = tmp_path / "edited.toml"
    file.write_text(written + ONE_RUNG, encoding="utf-8")
    return file


async def test_a_running_ticket_keeps_its_rungs_and_a_new_one_has_the_new(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, edited: Path, database_url: str
) -> None:
    await south.says(wang, WORDS)
    assert "~ ladder: for new tickets only" in world.desk.apply(edited)
    await south.says(wang, "#报修 5号楼门禁坏了")
    firm.reads_all()
    chen.phone.reads_all()
    await world.passes(hours=4, minutes=20)  # an hour and a half of it is lunch
    chen.phone.hears("#XZ2", "前接单")  # twice the new limit
    firm.hears_nothing()  # the liaison's rung is gone for it, and the old ticket's has not come
    await world.passes(hours=1, minutes=20)
    firm.hears("#XZ1", "提醒")
    await world.passes(hours=3)
    chen.phone.hears("#XZ1", "前接单")
    assert len(Books(database_url).all(Ladder)) == 2


async def test_standing_on_a_rung_that_is_no_more_it_goes_on_to_its_own_top(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, edited: Path
) -> None:
    """The first rung was told, the second comes from the old file; the whole of it, to the mornings after."""
    await south.says(wang, WORDS)
    await world.passes(hours=6)
    firm.hears("#XZ1", "接单")
    firm.hears("#XZ1", "提醒")
    world.desk.apply(edited)
    await world.passes(hours=3)
    chen.phone.hears("#XZ1", "前接单")
    await world.passes(days=21)
    assert sum("前办好" in text_of(message) for message in chen.phone.said) == 5  # at the end, and four times after it


async def test_nothing_but_an_act_winds_a_clock_and_the_act_is_in_its_history(
    world: World, south: Chat, firm: Chat, wang: Person, chen: Person, edited: Path, database_url: str
) -> None:
    await south.says(wang, WORDS)
    (before,) = Books(database_url).all(Clock)
    world.desk.apply(edited)
    await world.settle()
    (after,) = Books(database_url).all(Clock)
    assert (after.epoch, after.due_at, after.limit_at, after.ladder_id) == (
        before.epoch, before.due_at, before.limit_at, before.ladder_id,
    )  # fmt: skip
    await chen.phone.says(chen, "/urgent XZ1")
    (wound,) = Books(database_url).all(Clock)
    assert wound.epoch == before.epoch + 1
    assert wound.ladder_id == before.ladder_id
