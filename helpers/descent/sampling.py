"""Mini-batches: which samples a step looks at, and the gradient that they give.

    >>> from helpers.descent import batches
    >>> [batch.tolist() for batch in batches(5, 2, steps=3, seed=1)]
    [[4, 0], [1, 2], [3]]

The three ways are "epochs" (all samples, shuffled, one batch after the other, then shuffled again),
"without replacement" (each batch by itself holds no sample twice) and "with replacement".
"""

import numpy as np

from helpers.derivatives.arguments import shown
from helpers.descent.runs import whole_number

__all__ = ["MiniBatches", "batches"]

WAYS = ("epochs", "without replacement", "with replacement")


def batches(n, size, steps=None, how="epochs", seed=0, walks=()):
    """Yield the numbers of the samples of one batch after another.

    Args:
        n: how many samples there are.
        size: B, how many each batch holds; the last one of an epoch may hold fewer.
        steps: how many batches; None for no end.
        how: "epochs", "without replacement" or "with replacement".
        seed: a whole number; the same one gives the same batches.
        walks: a shape, for many walks at once, each with batches of its own.

    Yields:
        Arrays of whole numbers from 0 to n − 1, of shape (*walks, size).

    Raises:
        TypeError, ValueError: if an argument is not one of these, or size is larger than n where
            no sample may come twice.
    """
    n, size = whole_number(n, "n", least=1), whole_number(size, "size", least=1)
    steps = None if steps is None else whole_number(steps, "steps")
    seed, walks = whole_number(seed, "seed"), tuple(walks)
    if how not in WAYS:
        raise ValueError(f"how must be one of {', '.join(map(repr, WAYS))}, got {shown(how)}.")
    if size > n and how != "with replacement":
        raise ValueError(f"size must be at most n = {n} without replacement, got {size}.")
    return _batches(n, size, steps, how, np.random.default_rng(seed), walks)


def _batches(n, size, steps, how, rng, walks):
    taken = 0
    while steps is None or taken < steps:
        if how == "with replacement":
            yield rng.integers(n, size=(*walks, size))
            taken += 1
            continue
        order = rng.permuted(np.broadcast_to(np.arange(n), (*walks, n)), axis=-1)
        ends = range(0, n, size) if how == "epochs" else (0,)
        for begin in ends:
            if steps is not None and taken == steps:
                return
            yield order[..., begin : begin + size]
            taken += 1


class MiniBatches:
    """A gradient that looks at a new mini-batch each time it is asked.

    It stands in the place of the exact gradient: ``minimize(f, MiniBatches(…), start, SGD(0.1))``.
    Each walk of a batch of walks draws batches of its own. The same seed gives the same walks.

    Args:
        gradient: ``gradient(points, samples)``, for points of shape (*walks, d) and numbers of
            samples of shape (*walks, B): the mean gradient over these samples, of shape
            (*walks, d).
        n: how many samples there are.
        size: B, the batch size.
        how: as for `batches`.
        seed: a whole number.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """

    def __init__(self, gradient, n, size, how="epochs", seed=0):
        if not callable(gradient):
            raise TypeError(
                "gradient must be a function that can be called as gradient(points, samples), "
                f"got {shown(gradient)}."
            )
        batches(n, size, how=how, seed=seed)  # raises if one of them is wrong
        self.gradient, self.n, self.size, self.how, self.seed = gradient, n, size, how, seed
        self._drawn = {}

    def __call__(self, points):
        """The gradient at these points by the next mini-batch."""
        walks = np.shape(points)[:-1]
        if walks not in self._drawn:
            self._drawn[walks] = batches(self.n, self.size, None, self.how, self.seed, walks)
        return self.gradient(points, next(self._drawn[walks]))

    def anew(self):
        """Begin with the first batch again."""
        self._drawn = {}
        return self
