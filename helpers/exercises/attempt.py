"""Try the reader's function on cases, whatever it does: raise, loop, print, change arguments."""

import copy
import inspect
import linecache
import time
import traceback
from dataclasses import dataclass

from .guard import run_guarded
from .reading import UNREADABLE, Reading, raised, read, shorten, unchanged

TIME_LIMIT = 2.0  # seconds for all cases together


@dataclass(frozen=True)
class Outcome:
    """What one case came to.

    Attributes:
        reading: what the function returned.
        trouble: the sentence on what kept it from returning, or "".
        printed: what it printed (the beginning of it).
    """

    reading: Reading = UNREADABLE
    trouble: str = ""
    printed: str = ""


def attempt_all(function, cases, parameters):
    """The `Outcome` of `function` on each tuple of arguments in `cases`.

    Args:
        function: anything callable; it gets copies of the arguments.
        cases: a list of tuples of arguments.
        parameters: the names of the arguments.
    """
    deadline = time.monotonic() + TIME_LIMIT
    outcomes = []
    for arguments in cases:
        if outcomes and outcomes[-1].trouble == _ENDLESS:
            outcomes.append(outcomes[-1])  # one endless loop is enough
        else:
            left = deadline - time.monotonic()
            outcomes.append(_attempt(function, arguments, parameters, left))
    return outcomes


def signature_misfit(function, arguments):
    """The parameters of `function`, as text, if it cannot be called with `arguments`; else ""."""

    def look():
        signature = inspect.signature(function)
        try:
            signature.bind(*arguments)
        except TypeError:
            return shorten(str(signature), 60)
        return ""

    # Some functions written in C tell no signature: then calling them has to do.
    return run_guarded(look, TIME_LIMIT).result or ""


def name_of(answer):
    """What to call an answer of any kind in a sentence, such as "the number 3"."""
    return run_guarded(lambda: read(answer).name, TIME_LIMIT).result or "something else"


_ENDLESS = (
    f"your function is still running after {TIME_LIMIT:g} seconds. Is there a loop that never ends?"
)


def _attempt(function, arguments, parameters, seconds):
    returned = False

    def call():
        nonlocal returned
        given = copy.deepcopy(arguments)
        result = function(*given)
        returned = True
        return read(result), [*map(unchanged, given, arguments)]

    run = run_guarded(call, seconds)
    if run.timed_out:
        return Outcome(trouble=_ENDLESS, printed=run.printed)
    if run.error is not None and returned:
        trouble = "the answer cannot be read as a number, an array or a word."
        return Outcome(trouble=trouble, printed=run.printed)
    if run.error is not None:
        return Outcome(*_read_error(run.error, function), run.printed)
    reading, kept = run.result
    trouble = ""
    if not all(kept):
        changed = parameters[kept.index(False)]
        trouble = f"your function changes its argument `{changed}`. Compute a new value instead."
    return Outcome(reading, trouble, run.printed)


def _read_error(error, function):
    """The reading and the trouble that an exception in the reader's code amounts to."""
    # `type`, as isinstance would also ask the exception, which may be the reader's own.
    if issubclass(type(error), RecursionError):
        return UNREADABLE, "your function calls itself again and again, without an end."
    if issubclass(type(error), SystemExit):
        return UNREADABLE, "your function stops the program (`exit`). Let it `return` a value."

    def look():
        told = shorten(str.__str__(str(error)), 120)
        if issubclass(type(error), TypeError) and "ellipsis" in told.lower():
            return Reading("untried"), ""  # the `...` still stands inside an expression
        told = type(error).__name__ + (f": {told}" if told else "")
        line = _line_of(error, function)
        place = f" in `{line}`" if line else ""
        return raised(error), f"your function raises `{told}`{place}."

    fallback = UNREADABLE, "your function raises an exception that cannot be shown."
    return run_guarded(look, TIME_LIMIT).result or fallback


def _line_of(error, function):
    """The line of the reader's code where an exception arose, or ""."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    lines = [
        linecache.getline(code.co_filename, number)
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == code.co_filename
    ]
    return shorten(lines[-1], 80) if lines else ""
