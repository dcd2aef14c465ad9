"""A community's words as the reader needs them."""

from functools import lru_cache

from bot.reading.vocabulary import BUILTIN, CategoryWords, TagWords, Vocabulary
from tracker.views import CommunityView


def vocabulary(community: CommunityView, username: str) -> Vocabulary:
    """Built-in knowledge with the community's categories, tags and names; made once a revision of the register."""
    return _vocabulary(_Key(community), username)


class _Key:
    """A community view by identity of its words: equal views share one vocabulary."""

    def __init__(self, community: CommunityView) -> None:
        self.community = community

    def __hash__(self) -> int:
        return hash((self.community.id, self.community.categories, self.community.tags))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.community == other.community


@lru_cache(maxsize=64)
def _vocabulary(key: _Key, username: str) -> Vocabulary:
    community = key.community
    return BUILTIN.extended(
        categories=tuple(CategoryWords(c.name, c.keywords, c.urgency) for c in community.categories),
        tags=tuple(TagWords(t.name, t.aliases, t.category) for t in community.tags),
        bot_names=(community.bot_name, username),
        prefix=community.prefix,
        emergency=community.emergency,
        places=community.grids,
    )
