"""The patients: programs with one fault each that somebody has published, met and reported.

Each is rebuilt as small as it can be, in our own words, around the one function that is faulty. The
source names where the fault, or what was taken for one, was reported.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import programs

WARDS = ("formula", "step", "loss", "measuring", "healthy")
"""Where the fault of a patient is; the last ward has none."""


@dataclass(frozen=True)
class Report:
    """A published report: an issue or a pull request of a repository on GitHub."""

    repository: str
    number: int

    @property
    def url(self):
        """Its address; GitHub leads from there to pull requests as well."""
        return f"https://github.com/{self.repository}/issues/{self.number}"


@dataclass(frozen=True)
class Patient:
    """A program with a fault, and what is known of it.

    Attributes:
        name: what the clinic calls it.
        program: what it does.
        complaint: what its author saw.
        ward: where the fault is, a word of `WARDS`.
        fault: what is wrong, in a sentence.
        build: makes the program out of the one function that may be faulty.
        faulty: that function, as it came.
        cure: the same function, mended. In the ward "healthy" it is the same.
        alarms: the instruments that raise an alarm before the first step.
        reports: where it was seen.
    """

    name: str
    program: str
    complaint: str
    ward: str
    fault: str
    build: Callable
    faulty: Callable
    cure: Callable
    alarms: tuple
    reports: tuple

    @property
    def sick(self):
        """The program as it came."""
        return self.build(self.faulty)

    @property
    def cured(self):
        """The program with our cure."""
        return self.build(self.cure)

    def treated(self, function):
        """The program with this function in place of the faulty one."""
        return self.build(function)


def _corrected(m, v, t):
    return m / (1 - 0.9**t), v / (1 - 0.999**t)


def _nesterov(w, gradient, memory, rate):
    memory["v"] = 0.1 * memory.get("v", 0) - rate * gradient
    return w + 0.1 * memory["v"] - rate * gradient


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _softmax(scores):
    e = np.exp(scores)
    return e / np.sum(e, axis=1, keepdims=True)


def _through_sigmoid(pull, a):
    return pull * a * (1 - a)


PATIENTS = (
    # The formula
    Patient(
        "Ana",
        "a line through ten points",
        "With ten points the walk flies off; with one it worked.",
        "formula",
        "`.mean()` is taken of a dot product, which is one number already: the 1/m is missing.",
        programs.line_of_means,
        lambda column, errors: np.dot(2 * column, errors).mean(),
        lambda column, errors: np.mean(2 * column * errors),
        ("gradient check", "scale", "ten samples by heart", "known answer"),
        (
            Report("patrickloeber/pytorchTutorial", 11),
            Report("peterroelants/peterroelants.github.io", 5),
        ),
    ),
    Patient(
        "Bo",
        "a network of two layers",
        "It learns, but a check of its gradient complains.",
        "formula",
        "The gradient of one layer has a factor 2 that the loss does not have.",
        programs.tanh_network,
        lambda a, pull: 2 * a.T @ pull,
        lambda a, pull: a.T @ pull,
        ("gradient check",),
        (
            Report("bighuang624/Andrew-Ng-Deep-Learning-notes", 10),
            Report("XingxingHuang/deeplearning.ai", 4),
        ),
    ),
    Patient(
        "Chi",
        "a network with relu",
        "It learns. Is anything wrong at all?",
        "formula",
        "Relu's slope is taken as `a >= 0`. An activation of relu never is below 0, so every "
        "gate is open.",
        programs.relu_network,
        lambda pull, a: pull * (a >= 0),
        lambda pull, a: pull * (a > 0),
        ("gradient check", "sign"),
        (Report("iamtrask/Grokking-Deep-Learning", 56),),
    ),
    Patient(
        "Dag",
        "a network with sigmoid",
        "Some problems it never learns.",
        "formula",
        "The slope σ(z)(1 − σ(z)) is taken at the activation a, not at z: sigmoid is there twice.",
        programs.sigmoid_network,
        lambda pull, a: pull * _sigmoid(a) * (1 - _sigmoid(a)),
        _through_sigmoid,
        ("gradient check",),
        (Report("liashchynskyi/skynet", 1),),
    ),
    Patient(
        "Eva",
        "an engine that differentiates",
        "Where a number is used twice, the gradient is too small.",
        "formula",
        "Of the pulls that come back along two branches only the first is passed on.",
        programs.branching,
        lambda first, second: first,
        lambda first, second: first + second,
        ("gradient check", "known answer"),
        (Report("TrenTorch/TrenTorch", 182),),
    ),
    Patient(
        "Fay",
        "a classifier of three classes",
        "All its biases stay equal.",
        "formula",
        "The errors are added up over samples and classes: one number for three biases.",
        programs.boxes,
        lambda errors: np.sum(errors) / len(errors),
        lambda errors: np.sum(errors, axis=0) / len(errors),
        ("shape", "gradient check", "ten samples by heart"),
        (Report("rasbt/stat453-deep-learning-ss21", 5),),
    ),
    Patient(
        "Gil",
        "a line, fitted in two batches",
        "Two batches do not give what one batch gives.",
        "formula",
        "The mean of the batches' means counts a batch of 2 as much as one of 8.",
        programs.batches,
        lambda gradients, sizes: np.mean(gradients, axis=0),
        lambda gradients, sizes: sizes @ gradients / np.sum(sizes),
        ("gradient check",),
        (Report("huggingface/transformers", 24725), Report("huggingface/transformers", 34191)),
    ),
    # The step
    Patient(
        "Hal",
        "a line through ten points",
        "The loss rises from the first step on.",
        "step",
        "The step adds the gradient: it climbs.",
        programs.line,
        lambda w, gradient, memory, rate: w + rate * gradient,
        lambda w, gradient, memory, rate: w - rate * gradient,
        ("sign", "one small step", "ten samples by heart", "known answer"),
        (Report("pytorch/pytorch", 1871),),
    ),
    Patient(
        "Ida",
        "a parabola through ten points",
        "The loss falls, then rises again. A smaller learning rate only puts it off.",
        "step",
        "The gradients of all steps are added up, and never set back to zero.",
        programs.parabola,
        lambda kept, new: kept + new,
        lambda kept, new: new,
        ("ten samples by heart", "known answer"),
        (Report("fastai/course22", 58),),
    ),
    Patient(
        "Jon",
        "a line, fitted by Adam",
        "It learns, with a leap at the start.",
        "step",
        "The two averages begin at 0 and are used without the correction for that.",
        programs.adam_line,
        lambda m, v, t: (m, v),
        _corrected,
        ("known answer",),
        (Report("oxiglade/mlx-rs", 301),),
    ),
    # The loss
    Patient(
        "Kim",
        "a line through ten points",
        "It finds a level line at the mean of y.",
        "loss",
        "A column minus a row is a table: each prediction is compared with every measurement.",
        programs.line_of_columns,
        lambda prediction, y: prediction - y,
        lambda prediction, y: prediction - y.reshape(-1, 1),
        ("shape", "ten samples by heart", "known answer"),
        (Report("pytorch/pytorch", 16045),),
    ),
    Patient(
        "Lea",
        "a classifier of three classes",
        "Its loss stays above 0.55, however long it trains.",
        "loss",
        "Softmax is taken twice: once by the network, once by the loss.",
        programs.scored,
        _softmax,
        lambda scores: scores,
        ("ten samples by heart", "known answer"),
        (
            Report("Lightning-Universe/lightning-bolts", 654),
            Report("ariecattan/SciCo", 2),
        ),
    ),
    Patient(
        "Max",
        "a classifier of gray pictures",
        "It does not settle.",
        "loss",
        "The pixels go from 0 to 255 and were not scaled: it is sure before it has learned.",
        programs.gray_pictures,
        lambda X: X,
        lambda X: X / 255,
        ("loss at the start",),
        (Report("rasbt/python-machine-learning-book-2nd-edition", 68),),
    ),
    # The measuring
    Patient(
        "Nia",
        "a search by differences",
        "The gradient of x₁² + x₂² at (1, 2) is (5000, 15000).",
        "measuring",
        "The place is an array of integers: x + h and x − h are cut off to integers.",
        lambda prepare: programs.by_differences(prepare=prepare),
        lambda x: np.array(x),
        lambda x: np.array(x, dtype=float),
        ("gradient check", "known answer"),
        (Report("oreilly-japan/deep-learning-from-scratch", 51),),
    ),
    Patient(
        "Oli",
        "a search by differences",
        "A check of a gradient fails, now and then, that others find right.",
        "measuring",
        "h is so small that x + h is x: the difference is rounding, or nothing.",
        lambda h: programs.by_differences(h=h),
        lambda: 1e-20,
        lambda: 1e-5,
        ("gradient check", "ten samples by heart", "known answer"),
        (Report("chainer/chainer", 580),),
    ),
    # Nothing
    Patient(
        "Pia",
        "a line, fitted with momentum",
        "The momentum is applied twice, a reader says.",
        "healthy",
        "Nothing: it is Nesterov's step, written for the place that is looked ahead to.",
        programs.line,
        _nesterov,
        _nesterov,
        (),
        (Report("fchollet/deep-learning-with-python-notebooks", 289),),
    ),
    Patient(
        "Quy",
        "a network with sigmoid",
        "Its slope a(1 − a) is no derivative of sigmoid, a reader says.",
        "healthy",
        "Nothing: a is σ(z) already.",
        programs.sigmoid_network,
        _through_sigmoid,
        _through_sigmoid,
        (),
        (Report("iamtrask/iamtrask.github.io", 12),),
    ),
)
