"""Chance without state: numbers that look random and are a pure function of a seed, a purpose and an index.

NumPy's generators may change between versions and remember what they gave; a hash does neither, so that the
simulated sky is the same on every machine and after every restart. The hash is SplitMix64 (Steele, Lea and
Flood, "Fast splittable pseudorandom number generators", 2014).
"""

import zlib
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Hashes = NDArray[np.uint64]

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)


def _mixed(values: Hashes) -> Hashes:
    values = (values ^ (values >> _S30)) * _MIX_1
    values = (values ^ (values >> _S27)) * _MIX_2
    return values ^ (values >> _S31)


def hashes(seed: int, purpose: str, *indices: ArrayLike) -> Hashes:
    """Hash whole numbers `indices` (broadcast) into 64 bits each; every purpose has its own stream."""
    key = np.array([(seed * 0x1_0000_0000 + zlib.crc32(purpose.encode())) & 0xFFFF_FFFF_FFFF_FFFF], np.uint64)
    state = _mixed(key)
    for index in indices:
        state = _mixed((state + np.asarray(index).astype(np.uint64)) * _GAMMA + _GAMMA)
    return state


def unit(hashed: Hashes) -> NDArray[np.float64]:
    """Turn hashes into numbers of [0, 1)."""
    return (hashed >> _S11).astype(np.float64) * 2.0**-53


def bell(hashed: Hashes) -> NDArray[np.float64]:
    """Turn hashes into numbers of nearly the standard normal distribution: sums of four uniform ones."""
    quarters = hashed.view(np.uint16).reshape(*hashed.shape, 4)
    total = quarters.sum(axis=-1, dtype=np.float64)
    bent: NDArray[np.float64] = (total / 65536.0 - 2.0 + 2.0 / 65536.0) * np.sqrt(3.0)
    return bent


def uniform(seed: int, purpose: str, *indices: ArrayLike) -> NDArray[np.float64]:
    """Draw numbers of [0, 1), one for each index."""
    return unit(hashes(seed, purpose, *indices))


def between(low: Any, high: Any, seed: int, purpose: str, *indices: ArrayLike) -> NDArray[np.float64]:
    """Draw numbers of [low, high), one for each index."""
    drawn: NDArray[np.float64] = low + (high - low) * uniform(seed, purpose, *indices)
    return drawn


def choose(weights: ArrayLike, chances: NDArray[np.float64]) -> NDArray[np.intp]:
    """Pick an index of `weights` (none negative, not all 0) for each of `chances` in [0, 1)."""
    heap = np.cumsum(np.asarray(weights, np.float64))
    picked: NDArray[np.intp] = np.searchsorted(heap, chances * heap[-1], side="right")
    return picked
