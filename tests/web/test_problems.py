import json

from aerotrack.web.problems import documented, problem


def test_a_problem_has_the_members_of_rfc_9457() -> None:
    told = problem(503, "PostgreSQL cannot be reached.", {"Retry-After": "5"})
    assert (told.status_code, told.headers["retry-after"]) == (503, "5")
    assert told.headers["content-type"] == "application/problem+json"
    assert json.loads(bytes(told.body)) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "PostgreSQL cannot be reached.",
    }


def test_a_documented_problem_is_named_as_http_names_it() -> None:
    (told,) = documented(422).values()
    assert told["description"] == "Unprocessable Entity"
    assert list(told["content"]) == ["application/problem+json"]
