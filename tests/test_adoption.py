"""A right answer takes its place in the page; until there is one, the course's own does."""

import copy
import inspect

import numpy as np
import pytest

from helpers.exercises import Exercise, Lesson, lessons

ADOPTING = [
    pytest.param(exercise, id=f"{notebook[:2]}-{exercise.name}")
    for notebook, lesson in lessons().items()
    for exercise in lesson
    if exercise.adopts and exercise.is_function
]


@pytest.fixture
def double():
    return Exercise(
        name="double",
        template="def double(x):\n    return {blank}",
        answer="2 * x",
        cases=[(1.0,), (3.0,)],
        mistakes={"x**2": "That squares x."},
        hints=["Add."],
        right="Doubling is multiplying by two.",
        adopts=True,
    )


@pytest.fixture
def rate():
    return Exercise(
        name="rate",
        template="rate = {blank}",
        answer="0.25",
        mistakes={"4.0": "That is one over it."},
        hints=["Less than 1."],
        right="A quarter.",
        adopts=True,
    )


def test_a_right_function_is_returned_itself(double, capsys):
    mine = lambda x: x + x  # noqa: E731
    assert double.adopt(mine) is mine
    said = capsys.readouterr().out
    assert said.startswith("✓ Right: Doubling is multiplying by two.")
    assert "your `double`" in said
    assert double.state == "right"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (lambda x: x**2, "wrong"),
        (lambda x: ..., "untried"),
        (lambda x: 1 / 0, "trouble"),
        (None, "trouble"),
        ("double", "trouble"),
        (..., "untried"),
    ],
)
def test_else_the_course_lends_its_own(double, answer, state, capsys):
    lent = double.adopt(answer)
    assert lent(21) == 42
    assert double.state == state
    assert "goes on with the course's own `double`" in capsys.readouterr().out


def test_without_an_argument(double, capsys):
    assert double.adopt()(4) == 8
    assert "double = lesson.double.adopt(double)" in capsys.readouterr().out


def test_what_the_course_lent_is_not_the_readers(double, capsys):
    """As where the last line of the cell is run again, on its own."""
    lent = double.adopt(lambda x: ...)
    assert double.adopt(lent) is lent
    assert double.state == "untried"
    assert "Right" not in capsys.readouterr().out


def test_the_solution_typed_out_is_the_readers(double):
    mine = double.written(double.answer)
    assert double.adopt(mine) is mine


def asked(course, answer, *cases):
    """An exercise for which `course` is right, and what it makes of an answer."""
    exercise = Exercise(
        name="f",
        template="def f(x):\n    return {blank}",
        answer=course,
        cases=cases,
        mistakes={},
        hints=["No."],
        right="Yes.",
        adopts=True,
    )
    return exercise, exercise.adopt(answer)


@pytest.mark.parametrize(
    "answer",
    [
        lambda x: [2 * x[0], 2 * x[1]],
        lambda x: (2 * x[0], 2 * x[1]),
        lambda x: (2 * x).tolist(),
        lambda x: (2 * x).astype(np.float32),
    ],
    ids=["list", "tuple", "tolist", "float32"],
)
def test_where_the_page_needs_an_array_it_gets_one(answer, capsys):
    exercise, taken = asked("2 * x", answer, (np.array([1.0, 3.0]),))
    assert exercise.state == "right"
    np.testing.assert_array_equal(0.5 * taken(np.array([5.0, 6.0])), [5, 6])
    assert taken(np.array([5.0, 6.0])).dtype == float
    assert "your `f`, and takes what it returns" in capsys.readouterr().out
    # The line of the cell that adopts, run again.
    assert exercise.adopt(taken)(np.ones(2)).shape == (2,)
    assert exercise.state == "right"
    assert "✓ Right" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer",
    [lambda x: [2.0, 3.0], lambda x: (2, 3), lambda x: x.astype(float)],
    ids=["list of floats", "tuple", "floats"],
)
def test_where_the_page_counts_and_indexes_it_gets_whole_numbers(answer):
    _exercise, taken = asked("x.astype(int)", answer, (np.array([2, 3]),))
    assert np.bincount(taken(np.array([2, 3]))).tolist() == [0, 0, 1, 1]


