import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerotrack.core.retention import Retention
from aerotrack.errors import SettingsError


@pytest.mark.parametrize(
    ("text", "days", "size"),
    [
        ("30d", 30, None),
        ("20GB", None, 20_000_000_000),
        ("30d,20GB", 30, 20_000_000_000),
        ("1.5 TB, 0.5 d", 0.5, 1_500_000_000_000),
        ("512MiB", None, 536_870_912),
        ("off", None, None),
        (" OFF ", None, None),
    ],
)
def test_days_and_a_size_are_read_in_any_order(text: str, days: float | None, size: int | None) -> None:
    assert Retention.parse(text) == Retention(days, size)


@pytest.mark.parametrize(
    "text", ["", "30", "d", "-3d", "0d", "0GB", "30d,40d", "1GB,2GB", "30d,", "30 days", "20PB", "off,30d"]
)
def test_anything_else_is_told_what_to_give(text: str) -> None:
    with pytest.raises(SettingsError, match="give days such as 30d") as refused:
        Retention.parse(text)
    assert repr(text) in str(refused.value)


def test_only_a_policy_without_limits_keeps_all() -> None:
    assert Retention().keeps_all
    assert not Retention(days=30).keeps_all
    assert not Retention(max_bytes=1).keeps_all


DAYS = st.none() | st.integers(1, 100_000).map(float)
SIZES = st.none() | st.integers(1, 1 << 45)


@given(DAYS, SIZES)
def test_what_is_written_is_read_back(days: float | None, size: int | None) -> None:
    policy = Retention(days, size)
    assert Retention.parse(str(policy)) == policy
