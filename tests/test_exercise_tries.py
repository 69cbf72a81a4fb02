"""What readers write: whole answers, and what is said to them."""

import ast
import sys
import textwrap
from pathlib import Path

import pytest

from helpers.exercises import lessons

EXERCISES = {
    f"{notebook[:2]} {exercise.name}": exercise
    for notebook, lesson in lessons().items()
    for exercise in lesson
}

# Each of these was called right once. Some are a whole body in place of an expression.
WRONG = {
    "06 go_back": [
        """
        for v in values:
            v.grad = 0.0
        values[0].grad = 1.0
        for value in values:
            for parent, partial in value.arrows:
                parent.grad = pass_on(parent.grad, partial, value.grad)
        return [v.grad for v in values]
        """
    ],
    "06 local_times": ["a * b / np.array([a, b])"],
    "06 dual_times": ["a * b * (a_slope / a + b_slope / b)"],
    "08 clip": [
        "gradient if np.abs(gradient).max() < max_norm else gradient * max_norm / length",
        "gradient if gradient.max() < max_norm else gradient * max_norm / length",
        "gradient if np.all(gradient < max_norm) else gradient * max_norm / length",
        "gradient if np.any(np.abs(gradient) < max_norm) else gradient * max_norm / length",
        "gradient if np.mean(np.abs(gradient)) < max_norm else gradient * max_norm / length",
        "gradient * max_norm / length if length > max_norm and length > 1 else gradient",
        "gradient if length < 5 and max_norm > 1 else gradient * max_norm / length",
    ],
    "10 softmax": [
        """
        powers = np.exp(scores - scores.max())
        return powers / powers.sum(axis=1, keepdims=True)
        """
    ],
    "10 cross_entropy": [
        "-np.log(np.prod(chosen)) / len(chosen)",
        "-np.log(np.prod(chosen) ** (1 / len(chosen)))",
    ],
    "11 back_through_relu": ["a > 0.01", "a > 0.1", "a >= 0.125"],
}

# Legitimate answers, each of which was not called right once, or broke a cell that followed.
RIGHT = {
    "06 local_exp": ["np.exp(np.log(y))", "y + 0"],
    "06 local_tanh": [
        "1 - np.tanh(np.arctanh(y)) ** 2",
        "1 / np.cosh(np.arctanh(y)) ** 2",
        "(1 - y) * (1 + y)",
    ],
    "06 better_mode": [
        'np.where(inputs < outputs, "forward", "reverse")',
        'np.array("forward") if inputs < outputs else np.str_("reverse")',
    ],
    "08 normalize_rows": [
        f"(z - mean) / np.sqrt(z.var(axis=1, keepdims=True) + {eps})"
        for eps in ("1e-3", "1e-4", "1e-5", "1e-6", "1e-8", "1e-12")
    ]
    + [
        f"(z - mean) / (z.std(axis=1, keepdims=True) + {eps})"
        for eps in ("1e-3", "1e-4", "1e-5", "1e-6", "1e-8", "1e-12")
    ],
}
# Answers in lists and loops that cannot take the single numbers that the page gives as well.
NO_NUMBERS = {
    "09 velocity": "np.array([beta * a + b for a, b in zip(v, g)])",
    "09 look_ahead": "np.array([a - eta * beta * b for a, b in zip(p, v)])",
    "09 adam_change": "np.array([-eta * a / (1 - beta1**t) / (np.sqrt(b / (1 - beta2**t)) + eps) "
    "for a, b in zip(m, s)])",
}


def written(exercise, expression):
    """The function that a reader has who writes this expression, or this body."""
    if "return" not in expression:
        return exercise.written(expression)
    body = textwrap.indent(textwrap.dedent(expression), "    ")
    head = f"def {exercise.variable}({', '.join(exercise.parameters)}):"
    return exercise.written(f"{head}\n{body}")


def each(table):
    return [(name, expression) for name, answers in table.items() for expression in answers]


@pytest.mark.parametrize(("name", "expression"), each(WRONG))
def test_what_the_page_could_not_go_on_with_is_not_right(name, expression):
    exercise = EXERCISES[name]
    assert exercise.check(written(exercise, expression)).state in ("wrong", "trouble")


def test_a_box_that_is_changed_is_told():
    exercise = EXERCISES["06 go_back"]
    verdict = exercise.check(written(exercise, WRONG["06 go_back"][0]))
    assert "changes its argument `values`" in verdict.text


@pytest.mark.parametrize(("name", "expression"), each(RIGHT))
def test_what_the_page_can_go_on_with_is_right(name, expression):
    exercise = EXERCISES[name]
    assert exercise.check(written(exercise, expression)).state == "right"


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_an_answer_takes_all_that_the_page_gives_it(name):
    exercise = EXERCISES[name]
    verdict = exercise.check(exercise.written(NO_NUMBERS[name]))
    assert verdict.state == "trouble"
    assert verdict.text.startswith("Right in")


@pytest.mark.parametrize("notebook", lessons())
def test_no_two_cases_share_a_label(notebook):
    """Of two cases with one label, a dictionary would keep the second alone."""
    module = sys.modules[f"helpers.exercises.lesson_{notebook[:2]}"]
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "cases":
            for made in [part for part in ast.walk(node) if isinstance(part, ast.DictComp)]:
                listed = ast.Expression(ast.ListComp(made.key, made.generators))
                ast.fix_missing_locations(listed)
                labels = eval(compile(listed, module.__file__, "eval"), vars(module).copy())
                assert len(set(labels)) == len(labels), labels


def test_the_words_name_what_the_reader_wrote():
    for name, expression, words in (
        ("07 to_each", "np.ones_like(a) * g / a.shape[0]", "divides by the number of rows"),
        ("09 eps_weight", "np.sqrt(1 / 1 - beta2**t)", "needs parentheses"),
        ("06 go_back", "grad[value] * partial * grad[parent]", "is added to what"),
    ):
        exercise = EXERCISES[name]
        assert words in exercise.check(exercise.written(expression)).text