def test_several_truths_stay_truths():
    _exercise, taken = asked("x > 2", lambda x: (x > 2).tolist(), (np.array([2.0, 3.0]),))
    assert taken(np.array([2.0, 3.0])).dtype == bool


def test_where_the_page_needs_a_whole_number_it_gets_one():
    _exercise, taken = asked("int(x)", lambda x: np.floor(x), (3.5,))
    assert type(taken(4.5)) is int


def test_a_number_in_an_array_is_one_that_can_be_written_out():
    _exercise, taken = asked("np.sign(x)", lambda x: np.where(x > 0, 1.0, -1.0), (3.5,))
    assert f"{taken(4.5):.2f}" == "1.00"


def test_a_list_is_found_in_whichever_case_it_comes():
    answer = lambda x: [2 * t for t in x] if np.ndim(x) else 2 * x  # noqa: E731
    exercise, taken = asked("2 * x", answer, (3.0,), (np.array([1.0, 3.0]),))
    assert exercise.state == "right"
    assert (taken(np.ones(2)) / 4).tolist() == [0.5, 0.5]
    assert taken(1.0) == 2.0


def test_a_function_that_is_right_only_once_is_adopted_all_the_same():
    calls = iter([2.0])
    mine = lambda x: next(calls) * x  # noqa: E731
    exercise, taken = asked("2 * x", mine, (3.0,))
    assert taken is mine
    assert exercise.state == "right"


def test_what_is_an_array_already_is_left_alone():
    mine = lambda x: x + x  # noqa: E731
    assert asked("2 * x", mine, (np.array([1.0, 3.0]),))[1] is mine


@pytest.mark.parametrize("exercise", ADOPTING)
def test_a_right_answer_in_lists_is_an_array_for_the_page(exercise, capsys):
    course = exercise.course_answer()
    case = exercise._arguments[0]
    meant = course(*copy.deepcopy(case))

    def in_lists(*arguments):
        result = course(*arguments)
        return result.tolist() if isinstance(result, np.ndarray) else result

    in_lists.__signature__ = inspect.signature(course)
    taken = exercise.adopt(in_lists)
    assert exercise.state == "right", capsys.readouterr().out
    assert type(taken(*copy.deepcopy(case))) is type(meant)


def test_a_value(rate):
    assert rate.adopt(1 / 4) == 0.25
    assert rate.state == "right"
    assert rate.adopt(4.0) == 0.25
    assert rate.state == "wrong"
    assert rate.adopt(...) == 0.25
    assert rate.state == "untried"


def test_the_lines_of_a_lent_function_can_be_read(double):
    assert inspect.getsource(double.adopt(None)) == "def double(x):\n    return 2 * x"


def test_the_cell_of_the_notebook_adopts(double, rate):
    assert double.cell().endswith("\n\n\ndouble = lesson.double.adopt(double)")
    assert rate.cell() == "rate = ...\nrate = lesson.rate.adopt(rate)"


def test_the_lesson_says_what_is_the_readers_own(double, rate):
    lesson = Lesson("99_none", double, rate)
    assert "0 of the 2" in repr(lesson.own())
    assert "The course's, until yours is right: `double`, `rate`." in repr(lesson.own())
    double.adopt(lambda x: 2 * x)
    assert "1 of the 2" in repr(lesson.own())
    assert "Yours: `double`. The course's, until yours is right: `rate`." in repr(lesson.own())
    rate.adopt(0.25)
    assert repr(lesson.own()).endswith("Yours: `double`, `rate`.")


def test_nothing_is_adopted_unless_declared(double):
    plain = Exercise(
        name="plain", template="plain = {blank}", answer="1", mistakes={}, hints=["1"], right="1."
    )
    lesson = Lesson("99_none", plain)
    assert plain.check_line() == "lesson.plain.check(plain)"
    assert "0 of the 0" in repr(lesson.own())
    assert repr(lesson.own()).endswith("Open besides: `plain`.")
    plain.check(1)
    assert repr(lesson.own()).endswith("Right besides: `plain`.")
