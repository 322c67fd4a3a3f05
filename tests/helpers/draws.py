"""Many draws at once: thin compiled loops over the samplers of ``saferground.streams``, which only kernels may call.

Draw ``i`` of a series has the key ``fold(fold(0, series), i)``, as neighbouring members, steps or places have.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from saferground import streams


@njit(error_model="numpy")
def folds(keys, parts):
    """The key that follows from each key and its part."""
    out = np.empty(len(keys), np.uint64)
    for i in range(len(keys)):
        out[i] = streams.fold(keys[i], parts[i])
    return out


def keys(series: int, count: int) -> np.ndarray:
    """Keys of the draws of a series."""
    return chain(np.full(count, series), np.arange(count))


def chain(*words: np.ndarray) -> np.ndarray:
    """Keys made by folding one array of words after the other into zero."""
    result = np.zeros(len(words[0]), np.uint64)
    for each in words:
        result = folds(result, each.astype(np.uint64))
    return result


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
def decays(keys, n, x):
    out = np.empty(len(keys), np.int64)
    for j in range(len(keys)):
        out[j] = streams.decayed(keys[j], n, x)
    return out


@njit(error_model="numpy")
def hypergeometrics(keys, total, marked, drawn):
    out = np.empty(len(keys), np.int64)
    for j in range(len(keys)):
        out[j] = streams.hypergeometric(keys[j], total, marked, drawn)
    return out


@njit(error_model="numpy")
def poissons(keys, mean):
    out = np.empty(len(keys), np.int64)
    for j in range(len(keys)):
        out[j] = streams.poisson(keys[j], mean)
    return out
