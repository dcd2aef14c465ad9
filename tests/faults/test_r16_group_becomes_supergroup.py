"""R16: group becomes supergroup with 50 rows pending: all 50 delivered to the new id, in order."""

from datetime import timedelta

import pytest

from tests.bot.delivery.street import ANNA, Street
from tracker.facts import Said

OLD = -4001
PENDING = 50


@pytest.mark.parametrize("told", ["by the refusal", "by both messages", "by the old chat's"])
async def test_all_are_told_in_the_new_group_in_their_order(street: Street, told: str) -> None:
    street.town.flood = True
    street.town.add_group(OLD, "老群", [ANNA], kind="group")
    street.town.add_bot_to(OLD)
    for number in range(PENDING):
        street.post(OLD, Said(code="no_such_ticket", data={"number": f"XZ{number + 1}"}))
    new = street.town.upgrade(OLD)
    if told != "by the refusal":
        pairs = 2 if told == "by both messages" else 1
        for key in range(pairs):
            street.desk.visit(f"m{key}", lambda visit: visit.register.moved(f"telegram:{OLD}", f"telegram:{new}"))
    await street.says_all()
    said = [message["text"] for message in street.ours(new)]
    assert len(said) == PENDING
    numbers = [next(n for n in range(PENDING, 0, -1) if f"XZ{n}" in text) for text in said]
    assert numbers == list(range(1, PENDING + 1))
    assert street.ours(OLD) == []
    assert 429 not in {call.status for call in street.calls("sendMessage")}
    assert street.clock.now() - street.calls("sendMessage")[0].at < timedelta(minutes=3)
