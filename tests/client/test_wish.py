import pytest

from aerotrack.client.wish import check_names


def test_what_is_no_member_of_a_subscribe_is_refused_by_its_name() -> None:
    check_names(["bbox", "flights", "precision_m", "filter", "at", "speed"])
    with pytest.raises(TypeError, match=r"'box' cannot be watched: give bbox, .*, filter, at, speed"):
        check_names(["bbox", "box"])
