"""What a right function gives back, in the form that the page goes on with.

A check reads a list of numbers as it reads an array, and 2.0 as 2. The cells that follow may add,
multiply and index what they get, so there it has to be what the course's own function returns.
"""

import contextlib
import copy
import functools
import io

import numpy as np


def fitted(function, course, cases):
    """The reader's function, or one around it that gives back what the course's does.

    Args:
        function: the reader's; it is right in all cases of the exercise.
        course: the course's own function.
        cases: a tuple of arguments for each case.

    Returns:
        (function, note): `function` itself where nothing is to be done, and the words that tell
        the reader what is done, or "".
    """
    # A function may give back a number in one case, which fits, and a list in another.
    for arguments in cases:
        try:
            # What it prints and warns of, the check has read already.
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
                meant, given = (call(*copy.deepcopy(arguments)) for call in (course, function))
        except Exception:  # a function that remembers, and is right only once
            return function, ""
        convert, note = _conversion(meant, given)
        if convert:
            break
    else:
        return function, ""

    # An annotated or renamed parameter, a default, a doc string: all stay the reader's.
    @functools.wraps(function)
    def around(*positional, **named):
        return convert(function(*positional, **named))

    return around, note


def _conversion(meant, given):
    if isinstance(meant, np.ndarray):
        whole = meant.dtype.kind in "iu"
        if isinstance(given, (list, tuple)):
            return (_array if meant.dtype.kind == "f" else _whole_array), "as an array"
        kind = getattr(given, "dtype", None)
        if kind in _COARSE and not whole:
            return _array, "with all its digits"
        if whole and kind is not None and kind.kind == "f":
            return _whole_array, "as whole numbers"
        return None, ""
    if isinstance(meant, (int, np.integer)) and isinstance(given, float):
        return _whole, "as a whole number"
    if isinstance(given, np.ndarray) and given.ndim == 0:
        return _number, "as a number"  # what `np.where` makes of one, and no format takes
    return None, ""


_COARSE = (np.float16, np.float32)


def _array(result):
    coarse = getattr(result, "dtype", None) in _COARSE
    return np.asarray(result, float) if coarse or isinstance(result, (list, tuple)) else result


def _whole_array(result):
    """An array that may count and index, if the numbers are whole."""
    array = np.asarray(result)
    whole = array.dtype.kind == "f" and (array == np.rint(array)).all()
    return array.astype(int) if whole and np.isfinite(array).all() else array


def _number(result):
    return result.item() if isinstance(result, np.ndarray) and result.ndim == 0 else result


def _whole(result):
    return int(result) if isinstance(result, float) and result.is_integer() else result
