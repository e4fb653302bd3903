from pathlib import Path

import pytest

from aerotrack.errors import SettingsError
from aerotrack.sources.keys import Keys, secret


def test_a_secret_is_what_is_set_or_what_its_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("hush\n")
    assert secret(None, None, "adsbx_key") is None
    assert secret("", None, "adsbx_key") is None
    assert secret("word", file, "adsbx_key") == "word"
    assert secret(None, file, "adsbx_key") == "hush"


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "cannot be read"), (b"\n", "no line"), (b"a\nb", "no line")]
)
def test_a_file_that_holds_none_is_an_error(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=f"the file of adsbx_key, .*{sentence}"):
        secret(None, file, "adsbx_key")


def test_keys_are_not_shown() -> None:
    assert "hush" not in repr(Keys("me", "hush", "hush"))
