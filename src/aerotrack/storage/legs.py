"""The legs that are open in the database, so that a tracker goes on with them after a restart."""

import math

from aerotrack.core.belief import FUTURE_S
from aerotrack.core.columns import SPLIT_REASONS
from aerotrack.core.identity import unpack_flight
from aerotrack.core.legs import Leg
from aerotrack.errors import DatabaseError
from aerotrack.storage.database import UNREACHABLE, Database, sentence
from aerotrack.storage.queries import QUERIES

_MEASURED = ("lat", "lon", "altitude_ft", "ground_speed_kt")


async def open_legs(database: Database, now: float = math.inf, *, live: bool = True) -> list[Leg]:
    """Read the open legs, the one heard last being the last of its aircraft.

    `now` is the Unix time. What live sources are said to have told more than a minute later was heard by a
    clock that was wrong, and is left out: beside it all that is told from now on would look old. For a
    recording it is when that begins: then flights of later days stay out of it, while those that an earlier,
    interrupted run of it went on with are there again. Legs that silence has ended long ago are among them;
    the flight table ends them, and tells the recorder. Raises DatabaseError.
    """
    started_before, heard_before = (math.inf, now + FUTURE_S) if live else (now, math.inf)
    try:
        pool = await database.readers()
        async with pool.acquire() as connection, connection.transaction():
            # A young database, or one that was killed, has no statistics: PostgreSQL then takes ten thousand
            # flights for twenty, and compares each with each.
            await connection.execute("set local enable_nestloop = off")
            records = await connection.fetch(QUERIES["open_legs"], started_before, heard_before)
    except UNREACHABLE as error:
        raise DatabaseError(
            f"The open flights cannot be read ({sentence(error)}): look at the database."
        ) from error
    legs: list[Leg] = []
    for record in records:
        address, start = unpack_flight(record["flight_id"])
        on_ground = record["on_ground"]
        legs.append(
            Leg(
                address=address,
                start=start,
                reason=SPLIT_REASONS.index(record["split_reason"]),
                last_heard=record["last_heard"],
                **{name: math.nan if record[name] is None else record[name] for name in _MEASURED},
                on_ground=-1 if on_ground is None else int(on_ground),
                callsign=record["callsign"].encode("latin-1"),
                origin=record["origin"].encode("latin-1"),
            )
        )
    return legs
