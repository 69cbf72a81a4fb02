"""What may stand beside a Tensor in a calculation: real numbers, in any form NumPy can read."""

from numbers import Complex, Real

import numpy as np

from helpers.autodiff.dispatch import Differentiable
from helpers.autodiff.rules import name_of

__all__ = ["as_operand", "refuse_complex", "refuse_kin"]

PLAIN = {np.ndarray, float, int, bool}


def as_operand(value):
    """Return an operand as a Tensor, a dual number, a number or an array of NumPy itself.

    Lists, tuples, fractions and what has an __array__ method, such as a Series of pandas, become
    arrays.

    Raises:
        TypeError: if it is not made of real numbers, or has an algebra of its own.
    """
    if type(value) in PLAIN or isinstance(value, Differentiable):
        return value
    if isinstance(value, Complex) and not isinstance(value, Real):
        raise TypeError(f"Tensors work with real numbers, not with complex numbers: {value}.")
    if isinstance(value, np.generic):
        return value
    if isinstance(value, Real):  # such as a Fraction
        return float(value)
    refuse_kin(value)
    if not (isinstance(value, np.ndarray | list | tuple) or hasattr(value, "__array__")):
        raise TypeError(f"Tensors work with real numbers and arrays, not a {type(value).__name__}.")
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError("Tensors work with numbers, or rows of equal length.") from None
    if array.dtype.kind == "O" and all(isinstance(number, Real) for number in array.flat):
        array = array.astype(float)  # such as a list of fractions
    if array.dtype.kind not in "fiub":
        kind = "complex numbers" if array.dtype.kind == "c" else f"an array of {array.dtype}"
        raise TypeError(f"Tensors work with real numbers, not with {kind}.")
    return array


def refuse_kin(value):
    """Raise a TypeError for kinds of arrays that a gradient would not be right for."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            "Masked arrays have no gradients here: take the numbers, m.filled(0.0), and choose "
            "with np.where, or an index."
        )
    if isinstance(value, np.matrix):
        raise TypeError(
            "np.matrix has another algebra than arrays, * among it: take np.asarray(m), and @."
        )


def refuse_complex(function, y):
    """Raise a TypeError if a function has made complex numbers of real ones."""
    if y.dtype.kind not in "fiub":
        kind = "complex numbers" if y.dtype.kind == "c" else f"an array of {y.dtype}"
        raise TypeError(
            f"{name_of(function)} made {kind}, and gradients are taken of real numbers: calculate "
            "with the real and the imaginary part, such as np.cos and np.sin."
        )
