"""`/data/` and `/re-api/`: the files that readsb writes for tar1090 and SkyAware, and the API it answers."""

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from aerotrack import __version__
from aerotrack.core.columns import Columns
from aerotrack.core.observations import Receiver
from aerotrack.core.ports import Sky
from aerotrack.core.reports import FeedReport
from aerotrack.encode import bincraft, readsb
from aerotrack.errors import SettingsError
from aerotrack.web import readsb_question, schemas
from aerotrack.web.drop_in import EVERYONE, Question, in_steps
from aerotrack.web.per_tick import PerTick, Write
from aerotrack.web.problems import UNUSABLE, documented, problem
from aerotrack.web.readsb_question import Wanted
from aerotrack.web.routers import router_of

BINARY, ZSTD = "application/octet-stream", "application/zstd"
ROUGHLY = 2  # digits of the receiver's place, a kilometre: it may be somebody's home
HAS_ZSTD = find_spec("zstandard") is not None
NO_ZSTD = "The Python package zstandard is not installed here: install it, or ask without zstd."

_NUMBER: dict[str, Any] = {"type": "number"}
_OBJECT: dict[str, Any] = {"type": "object"}
_AIRCRAFT = schemas.list_of(_OBJECT | {"required": ["hex", "type", "mlat", "tisb", "messages", "rssi"]})
_FILE = {"schema": {"type": "string", "format": "binary"}}
_BYTES: dict[int | str, dict[str, Any]] = {200: {"description": "OK", "content": {BINARY: _FILE}}}
_PACKED: dict[int | str, dict[str, Any]] = {200: {"description": "OK", "content": {ZSTD: _FILE}}}


