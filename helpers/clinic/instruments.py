"""Instruments: each looks at one side of a program, and returns a reading.

None of them looks at the code. All but two may be read at any `State` of a training; the loss at
the start and the ten samples learned by heart begin at the beginning.
"""

from dataclasses import dataclass

import numpy as np

from helpers.derivatives import numerical_gradient

from .program import advance, loss_at, start, trained, used_gradient

SMALL = 1e-4  # a small step, in parts of the size of the weights
AGREE = 1e-4  # a relative difference of differences and formula that rounding may leave
BY_HEART = 0.05  # of the first loss, when ten samples have been learned


@dataclass(frozen=True)
class Reading:
    """What an instrument shows.

    Attributes:
        instrument: its name.
        number: the reading, in the instrument's own unit; NaN where it cannot be read.
        alarm: True or False; None where the instrument cannot be read.
        words: what it means, in a sentence.
        found, expected: the numbers that were compared, one by one.
    """

    instrument: str
    number: float
    alarm: bool | None
    words: str
    found: tuple = ()
    expected: tuple = ()

    def __repr__(self):
        """One line: the verdict, the instrument, the sentence."""
        verdict = {True: "ALARM ", False: "passed", None: "  –   "}[self.alarm]
        return f"{verdict}  {self.instrument}: {self.words}"


def shape(program, state=None):
    """Whether the gradient has a number for each weight, and each error belongs to one sample.

    The number counts the arrays whose shape is not right.
    """
    state = state or start(program)
    pairs = [
        (f"the gradient of {name}", np.shape(g), np.shape(state.weights[name]))
        for name, g in used_gradient(program, state).items()
    ]
    if program.errors:
        errors = np.shape(program.errors(state.weights, *program.data))
        ought = (len(program.data[1]), 1)[: len(errors)]
        pairs.append(("the table of errors", errors, ought))
    wrong = [
        f"{what} has the shape {is_}, not {ought}" for what, is_, ought in pairs if is_ != ought
    ]
    words = "; ".join(wrong) if wrong else "a number for each weight"
    sizes = [[int(np.prod(pair[k])) for pair in pairs] for k in (1, 2)]
    return Reading("shape", len(wrong), bool(wrong), f"{words}.", *map(tuple, sizes))


def first_loss(program, state=None):
    """The loss before the first step, in multiples of that of whoever knows nothing."""
    if program.ignorant is None:
        return Reading("loss at the start", np.nan, None, "nobody knows what it should be.")
    found, expected = loss_at(program, start(program)), program.ignorant
    ratio = found / expected
    alarm = not 2 / 3 < ratio < 1.5
    words = f"{_shown(found)}; whoever knows nothing has {_shown(expected)}."
    return Reading("loss at the start", ratio, alarm, words, (found,), (expected,))


def gradient_check(program, state=None):
    """The distance of the gradient in use from that by differences, in parts of both lengths."""
    state = state or start(program)
    formula, differences = _both(program, state)
    number = _apart(*map(_flat, (formula, differences)))
    alarm = not number < AGREE
    if alarm:
        words = f"formula and differences are apart{_factors(formula, differences)}."
    else:
        words = "formula and differences agree."
    return Reading("gradient check", number, alarm, words, *_entries(formula, differences))


def sign(program, state=None):
    """How many of the weights the next step moves uphill."""
    state = state or start(program)
    _, differences = _both(program, state)
    after = advance(program, state).weights
    moved = _flat({name: after[name] - state.weights[name] for name in after})
    slopes = _flat(differences)
    counts = np.abs(moved) > 1e-9 * np.abs(moved).max(initial=0)
    counts &= np.abs(slopes) > 1e-6 * np.abs(slopes).max(initial=0)
    number = int(np.sum(counts & (moved * slopes > 0)))
    words = f"the step moves {number} of {slopes.size} weights uphill."
    if number == 0:
        words = "the step moves each weight downhill."
    size = np.abs(moved).max(initial=0) or 1.0
    return Reading(
        "sign", number, number > 0, words, tuple(moved / size), tuple(-slopes / _most(slopes))
    )


def scale(program, state=None):
    """By how much the gradient grows when each sample is there twice."""
    state = state or start(program)
    X, y = program.data
    once = _flat(used_gradient(program, state))
    if not once.any():
        return Reading("scale", np.nan, None, "there is no gradient to measure.")
    twice = _flat(used_gradient(program, state, (np.repeat(X, 2, axis=0), np.repeat(y, 2, axis=0))))
    number = float(np.linalg.norm(twice) / np.linalg.norm(once))
    alarm = not abs(number - 1) < 0.05
    words = f"each sample twice makes the gradient {_shown(number)} times as long."
    if not alarm:
        words = "each sample twice leaves the gradient as it is."
    return Reading("scale", number, alarm, words, tuple(twice), tuple(once))


