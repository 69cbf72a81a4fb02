"""The exercises of notebook 11, "The bug clinic"."""

import numpy as np

from helpers.derivatives import numerical_gradient

from .exercise import Exercise
from .lesson import Lesson


def _two_dimensional(weights, rows, y):
    return np.array([weights]), np.array(rows), np.array(y)


_ONE_WEIGHT = _two_dimensional([0.5], [[1.0, 2.0, 3.0, 4.0]], [1.0, 5.0, 4.0, 7.5])
_ANOTHER = _two_dimensional([-3.0], [[-1.0, 2.0, 0.5]], [2.375, -1.0, 3.0])
_TWO_WEIGHTS = _two_dimensional(
    [1.0, -2.0], [[1.0, 2.0, 3.0, 4.0, 5.0], [1.0] * 5], [5.5, 6.0, 9.0, 12.0, 12.5]
)
_THREE_WEIGHTS = _two_dimensional(
    [-0.625, 1.5, 0.25], [[0.375, -1.0], [2.0, 0.5], [-1.5, 3.125]], [-2.0, 0.75]
)
_AS_MANY = _two_dimensional(
    [-1.25, 0.5, 2.0],
    [[-1.75, 0.5, 1.0], [2.5, 0.25, -1.0], [0.75, -2.0, 1.5]],
    [-0.5, 1.25, 3.0],
)
_FOUR_WEIGHTS = _two_dimensional(
    [0.5, -0.25, 1.5, -2.0],
    [[0.375, 1.5, -0.5], [1.0, -2.0, 0.25], [-3.0, 0.5, 1.25], [2.0, -0.75, -1.5]],
    [1.0, -2.5, 0.5],
)
_SIX_CASES = {
    "one weight and four points": _ONE_WEIGHT,
    "another weight and three points": _ANOTHER,
    "two weights and five points": _TWO_WEIGHTS,
    "three weights and two points": _THREE_WEIGHTS,
    "three weights and three points": _AS_MANY,
    "four weights and three points": _FOUR_WEIGHTS,
}

summed = Exercise(
    name="summed",
    adopts=True,
    template="def summed(w, X, y):\n    return {blank}",
    answer="(y - w @ X) @ X.T",
    quantity="the sum",
    cases=_SIX_CASES,
    mistakes={
        "(y - w @ X) * X": "One number for each measurement, as before. They have to be added up.",
        "np.sum((y - w @ X) * X)": "The sum is right, and it has lost the shape (1, 1). With "
        "two weights it would add up what must stay apart: `@` adds within each row.",
        "np.sum((y - w @ X) * X, axis=1)": "The sum is right, and its shape is (1,), while w has "
        "the shape (1, 1). `@ X.T` adds, and keeps it.",
        "np.sum((y - w @ X) * X, axis=0)": "That adds down the columns, as `axis=0` "
        "and `sum` of Python do, and each column holds one number only. Add along the row.",
        "(y - w @ X).T @ X": "That multiplies each error by each x, and adds nothing: a "
        "square table. The other order leaves one number: a row times a column.",
        "(w @ X - y) @ X.T": "Added up, and the sign has changed as well. That may be right, "
        "but no check has asked for it yet: mend one fault at a time.",
        "(y - w @ X) @ X.T / y.size": "Added up, and divided by m as well. That may be right, "
        "but no check has asked for it yet: mend one fault at a time.",
        "2 * (w @ X - y) @ X.T / y.size": "Added up, and three things more are changed: sign, "
        "factor and 1/m. No check has asked for them yet: mend one fault at a time.",
        "(w @ X - y) @ X.T / y.size": "Added up, and sign and 1/m are changed as well. "
        "No check has asked for them yet: mend one fault at a time.",
        "np.sum(y - w @ X, axis=1, keepdims=True)": "The errors are added without being "
        "multiplied by x.",
    },
    hints=(
        "The products are fine; their sum is missing. In 03 a matrix product multiplied and added.",
        "The differences are a row of shape (1, m). X is a row too; which form of X is a column?",
        "A row times a column, `(1, m) @ (m, 1)`, has the shape (1, 1): "
        "these differences, `@`, and `X.T`.",
    ),
    right="Multiplied, added up, and of the shape of w: `(y - w @ X) @ X.T` is all of it at once.",
)


def _squared_error_gradient(w, X, y):
    return numerical_gradient(lambda weights: np.mean((weights @ X - y) ** 2), w)


mse_gradient = Exercise(
    name="mse_gradient",
    adopts=True,
    template="def mse_gradient(w, X, y):\n    return {blank}",
    answer="2 * (w @ X - y) @ X.T / y.size",
    quantity="the gradient by differences",
    cases=_SIX_CASES,
    oracle=_squared_error_gradient,
    mistakes={
        "(w @ X - y) @ X.T": "Still the plain sum. The check found 0.4 for five points: "
        "what becomes of the mean over m points, and of the 2 of the square?",
        "(w @ X - y) @ X.T / y.size": "Half of it. This loss has no ½ in front, "
        "so the 2 of the square stays.",
        "2 * (w @ X - y) @ X.T": "The 1/m is missing: the loss is a mean over the measurements. "
        "Without it each step is m times too long.",
        "0.4 * (w @ X - y) @ X.T": "0.4 is right for five points only. "
        "Which two numbers, one of them m, made it?",
        "2 * (y - w @ X) @ X.T / y.size": "The size is right, and the sign is that of the patient.",
        "2 * (w @ X - y) @ X.T / len(X)": "That divides by the number of weights, which is the "
        "number of rows of X. The number of measurements is `y.size`.",
        "2 * (w @ X - y) @ X.T / X.size": "`X.size` counts weights times measurements, so with "
        "two weights this is half of it. The number of measurements is `y.size`.",
        "(y - w @ X) @ X.T / y.size": "The 1/m is there. The sign is still that of the patient, "
        "and the 2 of the square is missing.",
        "(w @ X - y) @ X.T / (2 * y.size)": "The 2 comes down from the square as a factor. "
        "It does not divide.",
        "2 * np.mean((w @ X - y) * X)": "One number, without the shape of w. "
        "With two weights it mixes what must stay apart.",
        "np.mean((w @ X - y) ** 2)": "That is the loss. Its gradient has one number "
        "for each weight.",
    },
    hints=(
        "The check says that the gradient by differences is 0.4 of the sum, for m = 5. "
        "Which fraction with a 5 in it is 0.4?",
        "0.4 = 2/5. The 2 is that of the square, the 5 is the number of measurements, "
        "`y.size`, as the loss is a mean.",
        "Twice the sum `(w @ X - y) @ X.T`, divided by `y.size`.",
    ),
    right="It agrees with differences, for one weight and for two: "
    "the formula asks for as many weights as X has rows.",
)

lesson = Lesson("11_bug_clinic", summed, mse_gradient)
