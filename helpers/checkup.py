"""The set-up check: is everything here that the notebooks need? Standard library only."""

import os
import sys
from pathlib import Path

from helpers import NEWEST_PYTHON, OLDEST_PYTHON, shadows

__all__ = ["checkup"]

_ROOT = Path(__file__).resolve().parent.parent

# What the notebooks import, in the versions that their stored pages were made with: those of
# requirements.txt, as a test holds. Where this runs, that file may not be there.
MADE_WITH = {
    "numpy": "2.4.6",
    "matplotlib": "3.11.2",
    "ipywidgets": "8.1.9",
    "anywidget": "0.11.0",
}
# The oldest versions that the tests are run with, those of pyproject.toml. A browser that runs
# Python itself, for example, has a Matplotlib in between.
TESTED_SINCE = {
    "numpy": "2.0.0",
    "matplotlib": "3.9.0",
    "ipywidgets": "8.1.0",
    "anywidget": "0.9.18",
}


def checkup(python=sys.version_info[:2], installed=None, hiding=None):
    """Print what is here and what is missing, and how to mend it.

    Parameters
    ----------
    python : (int, int)
        The version of Python to judge.
    installed : callable, optional
        Returns the installed version of a package, or None; asks Python's own records if left
        out.
    hiding : list of Path, optional
        Files that hide modules by having their names; looked for if left out.
    """
    hiding = shadows.on_path() if hiding is None else hiding
    installed = installed or _installed
    troubles, notes = [], []
    for path in hiding:
        # A name outside of the locale's letters is half-read, and could not be printed.
        folder = str(path.parent).encode("utf-8", "backslashreplace").decode()
        troubles.append(
            f"{path.name} in {folder} hides the module {path.name.partition('.')[0]}: "
            "give it another name, then restart the kernel."
        )
    if not OLDEST_PYTHON <= tuple(python) <= NEWEST_PYTHON:
        this, oldest, newest = (
            ".".join(map(str, version)) for version in (python, OLDEST_PYTHON, NEWEST_PYTHON)
        )
        troubles.append(f"Python is {this}; the course needs {oldest} to {newest}.")
    missing = []
    for package, wanted in MADE_WITH.items():
        found = installed(package)
        if found is None:
            missing.append(package)
            troubles.append(f"{package} is missing.")
        elif not _numbers(TESTED_SINCE[package]) <= _numbers(found) <= _numbers(wanted):
            notes.append(f"{package} is {found}; these pages were made with {wanted}.")
    for line in troubles:
        print("✗", line)
    for line in notes:
        print("≈", line)
    if len(troubles) > len(hiding):
        print(_advice(missing))
    elif notes and not troubles:
        print("The notebooks will most likely run; pictures and last digits may differ.")
    elif not troubles:
        print("✓ Everything is here, in versions that these pages are tested with.")


def _numbers(version):
    """A version in an order; one that is not made of numbers alone is beyond all others."""
    parts = version.split(".")
    return [int(part) for part in parts] if all(map(str.isdecimal, parts)) else [float("inf")]


def _advice(missing, variables=os.environ, root=_ROOT):
    """What to do about it, in the place where this runs."""
    hosted = sys.platform == "emscripten" or "BINDER_SERVICE_HOST" in variables
    if not hosted and (root / "requirements.txt").is_file():
        return "To mend it, close JupyterLab and start it with: python3 -m helpers"
    if missing:
        pins = " ".join(f"{package}=={MADE_WITH[package]}" for package in missing)
        return f"To mend it, run this in a cell, then restart the kernel: %pip install {pins}"
    return "To mend it, choose a kernel with another Python."


def _installed(package):
    # Imported after the look at files that might hide what it imports.
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
