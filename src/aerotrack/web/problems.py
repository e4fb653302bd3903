"""Errors as RFC 9457 problem+json, each with a sentence that says what to do."""

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aerotrack.errors import AeroTrackError, DatabaseError, SettingsError
from aerotrack.web.subscriptions import BadRequest

MEDIA_TYPE = "application/problem+json"
UNUSABLE = 422
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "a sentence that says what to do"},
    },
}

_SENTENCES = {
    404: "There is nothing at {path}: see /docs for what there is.",
    405: "{path} does not take {method}: use GET.",
}


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Make the response that says what went wrong and what to do."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe for OpenAPI the problems that a route answers with."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": SCHEMA}}}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Have every error of `app` answered by a problem."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(AeroTrackError, _ours)
    app.add_exception_handler(BadRequest, _ours)
    app.add_exception_handler(500, _crash)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = str(error.detail)
    if sentence == HTTPStatus(error.status_code).phrase:  # raised by Starlette, without a word of its own
        sentence = _SENTENCES.get(error.status_code, sentence).format(
            path=request.url.path, method=request.method
        )
    return problem(error.status_code, sentence, dict(error.headers or {}))


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:])
    return problem(UNUSABLE, f"{where}={first.get('input')!r} cannot be used: {first['msg']}.")


async def _ours(_: Request, error: Exception) -> Response:
    """Tell the client apart from the server: what was asked wrongly, and what broke here."""
    match error:
        case BadRequest() | SettingsError():
            return problem(UNUSABLE, str(error))
        case DatabaseError():
            return problem(503, str(error), {"Retry-After": "5"})
        case _:
            return problem(500, str(error))


async def _crash(_: Request, __: Exception) -> Response:
    return problem(500, "AeroTrack made a mistake: please report it with what its log says.")
