"""What each NumPy function does to gradients: one table, and the way to add to it.

RULES says for every function how a gradient g, that of the result y, becomes the gradient of
argument i. There are three kinds of entries:

* `Elementwise`: each number of the result comes from one number of each argument. The rule is
  then g · slope, backward as well as forward.
* `General`: everything else that needs a rule of its own.
* `Composed`: functions that are written with the others, and need no rule.

A rule is called as rule(g, y, *arguments of the function) and uses nothing but NumPy functions and
operators. So the same line serves arrays, in an ordinary backward pass, and Tensors, when a
gradient is to have a gradient itself.

Source of the formulas: M. Giles, "Collected matrix derivative results for forward and reverse mode
algorithmic differentiation" (2008), for those of linear algebra; the others are school calculus.
"""

import functools
import inspect
import operator
from math import isnan

import numpy as np

from helpers.autodiff.broadcasting import expand, kept_shape, reduced_axes, sum_to
from helpers.autodiff.operators import Operators

__all__ = ["RULES", "Composed", "Elementwise", "General", "add_rule", "primitive", "rule_for"]


class Elementwise:
    """The rule of an elementwise function: for each argument its slope, called as slope(y, *args).

    As every rule, it knows the numbers of the arguments that have gradients, in `takes`.

    A slope may also be 1 or -1, or None for an argument without gradient.
    """

    general = False
    bounded = False  # whether the slope is finite for every real number, and needs no second look

    def __init__(self, *slopes):
        self.slopes = slopes
        self.takes = {i for i, slope in enumerate(slopes) if slope is not None}

    def pull(self, i, g, y, args, kwargs):
        """Return the gradient of argument i, in the shape of y."""
        slope = self.slopes[i]
        if callable(slope):
            slope = slope(y, *args, **kwargs)
            return g * slope if self.bounded else times(g, slope)
        return g if slope == 1 else -g

    push = pull  # the tangent of y, from that of argument i: the same product


class General:
    """The rule of any other function: for each argument a function rule(g, y, *args, **kwargs).

    Args:
        pulls: one for each argument that has a gradient, None for one that has not.
        push: the forward rule, push(i, tangent, y, args, kwargs). Left out, the function is taken
            to be linear in each of its arguments.
    """

    general = True

    def __init__(self, *pulls, push=None):
        self.pulls = pulls
        self.own_push = push
        self.takes = {i for i, pull in enumerate(pulls) if pull is not None}

    def pull(self, i, g, y, args, kwargs):
        """Return the gradient of argument i."""
        return self.pulls[i](g, y, *args, **kwargs)

    def push(self, i, tangent, y, args, kwargs):
        """Return the tangent of y that comes from argument i."""
        if self.own_push:
            return self.own_push(i, tangent, y, args, kwargs)
        return self.function(*args[:i], tangent, *args[i + 1 :], **kwargs)


class Joined(General):
    """The rule of a function that is linear in any number of arguments together."""

    def __init__(self, pull):
        super().__init__(pull)
        self.takes = range(10**9)

    def pull(self, i, g, y, args, kwargs):
        """Return the gradient of argument i."""
        return self.pulls[0](i, g, y, *args, **kwargs)

    def push(self, i, tangent, y, args, kwargs):
        """Return the tangent of y that comes from argument i, the others standing still."""
        others = [np.zeros(np.shape(a)) for a in args]
        return self.function(*others[:i], tangent, *others[i + 1 :], **kwargs)


class Composed:
    """A function written with others that have rules: `body` takes its place on Tensors."""

    general = True

    def __init__(self, body):
        self.body = body


RULES = {}

# Functions whose results are no real numbers, or are constant between jumps: nothing flows back.
FLAT = {
    *(np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal),
    *(np.isnan, np.isfinite, np.isinf, np.isclose, np.allclose, np.array_equal, np.signbit),
    *(np.logical_and, np.logical_or, np.logical_not, np.logical_xor, np.any, np.all),
    *(np.argmax, np.argmin, np.argsort, np.nonzero, np.flatnonzero, np.argwhere, np.searchsorted),
    *(np.count_nonzero, np.shape, np.ndim, np.size, np.result_type, np.shares_memory),
    *(np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.fix, np.floor_divide),
    *(np.heaviside, np.zeros_like, np.ones_like, np.full_like, np.empty_like),
    *(np.array2string, np.array_repr, np.array_str, np.may_share_memory, np.iscomplexobj),
}


