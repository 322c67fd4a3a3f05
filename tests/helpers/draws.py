"""Many draws at once: thin compiled loops over the samplers of ``saferground.streams``, which only kernels may call.

Draw ``i`` of a series has the key ``fold(fold(0, series), i)``, as neighbouring members, steps or places have.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from saferground import streams


@njit(error_model="numpy")
def folds(key, parts):
    out = np.empty(len(parts), np.uint64)
    for i in range(len(parts)):
        out[i] = streams.fold(key, parts[i])
    return out


def keys(series: int, count: int) -> np.ndarray:
    """Keys of the draws of a series."""
    first = folds(np.uint64(0), np.array([series], np.uint64))[0]
    return folds(first, np.arange(count, dtype=np.uint64))


@njit(error_model="numpy")
def uniforms(keys, i):
    out = np.empty(len(keys))
    for j in range(len(keys)):
        out[j] = streams.uniform(keys[j], i)
    return out


@njit(error_model="numpy")
def words(keys, i):
    """The i-th 64 bits of each key."""
    out = np.empty(len(keys), np.uint64)
    for j in range(len(keys)):
        out[j] = streams.bits(keys[j], i)
    return out


@njit(error_model="numpy")
def normals(keys, i):
    out = np.empty(len(keys))
    for j in range(len(keys)):
        out[j] = streams.normal(keys[j], i)
    return out


@njit(error_model="numpy")
def gammas(keys, shape):
    out = np.empty(len(keys))
    for j in range(len(keys)):
        out[j] = streams.gamma(keys[j], shape)
    return out


@njit(error_model="numpy")
def binomials(keys, n, p):
    out = np.empty(len(keys), np.int64)
    for j in range(len(keys)):
        out[j] = streams.binomial(keys[j], n, p)
    return out


@njit(error_model="numpy")
def hypergeometrics(keys, total, marked, drawn):
    out = np.empty(len(keys), np.int64)
    for j in range(len(keys)):
        out[j] = streams.hypergeometric(keys[j], total, marked, drawn)
    return out
