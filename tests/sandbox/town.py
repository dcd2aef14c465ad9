"""The small town of these tests: its clock, its people, and a bot that asks in plain HTTP."""

import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

TOKEN = "1000:practice"
SQUARE = -1001000000001  # a supergroup
YARD = -4001  # a basic group
ANNA, LI, STRANGER = 2001, 2002, 2009


NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading certificates takes longer than a test


class Clock:
    """Stands still until somebody turns it."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


class Wire:
    """A bot's raw view of the Bot API."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.http = httpx.AsyncClient(base_url=f"{url}/bot{token}/", trust_env=False, timeout=10, verify=NO_TLS)

    async def send(self, method: str, **params: Any) -> httpx.Response:
        return await self.http.post(method, json=params)

    async def ask(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        answer = await self.send(method, **params)
        said = answer.json()
        assert said["ok"], said
        return said["result"]

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        """Code and words of a call that must be refused; the HTTP status must agree."""
        answer = await self.send(method, **params)
        said = answer.json()
        assert not said["ok"]
        assert answer.status_code == said["error_code"]
        return said["error_code"], said["description"]
