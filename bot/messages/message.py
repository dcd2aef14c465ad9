"""What is said in a chat, ready to send: the only place that knows what a message consists of."""

import html
import re
from dataclasses import dataclass

from tracker.views import File


@dataclass(frozen=True)
class Button:
    """A button under a message: `data` comes back when it is pressed, `url` opens a page."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Message:
    """`text` is Telegram HTML, escaped; `photos` are to be sent along; `silent` rings no phone."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    photos: tuple[File, ...] = ()
    silent: bool = False


def plain(message: Message) -> str:
    """The text without HTML, for the day Telegram refuses our HTML."""
    return html.unescape(re.sub(r"</?[a-z][^<>]*>", "", message.text))
