"""What to say where an answer has another shape than the right one."""

import numpy as np

_TOLERANCE = 1e-6


def words_on_shape(answers, expected):
    """The sentence on what the shape says, or "".

    Args:
        answers, expected: lists of float arrays, one of each for every case in which the answer
            could be read; in the first of them the shapes differ.
    """
    a, e = answers[0], expected[0]
    both = list(zip(answers, expected, strict=True))
    if all(_flat(x, y) for x, y in both):
        if e.ndim == 0:
            return f"The number is right, and it is still wrapped: take it out with `{_index(a)}`."
        if a.ndim == 2 and 1 in a.shape and e.ndim == 1:
            kind = "column" if a.shape[1] == 1 else "row"
            return (
                f"The numbers are right, and they stand in a table of one {kind}. "
                f"A plain list of numbers has no rows and columns."
            )
        if a.ndim == 2 and e.ndim == 2 and a.shape == e.shape[::-1]:
            return "The numbers are right, in a " + _turned(e)
        return "The numbers are right, and their shape is not."
    if a.size == 0:
        return "There is nothing in it."
    if e.ndim == 0:
        return _many_for_one(both)
    if a.ndim == 0:
        return _one_for_many(both)
    if a.ndim == e.ndim == 2 and a.shape == e.shape[::-1]:
        right = all(x.shape == y.T.shape and _close(x, y.T) for x, y in both)
        exchanged = "rows and columns are exchanged: transpose it (`.T`)."
        return ("The numbers are right, and " if right else "The ") + exchanged
    if a.ndim == e.ndim == 1:
        known = f" The first {_are(min(a.size, e.size))} right." if _kept(both) else ""
        held = "one number" if a.size == 1 else f"{a.size} numbers"
        return f"It holds {held}, and {e.size} are asked for.{known}"
    if a.ndim == e.ndim == 2:
        return _table_for_table(both)
    if a.ndim == e.ndim + 1:
        for axis in range(a.ndim):
            for name, reduce in (("sum", np.sum), ("mean", np.mean)):
                if all(x.ndim == a.ndim and _same(reduce(x, axis=axis), y) for x, y in both):
                    return f"Its {name} over `axis={axis}` is right: that is still to be taken."
        return "There is one axis too many: is a sum or a mean along one of them missing?"
    if a.ndim == e.ndim - 1:
        for axis in range(e.ndim):
            for name, reduce in (("sum", np.sum), ("mean", np.mean)):
                if all(y.ndim == e.ndim and _same(x, reduce(y, axis=axis)) for x, y in both):
                    return f"That is the {name} of the right table over `axis={axis}`."
        return "One axis has been lost: was a sum, a mean or an index taken that should not be?"
    return ""


def _turned(expected):
    name = "row" if expected.shape[1] == 1 else "column"
    wanted = "column" if name == "row" else "row"
    return f"{name} where a {wanted} is expected: transpose it (`.T`)."


def _many_for_one(both):
    for say, reduce in (
        ("They add up to the right number: sum them.", np.sum),
        ("Their mean is the right number: take it.", np.mean),
        ("Its length is the right number: take `np.linalg.norm` of it.", np.linalg.norm),
        ("The largest of them is the right number.", np.max),
        ("The smallest of them is the right number.", np.min),
        ("The first of them is the right number.", lambda x: x.flat[0]),
        ("The last of them is the right number.", lambda x: x.flat[-1]),
        ("The sum of their squares is the right number.", lambda x: np.sum(x**2)),
    ):
        # Where an array has one entry, all of these are the same.
        if all(x.size > 1 and _same(reduce(x), y) for x, y in both) and len(both) > 1:
            return say
    return "Is a sum, a mean or a dot product missing?"


def _one_for_many(both):
    for say, reduce in (
        ("It is the sum of the right ones: they should stay apart.", np.sum),
        ("It is the mean of the right ones: they should stay apart.", np.mean),
        (
            "It is the length of the right one: the numbers themselves are asked for.",
            np.linalg.norm,
        ),
        ("It is the first of the right ones: the others are missing.", lambda x: x.flat[0]),
        ("It is the last of the right ones: the others are missing.", lambda x: x.flat[-1]),
        ("It is the largest of the right ones.", np.max),
    ):
        if (
            all(x.ndim == 0 and y.size > 1 and _same(x, reduce(y)) for x, y in both)
            and len(both) > 1
        ):
            return say
    return "One number stands where an array is asked for."


def _table_for_table(both):
    for axis in (0, 1):
        for name, reduce in (("sum", np.sum), ("mean", np.mean)):
            if all(_same(reduce(x, axis=axis, keepdims=True), y) for x, y in both):
                return f"Its {name} over `axis={axis}` is right: that is still to be taken."
    if all(y.size == 1 and x.shape[0] == x.shape[1] for x, y in both):
        return "A row times a column makes one number; a column times a row makes a whole table."
    return ""


def _flat(x, y):
    return (
        x.size == y.size
        and x.shape != y.shape
        and sum(n > 1 for n in x.shape) < 2
        and (sum(n > 1 for n in y.shape) < 2 and _close(x.ravel(), y.ravel()))
    )


def _are(count):
    return "is" if count == 1 else f"{count} are"


def _kept(both):
    """Whether the shorter one is the beginning of the longer one."""
    return all(
        _close(x[: min(x.size, y.size)], y[: min(x.size, y.size)])
        for x, y in both
        if x.ndim == y.ndim == 1
    )


def _same(x, y):
    return np.shape(x) == np.shape(y) and _close(np.asarray(x), np.asarray(y))


def _close(x, y):
    size = max(np.abs(y).max(initial=0.0), 1e-300)
    return bool(np.all(np.abs(x - y) <= _TOLERANCE * size))


def _index(array):
    return "[" + ", ".join("0" * array.ndim) + "]"
