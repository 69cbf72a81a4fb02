"""Derivatives from function values alone: slopes, gradients, Hessians.

    >>> from helpers.derivatives import central_difference, numerical_gradient
    >>> central_difference(lambda x: x**2, 3, h=0.1)
    6.000000000000005
    >>> numerical_gradient(lambda p: p[0] ** 2 + p[1], [3, 4]).round(6)
    array([6., 1.])

`helpers.derivatives.slopes` is for functions of one number, `helpers.derivatives.gradients` for
functions of a point with any number of coordinates.
"""

from helpers.derivatives.gradients import directional_derivative, hessian, numerical_gradient
from helpers.derivatives.slopes import (
    METHODS,
    best_h,
    central_difference,
    complex_step,
    error_curves,
    forward_difference,
    richardson,
)

__all__ = [
    "METHODS",
    "best_h",
    "central_difference",
    "complex_step",
    "directional_derivative",
    "error_curves",
    "forward_difference",
    "hessian",
    "numerical_gradient",
    "richardson",
]
