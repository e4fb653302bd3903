from aerotrack.core.changes import Changes


def test_changes_of_nothing_name_no_flights() -> None:
    changes = Changes(since=1, tick=2, time=3.0)
    for part in (changes.updated, changes.gone, changes.ended, changes.positions):
        assert part["address"].tolist() == []
        assert part["start"].tolist() == []
