"""R-OFFSET: an offset that is not the server's: we go on from its head, take each update once, and never hot-loop."""

from datetime import timedelta

import pytest

from sandbox.town import Town
from tests.bot.delivery.posting import in_the_inbox
from tests.bot.delivery.street import ANNA, SQUARE, Street


def words(street: Street) -> list[str]:
    return [raw["message"]["text"] for raw in in_the_inbox(street.settings.database_url)]


def key_of(street: Street) -> str:
    return f"1000@{street.settings.telegram_url}"


@pytest.mark.parametrize("away", [5_000_000, -500, -(10**8)], ids=["ahead", "behind", "far behind"])
async def test_the_servers_ids_are_elsewhere(street: Street, away: int) -> None:
    street.desk.store_updates(key_of(street), [], street.town.bot().queue.next_id + away)
    for word in ("一", "二", "三"):
        street.town.say(SQUARE, ANNA, word)
    assert [await street.receiver.once(0) for _ in range(3)] == [3, 0, 0]
    assert words(street) == ["一", "二", "三"]
    assert not street.town.bot().queue.waiting
    offsets = [call.params.get("offset") for call in street.calls("getUpdates")]
    assert offsets[1] == offsets[2] == street.town.bot().queue.next_id


def ids_start_anew(town: Town, at: int) -> None:
    town.bot().queue.next_id = at


@pytest.mark.parametrize(("days", "again"), [(8, True), (0, False)])
async def test_an_id_used_again_after_an_idle_week_is_another_update(street: Street, days: int, again: bool) -> None:
    """The same id within days is the same update, delivered once more."""
    used = street.town.bot().queue.next_id
    for id_ in (used, used + 5_000_000):
        ids_start_anew(street.town, id_)
        street.town.say(SQUARE, ANNA, "一")
        await street.receiver.once(0)
    await street.receiver.once(0)
    while street.desk.take(lambda visit, raw: None):
        pass
    street.clock.turn(timedelta(days=days))
    assert sum(street.desk.tidying()) == (2 if again else 0)
    ids_start_anew(street.town, used)
    street.town.say(SQUARE, ANNA, "二")
    assert await street.receiver.once(0) == 1
    assert words(street) == (["二"] if again else [])


async def test_an_id_used_again_by_another_server_is_another_update(street: Street) -> None:
    street.desk.store_updates("1000@https://api.telegram.org", [(700000006, "x", {"update_id": 700000006})], 700000007)
    ids_start_anew(street.town, 700000006)
    street.town.say(SQUARE, ANNA, "一")
    assert await street.receiver.once(0) == 1
    assert len(in_the_inbox(street.settings.database_url)) == 2