class ReadsbApi:
    """The live flights as readsb tells them.

    `feeds` says how many messages came, `receiver` where the one antenna stands, if there is one, `zstd`
    whether there is something to compress with.
    """

    def __init__(
        self,
        sky: Sky,
        per_tick: PerTick,
        feeds: Callable[[], Sequence[FeedReport]],
        *,
        tick_seconds: float,
        receiver: Receiver | None = None,
        zstd: bool = HAS_ZSTD,
    ) -> None:
        self._sky = sky
        self._per_tick = per_tick
        self._feeds = feeds
        self._refresh_ms = round(tick_seconds * 1000)
        self._has_zstd = zstd
        self._place = (round(receiver.lat, ROUGHLY), round(receiver.lon, ROUGHLY)) if receiver else None
        self.router = router_of("drop-in: readsb", prefix="")
        document = schemas.just(_OBJECT)
        no_zstd = documented(404)
        for path, endpoint, summary, answers in (
            (
                "/data/aircraft.json",
                self.aircraft,
                "All aircraft, as readsb and dump1090 write them",
                schemas.answer(now=_NUMBER, messages={"type": "integer"}, aircraft=_AIRCRAFT),
            ),
            ("/data/receiver.json", self.receiver, "What a map asks for when it starts", document),
            ("/data/status.json", self.status, "How many aircraft there are, by type", document),
            ("/data/stats.json", self.stats, "How many messages there were", document),
            ("/data/aircraft.binCraft", self.packed, "All aircraft, as binCraft", _BYTES),
            ("/data/aircraft.binCraft.zst", self.packed_zstd, "The same, compressed", _PACKED | no_zstd),
        ):
            self.router.add_api_route(
                path, endpoint, summary=summary, response_class=Response, responses=answers
            )
        self.router.add_api_route(
            "/re-api/",
            self.api,
            summary="Some aircraft, as readsb's own API answers",
            response_class=Response,
            responses=schemas.just(_OBJECT, {BINARY: _FILE["schema"], ZSTD: _FILE["schema"]})
            | documented(404, UNUSABLE),
            openapi_extra={"parameters": readsb_question.described()},
        )
        self.router.add_api_route("/re-api", self.api, include_in_schema=False)

    async def aircraft(self, request: Request) -> Response:
        """Leave out the keys of what is not known; all ages are counted from `now`."""

        def gather() -> Write:
            columns, now, messages = self._gathered(EVERYONE)
            return lambda: readsb.aircraft_json(_objects(columns, now), now, messages)

        return await self._per_tick.answer(request, "aircraft.json", gather)

    async def receiver(self) -> Response:
        """Say that there is no history: the first `aircraft.json` is the beginning."""
        lat, lon = self._place or (None, None)
        told = {
            "version": f"AeroTrack {__version__}",
            "refresh": self._refresh_ms,
            "history": 0,
            "readsb": True,
            "binCraft": True,
            "aircraft_binCraft": True,
            "zstd": self._has_zstd,
            **({} if self._place is None else {"lat": lat, "lon": lon}),
        }
        return _json(told)

    async def status(self) -> Response:
        """Count the live flights."""
        return _json({"now": self._sky.time, **readsb.counts(EVERYONE.of(self._sky))})

    async def stats(self) -> Response:
        """Count since the start; the rates that readsb gives by the minute are those of `/api/v1/feeds`."""
        messages = self._messages()
        total = {"messages": messages, "messages_valid": messages}
        return _json({"now": self._sky.time, **readsb.counts(EVERYONE.of(self._sky)), "total": total})

    async def packed(self, request: Request) -> Response:
        """Write 112 bytes for each aircraft, after a header."""
        return await self._file(request, zstd=False)

    async def packed_zstd(self, request: Request) -> Response:
        """Compress it with Zstandard."""
        return await self._file(request, zstd=True)

    async def api(self, request: Request) -> Response:
        """Take one of `all`, `box`, `circle`, `closest`, `find_…`, and how: `jv2`, `binCraft`, `zstd`."""
        wanted = readsb_question.wanted_of(request.query_params)
        return await self._answer(request, wanted)

    async def _file(self, request: Request, *, zstd: bool) -> Response:
        def gather() -> Write:
            columns, now, messages = self._gathered(EVERYONE)
            place = self._place or (0.0, 0.0)
            return lambda: bincraft.document(columns, now, messages=messages, place=place)

        return await self._binary(request, "aircraft.binCraft", gather, zstd=zstd)

    async def _answer(self, request: Request, wanted: Wanted) -> Response:
        def gather_packed() -> Write:
            columns, now, messages = self._gathered(wanted.question)
            return lambda: bincraft.answer(columns, now, messages=messages, box=wanted.whole_degrees)

        def gather() -> Write:
            columns, now, _ = self._gathered(wanted.question)
            written = readsb.v2 if wanted.v2 else readsb.results
            return lambda: written(_objects(columns, now), now, len(columns["address"]))

        key = ("re-api", wanted)
        if wanted.packed:
            return await self._binary(request, key, gather_packed, zstd=wanted.zstd)
        if wanted.zstd:
            raise SettingsError("zstd is for binCraft: ask for binCraft&zstd, or take gzip.")
        return await self._per_tick.answer(request, key, gather)

    async def _binary(
        self, request: Request, key: Any, gather: Callable[[], Write], *, zstd: bool
    ) -> Response:
        if not zstd:
            return await self._per_tick.answer(request, key, gather, media_type=BINARY)
        if not self._has_zstd:
            return problem(404, NO_ZSTD)

        def gather_compressed() -> Write:
            write = gather()
            return lambda: _zstd(write())

        return await self._per_tick.answer(
            request, (key, "zstd"), gather_compressed, media_type=ZSTD, compress=False
        )

    def _gathered(self, question: Question) -> tuple[Columns, float, int]:
        columns = question.of(self._sky)
        return columns, readsb.now_of(columns, self._sky.time), self._messages()

    def _messages(self) -> int:
        return sum(report.messages for report in self._feeds())


def _objects(columns: Columns, now: float) -> list[bytes]:
    return in_steps(columns, lambda part: readsb.aircraft(part, now))


def _zstd(body: bytes) -> bytes:
    import zstandard  # noqa: PLC0415  not everyone has it

    compressed: bytes = zstandard.ZstdCompressor(level=1).compress(body)
    return compressed


def _json(body: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-cache"})
