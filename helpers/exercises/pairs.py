"""Answers beside right answers, and what can be asked of both."""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

TOLERANCE = 1e-6  # relative: differences as oracles are good for about seven digits


@dataclass(frozen=True)
class Pairs:
    """Answers beside right answers, a pair of arrays of equal shape for each case.

    Attributes:
        answers, expected: lists of float arrays.
        subject: what the answers are called: "your answer" or "`by_gradient`".
        quantities: values by name, one number for each case, that a factor may consist of.
        known: arrays by name, a list with one for each case, that an answer may be equal to, or be
            too large or too small by.
        single: whether there is one case only and no function behind it, so that nothing is said
            of "every case".
    """

    answers: list
    expected: list
    subject: str = "your answer"
    quantities: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)
    single: bool = False

    @cached_property
    def a(self):
        """All numbers of the answers in one row."""
        return np.concatenate([np.ravel(array) for array in self.answers])

    @cached_property
    def e(self):
        """All right numbers in one row."""
        return np.concatenate([np.ravel(array) for array in self.expected])

    @cached_property
    def scale(self):
        """The size of the largest right number, or 1."""
        return np.abs(self.e).max(initial=0.0) or 1.0

    @cached_property
    def nonzero(self):
        """Where the right number is not 0, but for rounding."""
        return np.abs(self.e) > TOLERANCE * self.scale

    @cached_property
    def sizes(self):
        """How many different sizes the right numbers have, 0 apart."""
        return distinct(np.abs(self.e[self.nonzero]))

    def equal(self, values, others):
        """Whether two rows of numbers are equal in all entries."""
        room = np.maximum(np.abs(values), np.abs(others)) + 1e-3 * self.scale
        return bool(np.all(np.abs(values - others) <= TOLERANCE * room))


def distinct(values):
    """How many different numbers there are, but for rounding."""
    values = np.sort(np.asarray(values, dtype=float))
    return int(values.size and 1 + np.sum(np.diff(values) > 1e-4 * np.abs(values[1:])))


def ratio(pairs, answers, expected):
    """The constant factor between two rows, or None."""
    there = np.abs(expected) > TOLERANCE * pairs.scale
    if not there.any():
        return None
    ratios = answers[there] / expected[there]
    factor = float(np.median(ratios))
    if factor == 0 or not np.isfinite(factor) or not pairs.equal(answers, factor * expected):
        return None
    return factor
