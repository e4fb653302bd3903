"""Moments in the address of a request: RFC 3339 with a zone, as every answer writes them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticCustomError

_HYPHEN = 4  # of 2026-11-22: a number has none there


def _written(text: object) -> object:
    """Refuse numbers, which would be taken for seconds or for milliseconds, whichever suits their size."""
    if isinstance(text, str) and text[_HYPHEN : _HYPHEN + 1] != "-":
        raise PydanticCustomError("moment", "give a time with its zone, such as 2026-11-22T09:00:00Z")
    return text


Moment = Annotated[datetime, AwareDatetime, BeforeValidator(_written)]
"""A `datetime` that knows its zone."""
