"""A gradient put to the test: against differences, number by number and along random directions."""

import math

import numpy as np

from helpers.autodiff.differences import STEP, slope_at_zero
from helpers.autodiff.tensor import Tensor
from helpers.autodiff.transforms import grad, map_arrays

__all__ = ["check_grad"]

ONE_BY_ONE = 20  # how many coordinates are checked each on its own


def check_grad(f, *args, gradient=None, order=1, directions=3, tolerance=1e-6, seed=0):
    """Compare the gradient of f at args with differences.

    Each coordinate is moved on its own, with a step that suits it; where there are more than 20, so
    are 20 drawn at random, and all together along random directions.

    Args:
        f: a function written with NumPy; it may return an array, all numbers of which are checked
            at once by a random weight for each.
        args: its arguments, as for `grad`. Those of whole numbers, such as labels, are kept fixed,
            unless there are no others.
        gradient: a gradient to check in place of the automatic one, a function of the same
            arguments that returns one gradient for each that is not kept fixed: a tuple if
            there are several. f must return a single number then.
        order: 1, or 2 to check the gradient of the gradient as well.
        directions: how many random directions, where there are more than 20 coordinates.
        tolerance: the largest error that passes, as a fraction of the slope. Where differences
            cannot tell as much, it is what they can tell.
        seed: of the random numbers, which are the same for the same seed.

    Returns:
        The largest error that was found, as a fraction of the slope, a float.

    Raises:
        AssertionError: if the gradient is wrong; the message tells which argument, which index,
            and by how much. Also if it cannot be told: at a corner, where the slope to the left
            differs from that to the right, or if f is not finite or not smooth enough there.
        TypeError, ValueError: what `grad` raises.
    """
    rng = np.random.default_rng(seed)
    which = _real_arguments(args)
    args = [map_arrays(_array, a) if i in which else a for i, a in enumerate(args)]
    if gradient is not None:
        total, claimed = f, gradient(*args)
        claimed = claimed if len(which) > 1 else (claimed,)
        if not isinstance(claimed, tuple) or len(claimed) != len(which):
            raise ValueError(f"gradient must return a tuple of {len(which)} gradients.")
    else:
        shape = np.shape(f(*args))
        weights = rng.normal(size=shape) if shape else np.ones(())

        def total(*args):
            return np.sum(weights * f(*args))

        claimed = grad(total, which)(*args)
    place = _Place(total, args, which, [_plain(s) for s in _flat(list(claimed))])
    worst = place.check(rng, directions, tolerance)
    if order == 2 and gradient is None:
        seeds = [rng.normal(size=s.shape) for s in place.slopes]

        def slope(*args):
            parts = _flat(list(grad(total, which)(*args)))
            return sum(np.sum(s * part) for s, part in zip(seeds, parts, strict=True))

        options = {"directions": directions, "tolerance": tolerance, "seed": seed + 1}
        try:
            worst = max(worst, check_grad(slope, *args, **options))
        except AssertionError as why:
            raise AssertionError(f"In the gradient of the gradient: {why}") from None
    return worst


