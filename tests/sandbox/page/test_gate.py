"""Who may open the page, and what a browser may do with it."""

import re

import httpx
import pytest

from tests.sandbox.page.visitor import RESIDENT, Visitor


async def asked(visitor: Visitor, method: str = "GET", path: str = "/", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await visitor.http.request(method, path, headers=named)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.1.5:8710", "[", ""]
)
@pytest.mark.parametrize("path", ["/", "/live", "/part/calls", "/static/main.js"])
async def test_another_name_for_this_machine_gets_one_sentence(visitor: Visitor, host: str, path: str) -> None:
    answer = await asked(visitor, path=path, host=host)
    assert answer.status_code == 403
    assert answer.text == "This practice page answers only on this machine: open it as http://127.0.0.1 with its port."


@pytest.mark.parametrize("host", ["127.0.0.1:8710", "localhost:8710", "localhost", "[::1]:8710"])
async def test_this_machine_by_any_of_its_own_names_gets_the_page(visitor: Visitor, host: str) -> None:
    assert (await asked(visitor, host=host)).status_code == 200


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
async def test_another_site_cannot_send_our_forms(visitor: Visitor, forged: dict[str, str]) -> None:
    answer = await asked(visitor, "POST", "/do/0/start", **forged)
    assert answer.status_code == 403
    assert "no orders from another site" in answer.text
    assert "/start" not in await visitor.phone(RESIDENT)


async def test_our_own_forms_are_taken_and_lead_back_to_the_page(visitor: Visitor) -> None:
    data = {"text": "大家好"}
    headers = {"origin": visitor.url, "sec-fetch-site": "same-origin"}
    answer = await visitor.http.post("/do/0/say", data=data, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#phone-0")
    assert "大家好" in await visitor.phone(RESIDENT)


async def test_the_browser_may_neither_run_nor_fetch_anything_foreign(visitor: Visitor) -> None:
    answer = await asked(visitor)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_page_has_no_script_or_style_of_its_own_in_it(visitor: Visitor) -> None:
    html = await visitor.html()
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<[^>]*\s(?:on\w+|style)=", html) == []
    assert re.findall(r'(?:src|href|action)="(?!/|#)', html) == []


@pytest.mark.parametrize("path", ["/static/main.js", "/static/base.css", "/static/icon.svg", "/sample/court-broken"])
async def test_what_the_page_needs_is_served_here(visitor: Visitor, path: str) -> None:
    assert (await asked(visitor, path=path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/sample/..%2fwords", "/picture/nothing", "/part/phone9", "/part/nothing", "/static/../gate.py"]
)
async def test_what_is_not_there_is_not_found(visitor: Visitor, path: str) -> None:
    assert (await asked(visitor, path=path)).status_code == 404
