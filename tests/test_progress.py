"""Progress over the whole course is read from saved notebooks, and runs nothing."""

import csv
import json
import os
import shutil
import sys

import nbformat
import pytest
from nbformat.v4 import new_output

import store
from helpers.exercises import lessons, progress, reporting
from helpers.exercises.progress import course, standing
from helpers.exercises.reporting import main
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


CELL = '{"cells": [{"cell_type": "code", "source": "", "outputs": %s}]}'


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"cells": 5}', '{"cells": [{}]}', "[" * 10**5, "\xff"),
        *(CELL % outputs for outputs in ("5", "[5]", '[{"data": {"text/plain": 5}}]')),
    ],
)
def test_what_is_no_notebook_is_passed_over(folder, text):
    (folder / "broken.ipynb").write_text(text, encoding="latin-1")
    assert standing(folder / "broken.ipynb") is None
    assert len(course(folder).items) == len(lessons())


def test_the_command_reads_the_workbook(folder, monkeypatch, capsys):
    monkeypatch.setattr(reporting, "WORKBOOK", folder)
    answer(folder / f"{NAME}.ipynb", **{names(1)[0]: "right"})
    assert main([]) == 0
    told = capsys.readouterr().out
    assert told.startswith("▪ 1 of ")
    assert "nothing was run" in told
    assert main([NAME[:2]]) == 0
    assert f"1 of {len(LESSON)} exercises right" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["nonsense"], [""], ["03", "nonsense.ipynb"]])
def test_a_name_that_fits_nothing_gets_a_sentence(folder, monkeypatch, capsys, arguments):
    monkeypatch.setattr(reporting, "WORKBOOK", folder)
    assert main(arguments) == 1
    assert "There is no notebook" in capsys.readouterr().err


def test_before_the_first_start(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reporting, "WORKBOOK", tmp_path / "workbook")
    assert main([]) == 1
    assert "no workbook yet" in capsys.readouterr().err


# What a class hands in


@pytest.fixture
def handed_in(tmp_path):
    """Two readers' files of one notebook in folders of theirs, one other, and what is none."""
    for reader, states in {"Ada": ["right", "right"], "Übung 2": ["right", "wrong"]}.items():
        path = tmp_path / "in" / reader / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        shutil.copy(store.NOTEBOOKS / path.name, path)
        answer(path, **dict(zip(names(2), states, strict=True)))
        shutil.copytree(path.parent, path.parent / ".ipynb_checkpoints")
    (tmp_path / "in" / "notes.ipynb").write_text("{}", encoding="utf-8")
    return tmp_path / "in"


def test_a_table_has_a_line_for_each_file(handed_in, capsys):
    assert main([str(handed_in)]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    number, rest = NAME[:2], str(len(LESSON) - 2)
    assert lines[0] == ["file", "notebook", "right", "tried", "open", "remark"]
    assert [f"Ada/{NAME}.ipynb", number, "2", "0", rest] in lines
    assert ["Übung", f"2/{NAME}.ipynb", number, "1", "1", rest] in lines
    assert ["notes.ipynb", "damaged,", "or", "no", "notebook"] in lines
    assert len(lines) == 5
    assert lines[-1][-3:] == ["nothing", "was", "run."]


def test_one_file_and_a_pattern_give_a_table_too(handed_in, capsys):
    assert main([str(handed_in / "Ada" / f"{NAME}.ipynb")]) == 0
    assert f"{NAME}.ipynb" in capsys.readouterr().out
    assert main([str(handed_in / "*.ipynb")]) == 0
    assert "notes.ipynb" in capsys.readouterr().out


def test_a_spreadsheet_gets_each_exercise(handed_in, tmp_path, capsys):
    path = tmp_path / "marks.csv"
    assert main(["--csv", str(path), str(handed_in)]) == 0
    assert "a line for each of 3 files" in capsys.readouterr().out
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    one, two = (f"{NAME[:2]} {name}" for name in names(2))
    ada, other = rows[f"Ada/{NAME}.ipynb"], rows[f"Übung 2/{NAME}.ipynb"]
    assert (ada[one], ada[two]) == ("right", "right")
    assert (other[one], other[two], other["tried"]) == ("right", "wrong", "1")
    assert rows["notes.ipynb"][one] == ""


def test_a_file_that_was_handed_in_twice_is_told_of(handed_in, capsys):
    shutil.copytree(handed_in / "Ada", handed_in / "Bo")
    main([str(handed_in)])
    assert f"the same file as Ada/{NAME}.ipynb" in capsys.readouterr().out


def test_a_notebook_without_outputs_and_one_of_another_course_are_told_of(handed_in, capsys):
    path = handed_in / "Ada" / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (handed_in / "other.ipynb").write_text('{"cells": []}', encoding="utf-8")
    (handed_in / "folder.ipynb").mkdir()
    main([str(handed_in)])
    told = capsys.readouterr().out
    assert told.count("saved without outputs") == 1
    assert told.count("no notebook of this course") == 1
    assert "folder.ipynb" not in told


@pytest.mark.parametrize("place", [0, 2])
def test_csv_without_a_file_is_printed_and_never_written_over_a_notebook(handed_in, capsys, place):
    paths = [handed_in / who / f"{NAME}.ipynb" for who in ("Ada", "Übung 2")]
    before, given = [path.read_bytes() for path in paths], list(map(str, paths))
    assert main([*given[:place], "--csv", *given[place:]]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert sorted(row["right"] for row in rows) == ["1", "2"]
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no such names")
def test_a_name_that_is_not_unicode_is_written(handed_in, tmp_path, capsys):
    name = os.fsdecode(b"M\xfcller.ipynb")
    (handed_in / "Ada" / f"{NAME}.ipynb").rename(handed_in / name)
    path = tmp_path / "marks.csv"
    assert main([str(handed_in)]) == main([str(handed_in), "--csv", str(path)]) == 0
    assert "M\ufffdller.ipynb" in capsys.readouterr().out
    assert "M\ufffdller.ipynb" in path.read_text(encoding="utf-8")


def test_a_name_that_begins_like_an_option(handed_in, monkeypatch, capsys):
    (handed_in / "Ada" / f"{NAME}.ipynb").rename(handed_in / "-a.ipynb")
    monkeypatch.chdir(handed_in)
    assert main(["-a.ipynb", "notes.ipynb"]) == 0
    assert "\n-a.ipynb" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--cvs", "notes.ipynb"])
    assert "no option --cvs" in capsys.readouterr().err


def test_no_name_is_computed_by_a_spreadsheet(handed_in, capsys):
    (handed_in / "Ada" / f"{NAME}.ipynb").rename(handed_in / "=1+1.ipynb")
    assert main(["--csv", "-", str(handed_in)]) == 0
    assert "\n'=1+1.ipynb," in capsys.readouterr().out


def test_nothing_in_a_file_is_run(handed_in, tmp_path):
    path = handed_in / "Ada" / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(f"open({str(tmp_path / 'ran')!r}, 'w')"))
    nbformat.write(notebook, path)
    assert main([str(handed_in)]) == 0
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_read_or_written_gets_a_sentence(handed_in, tmp_path, capsys):
    assert main([str(handed_in), "nobody.ipynb"]) == 1
    assert "no file or folder 'nobody.ipynb'" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / "empty")]) == 1
    assert "no notebooks" in capsys.readouterr().err
    assert main(["--csv", str(tmp_path / "no" / "folder.csv"), str(handed_in)]) == 1
    assert "cannot be written" in capsys.readouterr().err
