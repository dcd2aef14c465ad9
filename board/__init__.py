"""The web side: health, metrics and pages, all asked of the same desk as the bot."""

from board.health import make_app as make_app
from board.serving import Serving as Serving
from board.signs import Signs as Signs
