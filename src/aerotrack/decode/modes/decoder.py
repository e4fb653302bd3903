"""The decoder of Mode S: frames in, Observations out. What it knows of an aircraft outlives the batch.

    Frames --kinds: sorted--> Addresses: believed --Batch, a slice a kind--> fields, Positions, Doubts -->
    columns

The work of a batch is a fixed number of operations on columns, so a frame costs less the more come at once,
and the rows are the same however frames are cut into batches.
"""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aerotrack.core.columns import BY_NAME, POSITION_SOURCES
from aerotrack.core.observations import Observations, Receiver
from aerotrack.decode.modes.addresses import Addresses
from aerotrack.decode.modes.altitude import airborne_altitude, replied_altitude
from aerotrack.decode.modes.batch import AT_ONCE, Batch, picked, some
from aerotrack.decode.modes.bits import bits, message
from aerotrack.decode.modes.doubts import altitudes, callsigns, squawks
from aerotrack.decode.modes.frames import Frames
from aerotrack.decode.modes.identification import identification, replied_callsign
from aerotrack.decode.modes.integrity import accuracy_of_typecode, claim, is_derived, nic
from aerotrack.decode.modes.kinds import FIRST_TYPE, FORMATS, KIND, ON_GROUND, SOURCE, Kind
from aerotrack.decode.modes.latest import PLACE_BITS, SLOT_AT, Latest, Topic
from aerotrack.decode.modes.positions import Positions
from aerotrack.decode.modes.slots import Slots
from aerotrack.decode.modes.squawks import replied_squawk
from aerotrack.decode.modes.status import emergency, operation, target
from aerotrack.decode.modes.surface import movement
from aerotrack.decode.modes.syndromes import syndromes
from aerotrack.decode.modes.velocity import velocity

_PLACES = (1 << PLACE_BITS) - 1
_MLAT = POSITION_SOURCES.index("mlat")
_FAST_KT = 25.0
_DIFFERENCE_S = 60.0
_VERSION_S = 300.0
_TELLS_NIC_B = np.ones(256, np.uint8)
_TELLS_NIC_B[[18 << 3 | 2, 18 << 3 | 6]] = 0  # rebroadcast: there ME 8 tells of the address


