from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from aerotrack.errors import DatabaseError, RecordingError, SettingsError
from aerotrack.web import failures


async def answer(error: Exception | None = None, *, path: str = "/", method: str = "GET") -> Response:
    app = FastAPI()
    failures.install(app)

    async def fail(number: int = 0) -> None:
        if error is not None:
            raise error
        assert number == 0

    app.add_api_route("/", fail)
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://aerotrack.example") as client:
        return await client.request(method, path)


async def test_a_problem_has_the_members_of_rfc_9457() -> None:
    told = await answer(DatabaseError("PostgreSQL cannot be reached."))
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "PostgreSQL cannot be reached.",
    }


async def test_what_is_not_there_says_where_to_look() -> None:
    told = await answer(path="/api/v1/fligths")
    assert (told.status_code, told.json()["detail"]) == (
        404,
        "There is nothing at /api/v1/fligths: see /docs for what there is.",
    )


async def test_another_method_is_told_which_to_use() -> None:
    told = await answer(method="DELETE")
    assert (told.status_code, told.headers["allow"]) == (405, "GET")
    assert told.json()["detail"] == "/ does not take DELETE: use GET."


async def test_a_parameter_of_the_wrong_kind_is_named_with_its_value() -> None:
    told = await answer(path="/?number=many")
    assert told.status_code == 422
    assert told.json()["detail"].startswith("number='many' cannot be used: Input should be a valid integer")


async def test_an_argument_that_cannot_be_used_is_the_clients() -> None:
    assert (await answer(SettingsError("'x' is no squawk: give 4 octal digits."))).status_code == 422


async def test_what_is_not_the_clients_fault_is_ours() -> None:
    assert (await answer(RecordingError("The recording is torn."))).status_code == 500


async def test_a_crash_shows_nothing_of_its_inside() -> None:
    told = await answer(ZeroDivisionError("secret"))
    assert (told.status_code, told.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in told.text
