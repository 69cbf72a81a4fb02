"""Arrays that remember how they were computed, and the backward pass through that memory.

    >>> W = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    >>> loss = np.sum(np.tanh(np.ones(2) @ W))
    >>> loss.backward()
    >>> W.grad.shape
    (2, 2)

Every result holds the function that made it and its arguments. That is the whole graph: no list on
the side, and no result knows what it is used for, so a result nobody needs is gone at once. The way
back through it is in graph.py.
"""

import itertools
import threading

import numpy as np

from helpers.autodiff.graph import gradients, history, own
from helpers.autodiff.memory import held_elsewhere
from helpers.autodiff.operands import as_operand, refuse_complex, refuse_kin
from helpers.autodiff.operators import Operators
from helpers.autodiff.recording import is_recording
from helpers.autodiff.rules import FLAT, RULES, Composed, check_call, rule_for

__all__ = ["Tensor", "lend", "make"]

_numbers = itertools.count()
_adding = threading.Lock()  # leaves may be shared by threads, each with a backward pass of its own


class Tensor(Operators):
    """An array of real numbers that gradients are taken through.

    NumPy functions and operators take Tensors and arrays side by side and return Tensors.
    Comparisons, `np.argmax` and others whose results are not real numbers return plain arrays.

    Args:
        data: a number, a list, an array or a Tensor; it is copied. Integers become floats; float32
            stays float32.
        requires_grad: whether gradients by this Tensor are wanted: it is a leaf of the graph then.

    Attributes:
        data: the numbers, a NumPy array. `W.data -= ...` or `W.data = ...` changes the leaf; the
            data of a result cannot be changed.
        grad: None, or the gradients that backward() has added up here so far, an array of the
            shape of data. Setting it to None starts anew. Only leaves, and results that were
            told to, have it.
        requires_grad: whether gradients flow here; true of all that is computed from such Tensors.

    Raises:
        TypeError: if data is not made of real numbers.
    """

    __slots__ = (
        "__weakref__",
        "_array",  # the numbers; named so since np.ma takes them from any `_data`
        "_call",  # what made a result: (rule, arguments as plain arrays, keyword arguments)
        "_grad",
        "_keeps",  # whether the gradient is kept here: of leaves, and where it is asked for
        "_number",  # by age
        "_parents",  # (i, Tensor) for each argument i that gradients flow to; empty for a leaf
        "_private",  # whether it is known that nobody but graphs has the array, see memory.py
        "requires_grad",
    )

    def __init__(self, data, requires_grad=False):
        _fill(self, _own_array(data), bool(requires_grad))
        self._private = True

    # ------------------------------------------------------------------------- forward

    @staticmethod
    def _differentiate(function, args, kwargs):
        """Return the result of a NumPy function, which knows how it was made."""
        rule = RULES.get(function)
        if rule is None or kwargs or isinstance(rule, Composed):
            return _call_with_care(function, rule, args, kwargs)
        return _record(function, rule, args, kwargs)

    # ------------------------------------------------------------------------ backward

    def backward(self, gradient=None):
        """Add to `.grad` of every leaf the gradient of this number by that leaf.

        The graph is used up on the way: its memory is free for the next step of the backward pass.

        Args:
            gradient: where this Tensor is not a single number, the gradient of some number by it,
                an array of its shape; the leaves then get the gradient of that number.

        Raises:
            RuntimeError: if nothing here depends on a leaf; if backward() has been through this
                Tensor, or a part of what it was computed from, before; if the data of a leaf was
                changed since this Tensor was computed.
            ValueError: if the gradient is needed, or has another shape.
        """
        if not self.requires_grad:
            raise RuntimeError(
                "backward() finds no way to a leaf: nothing that this Tensor was computed from has "
                "requires_grad=True, or it was computed under no_grad(). (A step is written "
                "W.data -= learning_rate * W.grad, which leaves W a leaf.)"
            )
        seed, stored = _seed(self, gradient), set()
        found = gradients(self, history(self)[0], seed)
        with _adding:
            for tensor, g in found:
                g = own(g, tensor, stored)
                tensor._grad = g if tensor._grad is None else np.asarray(tensor._grad + g)

    def retain_grad(self):
        """Keep the gradient of this result too, in `.grad`; without, only leaves keep theirs.

        Raises:
            RuntimeError: if no gradient flows through this Tensor.
        """
        if not self.requires_grad:
            raise RuntimeError("retain_grad() is for results that depend on a leaf.")
        self._keeps = True

    def detach(self):
        """Return a Tensor with the same numbers (a copy) that no gradient flows through."""
        return Tensor(self._array)

    # -------------------------------------------------------------------- the numbers

    @property
    def grad(self):
        """The gradients added up so far, an array, or None."""
        if self._grad is None and not self._keeps:
            raise RuntimeError(
                "This Tensor is a result, no leaf, and keeps no gradient. If it was made by a step "
                "such as W = W - learning_rate * W.grad: write W.data -= learning_rate * W.grad, "
                "which changes the leaf and leaves it one. If the gradient of a result is wanted: "
                "call retain_grad() on it before backward()."
            )
        return self._grad

    @grad.setter
    def grad(self, value):
        self._grad = value

    @property
    def data(self):
        """The numbers, a NumPy array; of a result a view that cannot be written to."""
        if self._call is not None:
            view = self._array.view()
            view.flags.writeable = False
            return view
        if self._private:
            if held_elsewhere(self):
                self._array = self._array.copy()
            self._private = False
        return self._array

    @data.setter
    def data(self, value):
        if self._call is not None:
            raise TypeError(
                "The data of a result cannot be set, as it follows from what it was computed from: "
                "change the leaves and compute it again, or take t.detach()."
            )
        if value is not self._array:  # it is after `t.data -= ...`, which changed it in place
            array = Tensor(value)._array
            if array.shape != self._array.shape:
                raise ValueError(
                    f"data must keep its shape {self._array.shape}, got shape {array.shape}."
                )
            self._array = array
        # Younger now than all results that the old data went into: `history` looks at this.
        self._number = next(_numbers)

    @property
    def shape(self):
        """The length of each axis, a tuple."""
        return self._array.shape

    @property
    def dtype(self):
        """The type of the numbers."""
        return self._array.dtype

    def item(self):
        """Return the one number in here as a plain float, without its history."""
        if self._array.size != 1:
            raise ValueError(f"item() needs a single number, but the shape is {self.shape}.")
        return self._array.item()

    def tolist(self):
        """Return the numbers as a list of plain floats, without their history."""
        return self._array.tolist()

    def __array__(self, dtype=None, copy=None):
        self._leave("np.asarray(t), or a list with Tensors given to NumPy,", "np.stack([...])")
        return np.array(self.data, dtype=dtype, copy=copy)

    def __float__(self):
        self._leave("float(t) or a function of math", "a NumPy function")
        return float(self.item())

    def __int__(self):
        self._leave("int(t)", "a NumPy function")
        return int(self.item())

    __complex__ = __index__ = None

    def __bool__(self):
        return bool(self._array)

    def _leave(self, way, instead):
        if self.requires_grad and is_recording():
            raise TypeError(
                f"{way} would lose the graph, and with it the gradient, in silence: use {instead}, "
                "or take the plain numbers with t.data or t.item()."
            )

    def __repr__(self):
        numbers = np.array2string(self._array, separator=", ", prefix="Tensor(")
        return f"Tensor({numbers}{', requires_grad=True' if self.requires_grad else ''})"

    def __format__(self, spec):
        return format(self.item(), spec) if spec else repr(self)

    def __reduce__(self):
        if self._parents:
            raise TypeError("Only leaves can be copied or saved; take t.detach() of a result.")
        return Tensor, (self._array, self.requires_grad)


