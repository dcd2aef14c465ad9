"""What residents do: report, support, ask, answer, reopen."""

from collections.abc import Callable

from bot.handlers.turn import Source, Turn, replied_source, source_of, with_text
from bot.hear import Command
from bot.reading import Reading
from tracker.errors import PrivateOnly, WordsNeeded
from tracker.facts import Help, Hint, PersonWelcome, Privacy, Progress, TicketList
from tracker.states import Urgency
from tracker.views import NewReport

Handler = Callable[[Turn, Command], None]

_KINDLY = ("bare_tag", "test", "number_only")  # refusals of the reader that deserve a word even in a group
_TO_US = ("small_talk",)


def spoke(turn: Turn) -> None:
    """Something was said that is no command: a report, support, or talk that is nobody's business."""
    said = turn.said
    if turn.place.kind not in ("residents", "private", "hall") and not said.mentions_us:
        tagged = turn.understood(said.text, forwarded=said.forwarded)
        if tagged.tag is None:
            return
    reply = replied_source(turn)
    read = turn.understood(said.text, addressed=said.private, forwarded=said.forwarded)
    if reply is not None and read.refusal == "bare_tag":
        pointed_at(turn, reply, tag=read.tag)
    elif read.ticket:
        open_report(turn, source_of(turn), read)
    elif said.album is not None and said.files:
        for file in said.files:
            turn.visit.cases.keep_album_photo(said.album, file)
    else:
        _no_report(turn, read)


def _no_report(turn: Turn, read: Reading) -> None:
    """Never a scolding: a hint where somebody clearly spoke to us, silence where neighbours talk."""
    said = turn.said
    if said.private and said.has_voice and not said.text:
        turn.answer(Hint(code="no_text_voice"))
    elif read.refusal in _KINDLY or (read.refusal in _TO_US or said.private or said.mentions_us):
        turn.answer(Hint(code=read.refusal if read.refusal in (*_KINDLY, *_TO_US) else "small_talk"))


def pointed_at(turn: Turn, source: Source, *, tag: str | None = None) -> None:
    """A message that somebody answered with a tag or a command: that one is the report, whoever said it."""
    known = turn.visit.cases.from_source(source.source)
    if known is not None:
        turn.answer(Progress(), ticket_id=known)
        return
    read = turn.understood(source.text, addressed=True, tag=tag)
    if not read.ticket:
        turn.answer(Hint(code=read.refusal if read.refusal in _KINDLY else "bare_tag"))
        return
    open_report(turn, source, read)


def open_report(turn: Turn, source: Source, read: Reading) -> None:
    """The ticket opens; its card is the answer, so nothing else is said."""
    reporter = turn.who if source.by.address == turn.who.address else None
    turn.visit.cases.open(turn.place, as_report(turn, source, read), reporter)


def as_report(turn: Turn, source: Source, read: Reading) -> NewReport:
    return NewReport(
        source=source.source,
        message=source.message,
        reporter=source.by.address,
        at=turn.said.at,
        words=read.body or source.text,
        masked=read.masked,
        title=read.title,
        tag=read.tag,
        category=read.category,
        urgency=Urgency(read.urgency),
        tier=read.tier,
        place_text=read.place,
        building=read.building,
        unit=read.unit,
        why=read.why,
        emergency=read.emergency,
        praise=read.praise,
        files=source.files,
        album=source.album,
        topic=turn.said.topic,
    )


def edited(turn: Turn) -> None:
    """An edit corrects the report while nobody has accepted it, and never opens a second ticket."""
    if turn.community is None or not turn.said.by.is_person or turn.said.command is not None:
        return
    known = turn.visit.cases.from_source(turn.source)
    read = turn.understood(turn.said.text, addressed=known is not None or turn.said.private)
    if known is None:
        if read.ticket and not turn.said.private:
            open_report(turn, source_of(turn), read)
        return
    if turn.who.address == turn.said.by.address and turn.said.text:
        turn.visit.cases.edit(known, as_report(turn, source_of(turn), read))


# --- commands -----------------------------------------------------------------------------------------------------


def report(turn: Turn, command: Command) -> None:
    """`/report …`, or `/report` in reply to what somebody said."""
    reply = replied_source(turn)
    if command.args.strip():
        read = turn.understood(command.args, addressed=True)
        if not read.ticket:
            turn.answer(Hint(code=read.refusal if read.refusal in _KINDLY else "bare_tag"))
            return
        open_report(turn, with_text(source_of(turn), command.args), read)
    elif reply is not None:
        pointed_at(turn, reply)
    else:
        raise WordsNeeded(command="/report", example="/report 3号楼路灯不亮")


def status(turn: Turn, command: Command) -> None:
    ticket, _ = turn.ticket(command)
    turn.answer(Progress(), ticket_id=ticket)


def support(turn: Turn, command: Command) -> None:
    ticket, _ = turn.ticket(command)
    turn.visit.cases.support(ticket, turn.who)  # the card shows the count: nothing else is said in the group


def reopen(turn: Turn, command: Command) -> None:
    ticket, why = turn.ticket(command)
    turn.visit.cases.reopen(ticket, turn.who, why)
    turn.confirm("reopen", ticket)


def mine(turn: Turn, command: Command) -> None:
    if turn.in_group:
        raise PrivateOnly(command=f"/{command.name}")
    turn.answer(TicketList(what="mine", lines=turn.visit.cases.mine(turn.who.address)))


def help_(turn: Turn, command: Command) -> None:
    part = "resident"
    if not turn.in_group or turn.place.kind == "work":
        part = "coordinator" if turn.who.is_coordinator else "worker" if turn.who.is_staff else "resident"
    turn.answer(Help(part=part))


def privacy(turn: Turn, command: Command) -> None:
    turn.answer(Privacy())


def start(turn: Turn, command: Command) -> None:
    """First contact in a private chat; with a token, an invitation is taken up."""
    if turn.in_group:
        return
    token = command.args.strip()
    if not token:
        turn.answer(PersonWelcome(name=turn.who.name, roles=_roles(turn)))
        return
    if turn.community is not None and (known := turn.visit.cases.numbered(token, turn.community.id)) is not None:
        turn.answer(Progress(), ticket_id=known)
        return
    community_id, name, role = turn.visit.register.accept_invitation(token, turn.who.address, turn.said.by.name)
    place = turn.visit.register.open_private(turn.place.address, language=None, community=community_id)
    turn.visit.answer(place, PersonWelcome(name=name, roles=(role,)))


def _roles(turn: Turn) -> tuple[str, ...]:
    return tuple(":".join(filter(None, (r.kind, r.party or r.grid or r.point))) for r in turn.who.roles)


COMMANDS: dict[str, Handler] = {
    "report": report,
    "status": status,
    "support": support,
    "reopen": reopen,
    "mine": mine,
    "help": help_,
    "privacy": privacy,
    "start": start,
}
