"""Meanings: what the texts of one column mean. The same few recur, so each is worked out once."""

from collections.abc import Callable, Sequence
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST = 1 << 15  # more callsigns than are ever in the air
_LONGEST = 32  # of the texts that are remembered


class Meanings(dict[str | None, bytes]):
    """Text: the bytes of the value that it stands for. An absent text, None, stands for `unknown`.

    `meaning` says what a text stands for, None if that is nothing: such a text is not remembered, so that
    each time it occurs it is told of.
    """

    def __init__(
        self, dtype: np.dtype[Any], unknown: float | bytes, meaning: Callable[[str], int | bytes | None]
    ) -> None:
        super().__init__()
        self._dtype, self._meaning = dtype, meaning
        self._bytes = Struct(f"{dtype.itemsize}s" if dtype.kind == "S" else dtype.char).pack
        self._unknown = self[None] = self._bytes(unknown)
        self._senseless = 0

    def __missing__(self, text: Any) -> bytes:
        meant = self._meaning(text) if type(text) is str else None
        if meant is None:
            self._senseless += 1
            return self._unknown
        value = self._bytes(meant)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
                self[None] = self._unknown
            self[text] = value
        return value

    def column(self, texts: Sequence[Any]) -> tuple[NDArray[Any] | None, int]:
        """Return the values (N,) of N texts, None if all are unknown, and how many texts had no meaning.

        What is no text, or absent, has none.
        """
        self._senseless = 0
        try:
            values = b"".join(map(self.__getitem__, texts))
        except TypeError:  # a list or an object among them
            self._senseless = 0
            values = b"".join([self[t] if isinstance(t, str | None) else self.__missing__(t) for t in texts])
        if values == self._unknown * len(texts):
            return None, self._senseless
        return np.frombuffer(bytearray(values), self._dtype), self._senseless
