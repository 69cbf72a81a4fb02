"""The reader's own copies: without outputs, renewed while untouched, never lost."""

import datetime
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import workbook
from helpers.workbook import WorkbookError, begin_anew, refresh

pytestmark = pytest.mark.once

DAY = datetime.date(2031, 5, 17)


class Desk:
    """A small course, and the workbook made from it."""

    def __init__(self, folder):
        self.course, self.workbook = folder / "notebooks", folder / "workbook"
        (self.course / "data").mkdir(parents=True)
        self.write("00_start", "x = 1", "x + 1")
        self.write("03_vectors", "y = ...", "y")
        (self.course / "data" / "table.csv").write_text("1,2\n", encoding="utf-8")

    def write(self, name, *sources):
        """Put a notebook with outputs into the course."""
        output = new_output("stream", text="the answer\n")
        cells = [new_markdown_cell("# Grüße, η")]
        cells += [
            new_code_cell(s, outputs=[output], execution_count=i) for i, s in enumerate(sources)
        ]
        nbformat.write(new_notebook(cells=cells), self.course / f"{name}.ipynb")

    def refresh(self):
        return refresh(self.course, self.workbook)

    def begin_anew(self, *names):
        return begin_anew(list(names), self.course, self.workbook, DAY)

    def read(self, name):
        return nbformat.read(self.workbook / f"{name}.ipynb", as_version=4)

    def answer(self, name, source, run=False):
        """Change the first code cell of a copy, as a reader does in JupyterLab."""
        notebook = self.read(name)
        cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
        cell.source = source
        if run:
            cell.outputs, cell.execution_count = [new_output("stream", text="2\n")], 1
        nbformat.write(notebook, self.workbook / f"{name}.ipynb")

    def sources(self, name):
        return [cell.source for cell in self.read(name).cells if cell.cell_type == "code"]

    @property
    def names(self):
        return sorted(path.name for path in self.workbook.iterdir() if path.name[0] != ".")


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "Bergab – für alle")


def test_the_first_start_copies_everything_without_outputs(desk):
    assert desk.refresh() == []
    assert desk.names == ["00_start.ipynb", "03_vectors.ipynb", "data"]
    for name in ("00_start", "03_vectors"):
        notebook = desk.read(name)
        nbformat.validate(notebook)
        assert all(not c.outputs and c.execution_count is None for c in notebook.cells[1:])
        assert notebook.cells[0].source == "# Grüße, η"
    assert (desk.workbook / "data" / "table.csv").read_text() == "1,2\n"


def test_the_notebooks_of_the_course_keep_theirs(desk):
    before = (desk.course / "00_start.ipynb").read_bytes()
    desk.refresh()
    assert (desk.course / "00_start.ipynb").read_bytes() == before


def test_a_later_start_writes_nothing(desk):
    desk.refresh()
    before = {p: p.stat().st_mtime_ns for p in desk.workbook.rglob("*") if p.is_file()}
    assert desk.refresh() == []
    assert {p: p.stat().st_mtime_ns for p in desk.workbook.rglob("*") if p.is_file()} == before


def test_what_was_not_touched_is_renewed(desk):
    desk.refresh()
    desk.write("03_vectors", "y = ...", "y", "print(y)")
    assert desk.refresh() == []
    assert desk.sources("03_vectors") == ["y = ...", "y", "print(y)"]
    assert len(desk.names) == 3


def test_saving_a_copy_unchanged_does_not_touch_it(desk):
    """As JupyterLab does on opening it: another order, other metadata, other spaces."""
    desk.refresh()
    path = desk.workbook / "03_vectors.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.13.1"}
    path.write_text(json.dumps(notebook, indent=4, sort_keys=True), encoding="utf-8")
    desk.write("03_vectors", "y = 5")
    assert desk.refresh() == []
    assert desk.sources("03_vectors") == ["y = 5"]


@pytest.mark.parametrize(("source", "run"), [("y = 7", False), ("y = ...", True)])
def test_what_was_touched_stays_and_the_new_edition_lies_beside_it(desk, source, run):
    desk.refresh()
    desk.answer("03_vectors", source, run)
    assert desk.refresh() == []
    desk.write("03_vectors", "y = ...", "y", "print(y)")
    (sentence,) = desk.refresh()
    assert "workbook/03_vectors_new_edition.ipynb" in sentence
    assert desk.sources("03_vectors") == [source, "y"]
    assert desk.sources("03_vectors_new_edition") == ["y = ...", "y", "print(y)"]
    # Said once, then kept as it is.
    assert desk.refresh() == []
    # The next edition takes the place of the one that was not touched, and not of one that was.
    desk.write("03_vectors", "y = 1")
    assert len(desk.refresh()) == 1
    assert desk.sources("03_vectors_new_edition") == ["y = 1"]
    desk.answer("03_vectors_new_edition", "y = 8")
    desk.write("03_vectors", "y = 2")
    assert "new_edition_2" in desk.refresh()[0]
    assert desk.sources("03_vectors_new_edition") == ["y = 8"]
    assert desk.sources("03_vectors_new_edition_2") == ["y = 2"]
    assert desk.sources("03_vectors") == [source, "y"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3, "metadata": {}}', "{}"])
