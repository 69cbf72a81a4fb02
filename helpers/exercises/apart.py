"""Run doubtful code where it can be stopped: in a process of its own.

- On Linux the kernel is forked: the child has the reader's function and all around it, and a
  call into C that never ends is ended with it. That takes some milliseconds.
- On macOS and Windows, where a fork is unsafe or unknown, a fresh Python is started and is sent
  the function (`parcel`). That takes as long as importing NumPy does.
- In the browser (Pyodide) there are no processes, and some functions cannot be sent. Then nothing
  is run apart, and `attempt` says beforehand how to interrupt.
"""

import contextlib
import faulthandler
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

from . import parcel

START = 60.0  # seconds that a fresh Python may take until it begins
GRACE = 0.7  # seconds beyond the time limit, in which the guard inside has the first word
SPARE_MEMORY = 2 * 2**30  # bytes that a forked child may take beyond what it has
_READY = b"R"


class NoProcess(Exception):
    """Nothing can be run apart here."""


def run_apart(task, arguments, seconds):
    """What `task(*arguments)` yields, computed in another process.

    Args:
        task: a generator function at the top level of a module of this package.
        arguments: for it; functions of the notebook may be among them.
        seconds: time limit for all of it, from when the other process is ready.

    Returns:
        (results, ended): the list of what it yielded in time, and "done", "late" or "died".

    Raises:
        NoProcess: if there can be no other process, or the arguments cannot be sent to it.
    """
    if sys.platform == "linux" and hasattr(os, "fork"):
        return _forked(task, arguments, seconds)
    return _fresh(task, arguments, seconds)


def _forked(task, arguments, seconds):
    receiving, sending = os.pipe()
    with warnings.catch_warnings():
        # Python 3.12 and later warn of threads. The child touches none of what they hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError as error:
            os.close(receiving)
            os.close(sending)
            raise NoProcess from error
    if child == 0:
        try:
            os.close(receiving)
            _say_nothing()
            faulthandler.disable()  # a crash is told by the check
            os.setpgid(0, 0)  # so that what it starts ends with it
            _limit_memory()
            with os.fdopen(sending, "wb", buffering=0) as stream:
                serve(task, arguments, stream)
        finally:
            os._exit(0)  # nothing of the kernel's is to be cleaned up here
    os.close(sending)

    def end():
        _kill_group(child)
        os.waitpid(child, 0)

    return _received(os.fdopen(receiving, "rb", buffering=0), end, seconds)


def _fresh(task, arguments, seconds):
    try:
        message = pickle.dumps((task, parcel.pack(arguments)))
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, *filter(None, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=hasattr(os, "killpg"),
        )
    except (OSError, ValueError, TypeError, AttributeError, pickle.PicklingError) as error:
        raise NoProcess from error

    def end():
        if hasattr(os, "killpg"):
            _kill_group(process.pid)
        process.kill()
        process.wait()

    with contextlib.suppress(OSError):
        process.stdin.write(message)
        process.stdin.close()
    results, ended = _received(process.stdout, end, seconds)
    if ended == "unready":
        raise NoProcess
    return results, ended


# What a fresh Python runs: it finds this package where the kernel finds it.
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[1:]; "
    "from helpers.exercises.apart import serve_sent; serve_sent()"
)


def serve_sent():
    """In a fresh Python: do what is sent by standard input, and answer by standard output."""
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    _say_nothing()
    task, sent = pickle.load(sys.stdin.buffer)
    serve(task, parcel.unpack(sent), stream)
    os._exit(0)


def _say_nothing():
    """Let whatever else the code may write go nowhere, also what does not ask Python."""
    with Path(os.devnull).open("wb") as nowhere:
        for output in (1, 2):
            os.dup2(nowhere.fileno(), output)


def serve(task, arguments, stream):
    """Write the results of a task to a stream as they come."""
    stream.write(_READY)
    for result in task(*arguments):
        stream.write(pickle.dumps(result))
    stream.write(pickle.dumps(_Done()))


class _Done:
    """The last result."""


def _received(stream, end, seconds):
    """The results that come in time, and how it ended; the process is ended in any case."""
    received = bytearray()

    def pump():
        while chunk := os.read(stream.fileno(), 65536):
            received.extend(chunk)

    reader = threading.Thread(target=pump, daemon=True)
    reader.start()
    try:
        # In short waits, since Windows tells of the stop button only between them.
        begun = time.monotonic()
        while not received and reader.is_alive() and time.monotonic() - begun < START:
            reader.join(0.002)
        begun = time.monotonic()
        while reader.is_alive() and time.monotonic() - begun < seconds + GRACE:
            reader.join(0.05)
        late = reader.is_alive()
    finally:
        end()  # also where the reader pressed stop
        reader.join()
        stream.close()
    if not received:
        return [], "unready"
    results = list(_unpickled(bytes(received[1:])))
    if results and isinstance(results[-1], _Done):
        return results[:-1], "done"
    return results, "late" if late else "died"


def _kill_group(leader):
    # The group is not there yet if the process has not come to it, hence the process as well.
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(leader, signal.SIGKILL)


def _unpickled(data):
    stream = io.BytesIO(data)
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(stream)


def _limit_memory():
    """Let what needs far too much memory fail in the child, before the machine is full."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + SPARE_MEMORY,) * 2)
