"""The exercises of notebook 08, "Vanishing gradients"."""

import numpy as np

from helpers.networks.patients import DIAGNOSES, TODAY

from .diagnosis import ASK
from .diagnosis import diagnosis as diagnosed
from .exercise import Exercise
from .lesson import Lesson
from .passing import PartOfNetwork

most_that_passes = Exercise(
    name="most_that_passes",
    template="def most_that_passes(layers):\n    return {blank}",
    answer="0.25 ** layers",
    quantity="the most that passes",
    cases=[(1,), (3,), (10,)],
    mistakes={
        "0.25 * layers": "That adds ¼ for each layer. The chain rule multiplies: "
        "two layers let ¼ of ¼ pass.",
        "0.5 ** layers": "½ is the value of σ at 0. Its largest slope is ½ · ½.",
        "0.25 / layers": "That divides by the number of layers, so ten of them would still let "
        "1/40 pass. Each layer multiplies by ¼ once more.",
        "4 ** layers": "That grows. Each layer leaves a quarter, so four times less and less.",
        "0.25 ** (layers - 1)": "One layer too few: each of them has an activation function, "
        "the first one too.",
        "1 - 0.75 ** layers": "That grows with each layer. All layers stand in a row, and each one "
        "lets at most ¼ of the rest pass.",
        "layers ** 0.25": "Base and exponent have changed places: ¼ is multiplied "
        "`layers` times with itself.",
        "0.25": "That is one layer. Each further one multiplies by ¼ again.",
    },
    hints=(
        "One layer lets at most ¼ pass. What is left of that after a second one?",
        "¼ · ¼ for two, ¼ · ¼ · ¼ for three. Python writes powers with `**`.",
        "The base is 0.25, and the exponent is the number of layers.",
    ),
    right="For ten layers that is 9.54·10⁻⁷, about a millionth.",
)

std_of_z = Exercise(
    name="std_of_z",
    template="def std_of_z(n, std_w, rms_x):\n    return {blank}",
    answer="np.sqrt(n) * std_w * rms_x",
    quantity="the standard deviation of z",
    cases=[(100, 0.1, 1.0), (64, 0.5, 2.0), (30, 0.25, 0.625), (12, 1.25, 0.75)],
    mistakes={
        "n * std_w * rms_x": "So it would be if all n products had the same sign. They cancel in "
        "part: the variances add up, and the root of n is left.",
        "std_w * rms_x": "That is the standard deviation of one product. Here n of them are added.",
        "n * std_w**2 * rms_x**2": "That is the variance of z. Its root is asked for.",
        "np.sqrt(n) * std_w": "The inputs are missing: the products grow with them.",
        "np.sqrt(n) * rms_x": "The weights are missing: the products grow with them.",
        "np.sqrt(n * std_w * rms_x)": "The root has got hold of too much. Variances are squares: "
        "the root of n · std_w² · rms_x² leaves std_w and rms_x as they are.",
        "std_w * rms_x / np.sqrt(n)": "That is how a mean of n products behaves. "
        "A unit adds them and does not divide.",
        "np.sqrt(n) * (std_w + rms_x)": "Weight and input are multiplied, and so are their sizes.",
        "np.sqrt(n) * std_w * rms_x**2": "One square too many: the root of "
        "n · std_w² · rms_x² has none left.",
    },
    hints=(
        "First the variance: n products, and each has the variance std_w² · rms_x².",
        "The variance of z is n · std_w² · rms_x². The standard deviation is its root.",
        "The root of n is `np.sqrt(n)`, and the roots of the squares are `std_w` and `rms_x`.",
    ),
    right="For 100 inputs, weights of 0.1 keep the size.",
)

