"""One thing somebody said, with all that a handler needs to answer it: where, who, in which community."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from bot.handlers.vocabulary import vocabulary
from bot.hear import Command, Said, Speaker
from bot.reading import Reading, understand
from tracker.desk import Visit
from tracker.errors import NoSuchTicket, UnboundPlace, WhichTicket
from tracker.facts import Acknowledged, Fact
from tracker.states import Action
from tracker.views import CommunityView, File, PlaceView, Somebody

_NUMBER = re.compile(r"\s*[#＃]?\s*([A-Za-z][A-Za-z0-9]{0,5}?)\s*-?\s*([0-9]{1,9})(?![0-9A-Za-z])")


@dataclass
class Turn:
    visit: Visit
    said: Said
    place: PlaceView
    who: Somebody
    community: CommunityView | None
    username: str

    @property
    def source(self) -> str:
        """The message's identity: one message opens one ticket."""
        return f"{self.said.place}:{self.said.message}"

    @property
    def known(self) -> CommunityView:
        """The community of this place; UnboundPlace where there is none."""
        if self.community is None:
            raise UnboundPlace
        return self.community

    @property
    def in_group(self) -> bool:
        return not self.said.private

    def understood(
        self, text: str, *, addressed: bool = False, forwarded: bool = False, tag: str | None = None
    ) -> Reading:
        """What the words mean here; `tag` was given beside them, in a reply."""
        words = vocabulary(self.known, self.username)
        return understand(text, words, addressed=addressed, forwarded=forwarded, tag=tag)

    def answer(self, fact: Fact, *, ticket_id: int | None = None) -> None:
        """Answer this message; in a group as a reply to it."""
        self.visit.answer(
            self.place, fact, reply_to=self.said.message if self.in_group else None, ticket_id=ticket_id,
            topic=self.said.topic,
        )  # fmt: skip

    def confirm(self, action: Action | str, ticket_id: int, *, group_hears: bool = False) -> None:
        """A command was carried out; said here unless the group, being here, hears of it anyway."""
        if not (group_hears and self.visit.cases.was_said_in(ticket_id, self.place)):
            self.answer(Acknowledged(action=action), ticket_id=ticket_id)

    @cached_property
    def replied_about(self) -> tuple[int, dict[str, object] | None] | None:
        """The ticket that the message replied to is about, and the fact it told, if it was one of ours."""
        reply = self.said.reply
        return self.visit.cases.about(self.place, reply.message) if reply else None

    @property
    def replied_ticket(self) -> int | None:
        return self.replied_about[0] if self.replied_about else None

    def ticket(self, command: Command) -> tuple[int, str]:
        """The ticket a command means and the words after its number: by number first, else by what it replies to."""
        named = self.number_in(command.args)
        if named is not None:
            number, rest = named
            if (found := self.visit.cases.numbered(number, self.known.id)) is None:
                raise NoSuchTicket(number=number)
            return found, rest
        if self.replied_ticket is None:
            if (foreign := _NUMBER.match(command.args)) is not None:
                raise NoSuchTicket(number=f"{foreign[1].upper()}{int(foreign[2])}")
            raise WhichTicket(command=f"/{command.name} {self.known.prefix}12")
        return self.replied_ticket, command.args.strip()

    def number_in(self, args: str) -> tuple[str, str] | None:
        """`#XZ12 why` into number and rest, if it begins with a number of this community."""
        match = _NUMBER.match(args)
        if match is None or match[1].upper() != self.known.prefix:
            return None
        return f"{match[1].upper()}{int(match[2])}", args[match.end() :].strip()


@dataclass(frozen=True)
class Source:
    """The message that is the report: the one just said, or the one it replies to."""

    source: str
    message: int
    by: Speaker
    text: str
    files: tuple[File, ...]
    album: str | None
    forwarded: bool


def source_of(turn: Turn) -> Source:
    """The message itself."""
    said = turn.said
    return Source(turn.source, said.message, said.by, said.text, said.files, said.album, said.forwarded)


def replied_source(turn: Turn) -> Source | None:
    """Somebody's message that was answered with a tag: that one then is the report (CONTRACT)."""
    reply = turn.said.reply
    if reply is None or reply.by_us or reply.by is None or not reply.by.is_person or not (reply.text or reply.files):
        return None
    key = f"{turn.said.place}:{reply.message}"
    return Source(key, reply.message, reply.by, reply.text, reply.files, reply.album, reply.forwarded)


def with_text(source: Source, text: str) -> Source:
    return replace(source, text=text)
