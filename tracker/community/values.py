"""What a community file says once the built-in words and defaults are filled in: plain values for the register."""

from dataclasses import dataclass

from tracker.states import Urgency


@dataclass(frozen=True)
class Category:
    """A class of reports. `key` is the built-in one's, or None for a community's own."""

    name: str
    key: str | None = None
    keywords: tuple[str, ...] = ()  # the community's own words; what any neighbourhood says is known to the reader
    lead: str | None = None  # a party by name; None: a coordinator decides
    assist: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    check: bool = False


@dataclass(frozen=True)
class Tag:
    """`category` is meant where no keyword says better; None: the words must say."""

    name: str
    aliases: tuple[str, ...] = ()
    category: str | None = None


@dataclass(frozen=True)
class Limit:
    """Spans as written: `4wh`, `5wd`."""

    accept: str
    resolve: str
