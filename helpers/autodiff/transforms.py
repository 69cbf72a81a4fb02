"""Functions that turn a function into its derivative: grad, value_and_grad, jacobian, hessian.

    >>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0

The function is written with NumPy; it gets Tensors in place of the arguments that `argnum` names.
Such an argument is a number or an array, or a list, tuple or dict of them, as the weights of a
network are; the gradient has the same form. A list of plain numbers counts as an array. What the
function does not depend on has gradient 0. Derivatives of derivatives are asked for by nesting.
"""

import functools
import math
import reprlib

import numpy as np

from helpers.autodiff.dispatch import Differentiable
from helpers.autodiff.graph import gradients, history, own
from helpers.autodiff.recording import is_recording, recording
from helpers.autodiff.rules import RULES
from helpers.autodiff.tensor import Tensor, lend, make

__all__ = ["grad", "hessian", "jacobian", "map_arrays", "value_and_grad"]


INSIDE_OUT = "A backward pass cannot run inside jvp: turn the two round, and take the grad of jvp."


def grad(f, argnum=0):
    """Return the function whose value is the gradient of f by one of its arguments.

    Args:
        f: a function of numbers and arrays that returns a single number.
        argnum: which argument, counted from 0, or a tuple of several.

    Returns:
        A function with the arguments of f. Its value has the form of the argument: a float for
        a number, an array for an array, a tuple of gradients if argnum is a tuple.

    Raises:
        TypeError: if f is not callable; by the new function, if the argument, or what f returns,
            is not made of real numbers.
        ValueError: if f returns more than one number, or there is no argument argnum; by the new
            function.
    """
    both = value_and_grad(f, argnum)

    @functools.wraps(f, updated=())
    def gradient(*args, **kwargs):
        return both(*args, **kwargs)[1]

    return gradient


def value_and_grad(f, argnum=0):
    """Return the function whose value is the pair of f and its gradient, for the price of one pass.

    The arguments, the form of the gradient and the errors are those of `grad`.
    """
    _check(f, argnum)

    @functools.wraps(f, updated=())
    def both(*args, **kwargs):
        value, leaves, rebuild = _run(f, argnum, args, kwargs)
        if np.size(_numbers(value)) != 1:
            raise ValueError(
                f"The gradient is that of a single number, but f returned shape {np.shape(value)}: "
                "is a sum or a mean missing? For more than one number there is jacobian."
            )
        backward = Backward(value, leaves)
        gradient = rebuild(backward(np.ones(np.shape(value)), last=True))
        return tidy(value, backward.nested), gradient

    return both


def jacobian(f, argnum=0):
    """Return the function whose value is the Jacobian of f: each number of f by each of x.

    f returns an array of any shape; the Jacobian has the shape of f(x) followed by that of x. It
    takes one backward pass for each number of f(x). The errors are those of `grad`.
    """
    _check(f, argnum)

    @functools.wraps(f, updated=())
    def rows(*args, **kwargs):
        value, leaves, rebuild = _run(f, argnum, args, kwargs)
        shape, backward = np.shape(value), Backward(value, leaves)
        size = math.prod(shape)
        seeds = np.eye(size).reshape(size, *shape)
        pulled = [backward(seed) for seed in seeds] or [[np.zeros(x.shape) for x in leaves]]
        columns = (np.stack(parts)[: len(seeds)] for parts in zip(*pulled, strict=True))
        return rebuild(
            [
                tidy(np.reshape(column, shape + leaf.shape), backward.nested)
                for column, leaf in zip(columns, leaves, strict=True)
            ]
        )

    return rows


def hessian(f, argnum=0):
    """Return the function whose value is the Hessian of f, the second derivatives by one argument.

    f returns a single number; for an argument of shape (n,) the Hessian has shape (n, n). The
    argument is a number or an array, and argnum one number.
    """
    return jacobian(grad(f, argnum), argnum)


def _check(f, argnum):
    if not callable(f):
        raise TypeError(f"The function to differentiate must be callable, not {f!r}.")
    numbers = argnum if isinstance(argnum, tuple) else (argnum,)
    if not numbers or not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        raise TypeError(f"argnum must be the number of an argument or a tuple of them: {argnum!r}.")


