"""The exercises of notebook 03, "Gradient vectors"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson

unit_vector = Exercise(
    name="unit_vector",
    adopts=True,
    template="def unit_vector(v):\n    return {blank}",
    answer="v / np.linalg.norm(v)",
    quantity="the arrow of length 1",
    cases=[
        (np.array([3.0, 4.0]),),
        (np.array([-2.125, 2.0]),),
        (np.array([0.625, -0.25]),),
        (np.array([3.0, -1.0, 2.0]),),
        (np.array([8, -6]),),  # whole numbers, which a copy made for the answer must not keep
    ],
    mistakes={
        "np.linalg.norm(v)": "That is the length of v, one number. "
        "Divide the arrow v by it, and an arrow of length 1 is left.",
        "v": "That is v as it came, with its old length. Divide it by its length.",
        "v / np.sum(v)": "That divides by the sum of the parts: they add up to 1 then, and the "
        "length is another. The length of (3, 4) is 5, and not 7.",
        "v / np.sum(np.abs(v))": "The sum of the absolute parts is the way along the streets, east "
        "and then north. The length is as the crow flies: the root of the sum of squares.",
        "v / np.max(np.abs(v))": "Now the largest part is 1, and the other parts make the arrow "
        "longer than that. Divide by the length.",
        "v / np.sum(v**2)": "That divides by the square of the length. Take the root first.",
        "v * np.linalg.norm(v)": "That multiplies by the length. Divide by it.",
        "v / len(v)": "`len(v)` counts how many numbers v holds. "
        "The length of the arrow is `np.linalg.norm(v)`.",
        "np.sign(v)": "That is a diagonal, whatever the direction of v was. "
        "All parts must be divided by the same number.",
    },
    hints=(
        "The direction stays and the length becomes 1: by which number must both parts be divided?",
        "An arrow of length 5 must be divided by 5. So divide v by its own length.",
        "The length is `np.linalg.norm(v)`, and `v / 5` divides every part of v by 5.",
    ),
    right="Divided by its own length, an arrow keeps its direction and has length 1, "
    "in any number of dimensions.",
)

slope_towards = Exercise(
    name="slope_towards",
    adopts=True,
    template="def slope_towards(gradient, v):\n    return {blank}  # v may have any length",
    answer="gradient @ v / np.linalg.norm(v)",
    quantity="the slope in the direction of v",
    cases=[
        (np.array([3.0, 4.0]), np.array([2.0, 1.0])),
        (np.array([-0.625, 2.5]), np.array([0.5, 0.3])),
        (np.array([6.0, -2.0]), np.array([-3.0, 4.0])),
        (np.array([1.0, 2.0, -3.0]), np.array([2.0, 0.0, 1.0])),
    ],
    mistakes={
        "gradient @ v": "Right for a v of length 1. A v twice as long would give twice the slope, "
        "although it points the same way: divide by the length of v.",
        "gradient @ v / (np.linalg.norm(gradient) * np.linalg.norm(v))": "That is cos θ, the part "
        "of the steepest slope that is left. For the slope, do not divide by ‖∇f‖.",
        "gradient * v / np.linalg.norm(v)": "Those are the products, part by part. They are not "
        "added yet: `@` multiplies and adds.",
        "gradient @ v / np.linalg.norm(gradient)": "The length that has to become 1 is that of the "
        "direction v. Divide by that one.",
        "gradient @ v * np.linalg.norm(v)": "To bring v to length 1, divide by its length.",
        "gradient @ v / np.sum(v**2)": "That divides by the square of the length of v, "
        "so once too often.",
        "np.linalg.norm(gradient)": "That is the slope straight uphill, the largest of all. "
        "In the direction of v it is smaller: the dot product says by how much.",
        "-gradient @ v / np.linalg.norm(v)": "The sign is reversed: where v points along the "
        "gradient the ground climbs, and the slope is positive.",
        "v / np.linalg.norm(v)": "That is u, the direction of length 1. "
        "Now take its dot product with the gradient.",
    },
    hints=(
        "The formula is ∇f · u, and u must have length 1. How do you make a u of this v?",
        "The u you need is `v / np.linalg.norm(v)`. The dot product is written with `@`.",
        "Put them together: `gradient @ v`, divided by the length of v.",
    ),
    right="It is ∇f · u with u = v/‖v‖. "
    "The two partial derivatives are enough for the slope in every direction.",
)

level_direction = Exercise(
    name="level_direction",
    adopts=True,
    template=(
        "def level_direction(east, north):  # the two parts of the gradient\n"
        "    return {blank}  # an array of two numbers"
    ),
    answer="np.array([-north, east])",
    quantity="the gradient, a quarter turn to the left,",
    cases=[
        (3.0, 4.0),
        (-1.0, 2.0),
        (0.5, -3.0),
        (-2.125, -0.375),
        (2.0, 0.0),
        (0.0, -3.0),
    ],
    mistakes={
        "np.array([north, -east])": "That is level too, the other way: to your right as you look "
        "uphill. Turn both signs round.",
        "np.array([-north, east]) / np.hypot(east, north)": "That is level and to the left, and "
        "has length 1. Here it may stay as long as the gradient: do not divide.",
        "np.array([north, east])": "The parts have changed places, but a sign is missing: the dot "
        "product with the gradient must be 0, and it is 2 · east · north.",
        "np.array([-east, -north])": "That is straight downhill, half a turn. "
        "A quarter turn is level.",
        "np.array([east, north])": "That is the gradient itself, straight uphill. "
        "Turn it by a quarter.",
        "np.array([-east, north])": "That is the gradient in a mirror. "
        "For a quarter turn the parts change places, and one of them its sign.",
        "np.array([east, -north])": "That is the gradient in a mirror that swaps north and south. "
        "For a quarter turn the parts change places, and one of them its sign.",
        "np.array([0, 0])": "Standing still keeps the height, too, but it is no direction. "
        "Which arrow has the dot product 0 with the gradient?",
        "np.array([1, -east / north])": "That is level, but fails where north is 0, and the length "
        "is off. Take both parts -north times, on paper: then nothing is divided.",
        "np.array([-north, -east])": "Nearly: only one of the parts changes its sign. The dot "
        "product with the gradient must be 0, and it is -2 · east · north.",
    },
    hints=(
        "Level means: the dot product with the gradient is 0. "
        "For (3, 4): which a and b make 3a + 4b zero?",
        "The parts change places and one of them its sign: (-4, 3) and (4, -3) both fit (3, 4). "
        "Which of the two is to the left?",
        "Look east, along (1, 0): to your left is north, (0, 1). "
        "So the new first part is minus the old second one.",
    ),
    right="The parts change places, and one of them its sign: "
    "east · (-north) + north · east is always 0.",
)


def _tilted(p):
    return p[0] ** 2 * p[1] + p[1] + 2


def _cube_sum(p):
    return np.sum(p**3)


def _waves(p):
    return np.sin(p[0]) * p[1] + p[2] ** 2 * p[3]


numerical_gradient = Exercise(
    name="numerical_gradient",
    adopts=True,
    template=(
        "def numerical_gradient(f, point, h=1e-5):\n"
        "    point = np.asarray(point, dtype=float)\n"
        "    gradient = np.zeros(len(point))\n"
        "    for i in range(len(point)):\n"
        "        step = np.zeros(len(point))\n"
        "        step[i] = h  # along axis i, and along no other\n"
        "        gradient[i] = {blank}\n"
        "    return gradient"
    ),
    answer="(f(point + step) - f(point - step)) / (2 * h)",
    quantity="the gradient",
    cases={
        "f = x²y + y + 2 at (3, 4)": (_tilted, np.array([3.0, 4.0])),
        "f = x³ at 2, in one dimension,": (_cube_sum, np.array([2.0])),
        "f = x³ + y³ + z³ at (-1, -2, 0.5)": (_cube_sum, np.array([-1.0, -2.0, 0.5])),
        "a function of four variables": (_waves, np.array([0.5, 2.0, -1.5, 3.0])),
        "f = x²y + y + 2 at (3, 4), with h = 0.5": (_tilted, np.array([3.0, 4.0]), 0.5),
    },
    tolerance=1e-7,
    mistakes={
        "(f(point + step) - f(point)) / h": "That is the forward difference: the idea is right, "
        "and 01 showed that looking to both sides is far more exact. Step back as well.",
        "(f(point) - f(point - step)) / h": "That is the backward difference: the idea is right, "
        "and looking to both sides is far more exact. Step ahead as well.",
        "(f(point + step) - f(point - step)) / h": "Twice too large: from point - step to "
        "point + step the run is 2h.",
        "(f(point - step) - f(point + step)) / (2 * h)": "The sign is reversed: the rise is the "
        "height ahead minus the height behind.",
        "f(point + step) - f(point - step)": "That is the rise. A slope is rise over run, "
        "and the run is 2h.",
        "(f(point + step) - f(point - step)) / 2 * h": "Python divides by 2 and then multiplies "
        "by h. Put 2 * h in parentheses.",
        "(f(point + h) - f(point - h)) / (2 * h)": "`point + h` moves all coordinates at once, so "
        "each entry is the sum of all partial derivatives. Move along one axis: `point + step`.",
        "(f(point + step) + f(point - step)) / (2 * h)": "The rise is a difference of two heights, "
        "and here they are added.",
        "f(point + step) / h": "That is a height over a run. The rise is a difference of two "
        "heights: ahead and behind.",
    },
    hints=(
        "Entry i is a partial derivative: the slope along axis i, with all else frozen. "
        "It is a central difference as in 01.",
        "Ahead is `point + step` and behind is `point - step`. What is the run between these two?",
        "The height ahead minus the height behind, in parentheses, divided by `(2 * h)`.",
    ),
    right="One central difference along each axis: that is a gradient "
    "for any number of variables, and 2n evaluations of f are its price.",
)


def _loss(X, y, w):
    return np.sum((X @ w - y) ** 2) / (2 * len(y))


def _loss_gradient_by_differences(X, y, w, h=1e-3):
    """Central differences, which are exact for a quadratic apart from rounding."""
    steps = h * np.eye(len(w))
    return np.array([(_loss(X, y, w + s) - _loss(X, y, w - s)) / (2 * h) for s in steps])


def _measurements(m, n, seed):
    chance = np.random.default_rng(seed)
    X, y, w = (chance.integers(-32, 33, shape) / 8 for shape in ((m, n), m, n))
    return X, y, w


grad_J = Exercise(
    name="grad_J",
    adopts=True,
    template="def grad_J(X, y, w):\n    return {blank}  # no loop",
    answer="X.T @ (X @ w - y) / len(y)",
    quantity="the gradient by differences",
    # The first has as many measurements as weights: there X instead of X.T runs, and can be told
    # apart. The others have not, since a wrong order of the product may agree where X is square.
    cases={
        f"{m} measurements and {n} weights": _measurements(m, n, seed)
        for m, n, seed in ((3, 3, 5), (5, 2, 6), (2, 4, 7), (6, 3, 8))
    },
    oracle=_loss_gradient_by_differences,
    mistakes={
        "X.T @ (X @ w - y)": "The 1/m is missing: J is a mean over the m measurements, and so is "
        "its gradient.",
        "2 * X.T @ (X @ w - y) / len(y)": "Twice too large. The 2 from the square and "
        "the ½ in front of J cancel.",
        "X.T @ (X @ w - y) / (2 * len(y))": "Half of it. The square brings a factor 2, "
        "which cancels the 2 in 1/(2m): what is left is 1/m.",
        "2 * X.T @ (X @ w - y)": "Two factors: the 2 of the square cancels the ½ in front of "
        "J, and the mean over the measurements asks for 1/m.",
        "X @ (X @ w - y) / len(y)": "Entry j adds over the measurements, so over the rows "
        "of X. `X @` adds over the columns. (With more measurements than weights it does not even "
        "run.) Which matrix has rows and columns exchanged?",
        "X.T @ (y - X @ w) / len(y)": "The sign is reversed. The error is prediction minus "
        "measurement: where the prediction is too high, J rises with w.",
        "X.T * (X @ w - y) / len(y)": "`*` multiplies number by number and leaves a matrix. "
        "`@` multiplies and adds.",
        "np.mean(X @ w - y)": "That is one number, the mean error. Each entry weighs the "
        "errors by a column of X before they are added.",
        "np.sum((X @ w - y) ** 2) / (2 * len(y))": "That is J itself, a height. "
        "Its gradient has one entry for each weight.",
        "X.T @ (X @ w - y) / len(w)": "`len(w)` counts the weights. J is a mean over the "
        "measurements: divide by how many of those there are, `len(y)`.",
        "X.T @ (X @ w) / len(y)": "The measurements y are missing: it is the errors "
        "that are to be multiplied by X.T.",
        "X.T @ (X @ w - y) ** 2 / len(y)": "The square is in J. Its derivative is 2 · error, "
        "without a square.",
    },
    hints=(
        "The loop adds X[i, j] · errors[i] over all i. "
        "A matrix product adds over the columns of the left matrix. Which matrix has i there?",
        "`X.T` has a row for each weight and a column for each measurement, so `X.T @ errors` "
        "holds all sums at once.",
        "The errors are `X @ w - y`, in parentheses. "
        "What is left is the mean: divide by `len(y)`, the number of measurements.",
    ),
    right="All sums of the loop in one product, Xᵀe/m. It agrees with differences, "
    "and it has the shape of w.",
)

lesson = Lesson(
    "03_gradient_vectors",
    unit_vector,
    slope_towards,
    level_direction,
    numerical_gradient,
    grad_J,
)
