"""Every declared exercise: its answer is right, and each mistake gets exactly its own words."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from helpers import exercises
from helpers.exercises import Exercise, lessons

LESSON_FILES = sorted(Path(exercises.__file__).parent.glob("lesson_*.py"))

ALL = [
    pytest.param(exercise, id=f"{notebook[:2]}-{exercise.name}")
    for notebook, lesson in lessons().items()
    for exercise in lesson
]
MISTAKES = [
    pytest.param(exercise, mistake, words, id=f"{notebook[:2]}-{exercise.name}-{mistake[:40]}")
    for notebook, lesson in lessons().items()
    for exercise in lesson
    for mistake, words in exercise.mistakes.items()
]
every_exercise = pytest.mark.parametrize("exercise", ALL)


def test_the_lessons_are_found_in_order():
    names = list(lessons())
    assert names[:2] == ["00_start_here", "01_derivatives_as_slopes"]
    assert names == sorted(names)


@every_exercise
def test_the_cell_as_it_stands_is_not_tried_yet(exercise):
    assert exercise.check(exercise.written("...")).state == "untried"


@every_exercise
def test_the_solution_is_right(exercise):
    result = exercise.check(exercise.written(exercise.answer))
    assert (result.state, result.text) == ("right", exercise.right)


@pytest.mark.parametrize(("exercise", "mistake", "words"), MISTAKES)
def test_each_mistake_is_told_apart(exercise, mistake, words):
    result = exercise.check(exercise.written(mistake))
    assert (result.state, result.text) == ("wrong", words)


# Wrong answers that agree with the right one on all that seems likely to be asked.
LIKENESSES = [
    ("01", "step_direction", "-np.sign(slope_here) if abs(slope_here) > 0.01 else 0.0"),
    ("03", "unit_vector", "np.divide(v, np.linalg.norm(v)).astype(v.dtype)"),
    ("03", "level_direction", "-north * np.array([1, -east / north])"),
    ("03", "level_direction", "east * np.array([-north / east, 1])"),
    ("03", "numerical_gradient", "(f(point + step) - f(point - step)) / (2 * 1e-5)"),
    (
        *("04", "stop"),
        "step >= steps or slope <= small_gradient or change @ change <= small_change**2",
    ),
]


@pytest.mark.parametrize(("notebook", "name", "answer"), LIKENESSES)
def test_a_likeness_is_not_right(notebook, name, answer):
    (lesson,) = (lesson for key, lesson in lessons().items() if key.startswith(notebook))
    exercise = getattr(lesson, name)
    with np.errstate(all="ignore"):
        assert exercise.check(exercise.written(answer)).state in ("wrong", "trouble", "almost")


class _Once(dict):
    """A dictionary in which nothing takes the place of what was there."""

    def __init__(self, pairs):
        super().__init__()
        for key, value in pairs:
            self[key] = value

    def __setitem__(self, key, value):
        assert key not in self, f"{key!r} stands there twice: one of the two would be lost."
        super().__setitem__(key, value)

    def __or__(self, other):
        return _Once([*self.items(), *other.items()])


class _OnlyOnce(ast.NodeTransformer):
    """Make each dictionary of a module one in which nothing is lost."""

    def visit_DictComp(self, node):
        self.generic_visit(node)
        pair = ast.Tuple([node.key, node.value], ast.Load())
        return _once(ast.ListComp(pair, node.generators))

    def visit_Dict(self, node):
        self.generic_visit(node)
        if None in node.keys:  # made of another one, by `**`
            return node
        pairs = zip(node.keys, node.values, strict=True)
        return _once(ast.List([ast.Tuple([*pair], ast.Load()) for pair in pairs], ast.Load()))


def _once(pairs):
    return ast.Call(ast.Name("_Once", ast.Load()), [pairs], [])


def _load(source):
    tree = ast.fix_missing_locations(_OnlyOnce().visit(ast.parse(source)))
    names = {"_Once": _Once, "__name__": "helpers.exercises.again"}
    exec(compile(tree, "<a lesson>", "exec"), names)
    return names


@pytest.mark.parametrize("path", LESSON_FILES, ids=[path.stem for path in LESSON_FILES])
def test_no_case_and_no_mistake_takes_the_place_of_another(path):
    _load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        "{'a': 1, 'a': 2}",
        "{n: 0 for n in (1, 2, 1)}",
        "{1: 0} | {1: 2}",
        "cases = {}\nfor n in (1, 1):\n    cases[n] = 0",
    ],
)
def test_a_lost_case_is_seen(source):
    with pytest.raises(AssertionError, match="twice"):
        _load(source)


@every_exercise
def test_there_is_enough_to_say(exercise):
    assert len(exercise.hints) == 3
    assert len(exercise.mistakes) >= 3
    assert len(set(exercise.mistakes.values())) == len(exercise.mistakes)


@every_exercise
def test_the_words_are_in_the_house_style(exercise):
    for text in (*exercise.mistakes.values(), *exercise.hints, exercise.right):
        assert text == " ".join(text.split())
        assert text[-1] in ".?"
        assert text[0].isupper() or not text[0].isalpha() or text[:2] in ("f(", "u′", "v′"), text
        assert text.count("`") % 2 == 0
        assert not re.search(r"\b(just|simply|obviously|clearly)\b", text, re.IGNORECASE), text


def endless(*arguments):
    while True:
        pass


def raising(*arguments):
    raise ValueError("no")


@every_exercise
@pytest.mark.parametrize(
    "result",
    [None, "nonsense", np.nan, np.ones((2, 3, 4)), object(), 1j],
    ids=["None", "text", "nan", "shape", "object", "complex"],
)
def test_answers_of_the_wrong_kind(exercise, result):
    answer = (lambda *arguments: result) if exercise.is_function else result
    assert exercise.check(answer).state == "trouble"


@every_exercise
def test_answers_that_are_no_answers(exercise):
    assert exercise.check().state == "trouble"
    if not exercise.is_function:
        assert "a function" in exercise.check(raising).text
        return
    for answer in (None, "nonsense", np.nan, 3, [1, 2]):
        assert "needs the function itself" in exercise.check(answer).text
    assert "ValueError: no" in exercise.check(raising).text
    assert "your function takes" in exercise.check(lambda: 0).text


@every_exercise
def test_an_endless_loop_ends(exercise, monkeypatch):
    monkeypatch.setattr("helpers.exercises.attempt.TIME_LIMIT", 0.1)
    if exercise.is_function:
        assert "never ends" in exercise.check(endless).text


@every_exercise
def test_hints_and_solution_hold_what_was_declared(exercise):
    exercise._hints_given = 0  # another test may have run a page that asks for one
    given = [exercise.hint() for _ in range(4)]
    exercise._hints_given = 0
    assert [hint.text for hint in given[:3]] == list(exercise.hints)
    assert given[3].title == "No more hints"
    solution = exercise.solution()
    if type(exercise) is Exercise:  # of another kind are those whose answers differ between runs
        assert solution.code in exercise.solution_markdown()
    assert exercise.answer in solution.code
    assert exercise.cell().endswith(exercise.check_line())


def test_the_price_of_h_points_the_right_way():
    exercise = lessons()["01_derivatives_as_slopes"].choose_h
    assert "Make h longer" in exercise.check(1).text
    assert "Make h shorter" in exercise.check(1000).text
    assert "larger than 0" in exercise.check(-20).text
    assert exercise.check(25).state == "almost"
    # Each tiny h has its own price: 1e-15 is not taken for the mistake 1e-8.
    assert "With h = 1e-15 m" in exercise.check(1e-15).text


def test_the_best_h_is_the_minimum_of_both_costs():
    from helpers.exercises.lesson_01 import BEND, NOISE

    h = np.geomspace(1, 1000, 100_001)
    cost = BEND * h / 2 + 2 * NOISE / h
    assert h[cost.argmin()] == pytest.approx(20, rel=1e-3)
    assert cost.min() == pytest.approx(0.1, rel=1e-6)


def test_the_walks_of_notebook_00_do_what_the_words_say():
    lesson = lessons()["00_start_here"]
    for exercise, rate in ((lesson.small_step, 0.02), (lesson.large_step, 0.9)):
        walk = [10.0]
        for _ in range(20):
            walk.append(walk[-1] - rate * 2 * walk[-1])
        words = " ".join((*exercise.mistakes.values(), *exercise.hints, exercise.right))
        factor = f"{walk[1] / walk[0]:g}"
        assert f"Each step multiplies x by {factor}" in exercise.right
        assert f"each step multiplies x by {factor}." in " ".join(exercise.hints)
        assert all(f"{x:g}" in words for x in walk[:3])
        assert f"{rate}·20 = {walk[0] - walk[1]:g}" in words
        crosses, left = walk[1] < 0, abs(walk[20])
        # Twenty steps crawl if they leave much of the way, and bounce if they change sides.
        expected = "bounces" if crosses and left < 1 else "crawls" if left > 4 else None
        assert exercise.answer == f'"{expected}"'
    assert "0.96 multiplied by itself twenty times is still 0.44." in lesson.small_step.hints[2]
    assert round(0.96**20, 2) == 0.44
    assert "x = 4.42" in lesson.small_step.mistakes['"arrives"']


def test_the_slope_in_a_message_is_that_of_its_label():
    exercise = lessons()["01_derivatives_as_slopes"].slope
    text = exercise.check(lambda f, x, h: 100.0).text
    assert "For f(x) = x², x = 3, h = 0.5 your answer is 100; Δy/Δx is 6.5." in text


def test_the_valley_is_the_lowest_point_nearby():
    trail = lessons()["01_derivatives_as_slopes"].valley
    names = {}
    exec(trail.source(trail.answer), names)
    x = np.linspace(1.5, 5, 35_001)
    assert x[names["trail"](x).argmin()] == pytest.approx(names["valley_x"])
