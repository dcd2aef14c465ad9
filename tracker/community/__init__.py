"""The community file: what a volunteer writes down, checked and completed, and how the register follows it."""

from tracker.community.complaints import CommunityMistakes
from tracker.community.file import CommunityFile, load, read
from tracker.community.tables import Grid, Group, Party, Person
from tracker.community.values import Category, Limit, Tag

__all__ = [
    "Category",
    "CommunityFile",
    "CommunityMistakes",
    "Grid",
    "Group",
    "Limit",
    "Party",
    "Person",
    "Tag",
    "load",
    "read",
]
