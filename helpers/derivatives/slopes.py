"""Slopes of functions of one number: differences, the complex step, Richardson extrapolation.

Every method takes a function f, the place x and the step h > 0. x and h are numbers or
arrays that broadcast together; integers count as real numbers. The answer is a `float`, or an
array of the broadcast shape. f is called once with a whole array; if it cannot take one
(`math.sin`, or an `if` on x), it is called once for each number instead. f must return one
number for each x. Where f is NaN or infinite, the slope is NaN or infinite as well.

Every method raises a TypeError if f is not callable, if x or h is not made of real
numbers, or if f returns anything but numbers of the kind that the method needs; a ValueError if
x is NaN or infinite, if h is not positive and finite, or if a shape does not fit. What f itself
raises is passed on.

Steps that are left out follow from the balance of truncation against rounding: W. H. Press et
al., *Numerical Recipes*, 3rd ed. (2007), section 5.7; J. Nocedal and S. Wright, *Numerical
Optimization*, 2nd ed. (2006), section 8.1.
"""

import itertools
import warnings
from types import MappingProxyType

import numpy as np

from helpers.derivatives.arguments import as_array, positive, real, shown, tidy

__all__ = [
    "METHODS",
    "best_h",
    "central_difference",
    "complex_step",
    "error_curves",
    "forward_difference",
    "richardson",
]

_EPS = np.finfo(float).eps  # 2⁻⁵² ≈ 2.2e-16, the gap between 1 and the next number

# Each method's step near numbers of a given size: the balance of truncation against rounding.
DEFAULT_H = {
    "forward": lambda size: _EPS ** (1 / 2) * np.maximum(size, 1),
    "central": lambda size: _EPS ** (1 / 3) * np.maximum(size, 1),
    "complex step": lambda size: np.full_like(size, 1e-20),
    "richardson": lambda size, levels=4: np.maximum(
        _EPS ** (1 / (2 * levels + 1)), _EPS ** (1 / 3) * size
    ),
}

_LOST_IMAGINARY = (
    "complex_step needs f to compute with complex numbers, but f threw the imaginary part away, "
    "as abs, np.abs, float() and the functions of math do; use NumPy's analytic functions such "
    "as np.sin, or central_difference."
)


def forward_difference(f, x, h=None):
    """Return (f(x + h) − f(x)) / h, whose error is about h/2 · f″(x).

    Without h, the step is √eps · max(|x|, 1) ≈ 1.5e-8 · max(|x|, 1). The formula is evaluated as
    it stands: a very small h shows the rounding (x² at 3 with h = 1e-15 gives 5.33), and an h
    that vanishes in x + h gives 0.
    """
    x, h = _prepare(f, x, h, DEFAULT_H["forward"])
    return _quotient(_values(f, x + h), _values(f, x), h)


def central_difference(f, x, h=None):
    """Return (f(x + h) − f(x − h)) / 2h, whose error is about h²/6 · f‴(x).

    Without h, the step is ∛eps · max(|x|, 1) ≈ 6.1e-6 · max(|x|, 1). Exact for quadratics, apart
    from rounding; a very small h shows the rounding, as in `forward_difference`.
    """
    x, h = _prepare(f, x, h, DEFAULT_H["central"])
    return _quotient(_values(f, x + h), _values(f, x - h), 2 * h)


def complex_step(f, x, h=1e-20):
    """Return Im f(x + ih) / h, whose error is about h²/6 · f‴(x), without any subtraction.

    Nothing cancels, so h can be so small that the error is below rounding. f must be analytic,
    real for real x, and work with complex numbers. An f whose result lost the imaginary part
    (`np.abs`, `float()`, the functions of `math`) raises a TypeError. One that uses `np.abs`
    or `.real` on the way and still returns complex numbers cannot be told apart from a
    good one: its slope is wrong. So is the slope where f leaves the real numbers (√x for x < 0).

    Source: W. Squire and G. Trapp, SIAM Review 40 (1998), 110-112.
    """
    x, h = _prepare(f, x, h)
    with warnings.catch_warnings():
        # Where float() or an assignment drops the imaginary part, NumPy by itself only warns.
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            values = _values(f, x + 1j * h)
        except np.exceptions.ComplexWarning:
            raise TypeError(_LOST_IMAGINARY) from None
    return _quotient(values.imag, 0.0, h)