he_std = Exercise(
    name="he_std",
    template="def he_std(n):\n    return {blank}",
    answer="np.sqrt(2 / n)",
    adopts=True,
    quantity="the standard deviation of the weights",
    cases=[(2,), (7,), (100,), (512,)],
    mistakes={
        "2 / n": "That is Var W. The standard deviation is its root.",
        "np.sqrt(1 / n)": "That is right without relu. Half of the mean square is lost at each "
        "relu, and the weights have to make up for it.",
        "1 / n": "That is a variance, and the one without relu. Double it, then take the root.",
        "np.sqrt(1 / (2 * n))": "The ½ has come to the wrong side: as relu halves, "
        "Var W must double.",
        "1 / (2 * n)": "Var W must double, and the standard deviation is its root.",
        "np.sqrt(2) / n": "The root belongs to n as well.",
        "2 / np.sqrt(n)": "The root belongs to the 2 as well: that is twice 1/√n, "
        "and the variance would be 4/n.",
        "np.sqrt(2 * n)": "More inputs ask for smaller weights: n belongs below the line.",
        "np.sqrt(n / 2)": "That is one divided by the right answer. "
        "Solve n · Var W · ½ = 1 for Var W.",
    },
    hints=(
        "The size of z stays if n · Var W · ½ = 1. What is Var W then?",
        "Var W = 2/n. The standard deviation is the root of the variance.",
        "`np.sqrt` of 2 / n.",
    ),
    right="Var W = 2/n, so the standard deviation is √(2/n): for 200 inputs it is 0.1.",
)

layer_factor = Exercise(
    name="layer_factor",
    template="def layer_factor(n, var_w, mean_square_slope):\n    return {blank}",
    answer="np.sqrt(n * var_w * mean_square_slope)",
    quantity="the factor per layer",
    cases=[(256, 2 / 256, 0.5), (100, 0.01, 0.5), (64, 1 / 192, 0.9), (64, 0.021, 1 / 16)],
    mistakes={
        "n * var_w * mean_square_slope": "That is the factor of the variance. The standard "
        "deviation changes by its root.",
        "np.sqrt(n * var_w)": "The activation function is missing: on its way back, "
        "the gradient is multiplied by its slope.",
        "np.sqrt(n * var_w) * mean_square_slope": "The root belongs to the mean square of the "
        "slope as well.",
        "np.sqrt(n) * var_w * mean_square_slope": "The root belongs to all three: "
        "to n, to Var W and to the mean square of the slope.",
        "np.sqrt(var_w * mean_square_slope)": "That is one weight. Each unit gets "
        "the sum of n such parts.",
        "np.sqrt(n) * np.sqrt(mean_square_slope)": "The weights are missing: "
        "the gradient is multiplied by them.",
        "n * np.sqrt(var_w * mean_square_slope)": "So it would be if all n parts had the same "
        "sign. Their variances add up, so n stands below the root, too.",
        "np.sqrt(n * var_w**2 * mean_square_slope)": "Var W is a square already: "
        "below the root it stands as it is.",
        "np.sqrt(n * var_w / mean_square_slope)": "A small slope lets less pass: multiply by it.",
    },
    hints=(
        "The variance of the gradient is multiplied by n, by Var W and by the mean of φ′².",
        "The standard deviation is multiplied by the root of that.",
        "`np.sqrt(…)`, with the product of all three in it.",
    ),
    right="√(n · Var W · mean of φ′²) is 1 where weights and activation function fit each other.",
)

_Z = [
    np.random.default_rng(seed).normal(mean, 2, shape).round(1)
    for seed, shape, mean in ((0, (3, 3), -0.5), (1, (5, 3), -2.0), (2, (2, 6), 0.5))
]

# What libraries put below the root, and who of them.
_SMALL = {
    "1e-5": "PyTorch has it",
    "1e-6": "Flax has it",
    "1e-3": "Keras has it",
    "1e-4": "Libraries have such a number",
}

