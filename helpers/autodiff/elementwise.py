"""The slopes of NumPy's elementwise functions: school calculus, one line for each."""

import operator

import numpy as np

from helpers.autodiff.rules import RULES, add_rule

__all__ = []


def _power_by_base(y, x, p):
    if isinstance(p, int | float):  # the usual case, and the fast one
        return 2 * x if p == 2 else p * x ** (p - 1) if p else 0.0
    # x⁰ is the constant 1, also at 0, ∞ and NaN, where p·xᵖ⁻¹ would be 0·∞.
    return p * np.where(p == 0, 1.0, x) ** np.where(p == 0, 1.0, p - 1)


def _power_by_exponent(y, x, p):
    # 0ᵖ stays 0, and ∞⁻ᵖ too, so the slope is 0, where the logarithm would be infinite.
    still = ((x == 0) & (p > 0)) | ((x == np.inf) & (p < 0))
    return y * np.log(np.where(still, 1.0, x))


def _share(beaten):
    """The slope of max and min: 1 for the argument that is chosen, ½ for each of two equal ones."""
    return lambda y, a, b: 1.0 - beaten(a, b) - 0.5 * (a == b)  # and 1 where one of them is NaN


def _share_of_numbers(chosen, other):
    """The same where a number is chosen before a NaN; `other` says which argument must be one."""
    return lambda y, a, b: np.where(np.isnan((a, b)[other]), 1.0, chosen(a, b) + 0.5 * (a == b))


def _log_share(base):
    """The slope of log(bᵃ + bᵇ) by the first of the two, where b is the base."""

    def slope(y, a, b):
        # Equal infinities share evenly; their difference would be NaN.
        both = (a == b) & np.isinf(a)
        return 1 / (1 + base(np.where(both, 0.0, b) - np.where(both, 0.0, a)))

    return slope


def _one_minus(x):
    """1 - x, in the memory of a new array x."""
    return np.subtract(1.0, x, out=x) if type(x) is np.ndarray else 1.0 - x


def _tanh_slope(y, x):
    slope = _one_minus(np.square(y))
    if slope.size == 0 or not slope.min() < 1e-4:
        return slope
    # Far out y is ±1 to the last digit, and 1 − y² has none left.
    small = np.exp(-2 * np.abs(x))
    return np.where(np.less(slope, 1e-4), 4 * small / np.square(1 + small), slope)


_LN2, _LN10 = np.log(2.0), np.log(10.0)

for _function, *_slopes in [
    (np.add, 1, 1),
    (np.subtract, 1, -1),
    (np.multiply, lambda y, a, b: b, lambda y, a, b: a),
    (np.divide, lambda y, a, b: np.divide(1.0, b), lambda y, a, b: -y / b),
    (np.power, _power_by_base, _power_by_exponent),
    (np.float_power, _power_by_base, _power_by_exponent),
    (operator.pow, _power_by_base, _power_by_exponent),
    # The whole quotient as NumPy has it: that of 1 and 0.1 is 9, and 1 / 0.1 is 10.
    (np.remainder, 1, lambda y, a, b: -np.floor_divide(a, b)),
    (np.fmod, 1, lambda y, a, b: -np.rint((a - y) / b)),
    (np.negative, -1),
    (np.positive, 1),
    (np.absolute, lambda y, x: np.sign(x)),  # sign(0) is 0
    (np.fabs, lambda y, x: np.sign(x)),
    (np.square, lambda y, x: 2 * x),
    (np.sqrt, lambda y, x: 0.5 / y),
    (np.cbrt, lambda y, x: 1 / (3 * y * y)),
    (np.reciprocal, lambda y, x: -y * y),
    (np.exp, lambda y, x: y),
    (np.exp2, lambda y, x: _LN2 * y),
    (np.expm1, lambda y, x: np.exp(x)),  # y + 1 has lost its digits far out
    (np.log, lambda y, x: 1 / x),
    (np.log2, lambda y, x: 1 / (_LN2 * x)),
    (np.log10, lambda y, x: 1 / (_LN10 * x)),
    (np.log1p, lambda y, x: 1 / (1 + x)),
    (np.sin, lambda y, x: np.cos(x)),
    (np.cos, lambda y, x: -np.sin(x)),
    (np.tan, lambda y, x: 1 + y * y),
    # (1 − x)(1 + x) keeps the digits that 1 − x² loses near 1.
    (np.arcsin, lambda y, x: 1 / np.sqrt((1 - x) * (1 + x))),
    (np.arccos, lambda y, x: -1 / np.sqrt((1 - x) * (1 + x))),
    (np.arctan, lambda y, x: 1 / (1 + x * x)),
    (np.sinh, lambda y, x: np.cosh(x)),
    (np.cosh, lambda y, x: np.sinh(x)),
    (np.tanh, _tanh_slope),
    (np.arcsinh, lambda y, x: 1 / np.hypot(x, 1.0)),  # without the square, which may overflow
    (np.arccosh, lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1))),
    (np.arctanh, lambda y, x: 1 / ((1 - x) * (1 + x))),
    (np.deg2rad, lambda y, x: np.pi / 180),
    (np.radians, lambda y, x: np.pi / 180),
    (np.rad2deg, lambda y, x: 180 / np.pi),
    (np.degrees, lambda y, x: 180 / np.pi),
    (np.maximum, _share(np.less), _share(np.greater)),
    (np.minimum, _share(np.greater), _share(np.less)),
    (np.fmax, _share_of_numbers(np.greater, 1), _share_of_numbers(np.less, 0)),
    (np.fmin, _share_of_numbers(np.less, 1), _share_of_numbers(np.greater, 0)),
    (np.hypot, lambda y, a, b: a / y, lambda y, a, b: b / y),
    (
        np.arctan2,
        lambda y, a, b: b / np.hypot(a, b) / np.hypot(a, b),
        lambda y, a, b: -a / np.hypot(a, b) / np.hypot(a, b),
    ),
    (np.logaddexp, _log_share(np.exp), lambda y, a, b: _log_share(np.exp)(y, b, a)),
    (np.logaddexp2, _log_share(np.exp2), lambda y, a, b: _log_share(np.exp2)(y, b, a)),
    (np.copysign, lambda y, a, b: np.sign(a) * np.copysign(1.0, b), None),
]:
    add_rule(_function, *_slopes)
for _function in (np.maximum, np.minimum, np.fmax, np.fmin):
    RULES[_function].selects = True
    RULES[_function].steep = False
for _function in (np.multiply, np.square, np.absolute, np.fabs, np.sin, np.cos, np.tanh, np.arctan):
    RULES[_function].steep = False
for _function in (np.tanh, np.sin, np.cos):
    RULES[_function].fresh = True
