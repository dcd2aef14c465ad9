"""The only place that knows which methods there are and which parameters each one reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sandbox.api.ask import Ask

W = TypeVar("W", bound="Callable[[Ask], Any]")
Work = Callable[["Ask"], Any]  # of getUpdates an awaitable


@dataclass(frozen=True)
class Done:
    """A result with a sentence beside it, as setWebhook answers."""

    result: Any
    description: str


@dataclass(frozen=True)
class Method:
    name: str
    params: frozenset[str]
    work: Work


METHODS: dict[str, Method] = {}  # by lower-case name: the server does not care about case

WHERE = "chat_id message_thread_id business_connection_id direct_messages_topic_id"
HOW = """disable_notification protect_content allow_paid_broadcast message_effect_id reply_parameters
    reply_markup reply_to_message_id allow_sending_without_reply suggested_post_parameters"""
TEXT = "text parse_mode entities link_preview_options disable_web_page_preview"
CAPTION = "caption parse_mode caption_entities show_caption_above_media"
WHICH = "chat_id message_id inline_message_id business_connection_id"


def method(name: str, *params: str) -> Callable[[W], W]:
    """Declares one Bot API method and the parameters it reads, several to a string."""

    def declare(work: W) -> W:
        METHODS[name.lower()] = Method(name, frozenset(" ".join(params).split()), work)
        return work

    return declare
