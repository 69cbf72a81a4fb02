"""What each NumPy function does to gradients: one table, and the way to add to it.

RULES says for every function how a gradient g, that of the result y, becomes the gradient of
argument i. There are three kinds of entries:

* `Elementwise`: each number of the result comes from one number of each argument. The rule is
  then g · slope, backward as well as forward.
* `General`: everything else that needs a rule of its own.
* `Composed`: functions that are written with the others, and need no rule.

The entries are made in elementwise.py, arrays.py, functions.py and composed.py.

A rule is called as rule(g, y, *arguments of the function) and uses nothing but NumPy functions and
operators. So the same line serves arrays, in an ordinary backward pass, and Tensors, when a
gradient is to have a gradient itself.
"""

import functools
import inspect

import numpy as np

from helpers.autodiff.memory import kept

__all__ = [
    "FLAT",
    "RULES",
    "Composed",
    "Elementwise",
    "General",
    "Joined",
    "add_rule",
    "check_call",
    "enter",
    "name_of",
    "rule_for",
]


class Elementwise:
    """The rule of an elementwise function: for each argument its slope, called as slope(y, *args).

    As every rule, it knows the numbers of the arguments that have gradients, in `takes`, whether
    it looks at the arguments, in `reads`, and what becomes of these until it does, in `keep`.

    A slope may also be 1 or -1, or None for an argument without gradient.
    """

    general = False
    selects = False  # whether a slope of 0 means that another argument was taken
    fresh = False  # whether slopes are new arrays in the shape of y, which nobody else has

    def __init__(self, *slopes):
        self.slopes = slopes
        # Whether a slope may be infinite or NaN at a real number. Where it is known not to be, a
        # backward pass need not prepare for that.
        self.steep = any(callable(slope) for slope in slopes)
        self.reads = any(callable(slope) for slope in slopes)
        self.takes = {i for i, slope in enumerate(slopes) if slope is not None}

    def pull(self, i, g, y, args, kwargs):
        """Return the gradient of argument i, in the shape of y."""
        slope = self.slopes[i]
        if callable(slope):
            slope = slope(y, *args, **kwargs)
            if self.fresh and type(g) is type(slope) is np.ndarray and g.dtype == slope.dtype:
                return np.multiply(g, slope, out=slope)
            return g * slope
        return g if slope == 1 else -g

    @staticmethod
    def keep(value):
        """Return an argument for the backward pass: an own copy, and integers as floats.

        A slope may multiply arguments with one another, where NumPy's short integers overflow.
        """
        if isinstance(value, np.ndarray | np.integer) and value.dtype.kind in "iu":
            return value.astype(float)
        return kept(value)

    push = pull  # the tangent of y, from that of argument i: the same product


class General:
    """The rule of any other function: for each argument a function rule(g, y, *args, **kwargs).

    Args:
        pulls: one for each argument that has a gradient, None for one that has not.
        push: the forward rule, push(i, tangent, y, args, kwargs). Left out, the function is taken
            to be linear in each of its arguments.
        moves: whether the rule only puts numbers elsewhere, repeats or adds them.
        selects: whether it leaves some numbers out.
        contracts: whether it multiplies by numbers of another argument, and adds up.
    """

    general = True
    steep = False
    reads = True
    keep = staticmethod(kept)

    def __init__(self, *pulls, push=None, moves=False, selects=False, contracts=False):
        self.pulls = pulls
        self.moves, self.selects, self.contracts = moves, selects, contracts
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
    """The rule of a function that is linear in any number of arguments together.

    The pull is called as part(i, g, **kwargs), without the arguments: to hand over n of them n
    times would cost n².
    """

    def __init__(self, part):
        super().__init__(part, moves=True)
        self.takes = range(10**9)

    def pull(self, i, g, y, args, kwargs):
        """Return the gradient of argument i."""
        return self.pulls[0](i, g, **kwargs)

    def push_all(self, tangents, kwargs):
        """Return the tangent of y from those of all arguments."""
        return self.function(*tangents, **kwargs)


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
