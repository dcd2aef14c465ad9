"""Every text of the code and the templates has its English, with the same placeholders, and nothing is left over."""

import os
import re
import sys
import tomllib
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.messages import catalogue
from bot.messages.catalogue import LANGUAGES, LOCALE, translations
from bot.messages.stationery import TEMPLATES, stationery
from tests.bot.messages.samples import KINDS

ROOT = LOCALE.parents[1]
PO = LOCALE / "en" / "LC_MESSAGES" / "linliban.po"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
HOW = (
    "pybabel extract -F bot/locale/babel.toml -k mark --add-location=file --sort-by-file -o linliban.pot . && "
    "pybabel update -D linliban -d bot/locale -i linliban.pot --ignore-obsolete --no-fuzzy-matching"
)
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def said() -> dict[str, str]:
    """Every text to translate, with the file it stands in."""
    mappings = tomllib.loads((LOCALE / "babel.toml").read_text())["mappings"]
    files = {each["pattern"]: (each["method"], each) for each in mappings}
    found: dict[str, str] = {}
    for pattern, (method, options) in files.items():
        for file in sorted(ROOT.glob(pattern.replace("**.", "**/*."))):
            with file.open("rb") as lines:
                for _, message, _, _ in extract(method, lines, KEYWORDS, options=options):
                    found[message if isinstance(message, str) else message[0]] = file.name
    return found


def english() -> Catalog:
    return read_po(BytesIO(PO.read_bytes()))


def singular(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def translated(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_text_is_translated_and_nothing_is_left_over() -> None:
    ours, theirs = said(), {singular(message) for message in english() if message.id}
    assert len(ours) > 300
    assert sorted(set(ours) - theirs) == [], HOW
    assert sorted(theirs - set(ours)) == [], HOW
    assert not english().obsolete


def test_no_translation_is_empty_or_doubtful() -> None:
    for message in english():
        assert all(text.strip() for text in translated(message)), message.id
        assert not message.id or not message.fuzzy, message.id


def test_translations_carry_the_same_fields() -> None:
    for message in english():
        for text in translated(message) if message.id else ():
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(singular(message))), message.id
            assert text.replace("%%", "").count("%") == len(PLACEHOLDER.findall(text)), message.id


def test_every_text_outside_a_translation_is_a_sign_or_a_number() -> None:
    """A Chinese word that stands in a template without {% trans %} would be Chinese in every language."""
    for file in TEMPLATES.glob("*.j2"):
        source = re.sub(r"{#.*?#}|{% trans.*?{% endtrans %}|gettext\(.*?\)", "", file.read_text(), flags=re.DOTALL)
        assert not re.findall(r"[\u4e00-\u9fff]+", source), file.name


def test_every_fact_has_its_template_and_every_template_its_fact() -> None:
    kinds = {kind.model_fields["kind"].default for kind in KINDS}
    files = {file.stem for file in TEMPLATES.glob("*.j2") if not file.stem.startswith("_")}
    assert files - {"popup"} == kinds


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_can_be_read(language: str) -> None:
    for file in TEMPLATES.glob("*.j2"):
        assert stationery(language).get_template(file.name).name == file.name


def test_a_missing_or_stale_compilation_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    po, mo = folder / "linliban.po", folder / "linliban.mo"
    po.write_bytes(PO.read_bytes())
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    assert fresh("已结案") == "closed"

    with mo.open("wb") as file:
        write_mo(file, english())
    po.write_text("not a catalogue")
    os.utime(po, (0, 0))
    assert fresh("已结案") == "closed"

    po.write_text(PO.read_text().replace('msgstr "closed"', 'msgstr "over and done"'))
    os.utime(mo, (0, 0))
    assert fresh("已结案") == "over and done"


def test_without_either_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "linliban.po").write_bytes(PO.read_bytes())
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path)
    monkeypatch.setitem(sys.modules, "babel.messages.pofile", None)
    with pytest.raises(RuntimeError, match="make catalogues"):
        fresh("已结案")


def fresh(text: str) -> str:
    return translations.__wrapped__("en").gettext(text)