def add_rule(function, *slopes, general=False, push=None):
    """Teach the engine a function: how a gradient passes it, argument by argument.

        add_rule(np.sinc, lambda y, x: ...)                     # elementwise: dy/dx
        add_rule(np.trapezoid, lambda g, y, x: ..., general=True)   # gradient of x from that of y

    Args:
        function: a NumPy function or ufunc, or one of your own under `@primitive`.
        slopes: one for each argument, in order; None for one without gradient. For an
            elementwise function, slope(y, *args) returns ∂y/∂arg, or the slope is the number 1
            or -1. With general=True, rule(g, y, *args) returns the gradient of the argument, in
            its shape (or a shape that it broadcasts to), where g is that of the result y.
            Use NumPy functions that have rules, and gradients of gradients work as well.
        general: whether the rules are of the second kind.
        push: for general rules, the forward rule push(i, tangent, y, args, kwargs); not needed if
            the function is linear in each argument.

    Raises:
        TypeError: if the function or a slope is not callable.
    """
    if not callable(function):
        raise TypeError(f"add_rule takes a function first, not {function!r}.")
    fixed = (None,) if general else (None, 1, -1)
    if not slopes or not all(callable(s) or s in fixed for s in slopes):
        raise TypeError(
            f"add_rule takes for each argument of {name_of(function)} a function or None"
            + ("." if general else ", or the slope 1 or -1.")
        )
    enter(function, General(*slopes, push=push) if general else Elementwise(*slopes))


def enter(function, rule):
    """Put a rule into the table."""
    rule.function = function
    rule.evaluate = getattr(function, "on_arrays", function)
    # What the rule takes beside g and y is what the function may be called with.
    model = rule.body if isinstance(rule, Composed) else None
    if isinstance(rule, General) and not isinstance(rule, Joined):
        model = functools.partial(next(p for p in rule.pulls if p), None, None)
    rule.signature = inspect.signature(model) if model else None
    RULES[function] = rule


def primitive(function):
    """Let a function of arrays take Tensors as well, by the rule that `add_rule` gives it.

    Like NumPy's own functions, it hands the call to the first argument that knows better.
    """

    @functools.wraps(function)
    def call(*args, **kwargs):
        for value in args:
            if isinstance(value, Operators):
                return value._differentiate(call, args, kwargs)
        return function(*args, **kwargs)

    call.on_arrays = function
    return call


def rule_for(function, args, kwargs):
    """Return the rule of a function that is to be called like this, or raise a TypeError."""
    rule = RULES.get(function)
    if rule is None:
        raise TypeError(
            f"{name_of(function)} has no rule for gradients: use functions that have one, add it "
            "with helpers.autodiff.add_rule, or take .detach().data if no gradient is wanted."
        )
    check_call(function, rule, len(args), tuple(kwargs))
    return rule


@functools.lru_cache(maxsize=1000)
def check_call(function, rule, count, names):
    """Raise a TypeError if the rule knows less than what the function is called with."""
    try:
        if isinstance(function, np.ufunc) and names:
            raise TypeError(f"got {', '.join(names)}")
        if rule.signature is not None:
            rule.signature.bind(*[None] * count, **dict.fromkeys(names))
    except TypeError as why:
        form = str(rule.signature) if rule.signature else "arrays only, without keywords"
        raise TypeError(
            f"{name_of(function)} on Tensors takes {form}, as its rule knows no more ({why})."
        ) from None


def name_of(function):
    """The name that a reader would type."""
    name = getattr(function, "__name__", repr(function))
    home = getattr(function, "__module__", None) or ""
    if isinstance(function, np.ufunc) or home.startswith("numpy"):
        return f"np.linalg.{name}" if "linalg" in home else f"np.{name}"
    return name


def times(g, slope):
    """Return g · slope, and 0 where g is 0 and the slope infinite or NaN.

    What np.where or an index did not choose has gradient 0, and must not turn into NaN where
    the function that was not chosen has no slope.
    """
    product = g * slope
    if has_nan(product):
        product = g * np.where((g == 0) & ~np.isfinite(slope), 0.0, slope)
    return product


def has_nan(x):
    """Whether a number is NaN."""
    if type(x) is np.ndarray:
        return isnan(np.vdot(x, x))  # faster than asking each; squares cannot cancel
    return np.isnan(x).any()


# ------------------------------------------------------------------------------- elementwise


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
for _function in (np.tanh, np.sin, np.cos, np.arctan, np.arcsinh):
    RULES[_function].bounded = True


# ----------------------------------------------------------- sums, shapes, matrices, indexing


@primitive
def scatter(g, index, shape):
    """Return zeros of this shape with g added at the index: indexing, backward."""
    result = np.zeros(shape, np.result_type(g))
    if _repeats(index):
        np.add.at(result, index, g)
    else:
        result[index] = g
    return result


