import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.decode.modes.altitude import AC12
from aerotrack.encode.altitudes import altitude_code


def read_back(feet: float) -> float:
    return float(AC12[altitude_code(np.array([feet]))[0]])


@given(st.floats(-1000, 50_175))
def test_an_altitude_is_read_back_to_12_5_ft(feet: float) -> None:
    assert read_back(feet) == pytest.approx(feet, abs=12.5)


@given(st.floats(50_200, 126_700))
def test_a_great_altitude_is_read_back_to_50_ft(feet: float) -> None:
    assert read_back(feet) == pytest.approx(feet, abs=50.5)


@pytest.mark.parametrize("feet", [np.nan, -2000.0, 130_000.0, 1e12])
def test_what_is_unknown_or_out_of_reach_is_not_told(feet: float) -> None:
    assert altitude_code(np.array([feet])).tolist() == [0]
