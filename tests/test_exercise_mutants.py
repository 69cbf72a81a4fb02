"""The cases of every exercise tell right from wrong, and one mistake from another.

For each exercise hundreds of wrong answers are made from its answer and from its typical mistakes.
Two answers mean the same if they agree on random arguments. What does not mean the same as the
answer must not be called right, and the words of a mistake are for what means the same as it.
"""

import copy
import functools
import itertools
import warnings

import numpy as np
import pytest

from exercise_arguments import call_of, random_arguments
from helpers.exercises import lessons
from helpers.exercises.attempt import Outcome
from helpers.exercises.reading import nearness, raised, read
from mutants import conditional, mutants, names_in

pytestmark = pytest.mark.once

FUNCTIONS = [
    pytest.param(exercise, id=f"{notebook[:2]}-{exercise.name}")
    for notebook, lesson in lessons().items()
    for exercise in lesson
    if exercise.is_function
]
every_function = pytest.mark.parametrize("exercise", FUNCTIONS)
# Larger than the tolerance of the exercises, so that nothing lies between equal and unequal.
ALIKE = 1e-5
PART = 4  # of the mutants of mistakes, one in so many is tried


def behavior(function, arguments):
    """The readings of what a function returns, or raises, for each of the `arguments`."""
    readings = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for given in arguments:
            try:
                readings.append(read(function(*copy.deepcopy(given))))
            except Exception as error:
                readings.append(raised(error))
    return readings


def alike(one, other):
    """Whether two behaviors are the same."""
    return all(nearness(a, b) <= ALIKE for a, b in zip(one, other, strict=True))


def _key(readings):
    """Equal for equal behaviors, and for nearly all that are equal but for rounding."""

    def rounded(value):
        if not isinstance(value, np.ndarray):
            return repr(value)
        size = np.abs(value[np.isfinite(value)]).max(initial=0.0) or 1.0
        return value.shape, (np.round(value / size, 7) + 0.0).tobytes(), f"{size:.7g}"

    return tuple((reading.kind, rounded(reading.value)) for reading in readings)


@functools.cache
def answers(exercise):
    """A list of (expression, verdict or None, behavior on random arguments), one for each behavior.

    The verdict is what the exercise recognizes: as `check` does it, but without its guards.
    """
    names = names_in(exercise.source("..."))
    typical = [mistake for mistake in exercise.mistakes if "def " not in mistake]
    others = ["0", f"-({exercise.answer})", *typical[:3]]
    expressions = itertools.chain(
        exercise.mistakes,
        mutants(exercise.answer, names),
        conditional(exercise.answer, others, exercise.parameters),
        # A part is enough, as the mistakes of an exercise have most of theirs in common.
        itertools.chain.from_iterable(
            mutants(mistake, names)[i % PART :: PART] for i, mistake in enumerate(typical)
        ),
    )
    arguments, cases = random_arguments(exercise), exercise.key.arguments
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for expression in dict.fromkeys(expressions):
            readings = behavior(exercise.written(expression), [*arguments, *cases])
            found.setdefault(_key(readings), (expression, readings))
    return [
        (expression, _verdict(exercise, readings[len(arguments) :]), readings[: len(arguments)])
        for expression, readings in found.values()
    ]


def _verdict(exercise, readings):
    return exercise.recognize(
        [Outcome(reading, "raises" * (reading.kind == "raises")) for reading in readings]
    )


@every_function
def test_no_wrong_answer_is_called_right(exercise):
    arguments = random_arguments(exercise)
    right = behavior(exercise.written(exercise.answer), arguments)
    assert not any(reading.kind == "raises" for reading in right)
    called_right = [
        expression
        for expression, verdict, readings in answers(exercise)
        if verdict and verdict.state == "right" and not alike(readings, right)
    ]
    assert called_right == []


@every_function
def test_the_words_of_a_mistake_are_for_that_mistake(exercise):
    arguments = random_arguments(exercise)
    named = {
        words: behavior(exercise.written(mistake), arguments)
        for mistake, words in exercise.mistakes.items()
    }
    misnamed = [
        (expression, verdict.text)
        for expression, verdict, readings in answers(exercise)
        if verdict and verdict.state != "right" and not alike(readings, named[verdict.text])
    ]
    assert misnamed == []


# Wrong answers that were called right once, and relatives of theirs.
ONCE_RIGHT = {
    "grad_J(X, y, w)": [
        "X.T @ (X @ w - y) / len(w)",
        "X.T @ (X @ w - y) / X.shape[1]",
        "(X @ w - y) @ X.T / len(y)",
        "X @ (X @ w - y) / len(y)",
    ],
    "stop(step, steps, gradient, small_gradient, change, small_change)": [
        "step >= steps or np.all(gradient <= small_gradient) or np.all(change <= small_change)",
        "step >= steps or np.all(abs(gradient) <= small_gradient) or way <= small_change",
        "step >= steps or slope <= small_gradient or np.all(abs(change) <= small_change)",
        "step >= steps or abs(gradient[0]) <= small_gradient or abs(change[0]) <= small_change",
        "step >= steps or sum(gradient) <= small_gradient or sum(change) <= small_change",
    ],
    "which_valley(end, minima)": [
        "np.argmin(abs(minima[:, 0] - end[0]))",
        "np.argmin(abs(minima[:, 1] - end[1]))",
        "np.argmin(minima @ end)",
        "np.argmax(minima @ end)",
        "np.argmin(abs(np.linalg.norm(minima, axis=1) - np.linalg.norm(end)))",
    ],
    "find_rate(loss_after, low, high, budget)": [
        "np.geomspace(low, high, budget + 2)[1:-1]",
        "np.geomspace(low, high, budget)[1:]",
        "np.geomspace(low, high, budget, endpoint=False)",
        "np.append(np.geomspace(low, high, budget, endpoint=False), high)",
    ],
    "local_tanh(y)": ["np.tanh(np.arctanh(y))"],
}


