"""Integrity: how far off a position can be, by the type code it came under and the supplements of its sender.

The supplements a and c come with the operational status (see `status`), b with an airborne position, ME 8.
In metres:

    airborne   NIC      version 0      version 1             version 2 (a, b)
     9, 20   11             7.5            7.5                   7.5
    10, 21   10            25             25                    25
    11        9                           75 with a             75 with a and b
              8           185.2          185.2                 185.2
    12        7           370.4          370.4                 370.4
    13        6           926            926, 1111.2 with a    926, 555.6 with b alone, 1111.2 with a
    14        5          1852           1852                  1852
    15        4          3704           3704                  3704
    16        3                         7408 with a           7408 with a and b
              2                        14816                 14816
              1         18520
    17        1         37040          37040                 37040
    0, 18, 22 0         unknown        unknown               unknown

    surface    NIC      version 0      version 1             version 2 (a, c)
     5       11             7.5            7.5                   7.5
     6       10            25             25                    25
     7        9                           75 with a             75 with a
              8           185.2          185.2                 185.2
     8        7                                                370.4 with a and c
              6                                                555.6 with a alone, 1111.2 with c alone
              0         unknown        unknown               unknown

A sender of version 0 tells neither version, accuracy nor integrity level: there the type code stands for all.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]
Metres = NDArray[np.float32]
Numbers = NDArray[np.integer]
Claims = NDArray[np.int64]

_TYPES, _VERSIONS = 32, 3
_A, _C, _B = 4, 2, 1
_SUPPLEMENTS = 8
_UNKNOWN = (0, float("nan"))
_ALIKE: dict[int, tuple[int, float]] = {
    0: _UNKNOWN, 5: (11, 7.5), 6: (10, 25), 7: (8, 185.2), 8: _UNKNOWN,
    9: (11, 7.5), 10: (10, 25), 11: (8, 185.2), 12: (7, 370.4), 13: (6, 926), 14: (5, 1852), 15: (4, 3704),
    16: (2, 14816), 17: (1, 37040), 18: _UNKNOWN, 20: (11, 7.5), 21: (10, 25), 22: _UNKNOWN,
}  # fmt: skip
"""NIC and radius of each type code where no supplement is set."""

_SUPPLEMENTED: dict[tuple[int, int], tuple[tuple[int, int, tuple[int, float]], ...]] = {
    (0, 16): ((0, 0, (1, 18520)),),
    (1, 7): ((_A, _A, (9, 75)),),
    (1, 11): ((_A, _A, (9, 75)),),
    (1, 13): ((_A, _A, (6, 1111.2)),),
    (1, 16): ((_A, _A, (3, 7408)),),
    (2, 7): ((_A, _A, (9, 75)),),
    (2, 8): ((_A | _C, _A | _C, (7, 370.4)), (_A | _C, _A, (6, 555.6)), (_A | _C, _C, (6, 1111.2))),
    (2, 11): ((_A | _B, _A | _B, (9, 75)),),
    (2, 13): ((_A | _B, _B, (6, 555.6)), (_A, _A, (6, 1111.2))),
    (2, 16): ((_A | _B, _A | _B, (3, 7408)),),
}
"""What differs, by version and type code: of the supplements in a mask, which are set, and what it means."""


def _tables() -> tuple[Codes, Metres]:
    """Make tables of version, supplements and type code."""
    categories = np.full((_VERSIONS, _SUPPLEMENTS, _TYPES), -1, np.int8)
    radii = np.full(categories.shape, np.nan, np.float32)
    for typecode, (category, radius) in _ALIKE.items():
        categories[:, :, typecode], radii[:, :, typecode] = category, radius
    supplements = np.arange(_SUPPLEMENTS)
    for (version, typecode), rules in _SUPPLEMENTED.items():
        for mask, value, (category, radius) in rules:
            these = supplements & mask == value
            categories[version, these, typecode], radii[version, these, typecode] = category, radius
    return categories.ravel(), radii.ravel()


_NIC, _RADIUS = _tables()

_ACCURACIES = {
    0: (0, 0), 5: (11, 2), 6: (10, 2), 7: (8, 2), 8: (0, 0),
    9: (11, 2), 10: (10, 2), 11: (8, 2), 12: (7, 2), 13: (6, 2), 14: (5, 2), 15: (4, 2), 16: (1, 2),
    17: (1, 2), 18: (0, 0), 20: (11, 2), 21: (10, 2), 22: (0, 0),
}  # fmt: skip
_NAC_P = np.array([_ACCURACIES.get(typecode, (-1, -1))[0] for typecode in range(_TYPES)], np.int8)
_SIL = np.array([_ACCURACIES.get(typecode, (-1, -1))[1] for typecode in range(_TYPES)], np.int8)


def claim(version: Numbers, nic_a: Numbers, nic_c: Numbers) -> Claims:
    """Return what senders (M,) claim of their integrity as one number each; 0 is that of version 0.

    A version not heard, -1, counts as 0; a later one than 2 as 2; a supplement not heard as not set.
    """
    supplements = (nic_a == 1) * _A + (nic_c == 1) * _C
    read_as = np.minimum(np.maximum(version, 0), _VERSIONS - 1).astype(np.int64)
    claimed: Claims = read_as * _SUPPLEMENTS + supplements
    return claimed


def is_derived(claim: Claims) -> NDArray[np.bool_]:
    """Say which claims (M,) are of version 0."""
    derived: NDArray[np.bool_] = claim < _SUPPLEMENTS
    return derived


def nic(typecode: Numbers, claim: Claims, nic_b: Numbers) -> Codes:
    """Return the integrity category (M,), -1 unknown."""
    return _NIC.take(_where(typecode, claim, nic_b))


def containment(typecode: Numbers, claim: Claims, nic_b: Numbers) -> Metres:
    """Return the radius in metres (M,), NaN unknown."""
    return _RADIUS.take(_where(typecode, claim, nic_b))


def _where(typecode: Numbers, claim: Claims, nic_b: Numbers) -> Claims:
    where: Claims = (claim | (nic_b == 1)) * _TYPES + typecode
    return where


def accuracy_of_typecode(typecode: Numbers) -> tuple[Codes, Codes]:
    """Return NACp and SIL (M,) of senders of version 0, derived from their type codes; -1 unknown."""
    return _NAC_P.take(typecode & (_TYPES - 1)), _SIL.take(typecode & (_TYPES - 1))
