"""The API of the live flights, out of memory."""

from typing import Annotated, Any, Literal

import orjson
from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from aerotrack.core.columns import BY_NAME, Columns
from aerotrack.core.identity import flight_texts
from aerotrack.core.ports import Sky
from aerotrack.core.values import moment, values_of
from aerotrack.errors import SettingsError
from aerotrack.web import schemas
from aerotrack.web.answers import in_slices
from aerotrack.web.filters import Filters, choose
from aerotrack.web.flight_filter import FlightFilter
from aerotrack.web.flight_json import whole_flights
from aerotrack.web.problems import UNUSABLE, documented
from aerotrack.web.routers import router_of
from aerotrack.web.subscriptions import box_of

GEOJSON = "application/geo+json"

# An empty text asks for nothing, as in a form that was left out.
Box = Annotated[str, Field(json_schema_extra=schemas.BOX)]
Place = Annotated[str, Field(json_schema_extra=schemas.PLACE)]
Texts = Annotated[str, Field(json_schema_extra=schemas.SOME_TEXTS)]
Names = Annotated[str, Field(json_schema_extra=schemas.SOME_NAMES)]
Squawks = Annotated[str, Field(json_schema_extra=schemas.SOME_SQUAWKS)]
Aircraft = Annotated[str, Field(json_schema_extra=schemas.SOME_AIRCRAFT)]
Number = Annotated[float | None, Query(allow_inf_nan=False)]


def flight_at(sky: Sky, row: int) -> bytes:
    """Write the flight in a row of the sky."""
    columns = rows_at(sky, [row])
    (written,) = whole_flights(columns, sky.feeds, flight_texts(columns["address"], columns["start"]))
    return written


def rows_at(sky: Sky, rows: Any) -> Columns:
    """Copy rows of the sky, which goes on changing."""
    return {name: sky.columns[name][rows] for name in (*BY_NAME, "address", "start")}


class LiveFlights:
    """The flights of the sky, now."""

    def __init__(self, sky: Sky) -> None:
        self._sky = sky
        self.router = router_of("flights")
        self.router.add_api_route(
            "/flights",
            self.flights,
            summary="The flights now, filtered, from memory",
            response_class=Response,
            responses=_answers() | documented(UNUSABLE),
        )

    async def flights(
        self,
        *,
        bbox: Annotated[Box | None, Query(description="west,south,east,north; may cross 180°")] = None,
        callsign: Annotated[Texts | None, Query(description="its beginning")] = None,
        icao24: Aircraft | None = None,
        squawk: Squawks | None = None,
        type_code: Texts | None = None,
        registration: Texts | None = None,
        feed: Texts | None = None,
        emergency: Names | None = None,
        min_altitude_ft: Number = None,
        max_altitude_ft: Number = None,
        near: Annotated[Place | None, Query(description="LAT,LON: sorted, with distance_nm")] = None,
        radius_nm: Annotated[float | None, Query(ge=0, allow_inf_nan=False)] = None,
        limit: Annotated[int | None, Query(ge=1)] = None,
        format: Literal["json", "geojson"] = "json",  # noqa: A002  the parameter's public name
    ) -> Response:
        """Several filters must all match, a comma means any of, case is ignored, unknown never matches."""
        filters = Filters(
            flight=FlightFilter(
                callsign=callsign or None,
                icao24=icao24 or None,
                squawk=squawk or None,
                type_code=type_code or None,
                registration=registration or None,
                feed=feed or None,
                emergency=emergency or None,
                min_altitude_ft=min_altitude_ft,
                max_altitude_ft=max_altitude_ft,
            ),
            bbox=box_of(bbox) if bbox else None,
            near=_place(near) if near else None,
            radius_nm=radius_nm,
            limit=limit,
        )
        sky = self._sky
        rows, distance = choose(sky, filters)
        columns, feeds = rows_at(sky, rows), tuple(sky.feeds)
        if distance is not None:
            columns = {**columns, "distance_nm": distance}
        now = f'"time":"{moment(sky.time)}","tick":{sky.tick},'.encode()
        as_geojson = format == "geojson"

        def write(part: slice) -> list[bytes]:
            return _written({name: values[part] for name, values in columns.items()}, feeds, as_geojson)

        return in_slices(
            len(rows),
            write,
            head=b'{"type":"FeatureCollection",' + now + b'"features":['
            if as_geojson
            else b"{" + now + b'"flights":[',
            tail=b"]}",
            media_type=GEOJSON if as_geojson else "application/json",
        )


def _answers() -> dict[int | str, dict[str, Any]]:
    flight = schemas.flight()
    away = {"type": "number", "description": "with `near`: nautical miles from there"}
    flight["properties"] |= {"distance_nm": away}
    now = {"time": schemas.TIME, "tick": schemas.TICK}
    features = schemas.list_of(schemas.feature("Point", properties=flight))
    collection = schemas.record(type={"const": "FeatureCollection"}, **now, features=features)
    return schemas.just(schemas.record(**now, flights=schemas.list_of(flight)), {GEOJSON: collection})


def _written(columns: Columns, feeds: tuple[str, ...], as_geojson: bool) -> list[bytes]:  # noqa: FBT001  a format
    ids = flight_texts(columns["address"], columns["start"])
    flights = whole_flights(columns, feeds, ids)
    if "distance_nm" in columns:
        away = columns["distance_nm"].round(2).tolist()
        flights = [b'%b,"distance_nm":%.2f}' % (f[:-1], nm) for f, nm in zip(flights, away, strict=True)]
    if not as_geojson:
        return flights
    places = zip(*(values_of(BY_NAME[name], columns[name]) for name in ("lon", "lat")), strict=True)
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (orjson.dumps(name), orjson.dumps(_point(place)), flight)
        for name, place, flight in zip(ids, places, flights, strict=True)
    ]


def _point(place: tuple[float | None, ...]) -> dict[str, Any] | None:
    return None if None in place else {"type": "Point", "coordinates": place}


def _place(text: str) -> tuple[float, float]:
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        lat = lon = float("nan")
    if not (abs(lat) <= 90 and abs(lon) <= 360):  # noqa: PLR2004  the globe
        raise SettingsError(f"{text!r} is no place: give near=LAT,LON in degrees, such as near=50.03,8.57.")
    return lat, lon
