"""The note ``.venv/downhill.json`` on what was done; while it holds, a start runs nothing else.

It is only a shortcut. A note that is missing, broken or outdated costs a look at the environment
itself, and nothing more.
"""

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from helpers.environment import requirements
from helpers.environment.places import ENVIRONMENT, PYTHON, ROOT, SetupError, as_text

NOTE = ENVIRONMENT / "downhill.json"
# This file in site-packages lets `import helpers` find the course.
PATH_FILE = "downhill_course.pth"


@dataclass
class Note:
    """What an earlier run did.

    Attributes:
        state: "making" from the first file to the first working start, "installing" while an
            installer is at work on a working environment, "ready" else.
        ours: whether the environment was made here, not found here.
        root: the folder of the course.
        base: the interpreter behind the environment's Python.
        site: the site-packages folder, from the environment on.
        installed: {requirement file: its digest} for all that were installed completely.
        packages: the names of the folders that record installed packages.
    """

    state: str = "unknown"
    ours: bool = False
    root: str = ""
    base: str = ""
    site: str = ""
    installed: dict[str, str] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)


def read() -> Note:
    """The note, or an empty one where there is none that can be read."""
    try:
        found = json.loads(NOTE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Note()
    defaults = asdict(Note())
    if not isinstance(found, dict) or any(
        type(found.get(name)) is not type(default) for name, default in defaults.items()
    ):
        return Note()
    return Note(**{f.name: found[f.name] for f in fields(Note)})


def write(note: Note) -> None:
    """Store the note; without it, where it cannot be written, a start takes a little longer."""
    unfinished = NOTE.with_suffix(".unfinished")
    with contextlib.suppress(OSError):
        unfinished.write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
        unfinished.replace(NOTE)


def is_ready(wanted: Sequence[str]) -> bool:
    """Whether all of these requirement files are installed, by the note and a look at folders."""
    note = read()
    return (
        note.state == "ready"
        and PYTHON.exists()
        and (ENVIRONMENT / "pyvenv.cfg").exists()
        and note.root == here()
        and note.base == base()
        and all(note.installed.get(name) == requirements.digest(name) for name in wanted)
        and set(note.packages) <= set(packages(ENVIRONMENT / note.site))
        and has_path_file(ENVIRONMENT / note.site)
    )


def here() -> str:
    """The folder of the course, by whichever of its names it was reached."""
    return as_text(ROOT.resolve())


def base() -> str:
    """The interpreter behind the environment's Python; it changes with an update of the system."""
    return as_text(PYTHON.resolve())


def packages(site: Path) -> list[str]:
    """The names of the folders that record what is installed."""
    try:
        return sorted(path.name for path in site.glob("*.dist-info"))
    except OSError:
        return []


def write_path_file(site: Path) -> None:
    """Make `import helpers` find the course.

    An editable install may write the absolute path of the course, which Python before 3.13 reads
    in the encoding of the locale, and so misreads letters outside of it. This line is relative,
    hence ASCII, and holds after the folder was moved.

    Raises:
        SetupError: if the file cannot be written.
    """
    if has_path_file(site):
        return
    try:
        (site / PATH_FILE).write_text(_path_line(site), encoding="ascii")
    except OSError as error:
        raise SetupError(f"{site / PATH_FILE} cannot be written: {error.strerror}.") from error


def has_path_file(site: Path) -> bool:
    """Whether the path file is there, and leads here."""
    try:
        return (site / PATH_FILE).read_text(encoding="ascii") == _path_line(site)
    except (OSError, ValueError):
        return False


def _path_line(site: Path) -> str:
    try:
        # Python, too, goes up from the name of this folder, not from where a link leads.
        line = Path(os.path.relpath(ROOT, site)).as_posix()
    except ValueError:  # on another drive
        line = str(ROOT)
    if not line.isascii():
        # An environment elsewhere: a line that begins with "import" is run.
        line = f"import sys; sys.path.append({str(ROOT)!a})"
    return line + "\n"
