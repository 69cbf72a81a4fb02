"""``python -m helpers.decks 05``: write lectures. The launcher calls it for ``slides``."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import nbformat

from helpers.decks import handout, live
from helpers.decks.outline import columns
from helpers.decks.page import Deck
from helpers.decks.slides import slides
from helpers.exercises import lessons
from helpers.stage import export

ROOT = Path(__file__).absolute().parents[2]
NOTEBOOKS = ROOT / "notebooks"


def deck(path: Path, alive: bool = True) -> Deck:
    """The lecture of a notebook.

    Args:
        path: the notebook, with its outputs.
        alive: whether its cells are run, so that its explorers move; else their stills are shown.
    """
    notebook = nbformat.read(path, as_version=4)
    parts = columns(notebook)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return Deck(
        title=parts[0].heading,
        number=path.name[:2],
        slides=slides(parts),
        exercises=lessons().get(path.stem),
        explorers=live.explorers(sources, path.parent) if alive else {},
        player=export.player() if alive else "",
    )


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
    if os.environ.get("PYTHONHASHSEED") != "0":
        # So the patients of 08 are those of the stored pictures, as in the store command.
        return subprocess.run(
            [sys.executable, "-P", "-m", "helpers.decks", *arguments],
            env={**os.environ, "PYTHONHASHSEED": "0"},
        ).returncode
    try:
        paths = _named(options.notebooks)
        options.to.mkdir(parents=True, exist_ok=True)
        for path in paths:
            print(f"{path.stem}: running its cells", file=sys.stderr, flush=True)
            made = deck(path)
            target = options.to / f"{path.stem}.html"
            target.write_text(made.html(options.dark), encoding="utf-8")
            size = target.stat().st_size / 1e6
            print(f"{target}: {len(made.slides)} slides, {size:.1f} MB", flush=True)
            if options.pdf:
                handout.write_pdf(made, target.with_suffix(".pdf"))
                print(target.with_suffix(".pdf"), flush=True)
    except (OSError, ValueError, RuntimeError) as error:
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
