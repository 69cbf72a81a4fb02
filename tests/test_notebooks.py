"""Every notebook runs, runs again, and gives the outputs that are stored in it."""

import functools
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import store
from pictures import differ, pictures, without_pictures

HERE = Path(__file__).parent
NOTEBOOKS = store.notebooks()
CELL_TIMEOUT = 30

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
pytestmark = pytest.mark.slow


@functools.cache
def fresh(path):
    """What a run stores now. One run serves several tests."""
    return store.stored(path)


def nbval(path):
    """Run nbval on a notebook: the finished process, with what it printed."""
    command = [
        *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no"),
        *(f"--nbval-cell-timeout={CELL_TIMEOUT}", "-p", "no:cacheprovider", "-q"),
        *(f"--nbval-sanitize-with={HERE / 'nbval_sanitize.cfg'}", "--rootdir", str(path.parent)),
        *("-c", os.devnull, str(path)),
    ]
    environment = {**os.environ, **store.FIXED}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)


def small(folder, second="print(1 + 1)", change=lambda outputs: None):
    """Write a notebook that has been run, a picture and a second cell; then change its outputs."""
    show = (
        "import base64, io\nfrom IPython.display import HTML\nfrom PIL import Image\n"
        "stream = io.BytesIO()\nImage.new('RGB', (40, 30), 'navy').save(stream, 'PNG')\n"
        "data = base64.b64encode(stream.getvalue()).decode()\n"
        'HTML(f\'<img alt="All navy blue." src="data:image/png;base64,{data}">\')'
    )
    cells = [nbformat.v4.new_code_cell(source) for source in (show, second)]
    path = folder / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    notebook = nbformat.reads(store.stored(path), as_version=4)
    change([cell.outputs[0] for cell in notebook.cells])
    nbformat.write(notebook, path)
    return path


def test_there_are_notebooks():
    assert [path.name[:2] for path in NOTEBOOKS][:2] == ["00", "01"]


@each_notebook
@pytest.mark.stored
def test_nbval_finds_the_stored_outputs(path):
    done = nbval(path)
    assert done.returncode == 0, done.stdout + done.stderr


@each_notebook
@pytest.mark.stored
def test_the_store_command_would_change_nothing(path):
    old, new = path.read_text(encoding="utf-8"), fresh(path)
    hint = f"`python3 -m helpers store {path.stem[:2]}` stores the outputs anew"
    assert without_pictures(old) == without_pictures(new), hint
    # Another machine may round a shade otherwise, so pictures are compared by what they show.
    for number, (stored, made) in enumerate(zip(pictures(old), pictures(new), strict=True), 1):
        assert not differ(stored, made), f"picture {number} of {path.name} differs; {hint}"


@each_notebook
def test_it_runs(path):
    """With the oldest allowed dependencies as well, which may write some outputs otherwise."""
    assert nbformat.reads(fresh(path), as_version=4).cells[-1].cell_type == "markdown"


@each_notebook
@pytest.mark.stored
def test_cells_may_be_run_twice(path):
    once = nbformat.reads(fresh(path), as_version=4)
    twice = nbformat.reads(store.stored(path, twice=True), as_version=4)
    for first, second in zip(once.cells, twice.cells, strict=True):
        # Another hint each time is what a ladder of hints is for.
        if first.cell_type == "code" and ".hint()" not in first.source:
            assert first.outputs == second.outputs, f"another output of\n{first.source}"


# The tests above can fail.


def test_nbval_passes_a_notebook_as_stored(tmp_path):
    assert nbval(small(tmp_path)).returncode == 0


def test_nbval_catches_another_output(tmp_path):
    done = nbval(small(tmp_path, change=lambda outputs: outputs[1].update(text="3\n")))
    assert done.returncode == 1
    assert "Cell 1" in done.stdout


def test_nbval_catches_another_alternative_text(tmp_path):
    def change(outputs):
        data = outputs[0].data
        data["text/html"] = data["text/html"].replace("navy blue", "black")

    assert nbval(small(tmp_path, change=change)).returncode == 1


def test_nbval_leaves_pictures_to_the_comparison_of_pixels(tmp_path):
    def change(outputs):
        data = outputs[0].data
        data["text/html"] = re.sub(r"base64,[^\"]+", "base64,AAAA", data["text/html"])
        assert "AAAA" in data["text/html"]

    assert nbval(small(tmp_path, change=change)).returncode == 0


def test_nbval_stops_an_endless_cell(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "CELL_TIMEOUT", 1)
    path = small(tmp_path)
    path.write_text(path.read_text().replace("print(1 + 1)", "while True: pass"))
    done = nbval(path)
    assert done.returncode == 1
    assert "Timeout of 1 seconds" in done.stdout


@pytest.mark.stored
def test_another_picture_is_seen():
    """Of two stills that show different values, and of one whose values are a step apart."""
    from helpers.explorers import valley_walk
    from helpers.stage.stills import as_html

    explorer = valley_walk()
    image, alt = explorer.still()
    (still,) = pictures(as_html(image, alt))
    assert not differ(still, still.copy())
    moved = still.copy()
    moved[:, 1:] = still[:, :-1]
    assert differ(still, moved)
    shaded = still.astype(int) // 8 * 8  # a shade darker here and there
    assert not differ(still, shaded)
