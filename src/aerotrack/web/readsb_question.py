"""What readsb's API is asked for, read from the parameters of a request; many of them have no value. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, floor, isfinite
from typing import Any

import msgspec

from aerotrack.errors import SettingsError
from aerotrack.web.drop_in import EVERYONE, Question, callsigns_of
from aerotrack.web.flight_filter import EVERY_FLIGHT
from aerotrack.web.subscriptions import check_box

WHICH = (
    "all", "all_with_pos", "box", "circle", "closest", "find_hex", "find_callsign", "find_reg", "find_type",
)  # fmt: skip

FOUND_BY = {"find_hex": "icao24", "find_reg": "registration", "find_type": "type_code"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which aircraft, and how: as JSON, as version 2 has it, or packed as binCraft."""

    question: Question
    v2: bool = False
    packed: bool = False
    zstd: bool = False

    @property
    def whole_degrees(self) -> tuple[int, int, int, int]:
        """The box as a header of binCraft has it: south, west, north, east."""
        west, south, east, north = self.question.bbox or (-180.0, -90.0, 180.0, 90.0)
        return floor(south), floor(west), ceil(north), ceil(east)


def wanted_of(parameters: Mapping[str, str]) -> Wanted:
    """Read the parameters. Raises SettingsError, BadRequest for what cannot be asked."""
    asked = [name for name in WHICH if name in parameters]
    squawk = parameters.get("filter_squawk")
    if len(asked) != 1 and not (squawk and not asked):
        raise SettingsError(
            f"{' and '.join(asked) if asked else 'Nothing'} is asked for: give one of {', '.join(WHICH)}, "
            "such as /re-api/?all or /re-api/?box=48,49,2,3."
        )
    question = _question(asked[0], parameters[asked[0]]) if asked else EVERYONE
    if squawk is not None:
        question = replace(question, flight=msgspec.structs.replace(question.flight, squawk=squawk))
    if "filter_with_pos" in parameters:
        question = replace(question, placed=True)
    question.check()
    return Wanted(
        question, v2="jv2" in parameters, packed="binCraft" in parameters, zstd="zstd" in parameters
    )


def described() -> list[dict[str, Any]]:
    """Describe the parameters, as OpenAPI has them."""
    which = {
        "box": "south,north,west,east", "circle": "lat,lon,nm", "closest": "lat,lon,nm",
        "find_hex": "addresses", "find_callsign": "whole callsigns", "find_reg": "registrations",
        "find_type": "ICAO type designators", "filter_squawk": "codes; also beside another",
    }  # fmt: skip
    bare = {
        "all": "everyone", "all_with_pos": "who has a place", "filter_with_pos": "only who has a place",
        "jv2": "the members of version 2", "binCraft": "packed", "zstd": "with binCraft: compressed",
    }  # fmt: skip
    return [
        {"name": name, "in": "query", "description": said, "schema": {"type": "string"}}
        | ({"allowEmptyValue": True} if name in bare else {})
        for name, said in (which | bare).items()
    ]


def _question(name: str, text: str) -> Question:
    match name:
        case "all":
            return EVERYONE
        case "all_with_pos":
            return Question(placed=True)
        case "box":
            south, north, west, east = _numbers(name, text, "south,north,west,east")
            box = (west, south, east, north)
            check_box(box)
            return Question(bbox=box)
        case "circle" | "closest":
            lat, lon, radius = _numbers(name, text, "lat,lon,radius")
            return Question(circle=(lat, lon, radius), closest=name == "closest")
        case "find_callsign":
            return Question(callsigns=callsigns_of(text))
        case _:
            return Question(msgspec.structs.replace(EVERY_FLIGHT, **{FOUND_BY[name]: text}))


def _numbers(name: str, text: str, members: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != members.count(",") + 1 or not all(map(isfinite, numbers)):
        raise SettingsError(f"{name}={text!r} cannot be read: give {name}={members}.")
    return numbers
