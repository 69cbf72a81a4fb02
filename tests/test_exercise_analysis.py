"""What is said of an answer's numbers is true in every entry, and told from its neighbours."""

import math

import numpy as np
import pytest

from helpers.exercises.analysis import relation
from helpers.exercises.pairs import Pairs
from helpers.exercises.shapes import words_on_shape

CASES = [np.array(x) for x in (3.0, -1.25, 0.4, 7.5)]
ROWS = [np.array(x) for x in ([3.0, -1.25, 0.4], [7.5, 2.0, -6.0], [0.3, 0.1, 11.0])]
TABLES = [np.arange(1.0, 7).reshape(2, 3) ** 2, np.arange(1.0, 13).reshape(3, 4) ** 1.5]


def said(change, expected=CASES, **more):
    return relation(Pairs([change(e) for e in expected], expected, **more))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: -e, "All sizes are right, and the sign is reversed, in every case."),
        (lambda e: 2 * e, "Your answer is twice the right one, in every case."),
        (lambda e: e / 2, "Your answer is half of the right one"),
        (lambda e: -3 * e, "Your answer is minus three times the right one"),
        (lambda e: 1.7 * e, "Your answer is the right one times 1.7,"),
        (lambda e: -1.7 * e, "Your answer is the right one times -1.7,"),
        (lambda e: math.pi * e, "the right one times π,"),
        (lambda e: math.degrees(e) if e.ndim == 0 else e * 180 / math.pi, "an angle in degrees?"),
        (lambda e: 1.001 * e, "Is a number rounded?"),
        (abs, "Your answer has the right size everywhere, but it has lost its sign."),
        (lambda e: np.maximum(e, 0), "Your answer is never below 0, and the right one is"),
        (lambda e: np.minimum(e, 0), "Your answer is never above 0, and the right one is"),
        (lambda e: 1 / e, "1 divided by the right one: upside down."),
        (lambda e: -1 / e, "upside down, with the sign reversed."),
        (lambda e: 5 / e, "Your answer is 5 divided by the right one: upside down, and a factor"),
        (lambda e: e**2, "the square of the right one: is a root missing, or a square too many?"),
        (lambda e: np.sqrt(abs(e)), "the root of the right one: is a root too many?"),
        (np.exp, "e to the power of the right one."),
        (lambda e: e + 1, "Your answer is 1 too large, in every case."),
        (lambda e: e - 0.25, "Your answer is 0.25 too small, in every case."),
    ],
)
def test_each_relation_is_named(change, words):
    assert words in said(change)
    assert words in said(change, ROWS)
    assert words[5:].strip() in said(change, TABLES) or (np.concatenate(TABLES, None) > 0).all()


def test_a_relation_has_to_hold_everywhere():
    for change in (lambda e: -e, lambda e: 2 * e, abs, lambda e: e + 1, lambda e: e**2):
        answers = [change(e) for e in ROWS]
        answers[2] = answers[2] + np.array([0, 0, 1e-3])
        text = relation(Pairs(answers, ROWS))
        assert not text or text.startswith("Right in all entries but"), text
        scalars = [*map(change, CASES[:3]), CASES[3] * 1.37]
        assert relation(Pairs(scalars, CASES)) == ""


def test_nothing_is_related_to_zero():
    assert said(lambda e: 0 * e) == ""


def test_unrelated_numbers_hear_nothing():
    chance = np.random.default_rng(0)
    for _ in range(200):
        answers = [chance.normal(size=e.shape) for e in ROWS]
        extra = {"`h`": list(chance.normal(size=3)), "`m`": [3, 4, 7]}
        known = {"`x`": [chance.normal(size=3) for _ in ROWS]}
        assert relation(Pairs(answers, ROWS, quantities=extra, known=known)) == ""


@pytest.mark.parametrize("value", [2.0, 1.0, 0.5, -1.0])
def test_equal_right_answers_tell_no_relation_from_its_neighbours(value):
    expected = [np.array(value)] * 4
    for change in (lambda e: e / 2, lambda e: e + 1, lambda e: 1 / e + 0.1, lambda e: e**2 + 1):
        assert said(change, expected) == ""


def test_a_factor_that_changes_is_traced_to_a_quantity():
    more = {"quantities": {"`h`": [0.5, 0.1, 0.25, 3.0], "`len(y)`": [3, 4, 5, 9]}}

    def text(factors):
        answers = [f * e for f, e in zip(factors, CASES, strict=True)]
        return relation(Pairs(answers, CASES, **more))

    h, m = (np.array(values) for values in more["quantities"].values())
    assert text(m) == "Your answer is the right one times `len(y)`, in every case."
    assert text(1 / h) == "Your answer is the right one divided by `h`, in every case."
    assert "times ½ · `len(y)`," in text(m / 2)
    assert "times 2 / `len(y)`," in text(2 / m)
    assert "times -1 · `h`," in text(-h)
    assert "times `h`²," in text(h**2)
    assert "divided by √`len(y)`," in text(1 / np.sqrt(m))
    assert text(m + 0.1) == ""


def test_what_an_answer_is_instead():
    known = {"`x`": [np.array(v) for v in (1.0, -2.0, 4.0, 0.3)]}
    answers = known["`x`"]
    assert relation(Pairs(answers, CASES, known=known)) == "That is `x`."
    assert relation(Pairs([-a for a in answers], CASES, known=known)) == "That is minus `x`."
    text = relation(Pairs([abs(a) for a in answers], CASES, known=known))
    assert text == "That is the absolute value of `x`."
    text = relation(Pairs([e + a for e, a in zip(CASES, answers, strict=True)], CASES, known=known))
    assert text == "Your answer is the right one plus `x`, in every case."
    text = relation(Pairs([e - a for e, a in zip(CASES, answers, strict=True)], CASES, known=known))
    assert text == "Your answer is the right one minus `x`, in every case."


