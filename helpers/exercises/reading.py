"""Understand what an answer is: a number, an array, a word, or something else."""

import numbers
from dataclasses import dataclass
from types import GeneratorType

import numpy as np


@dataclass(frozen=True)
class Reading:
    """What an answer turned out to be.

    Attributes:
        kind: "untried", "nothing", "number" (one, or an array of them), "text", "truth", "complex",
            "function", "raises" (there is no answer, but an exception) or "other".
        value: a float array (shape () for one number), a word in lower case, True or False (for an
            array: nested lists of them), the name of the exception; None for the other kinds.
        name: what to call it in a sentence.
        advice: a sentence on what it may have been meant to be, or "".
    """

    kind: str
    value: object = None
    name: str = ""
    advice: str = ""


UNREADABLE = Reading("other")
_ROOT = "Is a root of a negative number taken?"
_ADVICE = {
    "set": "Curly braces make a set; a list has brackets, `[ ]`.",
    "dict": "Curly braces make a dictionary; a list has brackets, `[ ]`.",
    "generator": "Parentheses around `… for …` make no list; brackets do, `[ ]`.",
    "range": "`np.arange(…)` makes an array of numbers.",
    "coroutine": "Leave `async` away.",
    "map": "`list(…)` makes a list of it.",
    "zip": "`list(…)` makes a list of it.",
}


def read(answer):
    """The `Reading` of an answer of any kind.

    It looks at types rather than asking the object, but an array-like object must be asked:
    call this under guard.
    """
    kind = type(answer)
    if answer is ...:
        return Reading("untried")
    if answer is None:
        return Reading("nothing", name="`None`")
    if issubclass(kind, str):
        text = str.__str__(answer)
        name = f'the text "{shorten(text, 40)}"'
        advice = "A number has no quotation marks." if _is_decimal(text) else ""
        return Reading("text", text.strip().lower(), name, advice)
    if issubclass(kind, (bool, np.bool_)):
        advice = "A comparison gives `True` or `False`."
        return Reading("truth", bool(answer), f"`{bool(answer)}`", advice)
    if issubclass(kind, numbers.Real):
        try:
            return _numeric(np.asarray(float(answer)))
        except OverflowError:  # a whole number beyond 1.8e308
            return _numeric(np.asarray(np.inf))
    if issubclass(kind, numbers.Complex):
        return Reading("complex", name="a complex number", advice=_ROOT)
    if callable(answer):
        advice = "To call it, write its arguments behind it in parentheses."
        if getattr(answer, "__name__", "") == "<lambda>":
            advice = "A `lambda` makes a function of its own: write the expression alone."
        return Reading("function", name="a function", advice=advice)
    if issubclass(kind, (list, tuple)) or hasattr(kind, "__array__"):
        return _read_array(answer, kind)
    advice = _ADVICE.get(kind.__name__, "")
    if kind is GeneratorType and answer.gi_code.co_name != "<genexpr>":
        advice = "`yield` hands out values one by one: put `return` in its place."
    return Reading("other", name=f"an object of type `{kind.__name__}`", advice=advice)


def raised(error):
    """The `Reading` of an exception: one kind of it equals another of that kind."""
    return Reading("raises", type(error).__name__)


def nearness(answer, expected, floor=0.0):
    """How far apart two readings are, relative to the size of what is expected.

    Args:
        answer, expected: readings.
        floor: the smallest size to count relative to, for expected values close to 0.

    Returns:
        The largest difference divided by the largest expected size (or by 1 where that is 0); 0
        for equal words, infinity for whatever cannot be compared. NaN equals NaN, so that a
        mistake that yields NaN can be recognized.
    """
    comparable = ("number", "text", "truth", "raises")
    if answer.kind != expected.kind or expected.kind not in comparable:
        return np.inf
    with np.errstate(all="ignore"):
        return _nearness(answer, expected, floor)


