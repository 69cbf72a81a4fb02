"""Is it certain, before it is run, that a function comes back to Python again and again?

`guard` stops Python code between two of its lines. It cannot stop one call into C, such as
`any(itertools.repeat(0))`, `9**9**9` or `time.sleep(60)`, nor code that catches every exception
and keeps it. So what an answer may do is read from its bytecode: arithmetic, NumPy, calls of
harmless builtins and of functions that are harmless themselves. All else is doubtful, which is no
reproach: it is tried in a process of its own.
"""

import builtins
import math
import numbers
from types import BuiltinFunctionType, FunctionType, ModuleType

import numpy as np

from . import bytecode

LARGEST = 10**4  # a larger number may be the end of a range, an exponent, the size of an array

_HARMLESS = {
    getattr(builtins, name)
    for name in (
        *("abs", "all", "any", "bool", "complex", "dict", "divmod", "enumerate", "filter", "float"),
        *("int", "isinstance", "len", "list", "map", "max", "min", "pow", "print", "range", "repr"),
        *("reversed", "round", "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip"),
    )
}
_DATA = (numbers.Number, str, bytes, np.ndarray, np.generic, list, tuple, dict, set, type(None))


def doubtful(function):
    """Whether a call of `function` might not come back, as far as can be told beforehand."""
    try:
        return _doubtful(function, set())
    except Exception:  # an object that resists being asked
        return True


def _doubtful(function, seen):
    if id(function) in seen:
        return False
    seen.add(id(function))
    code = bytecode.code_of(function)
    if code is None:
        return not _is_harmless(function)
    return (
        _has_doubtful_steps(function)
        or any(_is_doubtful_value(value, seen) for value in _reached(function))
        or any(_is_doubtful_value(value, seen) for value in function.__defaults__ or ())
    )


def _has_doubtful_steps(function):
    previous = None
    for step in bytecode.instructions(function):
        if step.opname == "IMPORT_NAME" and step.argval.partition(".")[0] not in ("numpy", "math"):
            return True
        if step.opname == "PUSH_EXC_INFO":  # an `except`, a `finally` or a `with`
            return True
        if step.argrepr in ("**", "<<") and previous == step.argrepr:
            return True  # a power of a power
        previous = step.argrepr if step.opname == "BINARY_OP" else None
    return any(
        isinstance(constant, (int, float)) and LARGEST <= abs(constant) < math.inf
        for constant in bytecode.constants(function)
    )


def _reached(function):
    """The values of the global names and of the variables around that the code uses."""
    around = function.__globals__
    for name in bytecode.global_names(function):
        if name in around:
            yield around[name]
        elif hasattr(builtins, name):
            yield getattr(builtins, name)
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _is_doubtful_value(value, seen):
    if type(value) is FunctionType:
        trusted = value.__module__ and value.__module__.startswith(("numpy", "helpers."))
        return not trusted and _doubtful(value, seen)
    return not _is_harmless(value)


def _is_harmless(value):
    kind = type(value)
    if value is ... or issubclass(kind, _DATA) or kind is np.ufunc:
        return True
    if kind is ModuleType:
        return value.__name__.partition(".")[0] in ("numpy", "math")
    if kind is type:
        harmless = issubclass(value, (BaseException, np.generic, np.ndarray))
        return value in _HARMLESS or harmless
    if kind is BuiltinFunctionType:
        module = value.__module__ or ""
        return value in _HARMLESS or module.partition(".")[0] in ("numpy", "math")
    return kind.__module__.partition(".")[0] == "numpy" and kind is not np.vectorize
