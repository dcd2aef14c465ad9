"""People and places, and the words of a community, as they go over the desk."""

from dataclasses import dataclass

from tracker.states import RoleKind


@dataclass(frozen=True)
class Role:
    kind: RoleKind
    party: str | None = None
    grid: str | None = None
    point: str | None = None


@dataclass(frozen=True)
class Somebody:
    """Who acts: an address, and what the community's register knows of it (a resident has no roles)."""

    address: str
    name: str = ""
    roles: tuple[Role, ...] = ()

    def has(self, *kinds: RoleKind) -> bool:
        return any(role.kind in kinds for role in self.roles)

    @property
    def is_coordinator(self) -> bool:
        return self.has(RoleKind.COORDINATOR)

    @property
    def has_dispatch(self) -> bool:
        """Whether he may name parties and check work."""
        return self.has(RoleKind.COORDINATOR, RoleKind.GRID_WORKER)

    @property
    def is_staff(self) -> bool:
        return bool(self.roles)


@dataclass(frozen=True)
class CategoryView:
    name: str
    keywords: tuple[str, ...]
    urgency: str | None
    lead: str | None


@dataclass(frozen=True)
class TagView:
    name: str
    aliases: tuple[str, ...]
    category: str | None


@dataclass(frozen=True)
class CommunityView:
    id: int
    name: str
    prefix: str
    timezone: str
    language: str
    bot_name: str
    emergency: dict[str, str]
    categories: tuple[CategoryView, ...] = ()
    tags: tuple[TagView, ...] = ()
    parties: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    hours: tuple[tuple[str, str], ...] = ()
    grids: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceView:
    """A chat as the tracker knows it: an opaque address, its kind, and whose it is."""

    id: int
    address: str
    kind: str  # residents, work, hall, private or new (a group nobody has bound yet)
    community: int | None
    name: str
    language: str
    timezone: str
    party: str | None = None  # whose place it is, where it is one party's
