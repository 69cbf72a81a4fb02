"""Numbers that remember how they were computed: reverse mode in its smallest form.

    >>> a, b = Value(2), Value(3)
    >>> c = a * b + b**3
    >>> c.backward()
    >>> a.grad, b.grad
    (3.0, 29.0)

Code written for the Value of micrograd (A. Karpathy, 2020) runs unchanged, also where it adds an
operation of its own (`out = Value(t, (self,), "tanh")`, then `out._backward = ...`). Every other
result keeps its parents and, for each of them, the local derivative as a number: the chain rule
multiplies these along a path and adds over paths.
"""

import itertools
import math
import threading
from operator import attrgetter

__all__ = ["Value"]

_numbers = itertools.count()
# Threads may share leaves. One that holds the lock may take it again, as code written for
# micrograd may call backward() from within.
_adding = threading.RLock()


class Value:
    """A number in a graph of computations.

    Args:
        data: the number; integers become floats.
        parents, operation, label, partials: the attributes of these names, for an operation of
            your own. Without partials, set `_backward` to a function that adds to the `.grad` of
            each parent what it gets from that of this Value.

    Attributes:
        data: the number, a float.
        grad: the derivative by this Value of what backward() was called on; 0.0 before. Values
            that were computed hold that of the last backward(), others add them up until they
            are set to 0.
        parents: the Values it was computed from, a tuple.
        partials: the local derivative by each of the parents, a tuple of floats.
        operation: how it was computed, as "+", "*", "tanh"; empty for a leaf.
        label: a name for it in a drawing of the graph, yours to set.

    Raises:
        TypeError: if data is not a real number, or a parent not a Value.
        ValueError: if there are partials, but not one for each parent.
    """

    __slots__ = (
        "__weakref__",
        "_own_backward",
        "data",
        "finished",
        "grad",
        "label",
        "number",
        "operation",
        "parents",
        "partials",
    )

    # _children and _op are micrograd's names.
    def __init__(
        self, data, parents=(), operation="", label="", partials=(), *, _children=(), _op=""
    ):
        try:
            self.data = data + 0.0 if isinstance(data, int | float) else _number(data)
        except OverflowError:
            raise ValueError("Value takes a number that a float can hold.") from None
        self.grad = 0.0
        self.parents = tuple(parents or _children)
        self.operation = operation or _op
        self.label = label
        self.partials = tuple(partials)
        self._own_backward = None
        self.finished = False
        self.number = next(_numbers)
        if not all(isinstance(parent, Value) for parent in self.parents):
            raise TypeError("The parents of a Value are Values.")
        if self.partials and len(self.partials) != len(self.parents):
            raise ValueError(
                f"There are {len(self.partials)} partials for {len(self.parents)} parents."
            )

    # ---------------------------------------------------------------- operations, local slopes

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data + other.data, (self, other), "+", _BOTH_1)

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        x, y = self.data, other.data
        return _result(x * y, (self, other), "*", (y, x))

    def __sub__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data - other.data, (self, other), "-", _MINUS)

    def __truediv__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        x, y = self.data, other.data
        return _result(x / y, (self, other), "/", (1 / y, -x / (y * y)))

    def __pow__(self, other):
        if isinstance(other, Value):
            x, p = self.data, other.data
            y = _power(x, p)
            return _result(y, (self, other), "**", (_power_slope(x, p), _exponent_slope(x, p, y)))
        x, p = self.data, _number(other)
        return _result(_power(x, p), (self,), f"**{other}", (_power_slope(x, p),))

    def __neg__(self):
        return _result(-self.data, (self,), "neg", (-1.0,))

    def exp(self):
        """Return e to the power of this number."""
        y = math.exp(self.data)
        return _result(y, (self,), "exp", (y,))

    def log(self):
        """Return the natural logarithm; raise a ValueError unless the number is above 0."""
        if self.data <= 0:
            raise ValueError(f"log needs a number greater than 0, got {self.data}.")
        return _result(math.log(self.data), (self,), "log", (1 / self.data,))

    def sin(self):
        """Return the sine."""
        return _result(math.sin(self.data), (self,), "sin", (math.cos(self.data),))

    def cos(self):
        """Return the cosine."""
        return _result(math.cos(self.data), (self,), "cos", (-math.sin(self.data),))

    def tanh(self):
        """Return the hyperbolic tangent."""
        y = math.tanh(self.data)
        return _result(y, (self,), "tanh", (1 - y * y,))

    def relu(self):
        """Return the positive part, max(x, 0); the slope at 0 is 0."""
        if self.data > 0:
            return _result(self.data, (self,), "ReLU", (1.0,))
        return _result(0.0 * self.data, (self,), "ReLU", (0.0,))

    def __abs__(self):
        x = self.data
        return _result(abs(x), (self,), "abs", (float((x > 0) - (x < 0)),))

    def __radd__(self, other):
        return Value(other) + self

    def __rmul__(self, other):
        return Value(other) * self

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def __rpow__(self, other):
        return Value(other) ** self

    # ---------------------------------------------------------------------------- backward

    def backward(self):
        """Give `.grad` to every Value that this one was computed from: its derivative by them.

        Raises:
            RuntimeError: if it was called here before and a leaf still holds a gradient, to
                which the same would be added again; if an operation has no derivative.
        """
        with _adding:
            self._backward_alone()

    def _backward_alone(self):
        order = self.history()
        if self.finished and any(
            leaf.grad for v in order for leaf in v.parents if not leaf.parents
        ):
            raise RuntimeError(
                "backward() was called on this Value before, and would add the same gradients "
                "again: set .grad = 0 on the leaves first, or compute the Value again."
            )
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order:
            if v._own_backward is not None:
                if not v.parents:
                    raise RuntimeError(
                        "A Value has the function _backward, but no parents: what these were "
                        "computed from would get no gradient. Pass them: Value(data, (parent,))."
                    )
                v._own_backward()
                continue
            grad = v.grad
            parents = v.parents
            if len(v.partials) != len(parents):
                raise RuntimeError(
                    f"The operation {v.operation!r} says nothing of its derivative: give its "
                    "result the function _backward, or its partials."
                )
            if len(parents) == 2:  # the usual case, written out since it is twice as fast
                one, other = parents
                by_one, by_other = v.partials
                one.grad += by_one * grad
                other.grad += by_other * grad
            else:
                v._pass_on()
        self.finished = True

    def _pass_on(self):
        for parent, partial in zip(self.parents, self.partials, strict=True):
            parent.grad += partial * self.grad

    def history(self):
        """Return this Value and all computed ones that it came from, each before its parents."""
        nodes, seen = [self], {self}
        for v in nodes:  # the list grows while it is read
            for parent in v.parents:
                if (parent.parents or parent._own_backward) and parent not in seen:
                    seen.add(parent)
                    nodes.append(parent)
        # What was computed later has the higher number.
        nodes.sort(key=_age, reverse=True)
        return nodes

    # --------------------------------------------------------------- comparisons, conversions

    def __lt__(self, other):
        return self.data < _plain(other)

    def __le__(self, other):
        return self.data <= _plain(other)

    def __gt__(self, other):
        return self.data > _plain(other)

    def __ge__(self, other):
        return self.data >= _plain(other)

    def __float__(self):
        raise TypeError(
            "float(v) or a function of math would lose the graph, and with it the gradient, in "
            "silence: use methods such as v.exp(), or take the number with v.data."
        )

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    # The parents are there before their results, and get the lower numbers, also in a new process.

    def __getstate__(self):
        return {name: getattr(self, name) for name in _SAVED}

    def __setstate__(self, state):
        for name in _SAVED:
            setattr(self, name, state[name])
        self.number = next(_numbers)

    # Names that code for micrograd reads and sets.

    @property
    def _prev(self):
        return set(self.parents)

    @property
    def _op(self):
        return self.operation

    @property
    def _backward(self):
        return self._own_backward or self._pass_on

    @_backward.setter
    def _backward(self, function):
        self._own_backward = function


