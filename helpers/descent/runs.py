"""One walk or many at once, whatever rule gives the next step, with all that was met on the way."""

from dataclasses import dataclass, fields

import numpy as np

from helpers.derivatives.arguments import as_array, real, shown, tidy

__all__ = ["Run", "as_start", "real_numbers", "walk", "whole_number"]


@dataclass(frozen=True, eq=False, repr=False)
class Run:
    """A walk, or a batch of walks that were taken at the same time, from the start to the end.

    With n for the number of steps, d for the number of coordinates and `batch` for the shape of
    the batch, which is () for a single walk:

    Attributes:
        points: the start and the point after each step, of shape (n + 1, *batch, d), or
            (n + 1, *batch) where a point is one number.
        losses: f at these points, of shape (n + 1, *batch).
        gradient_norms: the length of the gradient, ‖∇f‖, at these points, of the same shape.
        steps: how many steps were taken: an `int`, or an array of shape `batch`.
        reason: why the walk ended: a `str`, or an array of them of shape `batch`. One of
            "step limit", "small gradient", "small change" and "diverged".

    A single walk's arrays end where it stopped, so n is `steps`. In a batch n is the step
    limit, and a walk that has stopped before keeps its last point, loss and gradient norm to the
    end. All numbers are finite, and the arrays are read-only.

    `run[i]` is walk i of a batch as a single run, whose arrays end where it stopped; a batch of
    two or more axes takes `run[i, j]`. A slice gives a smaller batch.
    """

    points: np.ndarray
    losses: np.ndarray
    gradient_norms: np.ndarray
    steps: int | np.ndarray
    reason: str | np.ndarray

    def __post_init__(self):
        """Keep the arrays from being changed, since several pictures may draw from one run."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False

    @property
    def end(self):
        """The last point of each walk: a float or an array of shape (*batch, d) or `batch`."""
        return tidy(self.points[-1])

    @property
    def loss(self):
        """The loss at the last point of each walk: a float, or an array of shape `batch`."""
        return tidy(self.losses[-1])

    def __getitem__(self, index):
        if isinstance(self.steps, int):
            raise TypeError("This run is a single walk: only a run of a batch takes an index.")
        index = index if isinstance(index, tuple) else (index,)
        steps, reason = self.steps[index], self.reason[index]
        along = (slice(None), *index)
        if np.ndim(steps) == 0:
            steps, reason = int(steps), str(reason)
            along = (slice(steps + 1), *index)
        return Run(
            self.points[along], self.losses[along], self.gradient_norms[along], steps, reason
        )

    def __repr__(self):
        if isinstance(self.steps, int):
            first, last = self.losses[0], self.losses[-1]
            plural = "" if self.steps == 1 else "s"
            return f"<Run of {self.steps} step{plural}: loss {first:g} → {last:g}, {self.reason}>"
        reasons, counts = np.unique(self.reason, return_counts=True)
        ends = ", ".join(f"{n} {reason}" for reason, n in zip(reasons, counts, strict=True))
        return f"<Run of {self.steps.size} walks, {len(self.losses) - 1} steps at most: {ends}>"


def walk(f, grad, start, shape, shift, steps, small_gradient, small_change):
    """Walk from the start, step by step, until a stopping rule ends it; return the `Run`.

    Where several rules hold at once, the reason is the first of "diverged", "small gradient",
    "small change", "step limit".

    Parameters
    ----------
    f, grad : callable
        The loss and its gradient, of a point or of an array of points.
    start : numpy.ndarray
        As `as_start` returns it, broadcast to (*batch, d), or to `batch` if points are numbers.
    shape : tuple of int
        `batch`, the shape of the losses.
    shift : callable
        ``shift(step, point, gradient, going)``: what is added to the points in this step. `going`
        is an array of shape `batch` that is false for the walks that have stopped.
    steps, small_gradient, small_change
        The step limit; the length of the gradient, and that of a step, at or below which a walk
        stops. 0 turns either of these two off.
    """
    steps = whole_number(steps, "steps")
    small_gradient = _tolerance(small_gradient, "small_gradient")
    small_change = _tolerance(small_change, "small_change")
    look = _Look(f, grad, start, shape)
    points = np.empty((steps + 1, *start.shape))
    losses = np.empty((steps + 1, *shape))
    norms = np.empty((steps + 1, *shape))
    taken = np.full(shape, steps)
    reason = np.full(shape, "step limit", dtype="<U14")
    going = np.ones(shape, dtype=bool)
    step = 0

    def stop(which, why, after):
        nonlocal going
        which = which & going
        taken[which], reason[which] = after, why
        going = going & ~which

    # Walks that fly off meet numbers that overflow: that is an answer here, and no surprise.
    with np.errstate(all="ignore"):
        look.guard()
        here = point, loss, gradient, norm = look(start)
        _check_start(loss, norm)
        points[0], losses[0], norms[0] = point, loss, norm
        if small_gradient:
            stop(norm <= small_gradient, "small gradient", 0)
        while step < steps and going.any():
            change = shift(step, point, gradient, going)
            # A walk that has stopped is looked at where it stands; f never meets an infinite point.
            ahead = point + change
            if not np.isfinite(ahead).all():
                stop(~_finite(ahead, shape), "diverged", step)
            if not (shape or going):
                break
            there = look(_hold(ahead, point, going))
            finite = np.isfinite(there[1]) & np.isfinite(there[3])
            if not finite.all():
                stop(~finite, "diverged", step)
            if not (shape or going):
                break
            step += 1
            here = [_hold(new, old, going) for new, old in zip(there, here, strict=True)]
            point, loss, gradient, norm = here
            points[step], losses[step], norms[step] = point, loss, norm
            if small_gradient:
                stop(norm <= small_gradient, "small gradient", step)
            if small_change:
                stop(_length(change, shape) <= small_change, "small change", step)

    if not shape:
        upto = slice(step + 1)
        return Run(points[upto], losses[upto], norms[upto], int(taken), str(reason))
    points[step + 1 :], losses[step + 1 :], norms[step + 1 :] = point, loss, norm
    return Run(points, losses, norms, taken, reason)


class _Look:
    """What is felt at a point: the loss, the gradient and its length, of the shapes that fit."""

    def __init__(self, f, grad, start, shape):
        for function, name in ((f, "f"), (grad, "grad")):
            if not callable(function):
                raise TypeError(
                    f"{name} must be a function that can be called as {name}(point), got "
                    f"{shown(function)}."
                )
        self.f, self.grad, self.start, self.shape = f, grad, start, shape

    def __call__(self, point):
        # Both get an array of their own, which they may change.
        loss = real_numbers(self.f(_own(point)), "f")
        if loss.shape != self.shape:
            raise ValueError(_wrong_loss(point.shape, loss.shape, self.shape))
        gradient = real_numbers(self.grad(_own(point)), "grad")
        if gradient.shape != point.shape:
            raise ValueError(
                "grad must return one number for each coordinate, an array of the shape of the "
                f"point: {point.shape}, but grad(point) has shape {gradient.shape}."
            )
        return point, loss, gradient, _length(gradient, self.shape)

    def guard(self):
        """Raise a ValueError if f or grad takes the coordinates from the first axis, unnoticed.

        With as many walks as coordinates, p[0] is a walk instead of a coordinate, and
        the answer has the right shape all the same.
        """
        if not self.shape or self.start.shape[1:] != self.shape:
            return
        first = (0,) * len(self.shape)
        row, column = self.start[first], self.start[(slice(None), *first)]
        for function, name, shape in (
            (self.f, "f", self.shape),
            (self.grad, "grad", self.start.shape),
        ):
            by_row, by_column, among = (
                real_numbers(function(points.copy()), name) for points in (row, column, self.start)
            )
            if among.shape != shape:
                return  # the shape tells, later on
            by_first = among[(slice(None), *first)] if name == "grad" else among[first]
            if _same(by_first, by_column) and not _same(among[first], by_row):
                raise ValueError(
                    f"{name} must take many points at once, with the coordinates along the last "
                    "axis: write p[..., 0], not p[0]."
                )


def as_start(start):
    """Return the start as a new float array: of shape () for one number, else (..., d)."""
    array = real(start, "start", "a number or an array of coordinates")
    if array.size == 0:
        raise ValueError(f"start must hold at least one number, got shape {array.shape}.")
    return array


def whole_number(value, name, least=0):
    """Return an int; raise unless the value is a whole number, `least` or more."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} must be a whole number, {least} or more, got {shown(value)}.")
    if value < least:
        raise ValueError(f"{name} must be a whole number, {least} or more, got {value}.")
    return int(value)


