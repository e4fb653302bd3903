import pytest

from aerotrack import errors


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.SettingsError, 2),
        (errors.StartError, 2),
        (errors.RecordingError, 2),
        (errors.FeedError, 1),
        (errors.DatabaseError, 1),
    ],
)
def test_what_cannot_start_exits_with_2_and_what_went_wrong_later_with_1(
    error: type[errors.AeroTrackError], exit_code: int
) -> None:
    assert issubclass(error, errors.AeroTrackError)
    assert error("no sentence").exit_code == exit_code


def test_the_tree_in_the_docstring_is_the_tree_there_is() -> None:
    for name, member in vars(errors).items():
        if isinstance(member, type):
            assert name in (errors.__doc__ or "")
