"""The only place that knows what people mean: the door to tags, places, categories, urgency and masking."""

from bot.reading.masking import mask
from bot.reading.meaning import Reading, read_line, understand
from bot.reading.tags import TagFound, tags_in
from bot.reading.vocabulary import BUILTIN, CategoryWords, TagWords, Vocabulary

__all__ = [
    "BUILTIN",
    "CategoryWords",
    "Reading",
    "TagFound",
    "TagWords",
    "Vocabulary",
    "mask",
    "read_line",
    "tags_in",
    "understand",
]
