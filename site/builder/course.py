"""The notebooks of the course as the site needs them: order, titles, questions, addresses."""

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).absolute().parents[2]
NOTEBOOKS = ROOT / "notebooks"


class SiteError(Exception):
    """The site cannot be built; the message is one sentence that says why."""


@dataclass(frozen=True)
class Chapter:
    """A notebook of the course, and what its first cell says of it."""

    path: Path
    notebook: nbformat.NotebookNode
    title: str
    question: str
    minutes: str

    @property
    def name(self) -> str:
        """The name of its page."""
        return self.path.stem

    @property
    def number(self) -> str:
        """Its two digits."""
        return self.name[:2]


def chapters(names=()) -> list[Chapter]:
    """The notebooks whose file names begin with one of ``names``, all of them if there is none.

    Raises:
        SiteError: if a name fits no notebook, or a notebook does not open as the others do.
    """
    everything = sorted(NOTEBOOKS.glob("*.ipynb"))
    for name in names:
        if not any(path.name.startswith(name) for path in everything):
            raise SiteError(f"There is no notebook whose name begins with {name!r}.")
    return [
        _chapter(path)
        for path in everything
        if not names or any(path.name.startswith(name) for name in names)
    ]


def _chapter(path):
    notebook = nbformat.read(path, as_version=4)
    first = notebook.cells[0].source
    title = re.match(r"# (.+)", first)
    question = re.search(r"^\*(?!\*)(.+?)\*$", first, re.MULTILINE)
    minutes = re.search(r"\*\*Time\*\*: (\d+)", first)
    if not (title and question and minutes):
        raise SiteError(f"{path.name} does not open with a title, a question and a time.")
    return Chapter(path, notebook, title[1], question[1], minutes[1])


def repository() -> str:
    """The account and the name of the repository, from the badge in the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    badge = re.search(r"https://mybinder\.org/v2/gh/([^/\s]+/[^/\s]+)/", readme)
    if badge is None:
        raise SiteError("README.md has no Binder badge from which to take the repository's name.")
    return badge[1]
