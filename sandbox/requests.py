"""The only place that takes an HTTP request apart: query, form, multipart or JSON, one set of fields."""

import json

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from sandbox.api.params import Sent, Upload, as_text
from sandbox.errors import Refusal, bad

UPLOAD_LIMIT = 50 << 20  # bytes of one request


async def sent_with(request: Request) -> Sent:
    """Fields and files of a call; body fields win over those of the query."""
    if int(request.headers.get("content-length") or 0) > UPLOAD_LIMIT:
        raise Refusal(413, "Request Entity Too Large")
    query = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return Sent({**query, **in_json(await request.body())})
    if kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(max_part_size=UPLOAD_LIMIT) as form:
            fields, files = await taken(form)
        return Sent({**query, **fields}, files)
    return Sent(query)


def in_json(body: bytes) -> dict[str, str]:
    try:
        said = json.loads(body or b"{}")
    except ValueError:
        raise bad("can't parse request body as JSON") from None
    if not isinstance(said, dict):
        raise bad("request body must be a JSON object")
    return {name: as_text(value) for name, value in said.items() if value is not None}


async def taken(form: FormData) -> tuple[dict[str, str], dict[str, Upload]]:
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            files[name] = Upload(value.filename or name, await value.read(), value.content_type)
        else:
            fields[name] = value
    return fields, files
