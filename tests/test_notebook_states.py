"""A notebook runs from top to bottom whatever its exercises are filled with, and says the same.

Its outputs are stored with nothing answered. Here all answers are right, if not of the kind that
the page needs (lists in place of arrays, 2.0 in place of 2); then all are wrong. What the other
cells say must stay as stored, since a page goes on with right answers only, and makes them fit.
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
    if not exercise.adopts or not exercise.is_function:
        return exercise.answer
    name = exercise.variable
    return f"{exercise.source(exercise.answer)}\n\n\n{name} = _in_another_form({name})"


def wrong(exercise):
    return next(iter(exercise.mistakes))


def run_filled(name, choose, more=()):
    """Run a notebook so filled, with ``more`` at the end of some cells, and compare what it says.

    Cells that tell how the reader stands are left out of the comparison. Returns what has called
    `_heard.add` by the end, in words.
    """
    (path,) = store.notebooks([name])
    cells = code_cells(path)
    sources = filled([cell.source for cell in cells], lessons()[name], choose)
    for line, addition in more:
        (at,) = (i for i, source in enumerate(sources) if line in source)
        sources[at] += f"\n{addition}"
    result = run({"cells": [TELLING, *sources, "print(*sorted(_heard))"]}, path.parent)
    assert result["faults"] == []
    _, *outputs, heard = result["outputs"]
    for cell, said in zip(cells, outputs, strict=True):
        if not STANDING.search(cell.source):
            assert said == words(cell.outputs), f"another output of\n{cell.source}"
    return heard


# Lets an adopted function say that it was called, and an answer return what a page cannot use.
TELLING = """\
import functools

import numpy

_heard = set()


def _telling(function, name):
    @functools.wraps(function)
    def told(*arguments, **named):
        _heard.add(name)
        return function(*arguments, **named)

    return told


def _in_another_form(function):
    @functools.wraps(function)
    def answer(*arguments, **named):
        result = function(*arguments, **named)
        if isinstance(result, numpy.ndarray):
            return result.tolist()
        if isinstance(result, list):
            return tuple(result)
        return float(result) if type(result) is int else result

    return answer
"""


@pytest.mark.parametrize("name", lessons())
def test_right_answers_are_used_and_the_other_cells_say_what_is_stored(name):
    adopted = [exercise for exercise in lessons()[name] if exercise.adopts and exercise.is_function]
    names = {exercise.check_line(): exercise.variable for exercise in adopted}
    tell = [(line, f"{name} = _telling({name}, '{name}')") for line, name in names.items()]
    assert run_filled(name, right, tell) == " ".join(sorted(names.values()))


@pytest.mark.parametrize("name", lessons())
def test_wrong_answers_are_not_used_and_the_other_cells_say_what_is_stored(name):
    run_filled(name, wrong)


def test_a_wrong_answer_that_is_used_would_be_seen():
    cells = ["def double(x):\n    return ...", "print(2 * 3)", "print(double(3))"]
    wrong_one = [cells[0].replace("...", "x"), *cells[1:]]
    assert run({"cells": wrong_one}, store.NOTEBOOKS)["outputs"] == ["", "6", "3"]
