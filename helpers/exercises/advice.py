"""Advice on exceptions that depends on where they arose: each function makes one sentence.

They are called with the `Scene` and with what the pattern of their rule found in the message; ""
leaves the word to a later rule.
"""

import re
from dataclasses import dataclass

from . import bytecode, naming


@dataclass(frozen=True)
class Scene:
    """Where an exception arose.

    Attributes:
        error: the exception.
        told: its message, in which the functions that the page gave have the names of arguments.
        function: what the reader wrote.
        given: the arguments of this case by name.
        line: the line of the reader's code, or "".
    """

    error: BaseException
    told: str
    function: object
    given: dict
    line: str

    def reads(self, *names):
        """Whether the line (or, where it is not known, the code) uses one of the names."""
        if self.line:
            return any(re.search(rf"(?<![\w.]){name}\(", self.line) for name in names)
        return bool(bytecode.names(self.function) & set(names))


def wrong_call(scene, name, *rest):
    """A call with too few, too many or unknown arguments."""
    if name in scene.given:
        call = bytecode.call_of(scene.given[name], name)
        return call and f"It is called as `{call}`."
    return ""


def missing(scene, name, count, what):
    """A call without some argument."""
    if name in scene.given:
        return wrong_call(scene, name)
    each = "one argument more" if count == "1" else f"{count} arguments more"
    return f"`{name}` needs {each}: {what}."


def too_many(scene, name, takes, given):
    """A call with another number of arguments than the function takes."""
    words = wrong_call(scene, name)
    if words:
        return words
    if name in ("array", "hstack", "vstack", "concatenate", "stack"):
        return f"`np.{name}` takes one list: put its parts in brackets, as in `np.{name}([a, b])`."
    if takes.isdecimal() and int(given) < int(takes):
        return f"`{name}` needs {takes}, separated by commas."
    return f"`{name}` was given more than it takes. Is a comma or a parenthesis misplaced?"


def unexpected(scene, name, keyword):
    """A call with a keyword that the function does not know."""
    if keyword == "dim":
        return "NumPy's name for `dim` is `axis`."
    if keyword == "keepdim":
        return "NumPy's name for `keepdim` is `keepdims`."
    if keyword in ("unbiased", "correction"):
        return "NumPy divides by n; `ddof=1` makes it n - 1."
    return wrong_call(scene, name) or f"It has no argument of the name `{keyword}`."


def operands(scene, operator, left, right):
    """Two things that an operator cannot join."""
    kinds = {left, right}
    if operator in ("^", "^="):
        return "A power is written `**` in Python; `^` means something else."
    if "ellipsis" in kinds:
        return "A value that it uses is still `...`: fill in the cell that it comes from, run it."
    if kinds & naming.EIGEN:
        return naming.EIGENVALUES
    if "NoneType" in kinds:
        return (
            "One of the two is `None`: does a function that is used here lack its `return`, "
            "or does it `print` instead?"
        )
    if kinds & {"function", "method", "type"}:
        which = "One of the two" if right else "That"
        return f"{which} is a function, not its result: call it, with its arguments in parentheses."
    if "str" in kinds:
        return "One of the two is a text: a number has no quotation marks."
    if kinds & {"list", "tuple"}:
        return "Lists do not compute. `np.array(…)` makes an array of one."
    if operator in ("@", "@="):
        return "`@` is for arrays. Two numbers are multiplied by `*`."
    if operator in ("&", "|", "&=", "|="):
        return "Conditions are joined by `and` and `or`; `&` and `|` need parentheses around each."
    objects = [kind for kind in (left, right) if re.fullmatch(r"[A-Z]\w*", kind)]
    if objects:
        return f"One of the two is an object of type `{objects[0]}`, and not a number."
    if "generator" in kinds:
        return "Put it in brackets, or in `sum(…)`: it is a way to make numbers, and not yet one."
    return ""


