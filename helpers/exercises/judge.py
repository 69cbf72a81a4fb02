"""Judge what an answer came to: right, almost, wrong and in which way, or not to be judged."""

import difflib
import math

import numpy as np

from . import habits
from .analysis import relation
from .attempt import attempt_all, name_of, signature_misfit
from .pairs import Pairs
from .reading import COMMA, nearness, shorten, show
from .shapes import words_on_shape
from .verdict import Verdict

# Readings this much smaller than the largest one count as 0 with a rounding error.
NEGLIGIBLE = 1e-6
UNTRIED = Verdict("untried", "Put your expression where the `...` stands.")


def judge(exercise, answer):
    """The `Verdict` on an answer, whatever it is or does."""
    if answer is ...:
        return UNTRIED
    refusal = exercise.is_function and _refusal(exercise, answer)
    if refusal:
        return Verdict("trouble", refusal)
    function = answer if exercise.is_function else lambda: answer
    key = exercise.key
    outcomes = attempt_all(
        function, key.arguments, exercise.parameters, exercise.blank, pace=key.pace
    )
    if any(outcome.reading.kind == "untried" for outcome in outcomes):
        return UNTRIED
    verdict = recognize(exercise, outcomes) or _Fault(exercise, answer, outcomes).verdict()
    halved = exercise.is_function and habits.root_that_halves(answer, key.solution)
    if halved and verdict.state == "wrong":  # whatever mistake has the same numbers
        verdict = Verdict("wrong", halved)
    printed = "".join(outcome.printed for outcome in outcomes)
    if not printed.strip() or outcomes[0].reading.kind == "nothing":
        return verdict
    note = f"It also printed `{shorten(printed, 40)}`; a check reads only what is returned."
    return verdict.with_text(f"{verdict.text} {note}")


def _refusal(exercise, answer):
    """The sentence on an answer that cannot be called as the exercise calls it, or ""."""
    if not callable(answer):
        return (
            f"The check needs the function itself, without calling it: "
            f"`{exercise.check_line()}`. It was given {name_of(answer)}."
        )
    arguments = exercise.key.arguments[0]
    taken = signature_misfit(answer, arguments)
    # Without those that have a default.
    call = f"{exercise.variable}({', '.join(exercise.parameters[: len(arguments)])})"
    return taken and f"The check calls `{call}`, and your function takes `{taken}`."


def recognize(exercise, outcomes):
    """The `Verdict` on what is right or a typical mistake in all cases; None on all else."""
    key = exercise.key
    if max(_errors(outcomes, key.expected)) <= exercise.tolerance:
        return Verdict("right", exercise.right)
    for words, readings in key.variants:
        if max(_errors(outcomes, readings)) <= exercise.tolerance:
            return Verdict("right", f"{exercise.right} {words}")
    for words, readings in key.mistaken:
        if max(_errors(outcomes, readings)) <= exercise.tolerance:
            return Verdict("wrong", words)
    return None


def _errors(outcomes, readings):
    """The relative error of each outcome; infinite where there is nothing to compare."""
    numbers = [reading.value for reading in readings if reading.kind == "number"]
    sizes = [np.abs(value[np.isfinite(value)]).max(initial=0.0) for value in numbers]
    # Of their own size: a mistake whose results are all tiny is not any other tiny result.
    floor = NEGLIGIBLE * max(sizes, default=0.0)
    return [
        np.inf
        if outcome.trouble and outcome.reading.kind != "raises"
        else nearness(outcome.reading, reading, floor)
        for outcome, reading in zip(outcomes, readings, strict=True)
    ]


