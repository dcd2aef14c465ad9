"""The only place for the kinds of parameters, and for reading what came as a form, a query or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import bad
from sandbox.json import words

WHOLE = words(
    """message_id from_message_id message_thread_id reply_to_message_id user_id offset limit timeout
    max_connections cache_time duration width height open_period close_date correct_option_id
    horizontal_accuracy_m live_period heading proximity_alert_radius direct_messages_topic_id"""
)
YES_NO = words(
    """disable_notification protect_content allow_sending_without_reply disable_web_page_preview
    has_spoiler show_caption_above_media disable_content_type_detection is_anonymous
    allows_multiple_answers is_closed is_big show_alert drop_pending_updates only_if_banned
    revoke_messages allow_paid_broadcast remove_caption allows_revoting members_only shuffle_options
    allow_adding_options hide_results_until_closes"""
)
OBJECTS = words(
    """reply_markup reply_parameters entities caption_entities link_preview_options media options
    allowed_updates commands scope reaction menu_button message_ids question_entities explanation_entities
    correct_option_ids suggested_post_parameters description_entities"""
)


@dataclass(frozen=True)
class Upload:
    name: str
    data: bytes = field(repr=False)
    mime: str | None = None


@dataclass(frozen=True)
class Sent:
    """What came with a request, as text, the way the server itself sees it; and the uploaded files."""

    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Upload] = field(default_factory=dict)

    def decoded(self) -> dict[str, Any]:
        """For people to look at: numbers as numbers, objects as objects, files by their name."""
        shown: dict[str, Any] = {name: readable(name, value) for name, value in self.fields.items()}
        return shown | {name: f"<file {upload.name}, {len(upload.data)} bytes>" for name, upload in self.files.items()}


def readable(name: str, value: str) -> Any:
    try:
        if name in WHOLE or (name in {"chat_id", "from_chat_id"} and value.lstrip("-").isdecimal()):
            return int(value)
        if name in YES_NO:
            return truth(value)
        return json.loads(value) if name in OBJECTS else value
    except ValueError:
        return value


def truth(value: str) -> bool:
    """The server's idea of a boolean: true, yes and 1; everything else is false."""
    return value.strip().lower() in {"true", "yes", "1"}


def whole(value: str) -> int | None:
    try:
        return int(value.strip())
    except ValueError:
        return None


def parsed(value: str, what: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise bad(f"can't parse {what} JSON object") from None


def as_text(value: Any) -> str:
    """A value of a JSON body in the form it would have in a web form."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
