"""The exercises of notebook 11, "The bug clinic"."""

import numpy as np

from helpers.clinic.ward import DIAGNOSES, TODAY
from helpers.derivatives import numerical_gradient

from .diagnosis import diagnosis as diagnosed
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
    right="`@ X.T` multiplies, adds up, and leaves the shape of w.",
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
    right="The same line serves one weight and many: X has a row for each.",
)


def _gated(seed, *shape):
    """A pull of numbers of both signs, and activations of relu: some of them 0."""
    chance = np.random.default_rng(seed)
    pull = chance.choice([-1, 1], shape) * chance.integers(3, 30, shape) / 8
    a = np.maximum(chance.integers(-20, 30, shape) / 8, 0)
    # On both sides of 1, where an answer may have its border.
    pull.flat[0] = (0.5, -2.5, -0.25, 3.0)[seed % 4]
    a.flat[:4] = (0.0, 2.5, 0.5)[seed % 3], 0, 0.125 * (seed + 4), 1e-6
    return pull, a


back_through_relu = Exercise(
    name="back_through_relu",
    adopts=True,
    template="def back_through_relu(pull, a):  # a = max(0, z), never below 0\n"
    "    return pull * ({blank})",
    answer="a > 0",
    quantity="the pull on z",
    cases={
        f"{rows} samples, {units} units": _gated(seed, rows, units)
        for seed, rows, units in (
            *((1, 4, 3), (2, 2, 5), (3, 5, 4), (4, 3, 3)),
            *((5, 6, 2), (6, 4, 4), (7, 2, 3), (8, 3, 5), (9, 5, 2)),
        )
    },
    mistakes={
        "a >= 0": "That is how it came. An activation of relu is never below 0, "
        "so this is true for all of them.",
        "a": "That multiplies by the activation. The slope of relu is 1 where it lets z pass, "
        "and 0 where it does not.",
        "a <= 0": "The wrong way round: it lets pass what relu had stopped.",
        "a > 1": "The border is at 0: small activations have the slope 1 as well.",
        "a * (1 - a)": "That is the slope of sigmoid.",
        "0": "Nothing passes. Where z was positive, relu hands it on as it is: slope 1.",
    },
    hints=(
        "Which activations belong to a z below 0? What is relu's slope there?",
        "A z below 0 gives the activation 0. Those must not pass, and `>=` lets them.",
        "A comparison with 0 that is false for 0 itself.",
    ),
    right="Where a is 0, z was not above 0, and by 01's convention the slope there is 0.",
)


def _two_pulls():
    """Single numbers and arrays, whose first numbers have all signs and sizes around 1."""
    chance = np.random.default_rng(7)
    found = {}
    for first, second in ((2.0, 5.0), (0.5, -3.0), (-0.75, 0.25), (-4.0, -0.5), (3.0, 0.125)):
        found[f"{first:g} and {second:g}"] = first, second
    for shape in ((3,), (2, 3), (4,), (1, 2)):
        pair = chance.choice([-1, 1], (2, *shape)) * chance.integers(3, 30, (2, *shape)) / 8
        pair[0].flat[0], pair[1].flat[0] = chance.permutation([0.5, -2.5])
        found[f"{' by '.join(map(str, shape))} numbers"] = tuple(pair)
    return found


add_pulls = Exercise(
    name="add_pulls",
    adopts=True,
    template="def add_pulls(first, second):\n    return {blank}",
    answer="first + second",
    quantity="the whole pull",
    cases=_two_pulls(),
    mistakes={
        "first": "That is how it came: the pull along the second branch is lost.",
        "second": "Now the pull along the first branch is lost: 15 in place of 6, and 21 is right.",
        "first * second": "Along a chain slopes multiply. Where two chains meet, they add.",
        "(first + second) / 2": "No mean: the number does its work in both branches.",
        "np.maximum(first, second)": "The larger one alone: the other branch is lost.",
        "first - second": "Both branches end in the same sum, and none is subtracted.",
    },
    hints=(
        "What is the slope of c = 2y + 5y by y, and how do the two branches make it?",
        "The chain rule of 02 along a path: what comes along each way is added.",
        "One sign between `first` and `second`.",
    ),
    right="What comes back along both ways is added: the slope of c is 3 · (2 + 5) = 21.",
)


