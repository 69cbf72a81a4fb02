"""Patients without a name, drawn anew for each kernel: the reader has nothing but instruments."""

import numpy as np

from helpers.networks.patients import todays_seed

from .instruments import examine, read
from .patients import PATIENTS
from .program import trained

__all__ = ["DIAGNOSES", "TODAY", "Bed", "ward"]

DIAGNOSES = ("formula", "step", "loss", "healthy")
LATER = 3  # steps after which a gradient that is kept shows


class Bed:
    """A patient whose chart is all that is shown.

    Attributes:
        patient: who lies there.
    """

    def __init__(self, patient):
        self.patient = patient

    def __repr__(self):
        """The readings of all instruments, and of the gradient check after three steps."""
        sick = self.patient.sick
        later = read("gradient check", sick, trained(sick, LATER))
        return f"{examine(sick)!r}\nafter {LATER} steps:\n{later!r}"


def ward(seed, beds=2):
    """Return patients of different wards, each in a `Bed`.

    Args:
        seed: a whole number; the same one draws the same patients.
        beds: how many, at most as many as there are words in `DIAGNOSES`.
    """
    rng = np.random.default_rng(seed)
    words = rng.permutation(DIAGNOSES)[:beds]
    pools = [[patient for patient in PATIENTS if patient.ward == word] for word in words]
    return [Bed(pool[rng.integers(len(pool))]) for pool in pools]


TODAY = ward(todays_seed("patients of the clinic"))