_new = object.__new__
_DOUBLE = np.dtype(float)
_PLAIN = {np.ndarray, float, int, np.float64}


def _record(function, rule, args, kwargs):
    """Call a function that has a rule of its own, and remember the call."""
    recorded, plain, parents, others = is_recording(), [], [], []
    for i, value in enumerate(args):
        if isinstance(value, Tensor):
            if recorded:
                if value.requires_grad and i in rule.takes:
                    parents.append((i, value))
                value = value._array if value._private else lend(value)
            else:
                value = value._array
            plain.append(value)
            continue
        if type(value) not in _PLAIN:
            if isinstance(value, Operators):
                return NotImplemented  # a dual number, which knows what to do
            if i in rule.takes:
                value = as_operand(value)
            elif isinstance(value, list):
                value = np.asarray(value)
        others.append(i)
        plain.append(value)
    if not parents:
        return _wrap(rule.evaluate(*plain, **kwargs))
    if rule.general or kwargs:
        check_call(function, rule, len(args), tuple(kwargs))
    data = rule.evaluate(*plain, **kwargs)
    if type(data) is not np.ndarray:
        data = np.asarray(data)
    if data.dtype.kind != "f":
        refuse_complex(function, data)
    if rule.reads:
        for i in others:
            plain[i] = rule.keep(plain[i])
        if kwargs:
            kwargs = {name: rule.keep(value) for name, value in kwargs.items()}
    return _fill(_new(Tensor), data, True, parents, (rule, plain, kwargs))