normalize_rows = PartOfNetwork(
    name="normalize_rows",
    template=(
        "def normalize_rows(z):  # a row for each sample, a column for each unit\n"
        "    mean = z.mean(axis=1, keepdims=True)\n"
        "    return {blank}"
    ),
    answer="(z - mean) / z.std(axis=1, keepdims=True)",
    adopts=True,
    variants={
        f"(z - mean) / {deviation.format(small)}": f"The {small} keeps a row of equal numbers from "
        f"being divided by 0. {library} as well, below the root."
        for small, library in _SMALL.items()
        for deviation in (
            "np.sqrt(z.var(axis=1, keepdims=True) + {})",
            "(z.std(axis=1, keepdims=True) + {})",
        )
    },
    quantity="the normalized z",
    # In the first one, standard deviations that lie down as a row run and can be told apart.
    cases={f"{len(z)} samples, {len(z.T)} units": (z,) for z in _Z},
    mistakes={
        "(z - mean) / z.var(axis=1, keepdims=True)": "Dividing by the variance goes too far: "
        "the standard deviation is its root.",
        "z - mean": "The mean of each row is 0 now, and its standard deviation is "
        "what it was. Divide by that.",
        "z / z.std(axis=1, keepdims=True)": "The standard deviation is 1, but the mean is not 0. "
        "Subtract it first.",
        "z - mean / z.std(axis=1, keepdims=True)": "Python divides first. "
        "Put the difference in parentheses.",
        "(z - z.mean()) / z.std()": "That takes all samples together. "
        "Each row has a mean and a standard deviation of its own.",
        "(z - mean) / z.std()": "That divides by the standard deviation of all samples together. "
        "Each row has its own: `axis=1`.",
        "(z - z.mean(axis=0)) / z.std(axis=0)": "That is batch normalization: each column, so each "
        "unit, over the samples. Layer normalization takes each row: `axis=1`.",
        "(z - mean) / z.std(axis=0)": "That divides by the standard deviations of the columns. "
        "The mean was taken along the rows: `axis=1`.",
        "(z - mean) / z.std(axis=1)": "Without `keepdims=True` the standard deviations lie "
        "down as a row, and each column is divided by the one of another sample.",
        "(z - mean) * z.std(axis=1, keepdims=True)": "To bring the standard deviation to 1, "
        "divide by it.",
    },
    hints=(
        "First subtract what makes the mean 0, then divide by what makes the standard deviation 1.",
        "The mean is there already, one for each row. "
        "`z.std` takes the same `axis` and `keepdims`.",
        "`(z - mean)`, divided by `z.std(axis=1, keepdims=True)`.",
    ),
    right="Each row has mean 0 and standard deviation 1 now.",
)


def _block(rows, columns, seed):
    chance = np.random.default_rng(seed)
    return tuple(chance.integers(-20, 21, (n, columns)) / 8 for n in (rows, columns))


residual_layer = PartOfNetwork(
    name="residual_layer",
    template="def residual_layer(z, W):\n    return {blank}",
    answer="z + np.maximum(z, 0) @ W",
    adopts=True,
    quantity="the next z",
    # In the first one, a product the wrong way round runs and can be told apart.
    cases={
        f"{rows} samples, {columns} units": _block(rows, columns, seed)
        for rows, columns, seed in ((3, 3, 1), (5, 2, 1), (2, 4, 8))
    },
    mistakes={
        "np.maximum(z, 0) @ W": "That is a layer as before. The z that came in is still to be "
        "added.",
        "z + z @ W": "The way past is there, but the activation function is missing: "
        "without it, fifty layers do no more than one.",
        "np.maximum(z, 0) + np.maximum(z, 0) @ W": "Here z goes through relu on its way past, "
        "which loses all that is negative. Add z as it came.",
        "np.maximum(z + z @ W, 0)": "The way past leads through relu here. Add z outside of it.",
        "z + np.maximum(z @ W, 0)": "That is a residual connection of another kind: what it adds "
        "is never negative. Here relu comes before the weights.",
        "(z + np.maximum(z, 0)) @ W": "Here z goes through the weights as well. "
        "The way past must not be multiplied by anything.",
        "z * (np.maximum(z, 0) @ W)": "The two ways are added: a product would multiply "
        "the gradient again.",
        "z @ W + np.maximum(z, 0)": "The two ways are mixed up: "
        "z goes past as it is, and its relu goes through the weights.",
        "z + np.maximum(z, 0)": "The weights W are missing: relu of z goes through them.",
        "z + np.maximum(z, 0) * W": "`*` multiplies number by number. "
        "A unit adds up inputs times weights, which is `@`.",
        "z + W @ np.maximum(z, 0)": "The inputs are the rows of z, so they stand on the left "
        "of `@`, and W on the right.",
        "z - np.maximum(z, 0) @ W": "The sign is another one. Add what the layer computes.",
    },
    hints=(
        "The layer alone is `np.maximum(z, 0) @ W`. What is missing is the way past it.",
        "The way past the layer hands z on as it is. Where the two ways meet, they are added.",
        "`z` plus `np.maximum(z, 0) @ W`.",
    ),
    right="Past the layer the slope is 1, whatever W may be.",
)

