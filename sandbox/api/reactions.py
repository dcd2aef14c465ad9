"""setMessageReaction: one reaction, from the emojis Telegram knows."""

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.json import words

ALLOWED = words(
    """👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤️‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆
    💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄
    😘 💊 🙊 😎 👾 🤷‍♂️ 🤷 🤷‍♀️ 😡"""
)


@method("setMessageReaction", "chat_id message_id reaction is_big")
def set_message_reaction(ask: Ask) -> bool:
    message = ask.message(ask.chat("write"), "message to react not found")
    wanted = ask.object("reaction", "reaction") or []
    if not isinstance(wanted, list) or not all(isinstance(one, dict) for one in wanted):
        raise bad("can't parse reaction: expected an Array of ReactionType")
    if len(wanted) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji") not in ALLOWED for one in wanted):
        raise bad("REACTION_INVALID")
    message.reactions[ask.bot.id] = [{"type": "emoji", "emoji": one["emoji"]} for one in wanted]
    ask.town.changed.ring()
    return True
