"""Chinese is the source, every other language a gettext catalogue: the only place that opens one."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import import_module
from io import BytesIO
from pathlib import Path

LOCALE = Path(__file__).parents[1] / "locale"
LANGUAGES = ("zh", "en")


def mark(msgid: str) -> str:
    """Marks a text for translation where it stands in a table; it is translated when it is said."""
    return msgid


@cache
def translations(language: str) -> NullTranslations:
    """The words of a language; Chinese for one we do not have."""
    if language == "zh" or language not in LANGUAGES:
        return NullTranslations()
    source = LOCALE / language / "LC_MESSAGES" / "linliban.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return GNUTranslations(BytesIO(compiled.read_bytes()))
    return GNUTranslations(BytesIO(_compile(source)))


def _compile(source: Path) -> bytes:
    """For a tree in which the catalogues were edited or never compiled."""
    try:
        po, mo = import_module("babel.messages.pofile"), import_module("babel.messages.mofile")
    except ImportError:
        raise RuntimeError(f"{source} is not compiled: run `make catalogues`") from None
    out = BytesIO()
    with source.open("rb") as lines:
        mo.write_mo(out, po.read_po(lines))
    return out.getvalue()
