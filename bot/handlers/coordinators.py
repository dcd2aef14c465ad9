"""What coordinators do: assign, decide, raise, end, count, bind chats and invite people."""

from bot.handlers.residents import Handler
from bot.handlers.turn import Turn
from bot.hear import Command
from tracker.errors import CoordinatorsOnly, GroupOnly, PrivateOnly, StaffOnly, WordsNeeded
from tracker.facts import Bound, Invitation, TicketList
from tracker.states import Action


def only(turn: Turn, command: Command) -> None:
    if not turn.who.is_coordinator:
        raise CoordinatorsOnly(command=f"/{command.name}")


def assign(turn: Turn, command: Command) -> None:
    ticket, party = turn.ticket(command)
    turn.visit.cases.reassign(ticket, turn.who, party)
    turn.confirm(Action.DISPATCH, ticket)


def urgent(turn: Turn, command: Command) -> None:
    ticket, _ = turn.ticket(command)
    turn.visit.cases.make_urgent(ticket, turn.who)
    turn.confirm(Action.RAISE, ticket)


def nudge(turn: Turn, command: Command) -> None:
    ticket, _ = turn.ticket(command)
    turn.visit.cases.nudge(ticket, turn.who)
    turn.confirm(Action.NUDGE, ticket)


def reject(turn: Turn, command: Command) -> None:
    ticket, why = turn.ticket(command)
    turn.visit.cases.reject(ticket, turn.who, why)
    turn.confirm(Action.REJECT, ticket, group_hears=True)


def close(turn: Turn, command: Command) -> None:
    ticket, why = turn.ticket(command)
    turn.visit.cases.close(ticket, turn.who, why)
    turn.confirm(Action.CLOSE, ticket, group_hears=True)


def overdue(turn: Turn, command: Command) -> None:
    if not turn.who.is_staff:
        raise StaffOnly(command="/overdue")
    cases, here = turn.visit.cases, turn.known.id
    pages = cases.postponed(here) if turn.who.is_coordinator else ()
    turn.answer(TicketList(what="overdue", lines=cases.overdue(here), pages=pages))


def stats(turn: Turn, command: Command) -> None:
    if not turn.who.is_staff:
        raise StaffOnly(command="/stats")
    turn.answer(turn.visit.cases.stats(turn.known.id))


def bind(turn: Turn, command: Command) -> None:
    """`/bind GROUP` in the chat itself: nobody knows numeric ids. Only a coordinator of that community may."""
    community = turn.visit.register.is_coordinator_anywhere(turn.who.address)
    if community is None:
        raise CoordinatorsOnly(command="/bind")
    if not turn.in_group:
        raise GroupOnly(command=f"/bind {command.args.strip() or '西渚花苑南区议事群'}")
    group = command.args.strip() or turn.said.title
    place = turn.visit.register.bind(community, group, turn.place.address, turn.said.title)
    turn.visit.answer(place, Bound(group=group), reply_to=turn.said.message, topic=turn.said.topic)


def invite(turn: Turn, command: Command) -> None:
    """`/invite liaison:万科物业 李师傅`, in private, since the link gives a role to whoever uses it first."""
    only(turn, command)
    if turn.in_group:
        raise PrivateOnly(command="/invite")
    role, _, name = command.args.strip().partition(" ")
    if not role or not name.strip():
        raise WordsNeeded(command="/invite", example="/invite liaison:万科物业 李师傅")
    token, until = turn.visit.register.invite(turn.known.id, role, name.strip())
    turn.answer(Invitation(role=role, name=name.strip(), token=token, until=until))


COMMANDS: dict[str, Handler] = {
    "assign": assign,
    "urgent": urgent,
    "nudge": nudge,
    "reject": reject,
    "close": close,
    "overdue": overdue,
    "stats": stats,
    "bind": bind,
    "invite": invite,
}
