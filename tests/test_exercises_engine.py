"""The engine of the exercises: whatever a reader hands to a check, the answer is a sentence."""

import re
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from helpers.exercises import Exercise, Lesson, Verdict, guard, verdict
from helpers.exercises.reading import nearness, read, show


def double(**changes):
    """A small exercise that asks for a function; `changes` replace parts of it."""
    parts = {
        "name": "double",
        "template": "def double(x):\n    return {blank}",
        "answer": "2 * x",
        "cases": {
            "x = 3": (3.0,),
            "x = -1": (-1.0,),
            "x = 0.5": (0.5,),
            "x = an array": (np.array([1.0, 4.0]),),
        },
        "mistakes": {
            "x**2": "That squares x.",
            "-2 * x": "The sign is wrong.",
            "def double(x):\n    y = 1\n    return y + x": "That adds one.",
            "2 * np.mean(x)": "That is one number for many.",
        },
        "hints": ("What is x plus x?", "Multiply.", "By two."),
        "right": "Doubling is multiplying by two.",
    }
    return Exercise(**(parts | changes))


def third(**changes):
    """A small exercise that asks for a number."""
    parts = {
        "name": "third",
        "template": "whole = 2\npart = {blank}",
        "answer": "whole / 3",
        "tolerance": 1e-4,
        "mistakes": {"3 / whole": "Upside down.", "-whole / 3": "The sign is wrong."},
        "hints": ("Divide.",),
        "right": "A third of two.",
    }
    return Exercise(**(parts | changes))


def side(**changes):
    """A small exercise that asks for a word."""
    parts = {
        "name": "side",
        "template": "side = {blank}",
        "answer": '"left"',
        "choices": ("left", "right", "stay"),
        "mistakes": {'"right"': "That is uphill."},
        "hints": ("Left or right?",),
        "right": "Downhill is to the left.",
    }
    return Exercise(**(parts | changes))


def told(exercise, answer, state):
    """The text of the verdict on `answer`, which must have this state and read as sentences."""
    result = exercise.check(answer)
    assert result.state == state, result
    assert exercise.state == state
    assert "Traceback" not in repr(result)
    assert result.text[-1] in ".?", result.text
    assert "\n" not in repr(result)
    result._repr_html_()
    return result.text


def define(source, name="double"):
    """A function from source text, as a notebook would hold it."""
    names = {"np": np}
    exec(textwrap.dedent(source), names)
    return names[name]


# The states.


def test_nothing_filled_in_is_not_tried_yet():
    assert repr(double().check(lambda x: ...)) == (
        "○ Not tried yet: Put your expression where the `...` stands."
    )
    told(third(), ..., "untried")
    told(double(), lambda x: ... / x, "untried")
    told(double(), lambda x: x + ..., "untried")
    told(double(), lambda x: [..., x], "untried")


def test_every_way_to_write_the_right_answer_is_right():
    for answer in (
        lambda x: 2 * x,
        lambda x: x + x,
        lambda x: x / 0.5,
        lambda x, extra=2: extra * x,
    ):
        assert told(double(), answer, "right") == "Doubling is multiplying by two."
    told(double(), lambda x: (2 * x).tolist() if np.ndim(x) else 2 * x, "right")
    told(double(), np.vectorize(lambda x: 2 * x), "right")
    told(third(), 0.66667, "right")
    told(third(), np.float32(2 / 3), "right")
    told(side(), " Left ", "right")


def test_typical_mistakes_have_their_own_words():
    assert told(double(), lambda x: x * x, "wrong") == "That squares x."
    assert told(double(), lambda x: 1 + x, "wrong") == "That adds one."
    assert told(third(), 1.5, "wrong") == "Upside down."
    assert told(side(), "right", "wrong") == "That is uphill."


def test_a_mistake_may_have_the_wrong_shape():
    assert told(double(), lambda x: 2 * np.sum(x) / np.size(x), "wrong").startswith("That is one")


def test_a_mistake_may_yield_nan(recwarn):
    exercise = double(mistakes={"0 * x / 0.0": "Zero by zero."}, cases=[(np.array([1.0]),)])
    assert told(exercise, lambda x: x * np.nan, "wrong") == "Zero by zero."
    assert not recwarn.list


def test_other_wrong_answers_show_one_case():
    text = told(double(quantity="twice x"), lambda x: 3 * x + 1, "wrong")
    hint = "A hint: `lesson.double.hint()`."
    assert text == f"For x = 3 your answer is 10; twice x is 6. {hint}"
    assert told(third(), 7, "wrong").startswith("7 is too large.")
    assert told(third(), -7, "wrong").startswith("-7 is too small.")
    assert "stay" in told(side(), "stay", "wrong")


