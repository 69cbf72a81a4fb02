"""What every exercise of the course says to wrong answers that no bank holds."""

import re

import numpy as np
import pytest

from helpers.exercises import lessons

pytestmark = pytest.mark.once

NUMERIC = [
    pytest.param(exercise, id=f"{notebook[:2]}-{exercise.name}")
    for notebook, lesson in lessons().items()
    for exercise in lesson
    if exercise.is_function and exercise.key.expected[0].kind == "number"
]
every_number = pytest.mark.parametrize("exercise", NUMERIC)


def told(exercise, change):
    """The reply to the right answer after a change of its result."""
    right = exercise.written(exercise.answer)
    result = exercise.check(lambda *arguments: change(np.asarray(right(*arguments))))
    assert result.state in ("wrong", "trouble", "almost"), result
    return result.text


def known(exercise, text):
    return text in exercise.mistakes.values()


@every_number
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: 2 * e, "is twice the right one"),
        (lambda e: e / 2, "is half of the right one"),
        (lambda e: -3 * e, "is minus three times the right one"),
        (lambda e: 1.37 * e, "is the right one times 1.37"),
        (lambda e: -e, "the sign is reversed"),
        (lambda e: e + 1, "is 1 too large"),
        (lambda e: e - 0.3, "is 0.3 too small"),
    ],
    ids=["twice", "half", "minus three times", "1.37 times", "minus", "plus 1", "minus 0.3"],
)
def test_a_constant_factor_and_a_constant_offset_are_named(exercise, change, words):
    text = told(exercise, change)
    assert known(exercise, text) or words in text


@every_number
def test_a_square_and_a_reciprocal_are_named(exercise):
    values = np.concatenate([reading.value.ravel() for reading in exercise.key.expected])
    sizes = np.abs(values)
    if sizes.min() < 1e-6 * sizes.max() or len(np.unique(sizes.round(6))) < 3:
        pytest.skip("its right answers do not tell them from their neighbours")
    for change, words in ((np.square, "the square of the right one"), (lambda e: 1 / e, "upside")):
        text = told(exercise, change)
        assert known(exercise, text) or words in text, text


@every_number
def test_a_wrong_shape_comes_first(exercise):
    for change, words in (
        (lambda e: e[None, ..., None], "."),
        (lambda e: np.stack([e, e + 1, 3 * e - 7]), "expected"),
    ):
        text = told(exercise, change)
        assert known(exercise, text) or "expected" in text
        assert words in text
    expected = exercise.key.expected[0].value
    if expected.ndim:
        text = told(exercise, np.sum)
        assert known(exercise, text) or "expected an array of shape" in text
    if expected.ndim == 1:
        text = told(exercise, lambda e: e[:, None])
        # Where other cases ask for tables, a column among them is one axis too many.
        said = ("they stand in a table of one column", "There is one axis too many")
        assert known(exercise, text) or any(words in text for words in said)


@every_number
def test_one_wrong_entry_is_found(exercise):
    if any(reading.value.ndim != 1 or reading.value.size < 2 for reading in exercise.key.expected):
        pytest.skip("no row of numbers is asked for")
    last = told(exercise, lambda e: np.append(e[:-1], e[-1] * 1.5 + 0.7))
    assert known(exercise, last) or "Right in all entries but the last one." in last


@every_number
def test_almost_is_for_what_is_near(exercise):
    result = exercise.check(
        lambda *arguments: np.asarray(exercise.written(exercise.answer)(*arguments)) * 1.0004
    )
    assert result.state == "almost"
    assert exercise.nearly or "Right to about 3 digits." in result.text


@every_number
def test_an_answer_that_never_changes(exercise):
    text = told(exercise, lambda e: 12345.678 + 0 * np.ravel(e)[0])
    if "expected an array of shape" not in text:
        assert "is the same in every case, whatever is given." in text


@every_number
def test_the_call_is_shown_as_the_check_makes_it(exercise):
    given = exercise.parameters[: len(exercise.key.arguments[0])]
    text = exercise.check(lambda: 0).text
    assert f"The check calls `{exercise.variable}({', '.join(given)})`" in text


@every_number
def test_no_internal_name_shows(exercise):
    """Functions that the page gives are called as the reader calls them."""
    callables = [
        name
        for name, value in zip(exercise.parameters, exercise.key.arguments[0], strict=False)
        if callable(value)
    ]
    for name in callables:
        body = f"return {name}()"
        parameters = ", ".join(exercise.parameters[: len(exercise.key.arguments[0])])
        source = f"def {exercise.variable}({parameters}):\n    {body}"
        result = exercise.check(exercise.written(source))
        assert result.state == "trouble"
        assert f"It is called as `{name}(" in result.text
        assert not re.search(r"\b_\w", result.text)
