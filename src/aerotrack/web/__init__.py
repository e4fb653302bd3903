"""What users and their programs reach: the pages, the API and the live stream, on one port.

`make_app` puts the site together. It is loaded when it is first asked for: what it needs of FastAPI takes as
long to load as all the rest of the program, and a start has other things to wait for meanwhile.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aerotrack.web.api import make_app
else:

    def __getattr__(name: str) -> Any:
        if name != "make_app":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return import_module("aerotrack.web.api").make_app


__all__ = ["make_app"]
