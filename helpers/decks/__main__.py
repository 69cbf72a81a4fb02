"""``python -m helpers.decks 05``: write lectures. The launcher calls it for ``slides``."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import nbformat

from helpers.decks import handout
from helpers.decks.page import Deck
from helpers.decks.plan import plan
from helpers.decks.slides import slides
from helpers.exercises import lessons
from helpers.reading.harvest import FIXED, HarvestError, harvest_all
from helpers.reading.outline import Code, columns
from helpers.stage import export

ROOT = Path(__file__).absolute().parents[2]
NOTEBOOKS = ROOT / "notebooks"


def deck(path: Path, explorers: Mapping[str, str] | None = None) -> Deck:
    """The lecture of a notebook.

    Args:
        path: the notebook, with its outputs.
        explorers: the HTML of those that move, by the ids of their cells; for all others, their
            stills are shown.
    """
    parts = _columns(path)
    return Deck(
        title=parts[0].heading,
        number=path.name[:2],
        slides=slides(parts),
        exercises=_lesson(path.stem),
        explorers=dict(explorers or {}),
        player=export.player() if explorers else "",
        plan=plan(path.name[:2]),
    )


def living_decks(paths: Iterable[Path]) -> Iterator[tuple[Path, Deck]]:
    """The lectures of notebooks, whose cells are run so that the explorers move.

    Raises:
        HarvestError: if a notebook does not run.
    """
    wanted = {
        path: [
            part.cell
            for column in _columns(path)
            for part in column.parts
            if isinstance(part, Code) and part.kind == "explorer"
        ]
        for path in paths
    }
    for path, cells in harvest_all(wanted):
        living = {cell: found["html"] for cell, found in cells.items() if "html" in found}
        yield path, deck(path, living)


def _lesson(stem):
    """The exercises of a notebook; those about patients are about the ones of the stored pictures.

    Patients are drawn where their module is first imported, which is here.
    """
    os.environ["PYTHONHASHSEED"] = FIXED["PYTHONHASHSEED"]
    return lessons().get(stem)


def _columns(path):
    return columns(nbformat.read(path, as_version=4))


def main(arguments: list[str]) -> int:
    """Write the decks that are asked for, and say where they are."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers slides",
        description="Make slides for a lecture from notebooks: one file each, without a network.",
    )
    parser.add_argument("notebooks", nargs="+", help="their numbers, such as 05, or all")
    parser.add_argument("--to", type=Path, default=ROOT / "decks", help="the folder for them")
    parser.add_argument("--pdf", action="store_true", help="a handout as well, with still pictures")
    parser.add_argument("--dark", action="store_true", help="begin dark; the key D changes it")
    options = parser.parse_args(arguments)
    try:
        paths = _named(options.notebooks)
        options.to.mkdir(parents=True, exist_ok=True)
        numbers = ", ".join(path.name[:2] for path in paths)
        print(f"running the cells of {numbers}", file=sys.stderr, flush=True)
        for path, made in living_decks(paths):
            target = options.to / f"{path.stem}.html"
            target.write_text(made.html(options.dark), encoding="utf-8")
            size = target.stat().st_size / 1e6
            print(f"{target}: {len(made.slides)} slides, {size:.1f} MB", flush=True)
            if options.pdf:
                handout.write_pdf(made, target.with_suffix(".pdf"))
                print(target.with_suffix(".pdf"), flush=True)
    except (OSError, ValueError, RuntimeError, HarvestError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _named(names: list[str]) -> list[Path]:
    """The notebooks of these numbers or names, in the order of the course.

    Raises:
        ValueError: if there is no such notebook.
    """
    there = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    found = set()
    for name in names:
        number = Path(name).name[:2]
        these = there if name == "all" else [path for path in there if path.name[:2] == number]
        if not these:
            numbers = ", ".join(path.name[:2] for path in there)
            raise ValueError(f"There is no notebook {name!r}, only {numbers}, or all of them: all.")
        found.update(these)
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
