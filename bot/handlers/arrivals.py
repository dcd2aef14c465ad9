"""Coming and going: we are brought into a group, removed, blocked, let back in."""

from bot.hear import Blocked, Joined, Unblocked
from tracker.desk import Visit
from tracker.facts import GroupWelcome


def joined(visit: Visit, heard: Joined) -> None:
    """First contact with a group: how to report, and, where something is missing, what it is and the cure."""
    place = visit.register.meet_group(heard.place)
    missing = () if heard.rights == "administrator" else ("untagged_unseen",)
    fact = GroupWelcome(bound=place.community is not None, missing=missing)
    visit.register.welcome_group(place, fact, again=heard.fresh)


def blocked_or_back(visit: Visit, heard: Blocked | Unblocked) -> None:
    if isinstance(heard, Blocked):
        visit.register.left(heard.address, "blocked")
    else:
        visit.register.back(heard.address)
