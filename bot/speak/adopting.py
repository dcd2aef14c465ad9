"""A card that may have been posted just before a crash: the only place that looks for it, lest there be two."""

from telegram import Bot
from telegram.constants import ParseMode

from bot.envelope import keyboard
from bot.messages.lengths import fit
from bot.messages.render import Message
from bot.pace import Pace
from bot.shore import is_card_gone, is_not_modified, is_wrong_kind, outcome_of
from bot.speak.sending import NO_PREVIEW, Parcel
from tracker.outcomes import Delivered, NotSent, Outcome, Unasked, Unknown
from tracker.views import LOOK_AHEAD


async def adopt(bot: Bot, parcel: Parcel, after: int, pace: Pace, *, rivals: bool = False) -> Outcome | None:
    """Edit what would be the card into it, from message `after` + 1 on. None: it was never posted.

    `after` is the latest message known when the card was sent, and nothing of ours was posted since (tracker/outbox.py,
    LOOKED_FOR); others' messages cannot be edited. With `rivals` something of ours may stand before the card, which
    then is the last that can be edited.
    """
    has_photo = parcel.picture is not None
    ahead = range(after + 1, after + 1 + LOOK_AHEAD)
    for message in reversed(ahead) if rivals else ahead:
        trip = pace.book()
        try:
            if not await trip.departs():
                return Unasked("no seat in time")
            await edit(bot, parcel.chat, message, parcel.message, has_photo=has_photo)
        except Exception as error:
            if is_not_modified(error):
                return Delivered(message, has_photo=has_photo, adopted=True)
            if not (is_card_gone(error) or is_wrong_kind(error)):
                outcome = outcome_of(error)
                # An edit that may have arrived may be made again: nothing was said twice.
                return NotSent(outcome.why) if isinstance(outcome, Unknown) else outcome
        else:
            return Delivered(message, has_photo=has_photo, adopted=True)
        finally:
            trip.over()
    return None


async def edit(bot: Bot, chat: int, message: int, content: Message, *, has_photo: bool) -> None:
    """Make a message of ours say `content`; raises Telegram's errors."""
    if has_photo:
        await bot.edit_message_caption(
            chat_id=chat,
            message_id=message,
            caption=fit(content, photos=True).text,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(content),
        )
    else:
        await bot.edit_message_text(
            content.text,
            chat_id=chat,
            message_id=message,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(content),
            link_preview_options=NO_PREVIEW,
        )