def _run(f, argnum, args, kwargs):
    """Call f with fresh leaves; return its value, the leaves, and what puts gradients in form."""
    numbers = argnum if isinstance(argnum, tuple) else (argnum,)
    if not all(-len(args) <= n < len(args) for n in numbers):
        raise ValueError(
            f"There is no argument {argnum}: the function was called with {len(args)}."
        )
    args, leaves = list(args), []
    for n in numbers:
        args[n] = map_arrays(functools.partial(_leaf, leaves), args[n])
    forms = [args[n] for n in numbers]
    # Also inside no_grad(): who calls for a gradient wants one.
    with recording(True):
        value = f(*args, **kwargs)

    if isinstance(value, Differentiable) and not isinstance(value, Tensor):
        raise TypeError(INSIDE_OUT)
    kind = np.asarray(_numbers(value)).dtype.kind if _is_numeric(value) else "O"
    if kind not in "fiub":
        what = "a tuple" if isinstance(value, tuple) else reprlib.repr(value)
        raise TypeError(f"f must return a real number or an array of them, but it returned {what}.")

    def rebuild(parts):
        parts = iter(parts)
        done = tuple([map_arrays(lambda leaf: next(parts), form) for form in forms])
        return done if isinstance(argnum, tuple) else done[0]

    return value, leaves, rebuild


_ROWS, _NUMBERS = (list, tuple), (int, float, np.generic)


def map_arrays(change, value, container=False):
    """Change each array in nested lists, tuples and dicts; `container`: the outermost is one."""
    if type(value) is np.ndarray or type(value) is Tensor:
        return change(value)
    if isinstance(value, dict):
        return {name: map_arrays(change, part) for name, part in value.items()}
    if isinstance(value, _ROWS) and (container or not _is_plain(value)):
        parts = [map_arrays(change, part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    return change(value)


def _is_plain(value):
    """Whether nested lists hold nothing but numbers, and so stand for an array."""
    if isinstance(value, _ROWS):
        return len(value) > 0 and all(_is_plain(part) for part in value)
    return isinstance(value, _NUMBERS)


def _leaf(leaves, value):
    if not isinstance(value, Differentiable):
        leaf = Tensor(value, requires_grad=True)
    elif not isinstance(value, Tensor):
        raise TypeError(INSIDE_OUT)
    elif value.requires_grad:
        # The same numbers under a new name: gradients by it leave out other uses of the old one,
        # and still reach the old one when they are differentiated in their turn.
        array = lend(value)
        leaf = make(array, [(0, value)], (RULES[np.positive], [array], {}))
    else:
        leaf = Tensor(value, requires_grad=True)
    leaves.append(leaf)
    return leaf


class Backward:
    """Backward passes from one result to the leaves of one call."""

    def __init__(self, value, leaves):
        self.value, self.leaves, self.inputs = value, leaves, set(leaves)
        self.depends = isinstance(value, Tensor) and value.requires_grad
        self.nodes, ends = history(value, self.inputs) if self.depends else ([], [])
        # There is a way to a leaf that is not ours: all this is part of another computation, which
        # may ask for the gradient of our gradient.
        self.nested = is_recording() and any(e._parents or e not in self.inputs for e in ends)

    def __call__(self, seed, last=False):
        """Return the gradients of Σ seed · value by each leaf; `last`: no other pass follows."""
        found, again = {}, self.nested
        if self.depends:
            use_up = last and not again
            found = dict(gradients(self.value, self.nodes, seed, self.inputs, again, use_up))
        stored, parts = set(), []
        for leaf in self.leaves:
            g = found.get(leaf)
            if g is None:
                g = np.zeros(leaf.shape)
            if self.nested:
                parts.append(tidy(g, nested=True))
                continue
            # Never the memory of another gradient: whoever changes one would change both.
            g = own(g, leaf, stored)
            parts.append(g if g.ndim else float(g))
        return parts


def _is_numeric(value):
    return isinstance(value, (Tensor, np.ndarray, *_NUMBERS))


def _numbers(value):
    return value._array if isinstance(value, Tensor) else value


def tidy(value, nested=False):
    """A Tensor as an array, unless it is part of another computation, and a number as a float."""
    if nested:
        return value if isinstance(value, Tensor) else Tensor(value)
    array = np.asarray(_numbers(value))
    return float(array) if array.ndim == 0 else array
