"""Coming and going: we are brought into a group, removed, blocked, let back in."""

from bot.hear import Blocked, Joined, Unblocked
from tracker.desk import Visit
from tracker.facts import GroupWelcome


def joined(visit: Visit, heard: Joined, *, reads_all: bool) -> None:
    """First contact with a group: how to report, and, where something is missing, what it is and the cure.

    `reads_all`: privacy mode is off, so that we hear everything without being an administrator.
    """
    place = visit.register.meet_group(heard.place)
    missing = () if reads_all or heard.rights == "administrator" else ("untagged_unseen",)
    if missing:
        visit.register.unheard(place)
    fact = GroupWelcome(bound=place.community is not None, missing=missing)
    visit.register.welcome_group(place, fact, again=heard.fresh)


def blocked_or_back(visit: Visit, heard: Blocked | Unblocked) -> None:
    if isinstance(heard, Blocked):
        visit.register.left(heard.address, "blocked")
    else:
        visit.register.back(heard.address)
