"""Which chat and which ticket a line of the log is about: the only place that says so, by the same names everywhere.

What is said here holds for this thread or task and those it starts, and stands on every line they log (bot/logs.py).
A chat is named by its id, a ticket as people call it: XZ12.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars, unbind_contextvars


def begin(chat: str | None, ticket: str | None = None, **more: Any) -> None:
    """From here on all is about this, and about nothing that came before; the ticket may yet be seen."""
    unbind_contextvars("chat", "ticket", "update", "letter", "card")
    bind_contextvars(**_known(chat, ticket), **more)


def about(ticket: str) -> None:
    bind_contextvars(ticket=ticket)


def ticket() -> str | None:
    """The ticket that has been worked on since it began."""
    number: str | None = get_contextvars().get("ticket")
    return number


@contextmanager
def of(chat: str | None, ticket: str | None, **more: Any) -> Iterator[None]:
    """While it lasts, all is about this, and about nothing that came before."""
    before = get_contextvars()
    begin(chat, ticket, **more)
    try:
        yield
    finally:
        clear_contextvars()
        bind_contextvars(**before)


def _known(chat: str | None, ticket: str | None) -> dict[str, str]:
    """A chat by its bare id, whatever address it came by."""
    return {**({"chat": chat.rpartition(":")[2]} if chat else {}), **({"ticket": ticket} if ticket else {})}
