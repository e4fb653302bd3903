"""Answer counts: how many requests were answered how, for whoever watches the server."""

from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CountAnswers:
    """ASGI middleware that counts HTTP answers by status in `counts`."""

    def __init__(self, app: ASGIApp, *, counts: Counter[str]) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._counts[str(message["status"])] += 1
            await send(message)

        await self._app(scope, receive, counted if scope["type"] == "http" else send)
