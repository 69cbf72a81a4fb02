"""What stands in the code under a prediction, to be read before it runs, does not answer it.

A reader sees the source of a cell first. So the alternative text of a picture, and an assert, may
not bring the numbers that the page asks for: the one takes them from what the cell has computed,
the other stands in a test. Words that answer are left to whoever reads the page.
"""

import ast
import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from helpers.reading.outline import Block, columns
from store import notebooks

pytestmark = pytest.mark.once

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?!\w)")
FRACTIONS = {"¼": "0.25", "½": "0.5"}
IN_ANY_SENTENCE = {0.0, 1.0}


def numbers(text):
    """The numbers that a text names, without their signs."""
    text = re.sub("[¼½]", lambda found: FRACTIONS[found[0]], text)
    return {float(found.replace(",", "")) for found in NUMBER.findall(text)} - IN_ANY_SENTENCE


def predictions(notebook):
    """For each prediction: what is asked, the cells of code under it, and how the answer begins."""
    parts = [part for column in columns(notebook) for part in column.parts]
    for place, part in enumerate(parts):
        if isinstance(part, Block) and part.asks:
            after = [isinstance(other, Block) for other in [*parts[place + 1 :], Block([])]]
            end = place + 1 + after.index(True)
            answer = parts[end].paragraphs[:1] if end < len(parts) else []
            sources = [other.source for other in parts[place + 1 : end]]
            yield " ".join(part.paragraphs), sources, " ".join(answer)


def alternatives(tree):
    """The expressions that say what a picture shows: of `plots.show(fig, …)` and of `alt`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "plots.show":
            yield node.args[1]
        elif ast.unparse(node).startswith(("alt = ", "alt += ")) and hasattr(node, "value"):
            yield node.value


def constants(node, *kinds):
    """The constants of some kinds in a part of a program."""
    return [n for n in ast.walk(node) if isinstance(n, ast.Constant) and type(n.value) in kinds]


def typed(node, without=()):
    """The numbers in a part of a program, in its texts as well, apart from some of these."""
    found = {float(constant.value) for constant in constants(node, int, float)}
    texts = (text for text in constants(node, str) if text not in without)
    return found.union(*(numbers(text.value) for text in texts)) - IN_ANY_SENTENCE


def told_by_alternative_texts(notebook):
    """Yield numbers in typed alternative texts that neither the question nor the code has."""
    for asked, sources, _answer in predictions(notebook):
        tree = ast.parse("\n".join(sources))
        texts = [text for node in alternatives(tree) for text in constants(node, str)]
        told = set().union(*(numbers(text.value) for text in texts))
        for number in sorted(told - typed(tree, without=texts) - numbers(asked)):
            yield f"under {asked[-60:]!r} an alternative text tells {number:g}"


def told_by_asserts(notebook):
    """Yield numbers in asserts that the answer names and the question does not."""
    for asked, sources, answer in predictions(notebook):
        for node in ast.walk(ast.parse("\n".join(sources))):
            if isinstance(node, ast.Assert):
                for number in sorted(typed(node) & numbers(answer) - numbers(asked)):
                    yield f"under {asked[-60:]!r} an assert tells {number:g}"


RULES = [told_by_alternative_texts, told_by_asserts]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_code_does_not_answer_the_prediction_above_it(rule, path):
    assert list(rule(nbformat.read(path, as_version=4))) == []


# Each can fail


def page(source, asked="**Predict** the height at 3.", answer="It is 42, and not 3."):
    return new_notebook(
        cells=[
            new_markdown_cell(f"# A title\n\n{asked}"),
            new_code_cell(source),
            new_markdown_cell(answer),
        ]
    )


@pytest.mark.parametrize(
    "source",
    [
        'plots.show(fig, "It is 42 high.")',
        'plots.show(fig, f"At {x} it is 42 high.")',
        'alt = "At 3"\nalt += " it is 42 high."\nplots.show(fig, alt)',
    ],
)
def test_a_typed_answer_in_an_alternative_text_is_seen(source):
    assert len(list(told_by_alternative_texts(page(source)))) == 1
    assert not list(told_by_alternative_texts(page(source, asked="What is it?")))


def test_an_assert_that_answers_is_seen():
    assert len(list(told_by_asserts(page("assert height(3) == 42")))) == 1
    assert len(list(told_by_asserts(page("x = 1\nassert x < 0.25", answer="**¼**")))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'plots.show(fig, f"At 3 it is {height(3)} high.")',
        'y = height(42)\nplots.show(fig, "The height at 3 and at 42.")',
        "assert height(3) > 7",
    ],
)
def test_what_is_computed_asked_or_drawn_may_be_told(source):
    assert not [told for rule in RULES for told in rule(page(source))]
