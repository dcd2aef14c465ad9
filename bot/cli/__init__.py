"""The verbs of `linliban`: the only place that people at a terminal talk to."""

from bot.cli.verbs import main as main
