"""The exercises of notebook 09, "Faster descents"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson


def _batch_case(seed, n, batch):
    chance = np.random.default_rng(seed)
    line, x, y = (chance.integers(-16, 17, size) / 8 + 0.0625 for size in (2, n, n))
    return line, x, y, np.array(batch)


batch_gradient = Exercise(
    name="batch_gradient",
    adopts=True,
    template="def batch_gradient(line, x, y, batch):  # batch: which samples, such as [3, 0, 5]\n"
    "    w, b = line\n"
    "    errors = w * x[batch] + b - y[batch]\n"
    "    return {blank}  # two numbers in an array",
    answer="np.array([np.mean(errors * x[batch]), np.mean(errors)])",
    quantity="the gradient",
    cases={
        f"a batch of {len(batch)} of {n} samples": _batch_case(seed, n, batch)
        for seed, n, batch in (
            (1, 5, [3, 0, 4]),
            (2, 7, [5, 2]),
            (3, 9, [8, 1, 0, 4]),
            (4, 6, [3, 5, 1, 0, 2, 4]),
            (5, 3, [2, 1, 1, 0, 2]),
            (6, 4, [0, 3, 2]),
            (7, 8, [0, 6]),
            (8, 6, [1, 4, 5, 2]),
            (9, 7, [1, 0, 3]),
            (10, 5, [0, 2]),
            (11, 8, [4, 7, 1]),
            (12, 9, [0, 8, 5, 3, 6]),
        )
    },
    mistakes={
        "np.array([np.mean(errors * x), np.mean(errors)])": "`x` holds all samples, and `errors` "
        "those of the batch: their shapes do not fit. Take `x[batch]`.",
        "np.array([np.sum(errors * x[batch]), np.sum(errors)])": "The sum grows with the batch: "
        "with B samples it is B times too long. Take the mean.",
        "np.array([np.sum(errors * x[batch]), np.sum(errors)]) / len(x)": "That divides by the "
        "number of all samples, and only those of the batch were added: divide by their number.",
        "np.array([np.mean(errors), np.mean(errors * x[batch])])": "The two have changed places: "
        "w comes first, and its slope is the one with x in it.",
        "-np.array([np.mean(errors * x[batch]), np.mean(errors)])": "That is the way downhill. "
        "The gradient points uphill; the step brings the minus sign.",
        "2 * np.array([np.mean(errors * x[batch]), np.mean(errors)])": "The loss is half the mean "
        "of the squares: the ½ and the 2 of the square cancel.",
        "np.array([np.mean(errors * x[batch]), np.mean(errors)]) / 2": "The half of the loss and "
        "the 2 of the square cancel: no half is left.",
        "np.array([np.mean(errors), np.mean(errors)])": "The slope by b is right. By w, each error "
        "counts with its x, as w does in the prediction.",
        "np.array([np.mean(errors) * np.mean(x[batch]), np.mean(errors)])": "The mean of the "
        "products is not the product of the means: multiply each error by its x first.",
        "np.array([errors * x[batch], errors])": "Those are the gradients of the samples, one by "
        "one. The batch has one gradient: their mean.",
        "np.mean(errors * x[batch])": "That is the slope by w. The one by b is missing.",
        "np.mean(errors**2) / 2": "That is the loss of the batch. Its gradient has two numbers, "
        "one for w and one for b.",
    },
    hints=(
        "With all samples it was `np.mean(errors * x)` for w and `np.mean(errors)` for b.",
        "The errors are those of the batch already. Which x belong to them?",
        "An array of two means: that of `errors * x[batch]`, and that of `errors`.",
    ),
    right="As for all the data, over the few that were drawn.",
)

batch_for = Exercise(
    name="batch_for",
    adopts=True,
    template="def batch_for(sigma, budget):  # typical noise of one sample, and what is allowed\n"
    "    return {blank}  # a whole number",
    answer="int(np.ceil((sigma / budget) ** 2))",
    quantity="the batch size",
    cases=[(3.0, 1.0), (4.0, 0.5), (2.5, 0.4), (5.0, 1.3), (5.0, 1.5), (1.0, 3.0), (2.0, 5.0)],
    mistakes={
        "int(np.ceil(sigma / budget))": "That would do if the noise fell like 1/B. It falls like "
        "1/√B: to halve it takes four times the samples.",
        "(sigma / budget) ** 2": "Right but for the last step: a batch holds a whole number of "
        "samples. Round up, so that the budget is kept.",
        "int((sigma / budget) ** 2)": "`int` cuts off what is behind the point, and the noise is "
        "above the budget then. Round up: `np.ceil`.",
        "round((sigma / budget) ** 2)": "Rounded down, the noise is above the budget. "
        "Always round up: `np.ceil`.",
        "int((sigma / budget) ** 2) + 1": "One too many where the square is a whole number: "
        "for 3 and 1, nine samples do. `np.ceil` rounds up only where it must.",
        "int(np.ceil((budget / sigma) ** 2))": "The fraction is upside down: a smaller budget asks "
        "for more samples.",
        "int(np.ceil(sigma**2 / budget))": "From σ/√B = budget follows √B = σ/budget: "
        "the budget is squared as well.",
        "int(np.ceil(sigma / budget**2))": "From σ/√B = budget follows √B = σ/budget: "
        "σ is squared as well.",
        "int(np.ceil(np.sqrt(sigma / budget)))": "From σ/√B = budget follows √B = σ/budget. "
        "To get B, square it; you took the root once more.",
    },
    hints=(
        "The noise of a batch is σ/√B. Set it equal to the budget, and solve for B.",
        "√B = σ/budget, so B is its square. A batch has a whole number of samples.",
        "Round the square up, `np.ceil`, and make it an `int`.",
    ),
    right="Half the noise costs four times the samples.",
)


def _vectors(seed, count, n, least=3, most=30):
    """Vectors of n numbers of both signs, of sizes on both sides of 1."""
    chance = np.random.default_rng(seed)
    return tuple(
        chance.choice([-1, 1], n) * chance.integers(least, most, n) / 8 for _ in range(count)
    )


def _pairs(seed):
    """Pairs of vectors of one to four numbers, whose first numbers have all signs and sizes."""
    sizes = ((2, 3, 30), (3, 3, 30), (1, 3, 30), (4, 9, 30), (2, 2, 7), (3, 2, 7), (1, 9, 30))
    return [
        _vectors(100 * seed + at, 2, n, least, most)
        for at, (n, least, most) in enumerate(sizes * 2)
    ]


_PARTS = (0.9, 0.25, 0.625, 0.0, 0.5, 0.75, 0.375, 0.875, 0.125, 0.8, 0.3, 0.7, 0.6, 0.2)
_ETAS = (0.25, 0.125, 0.75, 0.5, 2.0, 0.375, 1.5, 0.625, 0.3, 0.875, 0.1, 1.25, 0.4, 0.7)


velocity = Exercise(
    name="velocity",
    adopts=True,
    template="def velocity(v, g, beta):  # the old velocity, the gradient, and the part that is "
    "kept\n    return {blank}",
    answer="beta * v + g",
    quantity="the new velocity",
    cases=[
        *((*two, beta) for two, beta in zip(_pairs(1), _PARTS, strict=True)),
        (0.0, np.array([1.25, -0.5]), 0.75),  # at the start the page has a number for v
    ],
    mistakes={
        "v + g": "Nothing is forgotten here: the ball would never come to rest. Only a part β of "
        "the old velocity is kept.",
        "beta * (v + g)": "The new gradient counts in full. Only the old velocity fades.",
        "beta * v + (1 - beta) * g": "That is a mean of old and new, 1 − β times as long as the "
        "heavy ball's velocity. Some libraries write it so; here the gradient counts in full.",
        "(1 - beta) * v + g": "The part that is kept is β; 1 − β is the part that is lost.",
        "(1 - beta) * v + beta * g": "The part of the velocity that is kept is β, and the new "
        "gradient counts in full.",
        "beta * v - g": "The minus sign stands in the step, p − ηv. Here the gradient is added.",
        "v + beta * g": "The β has come to the wrong one: the old velocity fades, and the new "
        "gradient counts in full.",
        "beta * v": "That is what is kept. The new gradient is missing.",
        "g": "That is plain gradient descent, which remembers nothing.",
    },
    hints=(
        "Two things add up: what is left of the old velocity, and the new gradient.",
        "A part β of the old velocity is kept.",
        "`beta * v`, and `g` added to it.",
    ),
    right="On level ground the velocity fades like βᵗ; on a steady slope it grows to g/(1 − β).",
)

look_ahead = Exercise(
    name="look_ahead",
    adopts=True,
    template="def look_ahead(p, v, eta, beta):  # where the kept velocity alone would carry p\n"
    "    return {blank}",
    answer="p - eta * beta * v",
    quantity="the place",
    cases=[
        *((*two, *both) for two, *both in zip(_pairs(2), _ETAS, _PARTS, strict=True)),
        (np.array([-0.75, 2.5]), 0.0, 0.25, 0.5),  # at the start the page has a number for v
    ],
    mistakes={
        "p": "There the heavy ball takes its gradient. Nesterov looks one step ahead first.",
        "p - eta * v": "Only the part β of the velocity is kept into this step: `beta` is missing.",
        "p - beta * v": "A step is η times the velocity: `eta` is missing.",
        "p + eta * beta * v": "The walk goes against the velocity, which is made of gradients: "
        "the sign is reversed.",
        "p + beta * v": "A step is −η times the velocity: sign and `eta` are missing.",
        "p - eta * (1 - beta) * v": "The part that is kept is β; 1 − β is the part that is lost.",
        "-eta * beta * v": "That is the step. The place is p plus this step.",
        "p - eta * beta**2 * v": "The velocity fades once in a step, not twice.",
    },
    hints=(
        "Where would p go if the new gradient were 0?",
        "Then the velocity would be `beta * v`, and the step −η times that.",
        "Take η times β times v away from p.",
    ),
    right="The gradient there sees a slope that is coming, and brakes one step earlier.",
)

adam_change = Exercise(
    name="adam_change",
    adopts=True,
    template="def adam_change(m, s, t, eta, beta1, beta2, eps):  # in step t = 1, 2, …\n"
    "    return {blank}  # what is added to the point",
    answer="-eta * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)",
    quantity="the step",
    cases=[
        *(
            (m, np.abs(s), t, eta, beta, 0.95 - beta / 2, eps)
            for (m, s), t, eta, beta, eps in zip(
                _pairs(4),
                (1, 2, 5, 3, 1, 4, 7, 2, 1, 3, 6, 1, 2, 4),
                _ETAS,
                (0.9, 0.5, 0.75, 0.25, 0.6, 0.875, 0.4, 0.7, 0.3, 0.8, 0.55, 0.45, 0.65, 0.35),
                (0.25, 0.5, 0.125, 1.5, 0.3, 2.0, 0.2, 0.1, 1.25, 0.4, 0.75, 0.6, 0.15, 0.35),
                strict=True,
            )
        ),
        (-0.625, 2.25, 3, 0.5, 0.8, 0.45, 0.375),  # the page also walks along a single axis
    ],
    mistakes={
        "-eta * m / (np.sqrt(s) + eps)": "The bias correction is missing. Both means begin at 0, "
        "so divide m by 1 − β₁ᵗ and s by 1 − β₂ᵗ first.",
        "-eta * m / (1 - beta1**t) / (np.sqrt(s) + eps)": "The mean m is corrected, and s is not: "
        "divide it by 1 − β₂ᵗ, below the root.",
        "-eta * m / (np.sqrt(s / (1 - beta2**t)) + eps)": "The squares s are corrected, and m is "
        "not: divide it by 1 − β₁ᵗ.",
        "eta * m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)": "That goes uphill: "
        "the minus sign is missing.",
        "-m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)": "The learning rate η is "
        "missing.",
        "-eta * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + eps)": "That is right in the first "
        "step. In step t the powers are β₁ᵗ and β₂ᵗ, and the correction fades.",
        "-eta * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + eps)": "The ε has come below "
        "the root. It is added to the root.",
        "-eta * m / (1 - beta1**t) / (s / (1 - beta2**t) + eps)": "In s there are squares: its "
        "root has the size of a gradient.",
        "-eta * m / (1 - beta1**t) / ((np.sqrt(s) + eps) / np.sqrt(1 - beta2**t))": "Here ε is "
        "added before the correction, which makes it weigh more at first. Correct s, take the "
        "root, then add ε.",
        "-eta * m / (1 - beta1**t) / (np.sqrt(s) / (1 - beta2**t) + eps)": "The 1 − β₂ᵗ corrects "
        "s, so it belongs below the root.",
        "-eta * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t))": "The ε is missing. Without it, "
        "a coordinate that has had no slope yet divides by 0.",
        "-eta * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t)) + eps": "Python divides before it "
        "adds: put the root and ε in parentheses.",
        "-eta * m / (1 - beta2**t) / (np.sqrt(s / (1 - beta1**t)) + eps)": "The two β have changed "
        "places: β₁ belongs to m, and β₂ to s.",
    },
    hints=(
        "First the two corrections: m / (1 − β₁ᵗ), and s / (1 − β₂ᵗ).",
        "Divide the corrected m by the root of the corrected s, to which ε is added.",
        "In front stands −η; the whole denominator, root plus ε, stands in parentheses.",
    ),
    right="But for ε, the unit of the loss cancels.",
)

eps_weight = Exercise(
    name="eps_weight",
    adopts=True,
    template="def eps_weight(beta2, t):\n    return {blank}",
    answer="1 / np.sqrt(1 - beta2**t)",
    quantity="the factor",
    cases=[(0.999, 1.0), (0.999, 100.0), (0.9, 1.0), (0.99, 5.0)],
    mistakes={
        "1 / (1 - beta2**t)": "Below the root, s is divided by 1 − β₂ᵗ. Outside of it stands the "
        "root of that.",
        "np.sqrt(1 - beta2**t)": "Upside down: ε is divided by this root. And "
        "in `1 / 1 - x` Python divides first, so a difference below the line needs parentheses.",
        "1 / np.sqrt(1 - beta2)": "Right in the first step. In step t it is β₂ᵗ, and the factor "
        "goes to 1.",
        "1 / np.sqrt(beta2**t)": "The correction divides by 1 − β₂ᵗ: the 1 is missing.",
        "1 / (1 - np.sqrt(beta2**t))": "The root goes over all of 1 − β₂ᵗ.",
        "1 - beta2**t": "Below a root, s is divided by that. So ε is divided by its root.",
    },
    hints=(
        "Write (√s + ε) / √(1 − β₂ᵗ) as a sum of two fractions.",
        "They are √s / √(1 − β₂ᵗ), which is the root of the corrected s, and ε / √(1 − β₂ᵗ).",
        "So ε is divided by `np.sqrt(1 - beta2**t)`.",
    ),
    right="With β₂ = 0.999 that is 31.6 in the first step, and fades to 1.",
)

adamw_change = Exercise(
    name="adamw_change",
    adopts=True,
    template="def adamw_change(p, adam, eta, decay):  # adam: what Adam adds to p\n"
    "    return {blank}  # what AdamW adds to p",
    answer="adam - eta * decay * p",
    quantity="the step",
    cases=[(*two, *both) for two, *both in zip(_pairs(3), _ETAS, _PARTS, strict=True)],
    mistakes={
        "adam - decay * p": "The decay goes with the learning rate, so that a schedule slows both: "
        "`eta` is missing.",
        "adam - eta * p": "How strong the decay is, λ, is missing.",
        "adam + eta * decay * p": "That pushes the weights away from 0: mind the sign.",
        "(1 - eta * decay) * p + adam": "That is the new point. Asked for is what is added to p.",
        "adam - eta * decay * adam": "The weights decay, p, not Adam's step.",
        "adam": "That is Adam without a decay.",
        "-eta * decay * p": "That is the decay. Adam's step is missing.",
        "eta * adam - eta * decay * p": "Adam's step holds η already: it would count twice.",
        "adam - eta * decay * np.sign(p)": "The decay is in proportion to the weight: by its sign, "
        "all would shrink by the same amount.",
        "adam - eta * decay * p**2": "The square belongs into the loss, ½ λ p². Its slope is λ p.",
    },
    hints=(
        "Two things are added to p: Adam's step, and a pull towards 0.",
        "The pull is that of plain descent on ½ λ p²: −η times λ p.",
        "From `adam`, take away η times the decay times p.",
    ),
    right="The decay stays out of Adam's division.",
)

# The paths of `helpers.explorers.race.four_paths`.
whose = Exercise(
    name="whose",
    template="# 1 plain descent, 2 momentum, 3 AdaGrad, 4 Adam\n"
    "whose = {blank}  # four numbers in a list, for A, B, C and D",
    answer="[2, 4, 1, 3]",
    mistakes={
        "[2, 3, 1, 4]": "B and D have changed places: both set off at 45°, and one of them runs "
        "past the bottom in a wide curve. AdaGrad has no velocity that could carry it there.",
        "[4, 2, 1, 3]": "A and B have changed places: where does each of them set off? Adam's "
        "first step has the same length along both axes.",
        "[1, 4, 2, 3]": "A and C have changed places: C jumps across the floor at each step, as "
        "1 − ηλ < 0 does, and A swings across in several.",
        "[3, 4, 1, 2]": "A and D have changed places: A swings, and a walk swings if it has a "
        "velocity.",
        "[2, 1, 4, 3]": "B and C have changed places: C sets off straight across the contour "
        "lines, along the gradient.",
        "[2, 4, 3, 1]": "C and D have changed places: plain descent sets off along the gradient, "
        "and here that is almost along y.",
        "[2, 4, 1, 4]": "D is no Adam: it has no velocity, and never swings.",
        "[2, 2, 1, 3]": "B is no plain momentum: its first step has the same length along x and y, "
        "although the slope along y is almost ten times as large.",
        "[2, 4, 2, 3]": "C has no velocity: it changes sides at each step, as 1 − ηλ < 0 does.",
        "[1, 2, 3, 4]": "That is the order of the list of names. Look at the first step of each, "
        "and at whether it swings.",
    },
    hints=(
        "Look at the first steps: along the gradient, which is almost along y, or at 45°?",
        "A and C set off along the gradient, B and D divide each slope by its own size.",
        "In both pairs one has a velocity, and swings in wide curves: A and B.",
    ),
    right="The first step tells whether slopes are divided by their sizes, the swing whether there "
    "is a velocity.",
)

lesson = Lesson(
    "09_faster_descents",
    batch_gradient,
    batch_for,
    velocity,
    look_ahead,
    adam_change,
    eps_weight,
    adamw_change,
    whose,
)
