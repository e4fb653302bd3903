"""What fails while a request is answered, told as a problem."""

from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from aerotrack.errors import AeroTrackError, DatabaseError, SettingsError
from aerotrack.web.problems import UNUSABLE, problem
from aerotrack.web.subscriptions import BadRequest

_SENTENCES = {
    404: "There is nothing at {path}: see /docs for what there is.",
    405: "{path} does not take {method}: use GET.",
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
