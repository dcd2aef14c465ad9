"""The only place that decides who may open the practice page, and under which rules a browser shows it."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = {"127.0.0.1", "localhost", "::1"}

# No inline script, nothing from elsewhere: what residents write can neither run nor fetch.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # "no-referrer" would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
}


class Gate:
    """Lets in this machine's own browser only: a foreign Host is DNS rebinding, a foreign Origin a forged form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if complaint := objection(Headers(scope=scope), scope["method"]):
            await PlainTextResponse(complaint, status_code=403)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)


def objection(headers: Headers, method: str) -> str | None:
    """One sentence saying why this request is refused, or None."""
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in LOOPBACK:
        return "This practice page answers only on this machine: open it as http://127.0.0.1 with its port."
    if method in ("GET", "HEAD"):
        return None
    origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
    if (origin and origin != f"http://{host}") or site not in ("same-origin", "none"):
        return "This practice page takes no orders from another site: press the button on the page itself."
    return None


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
