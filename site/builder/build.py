"""Build the site: harvest the explorers, write what Sphinx reads, run Sphinx."""

import contextlib
import importlib.util
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from builder import course, pages, ways
from helpers.reading.harvest import harvest_all

Lite = Callable[[Path, Sequence[str]], bool]

SITE = Path(__file__).absolute().parents[1]
# Pages written for the site itself, in Markdown whose Python is run.
WRITTEN = ("index", "make_your_own_explorer", "reference")
# Sphinx leaves this file in each folder that it has written.
BUILT = ".buildinfo"
# The packages that the reference describes, a page each.
ROOMS = (
    "functions",
    "derivatives",
    "descent",
    "autodiff",
    "networks",
    "plots",
    "explorers",
    "stage",
    "exercises",
)
REFERENCE = """\
# helpers.{room}

```{{eval-rst}}
.. automodule:: helpers.{room}
   :members:
   :imported-members:
```
"""


def build(output: Path, names=(), repository: str | None = None, lite: Lite | None = None) -> None:
    """Build the site.

    Args:
        output: the folder to write into; what an earlier build left there is replaced.
        names: how the names of notebooks begin; all of them if there is none.
        repository: account and name, for the links to Binder and Colab; by default the badge's.
        lite: called with a folder and names, builds in its ``lite`` what runs the notebooks in the
            browser alone, and returns whether it could. Without it, no page leads there.

    Raises:
        course.SiteError, helpers.reading.harvest.HarvestError: with one sentence.
    """
    chapters = course.chapters(names)
    repository = repository or course.repository()
    _clear(output)
    with tempfile.TemporaryDirectory(prefix="downhill-site-") as folder:
        source = Path(folder, "source")
        source.mkdir()
        has_lite = lite is not None and lite(Path(folder), names)
        _write_sources(source, chapters, repository, has_lite)
        _run_sphinx(source, output)
        if has_lite:
            shutil.move(Path(folder, "lite"), output)
    for chapter in chapters:
        fresh = ways.without_outputs(chapter.notebook)
        _write(fresh, output / "downloads" / chapter.path.name)
        _write(ways.for_colab(chapter.notebook, repository), output / "colab" / chapter.path.name)


def _clear(output):
    """Take away what an earlier build wrote; never anything else."""
    if not output.exists() or not any(output.iterdir()):
        return
    if not (output / BUILT).exists():
        raise course.SiteError(f"{output} is not empty, and holds no site that was built here.")
    shutil.rmtree(output)


def _write_sources(source, chapters, repository, lite):
    """Write what Sphinx reads: the notebooks as pages, the written pages and the reference."""
    wanted = {
        chapter.path: [cell.id for cell in chapter.notebook.cells if pages.shows_still(cell)]
        for chapter in chapters
    }
    written = {}
    for name in WRITTEN:
        written[name] = pages.from_markdown(_filled(name, chapters, repository))
        path = source / f"{name}.ipynb"
        _write(written[name], path)
        wanted[path] = [cell.id for cell in written[name].cells if cell.cell_type == "code"]
    found = {path.stem: cells for path, cells in harvest_all(wanted)}
    known = {chapter.name for chapter in chapters} | set(written)
    for chapter in chapters:
        row = ways.links(chapter.name, repository, lite)
        made = pages.page(chapter.notebook, found[chapter.name], known, row)
        _write(made, source / chapter.path.name)
    for name, notebook in written.items():
        made = pages.page(pages.with_printed(notebook, found[name]), found[name], known)
        _write(made, source / f"{name}.ipynb")
    guide = (course.ROOT / "TEACHING.md").read_text(encoding="utf-8").replace("](notebooks/", "](")
    guide = pages.to_repository(pages.linked(guide, known), repository)
    (source / "teaching.md").write_text(guide, encoding="utf-8")
    for room in ROOMS:
        text = REFERENCE.format(room=room)
        (source / f"reference_{room}.md").write_text(text, encoding="utf-8")


def _filled(name, chapters, repository):
    """A written page, with the table of notebooks in its place."""
    text = (SITE / "text" / f"{name}.md").read_text(encoding="utf-8")
    rows = [
        f"| {c.number} | [{c.title}]({c.name}.ipynb) | {c.question} | {c.minutes} |"
        for c in chapters
    ]
    table = "\n".join(
        ["| No. | Notebook | The question it answers | Minutes |", "|---|---|---|---|", *rows]
    )
    tree = "\n".join(f"{c.number} {c.title} <{c.name}>" for c in chapters)
    filled = {"<!-- notebooks -->": table, "<!-- toctree -->": tree, "{{repository}}": repository}
    for place, content in filled.items():
        text = text.replace(place, content)
    return text


def _run_sphinx(source, output):
    from sphinx.application import Sphinx

    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()):
        app = Sphinx(
            str(source),
            str(SITE),
            str(output),
            str(source.parent / "doctrees"),
            "html",
            status=None,
            warning=said,
            freshenv=True,
        )
        app.build()
    # One file of MathJax, out of the many that the package brings.
    carrier = importlib.util.find_spec("sphinx-mathjax-offline")
    script = Path(carrier.origin).parent / "static" / "mathjax" / "tex-svg.js"
    (output / "_static" / "mathjax").mkdir(exist_ok=True)
    shutil.copy(script, output / "_static" / "mathjax")
    if said.getvalue():
        print(said.getvalue(), file=sys.stderr)


def _write(notebook, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