clip = Exercise(
    name="clip",
    template=(
        "def clip(gradient, max_norm):\n    length = np.linalg.norm(gradient)\n    return {blank}"
    ),
    answer="gradient * min(1, max_norm / length)",
    adopts=True,
    quantity="the clipped gradient",
    cases=[
        (np.array([3.0, 4.0]), 1.0),
        (np.array([-6.0, 8.0]), 5.0),
        (np.array([0.625, 0.25]), 2.5),
        (np.array([-0.75, -3.0, 1.75]), 0.75),
        (np.array([-1.875, 2.625, -0.625]), 5.0),
        (np.array([3.0, 4.0]), 4.5),  # each entry is below the limit, and the length is not
        (np.array([-3.0, -4.0]), 1.0),
        (np.array([0.3, 0.4]), 0.25),  # too long, and shorter than 1
        (np.array([6.0, 8.0]), 20.0),
    ],
    mistakes={
        "gradient / length * max_norm": "Long gradients come out right, but short ones are "
        "stretched to `max_norm`. They should pass as they are.",
        "np.clip(gradient, -max_norm, max_norm)": "That is clipping by value: each number for "
        "itself, and the direction turns. Shrink all of them by one factor.",
        "gradient * max_norm / max(1, length)": "That compares the length with 1. "
        "Compare it with `max_norm`.",
        "gradient * max(1, max_norm / length)": "That lengthens the short ones and lets the long "
        "ones pass. Take the smaller of the two: `min`.",
        "gradient * min(1, length / max_norm)": "The fraction is upside down: "
        "the longer the gradient, the smaller the factor.",
        "gradient * min(1, 1 / length)": "That makes long ones as short as 1. "
        "The limit is `max_norm`.",
        "gradient / length": "That makes every length 1. The limit is `max_norm`, "
        "and what is shorter passes as it is.",
        "min(length, max_norm)": "That is the new length, one number. "
        "Multiply the gradient by new length over old length.",
        "np.minimum(gradient, max_norm)": "That cuts off each number for itself, and only the "
        "positive ones. Shrink the whole arrow by one factor.",
        "gradient * max_norm": "An arrow of length 5 becomes one of 5 · max_norm. "
        "Divide by the length, if that is longer than max_norm.",
    },
    hints=(
        "All parts shrink by one factor. Which one turns `length` into `max_norm`?",
        "The factor is `max_norm / length`, but only where that is below 1. "
        "Where it is not, the factor is 1.",
        "`min(1, max_norm / length)` is the factor.",
    ),
    right="The length is limited, and the direction stays.",
)