def small_step(program, state=None):
    """By how much the loss changes in a step so short that its length cannot be to blame."""
    state = state or start(program)
    used, w = (_flat(part) for part in (used_gradient(program, state), state.weights))
    length = np.linalg.norm(used)
    rate = SMALL * (1 + np.linalg.norm(w)) / (length or 1.0)
    before, later = loss_at(program, state), loss_at(program, advance(program, state, rate))
    change = later - before
    # At the bottom no step can lower the loss.
    alarm = bool(not change < 0 and length > 1e-9)
    words = "the loss falls." if change < 0 else "the loss rises."
    if not change < 0 and not alarm:
        words = "there is no gradient to step along."
    return Reading("one small step", change, alarm, words, (later,), (before,))


def ten_by_heart(program, state=None):
    """What is left of the loss when the program has trained on its ten samples."""
    first, last = loss_at(program, start(program)), loss_at(program, trained(program))
    number = last / first
    alarm = not number < BY_HEART
    if not alarm:
        words = "it learns them by heart."
    elif number > 100:
        words = "its loss flies off."
    else:
        words = f"after {program.steps} steps {number:.0%} of the loss is left."
    return Reading("ten samples by heart", number, alarm, words, (last,), (0.0,))


def known_answer(program, state=None):
    """The largest distance from an answer that is known, in parts of it."""
    if program.known is None:
        return Reading("known answer", np.nan, None, "no case with a known answer is at hand.")
    found, known = (np.atleast_1d(np.asarray(part, dtype=float)) for part in program.known(program))
    number = float(np.max(np.abs(found - known)) / max(1.0, np.abs(known).max()))
    alarm = not number < 0.01
    listed = [", ".join(map(_shown, numbers)) for numbers in (found, known)]
    words = f"{program.asked}: found {listed[0]}, known {listed[1]}."
    return Reading("known answer", number, alarm, words, tuple(found), tuple(known))


INSTRUMENTS = {
    "shape": shape,
    "loss at the start": first_loss,
    "gradient check": gradient_check,
    "sign": sign,
    "scale": scale,
    "one small step": small_step,
    "ten samples by heart": ten_by_heart,
    "known answer": known_answer,
}
"""In the order in which one would take them: each asks for more than the one before."""


def read(name, program, state=None):
    """Put one instrument to a program; where it stops with an error, the reading says so.

    Args:
        name: a key of `INSTRUMENTS`.
        program: a `Program`.
        state: where in its training; by default before the first step.
    """
    try:
        with np.errstate(all="ignore"):
            return INSTRUMENTS[name](program, state)
    except Exception:  # the faulty function may be anything, the reader's own as well
        return Reading(name, np.nan, None, "cannot be read: the program stops with an error.")


class Examination(tuple):
    """The readings of all instruments, which say themselves line by line."""

    __slots__ = ()

    @property
    def alarms(self):
        """The names of the instruments that raise an alarm."""
        return tuple(reading.instrument for reading in self if reading.alarm)

    def __repr__(self):
        """A line for each instrument."""
        return "\n".join(map(repr, self))


def examine(program, state=None):
    """Put all instruments to a program: an `Examination`."""
    return Examination(read(name, program, state) for name in INSTRUMENTS)


# What they share


def _both(program, state):
    """The gradient in use, and the same by differences of the loss."""
    used = used_gradient(program, state)
    differences = {}
    for name, w in state.weights.items():

        def slice_of(part, name=name):
            return program.loss({**state.weights, name: part}, *program.data)

        differences[name] = numerical_gradient(slice_of, w)
    for name, g in used.items():
        if np.shape(g) != np.shape(differences[name]):
            # What NumPy would do with it in a step.
            used[name] = np.broadcast_to(g, np.shape(differences[name]))
    return used, differences


def _flat(arrays):
    return np.concatenate([np.ravel(np.asarray(a, dtype=float)) for a in arrays.values()])


def _apart(a, b):
    """The length of a − b in parts of the two lengths; 0 where both are 0."""
    both = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / both) if both > 1e-12 else 0.0


def _most(values):
    return np.abs(values).max(initial=0) or 1.0


def _entries(formula, differences):
    a, b = _flat(formula), _flat(differences)
    return tuple(a / _most(b)), tuple(b / _most(b))


def _factors(formula, differences):
    """Where the formula is a multiple of the differences, by name; else nothing."""
    said = []
    for name, b in differences.items():
        a = np.asarray(formula[name])
        size = float(np.sum(b * b))
        factor = float(np.sum(a * b)) / size if size > 1e-12 else 1.0
        if abs(factor - 1) > 1e-3 and _apart(a, factor * b) < AGREE:
            said.append(f"{name} is {_shown(factor)} times what it should be")
    return f": {', '.join(said)}" if said else ""


def _shown(number):
    """A number with three digits, whole from 100 on; no rounding error as 0, nothing huge."""
    if not abs(number) < 1e6:
        return "far off"
    if abs(number) < 1e-9:
        return "0"
    text = f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return text.replace("-", "\N{MINUS SIGN}")
