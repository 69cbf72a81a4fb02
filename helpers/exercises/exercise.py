"""An exercise: one missing expression, and everything there is to say about what fills it."""

import ast
import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .attempt import attempt_all, name_of, signature_misfit
from .reading import nearness, raised, read, shorten, show
from .verdict import Verdict

BLANK = "{blank}"
# Expected values this much smaller than the largest one count as 0 with a rounding error.
NEGLIGIBLE = 1e-6
_MISSING = object()
_UNTRIED = Verdict("untried", "Put your expression where the `...` stands.")


@dataclass(kw_only=True, eq=False, repr=False)
class Exercise:
    r"""One missing expression in a cell that runs as it stands.

    The last statement of `template` says what is asked for: a function (`def …`), which is run on
    the `cases`, or a value (`name = {blank}`). The reader's answer is compared with what the
    solution gives, then with each typical mistake; the first mistake that agrees in every case
    has the word. So the mistakes are the recognizer and its test at the same time. A mistake that
    cannot be computed in some case (shapes that do not fit) agrees there with whatever raises the
    same kind of exception.

    >>> double = Exercise(
    ...     name="double",
    ...     template="def double(x):\n    return {blank}",
    ...     answer="2 * x",
    ...     cases=[(1.0,), (3.0,)],
    ...     mistakes={"x**2": "That squares x. Doubling adds x to itself."},
    ...     hints=["What is x plus x?"],
    ...     right="Doubling is multiplying by two.",
    ... )
    >>> double.check(lambda x: x * x)
    ✗ Not yet: That squares x. Doubling adds x to itself.
    >>> double.check(lambda x: x + x)
    ✓ Right: Doubling is multiplying by two.

    Attributes:
        name: how the lesson calls it: `lesson.<name>.check(…)`.
        template: the source of the reader's cell, with `{blank}` where the expression is missing.
            NumPy is known there as `np`.
        answer: the missing expression.
        mistakes: typical wrong expressions, each with the words that help whoever wrote it. One
            that contains "def " replaces the whole source.
        hints: from a nudge to nearly the answer.
        right: one sentence on what it means that the answer is right.
        cases: for a function: arguments to try it on, as tuples, or as a mapping from what a
            message calls the case ("f = x², x = 3") to the tuple.
        choices: the words that can be chosen from, in lower case, where the answer is a word.
        tolerance: the largest relative error of a right answer.
        near: the largest relative error of an almost right one.
        quantity: what the result of the function is called in a message.
        oracle: computes the expected result from the arguments in another way, such as
            differences for a derivative, so that the check needs no answer key.
        explain: for a number: says in a sentence what follows from a wrong value.

    Raises:
        ValueError: if the declaration contradicts itself.
    """

    name: str
    template: str
    answer: str
    mistakes: Mapping[str, str]
    hints: Sequence[str]
    right: str
    cases: Mapping[str, tuple] | Sequence[tuple] = ()
    choices: Sequence[str] = ()
    tolerance: float = 1e-6
    near: float = 0.05
    quantity: str = "the right answer"
    oracle: Callable | None = None
    explain: Callable[[float], str] | None = None
    state: str = field(default="untried", init=False)
    _hints_given: int = field(default=0, init=False)

    def __post_init__(self):
        """Refuse a declaration that contradicts itself; find out what it asks for."""
        last = ast.parse(self.source("...")).body[-1]
        if self.template.count(BLANK) != 1:
            raise ValueError(f"{self.name}: the template needs exactly one {BLANK}.")
        if not self.name.isidentifier():
            raise ValueError(f"{self.name}: the name of an exercise is a Python identifier.")
        if not self.hints:
            raise ValueError(f"{self.name}: an exercise has at least one hint.")
        self.is_function = isinstance(last, ast.FunctionDef)
        if self.is_function:
            self.variable = last.name
            self.parameters = [parameter.arg for parameter in last.args.args]
        elif isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name):
            self.variable, self.parameters = last.targets[0].id, []
        else:
            raise ValueError(f"{self.name}: the template ends with a function or `name = {BLANK}`.")
        if self.is_function != bool(self.cases):
            raise ValueError(f"{self.name}: a function has cases, and a value has none.")

    def __repr__(self):
        """How to check it."""
        return f"Exercise {self.name}: {self.check_line()}"

    # What stands in the notebook.

    def source(self, expression):
        """The source of the cell with `expression` in the blank."""
        return expression if "def " in expression else self.template.replace(BLANK, expression)

    def written(self, expression):
        """What the reader's cell defines when `expression` is written into the blank."""
        names = {"np": np}
        exec(compile(self.source(expression), f"<{self.name}>", "exec"), names)
        return names[self.variable]

    def check_line(self):
        """The line of the notebook that runs the check."""
        return f"lesson.{self.name}.check({self.variable})"

    def cell(self):
        """The reader's cell: the template with `...` in the blank, and the check."""
        gap = "\n\n\n" if self.is_function else "\n"
        return self.source("...") + gap + self.check_line()

    def solution_markdown(self):
        """The text of the cell below it: the solution, folded."""
        # GitHub renders what is inside only after a blank line.
        return (
            "<details><summary>Solution</summary>\n\n"
            f"```python\n{self.source(self.answer)}\n```\n\n{self.right}\n\n</details>"
        )

    # What the reader calls.

    def check(self, answer=_MISSING):
        """Judge an answer: a `Verdict`, whatever the answer is or does. The latest one counts."""
        verdict = self._judge(answer)
        self.state = verdict.state
        return verdict

    def hint(self):
        """The next hint."""
        total = len(self.hints)
        if self._hints_given == total:
            text = "That was the last one. The solution is folded below the exercise."
            return Verdict("hint", text, title="No more hints")
        self._hints_given += 1
        text = self.hints[self._hints_given - 1]
        return Verdict("hint", text, title=f"Hint {self._hints_given} of {total}")

    def solution(self):
        """The filled cell, and what it means."""
        return Verdict("solution", self.right, code=self.source(self.answer))

    # How an answer is judged.

    def _judge(self, answer):
        if answer is _MISSING:
            return Verdict("trouble", f"Hand your answer to the check: `{self.check_line()}`.")
        if answer is ...:
            return _UNTRIED
        refusal = self.is_function and self._refusal(answer)
        if refusal:
            return Verdict("trouble", refusal)
        function = answer if self.is_function else lambda: answer
        outcomes = attempt_all(function, self._arguments, self.parameters)
        if any(outcome.reading.kind == "untried" for outcome in outcomes):
            return _UNTRIED
        verdict = self._compare(outcomes)
        printed = "".join(outcome.printed for outcome in outcomes)
        if not printed.strip() or outcomes[0].reading.kind == "nothing":
            return verdict
        note = f"It also printed `{shorten(printed, 40)}`; a check reads only what is returned."
        return Verdict(verdict.state, f"{verdict.text} {note}")

    def _refusal(self, answer):
        """The sentence on an answer that cannot be called as the exercise calls it, or ""."""
        if not callable(answer):
            return (
                f"The check needs the function itself, without calling it: "
                f"`{self.check_line()}`. It was given {name_of(answer)}."
            )
        taken = signature_misfit(answer, self._arguments[0])
        call = f"{self.variable}({', '.join(self.parameters)})"
        return taken and f"The check calls `{call}`, and your function takes `{taken}`."

    def _compare(self, outcomes):
        errors = self._errors(outcomes, self._expected)
        good = [error <= self.tolerance for error in errors]
        if all(good):
            return Verdict("right", self.right)
        for words, readings in self._mistaken:
            if max(self._errors(outcomes, readings)) <= self.tolerance:
                return Verdict("wrong", words)
        first = good.index(False)
        outcome, expected = outcomes[first], self._expected[first]
        where = f"For {self._labels[first]} " if self.is_function else ""
        trouble = outcome.trouble or self._misfit(outcome, expected)
        fault = where + (trouble or self._difference(outcome.reading, expected))
        fault = fault[0].upper() + fault[1:]
        if not trouble and max(errors) <= self.near:
            # The tiny addition keeps an error of 0.001 from counting as 2.9999 digits.
            digits = max(1, math.floor(-math.log10(max(errors)) + 1e-9))
            known = "" if self.explain else f"Right to about {digits} digit{'s' * (digits > 1)}. "
            return Verdict("almost", known + fault)
        # Most cases do not make an answer almost right: a constant may be right in most of them.
        most = sum(good) > len(good) / 2
        text = f"Right in {sum(good)} of {len(good)} cases. {fault}" if most else fault
        return Verdict("trouble" if trouble else "wrong", text)

    def _errors(self, outcomes, readings):
        """The relative error of each outcome; infinite where there is nothing to compare."""
        return [
            np.inf
            if outcome.trouble and outcome.reading.kind != "raises"
            else nearness(outcome.reading, reading, self._floor)
            for outcome, reading in zip(outcomes, readings, strict=True)
        ]

    def _misfit(self, outcome, expected):
        """What keeps a reading from being compared with the expected one, or ""."""
        reading = outcome.reading
        verb = "your function returns" if self.is_function else "your answer is"
        if reading.kind == "nothing" and outcome.printed.strip():
            printed = shorten(outcome.printed, 40)
            return (
                f"your function prints `{printed}` but returns nothing. "
                f"Replace `print` by `return`."
            )
        if reading.kind == "nothing" and self.is_function:
            return f"{verb} `None`. Did you forget `return`?"
        if reading.kind == "nothing":
            return f"{verb} `None`, as a call to `print` or to a function without `return` gives."
        unlike = reading.kind != expected.kind
        if reading.kind == expected.kind == "number":
            unlike = reading.value.shape != expected.value.shape
        if unlike or (self.choices and reading.value not in self.choices):
            return f"{verb} {reading.name}; expected {self._name_of(expected)}."
        if reading.kind == "number" and not np.isfinite(reading.value).all():
            return f"{verb} {show(reading.value)}, which is not finite."
        return ""

    def _name_of(self, expected):
        if self.choices:
            return "one of the words " + ", ".join(f'"{word}"' for word in self.choices)
        if expected.kind == "number":
            return expected.name if expected.value.ndim else "one number"
        return {"text": "a word", "truth": "`True` or `False`"}[expected.kind]

    def _difference(self, reading, expected):
        """The sentence on an answer that can be read but is not right."""
        answer, right = show(reading.value), show(expected.value)
        if answer == right:  # they differ further behind the point
            answer, right = show(reading.value, 12), show(expected.value, 12)
        if self.is_function:
            return f"your answer is {answer}; {self.quantity} is {right}."
        if reading.kind != "number" or reading.value.ndim:
            return f"your answer is {answer}, which is not what is asked for."
        if self.explain:
            return self.explain(float(reading.value))
        return f"{answer} is too {'large' if reading.value > expected.value else 'small'}."

    # What it is compared with, computed at the first check.

    @cached_property
    def _arguments(self):
        if not self.is_function:
            return [()]
        return list(self.cases.values() if isinstance(self.cases, Mapping) else self.cases)

    @cached_property
    def _labels(self):
        if isinstance(self.cases, Mapping):
            return list(self.cases)
        return [
            ", ".join(
                f"{name} = {show(read(value).value)}"
                for name, value in zip(self.parameters, arguments, strict=True)
            )
            for arguments in self._arguments
        ]

    @cached_property
    def _expected(self):
        if self.oracle:
            return self._readings(self.oracle)
        return self._readings(self.written(self.answer))

    @cached_property
    def _mistaken(self):
        return [
            (words, self._readings(self.written(expression), may_raise=True))
            for expression, words in self.mistakes.items()
        ]

    @cached_property
    def _floor(self):
        if not self.is_function:
            return 0.0
        sizes = [np.abs(r.value).max(initial=0) for r in self._expected if r.kind == "number"]
        return NEGLIGIBLE * max(sizes, default=0.0)

    def _readings(self, made, may_raise=False):
        with np.errstate(all="ignore"):
            return [self._reading(made, arguments, may_raise) for arguments in self._arguments]

    def _reading(self, made, arguments, may_raise):
        if not self.is_function:
            return read(made)
        try:
            return read(made(*copy.deepcopy(arguments)))
        except Exception as error:
            if may_raise:
                return raised(error)
            raise
