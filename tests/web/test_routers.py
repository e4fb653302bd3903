from fastapi import FastAPI, Response
from starlette.routing import Mount, Route

from aerotrack.web.routers import router_of
from web.harness import Site


async def answer() -> Response:
    return Response("here")


def test_a_route_stands_under_its_whole_path_and_tells_what_the_door_answers() -> None:
    router = router_of("flights")
    router.add_api_route("/flights", answer)
    app = FastAPI()
    app.router.routes.extend(router.routes)
    told = app.openapi()["paths"]["/api/v1/flights"]["get"]
    assert told["tags"] == ["flights"]
    assert {"200", "401", "403", "429"} <= told["responses"].keys()


def test_a_prefix_may_be_another_or_none() -> None:
    for prefix, path in (("/v2", "/v2/all"), ("", "/all")):
        router = router_of(prefix=prefix)
        router.add_api_route("/all", answer)
        assert [route.path for route in router.routes if isinstance(route, Route)] == [path]


def test_no_route_of_the_site_is_made_twice() -> None:
    app = Site().app()
    assert isinstance(app, FastAPI)
    assert {type(route) for route in app.routes if not isinstance(route, Route | Mount)} == set()
