"""Networks to be diagnosed at their start, and what they suffer from."""

import os
import secrets
import zlib
from typing import NamedTuple

import numpy as np

__all__ = ["DIAGNOSES", "POOL", "TODAY", "Patient", "todays_seed", "ward"]

DIAGNOSES = ("small weights", "large weights", "sigmoid", "batch norm", "healthy")


class Patient(NamedTuple):
    """A network under the microscope.

    Attributes:
        diagnosis: a word of DIAGNOSES.
        options: arguments of `helpers.networks.microscope`.
    """

    diagnosis: str
    options: dict


def _relu(diagnosis, scale=1.0, init="he normal", **more):
    return Patient(diagnosis, {"activation": "relu", "init": init, "scale": scale, **more})


POOL = (
    _relu("healthy"),
    _relu("healthy", normalization="layer", scale=2.0),
    _relu("healthy", init="xavier normal", scale=1.41),
    _relu("small weights", init="xavier normal"),
    _relu("small weights", scale=0.7),
    _relu("small weights", scale=0.5),
    _relu("large weights", scale=1.5),
    _relu("large weights", scale=1.35),
    _relu("large weights", scale=2.0),
    _relu("batch norm", normalization="batch"),
    _relu("batch norm", normalization="batch", scale=1.5),
    Patient("sigmoid", {"activation": "sigmoid", "init": "xavier normal"}),
    Patient("sigmoid", {"activation": "sigmoid", "init": "he normal"}),
)
"""More patients than words; some words have several."""


def ward(seed, beds=4):
    """Return patients drawn from the pool, none twice, each with a seed of its own.

    Args:
        seed: a whole number; the same one draws the same patients.
        beds: how many.
    """
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(POOL), beds, replace=False)
    seeds = rng.integers(100, size=beds)
    return [
        Patient(POOL[k].diagnosis, {**POOL[k].options, "seed": int(s)})
        for k, s in zip(drawn, seeds, strict=True)
    ]


def todays_seed(what):
    """Another in each kernel, unless PYTHONHASHSEED is fixed, as where outputs are stored.

    Args:
        what: is drawn with it; each has a seed of its own.
    """
    fixed = os.environ.get("PYTHONHASHSEED", "")
    word = fixed if fixed.isdigit() else secrets.token_hex(8)
    return zlib.crc32(f"{what} {word}".encode())


TODAY = ward(todays_seed("today's patients"))
