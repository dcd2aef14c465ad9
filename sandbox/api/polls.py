"""sendPoll, stopPoll: questions with 2 to 12 answers."""

from typing import Any

from sandbox.api.ask import Ask
from sandbox.api.posting import post
from sandbox.api.registry import HOW, WHERE, method
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text.rich import clean
from sandbox.text.utf16 import units

QUESTION_LIMIT = 300  # characters
OPTION_LIMIT = 100
MOST_OPTIONS = 12
FORM = """question question_parse_mode question_entities options is_anonymous type allows_multiple_answers
    allows_revoting shuffle_options correct_option_id correct_option_ids explanation explanation_parse_mode
    explanation_entities members_only open_period close_date is_closed"""


@method("sendPoll", WHERE, FORM, HOW)
def send_poll(ask: Ask) -> Json:
    ask.chat("write")
    kind = ask.text("type", "regular")
    if kind not in {"regular", "quiz"}:
        raise bad("unsupported poll type specified")
    question = worded(ask.text("question"), "question", QUESTION_LIMIT)
    options = ask.object("options", "options")
    if not isinstance(options, list):
        raise bad("can't parse options: expected an Array of InputPollOption")
    poll: Json = {
        "id": str(ask.town.number()),
        "question": question,
        "options": options_of(options),
        "total_voter_count": 0,
        "is_closed": ask.yes("is_closed"),
        "is_anonymous": ask.yes("is_anonymous", default=True),
        "type": kind,
        "allows_multiple_answers": ask.yes("allows_multiple_answers"),
        "allows_revoting": ask.yes("allows_revoting", default=kind == "regular"),
        "members_only": ask.yes("members_only"),
        **answer_of(ask, kind, len(options)),
    }
    return post(ask, {"poll": poll}, "can_send_polls")


def options_of(options: list[Any]) -> list[Json]:
    if len(options) < 2:
        raise bad("poll must have at least 2 option")
    if len(options) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    said = [option.get("text") if isinstance(option, dict) else option for option in options]
    texts = [worded(text if isinstance(text, str) else "", "options", OPTION_LIMIT) for text in said]
    return [{"persistent_id": str(number), "text": text, "voter_count": 0} for number, text in enumerate(texts, 1)]


def worded(text: str, what: str, limit: int) -> str:
    cleaned = clean(text).strip()
    if not cleaned:
        raise bad(f"poll {what} must be non-empty")
    if units(cleaned) > limit:
        raise bad(f"poll {what} length must not exceed {limit}")
    return cleaned


def answer_of(ask: Ask, kind: str, options: int) -> Json:
    """A quiz's right answer."""
    if kind != "quiz":
        return {}
    several = ask.object("correct_option_ids", "correct_option_ids")
    right = several[0] if isinstance(several, list) and several else ask.number("correct_option_id", -1)
    if not isinstance(right, int) or not 0 <= right < options:
        raise bad("wrong correct option ID specified")
    return {"correct_option_ids": [right]}


@method("stopPoll", "chat_id message_id reply_markup business_connection_id")
def stop_poll(ask: Ask) -> Json:
    message = ask.message(ask.chat("edit"), "message with poll to stop not found")
    if "poll" not in message.body:
        raise bad("message with poll to stop not found")
    if message.author != ask.bot.id:
        raise bad("poll can't be stopped")
    if message.body["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    poll: Json = message.body["poll"] | {"is_closed": True}
    message.body = {**message.body, "poll": poll}
    ask.town.tell(ask.bot, "poll", poll, lane=f"poll {poll['id']}")
    return poll
