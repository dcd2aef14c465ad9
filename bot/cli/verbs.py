"""The only list of the verbs."""

import click

from bot.cli.backup import backup
from bot.cli.demo import demo
from bot.cli.house import House
from bot.cli.looking import doctor
from bot.cli.outbox import outbox
from bot.cli.reading import read
from bot.cli.register import apply, invite, migrate
from bot.cli.running import run
from bot.cli.webhook import webhook


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linliban", message="%(prog)s %(version)s")
def main() -> None:
    """邻里办:邻居在群里说一句话,事情一直跟到办好 · a neighbour's sentence, followed until it is done.

    环境变量见 .env.example · the environment is explained in .env.example
    """


for verb in (demo, migrate, apply, run, doctor, outbox, backup, webhook, read, invite):
    main.add_command(verb)
