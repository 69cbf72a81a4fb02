"""Progress over the whole course is read from saved notebooks, and runs nothing."""

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_output

import store
from helpers.exercises import lessons, progress
from helpers.exercises.progress import course, main, standing
from helpers.exercises.verdict import LOOKS, Verdict

pytestmark = pytest.mark.once

NAME, LESSON = next((name, lesson) for name, lesson in lessons().items() if len(lesson) > 3)


@pytest.fixture
def folder(tmp_path):
    """The notebooks as they are in the course: nothing answered."""
    for path in store.NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(path, tmp_path)
    return tmp_path


def answer(path, **states):
    """Let a notebook hold the verdicts of these exercises, as a saved one does."""
    notebook = nbformat.read(path, as_version=4)
    for name, state in states.items():
        exercise = getattr(LESSON, name)
        line = exercise.check_line()
        (cell,) = (c for c in notebook.cells if c.cell_type == "code" and line in c.source)
        verdict = Verdict(state, "Words.")
        data = {"text/plain": repr(verdict), "text/html": verdict._repr_html_()}
        cell.outputs = [new_output("display_data", data=data)]
    nbformat.write(notebook, path)


def names(number):
    return [exercise.name for exercise in LESSON][:number]


def test_in_the_course_as_stored_every_exercise_is_open(folder):
    told = course(folder)
    assert told.title == f"0 of {sum(map(len, lessons().values()))} exercises right"
    assert len(told.items) == len(lessons())
    assert all(", " not in item.split(": ")[-1].replace("0 right, ", "") for item in told.items)


def test_each_verdict_counts(folder):
    one, two, three, four = names(4)
    path = folder / f"{NAME}.ipynb"
    answer(path, **{one: "right", two: "wrong", three: "almost", four: "trouble"})
    here = standing(path)
    assert (here.right, here.tried, here.open) == (1, 3, len(LESSON) - 4)
    line = f"▪ {NAME[:2]} {here.title}: 1 right, 3 tried, {len(LESSON) - 4} open"
    assert line in course(folder).items
    assert course(folder).title.startswith("1 of ")


def test_every_state_is_read_from_what_a_check_says():
    assert set(progress.RANK) == LOOKS.keys() - {"hint", "solution", "progress"}


def test_all_right(folder):
    path = folder / f"{NAME}.ipynb"
    answer(path, **dict.fromkeys(names(len(LESSON)), "right"))
    assert any(item.startswith(f"✓ {NAME[:2]}") for item in course(folder).items)


def test_editions_of_one_notebook_are_joined_and_dated_copies_are_not(folder):
    one, two, three = names(3)
    path = folder / f"{NAME}.ipynb"
    edition = path.with_stem(f"{NAME}_new_edition_2")
    dated = path.with_stem(f"{NAME}_2031-05-17")
    for copy in (edition, dated):
        shutil.copy(path, copy)
    answer(path, **{one: "right", two: "wrong"})
    answer(edition, **{one: "wrong", two: "almost"})
    answer(dated, **{three: "right"})
    assert course(folder).title.startswith("1 of ")
    assert any("1 right, 1 tried" in item for item in course(folder).items)


def test_a_renamed_file_is_known_by_its_import(folder):
    path = folder / f"{NAME}.ipynb"
    answer(path, **{names(1)[0]: "right"})
    handed_in = path.rename(folder / "Müller, Übung.ipynb")
    assert standing(handed_in).right == 1


def test_a_cleared_notebook_is_open(folder):
    path = folder / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert standing(path).open == len(LESSON)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": 5}', '{"cells": [{}]}'])
def test_what_is_no_notebook_is_passed_over(folder, text):
    (folder / "broken.ipynb").write_text(text)
    assert standing(folder / "broken.ipynb") is None
    assert len(course(folder).items) == len(lessons())


def test_the_command_reads_the_workbook(folder, monkeypatch, capsys):
    monkeypatch.setattr(progress, "WORKBOOK", folder)
    answer(folder / f"{NAME}.ipynb", **{names(1)[0]: "right"})
    assert main([]) == 0
    told = capsys.readouterr().out
    assert told.startswith("▪ 1 of ")
    assert "nothing was run" in told
    assert main([NAME[:2]]) == 0
    assert f"1 of {len(LESSON)} exercises right" in capsys.readouterr().out
    assert main([str(folder / f"{NAME}.ipynb")]) == 0
    assert f"1 of {len(LESSON)}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], [""], ["03", "nonsense.ipynb"]])
def test_a_name_that_fits_nothing_gets_a_sentence(folder, monkeypatch, capsys, arguments):
    monkeypatch.setattr(progress, "WORKBOOK", folder)
    assert main(arguments) == 1
    assert "There is no notebook" in capsys.readouterr().err


def test_before_the_first_start(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(progress, "WORKBOOK", tmp_path / "workbook")
    assert main([]) == 1
    assert "no workbook yet" in capsys.readouterr().err