class ModeS:
    """Decodes the frames of one receiver, or of several that hear the same sky."""

    def __init__(self, receiver: Receiver | None = None) -> None:
        """Know where the antenna stands, if so: positions on the ground are found from there."""
        self._receiver = receiver
        slots = Slots()
        self._latest = Latest(slots)
        self._addresses = Addresses(slots, self._latest)
        self._positions = Positions(slots, receiver)

    def decode(self, frames: Frames) -> Observations:
        """Return a row for each believed frame, in their order; `messages` counts all.

        Refuses `bad_crc`, `unproven_address`, `unused_format` (frames), `bad_position` and `doubtful`
        (values).
        """
        if len(frames) <= AT_ONCE:
            return self._decode(frames)
        parts = [
            self._decode(frames.take(np.arange(start, min(start + AT_ONCE, len(frames)))))
            for start in range(0, len(frames), AT_ONCE)
        ]
        return _joined(parts)

    def _decode(self, frames: Frames) -> Observations:
        if not len(frames):
            return Observations.none()
        first = frames.data[:, 0]
        kind = KIND.take(first.astype(np.intp) * FIRST_TYPE + (frames.data[:, 4] >> 3))
        order = kind.argsort(kind="stable")
        self._latest.begin(frames.time)
        data, time, mlat = frames.data.take(order, axis=0), frames.time.take(order), frames.mlat.take(order)
        kind = kind.take(order)
        refused: Counter[str] = Counter()
        senders = self._addresses.senders(
            data, time, mlat, kind=kind, syndrome=syndromes(data), place=order, refused=refused
        )
        address, turn, known = senders.address, senders.turn, senders.known
        if np.count_nonzero(known) < len(known):
            data, time, mlat, kind = data[known], time[known], mlat[known], kind[known]
            address, turn = address[known], turn[known]
        batch = Batch(data, time, turn, kind)
        first = data[:, 0]
        source = SOURCE.take(first)
        if np.count_nonzero(mlat):
            source[mlat] = _MLAT
        batch.columns["position_source"] = source
        batch.columns["on_ground"] = ON_GROUND.take(first)
        self._read(batch, refused)
        # Back to the order in which the frames were heard.
        back = np.full(len(frames), -1)
        back[turn & _PLACES] = np.arange(len(turn))
        back = back[back >= 0] if len(turn) < len(back) else back
        counts = np.bincount(first >> 3, minlength=1).tolist()
        return Observations(
            address.take(back),
            time.take(back),
            {name: values.take(back) for name, values in batch.columns.items()},
            refused=+refused,
            messages=len(frames),
            kinds={FORMATS[df]: count for df, count in enumerate(counts) if count},
            receiver=self._receiver,
        )

    def _read(self, batch: Batch, refused: Counter[str]) -> None:
        self._velocities(batch)
        self._callsigns(batch)
        self._states(batch)
        self._places(batch, refused)
        # These hear and ask up to their yield, and go on when all is heard and answered.
        asking = (
            self._heights(batch), self._integrity(batch), self._replied_altitudes(batch, refused),
            self._replied_squawks(batch, refused), self._replied_callsigns(batch),
        )  # fmt: skip
        for reading in asking:
            next(reading, None)
        self._latest.answer()
        for reading in asking:
            next(reading, None)

    def _velocities(self, batch: Batch) -> None:
        rows = batch.of(Kind.VELOCITY)
        if not some(rows):
            return
        heard = velocity(batch.data[rows])
        batch.tell("ground_speed_kt", rows, heard.ground_speed_kt)
        batch.tell("track_deg", rows, heard.track_deg)
        batch.tell("vertical_rate_fpm", rows, heard.vertical_rate_fpm)
        self._latest.hear(Topic.DIFFERENCE, batch.turn[rows], heard.height_difference_ft)

    def _callsigns(self, batch: Batch) -> None:
        rows = batch.of(Kind.IDENTIFICATION)
        if not some(rows):
            return
        callsign, category = identification(batch.data[rows])
        batch.tell("callsign", rows, callsign)
        batch.tell("category", rows, category)
        told = picked(rows, callsign != b"")
        self._latest.hear(Topic.CALLSIGN, batch.turn[told], told)  # any number: only when counts

    def _states(self, batch: Batch) -> None:
        rows = batch.of(Kind.EMERGENCY)
        if some(rows):
            code, squawk = emergency(batch.data[rows])
            batch.tell("emergency", rows, code)
            batch.tell("squawk", rows, squawk)
            told = picked(rows, squawk >= 0)
            self._latest.hear(Topic.SQUAWK, batch.turn[told], squawk[told - rows.start])
        rows = batch.of(Kind.TARGET)
        if some(rows):
            batch.tell("nac_p", rows, target(batch.data[rows]).nac_p)
        rows = batch.of(Kind.OPERATION)
        if some(rows):
            status = operation(batch.data[rows])
            batch.tell("nac_p", rows, status.nac_p)
            told = picked(rows, status.version >= 0)
            claimed = claim(status.version, status.nic_a, status.nic_c)
            self._latest.hear(Topic.CLAIM, batch.turn[told], claimed[told - rows.start])

    def _heights(self, batch: Batch) -> Iterator[None]:
        rows = batch.of(Kind.HEIGHT, Kind.GEOMETRIC)
        if not some(rows):
            return
        feet = airborne_altitude(batch.data[rows])
        geometric = batch.of(Kind.GEOMETRIC)
        if some(geometric):
            batch.tell("geo_altitude_ft", geometric, feet[geometric.start - rows.start :])
            rows = slice(rows.start, geometric.start)
            feet = feet[: rows.stop]
        batch.tell("altitude_ft", rows, feet)
        self._latest.hear(Topic.ALTITUDE, batch.turn[rows], feet)
        asked = self._latest.ask(Topic.DIFFERENCE, batch.turn[rows])
        yield
        recent = np.abs(batch.time[rows] - asked.since) <= _DIFFERENCE_S
        batch.tell("geo_altitude_ft", rows, np.where(recent, feet + asked.said, np.nan))

    def _places(self, batch: Batch, refused: Counter[str]) -> None:
        rows = batch.of(Kind.AIRBORNE, Kind.SURFACE)
        if not some(rows):
            return
        at = batch.turn[rows].argsort()
        at += rows.start
        said = message(batch.data[rows]).take(at - rows.start)
        kind = bits(said, 22, 22)
        fast = np.zeros(len(said), bool)
        surface = batch.of(Kind.SURFACE)
        if some(surface):
            speed, track = movement(batch.data[surface])
            batch.tell("ground_speed_kt", surface, speed)
            batch.tell("track_deg", surface, track)
            grounded = (at >= surface.start).nonzero()[0]
            kind[grounded] += 2
            fast[grounded] = speed[at[grounded] - surface.start] > _FAST_KT
        lat, lon, bad = self._positions.locate(
            batch.turn.take(at) >> SLOT_AT,
            batch.time.take(at),
            kind,
            y=bits(said, 23, 39),
            x=bits(said, 40, 56),
            fast=fast,
        )
        refused["bad_position"] += bad
        batch.tell("lat", at, lat)
        batch.tell("lon", at, lon)
        on_ground = batch.columns["on_ground"]
        on_ground[rows.start : surface.start] = 0
        if some(surface):
            placed = batch.columns["lat"][surface]
            on_ground[surface] = np.where(placed == placed, 1, -1)  # noqa: PLR0124  a flag alone is often wrong

    def _integrity(self, batch: Batch) -> Iterator[None]:
        rows = batch.of(Kind.AIRBORNE, Kind.SURFACE)
        if not some(rows):
            return
        asked = self._latest.ask(Topic.CLAIM, batch.turn[rows])
        yield
        recent = np.abs(batch.time[rows] - asked.since) <= _VERSION_S
        claimed = (asked.said * recent).astype(np.int64)
        first, fifth = batch.data[rows, 0], batch.data[rows, 4]
        nic_b = fifth & _TELLS_NIC_B.take(first)
        nic_b[batch.of(Kind.SURFACE).start - rows.start :] = 0
        typecode = fifth >> 3
        batch.tell("nic", rows, nic(typecode, claimed, nic_b))
        derived = is_derived(claimed).nonzero()[0]
        if len(derived):
            batch.tell("nac_p", derived + rows.start, accuracy_of_typecode(typecode[derived])[0])

    def _replied_altitudes(self, batch: Batch, refused: Counter[str]) -> Iterator[None]:
        rows = batch.of(Kind.ALTITUDE, Kind.ALTITUDE_AND_REGISTER)
        if some(rows):
            feet = replied_altitude(batch.data[rows])
            said = picked(rows, feet == feet)  # noqa: PLR0124  NaN is not itself
            feet = feet[said - rows.start]
            counts = yield from altitudes(self._latest, batch.turn[said], batch.time[said], feet)
            self._tell_replied("altitude_ft", batch, said, feet, counts=counts, refused=refused)

    def _replied_squawks(self, batch: Batch, refused: Counter[str]) -> Iterator[None]:
        rows = batch.of(Kind.IDENTITY_AND_REGISTER, Kind.IDENTITY)
        if some(rows):
            squawk = replied_squawk(batch.data[rows])
            counts = yield from squawks(self._latest, batch.turn[rows], batch.time[rows], squawk)
            said = np.arange(rows.start, rows.stop)
            self._tell_replied("squawk", batch, said, squawk, counts=counts, refused=refused)

    def _replied_callsigns(self, batch: Batch) -> Iterator[None]:
        rows = batch.of(Kind.ALTITUDE_AND_REGISTER, Kind.IDENTITY_AND_REGISTER)
        if some(rows):
            callsign = replied_callsign(batch.data[rows])
            said = picked(rows, callsign != b"")
            if len(said):
                callsign = callsign[said - rows.start]
                counts = yield from callsigns(self._latest, batch.turn[said], batch.time[said], callsign)
                batch.tell("callsign", said[counts], callsign[counts])

    def _tell_replied(
        self,
        name: str,
        batch: Batch,
        rows: NDArray[np.intp],
        values: NDArray[np.generic],
        *,
        counts: NDArray[np.bool_],
        refused: Counter[str],
    ) -> None:
        """Write down the values of replies that count; one in doubt says nothing of the ground either."""
        if np.count_nonzero(counts) < len(counts):
            refused["doubtful"] += len(counts) - int(np.count_nonzero(counts))
            batch.columns["on_ground"][rows[~counts]] = -1
            rows, values = rows[counts], values[counts]
        batch.tell(name, rows, values)


def _joined(parts: list[Observations]) -> Observations:
    """Return the rows of several batches as one."""
    names = {name: None for part in parts for name in part.columns}
    columns = {
        name: np.concatenate([part.columns.get(name, BY_NAME[name].blank(len(part))) for part in parts])
        for name in names
    }
    refused: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for part in parts:
        refused.update(part.refused)
        kinds.update(part.kinds)
    return Observations(
        np.concatenate([part.address for part in parts]),
        np.concatenate([part.last_heard for part in parts]),
        columns,
        refused=dict(refused),
        messages=sum(part.messages for part in parts),
        kinds=dict(kinds),
        receiver=parts[0].receiver,
    )
