"""Functions of two variables: what every surface of the gallery can do."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Surface"]


@dataclass(frozen=True, eq=False)
class Surface:
    """A function of two variables that also knows its exact gradient and Hessian.

    A point is an array of two numbers, (x, y). Call the surface, `f(point)`, or take
    `f.gradient(point)` or `f.hessian(point)`, at one point or at an array of points, whose
    last axis holds x and y:

    ==================  ==============  =================  ==================
    shape of the point  `f(point)`      `f.gradient(…)`    `f.hessian(…)`
    ==================  ==============  =================  ==================
    (2,)                a `float`       (2,)               (2, 2)
    (..., 2)            (...)           (..., 2)           (..., 2, 2)
    ==================  ==============  =================  ==================

    `f.on_grid(x, y)` gives the heights that a contour plot needs. Integers count as real numbers,
    and complex numbers are welcome, so that the complex step works. A point with a NaN in it
    is nowhere: everything there is NaN. Where numbers overflow, the answer is infinite
    or NaN, without a warning.

    `dataclasses.replace(f, window=…)` makes the same surface with another window.

    Attributes:
        name: the key in the gallery.
        formula: the formula in plain text, such as "x² − y²".
        latex: the formula for TeX, without dollar signs.
        about: one sentence on what the function is for.
        window: ((left, right), (bottom, top)), the part of the plane that a plot shows.
        minima: the known minima, an array of shape (k, 2), with k = 0 if there are none.
        levels: rising heights at which a contour plot draws its lines, evenly spaced unless
            the surface is too steep in places for that.
        x_label, y_label, z_label: what the axes mean.

    Raises:
        TypeError: when called with something that is not an array of numbers, or with two
            numbers instead of one point.
        ValueError: when the last axis of the points does not hold two numbers.
    """

    name: str
    formula: str
    latex: str
    about: str
    window: tuple[tuple[float, float], tuple[float, float]]
    minima: np.ndarray
    levels: tuple[float, ...]
    # The rules take x and y as arrays of shape (n,) and return one array of that shape, the pair
    # (∂f/∂x, ∂f/∂y), or the three (∂²f/∂x², ∂²f/∂x∂y, ∂²f/∂y²), in which a constant may stay a
    # number. Not part of the repr: it would show memory addresses, different on every run.
    value_rule: Callable = field(repr=False)
    gradient_rule: Callable = field(repr=False)
    hessian_rule: Callable = field(repr=False)
    x_label: str = "x"
    y_label: str = "y"
    z_label: str = "f(x, y)"

    def __post_init__(self):
        """Keep the minima in an array that nobody can change."""
        minima = np.array(self.minima, dtype=float).reshape(-1, 2)
        minima.flags.writeable = False
        object.__setattr__(self, "minima", minima)

    def __call__(self, point, *rest):
        """Return the height f(x, y) at a point, or at each point of an array."""
        return self._apply(lambda x, y: [self.value_rule(x, y)], (), point, rest)

    def gradient(self, point, *rest):
        """Return the exact gradient (∂f/∂x, ∂f/∂y), along the last axis."""
        return self._apply(self.gradient_rule, (2,), point, rest)

    def hessian(self, point, *rest):
        """Return the exact Hessian, the matrix of second derivatives, along the last two axes."""

        def rule(x, y):
            xx, xy, yy = self.hessian_rule(x, y)
            return xx, xy, xy, yy

        return self._apply(rule, (2, 2), point, rest)

    def on_grid(self, x, y):
        """Return the heights over a grid, z[i, j] = f(x[j], y[i]), for `Axes.contour(x, y, z)`.

        x has shape (n,) and y shape (m,); the answer has shape (m, n). For the gradients on a
        grid, make the points yourself: `f.gradient(np.stack(np.meshgrid(x, y), axis=-1))`.
        """
        if np.ndim(x) != 1 or np.ndim(y) != 1:
            raise ValueError(
                f"{self.name}.on_grid takes x and y as arrays with one axis each, got shapes "
                f"{np.shape(x)} and {np.shape(y)}."
            )
        return self(np.stack(np.meshgrid(x, y), axis=-1))

    def _apply(self, rule, shape, point, rest):
        """What a rule gives at each point: numbers, vectors or matrices of this shape."""
        points = self._points(point, rest)
        # One point is taken as an array too: the same numbers come out, to the last digit.
        flat = points.reshape(-1, 2)
        result = np.empty((len(flat), math.prod(shape)), dtype=points.dtype)
        with np.errstate(over="ignore", invalid="ignore"):
            for column, part in enumerate(rule(flat[:, 0], flat[:, 1])):
                result[:, column] = part
        result[np.isnan(flat).any(axis=-1)] = np.nan
        result = result.reshape(points.shape[:-1] + shape)
        # A plain float prints as 9.0, a NumPy scalar as np.float64(9.0).
        return result.item() if result.ndim == 0 else result

    def _points(self, point, rest):
        """The points as a new array of floats or complex numbers, of shape (..., 2)."""
        name, pair = self.name, f"({self.x_label}, {self.y_label})"
        if rest:
            raise TypeError(f"{name} takes one point: write {name}([3, 4]), not {name}(3, 4).")
        try:
            points = np.asarray(point)
        except ValueError:  # rows of different lengths
            points = np.asarray(None)
        if points.dtype.kind not in "iufc":
            raise TypeError(
                f"{name} takes a point {pair} or an array of points, got {type(point).__name__}."
            )
        if points.shape[-1:] != (2,):
            raise ValueError(
                f"{name} takes a point {pair} of shape (2,), or points of shape (..., 2), got "
                f"shape {points.shape}."
            )
        return points.astype(complex if points.dtype.kind == "c" else float)
