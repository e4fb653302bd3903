from typing import Any

import numpy as np
import pytest

from aerotrack.web.adsbx_api import NOT_KNOWN
from fakes import START, rows_of
from web.harness import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")  # that of the stage


@pytest.fixture(autouse=True)
def sky(site: Site) -> None:
    site.sky.columns = rows_of(
        [0x4CA2D6, 0x3C6444], lat=[50.0, 51.0], lon=[8.0, 8.0], callsign=[b"RYR1", b"RYR12"],
        registration=[b"EI-DCL", b"D-AIBL"], type_code=[b"B738", b"A320"], squawk=[1000, 7700],
        altitude_ft=[35000, np.nan], on_ground=[0, 1], time=START + 999, last_heard=START + 999.5,
    )  # fmt: skip


async def document(site: Site, path: str) -> dict[str, Any]:
    answer = await site.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = answer.json()
    return found


async def test_a_document_has_the_members_of_version_2(site: Site) -> None:
    found = await document(site, "/v2/all")
    assert [aircraft["hex"] for aircraft in found.pop("ac")] == ["4ca2d6", "3c6444"]
    now = (START + 1000) * 1000
    assert found == {"msg": "No error", "now": now, "total": 2, "ctime": now, "ptime": 0}


async def test_an_aircraft_has_the_keys_of_readsb(site: Site) -> None:
    first, second = (await document(site, "/v2/all"))["ac"]
    assert (first["flight"], first["alt_baro"], first["seen"], first["seen_pos"]) == (
        "RYR1    ",
        35000,
        0.5,
        1.0,
    )
    assert second["alt_baro"] == "ground"


@pytest.mark.parametrize(
    ("path", "hexes"),
    [
        ("hex/4CA2D6", ["4ca2d6"]),
        ("icao/4ca2d6,3c6444", ["4ca2d6", "3c6444"]),
        ("registration/EI-DCL/", ["4ca2d6"]),
        ("lat/50/lon/8/dist/10/", ["4ca2d6"]),
        ("hex/000001", []),
        ("callsign/ryr1", ["4ca2d6"]),
        ("reg/d-aibl", ["3c6444"]),
        ("registration/EI-DCL", ["4ca2d6"]),
        ("type/A320", ["3c6444"]),
        ("squawk/7700", ["3c6444"]),
        ("sqk/1000", ["4ca2d6"]),
        ("point/50/8/250", ["4ca2d6", "3c6444"]),
        ("point/50.0/8.0/59", ["4ca2d6"]),
        ("lat/51/lon/8/dist/100", ["3c6444", "4ca2d6"]),
        ("closest/50.9/8/250", ["3c6444"]),
    ],
)
async def test_aircraft_are_found(site: Site, path: str, hexes: list[str]) -> None:
    found = await document(site, f"/v2/{path}")
    assert [aircraft["hex"] for aircraft in found["ac"]] == hexes
    assert found["total"] == len(hexes)


async def test_a_circle_gives_distance_and_direction(site: Site) -> None:
    _, far = (await document(site, "/v2/point/50/8/100"))["ac"]
    assert (far["dst"], far["dir"]) == (60.041, 0.0)
    assert "dst" not in (await document(site, "/v2/all"))["ac"][0]


@pytest.mark.parametrize("path", ["mil", "ladd", "pia"])
async def test_what_is_not_known_is_nobody_and_a_sentence(site: Site, path: str) -> None:
    found = await document(site, f"/v2/{path}")
    assert (found["ac"], found["total"], found["msg"]) == ([], 0, NOT_KNOWN)


@pytest.mark.parametrize(
    "path",
    [
        "hex/xyz",
        "squawk/9999",
        "callsign/,",
        "point/91/0/10",
        "point/0/0/251",
        "point/nan/0/10",
        "point/a/0/1",
    ],
)
async def test_what_cannot_be_asked_is_a_problem(site: Site, path: str) -> None:
    answer = await site.get(f"/v2/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert len(answer.json()["detail"]) > 20