def richardson(f, x, h=None, levels=4):
    """Extrapolate central differences with steps h, h/2, h/4, … to step 0.

    `levels` (from 1 to 20) is how many of them are combined. Each level removes the next even
    power of h from the error, which leaves order 2 · levels: 4 levels are exact for polynomials
    up to degree 8, apart from rounding, and 1 level is the central difference. Without h, the first
    and largest step is max(eps^(1 / (2 · levels + 1)), ∛eps · |x|), 0.018 for 4 levels near 0;
    f must be smooth from x − h to x + h.

    Source: L. F. Richardson (1911), Phil. Trans. R. Soc. A 210, 307-357; Press et al., section 5.7.
    """
    if type(levels) is bool or levels not in range(1, 21):
        raise ValueError(f"levels must be a whole number from 1 to 20, got {shown(levels)}.")
    x, h = _prepare(f, x, h, lambda size: DEFAULT_H["richardson"](size, levels))
    row = [central_difference(f, x, h / 2**k) for k in range(levels)]
    for power in range(1, levels):
        # Halving h divides the h^(2·power) part of the error by 4^power: combine it away.
        row = [
            _quotient(4**power * fine, coarse, 4**power - 1)
            for coarse, fine in itertools.pairwise(row)
        ]
    return row[0]


METHODS = MappingProxyType(
    {
        "forward": forward_difference,
        "central": central_difference,
        "complex step": complex_step,
        "richardson": richardson,
    }
)
"""The methods by name; each is called as method(f, x, h)."""


def error_curves(f, exact, x, h, methods=("forward", "central", "complex step")):
    """Return {method: error for each h}, with the shape of h: the data of the V-curve.

    The error is the root mean square, over all x, of the difference from `exact`, the derivative
    as a function. It can be exactly 0, which a log axis cannot show. Raises a ValueError for an x
    without numbers and for a method that is not in `METHODS`.
    """
    x, h = real(x, "x"), positive(h, "h")
    if not callable(exact):
        raise TypeError(f"exact must be a function, the derivative of f, got {shown(exact)}.")
    if x.size == 0:
        raise ValueError("x must hold at least one number, got an empty array.")
    slopes = _values(exact, x.reshape(-1, 1))
    curves = {}
    for name in methods:
        if name not in METHODS:
            raise ValueError(f"methods are {', '.join(METHODS)}; got {shown(name)}.")
        found = METHODS[name](f, x.reshape(-1, 1), h.reshape(1, -1))
        curves[name] = np.sqrt(np.mean((found - slopes) ** 2, axis=0)).reshape(h.shape)
    return curves


def best_h(noise, bend, method="central"):
    """Return the h that balances the truncation error of a difference against noise in f.

    `noise` is how far a value of f may be off (for rounding alone, about 1.1e-16 · |f(x)|);
    `bend` is |f″(x)| for "forward", |f‴(x)| for "central". The smallest worst-case error is at
    h = 2 √(noise / bend), the least of h/2 · bend + 2 noise/h, or at
    h = ∛(3 noise / bend), the least of h²/6 · bend + noise/h. Numbers or arrays above 0.
    """
    noise, bend = positive(noise, "noise"), positive(bend, "bend")
    if method == "forward":
        return tidy(2 * np.sqrt(noise / bend))
    if method == "central":
        return tidy(np.cbrt(3 * noise / bend))
    raise ValueError(f'method must be "forward" or "central", got {shown(method)}.')


def _prepare(f, x, h, default=None):
    """x and h as float arrays that broadcast; default(|x|) is the step when h is None."""
    if not callable(f):
        raise TypeError(f"f must be a function that can be called as f(x), got {shown(f)}.")
    x = real(x, "x")
    h = default(np.abs(x)) if h is None and default else positive(h, "h")
    try:
        np.broadcast_shapes(x.shape, h.shape)
    except ValueError:
        raise ValueError(
            f"x and h must broadcast together, got shapes {x.shape} and {h.shape}."
        ) from None
    return x, h


def _values(f, points):
    """f at all points, in one call if f takes arrays, else point by point."""
    if points.size != 1:  # one number is never passed as an array, which math.sin might flatten
        try:
            result = f(points.copy())
        except (TypeError, ValueError):
            pass  # f may take one number at a time; if not, it raises again below
        else:
            return _checked(result, points)
    each = [_checked(f(point), point) for point in points.flat]
    return np.array(each, dtype=points.dtype).reshape(points.shape)


def _checked(result, points):
    """What f returned, as numbers of the same shape and kind as the points."""
    array = as_array(result)
    if array.dtype.kind not in "iufc":
        hint = " (is a return missing?)" if result is None else ""
        raise TypeError(f"f must return numbers, got {shown(result)}{hint}.")
    if array.shape != points.shape:
        raise ValueError(
            f"f must return one number for each x: x has shape {points.shape}, but f(x) has shape "
            f"{array.shape} (write a constant c as c + 0 * x)."
        )
    if points.dtype.kind == "c" and array.dtype.kind != "c":
        raise TypeError(_LOST_IMAGINARY)
    if points.dtype.kind != "c" and array.dtype.kind == "c":
        raise TypeError("f must return real numbers for real x, got complex ones.")
    return array.astype(points.dtype)


def _quotient(after, before, run):
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return tidy((after - before) / run)
