"""How an answer's numbers differ from the right ones: by a factor, a sign, an order, some entries.

A relation is named only if it holds in every entry of every case, and if the cases tell it from its
neighbours: where all right answers are 2, "half" and "1 too small" and "1 divided by it" would look
alike, so that none of them is said. What is said is a fact; what may be its cause is asked.
"""

import math

import numpy as np

from .entries import entries
from .pairs import distinct, ratio

_TIMES = {2: "twice", 3: "three times", 4: "four times", 0.5: "half of", 0.25: "a quarter of"}
_CONSTANTS = {
    math.pi: "π",
    2 * math.pi: "2π",
    math.pi / 2: "π/2",
    180 / math.pi: "180/π (an angle in degrees?)",
    math.pi / 180: "π/180 (an angle in degrees?)",
    math.sqrt(2): "√2",
    1 / math.sqrt(2): "1/√2",
    1 / math.pi: "1/π",
    math.e: "e",
    1 / 3: "⅓",
}


def relation(pairs):
    """The sentence on what all answers have in common with the right ones, or "".

    Args:
        pairs: `Pairs`, all of whose numbers are finite.
    """
    with np.errstate(all="ignore"):
        for test in (
            _same_as_known,
            _transposed,
            _sign,
            _factor,
            _named_factor,
            _size_alone,
            _one_side,
            _power,
            _offset,
            _named_offset,
            _reordered,
            entries,
            _some_signs,
        ):
            words = test(pairs)
            if words:
                return words[0].upper() + words[1:]
    return ""


def _everywhere(pairs):
    return "" if pairs.single else ", in every case"


def _same_as_known(pairs):
    for name, values in pairs.known.items():
        fits = all(np.shape(v) == np.shape(a) for v, a in zip(values, pairs.answers, strict=True))
        if not fits or len(values) < 2:
            continue
        row = np.concatenate([np.ravel(value) for value in values])
        if distinct(row) < 2:
            continue
        if pairs.equal(pairs.a, row):
            return f"that is {name}."
        if pairs.equal(pairs.a, -row):
            return f"that is minus {name}."
        if (row < 0).any() and pairs.equal(pairs.a, np.abs(row)):
            return f"that is the absolute value of {name}."
    return ""


def _transposed(pairs):
    turned = [array.T for array in pairs.expected]
    if all(array.ndim == 2 for array in turned) and all(
        t.shape == a.shape and pairs.equal(t, a) for t, a in zip(turned, pairs.answers, strict=True)
    ):
        return "the numbers are right, with rows and columns exchanged: transpose it (`.T`)."
    return ""


def _sign(pairs):
    if pairs.nonzero.any() and pairs.equal(pairs.a, -pairs.e):
        size = "all sizes are right" if pairs.e.size > 1 else "the size is right"
        return f"{size}, and the sign is reversed{_everywhere(pairs)}."
    return ""


def _factor(pairs):
    if (distinct(pairs.e) < 2 and not pairs.single) or not pairs.sizes:
        return ""
    factor = ratio(pairs, pairs.a, pairs.e)
    if factor is None:
        return ""
    size, sign = abs(factor), "minus " if factor < 0 else ""
    plain = next((w for k, w in _TIMES.items() if math.isclose(size, k, rel_tol=1e-5)), "")
    known = next((w for k, w in _CONSTANTS.items() if math.isclose(size, k, rel_tol=1e-5)), "")
    if plain:
        times = f"{sign}{plain} the right one"
    else:
        times = f"the right one times {'-' * (factor < 0)}{known or f'{size:.4g}'}"
    cause = "Which factor is too many, or missing?"
    if math.isclose(size, 1, rel_tol=0.05):
        cause = "Is a number rounded?"
    return f"{pairs.subject} is {times}{_everywhere(pairs)}. {cause}"


def _named_factor(pairs):
    """A factor that differs from case to case, as m or h does."""
    ratios = [
        ratio(pairs, np.ravel(a), np.ravel(e))
        for a, e in zip(pairs.answers, pairs.expected, strict=True)
    ]
    if None in ratios or distinct(np.abs(ratios)) < 2:
        return ""
    for power, shape in ((1, "{0}"), (2, "{0}²"), (0.5, "√{0}")):
        for name, values in pairs.quantities.items():
            values = np.array(values, dtype=float)
            if distinct(np.abs(values)) < 2 or ((values <= 0).any() and power != int(power)):
                continue
            words = _as_product(np.array(ratios), values**power, shape.format(name))
            if words:
                return f"{pairs.subject} is the right one {words}{_everywhere(pairs)}."
    return ""


