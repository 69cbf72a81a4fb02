"""Run notebooks, and keep what their explorers are when a page needs no kernel.

    python -m helpers.reading.harvest 00_start_here.ipynb harvest.json 20f2407b

Decks and the site are made from it. Each notebook runs in a process of its own, in its folder,
since cells read data that lie beside it and leave names and settings behind.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# One thread for linear algebra, as everywhere in the course: two notebooks run at a time.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# A fixed hash, so that the patients of 08 are those of the stored pictures.
FIXED = {**ONE_THREAD, "PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}


class HarvestError(Exception):
    """A notebook does not run; the message says which cell, and why."""


def harvest_all(wanted: Mapping[Path, Sequence[str]]) -> Iterator[tuple[Path, dict[str, dict]]]:
    """Harvest notebooks, as many at a time as there are processors.

    Args:
        wanted: for each notebook the ids of the cells that are asked for; it runs up to the last of
            them, in the folder in which it lies.

    Yields:
        Each path, in their order, and what `harvest` returns for it.

    Raises:
        HarvestError: if one of them does not run.
    """
    with (
        tempfile.TemporaryDirectory(prefix="downhill-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        yield from pool.map(lambda path: (path, _apart(path, wanted[path], Path(folder))), wanted)


def _apart(path, ids, folder):
    """Harvest a notebook in a process of its own, which leaves a note in a folder."""
    if not ids:
        return {}
    note = folder / f"{path.stem}.json"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "helpers.reading.harvest", path.name, str(note), *ids],
        cwd=path.parent,
        env={**os.environ, **FIXED, "IPYTHONDIR": str(folder / "ipython")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise HarvestError(said[-1] if said else f"{path.name}: its process has been ended")
    return json.loads(note.read_text(encoding="utf-8"))


def harvest(cells: Iterable[tuple[str, str]], wanted: Sequence[str]) -> dict[str, dict[str, str]]:
    """Run cells one after the other.

    Args:
        cells: the id and the source of each.
        wanted: the ids of those that are asked for. What comes after the last is not run.

    Returns:
        For each id that is wanted ``"printed"``, and ``"html"`` where it ends in an explorer that
        can play without a kernel, or in HTML.

    Raises:
        HarvestError: if a cell raises.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.display import HTML
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    found, left = {}, set(wanted)
    for number, (name, source) in enumerate(cells, 1):
        if not left:
            break
        with capture_output(stderr=False) as captured:
            done = shell.run_cell(source)
        error = done.error_before_exec or done.error_in_exec
        if error is not None:
            raise HarvestError(f"code cell {number} raises {type(error).__name__}: {error}")
        if name not in left:
            continue
        left.remove(name)
        found[name] = {"printed": captured.stdout}
        if isinstance(done.result, HTML):
            found[name]["html"] = done.result.data
        elif hasattr(done.result, "to_html") and type(done.result).__module__[:8] == "helpers.":
            found[name]["html"] = done.result.to_html(player=False)
    return found


def main(arguments: list[str]) -> int:
    """Harvest one notebook; return the exit code."""
    path, note = map(Path, arguments[:2])
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [
        (cell["id"], "".join(cell["source"]))
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = harvest(cells, arguments[2:])
    except HarvestError as error:
        print(f"{path.name}: {error}", file=sys.stderr)
        return 1
    note.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
