"""Who belongs to a community: its grids, chats, parties, people, and the words it sorts reports by."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.models.columns import Key, OfCommunity


class Community(Base):
    __tablename__ = "community"

    id: Mapped[Key] = mapped_column(init=False)
    name: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str]
    language: Mapped[str]
    bot_name: Mapped[str]
    emergency: Mapped[dict[str, Any]]
    calendar: Mapped[dict[str, Any]]
    last_number: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)  # bumped by each `apply`: what was read of it before is stale
    ladder_id: Mapped[int | None] = mapped_column(default=None)  # the newest revision; no FK: the two tables meet


class Ladder(Base):
    """An immutable revision of limits and rungs: a running ticket keeps the one it began with."""

    __tablename__ = "ladder"
    __table_args__ = (UniqueConstraint("community_id", "digest"),)

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    digest: Mapped[str]
    spec: Mapped[dict[str, Any]]


class Grid(Base):
    __tablename__ = "grid"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    name: Mapped[str]


class Place(Base):
    """A chat, and how fast we may speak there. `address` is opaque here (`telegram:-100…`); a group may wait for it."""

    __tablename__ = "place"
    __table_args__ = (
        UniqueConstraint("community_id", "name"),
        CheckConstraint("kind IN ('residents', 'work', 'hall', 'private', 'new')", name="kind"),
        Index(
            "ix_place_newest",
            "newest",
            sqlite_where=text("kind = 'private'"),
            postgresql_where=text("kind = 'private'"),
        ),
        Index(  # whose chat is to be forgotten one day (tracker/privacy.py)
            "ix_place_seen",
            "seen_at",
            sqlite_where=text("kind = 'private' AND address IS NOT NULL"),
            postgresql_where=text("kind = 'private' AND address IS NOT NULL"),
        ),
        Index(  # who has a menu of his own (tracker/people.py: menus)
            "ix_place_menu",
            "menu",
            sqlite_where=text("menu IS NOT NULL"),
            postgresql_where=text("menu IS NOT NULL"),
        ),
    )

    id: Mapped[Key] = mapped_column(init=False)
    kind: Mapped[str]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("community.id"), index=True, default=None)
    name: Mapped[str | None] = mapped_column(default=None)  # the group's name in the community file
    address: Mapped[str | None] = mapped_column(unique=True, default=None)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"), default=None)
    language: Mapped[str | None] = mapped_column(default=None)
    slot_at: Mapped[datetime | None] = mapped_column(default=None)  # nothing is sent here before this moment
    urgent_at: Mapped[datetime | None] = mapped_column(default=None)  # and nothing critical before this one
    recent: Mapped[list[Any]] = mapped_column(
        default_factory=list
    )  # our last sends, seconds since 1970, for the minute's limit
    led: Mapped[dict[str, Any] | None] = mapped_column(default=None)  # when a page of each kind last went first here
    blocked_at: Mapped[datetime | None] = mapped_column(default=None)
    blocked_why: Mapped[str | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(
        default=None
    )  # a private chat: when the person last spoke or pressed
    moved_from: Mapped[str | None] = mapped_column(default=None)  # old messages stay editable under the old address
    welcomed: Mapped[bool] = mapped_column(default=False)
    newest: Mapped[int | None] = mapped_column(BigInteger, default=None)  # the latest message we know of, by anybody
    menu: Mapped[str | None] = mapped_column(default=None)  # the one set here beside everybody's (bot/menus.py)


class Party(Base):
    __tablename__ = "party"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    name: Mapped[str]
    kind: Mapped[str]
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), default=None)


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("community_id", "name"), UniqueConstraint("community_id", "address"))

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    name: Mapped[str]
    address: Mapped[str | None] = mapped_column(index=True, default=None)


class Role(Base):
    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("person_id", "kind", "scope"),)

    id: Mapped[Key] = mapped_column(init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    scope: Mapped[str] = mapped_column(default="")  # the party, grid or point by name: unique with kind, never NULL
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), index=True, default=None)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grid.id"), default=None)


class Category(Base):
    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    name: Mapped[str]
    keywords: Mapped[list[Any]]
    urgency: Mapped[str | None]
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"), default=None)
    assist: Mapped[list[Any]] = mapped_column(default_factory=list)  # party names
    check: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)


class Tag(Base):
    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("community_id", "name"),)

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    name: Mapped[str]
    aliases: Mapped[list[Any]]
    category: Mapped[str | None]


class Invite(Base):
    """A one-time link. Only the token's digest is kept, so a copy of the database invites nobody."""

    __tablename__ = "invite"

    id: Mapped[Key] = mapped_column(init=False)
    community_id: Mapped[OfCommunity]
    digest: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]  # as in the community file: liaison:万科物业
    name: Mapped[str]
    until: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    used_by: Mapped[str | None] = mapped_column(default=None)
