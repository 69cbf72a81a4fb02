"""Patients and remedies of notebook 08, and one network on its way through a training."""

from types import MappingProxyType

import numpy as np

from helpers.explorers.words import power_of_ten
from helpers.networks import Network, train, two_moons

STEPS = 400
LEARNING_RATE = 0.1
WIDTH = 32
EVERY = 5  # steps between two measurements of the accuracy

PATIENTS = {
    "10 sigmoid layers": {"depth": 10, "activation": "sigmoid", "init": "xavier normal"},
    "30 tanh layers, Var W = 1/(3n)": {
        "depth": 30,
        "activation": "tanh",
        "init": "standard normal",
    },
    "20 relu layers, Xavier": {"depth": 20, "activation": "relu", "init": "xavier normal"},
    "20 relu layers, He × 1.5": {
        "depth": 20,
        "activation": "relu",
        "init": "he normal",
        "scale": 1.5,
    },
}
# What changes in the network, and what in its training.
REMEDIES = {
    "relu, He weights": ({"activation": "relu", "init": "he normal", "scale": 1.0}, {}),
    "leaky relu, He weights": ({"activation": "leaky relu", "init": "he normal", "scale": 1.0}, {}),
    "GELU, He weights": ({"activation": "gelu", "init": "he normal", "scale": 1.0}, {}),
    "tanh, Xavier weights": ({"activation": "tanh", "init": "xavier normal", "scale": 1.0}, {}),
    "batch normalization": ({"normalization": "batch"}, {}),
    "layer normalization": ({"normalization": "layer"}, {}),
    "residual connections": ({"residual": True}, {}),
    "residual connections, /√L": ({"residual": "scaled"}, {}),
    "clipping to norm 2": ({}, {"clip_norm": 2.0}),
    "clipping to values of 0.1": ({}, {"clip_value": 0.1}),
    "weight decay, λ = 0.1": ({}, {"weight_decay": 0.1}),
    "none: other random weights": ({"seed": 2}, {}),
}
# The same with functions of the reader's own, by the names that their notebook gives them.
OWN_REMEDIES = {
    "init": (
        "yours: he_std, with relu",
        lambda he_std: ({"activation": "relu", "init": he_std, "scale": 1.0}, {}),
    ),
    "normalization": (
        "yours: normalize_rows",
        lambda normalize_rows: ({"normalization": normalize_rows}, {}),
    ),
    "residual": (
        "yours: residual_layer, with relu",
        lambda residual_layer: ({"activation": "relu", "residual": residual_layer}, {}),
    ),
    "clip": (
        "yours: clip, to norm 2",
        lambda clip: ({}, {"clip_norm": lambda gradient: clip(gradient, 2.0)}),
    ),
}


class Course:
    """One network on its way through a training.

    Parameters
    ----------
    network : dict
        Arguments of `helpers.networks.Network`, and ``"depth"``.
    options : dict
        Arguments of `helpers.networks.train`.
    steps : int

    Attributes
    ----------
    losses : list of float
        The loss before each step that was taken.
    accuracies : list of (int, float)
        Steps, and the share of points that is on the right side after them.
    first, last : numpy.ndarray or None
        The length of the gradient by the weights of each layer, at the first step and at the last.
    broke : bool
        Whether the numbers overflowed, which ends the training.
    """

    def __init__(self, network, options=(), steps=STEPS):
        """Make the network; nothing is trained yet."""
        network = {"seed": 1, **network}
        depth = network.pop("depth")
        points, labels = two_moons(200, noise=0.1, seed=0)
        net = Network([2, *[WIDTH] * depth, 1], **network)
        self.losses, self.accuracies, self.first, self.last = [], [], None, None
        self.broke = False
        self._steps = train(
            net,
            points,
            labels,
            learning_rate=LEARNING_RATE,
            steps=steps,
            report_every=EVERY,
            **dict(options),
        )

    def advance(self):
        """Take one step; return whether there may be another."""
        if self.broke:
            return False
        step = next(self._steps, None)
        if step is None:
            return False
        finite = np.isfinite(step.loss) and np.isfinite(step.gradient_norms).all()
        self.losses.append(step.loss)
        if self.first is None:
            self.first = step.gradient_norms
        self.last = step.gradient_norms
        if step.accuracy is not None:
            self.accuracies.append((step.step, step.accuracy))
        self.broke = not finite
        return finite

    def says(self):
        """Say in words how it went so far."""
        if not self.losses:
            return "has not begun"
        if self.broke:
            return f"broke down in step {len(self.losses)}, where its numbers overflowed"
        right = f", {100 * self.accuracies[-1][1]:.0f} % right" if self.accuracies else ""
        return f"loss {self.losses[-1]:.2f}{right}"


def courses(patient, remedy, steps=STEPS, remedies=MappingProxyType(REMEDIES)):
    """Return the two courses that a patient and a remedy make, both yet to begin.

    Parameters
    ----------
    patient, remedy : str
        Keys of `PATIENTS` and of the remedies.
    steps : int
    remedies : mapping
        `REMEDIES`, and those of the reader if there are some.
    """
    network, (changes, options) = PATIENTS[patient], remedies[remedy]
    return {
        "before": Course(network, steps=steps),
        "after": Course({**network, **changes}, options, steps=steps),
    }


def summary(pair):
    """Say in one sentence each how two courses went."""
    said = " ".join(f"{name.capitalize()}: {course.says()}." for name, course in pair.items())
    if any(course.first is None for course in pair.values()):
        return said
    sizes = " and ".join(power_of_ten(float(course.first[0])) for course in pair.values())
    return f"{said} In the first layer, the gradient began with a length of {sizes}."
