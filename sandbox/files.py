"""The only place that keeps files: their bytes, their ids, and the links by which a bot downloads them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sandbox.errors import bad
from sandbox.json import Json
from sandbox.pictures import draw, measure

DOWNLOAD_LIMIT = 20 << 20  # bytes
PHOTO_LIMIT = 10 << 20
LINK_KEPT = timedelta(hours=1)
FOLDERS = {"Photo": "photos", "Document": "documents", "Voice": "voice", "Video": "videos"}


@dataclass(frozen=True)
class File:
    id: str
    unique_id: str
    kind: str  # Photo Document Voice Video
    data: bytes = field(repr=False)
    name: str | None = None
    mime: str | None = None
    width: int = 0
    height: int = 0

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def ending(self) -> str:
        if self.kind == "Photo":
            return "jpg" if self.data[:2] == b"\xff\xd8" else "png"
        return (self.name or "").rpartition(".")[2] or {"Voice": "oga"}.get(self.kind, "bin")

    def json(self) -> Json:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": self.size}

    def document(self) -> Json:
        named = {"file_name": self.name, "mime_type": self.mime}
        return {**{key: value for key, value in named.items() if value}, **self.json()}


@dataclass
class Files:
    kept: dict[str, File] = field(default_factory=dict)
    links: dict[str, tuple[File, datetime]] = field(default_factory=dict)  # path → file, good until
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    drawn: dict[int, bytes] = field(default_factory=dict)

    def add(self, kind: str, data: bytes, name: str | None = None, mime: str | None = None) -> File:
        number = next(self.numbers)
        width, height = measure(data) or (0, 0)
        file = File(f"{kind[:2]}-{number:06d}-practice", f"u{number:06d}", kind, data, name, mime, width, height)
        self.kept[file.id] = file
        return file

    def add_picture(self) -> File:
        """A new photo of the town; a dozen different views come round again."""
        view = (len(self.kept) + 1) % 12
        if view not in self.drawn:
            self.drawn[view] = draw(view)
        return self.add("Photo", self.drawn[view])

    def photo_sizes(self, file: File) -> list[Json]:
        """Telegram's PhotoSize list, smallest first; every size leads to the same bytes."""
        edges = sorted({min(edge, file.width, file.height) for edge in (90, 320)})
        smaller = [self._scaled(file, edge) for edge in edges if edge < min(file.width, file.height)]
        return [{**size.json(), "width": size.width, "height": size.height} for size in [*smaller, file]]

    def _scaled(self, file: File, edge: int) -> File:
        identity = f"{file.id}-{edge}"
        if identity not in self.kept:
            scale = edge / max(file.width, file.height)
            width, height = max(1, round(file.width * scale)), max(1, round(file.height * scale))
            unique = f"{file.unique_id}-{edge}"
            self.kept[identity] = File(identity, unique, file.kind, file.data, None, None, width, height)
        return self.kept[identity]

    def find(self, file_id: str, kind: str) -> File:
        """A file by its id, to be sent again as `kind`."""
        file = self.kept.get(file_id)
        if file is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if file.kind != kind:
            raise bad(f"can't use file of type {file.kind} as {kind}")
        return file

    def add_photo(self, data: bytes) -> File:
        """An uploaded photo, within Telegram's limits for photos."""
        size = measure(data)
        if len(data) > PHOTO_LIMIT or not data:
            raise bad("file is too big" if data else "file must be non-empty")
        if size is None:
            raise bad("IMAGE_PROCESS_FAILED")
        if sum(size) > 10_000 or max(size) > 20 * min(size):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return self.add("Photo", data)

    def link(self, file_id: str, now: datetime) -> Json:
        """getFile's answer: a path that is good for an hour."""
        file = self.kept.get(file_id)
        if file is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if file.size > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        path = f"{FOLDERS[file.kind]}/{file.unique_id}.{file.ending}"
        self.links[path] = (file, now + LINK_KEPT)
        return {**file.json(), "file_path": path}

    def at(self, path: str, now: datetime) -> File | None:
        file, until = self.links.get(path, (None, now))
        return file if until > now else None
