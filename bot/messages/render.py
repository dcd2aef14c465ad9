"""From a fact to a message: the only place that chooses the words for what the tracker tells. Pure."""

from collections.abc import Mapping
from typing import Any, assert_never

from bot.messages import keyboards
from bot.messages.catalogue import translations
from bot.messages.keyboards import Rows
from bot.messages.lengths import POPUP, clip, fit
from bot.messages.menus import EMERGENCY, help_lines, menu
from bot.messages.message import Button, Message, plain
from bot.messages.scene import Scene
from bot.messages.stationery import write
from tracker import facts
from tracker.facts import Fact
from tracker.views import File, TicketView

__all__ = ["Button", "Message", "Scene", "fit", "help_lines", "menu", "plain", "popup", "progress_popup", "render"]

AboutTicket = (
    facts.TicketCard
    | facts.TaskCard
    | facts.Reminder
    | facts.Withdrawn
    | facts.Reworked
    | facts.ReturnDecided
    | facts.ExtensionDecided
    | facts.ReporterAdded
    | facts.MorePhotos
    | facts.Asks
    | facts.Result
    | facts.AfterPhoto
    | facts.Ended
    | facts.QuestionAsked
    | facts.Danger
    | facts.NeedsParty
    | facts.CheckWanted
    | facts.Overdue
    | facts.DecisionWanted
    | facts.Unreachable
    | facts.Unhappy
    | facts.Progress
)
"""Facts that are only told with their ticket beside them."""

DONE = {
    "accept": "accepted",
    "return": "return_asked",
    "allow_return": "allowed",
    "deny_return": "denied",
    "extend": "extension_asked",
    "allow_extension": "allowed",
    "deny_extension": "denied",
    "dispatch": "assigned",
    "finish": "finished",
    "pass": "passed",
    "redo": "redone",
    "rate": "rated",
    "reopen": "reopened",
    "note": "noted",
    "raise": "raised",
    "nudge": "nudged",
    "watch": "watched",
    "reject": "rejected",
    "close": "closed",
    "lapse": "lapsed",
    "record": "recorded",
}
"""What to say after an action: the macro of templates/_done.j2."""


class Fields(dict[str, Any]):
    """The fields of an old row, in which one may be missing."""

    def __missing__(self, key: str) -> str:
        return ""


def render(fact: Fact, ticket: TicketView | None, scene: Scene) -> Message:
    """The message that tells the fact in this place. ValueError if a fact about a ticket comes without it."""
    buttons = _buttons(fact, ticket, scene)
    text = write(f"{fact.kind}.j2", scene.language, f=fact, t=ticket, scene=scene, **_extras(fact, scene))
    if ticket is not None and f"#{ticket.number}" not in text:
        text = f"<b>#{ticket.number}</b>\n{text}"  # CONTRACT: every message about a ticket holds its number
    if scene.repeat:
        _ = translations(scene.language).gettext
        text = _("(重发)") + "\n" + text
    message = Message(text, buttons, _photos(fact, ticket), _silent(fact, ticket, scene))
    return fit(message, photos=False)


def popup(code: str, data: Mapping[str, object], language: str) -> str:
    """The pop-up after a press, at most 200 units: a refusal's code, a hint's, or one of templates/_done.j2."""
    text = write("popup.j2", language, code=DONE.get(code, code), fields=Fields(data))
    return _as_popup(text)


def progress_popup(ticket: TicketView, scene: Scene) -> str:
    """The answer to the button 进度: seen by who pressed, and by nobody else."""
    return _as_popup(render(facts.Progress(), ticket, scene).text)


def _as_popup(text: str) -> str:
    return clip(plain(Message(text)), POPUP)


