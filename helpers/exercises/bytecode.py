"""Look at the reader's code without running it: which names and operators stand in it."""

import dis
import inspect
from types import CodeType, FunctionType


def code_of(function):
    """The code of a Python function; None for all else, which is not even asked for it."""
    return function.__code__ if type(function) is FunctionType else None


def parameters(function):
    """The names of the arguments that a Python function takes by their place."""
    code = code_of(function)
    return code.co_varnames[: code.co_argcount] if code else ()


def takes_any_arguments(function):
    """Whether a Python function takes arguments without naming them: `*arguments`."""
    code = code_of(function)
    return bool(code and code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS))


def instructions(function):
    """The bytecode instructions of a Python function and of all functions written inside it.

    Of whatever has no bytecode (a function written in C, an object that can be called): none.
    """
    for code in _codes(function):
        yield from dis.get_instructions(code)


def _codes(function):
    pending = list(filter(None, [code_of(function)]))
    while pending:
        code = pending.pop()
        yield code
        pending += [constant for constant in code.co_consts if type(constant) is CodeType]


def has_loop_of_one_round(function):
    """Whether the code holds a `for` whose first round always ends it, as a `return` in it does."""
    for code in _codes(function):
        steps = list(dis.get_instructions(code))
        back = {step.argval for step in steps if step.opname.startswith("JUMP_BACKWARD")}
        # A loop that can go on jumps back to its FOR_ITER.
        if any(step.opname == "FOR_ITER" and step.offset not in back for step in steps):
            return True
    return False


def names(function):
    """Every name that the code reads: arguments, variables, globals, attributes."""
    found = set()
    for step in instructions(function):
        if step.opname.startswith("LOAD_") and "CONST" not in step.opname:
            # Later Pythons load two variables at once.
            found |= {step.argval} if isinstance(step.argval, str) else set()
            found |= set(step.argval) if isinstance(step.argval, tuple) else set()
    return {name for name in found if isinstance(name, str)}


def global_names(function):
    """The names that the code looks up outside of itself: not its arguments and variables."""
    # The longer names are those of later Pythons, in classes.
    looks = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
    return {step.argval for step in instructions(function) if step.opname in looks}


def operators(function):
    """The arithmetic operators in the code, as they are written: "+", "**", "^", "@"."""
    return {
        step.argrepr.removesuffix("=")
        for step in instructions(function)
        if step.opname == "BINARY_OP"
    }


def constants(function):
    """The constants in the code: numbers, words, `...`."""
    found = []
    for step in instructions(function):
        if step.opname in ("LOAD_CONST", "LOAD_SMALL_INT", "RETURN_CONST"):
            found += step.argval if isinstance(step.argval, tuple) else [step.argval]
    return found


def keywords(function):
    """The names of the arguments that calls in the code give by keyword."""
    # They lie in a tuple among the constants, in every version of Python.
    constants = [constant for code in _codes(function) for constant in code.co_consts]
    tuples = [constant for constant in constants if type(constant) is tuple]
    return {name for names in tuples for name in names if type(name) is str}


def call_of(function, name):
    """How a function is called, under the name that the reader knows it by: "f(x, y)", or ""."""
    try:
        return f"{name}({', '.join(inspect.signature(function).parameters)})"
    except (TypeError, ValueError):  # some functions written in C tell no signature
        return ""
