"""The exercises of notebook 04, "Gradient descent"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson


def _double(x):
    return 2 * x


def _wells(x):
    return 4 * x**3 - 6 * x + 1


def _far_bowl(x):
    return 2 * (x - 4)


walk = Exercise(
    name="walk",
    adopts=True,
    template=(
        "def walk(slope, x, learning_rate, steps):\n"
        "    for step in range(steps):\n"
        "        x = {blank}\n"
        "    return x"
    ),
    answer="x - learning_rate * slope(x)",
    quantity="the place after the last step",
    cases={
        "the slope 2x, from x = 1.2, η = 0.3, one step,": (_double, 1.2, 0.3, 1),
        "the slope 2x, from x = -10, η = 0.2, ten steps,": (_double, -10.0, 0.2, 10),
        "the slope 2x, from x = 0.375, η = 0.05, four steps,": (_double, 0.375, 0.05, 4),
        "the slope 4x³ - 6x + 1, from x = 0.25, η = 0.035, three steps,": (_wells, 0.25, 0.035, 3),
        "the slope 4x³ - 6x + 1, from x = 0.7, η = 0.035, two steps,": (_wells, 0.7, 0.035, 2),
        "the slope 2(x - 4), from x = -1, η = 0.125, three steps,": (_far_bowl, -1.0, 0.125, 3),
        "the slope 2x, from 1.2, -3 and 10 at once, η = 0.3, three steps,": (
            *(_double, np.array([1.2, -3.0, 10.0]), 0.3, 3),
        ),
    },
    mistakes={
        "x + learning_rate * slope(x)": "That climbs. By the sign rule, downhill is against the "
        "sign of the slope: subtract.",
        "x - slope(x)": "The learning rate is missing: each step goes as far as the whole slope.",
        "x - learning_rate": "That goes to the left in any case, and equally far each time. "
        "The slope says which way, and how far.",
        "x - learning_rate * np.sign(slope(x))": "That is the sign rule alone: the way is right, "
        "and all steps are equally long. Let the slope itself say how far.",
        "x - learning_rate * abs(slope(x))": "Without its sign the slope cannot say which way: "
        "that goes to the left in any case.",
        "learning_rate * slope(x)": "That is how far the step goes. "
        "The new place is the old one minus that.",
        "-learning_rate * slope(x)": "That is the step alone, with the right sign. "
        "Add it to the old place x.",
        "x - learning_rate / slope(x)": "Divided by the slope, the steps get *longer* as the "
        "ground gets level. Multiply.",
        "x - learning_rate * x": "That multiplies by the place x. "
        "The step is the learning rate times the slope at x.",
        "learning_rate * slope(x) - x": "Old place and step have changed roles: it is "
        "the old place minus the step.",
    },
    hints=(
        "From x = 1.2 with the slope 2.4 and η = 0.3 the first step led to 0.48. How?",
        "1.2 - 0.3 · 2.4 = 0.48: the old place, minus the learning rate times the slope there.",
        "In Python the slope at the present place is `slope(x)`, and η is `learning_rate`.",
    ),
    right="This line is gradient descent. The sign of the slope says which way, its size "
    "and η say how far.",
)


def _grad_bowl(p):
    return 2 * p


def _grad_valley(p):
    return p * np.array([1.0, 20.0])


def _grad_four(p):
    return np.array([p[0] + 1.375, 4 * p[1] + p[2], p[1] + 2 * p[2], 3 * p[3] ** 3 - 0.5])


descend = Exercise(
    name="descend",
    adopts=True,
    template=(
        "def descend(grad, start, learning_rate, steps):\n"
        "    path = np.zeros((steps + 1, len(start)))\n"
        "    path[0] = start\n"
        "    for step in range(steps):\n"
        "        path[step + 1] = {blank}\n"
        "    return path"
    ),
    answer="path[step] - learning_rate * grad(path[step])",
    quantity="the path",
    cases={
        # Whole numbers, which a path made like the start must not keep.
        "the bowl, from (2, -1), η = 0.1,": (_grad_bowl, np.array([2, -1]), 0.1, 4),
        "the long valley, from (2, 1), η = 0.06,": (_grad_valley, np.array([2.0, 1.0]), 0.06, 3),
        "one variable, from -10, η = 0.2,": (_grad_bowl, np.array([-10.0]), 0.2, 5),
        "the long valley, one step from (-0.375, 0.25), η = 0.035,": (
            *(_grad_valley, np.array([-0.375, 0.25]), 0.035, 1),
        ),
        "four variables": (_grad_four, np.array([0.5, -2.0, 1.0, 0.8]), 0.07, 3),
    },
    mistakes={
        "path[step] + learning_rate * grad(path[step])": "The gradient points uphill, so this "
        "climbs. Subtract it.",
        "path[step] - grad(path[step])": "The learning rate is missing.",
        "learning_rate * grad(path[step])": "That is how far the step goes. "
        "The new point is the old one, `path[step]`, minus that.",
        "-learning_rate * grad(path[step])": "That is the step alone, with the right sign. "
        "Add it to the point `path[step]`.",
        "start - learning_rate * grad(start)": "That takes the first step again and again. "
        "Each step begins where the last one ended: at `path[step]`.",
        "path[step] - learning_rate * grad(start)": "The gradient is taken at the start, "
        "every time. The hiker feels the ground where they stand: at `path[step]`.",
        "start - learning_rate * grad(path[step])": "Each step begins where the last one ended, "
        "at `path[step]`, and not at the start.",
        "path[step + 1] - learning_rate * grad(path[step + 1])": "The point after the present "
        "one is still to be found; its row holds zeros so far. The present one is `path[step]`.",
        "path[step] - learning_rate * np.linalg.norm(grad(path[step]))": "The length of the "
        "gradient is one number, taken from all coordinates alike. Subtract the vector.",
        "path[step] - learning_rate * grad(path[step]) / np.linalg.norm(grad(path[step]))": "Now "
        "all steps are η long, however steep it is. Leave the gradient its length: it makes "
        "the steps short where the ground gets level.",
    },
    hints=(
        "It is the line of `walk`, with a point in place of x. "
        "Which row of `path` holds the present point?",
        "The present point is `path[step]`, and its gradient is `grad(path[step])`.",
        "The present point, minus `learning_rate` times the gradient there.",
    ),
    right="The same line for one, two or a million variables: arrays are subtracted "
    "coordinate by coordinate.",
)

# Rows of step, steps, gradient, small_gradient, change, small_change. The lengths of the vectors
# are 5, 7, 4.5, 3, 2.5 and 0.625 exactly, so that a rule can be met exactly; each row tells other
# wrong answers from the right one.
_STOPS = (
    (99, 100, [3.0, 4.0], 2.5, [-1.5, 2.0], 1.25),
    (103, 100, [6.0, -2.0, -3.0], 3.5, [-0.5, 4.0, -2.0], 2.25),
    (19, 20, [-0.5, 4.0, -2.0], 4.5, [2.0, -1.0, -2.0], 3.0),
    (100, 100, [1.5, -2.0], 1.25, [6.0, -2.0, -3.0], 3.5),
    (53, 50, [-7.0], 14.0, [1.5, -2.0], 5.0),
    (18, 20, [-0.5, 4.0, -2.0], 9.0, [-4.0, -3.0], 10.0),
    (49, 50, [3.0, -4.0], 2.5, [-0.5, 4.0, -2.0], 4.5),
    (103, 100, [6.0, -2.0, -3.0], 7.0, [-0.5, 4.0, -2.0], 2.25),
    (98, 100, [6.0, -2.0, -3.0], 7.0, [3.0, -4.0], 2.5),
    (100, 100, [2.0, -1.0, -2.0], 3.0, [-7.0], 7.0),
    (23, 20, [-0.5, 4.0, -2.0], 2.25, [-4.0, -3.0], 5.0),
    (49, 50, [-4.0, -3.0], 10.0, [-0.5, 4.0, -2.0], 4.5),
    (23, 20, [-4.0, -3.0], 10.0, [-0.5, 4.0, -2.0], 2.25),
    (99, 100, [3.0, -4.0], 2.5, [2.0, -1.0, -2.0], 6.0),
    (23, 20, [-7.0], 3.5, [0.375, 0.5], 0.3125),
    (19, 20, [-0.5, 4.0, -2.0], 9.0, [-4.0, -3.0], 2.5),
    (100, 100, [1.5, -2.0], 1.25, [-0.5, 4.0, -2.0], 2.25),
    (49, 50, [-0.5, 4.0, -2.0], 4.5, [-7.0], 3.5),
    (98, 100, [0.375, 0.5], 1.25, [-0.5, 4.0, -2.0], 2.25),
    (103, 100, [-3.0], 1.5, [-7.0], 3.5),
    (20, 20, [6.0, -2.0, -3.0], 3.5, [1.5, -2.0], 1.25),
    (18, 20, [-4.0, -3.0], 2.5, [-7.0], 3.5),  # each coordinate is small, but for its sign
    (17, 50, [3.0, -4.0], 4.5, [1.5, -2.0], 2.25),  # each coordinate is small by itself
    (5, 50, [0.0, 0.0], 0.125, [3.0, 4.0], 0.25),  # level ground
    (5, 50, [3.0, 4.0], 0.25, [0.0, 0.0], 0.125),  # a walk that stands still
)


def _stop_cases():
    cases = {}
    for step, steps, gradient, small_gradient, change, small_change in _STOPS:
        gradient, change = np.array(gradient), np.array(change)
        label = (
            f"step {step} of {steps}, with slope {np.linalg.norm(gradient):g} (small: up to "
            f"{small_gradient:g}) and a last step of {np.linalg.norm(change):g} "
            f"(small: up to {small_change:g}),"
        )
        cases[label] = (step, steps, gradient, small_gradient, change, small_change)
    # A walk that has not taken its first step, as the page begins it.
    label = "the start of a walk, where the last step is infinite,"
    cases[label] = (0, 20, np.array([3.0, 4.0]), 1.25, np.inf, 2.5)
    return cases


_ALL_RULES = "step >= steps or slope <= small_gradient or way <= small_change"

stop = Exercise(
    name="stop",
    adopts=True,
    template=(
        "def stop(step, steps, gradient, small_gradient, change, small_change):\n"
        "    slope = np.linalg.norm(gradient)\n"
        "    way = np.linalg.norm(change)  # how far the last step went\n"
        "    return {blank}  # True or False"
    ),
    answer=_ALL_RULES,
    quantity="what the three rules say",
    cases=_stop_cases(),
    mistakes={
        _ALL_RULES.replace("or", "and"): "With `and`, all three rules must hold at once, so a "
        "walk that never comes to level ground never ends. One is enough: `or`.",
        "slope <= small_gradient or way <= small_change": "The step limit is missing. "
        "A walk that bounces from side to side would never end.",
        "step >= steps or way <= small_change": "The rule of the small gradient is missing: "
        "is `slope` at most `small_gradient`?",
        "step >= steps or slope <= small_gradient": "The rule of the small change is missing: "
        "is `way` at most `small_change`?",
        "step >= steps": "That is the step limit alone. Join the other two rules to it by `or`.",
        "slope <= small_gradient": "That is one of the three rules. Join the others by `or`.",
        _ALL_RULES.replace(">=", "=="): "Right while steps are counted one by one. A walk that is "
        "past its limit already would never end: `>=` holds for that one, too.",
        _ALL_RULES.replace(">=", ">"): "That takes one step more than the limit allows: "
        "at `step == steps` it is time to stop.",
        "step >= steps or slope >= small_gradient or way >= small_change": "That stops while the "
        "ground is steep and the steps are long. Stop when both are *small*: `<=`.",
        _ALL_RULES.replace("<=", "<"): "Nearly: at *exactly* its limit a slope or a step is small "
        "enough already. At most means `<=`.",
        "step >= steps or slope == 0 or way == 0": "A walk seldom comes to exactly 0. "
        "Compare with the limits, `small_gradient` and `small_change`.",
        "step >= steps or slope <= small_change or way <= small_gradient": "The two limits have "
        "changed places: `small_gradient` is that of `slope`.",
        f"not ({_ALL_RULES})": "That says when to go *on*. The function answers whether to stop.",
        "step <= steps or slope <= small_gradient or way <= small_change": "`step <= steps` holds "
        "from the first step on. The limit is reached when `step` is at least `steps`.",
        "step >= steps or (slope <= small_gradient and way <= small_change)": "Here the two small "
        "ones must come together. Each is a reason of its own: `or` between all three.",
    },
    hints=(
        "Write the three rules as three comparisons first. When is the step limit reached?",
        "`step >= steps`, and for the other two: `slope` and `way` at most their limits. "
        "Which word joins conditions of which one is enough?",
        "`step >= steps or slope <= ... or ...`: what is the limit of `slope`, "
        "and what comes third?",
    ),
    right="The first rule that holds ends the walk. It is good to know which one it was.",
)

_FOUR = np.array([[3.0, 2.0], [-2.805, 3.131], [-3.779, -3.283], [3.584, -1.848]])


# Where the nearest one by any other measure (one coordinate, a sum, a product) is another one.
_OTHER_MINIMA = [
    ([-0.75, -2.75], [[-2.25, -2.75], [0.0, -1.5]]),
    ([-0.5, 1.75], [[0.5, -0.25], [3.0, -1.5], [-0.25, 2.75]]),
    ([-1.25, -2.5], [[3.0, -0.75], [-1.5, 2.75], [1.25, 1.25], [3.0, -2.75]]),
    ([0.0, 1.0], [[-2.25, -0.5], [2.5, 2.25], [-1.25, 0.75], [-2.5, 2.0]]),
    ([0.75, -0.25], [[1.75, -0.75], [0.75, 1.75], [2.5, -0.5]]),
    ([0.0, 1.5], [[2.75, -3.0], [-2.25, 2.0]]),
]


def _valleys():
    ends = [[-3.78, -3.28], [2.99, 2.01], [-2.8, 3.13], [3.58, -1.85]]
    cases = {f"the end ({x}, {y})": (np.array([x, y]), _FOUR) for x, y in ends}
    for (x, y), minima in _OTHER_MINIMA:
        listed = ", ".join(f"({a:g}, {b:g})" for a, b in minima)
        label = f"the end ({x:g}, {y:g}) and minima at {listed}"
        cases[label] = np.array([x, y]), np.array(minima)
    return cases


which_valley = Exercise(
    name="which_valley",
    adopts=True,
    template="def which_valley(end, minima):\n    return {blank}  # 0 is the first one",
    answer="np.argmin(np.linalg.norm(minima - end, axis=1))",
    quantity="the number of the nearest minimum",
    cases=_valleys(),
    mistakes={
        "np.argmin(np.linalg.norm(minima - end))": "Without `axis=1` all differences go into one "
        "length, and the least of one number is always number 0.",
        "np.argmin(np.linalg.norm(minima - end, axis=0))": "`axis=0` goes down the columns and "
        "leaves one length for x and one for y. One for each row needs `axis=1`.",
        "np.min(np.linalg.norm(minima - end, axis=1))": "That is the distance to the nearest "
        "minimum. Its *number* comes from `np.argmin`.",
        "np.argmax(np.linalg.norm(minima - end, axis=1))": "That is the number of the minimum "
        "farthest away.",
        "minima[np.argmin(np.linalg.norm(minima - end, axis=1))]": "That is the place of the "
        "nearest minimum. Its number is asked for: leave `minima[…]` away.",
        "np.linalg.norm(minima - end, axis=1)": "Those are the distances, one for each minimum. "
        "Which of them is the smallest? `np.argmin` says its number.",
        "np.argmin(np.linalg.norm(minima - end, axis=1)) + 1": "One too many: "
        "Python counts from 0, and so does the answer.",
        "np.argmin(np.abs(minima - end))": "That looks for the smallest difference in a single "
        "coordinate, and counts single coordinates. Take the length of each row.",
        "np.argmin(minima - end)": "That looks for the smallest number among all differences of "
        "coordinates, and minus three counts as smaller than 0. Take the length of each row.",
        "np.argmin(np.sum(minima - end, axis=1))": "In a sum, differences of opposite sign cancel "
        "out. Distances are lengths: `np.linalg.norm`.",
    },
    hints=(
        "How far is it from the end to each of the minima? "
        "`minima - end` holds one difference in each row.",
        "`np.linalg.norm(…, axis=1)` makes a length of each row. "
        "Then you need the number of the smallest one.",
        "The number of the smallest entry is `np.argmin(…)`.",
    ),
    right="Each end lies close to one of the minima, so the nearest minimum names the valley.",
)


def _line_loss(line, x, y):
    w, b = line
    return np.mean((w * x + b - y) ** 2) / 2


def _by_differences(loss, point, *data, h=1e-3):
    """Central differences, which are exact for a quadratic apart from rounding."""
    gradient = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[i] = h
        gradient[i] = (loss(point + step, *data) - loss(point - step, *data)) / (2 * h)
    return gradient


def _line_loss_gradient(line, x, y):
    return _by_differences(_line_loss, line, x, y)


grad_J = Exercise(
    name="grad_J",
    adopts=True,
    template=(
        "def grad_J(line, x, y):\n"
        "    w, b = line\n"
        "    errors = w * x + b - y\n"
        "    return {blank}  # an array of two numbers"
    ),
    answer="np.array([np.mean(errors * x), np.mean(errors)])",
    quantity="the gradient by differences",
    cases={
        "three points, w = 1, b = -1,": (
            np.array([1.0, -1.0]),
            np.array([0.0, 1.0, 3.0]),
            np.array([2.0, 1.5, 4.0]),
        ),
        "four points, w = 0, b = 0,": (
            np.array([0.0, 0.0]),
            np.array([-1.5, -0.5, 1.0, 2.5]),
            np.array([3.0, 4.0, 4.5, 6.0]),
        ),
        "five points, w = -2, b = 0.5,": (
            np.array([-2.0, 0.5]),
            np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
            np.array([5.5, 6.0, 9.0, 12.0, 12.5]),
        ),
        "two points, w = 1.5, b = -0.625,": (
            np.array([1.5, -0.625]),
            np.array([-1.375, 0.25]),
            np.array([-0.75, -3.5]),
        ),
    },
    mistakes={
        "np.array([np.sum(errors * x), np.sum(errors)])": "The 1/m is missing: J is a mean "
        "over the measurements, and so are its slopes. Without it each step is m times too long.",
        "np.array([2 * np.mean(errors * x), 2 * np.mean(errors)])": "Twice too large. The 2 "
        "of the square and the ½ in front of J cancel.",
        "np.array([np.mean(errors), np.mean(errors * x)])": "Those are the right two "
        "numbers, exchanged: w comes first in `line`, so ∂J/∂w comes first here.",
        "np.array([-np.mean(errors * x), -np.mean(errors)])": "The sign is reversed. An "
        "error is prediction minus measurement, which is the order of the formula.",
        "np.array([np.mean(errors), np.mean(errors)])": "In ∂J/∂w each error is "
        "multiplied by its own x before the mean is taken.",
        "np.array([np.mean(errors) * np.mean(x), np.mean(errors)])": "A mean of products is "
        "not the product of the means. Multiply each error by its own x first.",
        "np.array([np.mean(errors**2) / 2, np.mean(errors)])": "The first entry is J itself. "
        "Its slope by w is the mean of error times x.",
        "np.array([np.mean(errors * w), np.mean(errors * b)])": "The inside w·x + b - y has "
        "the slope x by w, and 1 by b. These are the factors, and not w and b.",
        "np.mean(errors)": "That is ∂J/∂b alone. The gradient is an array of both, ∂J/∂w first.",
        "np.mean(errors * x)": "That is ∂J/∂w. The gradient holds ∂J/∂b as well: "
        "`np.array([…, …])`.",
    },
    hints=(
        "In 02 you found both: the slope of ½ · error² is the error, "
        "times the slope of its inside.",
        "By w the inside has the slope x, by b it has the slope 1. J is the *mean* of such terms.",
        "`np.array([np.mean(…), np.mean(…)])`: one mean of errors times x, one of errors.",
    ),
    oracle=_line_loss_gradient,
    right="Checked against differences: the two slopes of 02, in one array.",
)


lesson = Lesson(
    "04_gradient_descent",
    walk,
    descend,
    stop,
    which_valley,
    grad_J,
)
