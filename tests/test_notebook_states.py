"""A notebook runs from top to bottom whatever its exercises are filled with, and says the same.

Its outputs are stored with nothing answered. Here all answers are right, then all are wrong: what
the other cells say must stay as stored, since a page goes on with right answers only.
"""

import re

import pytest

import store
from helpers.exercises import lessons
from running import code_cells, run, words

pytestmark = [pytest.mark.slow, pytest.mark.stored, pytest.mark.halves]
# These cells tell how the reader stands, which is to differ.
STANDING = re.compile(r"lesson\.(progress|own)\(|\.(check|adopt|hint|solution)\(")


def filled(sources, lesson, choose):
    """The cells with the blank of each exercise filled by ``choose(exercise)``."""
    sources = list(sources)
    for exercise in lesson:
        starter = exercise.source("...")
        (at,) = (i for i, source in enumerate(sources) if starter in source)
        sources[at] = sources[at].replace(starter, exercise.source(choose(exercise)))
    return sources


def right(exercise):
    return exercise.answer


def wrong(exercise):
    return next(iter(exercise.mistakes))


@pytest.mark.parametrize("choose", [right, wrong], ids=["all right", "all wrong"])
@pytest.mark.parametrize("name", lessons())
def test_the_other_cells_say_what_is_stored(name, choose):
    (path,) = store.notebooks([name])
    cells = code_cells(path)
    sources = filled([cell.source for cell in cells], lessons()[name], choose)
    result = run({"cells": sources}, path.parent)
    assert result["faults"] == []
    for cell, said in zip(cells, result["outputs"], strict=True):
        if not STANDING.search(cell.source):
            assert said == words(cell.outputs), f"another output of\n{cell.source}"


@pytest.mark.parametrize("name", lessons())
def test_a_page_uses_what_it_adopts(name):
    """A right answer that also prints is heard in a later cell, so it is the reader's that runs."""
    lesson = lessons()[name]
    adopted = [exercise for exercise in lesson if exercise.adopts and exercise.is_function]
    if not adopted:
        return
    (path,) = store.notebooks([name])
    sources = filled([cell.source for cell in code_cells(path)], lesson, right)
    tell = (
        "def _telling(function, name):\n"
        "    import functools\n\n"
        "    @functools.wraps(function)\n"
        "    def told(*arguments, **named):\n"
        "        _heard.add(name)\n"
        "        return function(*arguments, **named)\n\n"
        "    return told\n\n\n_heard = set()\n"
    )
    for exercise in adopted:
        line = exercise.check_line()
        (at,) = (i for i, source in enumerate(sources) if line in source)
        name = exercise.variable
        sources[at] += f"\n{name} = _telling({name}, {name!r})"
    result = run({"cells": [tell, *sources, "print(sorted(_heard))"]}, path.parent)
    assert result["outputs"][-1] == repr(sorted(exercise.variable for exercise in adopted))


def test_a_wrong_answer_that_is_used_would_be_seen():
    cells = ["def double(x):\n    return ...", "print(2 * 3)", "print(double(3))"]
    wrong_one = [cells[0].replace("...", "x"), *cells[1:]]
    assert run({"cells": wrong_one}, store.NOTEBOOKS)["outputs"] == ["", "6", "3"]
