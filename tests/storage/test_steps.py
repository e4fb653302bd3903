import numpy as np

from aerotrack.core.columns import BY_NAME
from aerotrack.storage.steps import EPOCH_US, NUMBERS, degrees, measured


def test_steps_become_values_and_what_is_null_is_not_known() -> None:
    values = {name: measured(name, np.array([-2, 3599, -32_768], np.int16)).tolist() for name in NUMBERS}
    assert {name: first for name, (first, _, _) in values.items()} == {
        "altitude_ft": -50,
        "geo_altitude_ft": -50,
        "ground_speed_kt": -2,
        "track_deg": -0.2,
        "vertical_rate_fpm": -128,
    }
    assert values["vertical_rate_fpm"][1] == 230_336  # more than the width of a step
    assert all(np.isnan(last) for _, _, last in values.values())
    assert set(NUMBERS) <= set(BY_NAME)


def test_places_are_in_steps_of_a_metre() -> None:
    assert degrees(np.array([-810_001, 17_999_999], np.int32)).tolist() == [-8.10001, 179.99999]


def test_postgresql_counts_from_2000() -> None:
    assert np.datetime64(EPOCH_US, "us") == np.datetime64("2000-01-01")
