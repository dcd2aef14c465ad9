"""From an update to whoever answers it; the only place where a refusal becomes an answer."""

from dataclasses import replace
from typing import Any

from bot.handlers import arrivals, coordinators, presses, residents, workers
from bot.handlers.turn import Turn
from bot.handlers.words import spoken_command
from bot.hear import Command, Joined, Left, Migrated, Pressed, Said, hear
from bot.popup import Popup
from tracker.desk import Visit
from tracker.errors import Refused, UnboundPlace
from tracker.facts import Hint
from tracker.facts import Said as Told

COMMANDS = {**residents.COMMANDS, **workers.COMMANDS, **coordinators.COMMANDS}
_WITHOUT_COMMUNITY = ("start", "help", "bind", "privacy")


class Handlers:
    """`handle` is called once an update, inside its transaction; what it returns is shown after the commit."""

    def __init__(self, *, bot_id: int, username: str, reads_all: bool = False) -> None:
        """`reads_all`: privacy mode is off."""
        self._bot_id, self._username, self._reads_all = bot_id, username, reads_all

    def handle(self, visit: Visit, raw: dict[str, Any]) -> Popup | None:
        heard = hear(raw, bot_id=self._bot_id, username=self._username)
        match heard:
            case None:
                return None
            case Said():
                self._said(visit, heard)
            case Pressed():
                return presses.pressed(visit, heard)
            case Joined():
                arrivals.joined(visit, heard, reads_all=self._reads_all)
            case Left():
                visit.register.left(heard.place, "kicked")
            case Migrated():
                visit.register.moved(heard.old, heard.new)
            case _:
                arrivals.blocked_or_back(visit, heard)
        return None

    def _said(self, visit: Visit, said: Said) -> None:
        try:
            _answer(self._turn(visit, said))
        except Refused as refusal:
            visit.undo()
            self._turn(visit, said).answer(Told(code=refusal.code, data=refusal.facts()))

    def _turn(self, visit: Visit, said: Said) -> Turn:
        register = visit.register
        if said.private:
            home = register.home(said.by.address)
            place = register.open_private(said.place, language=said.by.language, community=home)
        else:
            place = register.place(said.place) or register.meet_group(said.place)
        register.heard(place, said.message)
        community_id = place.community if place.community is not None or not said.private else home
        place = replace(place, community=community_id)
        who = register.somebody(said.by.address, community_id)
        community = register.community(community_id) if community_id is not None else None
        named = replace(who, name=who.name or said.by.name)
        return Turn(visit, said, place, named, community, self._username)


def _answer(turn: Turn) -> None:
    said = turn.said
    if said.edited:
        residents.edited(turn)
        return
    command = said.command or spoken_command(turn)
    if not said.by.is_person:
        _not_a_person(turn)
    elif command is not None:
        _command(replace_command(turn, command))
    elif turn.community is None:
        _unbound(turn)
    elif turn.replied_ticket is not None and workers.answered(turn):
        pass
    else:
        residents.spoke(turn)


def replace_command(turn: Turn, command: Command) -> Turn:
    """The same turn, with words understood as the command they stand for."""
    return replace(turn, said=replace(turn.said, command=command))


def _command(turn: Turn) -> None:
    command = turn.said.command
    assert command is not None
    handler = COMMANDS.get(command.name)
    if handler is None:
        if turn.said.private or command.addressed:
            turn.answer(Hint(code="unknown_command", data={"command": f"/{command.name}"}))
    elif turn.community is None and command.name not in _WITHOUT_COMMUNITY:
        raise UnboundPlace
    else:
        handler(turn, command)


def _not_a_person(turn: Turn) -> None:
    """A channel or an anonymous administrator: nobody who could be answered, rated by, or given a right."""
    reads = turn.community is not None and turn.understood(turn.said.text).tag is not None
    if turn.said.command is not None or reads:
        turn.answer(Hint(code="not_a_person"))


def _unbound(turn: Turn) -> None:
    """A chat of no community: silence for talk, a way out for whoever clearly means us."""
    if turn.said.private or turn.said.mentions_us:
        raise UnboundPlace
