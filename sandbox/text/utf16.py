"""The only place for counting as Telegram counts: in UTF-16 code units."""


def units(text: str) -> int:
    """Length in UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of `text` an entity speaks of, both numbers in UTF-16 code units."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "surrogatepass")


def splits_a_symbol(text: str, offset: int) -> bool:
    """Whether `offset` points between the two halves of one symbol."""
    raw = text.encode("utf-16-le", "surrogatepass")[2 * offset : 2 * offset + 2]
    return len(raw) == 2 and 0xDC <= raw[1] <= 0xDF
