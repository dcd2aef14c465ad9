"""Which buttons a message has: the only place that puts them under one. Two a row, the likeliest first."""

from collections.abc import Iterable

from bot.messages.catalogue import translations
from bot.messages.cleaning import line
from bot.messages.message import Button
from bot.messages.presses import encode
from bot.messages.quick import EXTENSIONS, RETURNS
from bot.messages.scene import Scene
from bot.messages.times import span
from tracker.facts import Asks, Overdue, TicketList
from tracker.states import OPEN, Status
from tracker.views import TicketLine, TicketView

Rows = tuple[tuple[Button, ...], ...]

MOST_PARTIES = 12
MOST_TICKETS = 10


def card(ticket: TicketView, scene: Scene) -> Rows:
    _ = translations(scene.language).gettext
    support, progress = _("➕ 我家也有"), _("🔎 进度")
    if ticket.status not in OPEN:
        return ()
    if ticket.status is Status.CONFIRMING:
        return _rows(_press(progress, "progress", ticket))
    return _rows(_press(support, "support", ticket), _press(progress, "progress", ticket))


def task(ticket: TicketView, scene: Scene, *, decided: bool = False) -> Rows:
    """What the party may do next; what waits for a decision, or was just decided, is not offered again."""
    _ = translations(scene.language).gettext
    asked = ticket.asked.kind if ticket.asked else None
    if scene.has_left(ticket):
        return ()
    if ticket.status is Status.DISPATCHED:
        back = () if decided or asked == "return" else (_press(_("↩️ 不归我管"), "return", ticket),)
        return _rows(_press(_("✅ 接单"), "accept", ticket), *back)
    if ticket.status is Status.IN_PROGRESS:
        more = () if decided or asked == "extension" else (_press(_("⏳ 更多时间"), "extend", ticket),)
        done, note = _press(_("🏁 办好了"), "finish", ticket), _press(_("💬 补充说明"), "note", ticket)
        return _rows(done, *more, note)
    return ()


def rating(ticket: TicketView, scene: Scene) -> Rows:
    """Also after a silence was closed: a rating given late is still a rating."""
    if ticket.status not in (Status.CONFIRMING, Status.CLOSED) or ticket.score:
        return ()
    _ = translations(scene.language).gettext
    return _rows(
        _press(_("👍 满意"), "rate", ticket, "satisfied"),
        _press(_("🙂 基本满意"), "rate", ticket, "fair"),
        _press(_("👎 不满意"), "rate", ticket, "unsatisfied"),
        _press(_("🔁 没解决"), "reopen", ticket),
    )


def check(ticket: TicketView, scene: Scene) -> Rows:
    if ticket.status is not Status.HANDLED:
        return ()
    _ = translations(scene.language).gettext
    return _rows(_press(_("✅ 核查通过"), "pass", ticket), _press(_("🔁 退回重办"), "redo", ticket))


def decision(ticket: TicketView, scene: Scene) -> Rows:
    if ticket.asked is None:
        return ()
    _ = translations(scene.language).gettext
    return _rows(_press(_("👌 同意"), "allow", ticket), _press(_("✋ 驳回"), "deny", ticket), _reassign(ticket, scene))


def overdue(fact: Overdue, ticket: TicketView, scene: Scene) -> Rows:
    _ = translations(scene.language).gettext
    if fact.to in ("liaison", "deputy"):
        return task(ticket, scene)
    if fact.to == "secretary" or ticket.status not in OPEN:
        return ()
    watch = () if fact.to == "grid_worker" else (_press(_("👀 这件我盯着"), "watch", ticket),)
    if ticket.status is Status.HANDLED:
        return check(ticket, scene) + _rows(*watch)
    return _rows(_reassign(ticket, scene), *watch)


def reassign(ticket: TicketView, scene: Scene) -> Rows:
    return _rows(_reassign(ticket, scene)) if ticket.status in OPEN else ()


def parties(ticket: TicketView, scene: Scene, options: tuple[str, ...] = ()) -> Rows:
    """One button a party, in the community's order; `options` narrows the choice."""
    known = scene.community.parties if scene.community else ()
    chosen = [(i, party) for i, party in enumerate(known) if party != ticket.lead and party in (options or known)]
    return _rows(*(_press(line(party, 30), "assign", ticket, str(i)) for i, party in chosen[:MOST_PARTIES]))


def asks(fact: Asks, ticket: TicketView, scene: Scene) -> Rows:
    _ = translations(scene.language).gettext
    if fact.what == "return":
        return tuple((_press(_(why), "return_why", ticket, str(i)),) for i, why in enumerate(RETURNS))
    if fact.what == "extend":
        wanted = EXTENSIONS.items()
        return tuple(
            (_press(f"{span(days, scene.language)} {_(why)}", "extend_by", ticket, days),) for days, why in wanted
        )
    return parties(ticket, scene, fact.options) if fact.what == "assign" else ()


def tickets(fact: TicketList, scene: Scene) -> Rows:
    """One button a ticket: the step it waits for."""
    return _rows(*(button for each in fact.lines[:MOST_TICKETS] for button in _next_step(fact.what, each, scene)))


def _next_step(what: str, each: TicketLine, scene: Scene) -> Iterable[Button]:
    _ = translations(scene.language).gettext
    step = "progress", f"🔎 #{each.number}"
    if what == "overdue":
        step = "ask_assign", _("👤 改派 #%(number)s") % {"number": each.number}
    elif what == "todo" and each.status is Status.DISPATCHED:
        step = "accept", _("✅ 接单 #%(number)s") % {"number": each.number}
    elif what == "todo" and each.status is Status.IN_PROGRESS:
        step = "finish", _("🏁 办好了 #%(number)s") % {"number": each.number}
    yield Button(step[1], encode(step[0], each.id, each.epoch))


def _reassign(ticket: TicketView, scene: Scene) -> Button:
    return _press(translations(scene.language).gettext("👤 改派"), "ask_assign", ticket)


def _press(text: str, verb: str, ticket: TicketView, arg: str | None = None) -> Button:
    return Button(text, encode(verb, ticket.id, ticket.epoch, arg))


def _rows(*buttons: Button) -> Rows:
    return tuple(buttons[i : i + 2] for i in range(0, len(buttons), 2))
