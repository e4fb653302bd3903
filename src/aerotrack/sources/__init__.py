"""Sources: how bytes arrive. One file per transport; SOURCES maps the schemes of URLs to them."""

from aerotrack.sources.urls import SOURCES, source_from

__all__ = ["SOURCES", "source_from"]
