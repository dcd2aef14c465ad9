"""The only place for the form of Telegram's objects and for lists of its many names."""

from typing import Any

Json = dict[str, Any]  # plain dictionaries: Telegram may add a field any day


def words(listed: str) -> frozenset[str]:
    """Names written one after another."""
    return frozenset(listed.split())
