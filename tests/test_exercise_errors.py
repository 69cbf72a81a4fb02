"""What Python and NumPy say of a reader's code comes with a sentence for beginners."""

import linecache
import re

import numpy as np
import pytest

from helpers.exercises import Exercise
from helpers.exercises.errors import explain


def plane(x, y):
    return 3 * x - 5 * y


class Counted:
    def __call__(self, rate):
        return rate


class _Box:
    def __init__(self):
        self.arrows = []


ARGUMENTS = {
    "f": plane,
    "loss": Counted(),
    "x": 2.5,
    "n": 0,
    "v": np.array([1.0, -2.0, 3.0]),
    "X": np.arange(6.0).reshape(3, 2),
    "nothing": None,
    "unfilled": ...,
    "learning_rate": 0.1,
    "box": _Box(),
    "table": {"a": 1},
}


def advice(expression, body=None):
    """What is said of an expression that uses the arguments above and raises."""
    source = f"def answer({', '.join(ARGUMENTS)}):\n    "
    source += body or f"return {expression}"
    name = f"<errors {expression or body}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    names = {"np": np, "my_slope": plane}
    exec(compile(source, name, "exec"), names)
    try:
        result = names["answer"](*ARGUMENTS.values())
    except Exception as error:
        return explain(error, names["answer"], ARGUMENTS)
    raise AssertionError(f"no exception, but {result!r}")


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        # Names.
        ("sin(x)", "In NumPy it is `np.sin`."),
        ("norm(v)", "In NumPy it is `np.linalg.norm`."),
        ("ln(x)", "In NumPy it is `np.log`."),
        ("pi * x", "In NumPy it is `np.pi`."),
        ("relu(x)", "The relu of x is `np.maximum(x, 0)`."),
        ("numpy.sin(x)", "NumPy is known here as `np`."),
        ("math.sqrt(x)", "NumPy is known here as `np`."),
        ("F(x, 1)", "Do you mean `f`?"),
        ("learning_rat * x", "Do you mean `learning_rate`?"),
        ("learning * x", "Do you mean `learning_rate`?"),
        ("lr * x", "Here it is `learning_rate`."),
        ("η * x", "Here it is `learning_rate`."),
        ("my_slop(x, 1)", "Do you mean `my_slope`?"),
        ("v·v", "A product is written `*` in Python"),
        ("true", "Do you mean `True`?"),
        ("delta_y / x", "No cell that was run defines it. At hand here: `f`, `loss`, `x`,"),
        # Attributes.
        ("np.sine(x)", "In NumPy it is `np.sin`."),
        ("np.norm(v)", "It is `np.linalg.norm`."),
        ("np.linalg.sum(v)", "It is `np.sum`."),
        ("np.sqr(x)", "In NumPy it is `np.sqrt`."),
        ("v.norm()", "write `np.linalg.norm(…)`."),
        ("v.sqrt()", "write `np.sqrt(…)`, with the value in parentheses."),
        ("v.x", "A point does not multiply. That is done by `*`."),
        ("v.maen()", "Do you mean `mean`?"),
        ("x.append(1)", "One number stands there"),
        ("[1, 2].T", "`np.array(…)` makes an array of it."),
        ("nothing.sum()", "Something in it is `None`"),
        ("f.mean()", "the parentheses of the call are missing"),
        # Operators.
        ("x ^ 2", "A power is written `**` in Python; `^` means something else."),
        ("v ^ 2", "A power is written `**` in Python; `^` means something else."),
        ("f - x", "One of the two is a function, not its result: call it"),
        ("-f", "That is a function, not its result"),
        ("v.max - 1", "One of the two is a function, not its result"),
        ("x / np.sqrt", "One of the two is a function, not its result"),
        ("x * np.linalg.norm", "One of the two is a function, not its result"),
        ("nothing - x", "One of the two is `None`: does a function that is used here lack its"),
        ("unfilled - x", "still `...`: fill in the cell that it comes from, run it."),
        ("'2' - x", "a number has no quotation marks."),
        ("'2' + x", "a number has no quotation marks."),
        ("[1, 2] - x", "Lists do not compute."),
        ("[1, 2] * x", "`np.array(…)` makes an array of a list."),
        ("[1, 2] + x", "`np.array(…)` makes an array of a list."),
        ("x @ x", "`@` is for arrays. Two numbers are multiplied by `*`."),
        ("x > 1 & x < 2", "Conditions are joined by `and` and `or`"),
        ("v & 2", "`&` and `|` join conditions"),
        ("2 / np.linalg.eig(np.eye(2))", "`np.linalg.eigvalsh` gives the values alone."),
        ("x > 'a'", "a number has no quotation marks."),
        ("x * box", "an object of type `Box`, and not a number."),
        ("box.grad", "What it has: `arrows`."),
        ("table('a')", "An entry is taken by brackets"),
        # Calls.
        ("f(x)", "raises `TypeError: f() missing 1 required positional argument: 'y'`"),
        ("f(x)", "It is called as `f(x, y)`."),
        ("f(x, 1, 2)", "It is called as `f(x, y)`."),
        ("f(x, z=1)", "It is called as `f(x, y)`."),
        ("loss()", "It is called as `loss(rate)`."),
        ("x(2)", "A product needs its `*`"),
        ("v(0)", "An entry is taken by brackets, `x[0]`"),
        ("v.size()", "`size` stands without parentheses."),
        ("np(x)", "`np` is the whole of NumPy."),
        ("nothing(x)", "What is called there is `None`."),
        ("np.array(x, x)", "`np.array` takes one list"),
        ("np.array([x], [x])", "`np.array` takes one list"),
        ("np.array(1, 2, 3)", "`np.array` takes one list"),
        ("np.hstack(v, v)", "`np.hstack` takes one list"),
        ("np.maximum(v)", "`maximum` needs 2, separated by commas."),
        ("np.linalg.norm()", "`norm` needs one argument more: 'x'."),
        ("abs(1, 2)", "`abs` was given more than it takes."),
        ("v.std(dim=0)", "NumPy's name for `dim` is `axis`."),
        ("np.mean(v, keepdim=True)", "NumPy's name for `keepdim` is `keepdims`."),
        ("v.std(unbiased=True)", "`ddof=1` makes it n - 1."),
        ("np.mean(v, axes=0)", "It has no argument of the name `axes`."),
        # One or many.
        ("max(v, 0)", "Entry by entry it is `np.maximum(…, …)`"),
        ("min(v, v)", "or `np.minimum(…, …)`."),
        ("v > 0 and v < 1", "Compare one number, such as its length; or, entry by entry"),
        ("1 if v > 0 else 0", "`np.where(condition, a, b)`"),
        ("v @ X @ v", "these are 2 and 3. Is the order right, or is a `.T` missing"),
        ("X @ v", "these are 2 and 3. Is the order right"),
        ("np.dot(X, v)", "these are 2 and 3. Is the order right"),
        ("v @ x", "a single number is multiplied by `*`"),
        ("v + np.ones(2)", "Arrays of the shapes `(3,)` and `(2,)` do not fit entry by entry."),
        ("np.array([[1, 2], [3]])", "The parts of an array must be of the same length."),
        ("float(v)", "One number was wanted, and an array was given."),
        ("sum(x)", "It wants several numbers"),
        ("min(x)", "It wants several numbers"),
        ("len(x)", "One number has no length."),
        ("x[0]", "One number has no entries"),
        ("np.float64(x)[0]", "One number has no entries."),
        ("f[x]", "A function is called with parentheses"),
        ("np.mean[v]", "A function is called with parentheses"),
        ("nothing[0]", "What stands before the bracket is `None`."),
        ("v[3]", "of 3 entries, the last one is number 2."),
        ("[1, 2][2]", "Counting begins at 0"),
        ("v[0, 1]", "This array has one axis, and more than that stands in the brackets."),
        ("v[x]", "In brackets stands a position, a whole number, as"),
        ("[1, 2][x]", "A list takes one whole number in its brackets."),
        ("v.mean(axis=1)", "An array in one row has `axis=0` alone"),
        ("X.mean(axis=2)", "Axes are counted from 0, and this array has 2."),
        ("np.zeros(x)", "A whole number is wanted there"),
        ("range(x)", "A whole number is wanted there"),
        ("np.sin(f)", "It was given a function. Call that one first"),
        ("np.sin(nothing)", "It was given `None`"),
        ("np.sin('1')", "It was given something that is not a number"),
        ("np.where(v > 0, v)", "`np.where` takes three things"),
        ("v.reshape(2, 2)", "3 numbers do not fill the shape `(2,2)`."),
        ("max([])", "There is nothing in it to take the largest or smallest of."),
        ("np.max(v[:0])", "There is nothing in it to take the largest or smallest of."),
        # Numbers.
        ("x / n", "Is `n` a divisor, which is 0 here?"),
        ("10.0 ** 400", "A number has become too large for the computer."),
        ("np.ones(10**13)", "That needs more memory than there is"),
        ("np.linalg.inv(np.ones((2, 2)))", "That matrix has no inverse."),
        ("np.linalg.inv(X)", "as many rows as columns"),
        ("np.linalg.inv(v)", "That is for a matrix, in rows and columns."),
        ("np.geomspace(0, 1, 5)", "On a log scale there is no 0."),
        ("__import__('math').sqrt(-1)", "the root or the logarithm of a negative number"),
    ],
)
def test_each_exception_has_its_sentence(expression, words):
    text = advice(expression)
    assert words in text
    assert f"in `return {expression}`" in text
    assert text.startswith("your function raises `")
    assert text[-1] in ".?)"
    assert not re.search(r"(?<!\w)_\w|_or_|Dispatcher", text.split("`")[1]), text


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("v[0] = v; return v", "One entry of an array takes one number"),
        ("X[0] = v; return X", "There is room for an array of shape `(2,)`, and one of shape"),
        ("y = z + 1; z = 2; return y", "`z` is used before it has a value."),
        ("import torch_that_is_not_there", "NumPy is all that is needed: `np`."),
        ("a, b = v; return a", "On the left of the `=` there are more or fewer names"),
        ("a, b, c, d = v; return a", "On the left of the `=` there are more or fewer names"),
        ("a, b = x; return a", "cannot be taken apart"),
        ("slope = 1; return [slop * slope for _ in v]", "Do you mean `slope`?"),
    ],
)
def test_statements(body, words):
    assert words in advice("", body)


def test_what_is_not_known_is_shown_as_it_is():
    assert advice("", "raise ValueError('no such luck')") == (
        "your function raises `ValueError: no such luck` in `raise ValueError('no such luck')`."
    )


def test_long_messages_of_numpy_give_way_to_the_sentence():
    text = advice("X @ v")
    assert "`ValueError` in" in text
    assert "gufunc" not in text


def test_an_unfilled_value_of_another_cell_is_not_an_untried_answer():
    exercise = Exercise(
        name="double",
        template="def double(x):\n    return {blank}",
        answer="2 * x",
        cases=[(1.0,), (2.0,)],
        mistakes={},
        hints=["?"],
        right="Yes.",
    )
    earlier = ...
    result = exercise.check(lambda x: earlier * x)
    assert result.state == "trouble"
    assert "still `...`: fill in the cell that it comes from" in result.text
    assert exercise.check(lambda x: ... * x).state == "untried"

    def about_ellipsis(x):
        raise TypeError("an ellipsis is not allowed")

    result = exercise.check(about_ellipsis)
    assert result.state == "trouble"
    assert "an ellipsis is not allowed" in result.text