def _means(seed, sizes, n):
    chance = np.random.default_rng(seed)
    shape = (len(sizes), n)
    means = chance.choice([-1, 1], shape) * chance.integers(3, 30, shape) / 8
    return means, np.array(sizes)


join_batches = Exercise(
    name="join_batches",
    adopts=True,
    template="def join_batches(means, sizes):  # a row of means for each batch; its samples\n"
    "    return {blank}  # the mean over all samples",
    answer="sizes @ means / np.sum(sizes)",
    quantity="the mean",
    cases={
        f"batches of {', '.join(map(str, sizes))}": _means(seed, sizes, n)
        for seed, sizes, n in (
            (1, (8, 2), 2),
            (2, (5, 1, 3), 2),
            (3, (4, 7), 3),
            (4, (1, 2, 6, 3), 1),
            (5, (2, 9, 4), 3),
        )
    },
    mistakes={
        "np.mean(means, axis=0)": "That is how it came: a batch of 2 counts as much as one of 8.",
        "sizes @ means": "Each batch counts by its size now. It is the sum over all samples: "
        "what makes a mean of it?",
        "np.sum(means, axis=0)": "The sum of the means, where a small batch counts as a large one.",
        "sizes @ means / len(sizes)": "`len(sizes)` is the number of batches. Divide by the number "
        "of samples.",
        "np.sum(means, axis=0) / np.sum(sizes)": "Divided by the number of samples, but the means "
        "were added as if all batches were equal. `sizes @` makes sums of them first.",
        "(1 / sizes) @ means / np.sum(1 / sizes)": "The wrong way round: now the small batches "
        "count most.",
        "np.mean(means)": "One number for all weights. Each has a mean of its own.",
        "means / np.sum(sizes)": "A row for each batch still. Add them, each by its size.",
        "sizes @ means / np.max(sizes)": "Divide by the number of all samples: the sum of the "
        "sizes.",
    },
    hints=(
        "Of 8 and 2 samples with means 1 and 2, what is the mean? Not 1.5.",
        "A mean times its number of samples is a sum. Add the sums, and divide by all samples.",
        "`sizes @ means` adds size times mean. Then divide by the sum of the sizes.",
    ),
    right="Each sample counts once, whatever batch it came in: the mean of the ten is 1.2.",
)


use = Exercise(
    name="use",
    adopts=True,
    template="def use(kept, new):  # gradients: of the steps before, and of this place\n"
    "    return {blank}",
    answer="new",
    quantity="the gradient to step along",
    cases=_two_pulls(),
    mistakes={
        "kept + new": "That is how it came: the gradients of all places so far, added up.",
        "kept": "Then no new gradient ever comes in. `kept` begins at zeros, and so no step would "
        "move anything.",
        "(kept + new) / 2": "Half of what is old stays in it. A step of gradient descent asks for "
        "the gradient of the place where it is.",
        "0.9 * kept + new": "That is momentum, 09's remedy for long valleys. It is another method; "
        "here plain descent was meant.",
        "new - kept": "That is the change of the gradient. The step asks for the gradient itself.",
        "0 * new": "Nothing is left to step along.",
    },
    hints=(
        "In w − η ∇f(w), of which place is the gradient?",
        "Of the place where it is now. What was kept has no part in it.",
        "One of the two names, as it is.",
    ),
    right="One step, one gradient. In PyTorch, `optimizer.zero_grad()` forgets the old ones.",
)


