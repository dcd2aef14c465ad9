"""sendMessage, sendPhoto, sendDocument, sendLocation, sendChatAction, copyMessage, forwardMessage."""

from sandbox.api.ask import Ask
from sandbox.api.posting import post
from sandbox.api.registry import CAPTION, HOW, TEXT, WHERE, method
from sandbox.errors import bad
from sandbox.files import File
from sandbox.json import Json, words
from sandbox.text.rich import Rich
from sandbox.town.chats import Message

ACTIONS = words(
    """typing upload_photo record_video upload_video record_voice upload_voice upload_document
    choose_sticker find_location record_video_note upload_video_note record_audio upload_audio"""
)
NOT_COPIED = words(
    """message_id from chat date edit_date reply_markup message_thread_id is_topic_message forward_origin
    sender_chat author_signature media_group_id has_protected_content"""
)


@method("sendMessage", WHERE, TEXT, HOW)
def send_message(ask: Ask) -> Json:
    ask.chat("write")
    return post(ask, ask.rich_text().fields(), "can_send_messages")


@method("sendPhoto", WHERE, "photo has_spoiler", CAPTION, HOW)
def send_photo(ask: Ask) -> Json:
    ask.chat("write")
    photo = photo_of(ask, "photo")
    return post(ask, {"photo": ask.town.files.photo_sizes(photo), **captioned(ask.rich_caption())}, "can_send_photos")


@method("sendDocument", WHERE, "document thumbnail disable_content_type_detection", CAPTION, HOW)
def send_document(ask: Ask) -> Json:
    ask.chat("write")
    document = document_of(ask, "document")
    return post(ask, {"document": document.document(), **captioned(ask.rich_caption())}, "can_send_documents")


@method(
    "sendLocation",
    WHERE,
    "latitude longitude horizontal_accuracy live_period heading proximity_alert_radius",
    HOW,
)
def send_location(ask: Ask) -> Json:
    ask.chat("write")
    latitude, longitude = ask.fraction("latitude"), ask.fraction("longitude")
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise bad("wrong latitude or longitude specified")
    return post(ask, {"location": {"latitude": latitude, "longitude": longitude}}, "can_send_other_messages")


@method("sendChatAction", WHERE, "action")
def send_chat_action(ask: Ask) -> bool:
    ask.chat("write")
    if ask.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    return True


@method("copyMessage", WHERE, "from_chat_id message_id", CAPTION, HOW)
def copy_message(ask: Ask) -> Json:
    ask.chat("write")
    source = source_of(ask, "message to copy not found")
    if source.is_service or "poll" in source.body:
        raise bad("message can't be copied")
    body = {key: value for key, value in source.body.items() if key not in NOT_COPIED}
    if "caption" in ask and "text" not in body:
        body = {key: value for key, value in body.items() if key not in {"caption", "caption_entities"}}
        body |= captioned(ask.rich_caption())
    return {"message_id": post(ask, body, "can_send_messages")["message_id"]}


@method("forwardMessage", WHERE, "from_chat_id message_id disable_notification protect_content")
def forward_message(ask: Ask) -> Json:
    ask.chat("write")
    source = source_of(ask, "message to forward not found")
    if source.is_service or source.body.get("has_protected_content"):
        raise bad("message can't be forwarded")
    body = {key: value for key, value in source.body.items() if key not in NOT_COPIED}
    origin = {"type": "user", "sender_user": source.body["from"], "date": source.body["date"]}
    return post(ask, {**body, "forward_origin": source.body.get("forward_origin", origin)}, "can_send_messages")


def source_of(ask: Ask, missing: str) -> Message:
    return ask.message(ask.chat("read", "from_chat_id"), missing)


def captioned(caption: Rich) -> Json:
    return caption.fields("caption", "caption_entities")


def photo_of(ask: Ask, name: str) -> File:
    """A photo uploaded with the call, or one Telegram has already; nothing is fetched by URL."""
    files, upload = ask.town.files, ask.upload(name)
    if upload is not None:
        return files.add_photo(upload.data)
    return files.find(named(ask, name), "Photo")


def document_of(ask: Ask, name: str) -> File:
    files, upload = ask.town.files, ask.upload(name)
    if upload is None:
        return files.find(named(ask, name), "Document")
    if not upload.data:
        raise bad("file must be non-empty")
    return files.add("Document", upload.data, upload.name, upload.mime)


def named(ask: Ask, name: str) -> str:
    value = ask.text(name)
    if not value:
        raise bad(f"there is no {name} in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    return value
