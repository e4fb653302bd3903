"""The command line, as a person types it."""

import pytest

from aerotrack.cli import main


def exit_of(*arguments: str) -> int:
    """Run it; return the exit status."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code
