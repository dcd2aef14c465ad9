"""answerCallbackQuery: within 150 seconds on the town's clock, and once."""

from datetime import timedelta

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.text.utf16 import units
from sandbox.town.taps import PRESS_ANSWERED_WITHIN

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
ANSWER_LIMIT = 200  # characters


@method("answerCallbackQuery", "callback_query_id text show_alert url cache_time")
def answer_callback_query(ask: Ask) -> bool:
    press = ask.town.presses.get(ask.text("callback_query_id"))
    late = press is not None and ask.town.now() - press.at > timedelta(seconds=PRESS_ANSWERED_WITHIN)
    if press is None or press.answer is not None or late:
        raise bad(TOO_OLD)
    if units(ask.text("text")) > ANSWER_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    if ask.text("url"):
        raise bad("URL_INVALID")
    press.answer = {"text": ask.text("text"), "show_alert": ask.yes("show_alert")}
    ask.town.changed.ring()
    return True