def test_cases_without_labels_are_named_by_their_parameters():
    exercise = double(cases=[(3.0,), (np.array([1.0, 2.5]),)], mistakes={})
    text = told(exercise, lambda x: 5 * x**3, "wrong")
    assert text.startswith("For x = 3 your answer is 135; the right answer is 6.")


def test_almost_right_tells_how_many_digits():
    assert told(double(), lambda x: 2.002 * x, "almost") == (
        "Right to about 3 digits. For x = 3 your answer is 6.006; the right answer is 6. "
        "Your answer is the right one times 1.001, in every case. Is a number rounded?"
    )
    assert told(third(), 0.7, "almost") == "Right to about 1 digit. 0.7 is too large."
    # An error of 1 %, which rounding makes a little more, counts as two digits.
    assert told(double(), lambda x: 2.02 * x, "almost").startswith("Right to about 2 digits.")


def test_a_tiny_difference_is_shown_with_enough_digits():
    text = told(double(), lambda x: 2 * x * (1 + 2e-8), "right")
    text = told(double(tolerance=1e-9), lambda x: 2 * x * (1 + 2e-8), "almost")
    assert "your answer is 6.00000012; the right answer is 6." in text


def test_right_but_for_some_cases_tells_which():
    text = told(double(), lambda x: 2 * x if np.ndim(x) == 0 else 3 * x, "wrong")
    assert text.startswith("Right in 3 of 4 cases. For x = an array your answer is [")
    text = told(double(), lambda x: 2 * x if x > -9 else x, "trouble")
    assert text.startswith("Right in 3 of 4 cases. For x = an array your function raises `ValueErr")


def test_most_cases_do_not_make_a_truth_almost_right():
    exercise = double(
        template="def double(x):\n    return {blank}",
        answer="bool(x > 2)",
        cases=[(1.0,), (2.0,), (3.0,)],
        mistakes={},
    )
    text = told(exercise, lambda x: False, "wrong")
    assert text == (
        "Right in 2 of 3 cases. Your answer is the same in every case, whatever is given. "
        "For x = 3 your answer is False; the right answer is True."
    )


def test_a_mistake_may_fail_where_its_shapes_do_not_fit():
    exercise = double(
        template="def double(x):\n    return {blank}",
        answer="x.T @ x",
        cases={
            "a row": (np.array([[1.0, 2.0]]),),
            "a square": (np.array([[1.0, 2.0], [3.0, 5.0]]),),
        },
        mistakes={"x @ x": "The left one is to be transposed."},
    )
    words = told(exercise, lambda x: x.dot(x), "wrong")
    assert words == "The left one is to be transposed."
    # The same numbers where they are to be had, but elsewhere another trouble.
    text = told(exercise, lambda x: x @ x if len(x) > 1 else 1 / 0, "trouble")
    assert text.startswith("For a row your function raises `ZeroDivisionError")


def test_half_right_is_not_almost():
    told(double(), lambda x: 2 * x if np.ndim(x) == 0 and x > 0 else 9 * x, "wrong")


def test_an_oracle_replaces_the_answer_key():
    exercise = double(answer="7 * x", oracle=lambda x: x + x)
    told(exercise, lambda x: 2 * x, "right")
    told(exercise, lambda x: 7 * x, "wrong")


def test_explain_says_what_follows_from_a_wrong_number():
    exercise = third(explain=lambda value: f"Three times {value:g} is {3 * value:g}.")
    assert told(exercise, 5, "wrong") == "Three times 5 is 15."
    assert told(exercise, 0.68, "almost") == "Three times 0.68 is 2.04."


def test_arrays_can_be_the_answer():
    exercise = third(template="part = {blank}", answer="np.array([1.0, 2.0])", mistakes={})
    told(exercise, [1, 2], "right")
    told(exercise, (1, 3), "wrong")
    assert "shape (3,); expected an array of shape (2,)." in told(exercise, [1, 2, 3], "trouble")
    assert "expected an array of shape (2,)." in told(exercise, 1.0, "trouble")


def test_truth_can_be_the_answer():
    exercise = third(template="part = {blank}", answer="True", mistakes={"False": "It is."})
    told(exercise, np.True_, "right")
    assert told(exercise, False, "wrong") == "It is."
    assert "expected `True` or `False`." in told(exercise, 1, "trouble")


# What is said where no typical mistake fits.


