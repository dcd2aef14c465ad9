"""The only place that decides which bots hear a message: Telegram's privacy mode."""

from sandbox.text.utf16 import cut
from sandbox.town.chats import Message
from sandbox.town.people import Bot


def hears(bot: Bot, message: Message, *, from_bot: bool, answered: Message | None) -> bool:
    """Whether Telegram tells `bot` of this message. `answered` is what the message replies to."""
    chat = message.chat
    if message.author == bot.id:
        return message.is_service
    if chat.is_private:
        return chat.bot_id == bot.id
    member = chat.member(bot.id)
    if not member.present or (from_bot and not message.is_service):
        return False
    if bot.reads_all or member.in_charge or message.is_service:
        return True
    return (answered is not None and answered.author == bot.id) or is_command_for(bot, message)


def is_command_for(bot: Bot, message: Message) -> bool:
    """`/x@bot`, or a plain `/x` when this bot was the last one to speak or is the only one."""
    chat = message.chat
    alone = chat.last_speaker in {None, bot.id}
    text: str = message.body.get("text") or message.body.get("caption") or ""
    for entity in message.body.get("entities") or message.body.get("caption_entities") or ():
        if entity["type"] != "bot_command":
            continue
        _, _, name = cut(text, entity["offset"], entity["length"]).partition("@")
        if name.lower() == (bot.username or "").lower() if name else alone:
            return True
    return False
