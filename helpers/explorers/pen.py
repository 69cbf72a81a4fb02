"""The explorer of notebook 10: draw a digit, see its scores, and the gradient of one by the ink."""

import base64
import math
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from helpers.explorers import pen_still
from helpers.explorers.pen_words import sentence
from helpers.networks.arguments import choice, numbers, real, reals, whole
from helpers.networks.classifier import Classifier
from helpers.plots import INK
from helpers.stage import Stage, lifetime, scripts, stills
from helpers.stage.front_ends import ShownByBundle

RATES = (1, 2, 5, 10, 20, 50, 100, 200)  # step sizes η
MOST_EXAMPLES = 100  # all of them go to the page
TASK = (
    "Draw with mouse, finger or keys, as high as the paper. Each cell holds ink from 0 to 16, as "
    "in the data: so many of its 4 × 4 finer dots are black."
)

_HERE = Path(__file__).parent


def _text(*names):
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


class DigitPad(lifetime.ClosedWithParts, ShownByBundle, anywidget.AnyWidget):
    """Paper for one digit, with the scores that a classifier gives it, and one score's gradient.

    The page calculates by itself (see scores.js), so that pictures keep up with the hand and need
    no kernel. The kernel hears of the ink when the hand rests, and calculates the same with
    `helpers.networks.Classifier`.

    Attributes
    ----------
    classifier : helpers.networks.Classifier
    ink : numpy.ndarray, shape (side, side)
        From 0 to 16; can be set.
    digit : int
        The one whose score is asked for; can be set.
    """

    # As texts: anywidget watches files, and what watches them would hold on to every pad.
    _esm = _text("scores.js", "ink.js", "pen.js")
    _style = _text("pen.css")
    _css = f"{Stage._css}\n{_style}"
    _spec = traitlets.Dict().tag(sync=True)
    _at = traitlets.Dict().tag(sync=True)

    title = "Draw a digit"

    def __init__(self, classifier, examples, labels, digit, rate):
        """Lay the first example on the paper, or nothing if there is none."""
        self.classifier, self._examples, self._labels = classifier, examples, labels
        self._side, self._rate = round(classifier.widths[0] ** 0.5), rate
        start = examples[0] if len(examples) else np.zeros(classifier.widths[0])
        super().__init__(_at={"ink": start.tolist(), "digit": digit})
        self._spec = {
            "name": self.title,
            "task": TASK,
            "net": self._numbers(),
            "side": self._side,
            "classes": classifier.widths[-1],
            "examples": [[round(float(v), 3) for v in image] for image in examples],
            "labels": None if labels is None else [int(label) for label in labels],
            "rates": RATES,
            "rate": rate,
            "loudest": self._loudest(),
        }

    def _numbers(self):
        c = self.classifier
        layers = (part for pair in zip(c.weights, c.biases, strict=True) for part in pair)
        numbers = np.concatenate([c.mean, c.std, *(part.ravel() for part in layers)])
        encoded = base64.b64encode(numbers.astype("<f8").tobytes()).decode()
        return {"widths": c.widths, "activation": c.activation, "numbers": encoded}

    def _loudest(self):
        """The steepest slope on blank paper: marks of gradients far below it stay small."""
        blank = np.zeros(self.classifier.widths[0])
        labels = range(self.classifier.widths[-1])
        return max(float(abs(self.classifier.log_probability(blank, k)[1]).max()) for k in labels)

    # What it holds

    @traitlets.validate("_at")
    def _checked(self, proposal):
        """Take over what a page sends; what makes no sense is passed over."""
        ink, digit = proposal["value"].get("ink"), proposal["value"].get("digit")
        before = self.trait_values().get("_at") or {}
        try:
            ink = np.clip(reals(ink, "ink"), 0, INK)
            if ink.shape != (self.classifier.widths[0],):
                raise ValueError("ink of another size")
            choice(digit, "digit", range(self.classifier.widths[-1]))
        except (TypeError, ValueError):
            return before
        return {"ink": ink.tolist(), "digit": int(digit)}

    @property
    def ink(self):
        """The ink of each cell, from 0 to 16."""
        return np.reshape(self._at["ink"], (self._side, self._side))

    @ink.setter
    def ink(self, ink):
        ink = _images(np.reshape(numbers(ink), (1, -1)), self._side**2, "ink")[0]
        self._at = {**self._at, "ink": ink.tolist()}

    @property
    def digit(self):
        """The digit whose score is asked for."""
        return self._at["digit"]

    @digit.setter
    def digit(self, digit):
        self._at = {**self._at, "digit": _class(digit, self.classifier)}

    @property
    def probabilities(self):
        """The softmax of the scores, of shape (classes,)."""
        return self.classifier.probabilities(self.ink)

    @property
    def gradient(self):
        """The gradient of the digit's log-probability by the ink, of shape (side, side)."""
        return self.classifier.log_probability(self.ink.ravel(), self.digit)[1].reshape(
            self.ink.shape
        )

    def step(self, rate=None):
        """Take a step uphill: add η times the gradient to the ink, which stays from 0 to 16.

        Parameters
        ----------
        rate : float, optional
            The step size η, by default the one that the slider starts at.
        """
        rate = self._rate if rate is None else real(rate, "rate")
        self.ink = np.clip(self.ink + rate * self.gradient, 0, INK)

    @property
    def says(self):
        """The sentence for what is drawn."""
        return sentence(self.classifier, self.ink, self.digit)

    # Where it is shown

    def still(self):
        """Return it before and after steps uphill as ``(image, alternative text)``."""
        return pen_still.strip(self.classifier, self.ink, self.digit, self._rate)

    def to_html(self, *, player=True):
        """Return a fragment of HTML that works without a kernel and without a network.

        Where no script runs, the still picture stands there.

        Parameters
        ----------
        player : bool
            Whether the style of all explorers comes with it, which a page with several has once:
            ``helpers.stage.export.player()``. What makes the pad work always does.
        """
        data = scripts.data({"spec": self._spec, "start": self._at})
        style = self._css if player else self._style
        return (
            f'<div class="pad-fragment"><style>{style}</style>'
            f'<script type="application/json">{data}</script>'
            f"<noscript>{stills.as_html(*self.still())}</noscript>"
            f'<script type="module">{self._esm}\nplayPads(document);</script></div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        lifetime.shown(self)
        data, metadata = bundle
        note = "Still pictures. Run the notebook to draw yourself."
        data["text/html"] = stills.as_html(*self.still(), note)
        data["text/plain"] = repr(self)
        return data, metadata

    def __repr__(self):
        """Say which explorer this is, and what it shows."""
        return f"{self.title}: {self.says}"


def _images(values, pixels, name):
    values = reals(numbers(values), name)
    if values.ndim == 3:
        values = values.reshape(len(values), -1)
    if values.ndim != 2 or values.shape[1] != pixels:
        raise ValueError(
            f"{name} must have {pixels} pixels each, as the network has {pixels} inputs, "
            f"got shape {values.shape}."
        )
    if values.size and (values.min() < 0 or values.max() > INK):
        raise ValueError(f"{name} must hold ink from 0 to {INK}, before any standardization.")
    return values.astype(float)


def _class(digit, classifier):
    digit, last = whole(digit, "digit", least=-math.inf), classifier.widths[-1] - 1
    if not 0 <= digit <= last:
        raise ValueError(f"digit must be 0 to {last}, got {digit}.")
    return digit


def draw_a_digit(
    model, examples=(), labels=None, *, activation=None, mean=0.0, std=1.0, digit=None, rate=10
):
    """Draw a digit; see the scores that a network gives it, and the gradient of one by the ink.

        from helpers.explorers.pen import draw_a_digit

        draw_a_digit(net, test_images[:20], test_labels[:20], mean=mean, std=std, digit=8)

    The network may be a `helpers.networks.Network`, or a list of weights and biases:

        draw_a_digit([(W1, b1), (W2, b2)], examples, labels, activation="relu", mean=8, std=6)

    Parameters
    ----------
    model : helpers.networks.Network or list
        A network with one output for each digit, its scores before the softmax; or
        ``[(W, b), …]`` or ``[W, b, W, b, …]`` of arrays or Tensors, the first W of shape
        (64, units).
    examples : array_like, shape (n, 64) or (n, 8, 8)
        Digits that can be loaded, ink from 0 to 16, at most 100 of them; the first is on the paper
        when it begins.
    labels : array_like of n whole numbers, optional
        What the examples are.
    activation : str, optional
        φ of the hidden layers where model is a list, by default "relu".
    mean, std : float or array_like, shape (64,)
        What the network's inputs were standardized by: (ink − mean) / std.
    digit : int, optional
        The one whose score is asked for first, by default the second most likely one.
    rate : float
        The step size η that the slider starts at, one of `RATES`.

    Returns
    -------
    DigitPad

    Raises
    ------
    TypeError, ValueError
        If the network, the examples or a number do not fit; the message says which.
    """
    classifier = Classifier.of(model, activation, mean, std)
    pixels, classes = classifier.widths[0], classifier.widths[-1]
    if round(pixels**0.5) ** 2 != pixels:
        raise ValueError(f"the network must have a square of pixels as inputs, not {pixels}.")
    if classes > 10:
        raise ValueError(f"there are ten digits, but the network has {classes} outputs.")
    empty = np.empty((0, pixels))
    examples = _images(examples if np.size(numbers(examples)) else empty, pixels, "examples")
    if len(examples) > MOST_EXAMPLES:
        raise ValueError(f"examples must be {MOST_EXAMPLES} at most, got {len(examples)}.")
    if labels is not None:
        labels = [_class(label, classifier) for label in np.ravel(numbers(labels))]
        if len(labels) != len(examples):
            raise ValueError(
                f"labels must be as many as examples, {len(examples)}, got {len(labels)}."
            )
    choice(rate, "rate", RATES)
    if digit is None:
        start = examples[0] if len(examples) else np.zeros(pixels)
        digit = int(np.argsort(-classifier.probabilities(start), kind="stable")[1])
    return DigitPad(classifier, examples, labels, _class(digit, classifier), rate)
