"""Exercises that answer at once: declared once, checked by running what the reader wrote.

In a notebook:

    from helpers.exercises.lesson_01 import lesson

    lesson.slope.check(slope)  # right, almost, wrong (and in which way), or not tried yet
    lesson.slope.hint()  # one more hint each time
    lesson.slope.solution()
    lesson.progress()  # where the reader stands in this notebook

From the bottom up: `verdict` says things, `reading` understands what an answer is, and `bytecode`
looks at code without running it. `guard` runs code that may do anything, `apart` what `doubt`
doubts, and `kernel` keeps the rest of the notebook out of it; `attempt` tries an answer on cases.
`key` knows what is right. `pairs`, `analysis`, `entries` and `shapes` say how numbers differ from
that, `errors` (with `rules`, `advice`, `naming`) what an exception means, and `habits` what in code
may be the cause. `judge` weighs all of it, `exercise` declares, `lesson` groups the exercises of
one notebook, and each `lesson_NN` declares those of notebook NN.
"""

import importlib
import pkgutil

from .exercise import Exercise
from .lesson import Lesson
from .verdict import Verdict

__all__ = ["Exercise", "Lesson", "Verdict", "lessons"]


def lessons():
    """Every declared lesson, by the name of its notebook (without `.ipynb`), in their order."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [
        importlib.import_module(f"{__name__}.{name}").lesson
        for name in names
        if name.startswith("lesson_")
    ]
    return {lesson.notebook: lesson for lesson in found}
