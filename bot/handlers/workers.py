"""What liaisons and grid workers do: accept, return, finish, ask for time, note, report for somebody."""

import re

from bot.handlers.residents import Handler, pointed_at, report
from bot.handlers.turn import Turn, replied_source
from bot.hear import Command
from tracker.errors import BadSpan, StaffOnly, WordsNeeded
from tracker.facts import TicketList
from tracker.states import Action, Part, Status

_SPAN = re.compile(
    r"\s*([0-9]{1,3})\s*(wh|wd|[mhd]|分钟|个?小时|个?工作日|天|日)(?![a-z])\s*(.*)", re.DOTALL | re.IGNORECASE
)
_UNITS = {"分钟": "m", "小时": "h", "个小时": "h", "工作日": "wd", "个工作日": "wd", "天": "d", "日": "d"}


def span_and_reason(text: str) -> tuple[str, str]:
    """`2d why`, `2天 等配件` into `2d` and the reason; BadSpan for what is no time."""
    match = _SPAN.match(text)
    if match is None:
        raise BadSpan(text=text[:40])
    return f"{int(match[1])}{_UNITS.get(match[2], match[2].lower())}", match[3].strip().lstrip(",，。、").strip()


def take(turn: Turn, command: Command) -> None:
    ticket, _ = turn.ticket(command)
    turn.visit.cases.accept(ticket, turn.who)
    turn.confirm(Action.ACCEPT, ticket)


def return_(turn: Turn, command: Command) -> None:
    ticket, why = turn.ticket(command)
    turn.visit.cases.ask_return(ticket, turn.who, why)
    turn.confirm(Action.RETURN, ticket)


def done(turn: Turn, command: Command) -> None:
    ticket, words = turn.ticket(command)
    turn.visit.cases.finish(ticket, turn.who, words, turn.said.files)
    turn.confirm(Action.FINISH, ticket, group_hears=True)


def extend(turn: Turn, command: Command) -> None:
    ticket, words = turn.ticket(command)
    if not words:
        raise WordsNeeded(command="/extend", example="/extend 2d 等配件")
    span, why = span_and_reason(words)
    turn.visit.cases.ask_extension(ticket, turn.who, span, why)
    turn.confirm(Action.EXTEND, ticket)


def note(turn: Turn, command: Command) -> None:
    ticket, words = turn.ticket(command)
    turn.visit.cases.note(ticket, turn.who, words, turn.said.files)
    turn.confirm(Action.NOTE, ticket)


def ask(turn: Turn, command: Command) -> None:
    """`/ask question`: the reporter is asked in the group where he spoke."""
    ticket, words = turn.ticket(command)
    turn.visit.cases.ask(ticket, turn.who, words)
    turn.confirm(Action.NOTE, ticket, group_hears=True)


def ticket_(turn: Turn, command: Command) -> None:
    """`/ticket` in reply to a resident's words makes them the report; `/ticket words` reports for somebody."""
    if not turn.who.is_staff:
        raise StaffOnly(command="/ticket")
    reply = replied_source(turn)
    if reply is not None:
        pointed_at(turn, reply, tag=turn.understood(command.args, addressed=True).tag)
    else:
        report(turn, command)


def todo(turn: Turn, command: Command) -> None:
    if not turn.who.is_staff:
        raise StaffOnly(command="/todo")
    lines = turn.visit.cases.todo(turn.known.id, turn.who)
    turn.answer(TicketList(what="todo", lines=lines))


def answered(turn: Turn) -> bool:
    """A reply, in plain words or with a photo, to a message about a ticket; tells whether it was meant for it."""
    assert turn.replied_about is not None
    ticket, fact = turn.replied_about
    if fact is not None and fact.get("kind") == "asks":
        return _answers_question(turn, ticket, str(fact.get("what")))
    view = turn.visit.cases.view(ticket)
    parts = turn.visit.cases.parts(ticket, turn.who)
    if parts & {Part.LIAISON, Part.GRID_WORKER} and turn.place.kind != "residents":
        return _from_party(turn, ticket, view.status)
    if Part.REPORTER in parts and not turn.understood(turn.said.text).tag and (turn.said.text or turn.said.files):
        if view.is_open:
            turn.visit.cases.note(ticket, turn.who, turn.said.text, turn.said.files)
        return view.is_open
    return False


def _answers_question(turn: Turn, ticket: int, what: str) -> bool:
    """The bot asked for words and here they are."""
    words, cases = turn.said.text.strip(), turn.visit.cases
    match what:
        case "return":
            cases.ask_return(ticket, turn.who, words)
        case "extend":
            cases.ask_extension(ticket, turn.who, *span_and_reason(words))
        case "redo":
            cases.check(ticket, turn.who, passes=False, why=words)
        case "assign":
            cases.reassign(ticket, turn.who, words)
        case _:
            cases.note(ticket, turn.who, words, turn.said.files)
    turn.confirm({"assign": Action.DISPATCH}.get(what, what), ticket)
    return True


def _from_party(turn: Turn, ticket: int, status: Status) -> bool:
    """The party's place: a photo after 办好了 goes to the group, anything else is the latest word on the card."""
    said, cases = turn.said, turn.visit.cases
    if status in (Status.CONFIRMING, Status.CLOSED) and said.files:
        for file in said.files:
            cases.add_after_photo(ticket, turn.who, file)
    elif status in (Status.CONFIRMING, Status.CLOSED) or not (said.text or said.files):
        return False
    else:
        cases.note(ticket, turn.who, said.text.strip(), said.files)
    turn.confirm(Action.NOTE, ticket)
    return True


COMMANDS: dict[str, Handler] = {
    "take": take,
    "return": return_,
    "done": done,
    "extend": extend,
    "note": note,
    "ask": ask,
    "ticket": ticket_,
    "todo": todo,
}
