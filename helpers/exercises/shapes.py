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
    words = _the_one_that_fits(
        (
            ("They add up to the right number: sum them.", np.sum),
            ("Their mean is the right number: take it.", np.mean),
            ("Its length is the right number: take `np.linalg.norm` of it.", _length),
            ("The sum of their squares is the right number.", lambda x: np.sum(x**2)),
            ("The largest of them is the right number.", np.max),
            ("The smallest of them is the right number.", np.min),
            ("The first of them is the right number.", lambda x: x.flat[0]),
            ("The last of them is the right number.", lambda x: x.flat[-1]),
        ),
        [(several, one) for several, one in both],
    )
    return words or "Is a sum, a mean or a dot product missing?"


def _one_for_many(both):
    words = _the_one_that_fits(
        (
            ("It is the sum of the right ones: they should stay apart.", np.sum),
            ("It is the mean of the right ones: they should stay apart.", np.mean),
            ("It is the length of the right one: the numbers themselves are asked for.", _length),
            ("It is the largest of the right ones.", np.max),
            ("It is the smallest of the right ones.", np.min),
            ("It is the first of the right ones: the others are missing.", lambda x: x.flat[0]),
            ("It is the last of the right ones: the others are missing.", lambda x: x.flat[-1]),
        ),
        [(several, one) for one, several in both],
    )
    return words or "One number stands where an array is asked for."


def _length(array):
    return np.linalg.norm(array)


def _the_one_that_fits(choices, both):
    """The words of the one way that makes one number of several in all cases, or ""."""
    if len(both) < 2 or any(several.size < 2 for several, _ in both):
        return ""  # of one number, all of them are the same
    fits = [
        words
        for words, reduce in choices
        if all(np.ndim(one) == 0 and _same(reduce(several), one) for several, one in both)
    ]
    return fits[0] if len(fits) == 1 else ""


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
