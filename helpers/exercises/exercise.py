"""An exercise: one missing expression, and everything there is to say about what fills it."""

import ast
import linecache
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from .fitting import fitted
from .judge import UNTRIED, judge, recognize
from .key import Key
from .verdict import Verdict

BLANK = "{blank}"
_MISSING = object()


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
        variants: other right expressions whose results differ behind the point (an eps in a root),
            each with the words that go with the praise.
        hints: from a nudge to nearly the answer.
        right: one sentence on what it means that the answer is right.
        cases: for a function: arguments to try it on, as tuples, or as a mapping from what a
            message calls the case ("f = x², x = 3") to the tuple.
        choices: the words that can be chosen from, in lower case, where the answer is a word.
        tolerance: the largest relative error of a right answer.
        near: the largest relative error of an almost right one.
        nearly: the words for an answer that is right to four digits or more in all cases, in place
            of the first case's numbers: what comes so near without being right.
        quantity: what the result of the function is called in a message.
        oracle: computes the expected result from the arguments in another way, such as
            differences for a derivative, so that the check needs no answer key.
        explain: for a number: says in a sentence what follows from a wrong value.
        adopts: whether the page goes on with what the reader wrote: its cell then ends with
            `name = lesson.<name>.adopt(name)` in place of a mere check.

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
    variants: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[str] = ()
    tolerance: float = 1e-6
    near: float = 0.05
    nearly: str = ""
    quantity: str = "the right answer"
    oracle: Callable | None = None
    explain: Callable[[float], str] | None = None
    adopts: bool = False
    state: str = field(default="untried", init=False)
    siblings: Sequence = field(default=(), init=False)  # the lesson's other exercises
    _hints_given: int = field(default=0, init=False)
    _adopted: tuple = field(default=(_MISSING, None), init=False)  # as the page has it, as it came

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
        return self.namespace(expression)[self.variable]

    def namespace(self, expression):
        """All that the reader's cell defines when `expression` is written into the blank."""
        names = {"np": np}
        exec(compile(self.source(expression), self._file, "exec"), names)
        return names

    def check_line(self):
        """The line of the notebook that runs the check, and adopts the answer if it is to."""
        if self.adopts:
            return f"{self.variable} = lesson.{self.name}.adopt({self.variable})"
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

    def adopt(self, answer=_MISSING):
        """Check an answer, show the verdict, and return what the page is to go on with.

        That is the reader's own answer if it is right; else the course's, which a line says.
        So a page runs from top to bottom whether its exercises are answered or not.
        """
        from IPython.display import display  # here, as a check needs no page

        # Where this line alone is run again, the page's function comes back as an answer.
        lent = self.is_function and answer is self._course_function
        if answer is self._adopted[0]:
            answer = self._adopted[1]
        verdict = UNTRIED if lent else self._judge(answer)
        self.state = verdict.state
        if verdict.state != "right":
            line = f"Until it is right, this page goes on with the course's own `{self.variable}`."
            display(replace(verdict, text=f"{verdict.text} {line}"))
            return self.course_answer()
        taken, rest = answer, ""
        if self.is_function:
            taken, rest = self._fitted(answer)
            self._adopted = taken, answer
        line = f"From here on this page uses your `{self.variable}`{rest}."
        display(replace(verdict, text=f"{verdict.text} {line}"))
        return taken

    def _fitted(self, answer):
        """What the page is to call for a right function, and the rest of the sentence on it."""
        taken, note = fitted(answer, self._course_function, self._arguments)
        return taken, f", and takes what it returns {note}" if note else ""

    def course_answer(self):
        """What the solution defines: always the same function, or a value made anew."""
        return self._course_function if self.is_function else self.written(self.answer)

    @cached_property
    def _course_function(self):
        # With its lines on record, Jupyter's `name??` and tracebacks show them.
        source = self.source(self.answer)
        linecache.cache[self._file] = (len(source), None, source.splitlines(True), self._file)
        return self.written(self.answer)

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

    @property
    def _file(self):
        """What tracebacks call the place of a written cell."""
        return f"<{self.name}>"

    # How an answer is judged.

    def _judge(self, answer):
        if answer is _MISSING:
            return Verdict("trouble", f"Hand your answer to the check: `{self.check_line()}`.")
        return judge(self, answer)

    def recognize(self, outcomes):
        """The `Verdict` on what is right or a typical mistake in all cases; None on all else.

        Args:
            outcomes: an `Outcome` for each case.
        """
        return recognize(self, outcomes)

    @property
    def _arguments(self):
        return self.key.arguments

    @cached_property
    def key(self):
        """What answers are compared with: a `Key`, computed when the first one comes."""
        return Key(self)

    @cached_property
    def blank(self):
        """The variable that the blank fills, if it is not the one that is returned; or ""."""
        if not self.is_function:
            return ""
        body = ast.parse(self.source("...")).body[-1]
        filled = [
            node.targets[0].id
            for node in ast.walk(body)
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and node.value.value is ...
            and isinstance(node.targets[0], ast.Name)
        ]
        returned = body.body[-1].value
        if not filled or (isinstance(returned, ast.Name) and returned.id == filled[0]):
            return ""
        return filled[0]
