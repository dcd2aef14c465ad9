"""The only place for scripted misfortune: the next matching call fails as the test says."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Fault:
    """`hang` in seconds of real time; `after_accepting` does the work first and loses the answer."""

    method: str
    status: int = 500
    body: Any = None  # a string goes out as HTML, anything else as JSON
    retry_after: int | None = None
    times: int = 1
    chat: int | None = None
    after_accepting: bool = False
    hang: float = 0.0
    description: str | None = None

    def matches(self, method: str, chat: object) -> bool:
        if self.times <= 0 or self.method.lower() not in {"*", method.lower()}:
            return False
        return self.chat is None or str(self.chat) == str(chat)

    def words(self) -> str:
        if self.retry_after is not None:
            return f"Too Many Requests: retry after {self.retry_after}"
        return self.description or NAMES.get(self.status, "Internal Server Error")


NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    429: "Too Many Requests: retry after 1",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
