"""A gradient put to the test: against differences, along random directions."""

import numpy as np

from helpers.autodiff.tensor import Tensor
from helpers.autodiff.transforms import grad, map_arrays

__all__ = ["check_grad"]

_STEP = np.finfo(float).eps ** (1 / 3)


def check_grad(f, *args, gradient=None, order=1, directions=3, tolerance=1e-6, seed=0):
    """Compare the gradient of f at args with central differences along random directions.

    Args:
        f: a function written with NumPy; it may return an array, all numbers of which are checked
            at once by a random weight for each.
        args: its arguments, as for `grad`. Those of whole numbers, such as labels, are kept fixed,
            unless there are no others.
        gradient: a gradient to check in place of the automatic one, a function of the same
            arguments that returns one gradient for each that is not kept fixed: a tuple if
            there are several. f must return a single number then.
        order: 1, or 2 to check the gradient of the gradient as well.
        directions: how many random directions.
        tolerance: the largest error that passes, in units of the slope, or of 1 if it is smaller.
        seed: of the random directions, which are the same for the same seed.

    Returns:
        The largest error that was found, a float.

    Raises:
        AssertionError: if the gradient is wrong; the message tells which argument, which index,
            and by how much.
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
    places, slopes = _flat([args[i] for i in which]), _flat(list(claimed))
    if [p.shape for p in places] != [s.shape for s in slopes]:
        raise AssertionError(
            f"The gradient has the shapes {[s.shape for s in slopes]}, the arguments have "
            f"{[p.shape for p in places]}."
        )

    def along(moves):
        """The slope of f where the arguments move like this, by differences."""
        size = max([1.0, *(float(np.abs(p).max(initial=0)) for p in places)])
        ends = []
        for sign in (1, -1):
            moved = iter([p + sign * _STEP * size * v for p, v in zip(places, moves, strict=True)])
            there = list(args)
            for i in which:
                there[i] = map_arrays(lambda _: next(moved), args[i])  # noqa: B023, used at once
            ends.append(float(_plain(total(*there))))
        return (ends[0] - ends[1]) / (2 * _STEP * size)

    worst = 0.0
    for _ in range(directions):
        moves = [rng.normal(size=p.shape) for p in places]
        length = np.sqrt(sum(np.sum(v * v) for v in moves)) or 1.0
        moves = [v / length for v in moves]
        expected = along(moves)
        got = sum(float(np.sum(s * v)) for s, v in zip(slopes, moves, strict=True))
        error = abs(got - expected) / max(1.0, abs(expected))
        # A NaN is no number that is small enough.
        if not error <= tolerance:
            raise AssertionError(
                f"The gradient is wrong: along a random direction it gives {got:.6g}, differences "
                f"give {expected:.6g}. {_where(places, slopes, along, which, args)}"
            )
        worst = max(worst, error)
    if order == 2 and gradient is None:
        seeds = [rng.normal(size=s.shape) for s in slopes]

        def slope(*args):
            parts = _flat(list(grad(total, which)(*args)))
            return sum(np.sum(s * part) for s, part in zip(seeds, parts, strict=True))

        options = {"directions": directions, "tolerance": tolerance, "seed": seed + 1}
        try:
            worst = max(worst, check_grad(slope, *args, **options))
        except AssertionError as why:
            raise AssertionError(f"In the gradient of the gradient: {why}") from None
    return worst


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


def _where(places, slopes, along, which, args, most=2000):
    """A sentence about the coordinate at which the gradient is off the most."""
    names = [i for i in which for _ in _flat([args[i]])]
    found, tried = None, 0
    for name, place, slope in zip(names, places, slopes, strict=True):
        for index in np.ndindex(place.shape):
            if (tried := tried + 1) > most:
                break
            moves = [np.zeros(p.shape) for p in places]
            next(v for v, p in zip(moves, places, strict=True) if p is place)[index] = 1.0
            expected, got = along(moves), float(slope[index])
            off = abs(got - expected)
            off = np.inf if np.isnan(off) else off
            if found is None or off > found[0]:
                found = off, name, index, got, expected
    _, name, index, got, expected = found
    place = f" at index {index[0] if len(index) == 1 else index}" if index else ""
    return (
        f"It is off the most for argument {name}{place}: {got:.6g} instead of {expected:.6g}, "
        f"by {got - expected:.6g}."
    )
