"""Gradients and Hessians of functions of several numbers, from the slopes of their slices.

A slice of f goes through a point in one direction u: t ↦ f(point + t·u), a function of one number,
whose slope any method of `helpers.derivatives.METHODS` can take: "forward", "central",
"complex step" or "richardson".

A point is an array of one number for each coordinate, usually of shape (n,); integers count as
real numbers. f is always called with a new float array of the point's shape (a complex one for
the complex step), which it may change, and must return one number. So f need not work on
arrays of points, and a list of points is no point. Where f is NaN or infinite, so is the answer.

Without h, each method takes the step that it would take in one variable, for each coordinate by
the size of that coordinate. h may also be one number, or an array, one for each slope.

All raise a TypeError if f is not callable, if the point or h is not made of real numbers, or if f
returns anything but numbers of the kind that the method needs; a ValueError if the point has
a NaN, an infinity or no coordinates, if h is not positive and finite, if f returns more than one
number, if a shape does not fit, or if the method is unknown. What f itself raises is passed on.
"""

import numpy as np

from helpers.derivatives.arguments import as_array, positive, real, shown, tidy
from helpers.derivatives.slopes import DEFAULT_H, METHODS

__all__ = ["directional_derivative", "hessian", "numerical_gradient"]

_EPS = np.finfo(float).eps

# In a slope of slopes rounding counts by eps/h², so the steps are longer than for one slope. The
# complex step cannot be taken twice; around it, a central difference is.
_SECOND_H = {
    **DEFAULT_H,
    "forward": lambda size: _EPS ** (1 / 3) * np.maximum(size, 1),
    "central": lambda size: _EPS ** (1 / 4) * np.maximum(size, 1),
    "complex step": DEFAULT_H["central"],
}


def numerical_gradient(f, point, h=None, method="central"):
    """Return the gradient of f at a point: the partial derivative by each coordinate.

    The partial derivative by one coordinate is the slope of the slice along its axis, on which
    all others are frozen. The answer has the shape of the point: (n,), or that of a matrix of
    weights. f is called 2n times by central differences, n times by the complex step. h is one
    number, or one for each coordinate.
    """
    _check(f, method)
    point = _point(point, "point")
    steps = _steps(h, point.shape, DEFAULT_H[method](np.abs(point)))
    gradient = np.empty_like(point)
    for i in np.ndindex(point.shape):
        gradient[i] = _slope(f, point, _axis(point, i), steps[i], method)
    return gradient


def directional_derivative(f, point, direction, h=None, method="central"):
    """Return the slope of f in a direction: D_u f = ∇f · u, where u is the direction at length 1.

    Only where the direction points to counts: it is divided by its length first, so (0, 2) and
    (0, 1) give the same slope. Along the axis of a coordinate this is the partial derivative.
    A direction has the shape of the point and gives a `float`; many directions at once, in an
    array of shape (..., *shape of the point), give an array of shape (...). h is one number, or
    one for each direction; without h, the step grows with Σ |pointᵢ uᵢ|.

    Raises a ValueError, besides those of the module, if a direction is zero: it points nowhere.
    """
    _check(f, method)
    point, directions = _point(point, "point"), _point(direction, "direction")
    many = directions.shape[: directions.ndim - point.ndim]
    if directions.shape != many + point.shape:
        raise ValueError(
            f"direction must have the shape of the point, {point.shape}, got {directions.shape}."
        )
    units = _units(directions.reshape(*many, -1)).reshape(directions.shape)
    sizes = np.abs(point * units).reshape(*many, -1).sum(axis=-1)
    steps = _steps(h, many, DEFAULT_H[method](sizes))
    slopes = np.empty(many)
    for k in np.ndindex(many):
        slopes[k] = _slope(f, point, units[k], steps[k], method)
    return tidy(slopes)