def _nearness(answer, expected, floor):
    if expected.kind != "number":
        return 0.0 if answer.value == expected.value else np.inf
    a, b = answer.value, expected.value
    if a.shape != b.shape:
        return np.inf
    unequal = ~((a == b) | (np.isnan(a) & np.isnan(b)))
    if not unequal.any():
        return 0.0
    if not (np.isfinite(a[unequal]).all() and np.isfinite(b[unequal]).all()):
        return np.inf
    size = max(np.abs(b[np.isfinite(b)]).max(initial=0.0), floor) or 1.0
    return float(np.abs(a[unequal] - b[unequal]).max() / size)


def unchanged(arguments, originals):
    """Whether arguments still equal the copies made before a call (arrays, lists, dicts)."""
    if isinstance(originals, np.ndarray):
        return (
            isinstance(arguments, np.ndarray)
            and arguments.dtype == originals.dtype
            and np.array_equal(arguments, originals, equal_nan=originals.dtype.kind == "f")
        )
    if isinstance(originals, (list, tuple)):
        return len(arguments) == len(originals) and all(map(unchanged, arguments, originals))
    if isinstance(originals, dict):
        return list(arguments) == list(originals) and all(
            unchanged(arguments[key], originals[key]) for key in originals
        )
    return arguments is originals or arguments == originals


def shorten(text, length):
    """`text` on one line of at most `length` characters, without backticks."""
    # Half a character (a surrogate) can be shown by no front end.
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= length else line[: length - 1] + "…"


def show(value, digits=6):
    """The value of a reading as a reader would write it, numbers with at most `digits` digits."""
    if isinstance(value, np.ndarray) and value.ndim:
        value = value + 0.0  # turns -0.0 into 0.0
        # A matrix may be larger, as its lines are shown one below the other.
        most = 8 if value.ndim == 1 else 24
        return np.array2string(value, precision=digits, threshold=most, edgeitems=2, separator=", ")
    if isinstance(value, np.ndarray):
        return f"{float(value) + 0.0:.{digits}g}"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _read_array(answer, kind):
    if issubclass(kind, np.ma.MaskedArray):
        advice = "Entries that are masked have no value: `np.array(…)` makes a plain one."
        return Reading("other", name="a masked array", advice=advice)
    try:
        array = np.array(answer)
    except ValueError:  # rows of different lengths
        return Reading("other", name=f"{_a(kind)} that is no grid of numbers")
    if array.ndim == 0 and isinstance(array.item(), str):  # as `np.where(…, "up", "down")` gives it
        return read(array.item())
    if array.dtype == object:
        if any(item is ... for item in array.flat):
            return Reading("untried")
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            return Reading("other", name=f"{_a(kind)} that holds more than numbers")
    if array.dtype.kind == "c":
        return Reading("complex", name="an array of complex numbers", advice=_ROOT)
    if array.dtype.kind == "b":
        name, advice = "an array of `True` and `False`", "A whole array was compared."
        return Reading("truth", array.tolist(), name, COMMA if kind is tuple else advice)
    if array.dtype.kind == "U" and array.ndim == 0:
        return read(array.item())  # the word that `np.where` chose
    if array.dtype.kind == "U":
        advice = "Numbers have no quotation marks."
        if not all(map(_is_decimal, array.flat)):
            advice = "Put numbers in the place of the words."
        return Reading("other", name=f"{_a(kind)} that holds words", advice=advice)
    if array.dtype.kind not in "iuf":
        return Reading("other", name=f"{_a(kind)} that holds more than numbers")
    return _numeric(array.astype(float), COMMA if _is_plain_tuple(answer) else "")


COMMA = "A comma makes several of it; the decimal sign is a point."


def _is_plain_tuple(answer):
    return type(answer) is tuple and all(type(item) in (int, float, bool) for item in answer)


def _is_decimal(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _a(kind):
    return "an array" if kind is np.ndarray else f"a {kind.__name__}"


def _numeric(array, advice=""):
    if array.ndim:
        return Reading("number", array, f"an array of shape {array.shape}", advice)
    return Reading("number", array, f"the number {show(array)}")