def test_a_file_that_is_no_notebook_stays(desk, text):
    desk.refresh()
    path = desk.workbook / "03_vectors.ipynb"
    path.write_text(text, encoding="utf-8")
    desk.refresh()
    assert desk.refresh() == []
    assert path.read_text(encoding="utf-8") == text
    assert desk.sources("03_vectors_new_edition") == ["y = ...", "y"]


def test_a_notebook_without_a_mark_is_the_readers(desk):
    desk.workbook.mkdir()
    nbformat.write(new_notebook(cells=[new_code_cell("mine")]), desk.workbook / "00_start.ipynb")
    desk.refresh()
    assert desk.sources("00_start") == ["mine"]
    assert desk.sources("00_start_new_edition") == ["x = 1", "x + 1"]


def test_the_readers_other_files_stay(desk):
    desk.workbook.mkdir()
    (desk.workbook / "notes.txt").write_text("mine")
    nbformat.write(new_notebook(cells=[new_code_cell("mine")]), desk.workbook / "own.ipynb")
    desk.refresh()
    desk.refresh()
    assert {"notes.txt", "own.ipynb"} <= set(desk.names)


def test_what_the_course_no_longer_has_goes_unless_it_was_touched(desk):
    desk.write("07_old", "1")
    desk.refresh()
    (desk.course / "07_old.ipynb").unlink()
    (desk.course / "03_vectors.ipynb").unlink()
    desk.answer("03_vectors", "y = 7")
    desk.refresh()
    assert desk.names == ["00_start.ipynb", "03_vectors.ipynb", "data"]


def test_data_is_renewed_unless_the_reader_changed_it(desk):
    desk.refresh()
    table, theirs = desk.course / "data" / "table.csv", desk.workbook / "data" / "table.csv"
    table.write_text("3,4\n")
    desk.refresh()
    assert theirs.read_text() == "3,4\n"
    theirs.write_text("mine\n")
    table.write_text("5,6\n")
    desk.refresh()
    assert theirs.read_text() == "mine\n"
    (desk.workbook / workbook.RECORD).write_text("{")
    desk.refresh()
    assert theirs.read_text() == "mine\n"


def test_fresh_begins_anew_and_keeps_the_old_one_under_a_date(desk):
    desk.refresh()
    desk.answer("03_vectors", "y = 7")
    (sentence,) = desk.begin_anew("03")
    assert "workbook/03_vectors_2031-05-17.ipynb" in sentence
    assert desk.sources("03_vectors") == ["y = ...", "y"]
    assert desk.sources("03_vectors_2031-05-17") == ["y = 7", "y"]
    desk.answer("03_vectors", "y = 8")
    assert "03_vectors_2031-05-17_2" in desk.begin_anew("03")[0]
    assert desk.sources("03_vectors_2031-05-17") == ["y = 7", "y"]
    assert desk.sources("03_vectors_2031-05-17_2") == ["y = 8", "y"]


def test_a_dated_copy_is_never_renewed_or_removed(desk):
    desk.refresh()
    desk.begin_anew("03")
    desk.write("03_vectors", "y = 1")
    desk.refresh()
    assert "03_vectors_2031-05-17.ipynb" in desk.names


def test_fresh_before_the_first_start(desk):
    assert desk.begin_anew("00", "03_vectors.ipynb")[0] == "workbook/00_start.ipynb begins anew."


@pytest.mark.parametrize("names", [[], ["9"], [""], ["03", "nonsense"]])
def test_fresh_with_names_that_fit_nothing_changes_nothing(desk, names):
    desk.refresh()
    desk.answer("03_vectors", "y = 7")
    with pytest.raises(WorkbookError, match=r"Which notebook|no notebook whose name"):
        desk.begin_anew(*names)
    assert desk.sources("03_vectors") == ["y = 7", "y"]
    assert len(desk.names) == 3


def test_a_stop_while_writing_leaves_the_old_one(desk, monkeypatch):
    desk.refresh()
    desk.write("03_vectors", "y = 1")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        desk.refresh()
    monkeypatch.undo()
    assert desk.sources("03_vectors") == ["y = ...", "y"]


def test_outputs_can_be_cleared_in_place(desk):
    workbook.clear_outputs(desk.course)
    notebook = nbformat.read(desk.course / "00_start.ipynb", as_version=4)
    assert [cell.outputs for cell in notebook.cells[1:]] == [[], []]
    assert "downhill" not in notebook.metadata


def test_the_real_notebooks_can_be_copied(tmp_path):
    refresh(workbook.COURSE, tmp_path)
    for path in workbook.COURSE.glob("*.ipynb"):
        copy = nbformat.read(tmp_path / path.name, as_version=4)
        nbformat.validate(copy)
        before = nbformat.read(path, as_version=4)
        assert [cell.source for cell in copy.cells] == [cell.source for cell in before.cells]
        assert [cell.id for cell in copy.cells] == [cell.id for cell in before.cells]
        assert (tmp_path / path.name).stat().st_size < 150_000