def gap(**changes):
    """A small exercise whose function does more with the blank than return it."""
    parts = {
        "name": "gap",
        "template": (
            "def gap(a, b):\n    total = a + b\n    product = {blank}\n    return product - total"
        ),
        "answer": "a * b",
        "cases": [(2.0, 5.0), (-1.0, 3.0), (0.5, 4.0), (7.0, -3.0)],
        "mistakes": {},
        "hints": ("?",),
        "right": "Yes.",
    }
    return Exercise(**(parts | changes))


def test_the_blank_is_judged_and_not_the_function_around_it():
    exercise = gap()
    assert told(exercise, exercise.written("2 * a * b"), "wrong") == (
        "`product` is twice the right one, in every case. Which factor is too many, or missing? "
        "For a = 2, b = 5 `product` is 20; the right one is 10."
    )
    assert "`product` is an array of shape (2,); expected one number." in told(
        exercise, exercise.written("np.array([a, b])"), "trouble"
    )
    assert "That is `total`." in told(exercise, exercise.written("total"), "wrong")
    # Where the reader keeps no such variable, and where the fault is elsewhere: the result.
    assert "your answer is 13;" in told(exercise, lambda a, b: 2 * a * b - a - b, "wrong")
    source = "def gap(a, b):\n    product = a * b\n    return product + a + b"
    assert "your answer is 17;" in told(exercise, define(source, "gap"), "wrong")


def test_a_mere_variable_on_its_way_out_is_no_blank_of_its_own():
    template = "def double(x):\n    y = {blank}\n    return y"
    assert double(template=template).blank == ""
    assert gap().blank == "product"


def test_the_answer_to_another_exercise_and_the_value_of_a_function():
    half = double(
        name="half",
        template="def half(x):\n    return {blank}",
        answer="x / 2",
        mistakes={},
    )
    lesson = Lesson("77_testing", double(mistakes={}), half)
    text = told(lesson.half, lambda x: 2 * x, "wrong")
    assert text.startswith("That is the answer to the exercise `double`. For x = 3 your answer is")
    slope = double(
        name="slope",
        template="def slope(f, x):\n    return {blank}",
        answer="f(x + 1) - f(x)",
        cases=[(lambda x: x**2, 3.0), (lambda x: np.sin(x), 1.0), (lambda x: np.exp(x), -0.5)],
        mistakes={},
    )
    assert told(slope, lambda f, x: f(x), "wrong").startswith(
        "That is `f(x)`, the value of the function. "
    )
    assert told(slope, lambda f, x: f(x + 1), "wrong").startswith(
        "Your answer is the right one plus `f(x)`, the value of the function, in every case. "
    )


def test_matrices_keep_their_lines():
    exercise = double(
        answer="2 * x.T",
        cases=[(np.arange(6.0).reshape(2, 3),), (np.arange(4.0).reshape(2, 2),)],
        mistakes={},
    )
    result = exercise.check(lambda x: 2 * x.T + x.T**2)
    assert result.text.startswith("For x = [[0., 1., 2.], [3., 4., 5.]] your answer and the right")
    assert result.block.splitlines()[:4] == [
        "your answer:",
        "[[ 0., 15.],",
        " [ 3., 24.],",
        " [ 8., 35.]]",
    ]
    assert "\n     [ 3., 24.],\n" in repr(result)
    shown = result._repr_html_()
    assert "<pre" in shown
    assert "[ 3., 24.],\n [ 8., 35.]]" in shown


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("x**1/2 + 1.2 * x * x", "A root is `np.sqrt(x)`."),
        ("x / 3 * x + 1", "Python reads `a / b * c` as `(a / b) * c`."),
        ("x // 0.7", "`//` divides and drops what is left over."),
        ("np.round(x) + x * x", "A hint"),
        ("np.pi + 1 * np.mean(0.5)", "is the same in every case"),
        ("4 * np.sin(3.0) + 0 * np.sum([1, 2])", "is the same in every case"),
    ],
)
def test_habits_are_pointed_at_where_the_numbers_name_no_cause(expression, words):
    exercise = double(cases=[(3.0,), (-1.3,), (0.5,), (8.0,)], mistakes={})
    assert words in told(exercise, exercise.written(expression), "wrong")


def test_a_root_that_halves_is_told_as_one_whatever_mistake_has_its_numbers():
    exercise = double(
        answer="np.sqrt(x)", cases=[(9.0,), (4.0,)], mistakes={"x / 2": "That halves."}
    )
    assert told(exercise, lambda x: 0.5 * x, "wrong") == "That halves."
    assert "A root is `np.sqrt(x)`." in told(exercise, lambda x: x**1 / 2, "wrong")
    third = double(answer="3 / np.sqrt(x)", cases=[(9.0,), (4.0,)], mistakes={"1.5 / x": "No."})
    assert told(third, lambda x: 1.5 / x, "wrong") == "No."
    assert "A root is `np.sqrt(x)`." in told(third, lambda x: 3 / x**1 / 2, "wrong")
    assert "A root is `1 / np.sqrt(x)`." in told(third, lambda x: 7 * x + x**-1 / 2, "wrong")


