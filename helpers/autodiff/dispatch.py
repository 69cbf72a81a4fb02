"""Who answers a call: functions hand it to the argument that knows how to differentiate it."""

import functools
import inspect

__all__ = ["Differentiable", "primitive"]


class Differentiable:
    """What takes the place of arrays to be differentiated: Tensors and dual numbers.

    A subclass has `_differentiate(function, args, kwargs)`, which calls a function of arrays and
    returns its result with what its derivative needs, or NotImplemented to leave the call to
    another argument.
    """

    __slots__ = ()


def primitive(function):
    """Let a function of arrays take Tensors as well, by the rule that `add_rule` gives it.

    Like NumPy's own functions, it hands the call to the first argument that knows better.
    """

    signature = inspect.signature(function)
    by_place = {p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD}

    @functools.wraps(function)
    def call(*args, **kwargs):
        if not by_place.isdisjoint(kwargs):
            # Rules tell arguments by their places.
            bound = signature.bind(*args, **kwargs)
            args, kwargs = bound.args, bound.kwargs
        for value in args:
            if isinstance(value, Differentiable):
                result = value._differentiate(call, args, kwargs)
                if result is not NotImplemented:
                    return result
        return function(*args, **kwargs)

    call.on_arrays = function
    return call
