"""editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup."""

from sandbox.api.ask import Ask
from sandbox.api.keyboards import inline_keyboard
from sandbox.api.media import medium
from sandbox.api.posting import spend
from sandbox.api.registry import CAPTION, TEXT, WHICH, method
from sandbox.api.sending import captioned
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.town.chats import Chat, Message

UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
MEDIA = ("photo", "document", "video", "animation", "audio")
WORDS = ("text", "entities", "caption", "caption_entities")


@method("editMessageText", WHICH, TEXT, "reply_markup")
def edit_text(ask: Ask) -> Json:
    message = own_message(ask)
    if "text" not in message.body:
        raise bad("there is no text in the message to edit")
    return change(ask, message, ask.rich_text().fields(), ("text", "entities"))


@method("editMessageCaption", WHICH, CAPTION, "reply_markup")
def edit_caption(ask: Ask) -> Json:
    message = own_message(ask)
    if not any(kind in message.body for kind in MEDIA):
        raise bad("there is no caption in the message to edit")
    return change(ask, message, captioned(ask.rich_caption()), ("caption", "caption_entities"))


@method("editMessageMedia", WHICH, "media reply_markup")
def edit_media(ask: Ask) -> Json:
    message = own_message(ask)
    if "poll" in message.body or message.is_service:
        raise bad("message can't be edited")
    return change(ask, message, medium(ask, ask.object("media", "input media")), (*MEDIA, *WORDS))


@method("editMessageReplyMarkup", WHICH, "reply_markup")
def edit_markup(ask: Ask) -> Json:
    return change(ask, own_message(ask), {}, ())


def own_message(ask: Ask) -> Message:
    """The message to edit: there, and the bot's own."""
    if "inline_message_id" in ask and "chat_id" not in ask:
        raise bad("MESSAGE_ID_INVALID")
    message = ask.message(ask.chat("edit"), "message to edit not found")
    if message.author != ask.bot.id or message.is_service:
        raise bad("message can't be edited")
    return message


def change(ask: Ask, message: Message, new: Json, replaced: tuple[str, ...]) -> Json:
    """Puts `new` in place of the fields `replaced`; buttons not sent again are gone, as on Telegram."""
    markup = inline_keyboard(ask.text("reply_markup"), private=message.chat.is_private, inline_only=True)
    body = {key: value for key, value in message.body.items() if key not in {*replaced, "reply_markup"}}
    body |= new | ({"reply_markup": markup} if markup else {})
    if body == message.body:
        raise bad(UNCHANGED)
    spend(ask.town, ask.bot, where_counted(ask, message.chat))
    message.body = body | {"edit_date": ask.town.stamp()}
    ask.town.spread("edited_message", message)
    return ask.town.show(message)


def where_counted(ask: Ask, chat: Chat) -> Chat:
    """An old message of an upgraded group is edited there still."""
    return ask.town.groups[chat.upgraded_to] if chat.upgraded_to else chat