# What to say where the first word is right and the second was said.
_WORDS = {
    "healthy": {
        "small weights": "With small weights both would fall, each on its way. Here both keep "
        "their size, to a factor of ten or so.",
        "large weights": "With large weights both would grow, each on its way. Here both keep "
        "their size, to a factor of ten or so.",
        "sigmoid": "With sigmoids the gradient would fall steeply on its way. Here it arrives.",
        "batch norm": "With batch normalization and relu the gradient would grow a hundredfold on "
        "its way back. Mind the numbers on the axis.",
    },
    "small weights": {
        "sigmoid": "Sigmoids would keep z at its size, as all activations lie near ½. Here z falls "
        "as well.",
        "large weights": "With large weights both would grow, each on its way. Here both fall.",
        "batch norm": "Batch normalization would hold the line level. Here z falls from layer to "
        "layer.",
        "healthy": "In a healthy network both would be level. Read the numbers on the axis: at the "
        "left end the gradient is a small fraction of what it is at the right one.",
    },
    "large weights": {
        "healthy": "In a healthy network both would be level. Read the numbers on the axis: both "
        "grow, each on its way.",
        "batch norm": "Batch normalization would hold the line level. Here z grows as fast as the "
        "gradient.",
        "small weights": "With small weights both would fall, each on its way. Here both grow.",
        "sigmoid": "Sigmoids cannot grow: activations stay between 0 and 1. Here z grows from "
        "layer to layer.",
    },
    "sigmoid": {
        "small weights": "The line tells them apart: with relu and small weights, z falls as well. "
        "Here it is level, and the gradient alone falls.",
        "large weights": "With large weights the gradient would grow on its way back. Here it "
        "falls.",
        "batch norm": "The level line would fit, but with batch normalization the gradient does "
        "not fall like this.",
        "healthy": "Read the numbers on the axis: next to nothing arrives in the first layer.",
    },
    "batch norm": {
        "healthy": "Read the numbers on the axis: the gradient is a hundred times larger at the "
        "left end than at the right one. A healthy network keeps its size.",
        "large weights": "With large weights, z grows from layer to layer as well. Here the line "
        "is level, so something holds z in place.",
        "small weights": "With small weights both would fall. Here the gradient grows on its way "
        "back to the first layer.",
        "sigmoid": "With sigmoids the gradient would fall steeply on its way back. Here it grows, "
        "if slowly.",
    },
}
_HINTS = {
    "healthy": "Both lie between a tenth and ten times their size at the end they start from.",
    "small weights": "Both fall, each on its own way. What do they have in common? The weights.",
    "large weights": "Both grow, each on its own way, and nothing holds z in place.",
    "sigmoid": "The line is level, and the gradient falls to a third or less in each layer.",
    "batch norm": "The line is level: something holds z in place. And the gradient grows by 1.2 a "
    "layer.",
}
_RIGHT = {
    "healthy": "Level, forward and backward: what starts like this can learn in every layer.",
    "small weights": "Forward and backward, each layer multiplies by a factor below 1. "
    "He weights mend it.",
    "large weights": "Forward and backward, each layer multiplies by a factor above 1. He weights "
    "mend it, and clipping helps against the symptom.",
    "sigmoid": "Here z keeps its size, as all activations lie near ½, and the gradient loses two "
    "thirds or more in each layer.",
    "batch norm": "Here z is held in place and the gradient grows by 1.2 a layer: batch "
    "normalization with relu. In very deep networks it explodes.",
}


_FOLDED = (
    f"{ASK}. In short:\n\n"
    "| z | gradient, on its way back | word |\n|---|---|---|\n"
    '| level | level | `"healthy"` |\n'
    '| falls | falls | `"small weights"` |\n'
    '| grows | grows | `"large weights"` |\n'
    '| level | falls steeply | `"sigmoid"` |\n'
    '| level | grows slowly | `"batch norm"` |'
)


def diagnosis(letter, word):
    """The exercise on a patient that suffers from what the word says.

    Args:
        letter: of the picture.
        word: one of `helpers.networks.patients.DIAGNOSES`.
    """
    hints = (
        "First the line: does z keep its size from layer to layer, fall or grow?",
        "Then the dots, from right to left. And mind the numbers on the axis.",
        _HINTS[word],
    )
    # How to read the pictures stands below the first one.
    folded = _FOLDED if letter == "a" else "Ask for it: {ask}"
    return diagnosed(f"plot_{letter}", word, DIAGNOSES, _WORDS, hints, _RIGHT, folded)


plot_a, plot_b, plot_c, plot_d = (
    diagnosis(letter, patient.diagnosis) for letter, patient in zip("abcd", TODAY, strict=True)
)

lesson = Lesson(
    "08_vanishing_gradients",
    most_that_passes,
    std_of_z,
    he_std,
    layer_factor,
    normalize_rows,
    residual_layer,
    clip,
    plot_a,
    plot_b,
    plot_c,
    plot_d,
)
