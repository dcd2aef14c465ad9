"""A line of the log names what it is about, and nothing that came before it."""

from contextvars import copy_context

from structlog.contextvars import get_contextvars

from tracker import trail


def test_what_is_about_no_ticket_names_none() -> None:
    copy_context().run(_talk_after_a_report)


def _talk_after_a_report() -> None:
    trail.begin("telegram:-7", "XZ1", update=1)
    with trail.of("telegram:-8", None, update=2):
        assert get_contextvars() == {"chat": "-8", "update": 2}
    assert get_contextvars() == {"chat": "-7", "ticket": "XZ1", "update": 1}
