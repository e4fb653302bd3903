"""Meanings: what the texts of one column mean. The same few recur, so each is worked out once."""

from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST = 1 << 15  # more callsigns than are ever in the air
_LONGEST = 32  # of the texts that are remembered


class Meanings(dict[str | None, bytes]):
    """Text: the bytes of the value that it stands for. An absent text, None, stands for `unknown`.

    `meaning` says what a text stands for, None if that is nothing: such a text is not remembered, so that
    each time it occurs it is told of. What is remembered never changes what is read, so that any number of
    feeds may share it, and all of them together fill it no more than one.
    """

    def __init__(
        self, dtype: np.dtype[Any], unknown: float | bytes, meaning: Callable[[str], int | bytes | None]
    ) -> None:
        super().__init__()
        self._dtype, self._meaning = dtype, meaning
        self._bytes = Struct(f"{dtype.itemsize}s" if dtype.kind == "S" else dtype.char).pack
        self._unknown = self[None] = self._bytes(unknown)

    def column(self, texts: Sequence[Any]) -> tuple[NDArray[Any] | None, int]:
        """Return the values (N,) of N texts, None if all are unknown, and how many texts had no meaning.

        What is no text, or absent, has none.
        """
        senseless = 0
        remembered: Iterator[Any] = map(self.get, texts)
        try:
            values = b"".join(remembered)
        except TypeError:  # a text that is not known, or a list or an object
            told = list(map(self._value, texts))
            senseless = told.count(None)
            values = b"".join([self._unknown if value is None else value for value in told])
        if values == self._unknown * len(texts):
            return None, senseless
        return np.frombuffer(bytearray(values), self._dtype), senseless

    def _value(self, text: Any) -> bytes | None:
        """Return the bytes of what a text means, None if that is nothing; remember it."""
        if type(text) is not str:
            return self._unknown if text is None else None
        value = self.get(text)
        if value is None and (meant := self._meaning(text)) is not None:
            value = self._bytes(meant)
            if len(text) <= _LONGEST:
                self._remember(text, value)
        return value

    def _remember(self, text: str, value: bytes) -> None:
        if len(self) >= _MOST:
            self.clear()
            self[None] = self._unknown
        self[text] = value
