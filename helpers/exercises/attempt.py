"""Try the reader's function on cases, whatever it does: raise, loop, print, change arguments."""

import copy
import inspect
import sys
import time
from dataclasses import dataclass

from . import bytecode
from .apart import NoProcess, run_apart
from .doubt import doubtful
from .errors import explain
from .guard import run_guarded
from .kernel import AskedForInput, kept_state
from .reading import UNREADABLE, Reading, raised, read, shorten, unchanged

TIME_LIMIT = 2.0  # seconds for all cases together
# On a slow machine as many times what the solution takes, unwatched, but no more than ten limits.
PATIENCE = 500


@dataclass(frozen=True)
class Outcome:
    """What one case came to.

    Attributes:
        reading: what the function returned.
        trouble: the sentence on what kept it from returning, or "".
        printed: what it printed (the beginning of it).
        blank: what the variable held in the end that the blank of the template fills, or None.
    """

    reading: Reading = UNREADABLE
    trouble: str = ""
    printed: str = ""
    blank: Reading | None = None


def attempt_all(function, cases, parameters, blank="", pace=0.0):
    """The `Outcome` of `function` on each tuple of arguments in `cases`.

    Args:
        function: anything callable; it gets copies of the arguments.
        cases: a list of tuples of arguments.
        parameters: the names of the arguments.
        blank: a variable of the function whose last value is of interest, or "".
        pace: the seconds that the solution takes for all cases on this machine.
    """
    seconds = min(max(TIME_LIMIT, PATIENCE * pace), 10 * TIME_LIMIT)
    arguments = (function, cases, parameters, blank, seconds)
    with kept_state():
        if not doubtful(function):
            return list(attempts(*arguments))
        try:
            found, ended = run_apart(attempts, arguments, seconds)
        except NoProcess:
            print(_NO_WAY_TO_STOP, flush=True)
            return list(attempts(*arguments))
    lost = Outcome(trouble=_STUCK if ended == "late" else _DIED)
    return [*found, *[lost] * (len(cases) - len(found))]


def attempts(function, cases, parameters, blank, seconds):
    """The outcomes one after the other, in this process; `seconds` is the limit for all of them."""
    deadline = time.monotonic() + seconds
    outcome = None
    for arguments in cases:
        if outcome is None or outcome.trouble != _ENDLESS:  # one endless loop is enough
            left = deadline - time.monotonic()
            outcome = _attempt(function, arguments, parameters, left, blank)
        yield outcome


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


_RUNNING = f"your function is still running after {TIME_LIMIT:g} seconds."
_ENDLESS = f"{_RUNNING} Is there a loop that never ends?"
_STUCK = f"{_RUNNING} Is there a loop that never ends, a wait, or a number far too large?"
_DIED = "your function ends Python itself, or needs far more memory than there is."
_NO_WAY_TO_STOP = (
    "Your function is being tried. If that takes more than some seconds, interrupt it by the "
    "button ■ above; where that does nothing, restart the kernel (menu Kernel)."
)


def observe(function, arguments):
    """The local variables that a trusted Python function has when it returns."""
    found = {}

    def on_call(frame, event, argument):
        return on_return if frame.f_code is function.__code__ else None

    def on_return(frame, event, argument):
        if event == "return":
            found.update(frame.f_locals)
        return on_return

    previous = sys.gettrace()
    sys.settrace(on_call)
    try:
        function(*arguments)
    finally:
        sys.settrace(previous)
    return found


def _attempt(function, arguments, parameters, seconds, blank):
    returned, local = False, {}
    code = bytecode.code_of(function)

    def look_back(frame):
        if frame.f_code is code and blank in frame.f_locals:
            local["blank"] = frame.f_locals[blank]

    def call():
        nonlocal returned
        given = copy.deepcopy(arguments)
        result = function(*given)
        returned = True
        filled = read(local["blank"]) if local else None
        return read(result), filled, [*map(unchanged, given, arguments)]

    run = run_guarded(call, seconds, on_return=look_back if blank else None)
    if run.timed_out:
        return Outcome(trouble=_ENDLESS, printed=run.printed)
    if run.error is not None and returned:
        trouble = "the answer cannot be read as a number, an array or a word."
        return Outcome(trouble=trouble, printed=run.printed)
    if run.error is not None:
        given = dict(zip(parameters, arguments, strict=False))  # the rest has defaults
        return Outcome(*_read_error(run.error, function, given), run.printed)
    reading, filled, kept = run.result
    trouble = ""
    if not all(kept):
        changed = parameters[kept.index(False)]
        trouble = f"your function changes its argument `{changed}`. Compute a new value instead."
    return Outcome(reading, trouble, run.printed, filled)


def _read_error(error, function, given):
    """The reading and the trouble that an exception in the reader's code amounts to."""
    # `type`, as isinstance would also ask the exception, which may be the reader's own.
    if issubclass(type(error), RecursionError):
        return UNREADABLE, "your function calls itself again and again, without an end."
    if issubclass(type(error), AskedForInput):
        return UNREADABLE, (
            "your function asks for `input()`, and in a check nobody types. "
            "Take what it needs from its arguments."
        )
    if issubclass(type(error), SystemExit):
        return UNREADABLE, "your function stops the program (`exit`). Let it `return` a value."

    def look():
        told = str.__str__(str(error))
        unfilled = issubclass(type(error), TypeError) and "'ellipsis'" in told
        if unfilled and any(constant is ... for constant in bytecode.constants(function)):
            return Reading("untried"), ""  # the `...` still stands inside an expression
        return raised(error), explain(error, function, given)

    fallback = UNREADABLE, "your function raises an exception that cannot be shown."
    return run_guarded(look, TIME_LIMIT).result or fallback
