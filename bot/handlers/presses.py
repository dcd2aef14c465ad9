"""Buttons: every press is authorised below the desk and answered with a pop-up that says what came of it."""

from dataclasses import replace

from bot.hear import Pressed
from bot.messages import presses as data
from bot.messages import quick
from bot.messages.render import popup, progress_popup
from bot.messages.scene import Scene
from bot.popup import Popup
from tracker.desk import Visit
from tracker.errors import NoSuchParty, Refused
from tracker.facts import Asks
from tracker.states import Action, Score
from tracker.views import CommunityView, PlaceView, Somebody

_ASKS = {"return": Action.RETURN, "extend": Action.EXTEND, "note": Action.NOTE, "ask_assign": Action.DISPATCH}


def pressed(visit: Visit, heard: Pressed) -> Popup:
    """Carry a press out; whatever happens, whoever pressed is told once."""
    language = "en" if (heard.by.language or "").startswith("en") else "zh"
    press = data.decode(heard.data)
    place = _place(visit, heard)
    if press is None or place is None or not _is_about(visit, press, place):
        return Popup(heard.callback, popup("unknown_button", {}, language), alert=True)
    view = visit.cases.view(press.ticket)
    who = visit.register.somebody(heard.by.address, view.community)
    who = replace(who, name=who.name or heard.by.name)
    community = visit.register.community(view.community)
    try:
        code = _carry_out(visit, press, place, who, heard, community)
    except Refused as refusal:
        visit.undo()
        _place(visit, heard)
        return Popup(heard.callback, popup(refusal.code, refusal.facts(), language), alert=True)
    if code == "progress":
        scene = Scene(language, community.timezone, visit.now, "", place.kind, community)
        return Popup(heard.callback, progress_popup(visit.cases.view(press.ticket), scene), alert=True)
    return Popup(heard.callback, popup(code, {"number": view.number}, language))


def _place(visit: Visit, heard: Pressed) -> PlaceView | None:
    if heard.place is None:
        return None
    if heard.place == heard.by.address:
        home = visit.register.home(heard.by.address)
        return visit.register.open_private(heard.place, language=heard.by.language, community=home)
    return visit.register.place(heard.place)


def _is_about(visit: Visit, press: data.Pressed, place: PlaceView) -> bool:
    """A button is only believed where a message about that ticket can stand."""
    return visit.cases.exists(press.ticket) and visit.cases.sits_in(press.ticket, place)


def _carry_out(  # noqa: C901 - a table, one line a verb
    visit: Visit, press: data.Pressed, place: PlaceView, who: Somebody, heard: Pressed, community: CommunityView
) -> str:
    """The code of what to tell whoever pressed. What the table allows is done, however old the button; only an
    answer to one request or one round is bound to its epoch."""
    cases, ticket, epoch = visit.cases, press.ticket, press.epoch
    match press.verb:
        case "progress":
            return "progress"
        case "support":
            return "supported" if cases.support(ticket, who) else "already_supported"
        case "accept":
            cases.accept(ticket, who)
        case "finish":
            cases.finish(ticket, who, "")
        case "rate":
            cases.rate(ticket, who, Score(press.arg or ""))
        case "reopen":
            cases.reopen(ticket, who)
        case "pass" | "redo":
            cases.check(ticket, who, passes=press.verb == "pass", epoch=epoch)
        case "allow" | "deny":
            cases.decide(ticket, who, allow=press.verb == "allow", epoch=epoch)
            return {"allow": "allowed", "deny": "denied"}[press.verb]
        case "watch":
            cases.watch(ticket, who)
        case "assign":
            cases.reassign(ticket, who, _party(community, press.arg))
            return "assigned"
        case "return_why":
            cases.ask_return(ticket, who, quick.reason(press, place.language) or "")
            return "return_asked"
        case "extend_by":
            why = quick.reason(press, place.language) or ""
            cases.ask_extension(ticket, who, press.arg or "", why)
            return "extension_asked"
        case _:
            return _ask_for_words(visit, press, place, who, heard)
    return press.verb


def _party(community: CommunityView, index: str | None) -> str:
    at = int(index or 0)
    if at >= len(community.parties):
        raise NoSuchParty(name="", parties="、".join(community.parties))
    return community.parties[at]


def _ask_for_words(visit: Visit, press: data.Pressed, place: PlaceView, who: Somebody, heard: Pressed) -> str:
    """A reason, days or a note cannot be typed into a button: the bot asks, in reply to the message pressed."""
    visit.cases.may(press.ticket, who, _ASKS[press.verb])
    what = "assign" if press.verb == "ask_assign" else press.verb
    visit.answer(place, Asks(what=what), reply_to=heard.message, ticket_id=press.ticket)
    return "asked"
