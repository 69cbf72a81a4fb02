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
    right="Copying forward is adding backward, and the shape is that of b again.",
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

lesson = Lesson("07_from_numbers_to_arrays", reverse_broadcast, gap)
