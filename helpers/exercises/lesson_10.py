"""The exercises of notebook 10, "Handwritten digits"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson

# Samples and classes: square once, so that what lies along the wrong axis runs and is told apart.
_SHAPES = ((4, 4), (3, 5), (5, 3), (1, 4), (6, 2), (2, 6), (3, 3), (7, 10))


def _scores(seed, samples, classes):
    """Scores in steps of an eighth, no two of a row alike, and none of a row where it began."""
    chance = np.random.default_rng(seed)
    return np.array([chance.permutation(4 * classes)[:classes] / 8 - 1.5 for _ in range(samples)])


def _probabilities(seed, samples, classes):
    powers = np.exp(_scores(seed, samples, classes))
    return powers / powers.sum(axis=1, keepdims=True)


def _labels(seed, samples, classes):
    return np.random.default_rng(100 + seed).integers(0, classes, samples)


def _pictures(samples, classes):
    return f"{samples} picture{'s' * (samples > 1)}, {classes} scores each"


softmax = Exercise(
    name="softmax",
    adopts=True,
    template=(
        "def softmax(scores):  # a row for each picture, a column for each digit\n"
        "    powers = np.exp(scores - scores.max(axis=1, keepdims=True))\n"
        "    return {blank}"
    ),
    answer="powers / powers.sum(axis=1, keepdims=True)",
    quantity="the table of probabilities",
    cases={
        **{
            _pictures(*shape): (_scores(seed, *shape),)
            for seed, shape in enumerate(_SHAPES, start=1)
        },
        "scores of 1000 and more": (_scores(9, 2, 3) + 1000,),
        # The largest score of the whole table would leave nothing but 0 of the first row.
        "a row of small scores and one of large ones": (
            np.array([[0.0, 1.0, 2.0], [1000.0, 1001.0, 1002.5]]),
        ),
    },
    mistakes={
        "powers": "The powers are there; in each row they must add up to 1. Divide each row by "
        "its sum.",
        "powers / powers.sum()": "That divides by the sum of the whole table. Each row has a sum "
        "of its own: `axis=1`.",
        "powers / powers.sum(axis=0)": "`axis=0` adds up each column, so one digit over all "
        "pictures. A picture is a row: `axis=1`, with `keepdims=True`.",
        "powers / powers.sum(axis=1)": "Without `keepdims=True` the sums lie down as a row, and "
        "do not stand beside the rows that they belong to.",
        "powers / powers.mean(axis=1, keepdims=True)": "Now the mean of each row is 1. It is the "
        "sum of each row that must be 1.",
        "np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)": "The formula is right, and "
        "e¹⁰⁰⁰ is too large for a computer. `powers` has the largest score taken away already.",
        "scores / scores.sum(axis=1, keepdims=True)": "Scores may be negative, and so would these "
        "be. Take `powers`, which are positive.",
        "1 / (1 + np.exp(-scores))": "That is the sigmoid of each score by itself. The ten must "
        "share 1 among them.",
        "np.log(powers / powers.sum(axis=1, keepdims=True))": "Those are the logarithms of the "
        "probabilities. They come in the next exercise.",
    },
    hints=(
        "In each row the powers stand in the right proportion. What is missing is that they add up "
        "to 1.",
        "Divide each row by its own sum: `powers.sum`, along the rows.",
        "`axis=1` adds along the rows, and `keepdims=True` leaves the sums as a column.",
    ),
    right="Each row is positive and adds up to 1: ten probabilities.",
)

cross_entropy = Exercise(
    name="cross_entropy",
    adopts=True,
    template=(
        "def cross_entropy(p, labels):  # probabilities, a row for each picture, and its digits\n"
        "    chosen = p[np.arange(len(labels)), labels]  # what each gives to its own digit\n"
        "    return {blank}"
    ),
    answer="-np.mean(np.log(chosen))",
    quantity="the loss",
    cases={
        # The last ones are so many that the product of all p is 0 to a computer.
        _pictures(*shape): (_probabilities(seed, *shape), _labels(seed, *shape))
        for seed, shape in enumerate((*_SHAPES, (500, 10)), start=11)
    },
    mistakes={
        "np.mean(np.log(chosen))": "The logarithm of a probability is negative, and a loss grows "
        "with what is wrong: the minus sign is missing.",
        "-np.sum(np.log(chosen))": "The sum grows with the number of pictures. Take the mean.",
        "-np.log(np.mean(chosen))": "First the logarithm of each, then the mean: so a single "
        "picture that is sure and wrong costs much.",
        "np.mean(1 - chosen)": "That is 0 for whoever is sure and right, too. But whoever is sure "
        "and wrong pays 1 at most; −ln p has no such limit.",
        "np.mean((1 - chosen)**2)": "Squared errors suit numbers. Here −ln p is asked for, the "
        "loss of 08.",
        "-np.mean(chosen)": "The probabilities themselves, without their logarithms.",
        "-np.log(chosen)": "That is the loss of each picture. Asked for is their mean.",
        "-np.mean(np.log(p))": "That counts all ten digits. Only the one that the picture is "
        "counts: `chosen`.",
        "-np.mean(np.log10(chosen))": "That is the logarithm to the base 10. `np.log` is ln.",
        "-np.mean(np.log2(chosen))": "That is the logarithm to the base 2. `np.log` is ln.",
        "-np.mean(chosen * np.log(chosen))": "That weights each picture by its own p, so that the "
        "worst hardly count. Take the plain mean of −ln p.",
        "-np.mean(np.sum(p * np.log(p), axis=1))": "That is how undecided the network is, the "
        "*entropy*. It does not know what is right: take `chosen`.",
        "np.mean(1 / chosen)": "That grows faster than −ln p where p is small. Take the logarithm.",
        "-np.mean(np.log(1 - chosen))": "That punishes whoever is right. Take the logarithm of p, "
        "not of 1 − p.",
    },
    hints=(
        "The loss of one picture is −ln p, with p for its own digit.",
        "`chosen` holds these p, one for each picture. `np.log` takes all logarithms at once.",
        "The mean of `np.log(chosen)`, with a minus sign in front.",
    ),
    right="Near 0 for whoever is sure and right, without limit for whoever is sure and wrong.",
)

score_gradient = Exercise(
    name="score_gradient",
    adopts=True,
    template=(
        "def score_gradient(p, labels):\n"
        "    one_hot = np.eye(p.shape[1])[labels]  # in each row a 1 at its digit, else 0\n"
        "    return {blank}  # the gradient of the loss by the scores"
    ),
    answer="(p - one_hot) / len(labels)",
    quantity="the gradient",
    cases={
        _pictures(*shape): (_probabilities(seed, *shape), _labels(seed, *shape))
        for seed, shape in enumerate(_SHAPES, start=21)
    },
    mistakes={
        "p - one_hot": "That is the gradient of the sum over the pictures. The loss is their mean: "
        "divide by their number.",
        "(one_hot - p) / len(labels)": "That is the way downhill. The gradient points uphill, and "
        "the step brings the minus sign.",
        "one_hot - p": "Sign and mean: the gradient points uphill, and the loss is a mean over the "
        "pictures.",
        "(p - one_hot) / p.shape[1]": "That divides by the number of digits. The mean goes over "
        "the pictures: `len(labels)`.",
        "(p - one_hot) / p.size": "That divides by the number of all scores. The mean goes over "
        "the pictures: `len(labels)`.",
        "(p - one_hot).mean(axis=0)": "The mean of the gradients has a single row. Each picture "
        "has scores of its own, and each moves the loss by its share 1/B.",
        "p / len(labels)": "Every score would be pushed down, the right one as well: there, 1 is "
        "taken away.",
        "-one_hot / len(labels)": "That is the part of −s, the picture's own score. The logarithm "
        "of the sum brings p to all of them.",
        "-one_hot / p / len(labels)": "That is the gradient by the probabilities. By the scores, "
        "the pull of softmax is in it too, and p − 1 is left.",
        "one_hot * (p - 1) / len(labels)": "The picture's own score is right. The others matter "
        "too: raising one of them takes from it.",
        "2 * (p - one_hot) / len(labels)": "There is no square in this loss, and so no 2.",
        "(p - one_hot) * p * (1 - p) / len(labels)": "The slope of softmax is in p − 1 already. "
        "Here it counts twice.",
        "(p - one_hot)**2 / len(labels)": "Those are squares, without a sign: no way to tell up "
        "from down.",
    },
    hints=(
        "For one picture the slopes are p, less 1 at its own digit.",
        "`one_hot` holds these ones. And the loss is a mean over the pictures.",
        "The difference of `p` and `one_hot`, divided by `len(labels)`.",
    ),
    right="Descent pushes wrong scores down and the right one up. Each row adds up to 0.",
)

numbers_in = Exercise(
    name="numbers_in",
    adopts=True,
    template="def numbers_in(n, m):  # a layer with n inputs and m units\n    return {blank}",
    answer="(n + 1) * m",
    quantity="how many numbers it has",
    cases=[(64, 32), (32, 10), (3, 5), (5, 2), (1, 1), (2, 7)],
    mistakes={
        "n * m": "Those are the weights. Each unit has a number b of its own as well.",
        "n * m + n": "It is the units that have a b, one each, not the inputs.",
        "n * m + 1": "One b for the whole layer is too few: each unit has its own.",
        "n + m": "Each input leads to each unit: their numbers are multiplied.",
        "(n + 1) * (m + 1)": "The bias counts as one further input, not as a further unit.",
        "m": "Those are the biases. The weights are missing.",
        "2 * n * m": "Each unit has a weight for each input, and one b. That is one number more "
        "for a unit, and not twice as many.",
        "n * m + n + m": "The inputs have no b: only the units do.",
    },
    hints=(
        "A unit has a weight for each of its inputs. How many units are there?",
        "That makes n · m weights. And each unit adds a number b of its own.",
        "Weights and biases together: `n * m + m`.",
    ),
    right="A weight for each input, and b, in each of the m units.",
)


def _range_test(seed, steps, lowest):
    """Rates on a log grid, and losses that are lowest at one of them."""
    chance = np.random.default_rng(seed)
    losses = 1 + np.abs(np.arange(steps) - lowest) / 4 + chance.integers(0, 8, steps) / 16
    losses[lowest] = 0.5
    return np.geomspace(0.001, 60.0, steps) + seed / 64, losses


pick_rate = Exercise(
    name="pick_rate",
    adopts=True,
    template="def pick_rate(rates, losses):  # of a range test, step by step\n    return {blank}",
    answer="rates[np.argmin(losses)] / 10",
    quantity="the rate",
    cases={
        f"{steps} steps, the loss lowest at [{lowest}],": _range_test(seed, steps, lowest)
        for seed, (steps, lowest) in enumerate(
            (
                *((12, 7), (20, 13), (9, 2), (15, 14), (30, 11)),
                *((11, 5), (8, 0), (25, 19), (31, 23)),
            ),
            start=1,
        )
    },
    mistakes={
        "rates[np.argmin(losses)]": "There the loss is lowest, and the rate is too large already "
        "(05). Take a tenth of it.",
        "np.argmin(losses) / 10": "`np.argmin` gives the place of the lowest loss. Look up the "
        "rate at this place.",
        "np.min(losses) / 10": "That is a tenth of the lowest loss. Asked for is the rate at which "
        "it was reached.",
        "rates[np.argmin(losses) // 10]": "A tenth of the place is not a tenth of the rate: the "
        "rates lie on a log grid.",
        "rates[np.argmax(losses)] / 10": "There the loss is highest. `np.argmin` finds the lowest.",
        "rates[np.argmin(losses)] * 10": "Ten times is beyond the edge. Take a tenth.",
        "rates[np.argmin(rates)] / 10": "That looks for the smallest rate. Look for the smallest "
        "loss.",
        "rates[-1] / 10": "That is a tenth of the largest rate that was tried, whatever the loss "
        "did.",
        "rates[losses] / 10": "Losses are no places in a list. `np.argmin(losses)` is one.",
        "rates[np.argmin(losses)] / 2": "Half of it is still near the edge. The rule of 05 takes a "
        "tenth.",
        "rates[np.argmin(losses) - 1] / 10": "One place too early.",
        "rates[np.argmin(np.diff(losses))]": "There the loss falls fastest, which is another rule "
        "that is in use. Here take a tenth of the rate with the lowest loss.",
    },
    hints=(
        "At which step was the loss lowest? `np.argmin(losses)` says its place.",
        "The rate at this place is `rates[…]`.",
        "Divide it by 10.",
    ),
    right="A tenth is on the safe side.",
)


def _read(seed, samples, classes):
    """Scores, and labels of which about a half are right."""
    scores = _scores(seed, samples, classes)
    chance = np.random.default_rng(200 + seed)
    labels = chance.integers(0, classes, samples)
    if seed % 2 == 0:
        scores[0] = -np.sort(-scores[0])  # a 0 comes first in every second table
    right = chance.random(samples) < (0.55 if samples > 2 else 2)
    right[0] = True
    labels[right] = scores.argmax(axis=1)[right]
    return scores, labels


accuracy = Exercise(
    name="accuracy",
    adopts=True,
    template="def accuracy(scores, labels):  # the share of pictures that are read right\n"
    "    return {blank}",
    answer="np.mean(scores.argmax(axis=1) == labels)",
    quantity="the share",
    cases={
        _pictures(*shape): _read(seed, *shape)
        for seed, shape in enumerate((*_SHAPES, (9, 3), (8, 8), (12, 4), (2, 4)), start=31)
    },
    mistakes={
        "np.sum(scores.argmax(axis=1) == labels)": "That is how many are right. Their share is "
        "the mean: true counts as 1 and false as 0.",
        "np.mean(scores.argmax(axis=0) == labels)": "`axis=0` looks down each column, for the "
        "picture that looks most like a digit. Each picture is a row: `axis=1`.",
        "np.mean(scores.argmax() == labels)": "Without an axis, `argmax` finds one place in the "
        "whole table. Each row has its own: `axis=1`.",
        "np.mean(scores.max(axis=1) == labels)": "`max` gives the highest score itself. Its place, "
        "which is the digit, is `argmax`.",
        "np.mean(scores.argmin(axis=1) == labels)": "That is the least likely digit of each.",
        "np.mean(scores.argmax(axis=1) != labels)": "That is the share that is wrong.",
        "100 * np.mean(scores.argmax(axis=1) == labels)": "That is a percentage. Here a share "
        "from 0 to 1 is asked for.",
        "scores.argmax(axis=1) == labels": "That says of each picture whether it is right. Take "
        "the mean: true counts as 1 and false as 0.",
        "np.mean(scores[np.arange(len(labels)), labels])": "That is the mean score of the true "
        "digits. Asked for is how often it is the highest.",
        "np.mean(scores.argmax(axis=1) - labels)": "How far two digits lie apart means nothing "
        "here: a 3 read as an 8 is as wrong as a 3 read as a 4. Ask with `==`.",
    },
    hints=(
        "Which digit has the highest score? `scores.argmax(axis=1)` answers for each row.",
        "Compare with `==`: true where the two agree.",
        "The mean of true and false is the share of true.",
    ),
    right="The place of the highest score is the answer.",
)


def _a(digit):
    return f"a{'n' * (digit == 8)} {digit}"


def _answers(seed, samples, *first):
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 10, samples)
    answers = np.where(chance.random(samples) < 0.4, labels, chance.integers(0, 10, samples))
    labels[0], answers[0] = first
    return labels, answers


place = Exercise(
    name="place",
    adopts=True,
    template=(
        "def place(labels, answers):  # row: what it is, column: what it was read as, both from 0\n"
        "    return {blank}  # a number from 0 to 99 for each picture"
    ),
    answer="10 * labels + answers",
    quantity="the list of places",
    cases={
        f"{samples} pictures, the first {_a(first[0])} read as {_a(first[1])}": (
            _answers(seed, samples, *first)
        )
        for seed, (samples, first) in enumerate(
            (
                *((5, (3, 8)), (12, (0, 7)), (3, (8, 0)), (9, (0, 0)), (20, (9, 9))),
                *((4, (1, 7)), (6, (5, 0)), (7, (0, 4)), (10, (4, 4)), (8, (2, 1))),
            ),
            start=41,
        )
    },
    mistakes={
        "labels + 10 * answers": "Rows and columns have changed places: a row is what the picture "
        "is, so the label is the first digit of the number.",
        "labels + answers": "A 3 read as an 8 and an 8 read as a 3 get one number, and so does a "
        "5 read as a 6. Let the label be the first digit of the number, the answer the second.",
        "labels * answers": "A 3 read as an 8 and an 8 read as a 3 get one number. Let the label "
        "be the first digit of the number, the answer the second.",
        "10 * labels": "That is where its row begins. What it was read as is missing: the second "
        "digit of the number.",
        "10 * (labels + answers)": "The rows are ten places apart, the columns one: only the label "
        "is taken ten times.",
        "9 * labels + answers": "A row has ten places, so the next one begins ten further on.",
        "10 * labels + answers + 1": "Python counts from 0: a 0 read as a 0 has the number 0.",
        "100 * labels + answers": "A row has ten places, not a hundred.",
        "10 * labels - answers": "The answer counts forward from where the row begins.",
        "11 * labels": "That is the place of those that are right. Put the answer in.",
        "np.abs(labels - answers)": "How far two digits lie apart does not say which they are.",
    },
    hints=(
        "A 3 read as an 8 belongs in row 3, column 8. Ten rows of ten: which number has that place "
        "if they are counted row by row from 0?",
        "It is 38: the label is the first digit of the number, the answer the second.",
        "Ten times the label, plus the answer.",
    ),
    right="What is right lies on the diagonal, 0, 11, 22 to 99.",
)


def _ink(seed, *shape):
    """Ink from 0 to 1, and slopes of both signs, of which some lead out of this range."""
    chance = np.random.default_rng(seed)
    slope = chance.choice([-1, 1], shape) * chance.integers(1, 24, shape) / 16
    return chance.integers(0, 17, shape) / 16, slope


more_ink = Exercise(
    name="more_ink",
    adopts=True,
    template="def more_ink(ink, slope, eta):  # a step uphill, with ink from 0 to 1\n"
    "    return {blank}",
    answer="np.clip(ink + eta * slope, 0, 1)",
    quantity="the new ink",
    cases=[
        (*_ink(seed, *shape), eta)
        for seed, (shape, eta) in enumerate(
            (
                *(((4,), 0.5), ((6,), 0.25), ((3, 3), 1.5), ((2, 4), 0.75), ((5,), 2.0)),
                *(((8,), 0.125), ((4, 2), 0.4), ((3,), 3.0)),
            ),
            start=51,
        )
    ],
    mistakes={
        "ink + eta * slope": "The direction is right. But no cell holds less than no ink or more "
        "than all: `np.clip(…, 0, 1)`.",
        "np.clip(ink - eta * slope, 0, 1)": "That is a step downhill. Here the probability "
        "is to grow.",
        "ink - eta * slope": "That is a step downhill, and out of the range of ink.",
        "ink + np.clip(eta * slope, 0, 1)": "That clips the step, so that no ink is ever taken "
        "away. Clip the new ink.",
        "np.clip(ink + slope, 0, 1)": "The learning rate η is missing.",
        "np.clip(eta * slope, 0, 1)": "That is the step alone. It is added to the ink.",
        "np.clip(ink + eta * slope, -1, 1)": "There is no negative ink: clip from 0 to 1.",
        "np.clip(ink + eta * slope, 0, 16)": "Here the ink has been divided by 16 already: clip "
        "from 0 to 1.",
        "np.minimum(ink + eta * slope, 1)": "There is a lower limit as well: 0.",
        "np.clip(ink + eta * np.sign(slope), 0, 1)": "That takes steps of one length in all cells. "
        "The gradient also says where it matters more.",
        "np.clip(ink * (1 + eta * slope), 0, 1)": "So an empty cell stays empty. The step is added "
        "to the ink.",
    },
    hints=(
        "A step of gradient descent is p − η · slope. This one goes up.",
        "And `np.clip(x, low, high)` brings x back between two limits.",
        "Clip `ink + eta * slope` from 0 to 1.",
    ),
    right="Where the slope is positive there is more ink, up to 1; where it is negative, less, "
    "down to 0.",
)

lesson = Lesson(
    "10_handwritten_digits",
    softmax,
    cross_entropy,
    score_gradient,
    numbers_in,
    pick_rate,
    accuracy,
    place,
    more_ink,
)
