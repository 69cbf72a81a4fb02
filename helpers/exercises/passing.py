"""Exercises whose answer becomes a part of a network, which sends Tensors through it."""

import functools
from dataclasses import dataclass

import numpy as np

from helpers.autodiff import Tensor

from .attempt import TIME_LIMIT
from .exercise import Exercise
from .guard import run_guarded


@dataclass(kw_only=True, eq=False, repr=False)
class PartOfNetwork(Exercise):
    """An exercise on a function of arrays that the page puts into a network.

    A right answer may take the rows one by one, or call what only arrays know. Then it stays the
    reader's for arrays, and where Tensors come, the course's own takes its place.
    """

    def _fitted(self, answer):
        taken, rest = super()._fitted(answer)
        course = self._course_function
        if _alike(*(_gradients(function, self._arguments[0]) for function in (taken, course))):
            return taken, rest

        @functools.wraps(answer)
        def around(*positional, **named):
            given = (*positional, *named.values())
            function = course if any(isinstance(value, Tensor) for value in given) else taken
            return function(*positional, **named)

        return around, (
            " for arrays. A network's Tensors cannot pass it, as they pass operations on whole "
            "arrays, `np.maximum` and the like; for them the course's own takes its place"
        )


def _gradients(function, arguments):
    """The gradients by all arguments of what comes of them as Tensors; None if nothing does."""

    def through():
        # Beside the places of the case, as at a kink two right slopes may differ.
        leaves = [Tensor(value + 1e-3, requires_grad=True) for value in arguments]
        result = function(*leaves)
        # Unequal weights, as the plain sum of normalized numbers is always 0.
        (result * np.arange(1.0, 1 + result.data.size).reshape(result.shape)).sum().backward()
        return [leaf.grad for leaf in leaves]

    return run_guarded(through, TIME_LIMIT).result


def _alike(some, others):
    # With room for the small constants that keep a division from one by 0.
    return some is not None and all(
        one is not None and np.allclose(one, other, rtol=0.01, atol=0.01)
        for one, other in zip(some, others, strict=True)
    )
