"""The guide for teachers says what the notebooks and the exercises say today."""

import re

import nbformat
import pytest

from helpers import guide
from helpers.exercises import lessons
from store import notebooks

pytestmark = pytest.mark.once

TEXT = guide.GUIDE.read_text(encoding="utf-8")
STEMS = [path.stem for path in notebooks()]


def test_its_made_parts_are_those_of_today():
    assert guide.fill(TEXT) == TEXT, "`python3 -m helpers guide` makes them anew"


def test_each_notebook_has_a_section_with_all_parts():
    sections = re.findall(r"^## (\d\d) (.+)$", TEXT, re.MULTILINE)
    titles = [nbformat.read(path, as_version=4).cells[0].source for path in notebooks()]
    assert sections == [
        (stem[:2], re.match(r"# (.+)", text)[1]) for stem, text in zip(STEMS, titles, strict=True)
    ]
    parts = [(kind, number) for _, kind, number, *_ in guide.MARKED.findall(TEXT)]
    assert parts == [(kind, stem[:2]) for stem in STEMS for kind in guide.MAKERS]
    by_hand = ("What it is for.", "What makes the point.", "In 45 minutes.", "Homework.")
    assert all(TEXT.count(f"**{title}**") == len(STEMS) for title in by_hand)


def test_the_explorers_that_make_the_point_are_on_the_page():
    for section in TEXT.split("\n## ")[1:]:
        number = section[:2]
        point = re.search(r"\*\*What makes the point\.\*\* (.+)", section)
        if not point:
            continue
        (path,) = (path for path in notebooks() if path.name.startswith(number))
        page = path.read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", point[1]):
            assert f"{name}(" in page, f"{number} shows no {name}"


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_minutes_add_up_to_what_the_page_states(path):
    notebook = nbformat.read(path, as_version=4)
    minutes = guide.minutes(notebook)
    assert f"**Time**: {sum(minutes.values())} minutes" in notebook.cells[0].source
    assert min(minutes.values()) >= 1


def test_each_prediction_and_each_exercise_is_in_it():
    for path in notebooks():
        notebook = nbformat.read(path, as_version=4)
        asked = sum("**Predict" in cell.source for cell in notebook.cells)
        found = list(guide.questions(notebook))
        assert len(found) >= asked - 2, path.stem  # a rule for predictions is none itself
        assert all(question in TEXT.replace("](notebooks/", "](") for _, question, _ in found)
    for lesson in lessons().values():
        for exercise in lesson:
            assert re.search(rf"^- `{exercise.name}`(, right)?: ", TEXT, re.MULTILINE)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#\s]+)\)", TEXT):
        if not re.match(r"[a-z]+:", target):
            assert (guide.ROOT / target).exists(), target


def test_each_source_that_is_named_is_listed():
    table, _, listed = TEXT.partition("## What it rests on")
    # "Crouch and others 2004", "Orton 1983", "Crouch and Mazur 2001"
    name = r"([A-ZÁ-Ž][\w-]+)(?: and (?:others|[A-Z]\w+))? ((?:19|20)\d\d)"
    named = set(re.findall(name, table.partition("## What readers believe")[2]))
    named |= set(re.findall(name, table.partition("## Three ways")[0]))
    assert len(named) > 10
    for author, year in named:
        entries = [entry for entry in listed.split("\n- ") if author in entry and year in entry]
        assert entries, (author, year)


# The first test can fail.


def test_what_is_old_or_unknown_is_noticed():
    old = TEXT.replace("| minutes |", "| hours |", 1)
    assert guide.fill(old) == TEXT
    with pytest.raises(ValueError, match="there are minutes"):
        guide.fill("<!-- jokes 05 -->\n<!-- end -->")
    with pytest.raises(ValueError, match="notebook 99"):
        guide.fill("<!-- minutes 99 -->\n<!-- end -->")
