"""Somebody at the practice page without a browser: opens it, fills in its forms, reads what stands on a phone."""

import re
from html import unescape
from typing import Any

import httpx

from tests.sandbox.town import NO_TLS

RESIDENT, WORKER, CHAIR = 0, 1, 2


class Visitor:
    def __init__(self, url: str, language: str = "zh") -> None:
        self.url = url
        cookies = {"language": language}
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=10, verify=NO_TLS, cookies=cookies)

    async def html(self, path: str = "/") -> str:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def phone(self, number: int) -> str:
        """What can be read on a phone."""
        return readable(await self.html(f"/part/phone{number}"))

    async def part(self, name: str) -> str:
        return readable(await self.html(f"/part/{name}"))

    async def do(self, phone: int, deed: str, files: Any = None, **fields: Any) -> None:
        """Sends a form of a phone as the page's script does."""
        answer = await self.http.post(f"/do/{phone}/{deed}", data=fields, files=files, headers={"X-Live": "1"})
        assert answer.status_code == 204, answer.text

    async def order(self, what: str, **fields: Any) -> None:
        """Sends the form of the clock or the tour."""
        answer = await self.http.post(f"/do/{what}", data=fields, headers={"X-Live": "1"})
        assert answer.status_code == 204, answer.text


def readable(html: str) -> str:
    """The words of a fragment, one space between them."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
