"""Every error of Telegram on every method by which we speak: a defined end, nothing lost, nothing for ever."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.bot.delivery.street import ANNA, SQUARE, YARD, Street
from tests.faults.books import Books
from tracker.facts import Help
from tracker.models import Card, Outbox
from tracker.views import File

MOST_CALLS = 60  # of one method, however often it fails
TIMES = 3

Fault = dict[str, Any]

NEVER_ARRIVED: dict[str, Fault] = {
    "401": {"status": 401},
    "404": {"status": 404},
    "409": {"status": 409},
    "429": {"retry_after": 3},
    "429 for long": {"retry_after": 400},
    "429 without a number": {"status": 429, "body": {"ok": False, "description": "Too Many Requests"}},
}
UNKNOWN: dict[str, Fault] = {
    "500": {"status": 500},
    "502 in HTML": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "503": {"status": 503},
    "504": {"status": 504},
    "200 in HTML": {"status": 200, "body": "<html>hello</html>"},
    "200 with nothing": {"status": 200, "body": {"ok": True}},
    "200 that says no": {"status": 200, "body": {"ok": False}},
}
REFUSED: dict[str, Fault] = {
    "no rights": {"status": 400, "description": "Bad Request: have no rights to send a message"},
    "chat not found": {"status": 400, "description": "Bad Request: chat not found"},
    "too long": {"status": 400, "description": "Bad Request: message is too long"},
    "entities": {"status": 400, "description": "Bad Request: can't parse entities: unsupported start tag"},
    "thread": {"status": 400, "description": "Bad Request: message thread not found"},
    "reply": {"status": 400, "description": "Bad Request: message to be replied not found"},
    "topic closed": {"status": 400, "description": "Bad Request: TOPIC_CLOSED"},
    "photo": {"status": 400, "description": "Bad Request: wrong file identifier/HTTP URL specified"},
    "unheard of": {"status": 400, "description": "Bad Request: something new"},
    "blocked": {"status": 403, "description": "Forbidden: bot was blocked by the user"},
    "kicked": {"status": 403, "description": "Forbidden: bot was kicked from the supergroup chat"},
    "deactivated": {"status": 403, "description": "Forbidden: user is deactivated"},
    "never started": {"status": 403, "description": "Forbidden: bot can't initiate conversation with a user"},
    "too large": {"status": 413, "description": "Request Entity Too Large"},
    "gone": {"status": 400, "description": "Bad Request: message to edit not found"},
    "not ours": {"status": 400, "description": "Bad Request: message can't be edited"},
    "same": {"status": 400, "description": "Bad Request: message is not modified"},
}
ERRORS = NEVER_ARRIVED | UNKNOWN | REFUSED


@dataclass(frozen=True)
class Way:
    """How a method comes to be used: what leads to it before the trouble begins, and what then asks for it."""

    before: Callable[[Street], Awaitable[Any]]
    then: Callable[[Street], Any]


async def nothing(street: Street) -> None:
    pass


def photo(street: Street) -> File:
    sent = street.town.photo(SQUARE, ANNA, "灯")["photo"][-1]
    return File(sent["file_id"], sent["file_unique_id"])


def with_photos(count: int) -> Callable[[Street], Any]:
    return lambda street: street.report(before=tuple(photo(street) for _ in range(count)))


def with_document(street: Street) -> None:
    sent = street.town.document(SQUARE, ANNA, "路灯.jpg")["document"]
    street.report(before=(File(sent["file_id"], sent["file_unique_id"], "document"),))


async def card(street: Street) -> None:
    street.report()
    await street.says_all()


async def card_with_photo(street: Street) -> None:
    with_photos(1)(street)
    await street.says_all()


WAYS = {
    "sendMessage": Way(nothing, lambda street: street.post(SQUARE, Help(part="resident"))),
    "sendMessage of a card": Way(nothing, lambda street: street.report()),
    "sendPhoto": Way(nothing, with_photos(1)),
    "sendDocument": Way(nothing, with_document),
    "sendMediaGroup": Way(nothing, with_photos(4)),
    "editMessageText": Way(card, lambda street: street.take(1)),
    "editMessageCaption": Way(card_with_photo, lambda street: street.take(1)),
}


@pytest.fixture(params=[1, TIMES])
def times(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.expects_errors
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("way", WAYS)
async def test_it_ends(settled: Street, database_url: str, way: str, error: str, times: int) -> None:
    method = way.partition(" ")[0]
    await WAYS[way].before(settled)
    settled.town.fail(method, times=times, **ERRORS[error])
    before = Counter(call.method for call in settled.town.calls)
    WAYS[way].then(settled)
    await settled.says_all(timedelta(hours=4))
    books = Books(database_url)
    states = {row.dedup: row.state for row in books.all(Outbox)}
    assert set(states.values()) <= {"sent", "unsure", "dead"}, states
    calls = Counter(call.method for call in settled.town.calls)
    assert calls[method] - before[method] <= MOST_CALLS
    assert settled.desk.next_send_at() is None
    for card in books.all(Card):
        assert card.shown_version == card.wanted_version or card.message is None
    if error in NEVER_ARRIVED:
        assert set(states.values()) == {"sent"}
        assert photos(settled) == PHOTOS.get(way, 0)
        assert not twice(settled)
    elif error in UNKNOWN:
        assert "dead" not in states.values()
        assert not twice(settled)


PHOTOS = {"sendPhoto": 1, "sendMediaGroup": 4, "editMessageCaption": 1}


def photos(street: Street) -> int:
    """How many stand in the party's place."""
    return len([message for message in street.ours(YARD) if "photo" in message])


def twice(street: Street) -> list[str]:
    """What was said more often than once without saying so."""
    said = Counter((chat, str(m["text"])) for chat in (SQUARE, YARD) for m in street.ours(chat) if m.get("text"))
    return [text for (_, text), count in said.items() if count > 1 and not text.startswith("(重发)")]
