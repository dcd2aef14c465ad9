"""`python -m bot` is `linliban`."""

from bot.cli import main

main(prog_name="linliban")