def _repeats(index):
    """Whether an index may name an element twice, as arrays of integers do."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(np.ndim(part) and np.asarray(part).dtype.kind != "b" for part in parts)


@primitive
def joined(*arrays, axis=0):
    """np.concatenate with the arrays as arguments."""
    return np.concatenate(arrays, axis)


def _part(i, g, y, *arrays, axis=0):
    """What g holds for the i-th of the arrays that were joined along the axis."""
    sizes = [np.shape(a)[axis] for a in arrays]
    start = sum(sizes[:i])
    place = [slice(None)] * g.ndim
    place[axis] = slice(start, start + sizes[i])
    return g[tuple(place)]


def _extreme_pull(g, y, a, axis=None, *, keepdims=False):
    return expand(g, a.shape, axis, keepdims) * _winners(y, a, axis, keepdims)


def _extreme_push(i, tangent, y, args, kwargs):
    return np.sum(tangent * _winners(y, *args, **kwargs), *args[1:], **kwargs)


def _winners(y, a, axis=None, keepdims=False):
    """The share of each number in the largest or smallest: equal ones share evenly."""
    # Compared as plain numbers: the shares are constants.
    top = y if keepdims else np.reshape(y, kept_shape(a.shape, axis))
    equal = a == top
    return equal / np.sum(equal, axis=reduced_axes(a.shape, axis), keepdims=True)


def _reverse_cumsum(g, y, a, axis=None):
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], a.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def _untranspose(g, y, a, axes=None):
    return np.transpose(g, None if axes is None else tuple(np.argsort(axes)))


def _matmul_left(g, y, a, b):
    if a.ndim == b.ndim == 2:
        return g @ b.T
    if b.ndim == 1:
        g, b = g[..., None], b[:, None]
    if a.ndim == 1:
        g = g[..., None, :]
    return sum_to(g @ np.swapaxes(b, -1, -2), a.shape)


def _matmul_right(g, y, a, b):
    if a.ndim == b.ndim == 2:
        return a.T @ g
    if b.ndim == 1:
        g = g[..., None]
    if a.ndim == 1:
        a, g = a[None, :], g[..., None, :]
    product = np.swapaxes(a, -1, -2) @ g
    return sum_to(product[..., 0] if b.ndim == 1 else product, b.shape)


def _where_push(i, tangent, y, args, kwargs):
    return np.where(args[0], tangent, 0.0) if i == 1 else np.where(args[0], 0.0, tangent)


for _function, _rule in {
    np.sum: General(
        lambda g, y, a, axis=None, *, keepdims=False: expand(g, a.shape, axis, keepdims)
    ),
    np.mean: General(
        lambda g, y, a, axis=None, *, keepdims=False: expand(
            g * (y.size / a.size), a.shape, axis, keepdims
        )
    ),
    np.max: General(_extreme_pull, push=_extreme_push),
    np.amax: General(_extreme_pull, push=_extreme_push),
    np.min: General(_extreme_pull, push=_extreme_push),
    np.amin: General(_extreme_pull, push=_extreme_push),
    np.cumsum: General(_reverse_cumsum),
    np.reshape: General(lambda g, y, a, shape: np.reshape(g, a.shape)),
    np.transpose: General(_untranspose),
    np.broadcast_to: General(lambda g, y, array, shape: sum_to(g, array.shape)),
    np.flip: General(lambda g, y, m, axis=None: np.flip(g, axis)),
    np.where: General(
        None,
        lambda g, y, condition, x, y_: np.where(condition, g, 0.0),
        lambda g, y, condition, x, y_: np.where(condition, 0.0, g),
        push=_where_push,
    ),
    np.matmul: General(_matmul_left, _matmul_right),
    operator.getitem: General(lambda g, y, a, index: scatter(g, index, a.shape)),
    scatter: General(lambda g, y, a, index, shape: g[index]),
    joined: Joined(_part),
    np.linalg.inv: General(
        lambda g, y, a: -np.swapaxes(y, -1, -2) @ g @ np.swapaxes(y, -1, -2),
        push=lambda i, t, y, args, kwargs: -y @ t @ y,
    ),
    np.linalg.det: General(
        lambda g, y, a: (g * y)[..., None, None] * np.swapaxes(np.linalg.inv(a), -1, -2),
        push=lambda i, t, y, args, kwargs: y * np.trace(np.linalg.inv(args[0]) @ t, 0, -2, -1),
    ),
}.items():
    enter(_function, _rule)