_BOTH_1, _MINUS = (1.0, 1.0), (1.0, -1.0)
_new, _age = Value.__new__, attrgetter("number")
_SAVED = [name for name in Value.__slots__ if name not in ("__weakref__", "number")]


def _result(data, parents, operation, partials):
    """A computed Value: what the constructor does, without looking at the data."""
    v = _new(Value)
    v.data = data
    v.grad = 0.0
    v.parents = parents
    v.operation = operation
    v.label = ""
    v.partials = partials
    v._own_backward = None
    v.finished = False
    v.number = next(_numbers)
    return v


def _number(data):
    """A float, from numbers of any kind; NumPy's are taken as well, without needing NumPy here."""
    if isinstance(data, int | float):
        return float(data)
    if getattr(data, "shape", None) == () and getattr(data, "dtype", "O") != "O":
        return float(data)
    raise TypeError(f"A Value works with real numbers, not with {type(data).__name__}.")


def _plain(other):
    return other.data if isinstance(other, Value) else other


def _power(x, p):
    if x < 0 and p != int(p):
        raise ValueError(f"{x} ** {p} is not a real number: the base must not be negative.")
    return x**p


def _power_slope(x, p):
    if p == 0:
        return 0.0
    return math.inf if x == 0 and p < 1 else p * x ** (p - 1)


def _exponent_slope(x, p, y):
    if y == 0:
        return 0.0  # 0 to any power above 0 stays 0
    if x == 0:
        return -math.inf  # from 1, at the exponent 0, down to 0 at once
    return y * math.log(x) if x > 0 else math.nan
