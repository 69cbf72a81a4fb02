"""A table of notebooks that readers handed in, read without running anything in them.

    python3 -m helpers progress handed_in/ "Ada 05.ipynb"     a line a file
    python3 -m helpers progress handed_in/ --csv marks.csv    for a spreadsheet, with each exercise

It shows what the notebooks claim: outputs can be older than the answer above them, and anybody can
edit them. Whoever gives marks for it runs the notebooks again.
"""

import csv
import hashlib
import io
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from . import lessons
from .progress import Standing, cells_in, standing_in

CLAIM = "This is what the saved notebooks say; nothing was run."
COUNTS = ("file", "notebook", "right", "tried", "open", "remark")


@dataclass(frozen=True)
class Sheet:
    """One file that was handed in.

    Attributes:
        file: its name, with the folders that tell it from the others.
        standing: what it claims; None if it could not be read.
        remark: what whoever reads the table should know of it, or "".
    """

    file: str
    standing: Standing | None
    remark: str = ""

    @property
    def counts(self) -> tuple[str, ...]:
        """The entries of `COUNTS`."""
        if self.standing is None:
            return (self.file, "", "", "", "", self.remark)
        here = self.standing
        numbers = (str(number) for number in (here.right, here.tried, here.open))
        return (self.file, here.notebook[:2], *numbers, self.remark)


def gather(places: Iterable[Path]) -> list[Path]:
    """The notebooks among files and, with all that lies below them, folders; each once.

    Copies that Jupyter keeps of its own (`.ipynb_checkpoints`) are left out.
    """
    found: dict[Path, None] = {}
    for place in places:
        below = sorted(place.rglob("*.ipynb")) if place.is_dir() else [place]
        for path in below:
            if ".ipynb_checkpoints" not in path.parts and not path.is_dir():
                found[path.absolute()] = None
    return list(found)


def sheets(paths: Iterable[Path]) -> Iterator[Sheet]:
    """What each file claims, in the order given; no file keeps the others from being read."""
    paths = list(paths)
    names = _short_names(paths)
    seen: dict[str, str] = {}
    for path, name in zip(paths, names, strict=True):
        try:
            content = path.read_bytes()
        except OSError as error:
            yield Sheet(name, None, f"cannot be read: {error.strerror or error}")
            continue
        cells = cells_in(content)
        if cells is None:
            yield Sheet(name, None, "damaged, or no notebook")
            continue
        here = standing_in(cells, path.stem)
        if here is None:
            yield Sheet(name, None, "no notebook of this course with exercises")
            continue
        digest = hashlib.sha256(content).hexdigest()
        same = seen.setdefault(digest, name)
        if same != name:
            yield Sheet(name, here, f"the same file as {same}")
        else:
            yield Sheet(name, here, "" if any(map(_was_run, cells)) else "saved without outputs")


def _was_run(cell):
    return bool(cell.get("outputs"))


def table(rows: Iterable[Sheet]) -> str:
    """A line a file, in columns, and the sentence that says what it is worth."""
    entries = [COUNTS, *(row.counts for row in rows)]
    widths = [max(map(len, column)) for column in zip(*entries, strict=True)]
    lines = ("  ".join(map(str.ljust, entry, widths)).rstrip() for entry in entries)
    return "\n".join([*lines, CLAIM])


def comma_separated(rows: Iterable[Sheet]) -> str:
    """The table as CSV, with a column for each exercise of the notebooks in it and its state."""
    rows = list(rows)
    here = {row.standing.notebook for row in rows if row.standing}
    exercises = [
        (notebook, exercise.name)
        for notebook, lesson in sorted(lessons().items())
        if notebook in here
        for exercise in lesson
    ]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*COUNTS, *(f"{notebook[:2]} {name}" for notebook, name in exercises)])
    for row in rows:
        states = row.standing.states if row.standing else {}
        own = row.standing.notebook if row.standing else None
        writer.writerow(
            [
                *map(_harmless, row.counts),
                *(states[name] if notebook == own else "" for notebook, name in exercises),
            ]
        )
    return stream.getvalue()


def _harmless(entry: str) -> str:
    """A spreadsheet computes what begins like a formula; a file's name may do so."""
    return f"'{entry}" if entry.startswith(("=", "+", "-", "@", "\t", "\r")) else entry


def _short_names(paths: list[Path]) -> list[str]:
    """The paths without the folders that all of them have in common, as text that can be written.

    Archives from elsewhere unpack to names that are not Unicode, or are composed otherwise.
    """
    folders = [path.parent.parts for path in paths]
    shared = 0
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared += 1
    short = [Path(*path.parts[shared:]).as_posix() for path in paths]
    written = (os.fsencode(name).decode("utf-8", "replace") for name in short)
    return [unicodedata.normalize("NFC", name) for name in written]
