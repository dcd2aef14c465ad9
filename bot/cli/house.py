"""The only place for exit codes: 0 done, 1 ran but the answer is no, 2 wrong use or configuration. No traceback."""

import sys
from collections.abc import Sequence
from typing import Any

import click

STOPPED = 130  # what shells expect of a program that Ctrl-C ended


class House(click.Group):
    """A group of verbs. A verb returns its exit code, or nothing for 0; whatever it raises becomes clear lines."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, **extra)
        sys.exit(self._code(args, prog_name, complete_var, **extra))

    def _code(self, args: Sequence[str] | None, prog_name: str | None, complete_var: str | None, **extra: Any) -> int:
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
            return code if isinstance(code, int) else 0
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.ctx.get_help(), err=True)
            return 2
        except click.ClickException as error:
            return _refuse(_sentence(error))
        except (click.Abort, KeyboardInterrupt):
            return _refuse("stopped", code=STOPPED)
        except Exception as error:
            return _told(error)


def _sentence(error: click.ClickException) -> str:
    verb = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "linliban"
    return f"{error.format_message()} ({verb} --help)"


def _told(error: Exception) -> int:
    from bot.cli.mistakes import lines_of  # only now: it knows everybody's errors, and so imports a lot

    code, lines = lines_of(error)
    return _refuse(*lines, code=code)


def _refuse(*lines: str, code: int = 2) -> int:
    for line in lines:
        click.echo(f"linliban: {' '.join(line.split())}", err=True)
    return code
