"""The command that stores the outputs: the same bytes on every run, and clear refusals."""

import nbformat
import pytest
from nbconvert.exporters import ScriptExporter

import store

pytestmark = [pytest.mark.slow, pytest.mark.once]

CELLS = """\
import sys

import ipywidgets

print("first", end=" ", flush=True)
print("second")
sorted({"a", "b", "c"}, key=hash)
--
from IPython.display import HTML, display

slider = ipywidgets.IntSlider()
display(HTML('<img alt="A small gray square." src="x.png">'))
display(slider)
--
class Both:
    def _repr_mimebundle_(self, **kwargs):
        live = slider._repr_mimebundle_()
        return {**live, "text/html": "<b>still</b>", "text/plain": "still"}


Both()
"""


def write(folder, cells=CELLS, name="01_small.ipynb"):
    parts = [nbformat.v4.new_code_cell(part.strip()) for part in cells.split("--\n")]
    parts.insert(0, nbformat.v4.new_markdown_cell("# Grüße, η"))
    path = folder / name
    nbformat.write(nbformat.v4.new_notebook(cells=parts), path)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder that the command takes for that of the notebooks."""
    monkeypatch.setattr(store, "NOTEBOOKS", tmp_path)
    return tmp_path


def test_the_same_bytes_on_every_run(folder):
    path = write(folder)
    assert store.main([]) == 0
    once = path.read_bytes()
    assert store.main([]) == 0
    assert path.read_bytes() == once


def test_what_is_stored(folder):
    path = write(folder)
    ids = [cell.id for cell in nbformat.read(path, 4).cells]
    store.main(["01"])
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, 4)
    assert [cell.id for cell in notebook.cells] == ids
    assert notebook.metadata == store.METADATA
    assert "Grüße, η" in text
    assert text.endswith("}\n")
    assert text.startswith('{\n "cells"')
    assert "widget-view" not in text
    first, second, third = notebook.cells[1:]
    assert [cell.execution_count for cell in (first, second, third)] == [1, 2, 3]
    assert all(cell.metadata == {} for cell in (first, second, third))
    assert first.outputs[0].text == "first second\n"
    assert second.outputs[0].data["text/html"].startswith("<img alt=")
    assert third.outputs[0].data == {"text/html": "<b>still</b>", "text/plain": "still"}


def test_a_stored_notebook_becomes_a_script_of_python(folder):
    """Without these words of its metadata nbconvert writes a .txt with Markdown in the open."""
    path = write(folder, "print(1)\n")
    store.main([])
    text, resources = ScriptExporter().from_filename(str(path))
    assert resources["output_extension"] == ".py"
    assert "# # Grüße, η" in text
    assert "\nprint(1)\n" in text


def test_check_writes_nothing(folder, capsys):
    path = write(folder, "print(1)\n")
    before = path.read_bytes()
    assert store.main(["--check"]) == 1
    assert path.read_bytes() == before
    assert "01_small.ipynb: is out of date" in capsys.readouterr().out
    store.main([])
    assert store.main(["--check"]) == 0
    assert "unchanged" in capsys.readouterr().out


def test_an_error_leaves_the_file_alone(folder, capsys):
    path = write(folder, "x = 1\n--\nprint(x)\nraise KeyError('why')\n")
    before = path.read_bytes()
    assert store.main([]) == 1
    assert path.read_bytes() == before
    said = capsys.readouterr().err
    assert "01_small.ipynb: code cell 2 raises KeyError: 'why', in" in said
    assert "Traceback" not in said


def test_a_cell_that_takes_too_long(folder, capsys, monkeypatch):
    monkeypatch.setattr(store, "CELL_TIMEOUT", 1)
    write(folder, "while True:\n    pass\n")
    assert store.main([]) == 1
    assert "code cell 1 takes more than 1 seconds" in capsys.readouterr().err


def test_a_cell_that_ends_the_kernel(folder, capsys):
    write(folder, "import os\n--\nos._exit(1)\n")
    assert store.main([]) == 1
    assert "code cell 2 ends the kernel" in capsys.readouterr().err


def test_a_name_that_fits_nothing(folder, capsys):
    write(folder)
    assert store.main(["07"]) == 1
    assert capsys.readouterr().err == "There is no notebook whose name begins with '07'.\n"


def test_names_choose(folder):
    paths = [write(folder, "1\n", f"0{i}_small.ipynb") for i in range(3)]
    assert store.notebooks() == paths
    assert store.notebooks(["01"]) == paths[1:2]
    assert store.notebooks(["notebooks/02_small.ipynb", "00"]) == [paths[0], paths[2]]