def test_arguments_may_have_other_names():
    exercise = double(
        template="def double(x, h):\n    return {blank}",
        answer="x * h + x**2",
        cases=[(1.0, 2.0), (2.0, 0.5), (3.0, 1.25)],
        mistakes={},
    )
    assert "do not occur" not in told(exercise, lambda a, b: a - b + np.exp(a), "wrong")
    assert "`b` does not occur" in told(exercise, lambda a, b: a + np.exp(a), "wrong")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (["up", "down"], "a list that holds words; expected an array of shape (2,). Put numbers"),
        (["1", "2"], "Numbers have no quotation marks."),
    ],
)
def test_words_where_numbers_are_asked_for(answer, words):
    exercise = double(template="pair = {blank}", answer="[1, 2]", cases=(), mistakes={})
    assert words in told(exercise, answer, "trouble")


def test_a_comma_in_what_is_returned_is_no_decimal_sign():
    text = told(double(), lambda x: (2 * x, 3), "trouble")
    assert text.endswith("A comma makes several of it.")


def test_a_word_that_np_where_chose_is_a_word():
    exercise = double(answer="'up' if x > 2 else 'down'", cases=[(1.0,), (3.0,)], mistakes={})
    assert exercise.check(lambda x: np.where(x > 2, "up", "down")).state == "right"


def test_several_truths_are_not_one():
    exercise = double(answer="bool(x > 2)", cases=[(1.0,), (3.0,)], mistakes={})
    text = told(exercise, lambda x: np.array([x > 2, x > 2]), "trouble")
    assert "returns an array of `True` and `False`; expected `True` or `False`." in text
    text = told(exercise, lambda x: (x > 2, x > 1), "trouble")
    assert "A comma makes several of it" in text


def test_what_fills_the_blank_is_no_quantity_to_compare_with():
    exercise = gap()
    text = told(exercise, exercise.written("(a * b)**2"), "wrong")
    assert text.startswith("`product` is the square of the right one")


class Counted:
    """A function that gives way after some calls; being called is no change of it."""

    def __init__(self, left):
        self.left = left

    def __call__(self, x):
        self.left -= 1
        return x + 1 if self.left >= 0 else np.inf

    def __eq__(self, other):
        return type(other) is Counted

    __hash__ = None


def test_looking_for_relations_uses_up_no_function_of_a_case():
    exercise = double(
        template="def double(f, x):\n    return {blank}",
        answer="2 * f(x)",
        cases=[(Counted(1), 3.0), (Counted(1), 5.5), (Counted(1), -2.0)],
        mistakes={},
    )
    for _ in range(3):
        assert told(exercise, lambda f, x: f(x), "wrong").startswith("That is `f(x)`,")
        told(exercise, lambda f, x: np.cos(x), "wrong")
    told(exercise, lambda f, x: 2 * f(x), "right")


def test_ddof_is_named():
    exercise = double(
        answer="x / x.std()",
        cases=[(np.array([1.0, 4.0, 6.0]),), (np.array([2.0, -3.0]),)],
        mistakes={},
    )
    answer = exercise.written("x / x.std(ddof=1) + 0.1 * x**2")
    assert "`ddof=1` divides by n - 1" in told(exercise, answer, "wrong")


def test_a_return_inside_a_loop():
    exercise = double(
        template="def double(x):\n    total = 0\n    {blank}\n    return total",
        answer="total = sum(x)",
        cases=[([1.0, 2.0],), ([3.0, 5.0, -1.0],), ([4.0, 7.0],)],
        mistakes={},
    )
    body = (
        "def double(x):\n    s = 0\n    for v in x:\n        s += v\n{indent}return s * 1.3 - s * s"
    )
    for indent, words in (("        ", "in its first round"), ("    ", "A hint")):
        text = told(exercise, define(body.replace("{indent}", indent)), "wrong")
        assert words in text


def test_an_argument_that_does_not_occur():
    exercise = double(
        template="def double(x, y):\n    return {blank}",
        answer="2 * x + y",
        cases=[(1.0, 2.0), (-3.0, 0.7), (2.5, 11.0)],
        mistakes={},
    )
    text = told(exercise, exercise.written("2 * x**3"), "wrong")
    assert text.endswith("In your function `y` does not occur.")
    text = told(exercise, exercise.written("3 * np.sin(x) * y"), "wrong")
    assert "occur" not in text


