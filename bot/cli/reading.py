"""The verb read: shows how messages would be understood, and stores nothing."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.reading import Vocabulary
    from tracker.community import CommunityFile
    from tracker.views import CommunityView

USERNAME = "linliban_bot"  # the real one only Telegram knows
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--community", type=FILE, help="按该社区的标签和分类来读 · with that community's tags and categories")
def read(file: Iterable[bytes], community: Path | None) -> int:
    """看看机器人怎么理解 · one JSON object a line in, {"text": …}, and out; nothing is stored."""
    from bot.reading import read_line

    words = _words_of(community)
    spoilt = 0
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            understood = read_line(_text(line), words)
        except ValueError as error:
            spoilt += 1
            click.echo(f"linliban: line {number}: {error}", err=True)
            continue
        click.echo(json.dumps(understood, ensure_ascii=False))
    return 1 if spoilt else 0


def _words_of(community: Path | None) -> "Vocabulary":
    """The built-in words, and with a community's file its own, as the running bot would know them.

    Raises CommunityMistakes.
    """
    from bot.reading import BUILTIN

    if community is None:
        return BUILTIN
    from bot.handlers.vocabulary import vocabulary
    from tracker.community import load

    return vocabulary(_view(load(community)), USERNAME)


def _view(file: "CommunityFile") -> "CommunityView":
    from tracker.views import CategoryView, CommunityView, TagView

    return CommunityView(
        id=0,
        name=file.community.name,
        prefix=file.community.prefix,
        timezone=file.community.timezone,
        language=file.community.language,
        bot_name=file.bot_name,
        emergency=file.community.emergency,
        categories=tuple(CategoryView(c.name, c.keywords, c.urgency, c.lead) for c in file.categories()),
        tags=tuple(TagView(t.name, t.aliases, t.category) for t in file.tags()),
        grids=tuple(grid.name for grid in file.grids),
    )


def _text(line: bytes) -> str:
    """Raises ValueError with a clear reason."""
    try:
        said: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("is not written in UTF-8") from None
    except (ValueError, RecursionError):
        raise ValueError('is no JSON, write {"text": "…"}') from None
    text = said.get("text") if isinstance(said, dict) else None
    if not isinstance(text, str):
        raise ValueError('has no text, write {"text": "…"}')
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be printed
