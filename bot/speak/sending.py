"""One message on its way: the only place that knows which of Telegram's methods says what."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog
from telegram import Bot, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, ReplyParameters
from telegram import Message as Posted
from telegram.constants import ParseMode

from bot.envelope import keyboard
from bot.loop import Sleep
from bot.messages.lengths import CAPTION, width
from bot.messages.render import Message, plain
from bot.shore import is_bad_html, is_no_photo, is_no_reply, is_no_thread, outcome_of, why
from tracker.outcomes import Delivered, NotSent, Outcome, TooFast, Unasked
from tracker.views import File

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
ALBUM = 10  # photos in one sendMediaGroup
LONGEST_WAIT = 5.0  # seconds that photos behind a text wait for Telegram's permission
WAITS = (0.2, 1.0)  # seconds between attempts at what never left us

_MEDIUM: dict[str, type[InputMediaPhoto | InputMediaDocument]] = {
    "photo": InputMediaPhoto,
    "document": InputMediaDocument,
}

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Parcel:
    """A message and where it goes; `html` is False once Telegram refused our HTML."""

    message: Message
    chat: int
    reply_to: int | None = None
    topic: int | None = None
    html: bool = True

    @property
    def text(self) -> str:
        return self.message.text if self.html else plain(self.message)

    @property
    def picture(self) -> File | None:
        """The one photo that carries the text as its caption."""
        one = len(self.message.photos) == 1 and width(plain(self.message)) <= CAPTION
        return self.message.photos[0] if one else None

    @property
    def behind(self) -> tuple[File, ...]:
        """The photos that follow the text in a message of their own."""
        return () if self.picture else self.message.photos


async def send(bot: Bot, parcel: Parcel) -> tuple[Outcome, Parcel]:
    """Say it; what Telegram refuses for its form goes once more without it. Tells what was really sent."""
    while True:
        try:
            posted = await _post(bot, parcel)
        except Exception as error:
            simpler = _simpler(parcel, error)
            if simpler is None:
                return outcome_of(error), parcel
            log.warning("sent_simpler", why=why(error))
            parcel = simpler
        else:
            return Delivered(posted.message_id, has_photo=parcel.picture is not None), parcel


async def send_behind(bot: Bot, parcel: Parcel, message: int, sleep: Sleep = asyncio.sleep) -> None:
    """The photos of a text that could not carry them, in reply to it; raises Telegram's errors."""
    for album in _albums(parcel.behind):
        for wait in (*WAITS, None):
            try:
                await _post_album(bot, parcel, album, message)
                break
            except Exception as error:
                longer = wait_of(outcome_of(error))
                if wait is None or longer is None or longer > LONGEST_WAIT:
                    raise
                await sleep(max(wait, longer))


def wait_of(outcome: Outcome) -> float | None:
    """Seconds after which what has not been said may be tried again; None where it may have been, or never will be."""
    match outcome:
        case TooFast(seconds):
            return seconds
        case NotSent() | Unasked():
            return 0.0
        case _:
            return None


async def _post(bot: Bot, parcel: Parcel) -> Posted:
    common: dict[str, Any] = {
        **_where(parcel, parcel.reply_to),
        "parse_mode": ParseMode.HTML if parcel.html else None,
        "reply_markup": keyboard(parcel.message),
    }
    picture = parcel.picture
    if picture is None:
        return await bot.send_message(text=parcel.text, link_preview_options=NO_PREVIEW, **common)
    if picture.kind == "photo":
        return await bot.send_photo(photo=picture.ref, caption=parcel.text, **common)
    return await bot.send_document(document=picture.ref, caption=parcel.text, **common)


async def _post_album(bot: Bot, parcel: Parcel, album: tuple[File, ...], message: int) -> None:
    where = _where(parcel, message)
    if len(album) > 1:
        await bot.send_media_group(media=[_MEDIUM[each.kind](each.ref) for each in album], **where)
    elif album[0].kind == "photo":
        await bot.send_photo(photo=album[0].ref, **where)
    else:
        await bot.send_document(document=album[0].ref, **where)


def _where(parcel: Parcel, reply_to: int | None) -> dict[str, Any]:
    return {
        "chat_id": parcel.chat,
        "message_thread_id": parcel.topic,
        "disable_notification": parcel.message.silent,
        # A report its author deleted is answered all the same.
        "reply_parameters": ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None,
    }


def _albums(files: tuple[File, ...]) -> Iterator[tuple[File, ...]]:
    """At most ten a time, photos and documents apart, since Telegram refuses a mixture."""
    for kind in _MEDIUM:
        alike = tuple(file for file in files if file.kind == kind)
        for start in range(0, len(alike), ALBUM):
            yield alike[start : start + ALBUM]


def _simpler(parcel: Parcel, error: Exception) -> Parcel | None:
    """The same without what Telegram just refused; None where that is not the form. Each thing goes once."""
    if parcel.html and is_bad_html(error):
        return replace(parcel, html=False)
    if parcel.topic is not None and is_no_thread(error):
        return replace(parcel, topic=None)
    if parcel.reply_to is not None and is_no_reply(error):
        return replace(parcel, reply_to=None)
    if parcel.message.photos and is_no_photo(error):
        return replace(parcel, message=replace(parcel.message, photos=()))
    return None
