"""Where the environment is, and how the set-up speaks."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent.parent
ENVIRONMENT = ROOT / ".venv"
# Where the former environment waits until the new one works.
BEFORE = ROOT / ".venv-before"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that says what to do."""


def say(message: str) -> None:
    """Tell the reader something; what is on stdout is the tool's that runs afterwards."""
    print(message, file=sys.stderr, flush=True)


def as_text(path: Path) -> str:
    """A path in a form that does not depend on the locale, in which names may be half-read."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
