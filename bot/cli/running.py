"""The verb run: the bot itself, until it is told to end."""

import click


@click.command()
def run() -> int:
    """运行机器人,直到收到停止信号 · receive, work, chase and send until SIGTERM or Ctrl-C."""
    from bot import app
    from bot.cli.mistakes import Mistake
    from bot.settings import read_settings

    try:
        return app.run(read_settings())
    except app.CannotStart as error:
        raise Mistake(str(error)) from None
