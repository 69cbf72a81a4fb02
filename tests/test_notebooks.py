"""Every notebook runs, runs again, and gives the outputs that are stored in it."""

import functools

import nbformat
import pytest

import store
from pictures import differ, pictures, without_pictures
from running import code_cells, run, words

NOTEBOOKS = store.notebooks()

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
pytestmark = [pytest.mark.slow, pytest.mark.halves]


@functools.cache
def fresh(path):
    """What a run stores now. One run serves several tests."""
    return store.stored(path)


def test_there_are_notebooks():
    assert [path.name[:2] for path in NOTEBOOKS][:2] == ["00", "01"]


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
    """By an impatient reader: the second run says what the first one said."""
    cells = code_cells(path)
    twice = run({"cells": [source for cell in cells for source in 2 * [cell.source]]}, path.parent)
    assert twice["faults"] == []
    for cell, said in zip(cells, twice["outputs"][1::2], strict=True):
        # Another hint each time is what a ladder of hints is for.
        if ".hint()" not in cell.source:
            assert said == words(cell.outputs), f"another output of\n{cell.source}"


# The comparison of pictures can fail.


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
