from base64 import urlsafe_b64encode

import pytest

from aerotrack.errors import SettingsError
from aerotrack.web.cursors import cursor_of, event_after, flight_after, flight_after_at


def test_a_cursor_comes_back_as_the_key_it_was_made_of() -> None:
    assert flight_after(cursor_of(0x4CA2D6 << 32 | 0x6740A31C)) == 0x4CA2D6 << 32 | 0x6740A31C
    assert flight_after_at(cursor_of(5, 1_732_289_400.25)) == (5, 1_732_289_400.25)
    assert event_after(cursor_of(1_732_289_400_250_000, "an id")) == (1_732_289_400_250_000, "an id")


def encoded(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "%", "\0", "Ä", "=", encoded("[1"), encoded("{}"), encoded("[1.5]"), encoded("[true]"),
        encoded("[-1]"), encoded(f"[{1 << 63}]"), encoded('["a"]'), encoded('["a",1]'),
        encoded('[1,"\\u0000"]'), encoded("[]"), "A" * 5000, encoded("NaN"), encoded("[1,true]"),
        encoded("[1,1e300]"), encoded("[1,-1]"), encoded(f'[{4_102_444_800_000_000},"x"]'),
        encoded(f'[{(1 << 63) - 1},"x"]'), encoded(f"[{1 << 63},1]"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("read", [flight_after, flight_after_at, event_after])
def test_what_is_no_cursor_is_refused_in_a_short_sentence(read: object, cursor: str) -> None:
    with pytest.raises(SettingsError, match="leave cursor out") as refused:
        read(cursor)
    assert len(str(refused.value)) < 500


def test_the_cursor_of_one_list_is_none_of_another() -> None:
    with pytest.raises(SettingsError):
        event_after(cursor_of(1))
    with pytest.raises(SettingsError):
        flight_after(cursor_of(1, "an id"))
    with pytest.raises(SettingsError):
        flight_after(cursor_of(1, 2))
    with pytest.raises(SettingsError):
        flight_after_at(cursor_of(1))
