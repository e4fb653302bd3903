"""What browsers are told and asked, so that no page of others can use this server through its visitors."""

from collections.abc import Callable, Collection, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Texts of aircraft come by radio from anyone: no script runs but our own files.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; worker-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
BY_TLS = {"Strict-Transport-Security": "max-age=31536000"}
"""What is told beside them to who comes by TLS: to come so for a year."""
_POLICY, _UNFRAMED = "Content-Security-Policy", "frame-ancestors 'none'"
_PAGE = ("/", "/index.html")  # a frame asks its ancestors of what it shows, not of the files that this loads
_DEFAULT_PORTS = {"http": 80, "https": 443}


class SecurityHeaders:
    """ASGI middleware that adds HEADERS to every HTTP response.

    Pages of `allow_embed` may frame our page. There is no X-Frame-Options: it cannot name an origin.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        allow_embed: Collection[str] = (),
        is_by_tls: Callable[[Scope], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._is_by_tls = is_by_tls
        ancestors = " ".join(("frame-ancestors", *allow_embed)) if allow_embed else _UNFRAMED
        self._of_page = HEADERS | {_POLICY: HEADERS[_POLICY].replace(_UNFRAMED, ancestors)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        told = self._of_page if scope.get("path") in _PAGE else HEADERS
        if scope["type"] == "http" and self._is_by_tls(scope):
            told = told | BY_TLS

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in told.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, guarded if scope["type"] == "http" else send)


def is_welcome(headers: Mapping[str, str], allow_origins: Collection[str]) -> bool:
    """Say whether a WebSocket may be opened: by a program, by a page of ours, or of an allowed origin.

    Browsers let any page open a WebSocket anywhere, but they say which page it was. A page is ours when its
    host and port are those asked for; the scheme may differ, as a proxy in front of us may speak TLS.
    """
    origin = headers.get("origin")
    if origin is None or origin in allow_origins:
        return True
    try:
        page = urlsplit(origin)
        here = urlsplit(f"{page.scheme}://{headers.get('host', '')}")
        default = _DEFAULT_PORTS.get(page.scheme)
        of_page, of_here = (page.hostname, page.port or default), (here.hostname, here.port or default)
    except ValueError:  # a port that is no number
        return False
    return default is not None and page.hostname is not None and of_page == of_here
