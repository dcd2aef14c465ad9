"""getFile: a link for the download, good for an hour, for files up to 20 MiB."""

from sandbox.api.ask import Ask
from sandbox.api.registry import method
from sandbox.errors import bad
from sandbox.json import Json


@method("getFile", "file_id")
def get_file(ask: Ask) -> Json:
    if not ask.text("file_id"):
        raise bad("file_id not specified")
    return ask.town.files.link(ask.text("file_id"), ask.town.now())
