"""sendMediaGroup, and the InputMedia objects it shares with editMessageMedia."""

from typing import Any

from sandbox.api.ask import Ask
from sandbox.api.params import Upload
from sandbox.api.posting import post_all
from sandbox.api.registry import HOW, WHERE, method
from sandbox.errors import bad
from sandbox.json import Json
from sandbox.text.rich import CAPTION_LIMIT, compose

KINDS = {"photo": "Photo", "document": "Document"}


@method("sendMediaGroup", WHERE, "media", HOW)
def send_media_group(ask: Ask) -> list[Json]:
    ask.chat("write")
    items = ask.object("media", "media")
    if not isinstance(items, list) or not items:
        raise bad("there are no messages to send" if items == [] else "media must be an Array of InputMedia")
    if not 2 <= len(items) <= 10:
        raise bad("too many messages to send as an album" if len(items) > 10 else "album must have 2-10 items")
    if len({item.get("type") for item in items if isinstance(item, dict)}) != 1:
        raise bad("can't use the media of the specified type in the album")
    bodies = [medium(ask, item) for item in items]
    group = {"media_group_id": str(ask.town.number())}
    right = "can_send_photos" if "photo" in bodies[0] else "can_send_documents"
    return post_all(ask, [{**body, **group} for body in bodies], right)


def medium(ask: Ask, item: Any) -> Json:
    """The message fields of one InputMedia: its file and its caption."""
    if not isinstance(item, dict) or item.get("type") not in KINDS:
        kind = item.get("type") if isinstance(item, dict) else None
        raise bad(
            f"can't parse InputMedia: type {kind!r} is not one the practice server knows" if kind else "media not found"
        )
    caption = compose(
        str(item.get("caption", "")),
        item.get("parse_mode"),
        item.get("caption_entities"),
        limit=CAPTION_LIMIT,
        user=ask.person,
    )
    return {
        **content(ask, item["type"], str(item.get("media", ""))),
        **caption.fields("caption", "caption_entities"),
    }


def content(ask: Ask, kind: str, named: str) -> Json:
    files = ask.town.files
    if named.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    if not named.startswith("attach://"):
        file = files.find(named, KINDS[kind])
    else:
        upload = attached(ask, named)
        file = (
            files.add_photo(upload.data)
            if kind == "photo"
            else files.add("Document", upload.data, upload.name, upload.mime)
        )
    return {"photo": files.photo_sizes(file)} if kind == "photo" else {"document": file.document()}


def attached(ask: Ask, named: str) -> Upload:
    upload = ask.sent.files.get(named.removeprefix("attach://"))
    if upload is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return upload
