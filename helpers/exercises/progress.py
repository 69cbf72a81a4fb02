"""Where a reader stands in the whole course, read from the notebooks; nothing in them is run.

A check leaves its verdict in the outputs of its cell, which a notebook keeps when it is saved. So
progress outlasts the kernel, and is kept nowhere else. It is what a notebook claims: outputs can
be older than the answer above them, and can be edited.

    from helpers.exercises.progress import course
    course()                                how far the notebooks of this folder are
"""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from . import lessons
from .verdict import LOOKS, Verdict

NEW_EDITION = re.compile(r"_new_edition(_\d+)?$")
TRIED = ("trouble", "wrong", "almost")
# The states from the least to the most.
RANK = ("untried", *TRIED, "right")


@dataclass(frozen=True)
class Standing:
    """The states of the exercises of one notebook.

    Attributes:
        notebook: the name of the notebook in the course, without `.ipynb`.
        title: its title.
        states: {name of an exercise: its state, a key of `RANK`}, in the order of the lesson.
    """

    notebook: str
    title: str
    states: dict[str, str]

    def count(self, *states):
        """How many exercises are in one of these states."""
        return sum(state in states for state in self.states.values())

    @property
    def right(self):
        """How many are right."""
        return self.count("right")

    @property
    def tried(self):
        """How many were tried and are not right."""
        return self.count(*TRIED)

    @property
    def open(self):
        """How many were not tried."""
        return self.count("untried")

    def best_of(self, other):
        """Both together, as where an older copy holds answers and the new edition others."""
        states = {
            name: max(state, other.states[name], key=RANK.index)
            for name, state in self.states.items()
        }
        return Standing(self.notebook, self.title, states)


def standing(path):
    """The `Standing` that a notebook file claims; None if it is no notebook with exercises.

    Raises:
        OSError: if the file cannot be read.
    """
    cells = cells_in(Path(path).read_bytes())
    return None if cells is None else standing_in(cells, Path(path).stem)


def standing_in(cells, stem):
    """The same of the cells of a notebook whose file has this name, without its ending."""
    texts = [(cell["cell_type"], "".join(cell["source"])) for cell in cells]
    lesson = _lesson(stem, [text for kind, text in texts if kind == "code"])
    if lesson is None:
        return None
    headings = (
        re.search(r"^# (.+)$", text, re.MULTILINE) for kind, text in texts if kind != "code"
    )
    title = next((heading[1] for heading in headings if heading), lesson.notebook)
    states = {}
    for exercise in lesson:
        call = re.compile(rf"\blesson\.{exercise.name}\.(?:check|adopt)\(")
        found = [
            _state(c) for c, (_kind, text) in zip(cells, texts, strict=True) if call.search(text)
        ]
        states[exercise.name] = next((state for state in reversed(found) if state), "untried")
    return Standing(lesson.notebook, title, states)


def cells_in(content):
    """The cells in the bytes of a notebook file; None if it is damaged, or no notebook."""
    try:
        cells = json.loads(content.decode("utf-8"))["cells"]
        for cell in cells:
            "".join([cell["cell_type"], *cell["source"]])
            for output in cell.get("outputs", ()):
                "".join(output.get("data", {}).get("text/plain", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return cells


def course(folder=None):
    """Show how far the notebooks in a folder are: right, tried and open, one line each.

    Args:
        folder: where the notebooks are; the folder that this runs in if left out.
    """
    return overview(standings(sorted(Path(folder or ".").glob("*.ipynb"))))


def standings(paths):
    """The standings of notebooks by their place in the course; editions of one are joined."""
    found = {}
    for path in paths:
        name = NEW_EDITION.sub("", path.stem)
        here = standing(path)
        # A copy under a dated name was set aside by its reader.
        if here is not None and name == here.notebook:
            known = found.get(name)
            found[name] = known.best_of(here) if known else here
    return [found[name] for name in sorted(found)]


def overview(standings):
    """A `Verdict` with a line for each of these standings."""
    total = Counter()
    lines = []
    for one in standings:
        total += Counter(right=one.right, tried=one.tried, open=one.open)
        parts = [
            f"{one.right} right",
            f"{one.tried} tried" if one.tried else "",
            f"{one.open} open",
        ]
        listed = ", ".join(filter(None, parts))
        mark = LOOKS["right"][0] if one.right == len(one.states) else LOOKS["progress"][0]
        mark = mark if one.right or one.tried else LOOKS["untried"][0]
        lines.append(f"{mark} {one.notebook[:2]} {one.title}: {listed}")
    number = sum(total.values())
    title = f"{total['right']} of {number} exercises right" if number else "No exercises here"
    return Verdict("progress", title=title, items=tuple(lines))


def _lesson(stem, sources):
    """The lesson of a notebook: by its import, else by the file's name."""
    known = lessons()
    text = "\n".join(sources)
    for module in re.findall(r"from helpers\.exercises\.lesson_(\w+) import lesson", text):
        for name, lesson in known.items():
            if name.startswith(f"{module}_"):
                return lesson
    return known.get(NEW_EDITION.sub("", stem))


def _state(cell):
    """The state that the latest verdict in the outputs of a cell tells of, or ""."""
    state = ""
    for output in cell.get("outputs", ()):
        text = "".join(output.get("data", {}).get("text/plain", ""))
        for name in RANK:
            icon, word, _color = LOOKS[name]
            if text.startswith(f"{icon} {word}"):
                state = name
    return state
