"""Run another program as one step of the set-up: quiet while short, and telling how far it is."""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

from helpers.environment.places import ROOT, say

QUIET = 2.0  # seconds until a step speaks
PACE = 5.0  # seconds between its lines, where they cannot replace one another

# Variables that would send what is installed elsewhere, or nowhere. Those that name an index, a
# proxy, a certificate or a cache stay: a reader's network may need them.
_ASTRAY = re.compile(
    r"PIP_(TARGET|PREFIX|ROOT|DRY_RUN|NO_DEPS|PYTHON|REQUIREMENT|EDITABLE|REPORT|PLATFORM"
    r"|PYTHON_VERSION|IMPLEMENTATION|ABI|REQUIRE_HASHES|UPGRADE|FORCE_REINSTALL|IGNORE_INSTALLED"
    r"|REQUIRE_VIRTUALENV|QUIET|VERBOSE|PROGRESS_BAR|HELP)"
    r"|UV_(PYTHON|SYSTEM_PYTHON|BREAK_SYSTEM_PACKAGES|PROJECT|WORKING_DIR(ECTORY)?|REQUIRE_HASHES"
    r"|DRY_RUN|TARGET|PREFIX|NO_DEPS)"
    r"|PYTHONHOME|PYTHONPATH|VIRTUAL_ENV|__PYVENV_LAUNCHER__",
    re.IGNORECASE,
)


def variables() -> dict[str, str]:
    """The environment variables for an installer."""
    kept = {name: value for name, value in os.environ.items() if not _ASTRAY.fullmatch(name)}
    # A pip configured for --user would refuse to install into an environment.
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1"}


def run(
    words: str, command: Sequence[str], how_far: Callable[[Sequence[str]], str] = lambda lines: ""
) -> tuple[int, list[str]]:
    """Run a program to its end.

    Args:
        words: what is being done, as "Installing the packages".
        command: the program and its arguments.
        how_far: says from the lines printed up to now how far the program is.

    Returns:
        The exit code and all printed lines. Nothing of them has been shown.
    """
    lines: list[str] = []
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    # A thread reads, so that a program that prints much never waits for one that counts seconds.
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    start = time.monotonic()
    heartbeat = _Heartbeat(words)
    try:
        while reader.is_alive():
            reader.join(0.1)
            heartbeat.beat(time.monotonic() - start, lambda: how_far(list(lines)))
        code = process.wait()
    except BaseException:
        # Ctrl-C reaches the program as well, but one in a background group may not hear it.
        process.terminate()
        process.wait()
        raise
    finally:
        heartbeat.end()
    return code, [line.rstrip() for line in lines]


class _Heartbeat:
    """A line on what is being done, renewed in a terminal, repeated now and then in a log."""

    def __init__(self, words: str):
        self.words = words
        self.renews = sys.stderr.isatty()
        self.next = QUIET
        self.width = 0

    def beat(self, seconds: float, how_far: Callable[[], str]) -> None:
        if seconds < self.next:
            return
        far = how_far()
        line = f"{self.words}: {seconds:.0f} s{', ' + far if far else ''}"
        if self.renews:
            self.next = seconds + 0.5
            print("\r" + line.ljust(self.width), end="", file=sys.stderr, flush=True)
            self.width = len(line)
        else:
            self.next = seconds + PACE
            say(line)

    def end(self) -> None:
        if self.renews and self.width:
            print(file=sys.stderr, flush=True)
