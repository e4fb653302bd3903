"""Golden files: cases that a test makes by hand, kept so that the tests of the dashboard read them too."""

import json
import os
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def check_kept(name: str, made: dict[str, Any]) -> None:
    """Fail unless the golden file `name` is what was made; with WRITE_GOLDEN set, write it first."""
    path = _HERE / name
    if "WRITE_GOLDEN" in os.environ:
        path.write_text(_text(made))
    again = "to write it again, run the test with WRITE_GOLDEN=1"
    assert path.exists(), f"There is no {path}: {again}."
    assert json.loads(path.read_text()) == made, f"{path} is not what this test makes: {again}."


def _text(made: dict[str, Any]) -> str:
    """Lay out lists of cases one a line, so that a change shows as the lines it changes."""
    parts = []
    for key, value in made.items():
        cases = value if isinstance(value, list) else None
        lines = ",\n".join(f"  {json.dumps(case)}" for case in cases) if cases else ""
        parts.append(f" {json.dumps(key)}: " + (f"[\n{lines}\n ]" if cases else json.dumps(value)))
    return "{\n" + ",\n".join(parts) + "\n}\n"