class _Place:
    """A function at a place, with the slopes that are claimed for it there."""

    def __init__(self, f, args, which, slopes):
        self.f, self.args, self.which, self.slopes = f, args, which, slopes
        self.arrays = _flat([args[i] for i in which])
        if [a.shape for a in self.arrays] != [s.shape for s in slopes]:
            raise AssertionError(
                f"The gradient has the shapes {[s.shape for s in slopes]}, the arguments have "
                f"{[a.shape for a in self.arrays]}."
            )
        self.coordinates = [(k, i) for k, a in enumerate(self.arrays) for i in np.ndindex(a.shape)]

    def check(self, rng, directions, tolerance):
        """Return the largest error; raise an AssertionError if it is larger than the tolerance."""
        some, many = self.coordinates, len(self.coordinates) > ONE_BY_ONE
        if many:
            some = [some[j] for j in rng.choice(len(some), ONE_BY_ONE, replace=False)]
        worst = self._check_coordinates(some, tolerance)
        for _ in range(directions if many else 0):
            moves = [rng.normal(size=a.shape) for a in self.arrays]
            length = math.sqrt(sum(float(np.sum(v * v)) for v in moves))
            moves = [v / length for v in moves]
            got = sum(float(np.sum(s * v)) for s, v in zip(self.slopes, moves, strict=True))
            error, slope = self._error(got, self._along(moves), self._size(), tolerance)
            if not error <= tolerance:
                self._check_coordinates(self.coordinates[:2000], tolerance)
                raise AssertionError(
                    f"The gradient is wrong: along a random direction it gives {got:.6g}, "
                    f"differences give {slope.value:.6g}."
                )
            worst = max(worst, error)
        return worst

    def _check_coordinates(self, coordinates, tolerance):
        """Return the largest error among these; raise an AssertionError that names its place."""
        worst, found = 0.0, None
        for k, index in coordinates:
            got, size = float(self.slopes[k][index]), abs(float(self.arrays[k][index]))
            error, slope = self._error(got, self._alone(k, index), size, tolerance)
            # A NaN is no number that is small enough.
            if worst < math.inf and not error <= worst:
                worst = math.inf if math.isnan(error) else error
                found = got, slope, k, index
        if worst > tolerance:
            raise AssertionError(self._complaint(*found))
        return worst

    def _error(self, got, f, size, tolerance):
        """The error as a fraction of the slope, and the Slope it was found with."""
        h = STEP * max(1.0, size)
        with np.errstate(all="ignore"):
            quick = (f(h) - f(-h)) / (2 * h)
        error = _fraction(abs(got - quick), got, quick)
        if error <= tolerance:
            return error, None
        slope = slope_at_zero(f, size, self._size())
        # What is left of the difference beyond that which differences are off by themselves.
        if 10 * slope.error > 1e-3 * max(abs(got), abs(slope.value), abs(f(0.0)) / max(size, 1.0)):
            return math.nan, slope  # they are off by too much
        return _fraction(abs(got - slope.value) - 10 * slope.error, got, slope.value), slope

    def _alone(self, k, index):
        """The function of the coordinate at this index, counted from here."""

        def f(t):
            moved = self.arrays[k].copy()
            moved[index] += t
            return self._call([moved if j == k else a for j, a in enumerate(self.arrays)])

        return f

    def _along(self, moves):
        """The function of the way along a direction."""
        return lambda t: self._call([a + t * v for a, v in zip(self.arrays, moves, strict=True)])

    def _call(self, arrays):
        arrays, args = iter(arrays), list(self.args)
        for i in self.which:
            args[i] = map_arrays(lambda _: next(arrays), args[i])
        return float(_plain(self.f(*args)))

    def _size(self):
        return max((float(np.abs(a).max(initial=0)) for a in self.arrays), default=0.0)

    def _complaint(self, got, slope, k, index):
        owner = [i for i in self.which for _ in _flat([self.args[i]])][k]
        where = f"argument {owner}"
        if index:
            where += f" at index {int(index[0]) if len(index) == 1 else tuple(map(int, index))}"
        if not math.isfinite(slope.value):
            return (
                f"The gradient cannot be checked: f is not finite to both sides of {where}: "
                f"{got:.6g} is claimed there."
            )
        if slope.left is not None:
            sides = f"{slope.left:.6g} to the left and {slope.right:.6g} to the right"
            low, high = sorted((slope.left, slope.right))
            room = 1e-3 * (abs(low) + abs(high))
            if low - room <= got <= high + room:
                return (
                    f"There is no slope to compare with, as f has a corner at {where}: the slopes "
                    f"are {sides}. {got:.6g} lies between them, which is no sign of a wrong rule: "
                    "check at another place."
                )
            return (
                f"The gradient is wrong: f has a corner at {where}, with the slopes {sides}, and "
                f"{got:.6g} does not lie between them."
            )
        if math.isfinite(got) and abs(got - slope.value) <= 10 * slope.error:
            return (
                f"The gradient cannot be checked: f is not smooth enough at {where}. Differences "
                f"give {slope.value:.6g}, but may be off by {slope.error:.2g}. Is f random?"
            )
        return (
            f"The gradient is wrong. It is off the most for {where}: {got:.6g} instead of "
            f"{slope.value:.6g}, by {got - slope.value:.6g}."
        )


def _fraction(difference, *slopes):
    """A difference as a fraction of the larger slope; 0 if there is none."""
    if difference <= 0:
        return 0.0
    unit = max(abs(s) for s in slopes)
    # A NaN or an infinity among the slopes is no error that is small enough.
    return difference / unit if math.isfinite(unit) and math.isfinite(difference) else math.nan


def _real_arguments(args):
    """The numbers of the arguments that are checked."""
    kinds = []
    for a in args:
        arrays = []
        map_arrays(arrays.append, a)
        kinds.append({np.asarray(_plain(x)).dtype.kind for x in arrays})
    which = tuple(i for i, kind in enumerate(kinds) if kind and kind <= {"f"})
    return which or tuple(i for i, kind in enumerate(kinds) if kind and kind <= set("fiub"))


def _array(value):
    return Tensor(value).data.astype(float)


def _plain(value):
    return value.data if isinstance(value, Tensor) else value


def _flat(value):
    """The arrays in nested lists, tuples and dicts, one after the other."""
    arrays = []
    map_arrays(arrays.append, value, container=True)
    return [a if isinstance(a, Tensor) else np.asarray(a) for a in arrays]
