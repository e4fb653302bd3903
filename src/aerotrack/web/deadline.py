"""Requests that read the history end in time, however many statements they need."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from aerotrack.web.problems import problem

REQUEST_S = 10.0

Handler = Callable[[Request], Awaitable[Response]]


class InTime(APIRoute):
    """A route whose answer begins within REQUEST_S, or is a problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with its end."""
        return ended(super().get_route_handler(), REQUEST_S)


def ended(handler: Handler, seconds: float) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Return a handler that gives up after `seconds`."""

    async def handle(request: Request) -> Response:
        try:
            async with asyncio.timeout(seconds):
                return await handler(request)
        except TimeoutError:
            return problem(
                503,
                f"The history took longer than {seconds:g} s: ask for a shorter time, a smaller area or "
                "fewer rows.",
                {"Retry-After": "5"},
            )

    return handle
