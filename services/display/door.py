"""Who may come in: only pages of our own, asked for by a name that is ours."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # nosec B104
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
}


class Door:
    """Refuses requests under foreign names (a page elsewhere whose name was bent to this address) and foreign pages."""

    def __init__(self, app: ASGIApp, host: str, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(name.casefold().strip("[]") for name in hosts)
        self.names = self.hosts | LOOPBACK | ({host.casefold()} - EVERYWHERE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] == "lifespan" or self.welcome(scope):
            await self.app(scope, receive, with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse("This address is not known here.\n", 403)(scope, receive, send)

    def welcome(self, scope: Scope) -> bool:
        """Return whether the request asks for us by name and comes from no foreign page."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or name_of(f"//{hosts[0]}") not in self.names:
            return False
        origin = headers.get("origin")
        if origin is None:
            return str(scope["type"]) == "http"
        return place_of(origin) == place_of(f"{origin.partition(':')[0]}://{hosts[0]}") or name_of(origin) in self.hosts


def name_of(address: str) -> str:
    """Return the host name in an address, or nothing when there is none."""
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def place_of(address: str) -> tuple[str, int]:
    """Return the host name and the port that an address stands for; what is no address is nowhere."""
    try:
        parts = urlsplit(address)
        port = parts.port or {"https": 443, "wss": 443}.get(parts.scheme, 80)
    except ValueError:
        return "", 0
    return (parts.hostname or "").casefold(), port


def with_headers(send: Send) -> Send:
    """Return a `send` that puts our headers on every response."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