def hessian(f, point, h=None, method="central", gradient=None):
    """Return the Hessian of f: the symmetric matrix of second derivatives, of shape (n, n).

    The point has shape (n,); h is one number, or one for each coordinate. Each entry is the slope
    of a slope: ∂²f/∂xᵢ∂xⱼ is the mean of the two orders of taking them, which makes the matrix
    exactly symmetric.

    From values alone, both slopes are taken by the method, with step h. Where f, its derivatives
    and x are about 1 in size, the entries are off by about 1e-7 for central differences, 1e-5
    for forward ones and 1e-10 for Richardson extrapolation. With the complex step, the outer
    slope is a central difference with step h: 1e-10.

    With `gradient`, a function that returns the gradient at a point, in shape (n,), only the outer
    slope is taken: 1e-10 for central differences, to the last digits for the complex step, if
    the gradient works with complex numbers. f is not called then and may be None. A wrong
    gradient, whose own mixed derivatives disagree, is hidden by the mean.
    """
    if gradient is None:
        _check(f, method)
    else:
        _check(gradient, method, "gradient")
    point = _point(point, "point")
    if point.ndim != 1:
        raise ValueError(f"point must have the shape (n,) for a Hessian, got {point.shape}.")
    defaults = _SECOND_H if gradient is None else DEFAULT_H
    steps = _steps(h, point.shape, defaults[method](np.abs(point)))
    outer = "central" if method == "complex step" and gradient is None else method

    def entry(i, j):
        inner_h = None if method == "complex step" else steps[j]

        def partial(place):
            if gradient is None:
                return _slope(f, place, _axis(place, j), inner_h, method)
            return _gradient_at(gradient, place)[j]

        return _slope(partial, point, _axis(point, i), steps[i], outer)

    matrix = np.array([[entry(i, j) for j in range(point.size)] for i in range(point.size)])
    return (matrix + matrix.T) / 2


def _slope(f, point, direction, h, method):
    """The slope of the slice of f through the point, at the point."""
    step = [] if h is None else [h]
    return METHODS[method](lambda t: _height(f, point + t * direction), 0.0, *step)


def _axis(point, i):
    """The direction of length 1 along coordinate i."""
    direction = np.zeros(point.shape)
    direction[i] = 1.0
    return direction


def _height(f, point):
    """f at the point, which must be one number; what kind of number, the method looks at."""
    result = f(point)
    shape = as_array(result).shape
    if shape != ():
        raise ValueError(
            f"f must return one number for a point, but f(point) has shape {shape} (is a sum or a "
            "mean missing?)."
        )
    return result


def _gradient_at(gradient, point):
    array = as_array(gradient(point))
    if array.dtype.kind not in "iufc":
        raise TypeError(f"gradient must return an array of numbers, got {shown(array.tolist())}.")
    if array.shape != point.shape:
        raise ValueError(
            "gradient must return one number for each coordinate: the point has shape "
            f"{point.shape}, but gradient(point) has shape {array.shape}."
        )
    return array


def _check(f, method, name="f"):
    if not callable(f):
        raise TypeError(
            f"{name} must be a function that can be called as {name}(point), got {shown(f)}."
        )
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {shown(method)}.")


def _point(value, name):
    """A point, or directions, as a new float array."""
    array = real(value, name, expected="an array of real numbers")
    if array.ndim == 0 or array.size == 0:
        raise ValueError(
            f"{name} must be an array of one number for each coordinate, got {shown(value)}."
        )
    return array


def _units(directions):
    """The directions, along the last axis, at length 1."""
    largest = np.abs(directions).max(axis=-1, keepdims=True)
    if not (largest > 0).all():
        raise ValueError("direction must not be zero, as it would point nowhere.")
    # Divided twice, so that the square of a very small or very large number does no harm.
    directions = directions / largest
    return directions / np.linalg.norm(directions, axis=-1, keepdims=True)


def _steps(h, shape, default):
    """h for each slope, in an array of this shape."""
    if h is None:
        return default
    steps = positive(h, "h")
    try:
        return np.broadcast_to(steps, shape)
    except ValueError:
        raise ValueError(
            f"h must be one number or have the shape {shape}, got shape {steps.shape}."
        ) from None
