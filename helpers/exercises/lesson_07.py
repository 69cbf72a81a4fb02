"""The exercises of notebook 07, "From numbers to arrays"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson


def _table(seed, *shape):
    return np.random.default_rng(seed).integers(-32, 33, shape) / 8


reverse_broadcast = Exercise(
    name="reverse_broadcast",
    template="def to_b(g):  # g: the gradient of y = a + b; b was added to each row of a\n"
    "    return {blank}  # the gradient of b, of the shape of b",
    answer="g.sum(axis=0)",
    adopts=True,
    quantity="the gradient of b",
    cases={
        "a table of 5 rows and 3 columns": (_table(0, 5, 3),),
        "a table of 2 rows and 4 columns": (_table(1, 2, 4),),
        "a table of 3 rows and 3 columns": (_table(2, 3, 3),),
    },
    mistakes={
        "g": "That has the shape of the whole table. b has one number for each column, and each of "
        "them was used in every row.",
        "g.sum()": "That adds up the whole table into one number. b has one for each column: add "
        "over the rows alone.",
        "g.sum(axis=1)": "That adds along each row and leaves a number for each row. b has one for "
        "each column: add down the columns.",
        "g.mean(axis=0)": "Where a number is used several times, its gradients are added up. "
        "A mean divides by the number of rows.",
        "g[0]": "That is what comes from the first row. The other rows use the same b: "
        "add what comes from all of them.",
        "g.sum(axis=0, keepdims=True)": "The numbers are right, but the shape is (1, n). "
        "b is a plain list of n numbers.",
        "g.max(axis=0)": "Where arrows meet, add. The largest of the parts is one part.",
        "g[-1]": "That is what comes from the last row. The other rows use the same b: "
        "add what comes from all of them.",
        "g.T": "That is the whole table with rows and columns exchanged. "
        "Each number of b was used in every row: add over them.",
    },
    hints=(
        "The number b[0] was added in the first column of every row. How many arrows leave it?",
        "One for each row. Where arrows meet, add: down each column of g.",
        "As in 05, `axis=0` adds down each column.",
    ),
    right="Copying forward is adding backward.",
)


to_left = Exercise(
    name="to_left",
    template="def to_left(g, X, W):  # g: the gradient of X @ W\n"
    "    return {blank}  # the gradient of X, of the shape of X",
    answer="g @ W.T",
    adopts=True,
    quantity="the gradient of X",
    cases={
        f"X of shape {(n, k)}, W of shape {(k, m)},": (
            _table(g, n, m),
            _table(x, n, k),
            _table(w, k, m),
        )
        # Of each table, the first number is small and large, positive and negative.
        for g, x, w, n, k, m in (
            (0, 6, 11, 2, 3, 4),
            (1, 2, 12, 3, 3, 3),
            (14, 16, 6, 4, 2, 2),
            (16, 11, 0, 1, 5, 2),
            (9, 14, 21, 2, 2, 3),
            (23, 9, 1, 3, 2, 2),
        )
    },
    mistakes={
        "X.T @ g": "That is the gradient of W. To X_ik come the g_ij of row i, each times W_kj.",
        "g @ W": "The columns of g are those of W, so W must be turned over: "
        "in `W.T` its rows meet them.",
        "W.T @ g": "The rows of g are those of X, so g stands on the left of `@`.",
        "W @ g.T": "The numbers are right, but rows and columns are exchanged: "
        "X has a row for each row of g.",
        "g": "That is what arrives. It still has to be multiplied by the W_kj, and added over j.",
        "g.sum(axis=1, keepdims=True) * W.sum(axis=1)": "That adds first and multiplies then. Each "
        "g_ij meets its own W_kj before they are added.",
    },
    hints=(
        "X_ik gets the sum over j of W_kj · g_ij. Which index is added over, and which stay?",
        "It is added over the columns, of g and of W. A matrix product adds over the columns of "
        "the left table and the *rows* of the right one.",
        "Turn W, so that its columns become rows: `W.T`, on the right of g.",
    ),
    right="X_ik gets the sum of g_ij W_kj over j, which is entry (i, k) of `g @ W.T`.",
)

to_each = Exercise(
    name="to_each",
    template="def to_each(g, a):  # g: the gradient of the mean of all numbers of a\n"
    "    return {blank}  # the gradient of a, of the shape of a",
    answer="np.ones_like(a) * g / a.size",
    adopts=True,
    quantity="the gradient of a",
    cases={
        "g = 6 and 3 numbers": (6.0, _table(4, 3)),
        "g = 0.75 and a table of shape (2, 3)": (0.75, _table(6, 2, 3)),
        "g = -2.5 and a table of shape (4, 2)": (-2.5, _table(12, 4, 2)),
        "g = -0.5 and a table of shape (3, 5)": (-0.5, _table(11, 3, 5)),
        "g = 1.25 and a table of shape (2, 2)": (1.25, _table(14, 2, 2)),
    },
    mistakes={
        "np.ones_like(a) * g": "That is for the sum. In a mean of n numbers each one moves the "
        "result by 1/n as much.",
        "g / a.size": "The size is right, but it is one number. Each number of a gets one: "
        "the shape is that of a.",
        "np.ones_like(a) / a.size": "The gradient that arrives is missing: multiply by g.",
        "np.ones_like(a) * g * a.size": "More numbers move the mean less, not more: divide.",
        "np.ones_like(a) * g / len(a)": "That divides by the number of rows. The mean is over all "
        "numbers: "
        "`a.size`.",
        "g * a / a.size": "The values of a do not matter: a mean is equally steep everywhere.",
        "g * a.mean()": "That is a value of the way forward. A mean of n numbers has the slope 1/n "
        "in each of them.",
    },
    hints=(
        "If one of n numbers grows by 1, by how much does their mean grow?",
        "By 1/n, so each number gets g/n, and n is `a.size`.",
        "An array of the shape of a, filled with ones: `np.ones_like(a)`. Multiply it by g/n.",
    ),
    right="Without the 1/n, a step would be n times too long.",
)

step_down = Exercise(
    name="step_down",
    template="def step_down(W, g, eta):\n    return {blank}",
    answer="W - eta * g",
    adopts=True,
    quantity="the weights after the step",
    cases={
        f"W of shape {shape}, eta = {eta}": (_table(w, *shape), _table(g, *shape), eta)
        for w, g, shape, eta in (
            (0, 6, (2, 3), 0.5),
            (1, 2, (4,), 0.25),
            (14, 16, (3, 3), 0.125),
            (16, 11, (3, 2), 1.5),
            (9, 14, (2, 2), 0.375),
            (23, 9, (4, 2), 2.25),
        )
    },
    mistakes={
        "W + eta * g": "That climbs: the gradient points uphill. Go against it.",
        "W - g": "The learning rate is missing: the step is eta times the gradient.",
        "-eta * g": "That is the step itself. The new weights are the old ones plus the step.",
        "eta * g": "That is the step, and it points uphill. The new weights are the old ones "
        "minus it.",
        "W - eta * W * g": "The step does not depend on the size of W: only on its gradient.",
        "W - eta": "The gradient is missing: it says for each weight how far, and which way.",
        "(1 - eta) * W + eta * g": "That draws W toward its gradient. Keep all of W, and subtract.",
        "W - g / eta": "A smaller learning rate makes smaller steps: multiply by it.",
    },
    hints=(
        "As in 04: the new place is the old one, minus what?",
        "Minus the learning rate times the gradient.",
        "Arrays of one shape are subtracted entry by entry, without a loop.",
    ),
    right="One line for a whole table: each weight takes its own step.",
)


def _waves(x):
    return np.sum(np.sin(x))


def _squares(x):
    return np.sum(x**2)


def _twisted(x):
    return x[0] * x[1] - x[1] ** 2


gap = Exercise(
    name="gap",
    template=(
        "def gap(f, gradient, x, u, h=1e-5):  # u: a direction of length 1\n"
        "    by_differences = (f(x + h * u) - f(x - h * u)) / (2 * h)\n"
        "    by_gradient = {blank}  # the slope in the direction u\n"
        "    return by_gradient - by_differences"
    ),
    answer="gradient @ u",
    adopts=True,
    quantity="the gap",
    cases={
        "a gradient without its factor 2": (
            _squares,
            np.array([1.0, -2.0, 3.0]),
            np.array([1.0, -2.0, 3.0]),
            np.array([2.0, 1.0, 2.0]) / 3,
        ),
        "a gradient with a flipped sign": (
            _waves,
            np.array([-1.0, -1.0]),
            np.array([0.0, 0.0]),
            np.array([0.6, 0.8]),
        ),
        "a gradient with both entries wrong": (
            _squares,
            np.array([-0.625, 4.25]),
            np.array([-1.375, -2.0]),
            np.array([0.28, 0.96]),
        ),
        "a gradient with one wrong entry": (
            _twisted,
            np.array([2.0, 2.0]),
            np.array([1.0, 2.0]),
            np.array([-0.6, 0.8]),
        ),
    },
    mistakes={
        "gradient * u": "That multiplies entry by entry and leaves a list. "
        "The slope is one number, their sum: the dot product.",
        "gradient": "That is the whole gradient. The slope in the direction u is a dot product.",
        "np.linalg.norm(gradient)": "That is the slope straight uphill. In the direction u it is "
        "smaller, by the cosine of the angle: a dot product knows it.",
        "np.sum(gradient)": "That is the slope if every input grows by 1. In the direction u, "
        "input i grows by u[i].",
        "gradient @ x": "Here x is the place. The slope is asked for in the direction u.",
        "gradient @ gradient": "That is the square of the gradient's length. One of the two is the "
        "direction, u.",
        "gradient @ u / np.linalg.norm(gradient)": "That is the cosine of the angle between them. "
        "The slope has the length of the gradient in it.",
        "-gradient @ u": "The sign is reversed: the gradient points uphill, so the slope toward it "
        "is above 0.",
        "gradient @ u / h": "A slope is a rise over a run already: the gradient holds slopes, "
        "so there is nothing to divide.",
        "gradient @ u / (2 * h)": "A slope is a rise over a run already: the gradient holds "
        "slopes, so there is nothing to divide. That was needed for the differences.",
        "h * gradient @ u": "That is the rise over the short way h. The slope has no h.",
        "f(u)": "That is a height. The slope is asked for, and the gradient knows it.",
    },
    hints=(
        "From 03: the slope in a direction u is …?",
        "It is the dot product of the gradient with u.",
        "In NumPy a dot product is `@`.",
    ),
    right="One random direction asks all entries at once, for two evaluations instead of 2n.",
)

lesson = Lesson(
    "07_from_numbers_to_arrays",
    reverse_broadcast,
    to_left,
    to_each,
    gap,
    step_down,
)
