"""The set-up check: is everything here that the notebooks need? Standard library only."""

import sys
from importlib import metadata
from pathlib import Path

from helpers.__main__ import NEWEST_PYTHON, OLDEST_PYTHON

__all__ = ["checkup"]

_ROOT = Path(__file__).resolve().parent.parent
_MEND = "To mend it, close JupyterLab and start it with: python3 -m helpers"


def checkup(python=sys.version_info[:2], installed=None):
    """Print what is here and what is missing, and how to mend it.

    Parameters
    ----------
    python : (int, int)
        The version of Python to judge.
    installed : callable, optional
        Returns the installed version of a package, or None; asks Python's own records if left
        out.
    """
    installed = installed or _installed
    troubles, notes = [], []
    if not OLDEST_PYTHON <= tuple(python) <= NEWEST_PYTHON:
        this, oldest, newest = (
            ".".join(map(str, version)) for version in (python, OLDEST_PYTHON, NEWEST_PYTHON)
        )
        troubles.append(f"Python is {this}; the course needs {oldest} to {newest}.")
    for package, wanted in _pins():
        found = installed(package)
        if found is None:
            troubles.append(f"{package} is missing.")
        elif found != wanted:
            notes.append(f"{package} is {found}; these pages were made with {wanted}.")
    for line in troubles:
        print("✗", line)
    for line in notes:
        print("≈", line)
    if troubles:
        print(_MEND)
    elif notes:
        print("The notebooks will most likely run; pictures and last digits may differ.")
    else:
        print("✓ Everything is here, in the versions that these pages were made with.")


def _pins():
    """Yield (package, version) for each line of requirements.txt that names a version."""
    for line in (_ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        package, separator, version = line.partition("==")
        if separator and not line.startswith("#"):
            yield package.strip(), version.strip()


def _installed(package):
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
