"""nbval, as readers and lecturers may run it, finds in every notebook what is stored there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import store

HERE = Path(__file__).parent
CELL_TIMEOUT = 30

pytestmark = [pytest.mark.slow, pytest.mark.halves, pytest.mark.once]


def nbval(path):
    """Run nbval on a notebook: the finished process, with what it printed."""
    command = [
        *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "--color=no"),
        *(f"--nbval-cell-timeout={CELL_TIMEOUT}", "-p", "no:cacheprovider", "-q"),
        *(f"--nbval-sanitize-with={HERE / 'nbval_sanitize.cfg'}", "--rootdir", str(path.parent)),
        *("-c", os.devnull, str(path)),
    ]
    # Not by several workers, which would run the cells out of order.
    environment = {**os.environ, **store.FIXED, "PYTEST_ADDOPTS": ""}
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


@pytest.mark.parametrize("path", store.notebooks(), ids=lambda path: path.stem)
@pytest.mark.stored
def test_nbval_finds_the_stored_outputs(path):
    done = nbval(path)
    assert done.returncode == 0, done.stdout + done.stderr


# The test above can fail.


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