def truth(scene):
    """An array where True or False is needed."""
    if scene.reads("max", "min"):
        return (
            "Python's `max` and `min` compare an array as a whole. Entry by entry it is "
            "`np.maximum(…, …)` or `np.minimum(…, …)`."
        )
    if scene.reads("sorted", "any", "all"):
        return (
            "An array was compared as a whole. NumPy's `np.any`, `np.all`, `np.sort` know arrays."
        )
    if re.search(r"\b(and|or|not)\b", scene.line):
        return (
            "An array was asked whether it is true, by `and`, `or` or `not`. "
            "Compare one number, such as its length; or, entry by entry, take `&`, `|`, `~`."
        )
    return (
        "An array was asked whether it is true, and it holds many answers. "
        "To choose entry by entry there is `np.where(condition, a, b)`."
    )


def matmul_sizes(scene, right, left):
    """A matrix product of shapes that do not fit."""
    return (
        f"`@` pairs the columns on its left with the rows on its right, and these are {left} and "
        f"{right}. Is the order right, or is a `.T` missing (or one too many)?"
    )


def broadcast(scene, shapes):
    """Arrays that do not fit entry by entry."""
    shapes = re.findall(r"\([\d,]*\)", shapes)
    listed = " and ".join(f"`{shape}`" for shape in shapes)
    return (
        f"Arrays of the shapes {listed} do not fit entry by entry. "
        "Is one of them another than you mean, or is `@` meant, or an `axis`?"
    )


def assigned(scene, was, to):
    """An array put where one of another shape has room."""
    return f"There is room for an array of shape `{to}`, and one of shape `{was}` was to go there."


def not_callable(scene, kind):
    """A call of something that is no function."""
    if kind == "module":
        return "`np` is the whole of NumPy. Name the function in it: `np.array(…)`."
    if kind in ("numpy.ndarray", "list", "tuple", "dict"):
        return (
            "A parenthesis after an array or a list means a call. An entry is taken by brackets, "
            "`x[0]`, and a product needs its `*`."
        )
    if kind == "NoneType":
        return "What is called there is `None`."
    if kind == "ellipsis":
        return "What is called there is still `...`: fill in the cell that it comes from, run it."
    attribute = re.search(r"\.(size|shape|ndim|T)\(", scene.line)
    if attribute:
        return f"`{attribute[1]}` stands without parentheses."
    return "A parenthesis after a number means a call. A product needs its `*`: `2 * (x + 1)`."


def not_subscriptable(scene, kind):
    """Brackets after something that has no entries."""
    if kind in ("function", "method", "type"):
        return "A function is called with parentheses, `f(x)`. Brackets take an entry of an array."
    if kind == "NoneType":
        return "What stands before the bracket is `None`."
    return "One number has no entries: leave the brackets away, or take the whole array."


def out_of_bounds(scene, index, size):
    """A position beyond the last entry."""
    return f"Counting begins at 0: of {size} entries, the last one is number {int(size) - 1}."


def not_iterable(scene, kind):
    """One thing where several are needed."""
    if scene.reads("sum", "min", "max", "any", "all", "sorted"):
        return "It wants several numbers (an array or a list), and was given one thing."
    return f"Something of type `{kind}` cannot be taken apart into several."


def no_number(scene, kind, name=""):
    """A NumPy function of something that is not a number."""
    if kind == "NoneType":
        return "It was given `None`: does a function that is used here lack its `return`?"
    if kind == "function":
        return "It was given a function. Call that one first, with its argument in parentheses."
    return "It was given something that is not a number."


def used_too_early(scene, name):
    """A local variable without a value."""
    return f"`{name}` is used before it has a value. Is a line missing, or are two exchanged?"


def divided_by_zero(scene):
    """A division by 0, by which argument?"""
    zeros = [n for n, v in scene.given.items() if isinstance(v, (int, float)) and v == 0]
    return f"Is `{zeros[0]}` a divisor, which is 0 here?" if zeros else "Is a divisor 0 here?"


def no_such_axis(scene, axis, dimension):
    """An axis that an array does not have."""
    if dimension == "0":
        return "One number has no axes."
    if dimension == "1":
        return "An array in one row has `axis=0` alone: leave the `axis` away."
    return f"Axes are counted from 0, and this array has {dimension}."


def too_many_indices(scene, dimension):
    """More numbers in the brackets than axes."""
    if dimension == "0":
        return "One number has no entries."
    axes = "one axis" if dimension == "1" else f"{dimension} axes"
    return f"This array has {axes}, and more than that stands in the brackets."