def _columns(seed, m):
    chance = np.random.default_rng(seed)
    prediction, y = chance.integers(-30, 31, (m, 1)) / 8, chance.integers(-30, 31, m) / 8 + 0.0625
    prediction[0, 0] = (0.5, -2.5, 3.0, -0.25)[seed % 4]
    y[0] = (2.0625, 0.4375, -0.5625, -3.0625)[seed // 2 % 4]
    return prediction, y


column_of_errors = Exercise(
    name="column_of_errors",
    adopts=True,
    template="def column_of_errors(prediction, y):  # of the shapes (m, 1) and (m,)\n"
    "    return {blank}  # a column: (m, 1)",
    answer="prediction - y.reshape(-1, 1)",
    quantity="the column of errors",
    cases={f"{m} samples": _columns(m, m) for m in range(2, 11)},
    mistakes={
        "prediction - y": "That is how it came: a column minus a row is a table of m by m.",
        "prediction.ravel() - y": "The right numbers, in a row. A column is asked for: make y one.",
        "y.reshape(-1, 1) - prediction": "A column, with the sign reversed: an error is prediction "
        "minus measurement.",
        "prediction.T - y": "The right numbers, as a table of one row. They are to be a column.",
        "np.mean(prediction - y, axis=1, keepdims=True)": "A column, but of prediction minus the "
        "*mean* of y: the table was made first.",
        "y - prediction": "A table still, with the sign reversed as well.",
        "prediction": "The measurements are missing: the errors are prediction minus y.",
    },
    hints=(
        "Which shape must y have, so that NumPy repeats nothing?",
        "(m, 1), as the predictions. `y.reshape(-1, 1)` is such a column: NumPy finds the −1 out.",
        "The prediction, minus y as a column.",
    ),
    right="Equal shapes: nothing is repeated, and each prediction meets its own measurement.",
)

# For each fault what is said to another word.
_WORDS = {
    "formula": {
        "step": "The check compares the formula with differences of the loss, and knows no step. "
        "It complains, so the fault lies before the step.",
        "loss": "If the loss alone were wrong, its gradient could still be right, and the check "
        "would pass. It complains.",
        "healthy": "An instrument has raised an alarm. Which one?",
    },
    "step": {
        "formula": "The gradient check passes at the start, so the formula is right there. "
        "What is done with it afterwards?",
        "loss": "Look at what is read off the step: its sign, its length, the check after three "
        "steps. One of them complains.",
        "healthy": "An instrument has raised an alarm, at the start or after three steps.",
    },
    "loss": {
        "formula": "The gradient check passes: for this loss, the formula is right. "
        "Is the loss the one that was meant?",
        "step": "Sign, small step and the check after three steps pass: the program descends as it "
        "should. What does it descend on?",
        "healthy": "An instrument has raised an alarm. Which one?",
    },
    "healthy": {
        "formula": "The gradient check passes.",
        "step": "Sign, small step and the check after three steps pass.",
        "loss": "No shape and no known answer is off, and the ten samples are learned by heart.",
    },
}
_HINTS = {
    "formula": "The gradient check complains before the first step.",
    "step": "The gradient check passes at the start. Then something is done with the gradient: "
    "sign, length of the first step, or the check after three steps.",
    "loss": "It descends as it should, on the wrong ground.",
    "healthy": "Count the alarms.",
}
_RIGHT = {
    "formula": "The formula and the differences disagree at the start. Only the formula, or the "
    "differences themselves, can be to blame.",
    "step": "The gradient is right at the start, and what the program does with it is not.",
    "loss": "A right gradient of the wrong loss: where the gradient check is blind.",
    "healthy": "All that can be read is as it should be. Somebody had reported it all the same.",
}


def diagnosis(letter, word):
    """The exercise on a patient whose fault lies where the word says.

    Args:
        letter: of the bed.
        word: one of `helpers.clinic.ward.DIAGNOSES`.
    """
    hints = (
        "First the gradient check at the start: if it complains, you know the word.",
        "Then all that is read off the step: sign, small step, the check after three steps.",
        _HINTS[word],
    )
    return diagnosed(f"bed_{letter}", word, DIAGNOSES, _WORDS, hints, _RIGHT)


bed_a, bed_b = (
    diagnosis(letter, bed.patient.ward) for letter, bed in zip("ab", TODAY, strict=True)
)

lesson = Lesson(
    "11_bug_clinic",
    summed,
    mse_gradient,
    back_through_relu,
    add_pulls,
    join_batches,
    use,
    column_of_errors,
    bed_a,
    bed_b,
)
