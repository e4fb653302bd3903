"""The formats that flights can be written in, by the name their users know them by."""

from collections.abc import Callable, Mapping

from aerotrack.encode import Encoder
from aerotrack.encode.csv_table import CsvTable
from aerotrack.encode.geojson import GeoJson
from aerotrack.encode.gpx import Gpx
from aerotrack.encode.kml import Kml


def _parquet() -> Encoder:
    from aerotrack.encode.parquet import Parquet  # noqa: PLC0415  pyarrow takes time to load

    return Parquet()


FORMATS: Mapping[str, Callable[[], Encoder]] = {
    "csv": CsvTable,
    "geojson": GeoJson,
    "kml": Kml,
    "gpx": Gpx,
    "parquet": _parquet,
}
