"""The slope of a function at a place, by differences that know how far they can be trusted.

One step does not serve all: at x = 10⁶ a sine turns within a step that suits x, and at x = 10⁻⁴ the
step that suits 1 jumps over the pole of 1/x. So a whole ladder of steps is tried, and the rung is
taken that agrees best with its neighbor. Source of the idea: C. Ridders, "Accurate computation of
F′(x) and F′(x) F″(x)" (1982).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["STEP", "Slope", "slope_at_zero"]

EPSILON = np.finfo(float).eps
STEP = EPSILON ** (1 / 3)  # the best step of a central difference where all sizes are near 1
RATIO = 4  # of one step of the ladder to the next


@dataclass(frozen=True)
class Slope:
    """A slope that was measured.

    Attributes:
        value: the slope, NaN if the function was finite on no two rungs of the ladder.
        error: how far off it may be, about.
        left, right: the slopes to both sides if there is a corner, else None.
    """

    value: float
    error: float
    left: float | None = None
    right: float | None = None


def slope_at_zero(f, size=1.0, largest=1.0):
    """Return the Slope of f at t = 0.

    Args:
        f: a function of one number that returns a number.
        size: of what moves with t: below a certain fraction of it steps are lost in rounding.
        largest: the size of the largest steps, about; at least 1 and `size` are taken.
    """
    largest = max(largest, size, 1.0) / 8
    smallest = (size or 1.0) * EPSILON ** (2 / 3)
    rungs = int(np.ceil(np.log(largest / smallest) / np.log(RATIO))) + 1
    h = largest * float(RATIO) ** -np.arange(rungs)
    with np.errstate(all="ignore"):
        here = f(0.0)
        up, down = (np.array([f(sign * step) for step in h]) for sign in (1, -1))
        # Central differences, with the part of their error that goes with h² taken out.
        rough = (up - down) / (2 * h)
        value = (RATIO**2 * rough[1:] - rough[:-1]) / (RATIO**2 - 1)
        error = np.abs(np.diff(value)) + _noise(here, up, down) / h[2:]
        fraction = error / np.abs(value[1:])
    if not np.isfinite(error).any():
        return Slope(np.nan, np.nan)
    # By fractions: past a pole or many turns of a wave all slopes are small, and so is their error.
    fraction[~np.isfinite(error)] = error[~np.isfinite(error)] = np.inf
    best = int(np.nanargmin(fraction if np.nanmin(fraction, initial=1.0) < 0.01 else error))
    return Slope(float(value[best + 1]), float(error[best]), *_corner(here, up, down, h))


def _noise(here, up, down):
    """What the values of f may be off by."""
    noise = EPSILON * abs(here)
    if here in (up[-1], down[-1]):
        # A function that rounds more coarsely than floats do jumps from one value to the next.
        jumps = np.abs([*(up - here), *(here - down)])
        noise = max(noise, np.min(jumps[jumps > 0], initial=np.inf) if (jumps > 0).any() else 0.0)
    return noise


def _corner(here, up, down, h):
    """The slopes to the left and to the right if they differ, however small the step."""
    with np.errstate(all="ignore"):
        right, left = (up - here) / h, (here - down) / h
        # Only where steps are so large that differences are not made of rounding.
        told = np.flatnonzero(1e7 * EPSILON * abs(here) < h * (np.abs(right) + np.abs(left)))
    if len(told) < 3:
        return ()
    last = told[-3:]
    gap = right[last] - left[last]
    # At a smooth place the gap shrinks with the step; at a corner it stays.
    if (
        np.ptp(gap) > 0.05 * abs(gap[-1])
        or abs(gap[-1]) < 1e-3 * (abs(right) + abs(left))[last[-1]]
    ):
        return ()
    return float(left[last[-1]]), float(right[last[-1]])
