"""Routers: what each part of the site adds its routes to, under their whole paths.

A part's routes are the app's as they are. FastAPI makes the routes of a router that is included all over
again, when it is asked for the first time: half of what making the app took.
"""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from aerotrack.web import problems
from aerotrack.web.door import STATUSES as DOOR_STATUSES

API = "/api/v1"


def router_of(*tags: str, prefix: str = API, route_class: type[APIRoute] = APIRoute) -> APIRouter:
    """Make one for the routes below `prefix`; all describe what the door answers."""
    return APIRouter(
        prefix=prefix,
        tags=list(tags),
        route_class=route_class,
        responses=problems.documented(*DOOR_STATUSES),
    )
