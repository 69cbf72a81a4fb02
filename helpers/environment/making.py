"""Make the environment, and keep what is in its place until the new one works.

The scripts of an environment hold its path, so it is made where it will stay. What was there waits
under another name meanwhile, and is put back if anything goes wrong.
"""

import contextlib
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers.environment import installing, looking, note, steps
from helpers.environment.places import BEFORE, ENVIRONMENT, ROOT, SetupError, say


@contextlib.contextmanager
def in_place_of(aside: Path | None) -> Iterator[None]:
    """Move what is at .venv aside; put it back if the block under ``with`` fails.

    Args:
        aside: the name under which it waits; None if there is nothing.
    """
    if aside is not None:
        _rename(ENVIRONMENT, aside)
    try:
        yield
    except BaseException:
        if aside is not None:
            drop(ENVIRONMENT)
            _rename(aside, ENVIRONMENT)
        raise


def make(names: Sequence[str]) -> None:
    """Make the environment with this Python, and install requirement files into it.

    Raises:
        SetupError: if that fails.
    """
    uv = shutil.which("uv")
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if "venv" in missing or (missing and not uv):
        raise SetupError(_sentence_about_missing(missing))
    say(f"Making the environment .venv with Python {sys.version_info[0]}.{sys.version_info[1]}.")
    ENVIRONMENT.mkdir(exist_ok=True)
    note.write(note.Note(state="making", ours=True))
    # The base interpreter, as sys.executable may be in the environment that is being replaced.
    base = getattr(sys, "_base_executable", None) or sys.executable
    # UTF-8, as otherwise the path of this folder may be one that cannot be written down. Pip is
    # added later, and only where it is needed: with uv, Debian's bare Python suffices.
    code, lines = steps.run(
        "Making the environment .venv",
        [base, "-I", "-X", "utf8", "-m", "venv", "--without-pip", ENVIRONMENT],
    )
    found = looking.look() if code == 0 else None
    if found is None:
        for line in lines:
            say(line)
        raise SetupError("Making the environment .venv failed, for the reason above.")
    say("Installing the packages, once.")
    installing.install(names, found, ours=True)


def tidy_up() -> None:
    """Put things right after a run that was ended from outside."""
    if _there(BEFORE):
        if note.read().state == "making" or not _there(ENVIRONMENT):
            drop(ENVIRONMENT)
            _rename(BEFORE, ENVIRONMENT)
        else:
            drop(BEFORE)
    elif note.read().state == "making":
        drop(ENVIRONMENT)
    for rest in ROOT.glob(".venv-trash-*"):
        shutil.rmtree(rest, ignore_errors=True)


def drop(path: Path) -> None:
    """Remove a folder that was made here: by one rename first, so that none is left in part."""
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        trash = _free(".venv-trash")
        _rename(path, trash)
        shutil.rmtree(trash, ignore_errors=True)


def set_aside_name() -> Path:
    """A name for something in the place of .venv that was not made here."""
    return _free(".venv-set-aside")


def is_empty(path: Path) -> bool:
    """Whether there is nothing at a place, or an empty folder."""
    return not _there(path) or (path.is_dir() and not any(path.iterdir()))


def _there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _free(stem: str) -> Path:
    number = 1
    while _there(ROOT / f"{stem}-{number}"):
        number += 1
    return ROOT / f"{stem}-{number}"


def _rename(path: Path, new: Path) -> None:
    try:
        path.rename(new)
    except PermissionError as error:
        if os.name != "nt":
            raise
        raise SetupError(
            "The environment .venv is in use: close what uses it (JupyterLab in another window?), "
            "then run this again."
        ) from error


def _sentence_about_missing(modules: Sequence[str]) -> str:
    names = " and ".join(modules)
    if shutil.which("apt"):
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return (
            f"This Python lacks {names}: type `sudo apt install python3-venv` "
            f"(or python{version}-venv, for a Python beside the system's own), then run this again."
        )
    return (
        f"This Python ({sys.executable}) lacks {names}: install them with your system's packages, "
        "or a Python from https://www.python.org/downloads/, then run this again."
    )
