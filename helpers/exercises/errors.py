"""What Python or NumPy says about the reader's code, and what a beginner can do about it.

`explain` gives one or two sentences on an exception. Python's own words stand first, where they are
short, since they are what the reader will meet again elsewhere and can search for.
"""

import linecache
import re
import traceback

from . import bytecode
from .advice import Scene
from .reading import shorten
from .rules import RULES

LONGEST_QUOTE = 84  # characters of Python's own words; what is longer helps no beginner


def explain(error, function, given):
    """The sentences on an exception in the reader's code, from the words "your function" on.

    Args:
        error: the exception, caught where it came out of `function`.
        function: what the reader wrote.
        given: the arguments of this case, by the names that the exercise gives them.
    """
    told = _with_known_names(str.__str__(str(error)).strip(), given)
    line = _line_of(error, function)
    scene = Scene(error, told, function, given, line)
    advice = next(filter(None, (_advice(rule, scene) for rule in RULES)), "")
    kind = type(error).__name__
    quote = f"{kind}: {told}" if told else kind
    if advice and len(quote) > LONGEST_QUOTE:
        quote = kind
    place = f" in `{line}`" if line else ""
    return f"your function raises `{shorten(quote, 120)}`{place}." + (advice and f" {advice}")


def _advice(rule, scene):
    kinds, pattern, say = rule
    kind = type(scene.error)
    if kinds not in {parent.__name__ for parent in kind.__mro__}:
        return ""
    found = re.search(pattern, scene.told)
    if not found:
        return ""
    return say if isinstance(say, str) else say(scene, *found.groups())


def _with_known_names(told, given):
    """The message, with the names that readers know for functions that have others inside."""
    for name, value in given.items():
        if not callable(value):
            continue
        for inner in (
            getattr(value, "__qualname__", ""),
            getattr(value, "__name__", ""),
            f"{type(value).__qualname__}.__call__",
        ):
            if inner:
                told = told.replace(f"{inner}()", f"{name}()")
    # `_std()` is how NumPy's `std` calls itself, and its functions are of several types.
    told = re.sub(r"\b_(\w+\(\))", r"\1", told)
    told = re.sub(r"'_([A-Z]\w*)'", r"'\1'", told)  # a class that the page keeps to itself
    told = re.sub(
        r"'(?:builtin_function_or_method|numpy\.ufunc|numpy\._ArrayFunctionDispatcher)'",
        "'function'",
        told,
    )
    return told


def _line_of(error, function):
    """The line of the reader's code where an exception arose, or ""."""
    code = bytecode.code_of(function)
    if code is None:
        return ""
    lines = [
        linecache.getline(code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    return shorten(lines[-1].partition("#")[0], 80) if lines else ""