def changed(where, change=lambda part: part + 1.7):
    def apply(e):
        e = e.copy()
        e[where] = change(e[where])
        return e

    return apply


@pytest.mark.parametrize(
    ("where", "expected", "words"),
    [
        (0, ROWS, "Right in all entries but the first."),
        (1, ROWS, "Right in all entries but the second."),
        (-1, ROWS, "Right in all entries but the last one."),
        ([0, 2], ROWS, "Right in the second entry alone."),
        (np.s_[1:], ROWS, "Right in the first entry alone."),
        (np.s_[:, 0], TABLES, "Right in all entries but those in the first column."),
        (0, TABLES, "Right in all entries but those in the first row."),
        (np.s_[:, -1], TABLES, "Right in all entries but those in the last column."),
    ],
)
def test_which_entries_are_wrong(where, expected, words):
    chance = np.random.default_rng(1)
    assert said(changed(where, lambda part: part + chance.normal(1, 1)), expected) == words


def test_some_signs():
    answers = [CASES[0], -CASES[1], CASES[2], -CASES[3]]
    text = relation(Pairs(answers, CASES))
    assert text == "All sizes are right, and some signs are not."


def test_wrong_entries_with_one_fault():
    assert said(changed(1, lambda p: -p), ROWS) == (
        "Right in all entries but the second, where the sign is reversed."
    )
    text = said(changed(0, lambda p: 2 * p), ROWS)
    assert text == "Right in all entries but the first, where the factor 2 is too many."
    square = [np.arange(1.0, 10).reshape(3, 3) ** 2, np.arange(1.0, 5).reshape(2, 2) ** 1.5]
    off = [e + np.eye(len(e)) * (1 + e) for e in square]
    assert relation(Pairs(off, square)).startswith("Right in all entries but those on the diagonal")


def test_orders():
    assert said(lambda e: e[::-1], ROWS) == "The right numbers, in reverse order."
    assert said(lambda e: np.sort(e), ROWS) == "The right numbers, in another order."
    square = [np.arange(1.0, 10).reshape(3, 3), np.arange(1.0, 5).reshape(2, 2)]
    assert "rows and columns exchanged: transpose it (`.T`)" in said(np.transpose, square)


def shaped(change, expected):
    return words_on_shape([np.asarray(change(e)) for e in expected], expected)


@pytest.mark.parametrize(
    ("change", "expected", "words"),
    [
        (lambda e: [e], CASES, "still wrapped: take it out with `[0]`."),
        (lambda e: [[e]], CASES, "take it out with `[0, 0]`."),
        (lambda e: [0.25 * e, 0.75 * e], CASES, "They add up to the right number: sum them."),
        (lambda e: [e - 1, e + 1], CASES, "Their mean is the right number: take it."),
        (lambda e: [e, 17.0 if e > 0 else -17.0], CASES, "The first of them is the right number."),
        (lambda e: [1.3, 2.7 * e], CASES, "Is a sum, a mean or a dot product missing?"),
        (lambda e: [], CASES, "There is nothing in it."),
        (np.sum, ROWS, "It is the sum of the right ones"),
        (np.mean, ROWS, "It is the mean of the right ones"),
        (np.linalg.norm, ROWS, "It is the length of the right one"),
        (lambda e: e[0], ROWS, "It is the first of the right ones"),
        (lambda e: 1.1 + e[0], ROWS, "One number stands where an array is asked for."),
        (lambda e: e[:, None], ROWS, "The numbers are right, and they stand in a table of one col"),
        (lambda e: e[None], ROWS, "The numbers are right, and they stand in a table of one row"),
        (lambda e: e[:2], ROWS, "It holds 2 numbers, and 3 are asked for. The first 2 are right."),
        (lambda e: [*e, 1], ROWS, "It holds 4 numbers, and 3 are asked for. The first 3 are"),
        (lambda e: [*(e + 1), 1], ROWS, "It holds 4 numbers, and 3 are asked for."),
        (np.transpose, TABLES, "The numbers are right, and rows and columns are exchanged"),
        (lambda e: e.T + 1, TABLES, "The rows and columns are exchanged"),
        (lambda e: e.sum(axis=0), TABLES, "That is the sum of the right table over `axis=0`."),
        (lambda e: e.mean(axis=1), TABLES, "That is the mean of the right table over `axis=1`."),
        (lambda e: [e / 4, e * 3 / 4], ROWS, "Its sum over `axis=0` is right"),
        (lambda e: [e, e + 1, e * 2], ROWS, "There is one axis too many"),
    ],
)
def test_shapes(change, expected, words):
    assert words in shaped(change, expected)


def test_of_two_ways_that_fit_none_is_named():
    first_and_least = [np.array([1.0, 2.0, 5.0]), np.array([-3.0, 0.5, 2.0])]
    text = shaped(lambda e: e[0], first_and_least)
    assert text == "One number stands where an array is asked for."


def test_a_row_where_a_column_is_expected():
    columns = [e[:, None] for e in ROWS]
    assert "in a row where a column is expected" in shaped(np.transpose, columns)