def _extras(fact: Fact, scene: Scene) -> dict[str, object]:
    """What a template needs and neither the fact nor its ticket says."""
    match fact:
        case facts.Said() | facts.Hint() | facts.Alarm():
            return {"fields": Fields(fact.data)}
        case facts.Alarms():
            return {"told": [(line, Fields(line.data)) for line in fact.lines]}
        case facts.Acknowledged():
            return {"code": DONE.get(fact.action, "ok")}
        case facts.Help():
            numbers = scene.community.emergency.get("default") if scene.community else None
            return {"lines": help_lines(fact.part, scene.language, emergency=numbers or EMERGENCY)}
        case facts.Invitation():
            return {"link": f"https://t.me/{scene.bot_username}?start={fact.token}"}
        case facts.GroupWelcome() | facts.PersonWelcome():
            return {"community": scene.community}
        case _:
            return {}


def _buttons(fact: Fact, ticket: TicketView | None, scene: Scene) -> Rows:
    match fact:
        case facts.TicketList():
            return keyboards.tickets(fact, scene)
        case facts.Digest() | facts.Alarm() | facts.Said() | facts.Hint() | facts.Acknowledged() | facts.StatsTold():
            return ()
        case facts.Bundle() | facts.Alarms():  # a button each would be a wall of them; /todo has them
            return ()
        case facts.Help() | facts.Privacy() | facts.GroupWelcome() | facts.PersonWelcome() | facts.Bound():
            return ()
        case facts.Invitation():
            return ()
        case facts.Unreachable() if ticket is None:  # he was to be told of no ticket, a digest for example
            return ()
        case _:
            if ticket is None:
                raise ValueError(f"{fact.kind} says nothing without its ticket")
            return _ticket_buttons(fact, ticket, scene)


def _ticket_buttons(  # noqa: C901 - a table, one line a fact, that mypy keeps complete
    fact: AboutTicket, ticket: TicketView, scene: Scene
) -> Rows:
    match fact:
        case facts.TicketCard():
            return keyboards.card(ticket, scene)
        case facts.TaskCard() | facts.Reminder() | facts.Reworked():
            return keyboards.task(ticket, scene)
        case facts.ReturnDecided():
            return () if fact.allowed else keyboards.task(ticket, scene, decided=True)
        case facts.ExtensionDecided():
            return keyboards.task(ticket, scene, decided=True)
        case facts.Asks():
            return keyboards.asks(fact, ticket, scene)
        case facts.Result():
            return keyboards.rating(ticket, scene)
        case facts.NeedsParty():
            return () if ticket.lead else keyboards.parties(ticket, scene)
        case facts.CheckWanted():
            return keyboards.check(ticket, scene)
        case facts.DecisionWanted():
            return keyboards.decision(ticket, scene)
        case facts.Overdue():
            return keyboards.overdue(fact, ticket, scene)
        case facts.Danger() | facts.Unreachable():
            return keyboards.reassign(ticket, scene)
        case facts.Withdrawn() | facts.ReporterAdded() | facts.AfterPhoto() | facts.MorePhotos():
            return ()
        case facts.Ended() | facts.QuestionAsked() | facts.Unhappy() | facts.Progress():
            return ()
        case _:
            assert_never(fact)


def _photos(fact: Fact, ticket: TicketView | None) -> tuple[File, ...]:
    """A card carries one photo, since one with several cannot be edited; the others follow it as MorePhotos."""
    match fact:
        case facts.AfterPhoto():
            return (File(ref=fact.ref, unique=fact.ref, kind=fact.file_kind),)
        case facts.TaskCard() if ticket:
            return ticket.before[:1]
        case facts.Result() if ticket:
            return ticket.after[:1]
        case facts.MorePhotos() if ticket:
            return (ticket.after if fact.stage == "after" else ticket.before)[fact.skip :]
        case facts.Danger() | facts.NeedsParty() if ticket:
            return ticket.before
        case facts.CheckWanted() if ticket:
            return ticket.after
        case _:
            return ()


def _silent(fact: Fact, ticket: TicketView | None, scene: Scene) -> bool:
    """Neighbours' phones ring only when somebody is in danger or is asked something (DESIGN promise 5)."""
    urgent = ticket is not None and ticket.emergency is not None
    return scene.public and not urgent and not isinstance(fact, facts.QuestionAsked)