def _tolerance(value, name):
    array = real(value, name, "a number, 0 or more")
    if array.ndim or array < 0:
        raise ValueError(f"{name} must be one number, 0 or more, got {shown(value)}.")
    return float(array)


def _own(point):
    return point.copy() if point.ndim else point


def real_numbers(value, name):
    """Return what a function gave as a new float array; raise a TypeError if it is no numbers."""
    array = as_array(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must return real numbers, got {shown(value)}.")
    return array.astype(float)


def _same(a, b):
    return a.shape == b.shape and np.allclose(a, b, equal_nan=True)


def _length(vectors, shape):
    """The length of each vector, without the squares that could overflow."""
    if vectors.ndim == len(shape):
        return np.abs(vectors)
    if vectors.shape[-1] == 2:
        return np.hypot(vectors[..., 0], vectors[..., 1])
    return np.hypot.reduce(vectors, axis=-1)


def _hold(new, old, going):
    """The new values where walks are going on, the old ones where they have stopped."""
    if going.all():
        return new
    return np.where(going if new.ndim == going.ndim else going[..., np.newaxis], new, old)


def _finite(point, shape):
    """Which of the points are finite, of shape `shape`."""
    finite = np.isfinite(point)
    return finite if finite.ndim == len(shape) else finite.all(axis=-1)


def _check_start(loss, norm):
    for values, what in ((loss, "f(start)"), (norm, "‖grad(start)‖")):
        if not np.isfinite(values).all():
            raise ValueError(
                "start must be where the loss and its gradient are finite, but there "
                f"{what} is {shown(tidy(values))}."
            )


def _wrong_loss(point, loss, expected):
    if not expected:
        return (
            f"f must return one number for a point, but f(point) has shape {loss} (is a sum or a "
            "mean missing?)."
        )
    return (
        f"f must return one number for each point: {expected} for points of shape {point}, but "
        f"f(points) has shape {loss} (write p[..., 0], not p[0], and sum over axis=-1)."
    )