class _Fault:
    """An answer that is neither right nor a mistake with words of its own."""

    def __init__(self, exercise, answer, outcomes):
        self.exercise, self.answer, self.outcomes = exercise, answer, outcomes
        self.errors = _errors(outcomes, exercise.key.expected)
        self.good = [error <= exercise.tolerance for error in self.errors]
        self.first = self.good.index(False)
        self.readings = [outcome.reading for outcome in outcomes]
        self.expected = exercise.key.expected
        self.subject, self.verb, self.quantity = "your answer", "is", exercise.quantity
        if exercise.is_function:
            self.verb = "returns"
        self._judge_the_blank()

    def _judge_the_blank(self):
        """Where the function does more with the blank than return it, look at the blank."""
        blanks, right = [o.blank for o in self.outcomes], self.exercise.key.blanks
        if not right or any(o.trouble for o in self.outcomes) or None in blanks:
            return
        errors = [nearness(*pair) for pair in zip(blanks, right, strict=True)]
        tolerance = self.exercise.tolerance
        if max(errors) <= tolerance or any(b.kind in ("other", "nothing") for b in blanks):
            return
        self.readings, self.expected, self.errors = blanks, right, errors
        self.first = [error <= tolerance for error in errors].index(False)
        self.subject, self.verb = f"`{self.exercise.blank}`", "is"
        self.quantity = "the right one"

    def verdict(self):
        outcome, reading = self.outcomes[self.first], self.readings[self.first]
        expected = self.expected[self.first]
        where = f"For {self.exercise.key.labels[self.first]} " if self.exercise.is_function else ""
        trouble = outcome.trouble or self._misfit(outcome, reading, expected)
        if trouble:
            return Verdict("trouble", self._most() + _capital(where + trouble))
        near = max(self.errors) <= self.exercise.near
        if near and 0 < max(self.errors) < 1e-3 and self.exercise.nearly:
            known = f"Right to about {_digits(max(self.errors))}. "
            return Verdict("almost", known + self.exercise.nearly)
        told, block = self._difference(reading, expected)
        told = _capital(where + told)
        if near and not self.exercise.explain:
            told = f"Right to about {_digits(max(self.errors))}. {told}"
        found = self._relation()
        if near and not found and self.exercise.is_function:
            found = habits.small_number(self.answer, self.exercise.key.solution)
            found = found or "Is a number in it rounded, or something approximated?"
        if near:
            return Verdict("almost", told + (found and f" {found}"), block=block)
        text = f"{found} {told}" if found else told + self._remark()
        power = habits.power_sign(self.answer)
        return Verdict("wrong", (power and f"{power} ") + self._most() + text, block=block)

    def _most(self):
        # Most cases do not make an answer almost right: a constant may be right in most of them.
        count, total = sum(self.good), len(self.good)
        return f"Right in {count} of {total} cases. " if count > total / 2 else ""

    def _misfit(self, outcome, reading, expected):
        """What keeps a reading from being compared with the expected one, or ""."""
        exercise = self.exercise
        verb = f"{self.subject} {self.verb}"
        if self.verb == "returns":
            verb = "your function returns"
        if reading.kind == "nothing" and any(r.kind != "nothing" for r in self.readings):
            return f"{verb} `None`: it comes to its end without a value here."
        if reading.kind == "nothing":
            return _nothing(outcome, exercise.is_function, verb)
        unlike = reading.kind != expected.kind
        shapes = reading.kind == expected.kind == "number"
        shapes = shapes and reading.value.shape != expected.value.shape
        if exercise.choices and reading.kind == "text" and reading.value not in exercise.choices:
            unlike = True
        several = isinstance(reading.value, list) and not isinstance(expected.value, list)
        if unlike or shapes or several:
            more = reading.advice
            if exercise.is_function and more == COMMA:
                more = "A comma makes several of it."
            if shapes:
                more = more or words_on_shape(*self._shaped())
            elif expected.kind == "truth":
                more = more if reading.kind == "truth" else "A comparison gives one of these."
            elif exercise.choices and reading.kind == "text":
                more = _near_choice(reading.value, exercise.choices)
            return f"{verb} {reading.name}; expected {self._name_of(expected)}." + (
                more and f" {more}"
            )
        if reading.kind == "number" and not np.isfinite(reading.value).all():
            shown = shorten(show(reading.value), 80)
            return f"{verb} {shown}, which is not finite. {_not_finite(reading.value)}"
        return ""

    def _shaped(self):
        """Answers and right answers of all cases that hold numbers of unequal shapes."""
        both = [
            (reading.value, expected.value)
            for reading, expected in zip(self.readings, self.expected, strict=True)
            if reading.kind == expected.kind == "number"
        ]
        odd = [pair for pair in both if pair[0].shape != pair[1].shape]
        return [a for a, _ in odd], [e for _, e in odd]

    def _name_of(self, expected):
        if self.exercise.choices:
            listed = ", ".join(f'"{word}"' for word in self.exercise.choices)
            return f"one of the words {listed}"
        if expected.kind == "number":
            return expected.name if expected.value.ndim else "one number"
        return {"text": "a word", "truth": "`True` or `False`"}[expected.kind]

    def _difference(self, reading, expected):
        """The sentence on an answer that can be read but is not right; and what stands below it."""
        answer, right = show(reading.value), show(expected.value)
        if answer == right:  # they differ further behind the point
            answer, right = show(reading.value, 12), show(expected.value, 12)
        if "\n" in answer + right:
            block = f"{self.subject.replace('`', '')}:\n{answer}\n{self.quantity}:\n{right}"
            return f"{self.subject} and {self.quantity} stand below.", block
        if self.exercise.is_function:
            return f"{self.subject} is {answer}; {self.quantity} is {right}.", ""
        if reading.kind != "number" or reading.value.ndim:
            return f"{self.subject} is {answer}, which is not what is asked for.", ""
        if self.exercise.explain:
            return self.exercise.explain(float(reading.value)), ""
        large = reading.value > expected.value
        return f"{answer} is too {'large' if large else 'small'}.", ""

    def _relation(self):
        if self._never_changes():
            return f"{_capital(self.subject)} is the same in every case, whatever is given."
        both = list(zip(self.readings, self.expected, strict=True))
        for outcome, (reading, expected) in zip(self.outcomes, both, strict=True):
            if outcome.trouble or not reading.kind == expected.kind == "number":
                return ""
            if reading.value.shape != expected.value.shape:
                return ""
            if not np.isfinite(reading.value).all():
                return ""
        if not self.exercise.is_function and both[0][0].value.ndim == 0:
            # One number tells no relation from its neighbours, and would give itself away.
            return ""
        key = self.exercise.key
        values = [reading.value for reading, _ in both], [expected.value for _, expected in both]
        single = not self.exercise.is_function
        return relation(Pairs(*values, self.subject, key.quantities, key.known, single))

    def _never_changes(self):
        """Whether the answer is one and the same number in cases where the right one changes."""
        first, right = self.readings[0], self.expected[0]
        return (
            len(self.readings) > 1
            and first.kind in ("number", "truth", "text")
            and all(nearness(reading, first) == 0 for reading in self.readings[1:])
            and any(nearness(other, right) > 0 for other in self.expected[1:])
        )

    def _trait(self):
        """Which sign of an argument parts the right cases from the wrong ones, if one does."""
        count, total = sum(self.good), len(self.good)
        # With fewer cases some argument parts them by chance.
        if total < 6 or min(count, total - count) < 2:
            return ""
        for name, values in self.exercise.key.quantities.items():
            for sign, words in ((1, "above"), (-1, "below")):
                named = name[1:-1] in self.exercise.parameters
                if named and [sign * value > 0 for value in values] == self.good:
                    return f"It is right where {name} is {words} 0, and in no other case."
        return ""

    def _remark(self):
        """A fact about the code that may be the cause; else where to turn."""
        words = self._trait()
        if not words and self.exercise.is_function and not habits.power_sign(self.answer):
            solution = self.exercise.key.solution
            words = habits.habit(self.answer, solution, self.exercise.parameters)
        if not words and not self.exercise.explain:
            words = f"A hint: `lesson.{self.exercise.name}.hint()`."
        return f" {words}" if words else ""


def _nothing(outcome, is_function, verb):
    if outcome.printed.strip():
        printed = shorten(outcome.printed, 40)
        return f"your function prints `{printed}` but returns nothing. Replace `print` by `return`."
    if is_function and verb == "your function returns":
        return f"{verb} `None`. Did you forget `return`?"
    return f"{verb} `None`, as a call to `print` or to a function without `return` gives."


def _near_choice(word, choices):
    near = difflib.get_close_matches(word, choices, 1, 0.6)
    return f'Do you mean "{near[0]}"?' if near else ""


def _not_finite(values):
    if np.isnan(values).any():
        return "Is 0 divided by 0, or the root or the logarithm of a negative number taken?"
    return "Is something divided by 0, or does something grow without limit?"


def _digits(error):
    # The tiny addition keeps an error of 0.001 from counting as 2.9999 digits.
    digits = max(1, math.floor(-math.log10(error) + 1e-9))
    return f"{digits} digit{'s' * (digits > 1)}"


def _capital(sentence):
    return sentence[0].upper() + sentence[1:]