def test_a_caret_is_no_power():
    exercise = double(cases=[(3,), (5,), (-2,)], mistakes={})
    text = told(exercise, exercise.written("x ^ 2"), "wrong")
    assert text.startswith("A power is written `**` in Python; `^` means something else.")


def test_a_variant_is_right_and_named():
    exercise = double(
        cases=[(3.0,), (-1.0,)],
        mistakes={},
        variants={"2 * x / (1 + 1e-5)": "The 1e-5 is a habit of elsewhere."},
    )
    text = told(exercise, lambda x: 2 * x / (1 + 1e-5), "right")
    assert text == "Doubling is multiplying by two. The 1e-5 is a habit of elsewhere."
    assert "The small 0.0001 in your function" in told(
        exercise, exercise.written("2 * x + 1e-4 * x * x"), "almost"
    )


# Trouble, always in a sentence.


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: None, "Did you forget `return`?"),
        (lambda x: print(2 * x), "prints `6.0` but returns nothing. Replace `print` by `return`."),
        (lambda x: "6", 'returns the text "6"; expected one number.'),
        (lambda x: True, "returns `True`; expected one number."),
        (lambda x: np.True_, "returns `True`; expected one number."),
        (lambda x: 2j * x, "returns a complex number; expected one number."),
        (lambda x: [2 * x], "returns an array of shape (1,); expected one number."),
        (lambda x: [[1], [2, 3]], "returns a list that is no grid of numbers"),
        (lambda x: ["a", "b"], "returns a list that holds words"),
        (lambda x: {"a": 1}, "returns an object of type `dict`"),
        (lambda x: (x for _ in "a"), "returns an object of type `generator`"),
        (lambda x: print, "returns a function; expected one number."),
        (lambda x: np.nan, "returns nan, which is not finite."),
        (lambda x: -np.inf, "returns -inf, which is not finite."),
        (lambda x: 10**400, "returns inf, which is not finite."),
        (lambda x: x / 0, "raises `ZeroDivisionError: float division by zero`"),
        (lambda x: undefined, "raises `NameError: name 'undefined' is not defined`"),  # noqa: F821
        (lambda x: sys.exit(), "stops the program (`exit`)"),
        (lambda x, y: x, "The check calls `double(x)`, and your function takes `(x, y)`."),
        (lambda: 6, "The check calls `double(x)`, and your function takes `()`."),
        (6.5, "without calling it: `lesson.double.check(double)`. It was given the number 6.5."),
        (None, "It was given `None`."),
        ("double", 'It was given the text "double".'),
        ([1, 2], "It was given an array of shape (2,)."),
        (int.__add__, "The check calls `double(x)`"),
        (dict.fromkeys, "raises `TypeError"),
        (object, "your function takes `()`"),
    ],
)
def test_what_a_function_can_do_wrong(answer, words):
    assert words in told(double(), answer, "trouble")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "Your answer is `None`, as a call to `print`"),
        ("0.67", 'Your answer is the text "0.67"; expected one number.'),
        (lambda: 0.67, "Your answer is a function; expected one number."),
        ([0.67], "Your answer is an array of shape (1,); expected one number."),
        (np.nan, "Your answer is nan, which is not finite."),
        (object(), "Your answer is an object of type `object`; expected one number."),
        ((0, 67), "A comma makes several of it; the decimal sign is a point."),
        ("0.67", "A number has no quotation marks."),
        ({0.67}, "Curly braces make a set"),
        (1j, "Is a root of a negative number taken?"),
        (True, "A comparison gives `True` or `False`."),
        ((x for x in "ab"), "brackets do, `[ ]`."),
        (define("def double():\n    yield 1")(), "put `return` in its place."),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_value_can_be_wrong(answer, words):
    assert words in told(third(), answer, "trouble")


def test_an_unknown_word_is_told_the_words():
    words = 'expected one of the words "left", "right", "stay".'
    assert told(side(), "up", "trouble") == f'Your answer is the text "up"; {words}'
    assert words in told(side(), 3, "trouble")
    assert 'Do you mean "left"?' in told(side(), "lefft", "trouble")


def test_check_without_an_answer():
    result = double().check()
    assert (result.state, result.text) == (
        "trouble",
        "Hand your answer to the check: `lesson.double.check(double)`.",
    )