def _as_product(ratios, values, name):
    """How the ratios consist of the values: times or divided by them, with a small factor."""
    extras = {1: "", 2: "2 · ", 0.5: "½ · ", -1: "-1 · ", -2: "-2 · "}
    above = {1: "divided by ", 2: "times 2 / ", 0.5: "times ½ / ", -1: "times -1 / "}
    for factors, words in ((ratios / values, extras), (ratios * values, above)):
        first = factors[0]
        for extra, word in words.items():
            if np.allclose(factors, first, rtol=1e-5) and math.isclose(first, extra, rel_tol=1e-5):
                return f"{'' if words is above else 'times '}{word}{name}"
    return ""


def _size_alone(pairs):
    if (pairs.e[pairs.nonzero] < 0).any() and pairs.equal(pairs.a, np.abs(pairs.e)):
        return f"{pairs.subject} has the right size everywhere, but it has lost its sign."
    return ""


def _some_signs(pairs):
    if pairs.nonzero.any() and pairs.equal(np.abs(pairs.a), np.abs(pairs.e)):
        return "all sizes are right, and some signs are not."
    return ""


def _one_side(pairs):
    for cut, words in ((np.maximum, "never below 0"), (np.minimum, "never above 0")):
        kept = cut(pairs.e, 0)
        if np.abs(kept).max() > 0 and pairs.equal(pairs.a, kept):
            return f"{pairs.subject} is {words}, and the right one is in some cases."
    return ""


def _power(pairs):
    if pairs.sizes < 3 or not pairs.nonzero.all():
        return ""
    for values, words in (
        (1 / pairs.e, "1 divided by the right one: upside down"),
        (-1 / pairs.e, "minus 1 divided by the right one: upside down, with the sign reversed"),
        (pairs.e**2, "the square of the right one: is a root missing, or a square too many"),
        (np.sqrt(np.abs(pairs.e)), "the root of the right one: is a root too many"),
        (np.log(np.abs(pairs.e)), "the logarithm of the right one"),
        (np.exp(pairs.e), "e to the power of the right one"),
    ):
        if np.isfinite(values).all() and pairs.equal(pairs.a, values):
            return f"{pairs.subject} is {words}{'?' if 'is a' in words else '.'}"
    factor = pairs.a * pairs.e
    if factor[0] and distinct(np.abs(factor)) == 1 and pairs.equal(pairs.a, factor[0] / pairs.e):
        turned = f"{factor[0]:.4g} divided by the right one"
        return f"{pairs.subject} is {turned}: upside down, and a factor is off."
    return ""


def _offset(pairs):
    if distinct(pairs.e) < 2:
        return ""
    off = pairs.a - pairs.e
    if abs(off[0]) > 1e-4 * pairs.scale and pairs.equal(pairs.a, pairs.e + off[0]):
        size = "large" if off[0] > 0 else "small"
        return f"{pairs.subject} is {abs(off[0]):.4g} too {size}{_everywhere(pairs)}."
    return ""


def _named_offset(pairs):
    for name, values in pairs.known.items():
        if len(values) < 2 or any(
            np.shape(v) != np.shape(e) for v, e in zip(values, pairs.expected, strict=True)
        ):
            continue
        row = np.concatenate([np.ravel(value) for value in values])
        if distinct(np.abs(row)) < 2 or np.abs(row).max() < 1e-4 * pairs.scale:
            continue
        for sign, words in ((1, "plus"), (-1, "minus")):
            if pairs.equal(pairs.a, pairs.e + sign * row):
                return f"{pairs.subject} is the right one {words} {name}{_everywhere(pairs)}."
    return ""


def _reordered(pairs):
    if any(e.ndim == 0 or distinct(e.ravel()) < 2 for e in pairs.expected):
        return ""
    both = list(zip(pairs.answers, pairs.expected, strict=True))
    if all(pairs.equal(a, e[::-1]) for a, e in both):
        return "the right numbers, in reverse order."
    if all(pairs.equal(np.sort(a, axis=None), np.sort(e, axis=None)) for a, e in both):
        return "the right numbers, in another order."
    return ""
