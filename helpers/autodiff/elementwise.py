"""The slopes of NumPy's elementwise functions: school calculus, one line for each."""

import operator

import numpy as np

from helpers.autodiff.rules import RULES, add_rule

__all__ = []


def _power_by_base(y, x, p):
    if isinstance(p, int | float):  # the usual case, and the fast one
        return 2 * x if p == 2 else p * x ** (p - 1) if p else 0.0 * x
    # x⁰ is the constant 1, also at x = 0, where p·xᵖ⁻¹ would be 0·∞.
    return p * x ** np.where(p == 0, 1.0, p - 1)


def _power_by_exponent(y, x, p):
    # 0ᵖ stays 0, so its slope is 0, where the logarithm would be infinite.
    return y * np.log(np.where(x == 0, 1.0, x))


def _share(chosen):
    """The slope of max and min: 1 for the argument that is chosen, ½ for each of two equal ones."""
    return lambda y, a, b: chosen(a, b) + 0.5 * (a == b)


_LN2, _LN10 = np.log(2.0), np.log(10.0)

for _function, *_slopes in [
    (np.add, 1, 1),
    (np.subtract, 1, -1),
    (np.multiply, lambda y, a, b: b, lambda y, a, b: a),
    (np.divide, lambda y, a, b: 1 / b, lambda y, a, b: -y / b),
    (np.power, _power_by_base, _power_by_exponent),
    (np.float_power, _power_by_base, _power_by_exponent),
    (operator.pow, _power_by_base, _power_by_exponent),
    (np.remainder, 1, lambda y, a, b: -np.floor(a / b)),
    (np.fmod, 1, lambda y, a, b: -np.trunc(a / b)),
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
    (np.expm1, lambda y, x: y + 1),
    (np.log, lambda y, x: 1 / x),
    (np.log2, lambda y, x: 1 / (_LN2 * x)),
    (np.log10, lambda y, x: 1 / (_LN10 * x)),
    (np.log1p, lambda y, x: 1 / (1 + x)),
    (np.sin, lambda y, x: np.cos(x)),
    (np.cos, lambda y, x: -np.sin(x)),
    (np.tan, lambda y, x: 1 + y * y),
    (np.arcsin, lambda y, x: 1 / np.sqrt(1 - x * x)),
    (np.arccos, lambda y, x: -1 / np.sqrt(1 - x * x)),
    (np.arctan, lambda y, x: 1 / (1 + x * x)),
    (np.sinh, lambda y, x: np.cosh(x)),
    (np.cosh, lambda y, x: np.sinh(x)),
    (np.tanh, lambda y, x: 1 - y * y),
    (np.arcsinh, lambda y, x: 1 / np.sqrt(x * x + 1)),
    (np.arccosh, lambda y, x: 1 / np.sqrt(x * x - 1)),
    (np.arctanh, lambda y, x: 1 / (1 - x * x)),
    (np.deg2rad, lambda y, x: np.pi / 180),
    (np.radians, lambda y, x: np.pi / 180),
    (np.rad2deg, lambda y, x: 180 / np.pi),
    (np.degrees, lambda y, x: 180 / np.pi),
    (np.maximum, _share(np.greater), _share(np.less)),
    (np.fmax, _share(np.greater), _share(np.less)),
    (np.minimum, _share(np.less), _share(np.greater)),
    (np.fmin, _share(np.less), _share(np.greater)),
    (np.hypot, lambda y, a, b: a / y, lambda y, a, b: b / y),
    (np.arctan2, lambda y, a, b: b / (a * a + b * b), lambda y, a, b: -a / (a * a + b * b)),
    (np.logaddexp, lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)),
    (np.logaddexp2, lambda y, a, b: np.exp2(a - y), lambda y, a, b: np.exp2(b - y)),
    (np.copysign, lambda y, a, b: np.sign(a) * np.copysign(1.0, b), None),
]:
    add_rule(_function, *_slopes)
for _function in (np.maximum, np.minimum, np.fmax, np.fmin):
    RULES[_function].selects = True
