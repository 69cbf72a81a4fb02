"""Run code that may do anything, and come back."""

import contextlib
import io
import signal
import sys
import threading
import time
import warnings
from dataclasses import dataclass

from .kernel import nobody_types

KEPT_CHARACTERS = 2000  # of what the code prints; the rest is dropped
# Python 3.11 reports no "line" event for a loop that is one instruction (`while True: pass`);
# "opcode" events catch it. Later versions report the line, so they are spared the cost.
_WATCH_OPCODES = sys.version_info < (3, 12)


@dataclass(frozen=True)
class Run:
    """How a guarded run ended: with a `result`, an `error`, or `timed_out`; and what it printed."""

    result: object = None
    error: BaseException | None = None
    timed_out: bool = False
    printed: str = ""


def run_guarded(action, seconds, on_return=None):
    """Call `action()` and report how it ended, whatever it does.

    Output and warnings are kept from the notebook, and nobody is asked to type. Only the
    KeyboardInterrupt of a reader who pressed stop passes through, and not one that the code raises.

    Args:
        action: a function without arguments.
        seconds: time limit. Python code is stopped there, even inside `try: … except: pass`. A
            single call into C, such as `time.sleep(60)`, is left to end by itself.
        on_return: called with the frame of each Python function that returns meanwhile, before
            its variables are gone.

    Returns:
        A `Run`.
    """
    # Why a trace function: it works on every operating system and in the notebook's own thread.
    # Signals do not exist on Windows, and a thread that never ends cannot be killed.
    deadline = time.monotonic() + seconds
    previous = sys.gettrace()
    here = sys._getframe()
    guarding, late = True, False

    def watch(frame, event, argument):
        nonlocal late
        if event in ("call", "line", "opcode") and time.monotonic() > deadline:
            late = True
            raise _TimeUp(resume)
        if event == "return" and on_return is not None:
            on_return(frame)
        if _WATCH_OPCODES:
            frame.f_trace_opcodes = True
        return watch

    def resume():
        # Python stops tracing when a trace function raises. If the code then catches the
        # exception (a bare `except:` in the loop), the exception dies there; its death calls
        # this, in the thick of that code, and the watch goes on.
        if guarding:
            frame = sys._getframe(2)
            while frame is not None and frame is not here:
                frame.f_trace = watch
                frame = frame.f_back
            sys.settrace(watch)

    printed = _FirstCharacters(KEPT_CHARACTERS)
    result = error = None
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(),
        nobody_types(),
        _stop_button() as pressed,
    ):
        warnings.simplefilter("ignore")
        sys.settrace(watch)
        try:
            result = action()
        except KeyboardInterrupt as interrupt:
            if pressed:
                raise
            error = interrupt
        except BaseException as problem:
            error = problem
        finally:
            guarding = False
            sys.settrace(previous)
    if late:
        return Run(timed_out=True, printed=printed.text)
    return Run(result, error, printed=printed.text)


@contextlib.contextmanager
def _stop_button():
    """A list that holds something as soon as the reader has pressed stop."""
    pressed = []
    before = signal.getsignal(signal.SIGINT)

    def handler(number, frame):
        pressed.append(number)
        return before(number, frame)

    ours = callable(before) and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, handler)
    else:  # nobody else is told of signals here, so that each interrupt may be the reader's
        pressed.append(None)
    try:
        yield pressed
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)


class _TimeUp(BaseException):
    """Not an `Exception`, so that `except Exception` in the reader's code lets it pass."""

    def __init__(self, on_death):
        self._on_death = on_death

    def __del__(self):
        self._on_death()


class _FirstCharacters(io.TextIOBase):
    """A text stream that keeps the beginning and forgets the rest."""

    def __init__(self, limit):
        self.text = ""
        self._limit = limit

    def writable(self):
        return True

    def write(self, text):
        self.text += text[: self._limit - len(self.text)]
        return len(text)