def _own_array(data):
    """Return what a Tensor is made of as an array of real numbers in memory of its own."""
    if isinstance(data, Tensor):
        data = data._array
    if type(data) is np.ndarray and data.dtype is _DOUBLE:  # the usual case, and the fast one
        return data.copy()
    refuse_kin(data)
    try:
        array = np.asarray(data)
    except ValueError:
        raise TypeError("Tensor takes numbers, or rows of equal length.") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Tensor takes real numbers, not an array of {array.dtype}.")
    return np.array(array, dtype=array.dtype if array.dtype.kind == "f" else float)


def lend(tensor):
    """Return the array of a Tensor, or a copy, for a graph: nobody else can change it."""
    if tensor._private:
        return tensor._array
    if tensor._array.base is not None or held_elsewhere(tensor):
        return tensor._array.copy()
    tensor._private = True
    return tensor._array


def make(data, parents=(), call=None):
    """Return a Tensor around an array, which is not copied."""
    return _fill(_new(Tensor), data, bool(parents), parents, call)


def _fill(tensor, data, requires_grad, parents=(), call=None):
    tensor._array = data
    tensor._parents = parents
    tensor._call = call
    tensor._number = next(_numbers)
    tensor._keeps = not parents
    # Of the data of a result, views alone are handed out, which nobody can write to.
    tensor._private = call is not None
    tensor._grad = None
    tensor.requires_grad = requires_grad
    return tensor


def _wrap(result):
    """Numbers that gradients could flow through as Tensors, anything else as it is."""
    if isinstance(result, np.ndarray | np.generic) and result.dtype.kind == "f":
        return make(np.asarray(result))
    if isinstance(result, list | tuple):
        return type(result)([_wrap(part) for part in result])
    return result


def _call_with_care(function, rule, args, kwargs):
    """Call a function whose arguments may stand in lists or behind keywords."""
    tensors = list(_tensors((args, tuple(kwargs.values()))))
    if any(t is NotImplemented for t in tensors):
        return NotImplemented
    if function in FLAT or not (is_recording() and any(t.requires_grad for t in tensors)):
        args = [_bare(a) for a in args]
        return _wrap(function(*args, **{name: _bare(a) for name, a in kwargs.items()}))
    rule = rule_for(function, args, kwargs)
    if isinstance(rule, Composed):
        return rule.body(*args, **kwargs)
    if rule.signature and any(isinstance(v, Tensor) for v in kwargs.values()):
        bound = rule.signature.bind(*args, **kwargs)
        args, kwargs = bound.args, bound.kwargs
    return _record(function, rule, args, kwargs)


def _tensors(value):
    """The Tensors in nested lists and tuples, and NotImplemented for each dual number."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _tensors(part)
    elif isinstance(value, Operators):
        yield NotImplemented


def _bare(value):
    """Nested lists and tuples with plain arrays in place of Tensors."""
    if isinstance(value, Tensor):
        return value._array
    return type(value)([_bare(v) for v in value]) if isinstance(value, list | tuple) else value


def _seed(tensor, gradient):
    """The gradient that a backward pass begins with."""
    if gradient is None:
        if tensor._array.size != 1:
            raise ValueError(
                f"backward() starts from a single number, but this Tensor has shape {tensor.shape}:"
                " take a sum or a mean of it, or pass gradient=..., an array of that shape."
            )
        return np.ones(tensor.shape, tensor._array.dtype)
    if isinstance(gradient, bool | np.bool_) or getattr(gradient, "requires_grad", False):
        raise TypeError(
            "backward() takes no leaves, no loss and no switch: loss.backward() alone gives "
            "`.grad` to all leaves. Its argument is for results that are not a single number: the "
            "gradient of some number by them, a plain array."
        )
    gradient = Tensor(gradient)._array
    if gradient.shape != tensor.shape:
        raise ValueError(
            f"gradient must have the shape of the Tensor, {tensor.shape}, got {gradient.shape}."
        )
    return gradient
