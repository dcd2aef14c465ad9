"""The only place that knows how people mistype: words of the same sound, put right before they are looked up."""

from functools import cache

from bot.reading.lexicon import sign, word_list

SIZES = (4, 3, 2)


def corrected(text: str) -> str:
    """Return `text` (plain) with mistyped words put right, as long as it was, so that positions agree."""
    for pattern, right in word_list("spelling")["phrases"].items():
        text = sign(pattern).sub(right, text)
    variants = _variants()
    letters = list(text)
    for size in SIZES:
        for at in range(len(text) - size + 1):
            if right_word := variants.get(text[at : at + size]):
                letters[at : at + size] = right_word
    return "".join(letters)


@cache
def _variants() -> dict[str, str]:
    """Every often mistyped word with one letter replaced by another of its sound, to the right word."""
    words = word_list("spelling")
    right = set(words["often_mistyped"].split())
    known = right | set(words["real_words"].split())
    found: dict[str, str] = {}
    for word in sorted(right):
        for at, letter in enumerate(word):
            for other in sorted(_sounds().get(letter, set())):
                found.setdefault(word[:at] + other + word[at + 1 :], word)
    return {wrong: word for wrong, word in found.items() if wrong not in known}


@cache
def _sounds() -> dict[str, set[str]]:
    sounds: dict[str, set[str]] = {}
    for group in word_list("spelling")["same_sound"].split():
        for letter in group:
            sounds.setdefault(letter, set()).update(group)
    return sounds
