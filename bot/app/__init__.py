"""The wiring: the only place that knows every part of the running bot."""

from bot.app.alone import alone as alone
from bot.app.app import App as App
from bot.app.app import CannotStart as CannotStart
from bot.app.running import run as run