def test_an_exception_is_shown_with_the_line_of_the_reader(tmp_path, monkeypatch):
    (tmp_path / "reader.py").write_text(
        "def helper(x):\n    return x / 0\n\n\ndef double(x):\n    y = helper(x)\n    return y\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    import reader

    text = told(double(), reader.double, "trouble")
    assert "raises `ZeroDivisionError: float division by zero` in `return x / 0`." in text


def test_recursion_without_an_end():
    answer = define("def double(x):\n    return double(x)")
    assert "calls itself again and again" in told(double(), answer, "trouble")


ENDLESS = {
    "empty loop": "while True: pass",
    "bare except": """
        while True:
            try:
                x = x + 1
            except:
                pass""",
    "loop inside try": """
        while True:
            try:
                for i in range(10**12): pass
            except:
                continue""",
    "nested": """
        while True:
            try:
                while True:
                    try: x = -x
                    except: pass
            except BaseException as error: pass""",
    "finally": """
        while True:
            try:
                while True: pass
            finally:
                continue""",
    "generator": "return sum(1 for _ in iter(int, 1))",
    "returns in the end": """
        try:
            while True: pass
        except:
            return 2 * x""",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS.keys())
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_endless_loops_end(body, monkeypatch):
    monkeypatch.setattr("helpers.exercises.attempt.TIME_LIMIT", 0.2)
    # The guard beside the loop has the word, however long a busy machine lets it wait for it.
    monkeypatch.setattr("helpers.exercises.apart.GRACE", 100)
    answer = define("def double(x):\n" + textwrap.indent(textwrap.dedent(body), "    "))
    before = sys.gettrace()
    began = time.monotonic()
    assert "Is there a loop that never ends?" in told(double(), answer, "trouble")
    assert time.monotonic() - began < 60  # without a limit, for ever
    assert sys.gettrace() is before


def test_the_trace_function_is_restored():
    def trace(frame, event, argument):
        return None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        for answer in (lambda x: 2 * x, lambda x: x / 0):
            double().check(answer)
            assert sys.gettrace() is trace
    finally:
        sys.settrace(before)


def test_the_stop_button_stops():
    def answer(x):
        signal.raise_signal(signal.SIGINT)
        return 2 * x

    before = sys.gettrace(), sys.stdout, sys.stderr, sys.stdin, signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        guard.run_guarded(lambda: answer(1), 2)
    after = sys.gettrace(), sys.stdout, sys.stderr, sys.stdin, signal.getsignal(signal.SIGINT)
    assert after == before


def test_an_interrupt_that_the_code_raises_is_no_stop():
    def answer(x):
        raise KeyboardInterrupt

    assert "raises `KeyboardInterrupt`" in told(double(), answer, "trouble")
    thrown = define("def double(x):\n    return (_ for _ in ()).throw(KeyboardInterrupt)")
    assert "raises `KeyboardInterrupt`" in told(double(), thrown, "trouble")


def test_changing_an_argument_is_noticed_and_harms_no_later_check():
    exercise = double(cases={"an array": (np.array([1.0, 2.0]),), "3": (np.array([3.0]),)})

    def answer(x):
        x *= 2
        return x

    assert told(exercise, answer, "trouble") == (
        "For an array your function changes its argument `x`. Compute a new value instead."
    )
    told(exercise, lambda x: 2 * x, "right")


def test_changing_a_list_is_noticed():
    exercise = double(
        cases=[([1.0, 2.0],), ([3.0],)], answer="[2 * item for item in x]", mistakes={}
    )
    told(exercise, lambda x: [x.pop() for _ in range(1)], "trouble")
    told(exercise, lambda x: [2 * item for item in x], "right")


def test_printing_is_kept_from_the_notebook_and_mentioned(capsys):
    def answer(x):
        print("x is", x)
        print("warning", file=sys.stderr)
        return 2 * x

    text = told(double(), answer, "right")
    assert text.startswith("Doubling is multiplying by two. It also printed `x is 3.0 warning x is")
    assert capsys.readouterr() == ("", "")


def test_huge_output_is_cut(capsys):
    def answer(x):
        for _ in range(1000):
            print("word " * 1000)
        return 2 * x

    assert len(told(double(), answer, "right")) < 200
    assert capsys.readouterr().out == ""
    assert len(guard.run_guarded(lambda: answer(1), 2).printed) == guard.KEPT_CHARACTERS


def test_numpy_warnings_stay_quiet(recwarn):
    assert "not finite" in told(double(), lambda x: np.float64(x) / 0, "trouble")
    assert not recwarn.list


class Hostile:
    """Whatever is asked of it raises."""

    def fail(self, *arguments, **options):
        raise SystemError("hostile")

    __array__ = __bool__ = __eq__ = __float__ = __len__ = __iter__ = __repr__ = __str__ = fail
    __getattr__ = __hash__ = __index__ = __abs__ = __sub__ = __mul__ = __le__ = fail
    __class__ = property(fail)


class HostileError(Exception):
    def __str__(self):
        raise SystemError("hostile")

    __repr__ = __str__


class HostileFloat(float):
    __float__ = __eq__ = __sub__ = __mul__ = __repr__ = Hostile.fail
    __hash__ = None


class HostileText(str):
    __eq__ = __str__ = __repr__ = strip = lower = split = Hostile.fail
    __hash__ = None


class HostileCall(Hostile):
    def __call__(self, x):
        return 2 * x


def test_hostile_objects_get_a_sentence():
    def raising(x):
        raise HostileError

    text = told(double(), raising, "trouble")
    assert text == "For x = 3 your function raises an exception that cannot be shown."
    assert "cannot be read" in told(double(), lambda x: Hostile(), "trouble")
    assert "cannot be read" in told(double(), lambda x: HostileFloat(3), "trouble")
    assert 'the text "hm"' in told(double(), lambda x: HostileText("hm"), "trouble")
    assert "cannot be read" in told(third(), Hostile(), "trouble")
    assert "It was given something else." in told(double(), Hostile(), "trouble")
    told(double(), HostileCall(), "right")


def test_an_array_that_never_comes(monkeypatch):
    monkeypatch.setattr("helpers.exercises.attempt.TIME_LIMIT", 0.2)

    class Endless:
        def __array__(self, dtype=None, copy=None):
            while True:
                pass

    told(double(), lambda x: Endless(), "trouble")
    told(third(), Endless(), "trouble")


# Hints, solution, texts of the notebook.


def test_hints_climb_and_end():
    exercise = double()
    assert [repr(exercise.hint()) for _ in range(5)] == [
        "→ Hint 1 of 3: What is x plus x?",
        "→ Hint 2 of 3: Multiply.",
        "→ Hint 3 of 3: By two.",
        "→ No more hints: That was the last one. The solution is folded below the exercise.",
        "→ No more hints: That was the last one. The solution is folded below the exercise.",
    ]


def test_solution_shows_the_filled_cell_and_why():
    assert repr(double().solution()) == (
        "= Solution: Doubling is multiplying by two.\n    def double(x):\n        return 2 * x"
    )


def test_texts_of_the_notebook():
    assert double().cell() == ("def double(x):\n    return ...\n\n\nlesson.double.check(double)")
    assert third().cell() == "whole = 2\npart = ...\nlesson.third.check(part)"
    assert double().solution_markdown() == (
        "<details><summary>Solution</summary>\n\n"
        "```python\ndef double(x):\n    return 2 * x\n```\n\n"
        "Doubling is multiplying by two.\n\n</details>"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"template": "def double(x):\n    return 2 * x"}, "exactly one {blank}"),
        ({"name": "two words"}, "identifier"),
        ({"hints": ()}, "at least one hint"),
        ({"cases": ()}, "a function has cases"),
        ({"template": "print({blank})"}, "ends with a function or"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        double(**changes)


# What a verdict looks like.


def test_html_says_the_same_and_escapes():
    shown = Verdict("wrong", "Is `a < b` & <script>?", items=("<i>",), code="a < b")._repr_html_()
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert "&lt;script&gt;" in shown
    assert "a < b" not in shown
    assert re.search(r"<code[^>]*>a &lt; b</code> &amp;", shown)
    assert 'role="status"' in shown
    assert '<span aria-hidden="true">✗</span> Not yet' in shown


def test_readers_text_in_a_message_is_escaped():
    answer = define("def double(x):\n    raise ValueError('<b>`bold`</b>')")
    shown = double().check(answer)._repr_html_()
    assert "<b>" not in shown
    assert "&lt;b&gt;" in shown


def contrast(one, two):
    """The contrast ratio of two colors by WCAG 2."""

    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    dark, light = sorted((luminance(one), luminance(two)))
    return (light + 0.05) / (dark + 0.05)


def test_colors_can_be_read_and_do_not_carry_the_state_alone():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    for _, _, color in verdict.LOOKS.values():
        assert contrast(color, verdict.GROUND) >= 4.5
    assert contrast(verdict.INK, verdict.GROUND) >= 7
    icons = [icon for icon, _, _ in verdict.LOOKS.values()]
    assert len(set(icons)) == len(icons)


def test_the_same_check_says_the_same_twice():
    for answer in (lambda x: 2 * x, lambda x: x / 0, lambda x: 3 * x + 1, lambda x: object()):
        first, second = double().check(answer), double().check(answer)
        assert repr(first) == repr(second)
        assert first._repr_html_() == second._repr_html_()


# Lessons.


def test_progress_counts_the_present_answers():
    lesson = Lesson("77_testing", double(), third(), side())
    assert repr(lesson.progress()) == (
        "▪ 0 of 3 right\n  ○ double: not tried yet\n  ○ third: not tried yet\n"
        "  ○ side: not tried yet"
    )
    lesson.double.check(lambda x: 2 * x)
    lesson.third.check(5)
    lesson.side.check(...)
    assert repr(lesson.progress()) == (
        "▪ 1 of 3 right\n  ✓ double: right\n  ✗ third: tried\n  ○ side: not tried yet"
    )
    lesson.double.check(None)
    lesson.third.check(2 / 3)
    assert repr(lesson.progress()).startswith("▪ 1 of 3 right\n  ! double: tried\n  ✓ third: right")
    assert "<li>✓ third: right</li>" in lesson.progress()._repr_html_()


def test_a_lesson_knows_its_exercises():
    lesson = Lesson("77_testing", double(), third())
    assert "double" in dir(lesson)
    assert [exercise.name for exercise in lesson] == ["double", "third"]
    with pytest.raises(AttributeError, match="no exercise 'tripel'. Its exercises are: double, th"):
        lesson.tripel  # noqa: B018
    with pytest.raises(ValueError, match="share a name"):
        Lesson("77_testing", double(), double())
    with pytest.raises(ValueError, match="cannot be named progress"):
        Lesson("77_testing", double(name="progress"))


def notebook_of(*cells):
    return {"cells": [{"cell_type": kind, "source": text} for kind, text in cells]}


def test_a_notebook_is_held_to_the_declaration():
    exercise = double()
    lesson = Lesson("77_testing", exercise)
    cell, folded = ("code", exercise.cell()), ("markdown", exercise.solution_markdown())
    starter, check = ("code", exercise.source("...")), ("code", exercise.check_line())
    words = ("markdown", "Now check it.")

    assert lesson.mismatches(notebook_of(words, cell, folded)) == []
    assert lesson.mismatches(notebook_of(starter, words, check, folded)) == []
    lines = ("code", exercise.cell().splitlines(keepends=True))
    assert lesson.mismatches(notebook_of(lines, folded)) == []

    def fault(*cells):
        (sentence,) = lesson.mismatches(notebook_of(*cells))
        return sentence

    assert "0 code cells" in fault(words, folded)
    assert "2 code cells" in fault(cell, folded, cell, folded)
    assert "0 code cells" in fault(("code", exercise.cell().replace("x", "y")), folded)
    assert "is missing below" in fault(starter, folded)
    assert "is missing below" in fault(starter, ("code", "1 + 1"), check, folded)
    assert "differs from the declared" in fault(cell, words)
    assert "differs from the declared" in fault(cell)
    assert "differs from the declared" in fault(cell, ("markdown", folded[1].replace("2", "3")))


# Parts.


def test_nearness_is_relative_to_what_is_expected():
    assert nearness(read(1.1), read(1.0)) == pytest.approx(0.1)
    assert nearness(read(110.0), read(100.0)) == pytest.approx(0.1)
    assert nearness(read(0.1), read(0.0)) == pytest.approx(0.1)
    assert nearness(read(1e-17), read(3e-17), floor=1e-6) < 1e-9
    assert nearness(read([1.0, 2.2]), read([1.0, 2.0])) == pytest.approx(0.1)
    assert nearness(read([1.0, 2.0]), read([[1.0, 2.0]])) == np.inf
    assert nearness(read(np.nan), read(1.0)) == np.inf
    assert nearness(read(np.nan), read(np.nan)) == 0
    assert nearness(read(np.inf), read(np.inf)) == 0
    assert nearness(read(None), read(None)) == np.inf
    assert nearness(read("a"), read("A ")) == 0
    assert nearness(read(True), read(1.0)) == np.inf


def test_zero_is_shown_without_a_sign():
    assert show(read(-0.0).value) == "0"


def test_importing_needs_neither_plots_nor_widgets():
    code = (
        "import sys, helpers.exercises; helpers.exercises.lessons();"
        "print([m for m in ('matplotlib', 'ipywidgets', 'IPython') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_slow_machine_has_more_patience(monkeypatch):
    """A right answer is given as many times what the solution takes, and an endless one ends."""
    monkeypatch.setattr("helpers.exercises.attempt.TIME_LIMIT", 0.5)

    def slow(x):
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            pass
        return 2 * x

    exercise = double()
    exercise.key.pace = 0.0
    assert "still running" in told(exercise, slow, "trouble")
    exercise.key.pace = 0.2  # so the limit is ten times as long, and four cases take 0.8 s
    told(exercise, slow, "right")

    def endless(x):
        while True:
            pass

    assert "still running" in told(exercise, endless, "trouble")
