"""What browsers load: the map, its basemap, and the API's description. Nothing comes from another host."""

import re
from importlib.resources import as_file, files
from mimetypes import guess_type
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PAGE = Path(__file__).parent / "page"
BASEMAP = Path(__file__).parent / "basemap"
OPENAPI = "/api/v1/openapi.json"
ASYNCAPI = "/api/v1/asyncapi.json"

FOREVER = "public, max-age=31536000, immutable"  # for files whose name has a hash of their content
ASK_AGAIN = "no-cache"  # may be kept, if we are asked whether it is still the same

_GZIPPED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")

_NOT_BUILT = """<!doctype html><html lang="en"><title>AeroTrack</title>
<h1>AeroTrack runs; its page is not built.</h1>
<p>Install Node.js with npm, then run <code>./aerotrack</code> in the clone again: it builds the page.
<p>Meanwhile: <a href="/api/v1/flights">the flights</a>, <a href="/docs">the API</a>.</html>
"""
_DOCS = """<!doctype html><html lang="en"><title>AeroTrack API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script></html>
"""
_START = f'SwaggerUIBundle({{url: "{OPENAPI}", dom_id: "#swagger-ui", validatorUrl: null}});\n'


class Files(StaticFiles):
    """Files with a word on how long to keep them."""

    def __init__(self, directory: Path, *, keep: str, html: bool = False) -> None:
        super().__init__(directory=directory, html=html)
        self._keep = keep

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file, or with it as the build compressed it. Ranges are Starlette's."""
        asked = Headers(scope=scope).get("accept-encoding", "")
        compressed = _GZIPPED.search(asked) and self.lookup_path(f"{path}.gz")[1]
        response = await super().get_response(f"{path}.gz" if compressed else path, scope)
        if compressed:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Type"] = guess_type(path)[0] or "application/octet-stream"
        response.headers.setdefault("Vary", "Accept-Encoding")
        response.headers.setdefault("Cache-Control", self._keep)
        return response


def page_routes(page: Path, basemap: Path) -> list[BaseRoute]:
    """Return the routes of the site, the last of which takes whatever is left.

    `page` is the folder of the built page, `basemap` that of the map's archives; either may be missing.
    """
    routes: list[BaseRoute] = [
        Route("/docs", _docs),
        Route("/docs/start.js", _docs_start),
        Route("/docs/{name}", _docs_file),
    ]
    if basemap.is_dir():
        routes.append(Mount("/basemap", Files(basemap, keep=ASK_AGAIN)))
    if (page / "index.html").is_file():
        if (page / "assets").is_dir():
            routes.append(Mount("/assets", Files(page / "assets", keep=FOREVER)))
        routes.append(Mount("/", Files(page, keep=ASK_AGAIN, html=True)))
    else:
        routes.append(Route("/", _not_built))
    return routes


async def _not_built(_: Request) -> Response:
    return HTMLResponse(_NOT_BUILT)


async def _docs(_: Request) -> Response:
    return HTMLResponse(_DOCS)


async def _docs_start(_: Request) -> Response:
    return Response(_START, media_type="text/javascript")


async def _docs_file(request: Request) -> Response:
    """Swagger UI's own two files, out of the package that ships them."""
    name = request.path_params["name"]
    if name not in ("swagger-ui-bundle.js", "swagger-ui.css"):
        return Response(status_code=404)
    with as_file(files("fastapi_offline") / "static" / name) as path:
        return FileResponse(path, headers={"Cache-Control": ASK_AGAIN})
