"""How often a place may be spoken to: the only place for a chat's share of Telegram's limits, kept in its row.

One message a second and chat, twenty in any minute and group (core.telegram.org/bots/faq: limits); edits count, and
each photo of an album. What is critical finds a place in a group however much is waiting there: routine messages take
the last of the twenty only when the next is free within seconds, or when nothing else is waiting. Twenty a minute they
remain; only once, at the end of a long queue, somebody waits up to a minute for it (docs/decisions/0007).
"""

from datetime import datetime, timedelta

from tracker.models import Place

PACE = timedelta(seconds=1)
PER_MINUTE = 20
MINUTE = timedelta(seconds=60.05)  # a hair more, for what a message's way to Telegram may be quicker than another's
KEPT = timedelta(seconds=3)  # what is critical waits no longer than that for the twenty


def room_at(place: Place, now: datetime, messages: int) -> datetime:
    """When so many messages may be sent together: now, or when enough of the minute's are over."""
    return _free_at(_lately(place, now), now, PER_MINUTE - messages) if place.kind != "private" else now


def take(place: Place, now: datetime, *, messages: int = 1, others_wait: bool = False) -> None:
    """So many messages are being sent; `others_wait` for this place, so that the last of the minute's is kept free."""
    stamps = [*_lately(place, now), *[now.timestamp()] * messages]
    place.recent = stamps[-PER_MINUTE:]
    _rest(place, stamps, now, messages)
    if others_wait and place.kind != "private":
        assert place.slot_at is not None
        place.slot_at = max(place.slot_at, _free_at(stamps, now, PER_MINUTE - 2) - KEPT)


def answered(place: Place, taken_at: datetime, now: datetime) -> None:
    """What was sent with the slot taken then has arrived by now at the latest: the limits run from here."""
    taken = taken_at.timestamp()
    messages = place.recent.count(taken)
    slot_at = place.slot_at or now
    place.recent = sorted(now.timestamp() if at == taken else at for at in place.recent)
    _rest(place, _lately(place, now), now, messages)
    assert place.slot_at is not None
    place.slot_at = max(place.slot_at, slot_at)


def give_back(place: Place, taken_at: datetime) -> None:
    """Nothing was sent."""
    place.recent = [at for at in place.recent if at != taken_at.timestamp()]


def put_off(place: Place, until: datetime) -> None:
    """Nothing at all is said here before that."""
    place.slot_at = place.urgent_at = until


def is_last(place: Place, now: datetime, messages: int) -> bool:
    """Whether with so many messages a group uses its last but one of the minute."""
    return place.kind != "private" and len(_lately(place, now)) + messages >= PER_MINUTE - 1


def _rest(place: Place, stamps: list[float], now: datetime, messages: int) -> None:
    second = now + PACE * messages
    place.urgent_at = second if place.kind == "private" else max(second, _free_at(stamps, now, PER_MINUTE - 1))
    place.slot_at = place.urgent_at


def _free_at(stamps: list[float], now: datetime, most: int) -> datetime:
    """When no more than `most` of these lie within a minute."""
    over = len(stamps) - max(most, 0)
    if over <= 0:
        return now
    return max(now, datetime.fromtimestamp(stamps[over - 1], now.tzinfo) + MINUTE)


def _lately(place: Place, now: datetime) -> list[float]:
    """Our messages of the last minute; what seems to be later than now was said before the clock was set back."""
    stamp = now.timestamp()
    return [at for at in place.recent if stamp - MINUTE.total_seconds() < at <= stamp]