_POND = "def pond(x, y):\n    return x**2 * np.sin(y) + 3 * y\n\n\n"


def _exercise(call):
    return next(e.values[0] for e in FUNCTIONS if call_of(e.values[0]) == call)


@pytest.mark.parametrize("call", ONCE_RIGHT)
def test_answers_that_were_called_right_are_wrong(call):
    exercise = _exercise(call)
    for expression in ONCE_RIGHT[call]:
        assert exercise.check(exercise.written(expression)).state in ("wrong", "trouble")


SLOPES = {
    "dune_slope(x)": ("", "dune(x + {h})", "dune(x)"),
    "ripple_slope(x)": ("", "ripple(x + {h})", "ripple(x)"),
    "swing_slope(x)": ("", "swing(x + {h})", "swing(x)"),
    "ripple_x(x, y)": ("", "ripple(x + {h}, y)", "ripple(x, y)"),
    "pond_x(x, y)": (_POND, "pond(x + {h}, y)", "pond(x, y)"),
    "pond_y(x, y)": (_POND, "pond(x, y + {h})", "pond(x, y)"),
}


@pytest.mark.parametrize("call", SLOPES)
@pytest.mark.parametrize("h", [1e-4, 1e-5, 1e-6, 1e-8])
def test_a_difference_is_not_the_formula_that_is_asked_for(call, h):
    exercise = _exercise(call)
    defined, shifted, here = SLOPES[call]
    ahead, behind = shifted.format(h=h), shifted.format(h=-h)
    for expression in (f"({ahead} - {behind}) / {2 * h}", f"({ahead} - {here}) / {h}"):
        # One page defines the function in an earlier exercise.
        verdict = exercise.check(exercise.written(defined + exercise.source(expression)))
        assert verdict.state == "almost", (expression, verdict)
        if h < 1e-5:
            assert verdict.text.endswith(exercise.nearly)


@pytest.mark.parametrize("call", SLOPES)
def test_a_slope_by_formula_agrees_with_differences(call):
    """The check takes another way, by which it can ask for all digits."""
    exercise = _exercise(call)
    assert len(exercise.key.arguments) >= 6
    defined, shifted, _ = SLOPES[call]
    h = 1e-5
    difference = f"({shifted.format(h=h)} - {shifted.format(h=-h)}) / {2 * h}"
    by_differences = exercise.written(defined + exercise.source(difference))
    for given in exercise.key.arguments:
        assert exercise.key.solution(*given) == pytest.approx(by_differences(*given), rel=1e-7)


@every_function
def test_a_constant_is_not_right(exercise):
    arguments = exercise.key.arguments
    results = [exercise.key.solution(*copy.deepcopy(given)) for given in arguments]
    for result in results:
        assert exercise.check(lambda *given, result=result: result).state != "right"


@every_function
def test_an_answer_may_not_change_its_arguments(exercise):
    for i, value in enumerate(exercise.key.arguments[0]):
        if not isinstance(value, np.ndarray):
            continue

        def greedy(*given, i=i):
            result = exercise.key.solution(*given)
            given[i].flat[-1] += 1
            return result

        verdict = exercise.check(greedy)
        assert verdict.state == "trouble"
        assert f"changes its argument `{exercise.parameters[i]}`" in verdict.text


def test_the_mutants_are_the_slips_that_readers_make():
    def made(expression, *names):
        return {mutant.replace(" ", "") for mutant in mutants(expression, names)}

    assert made("(a - b) / c") >= {"a-b/c", "a/c", "b/c", "(b-a)/c", "(a+b)/c", "(a-b)*c", "a-b"}
    assert made("a / (2 * h)") >= {"a/2*h", "a/h", "a/2", "a/(2*h)**2"}
    assert made("np.sqrt(2 / n)") >= {"(2/n)**1/2", "2/n", "np.sqrt(n/2)", "np.sqrt(2//n)"}
    assert made("X.T @ (X @ w)", "y") >= {
        "X@(X@w)",
        "X@w@X.T",
        "X.T@(X*w)",
        "X.T@(w@X)",
        "X.T@(X@y)",
    }
    assert made("z.mean(axis=1)") >= {"z.mean(axis=0)", "z.mean()", "z.sum(axis=1)", "z"}
    assert made("a <= b or c") >= {"a<borc", "a<=bandc", "a>=borc", "c", "not(a<=borc)"}
    assert made("np.array([-a, b])") >= {"np.array([b,-a])", "np.array([a,b])", "np.array([-a,0])"}
    assert made("p[k]") >= {"p[k+1]", "p[k-1]", "p", "p[0]"}
    assert made("a if b else c") >= {"a", "c", "cifbelsea"}
    assert "low**2" in made("low") and "abs(low)" in made("low") and "-low" in made("low")
