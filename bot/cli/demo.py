"""The verb demo: practice Telegram, bot, clock and page in one process, with a database of its own."""

import os
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

PORT = 8710


FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0: 任选 · any free one")
@click.option(
    "--data", type=click.Path(file_okay=False, path_type=Path), help="把数据库留在此处 · keep the database here"
)
@click.option("--no-browser", is_flag=True, help="不打开浏览器 · open no browser")
@click.option("--verbose", is_flag=True, help="显示日志 · show the bot's log")
def demo(port: int, data: Path | None, no_browser: bool, verbose: bool) -> int:
    """演示:三部手机、可拨的钟、一件事从头到尾 · practice Telegram with three phones and a clock to turn."""
    import asyncio

    from bot.cli.practice import practise

    def opened(url: str) -> None:
        click.echo(f"演示已就绪 · the demo is ready: {url}\n按 Ctrl-C 结束 · Ctrl-C ends it")
        if not no_browser and _somebody_looks():
            webbrowser.open(url)

    with _folder(data) as folder:
        return asyncio.run(practise(folder, port, opened, log_level="INFO" if verbose else "ERROR"))


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is None:
        with TemporaryDirectory(prefix="linliban-demo-") as name:
            yield Path(name)
    else:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept


def _somebody_looks() -> bool:
    """A terminal, and a screen to open a window on; else a text browser might take the terminal over."""
    screen = sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return sys.stdout.isatty() and screen
