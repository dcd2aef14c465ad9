"""Around a message: the only place that says who reads it, and puts buttons into Telegram's form."""

from typing import cast

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.render import Message, Scene, render
from tracker.facts import Fact
from tracker.views import CardView, Letter


def worded(item: Letter | CardView, bot_username: str) -> Message:
    """What a letter says, or a card should say, where it goes."""
    fact = cast(Fact, item.fact)  # tracker/views.py lies below the facts and cannot name them
    return render(fact, item.ticket, scene_of(item, bot_username))


def scene_of(item: Letter | CardView, bot_username: str) -> Scene:
    place = item.place
    return Scene(
        language=place.language,
        timezone=place.timezone,
        now=item.now,
        bot_username=bot_username,
        place_kind=place.kind,
        community=item.community,
        repeat=isinstance(item, Letter) and item.repeat,
        party=place.party,
    )


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(each.text, callback_data=each.data, url=each.url) for each in row]
            for row in message.buttons
        ]
    )
