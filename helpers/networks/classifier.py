"""A trained classifier as what it is in the end: layers of numbers, and how its scores change.

Whoever trains a network differentiates its loss by the weights. Here the weights stand still, and
the logarithm of a class's probability is differentiated by the inputs: which of them would have to
be larger, which smaller, for the network to be surer of this class. Source: K. Simonyan,
A. Vedaldi and A. Zisserman, "Deep inside convolutional networks" (2013).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from helpers.autodiff import softmax_cross_entropy, value_and_grad
from helpers.networks.activations import activation_named
from helpers.networks.arguments import choice, numbers, reals
from helpers.networks.network import Network
from helpers.networks.normalization import EPSILON

__all__ = ["Classifier"]


@dataclass(frozen=True)
class Classifier:
    """Dense layers behind a standardization of the inputs, with one output for each class.

        a ← (x − mean) / std,  then for each layer  a ← φ(a @ W + b),  without φ in the last one

    Attributes:
        weights, biases: a tuple of arrays each, of shapes (n_in, n_out) and (n_out,).
        activation: φ, a name in ACTIVATIONS.
        mean, std: arrays of shape (inputs,).
    """

    weights: tuple
    biases: tuple
    activation: str
    mean: np.ndarray
    std: np.ndarray

    @classmethod
    def of(cls, model, activation=None, mean=0.0, std=1.0):
        """Read a classifier from a network or from its weights.

        Args:
            model: a Network, whose batch normalization becomes a part of its weights; or a list
                [(W, b), (W, b), …] or [W, b, W, b, …] of arrays or Tensors.
            activation: φ of the hidden layers, a name in ACTIVATIONS; a Network knows its own, and
                weights have "relu" if none is named.
            mean, std: what the inputs are standardized by, one number or one for each input.

        Raises:
            TypeError, ValueError: if model is neither, if its layers do not fit each other, if it
                has layer normalization or residual connections, or if a std is not above 0.
        """
        if isinstance(model, Network):
            built = model.architecture
            if activation not in (None, built.activation):
                raise ValueError(
                    f"activation is {built.activation!r} in this Network, got {activation!r}."
                )
            activation, pairs = built.activation, _layers(model)
        else:
            pairs = _pairs(model)
        weights, biases = zip(*(_layer(pair, k) for k, pair in enumerate(pairs)), strict=True)
        for k, (one, other) in enumerate(pairwise(weights), 1):
            if one.shape[1] != other.shape[0]:
                raise ValueError(
                    f"layer {k} has {one.shape[1]} outputs, but layer {k + 1} takes "
                    f"{other.shape[0]} inputs."
                )
        if weights[-1].shape[1] < 2:
            raise ValueError("the last layer must have an output for each class, 2 or more.")
        activation = activation_named(activation or "relu").name
        inputs = weights[0].shape[0]
        mean, std = _for_each(mean, "mean", inputs), _for_each(std, "std", inputs)
        if (std <= 0).any():
            raise ValueError(
                "std must be above 0 for each input: one that never changes needs another divisor, "
                "such as 1."
            )
        return cls(weights, biases, activation, mean, std)

    @property
    def widths(self):
        """The number of inputs, of units of each hidden layer, and of classes."""
        return (len(self.mean), *(len(b) for b in self.biases))

    def scores(self, x):
        """Return the outputs for inputs x of shape (batch, inputs), an array or a Tensor."""
        φ = activation_named(self.activation)
        a = (x - self.mean) / self.std
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = a @ W + b
            a = z if k == len(self.weights) - 1 else φ(z)
        return a

    def probabilities(self, x):
        """Return the softmax of the scores of one input, an array of shape (classes,)."""
        scores = self.scores(np.reshape(x, (1, -1)))[0]
        shares = np.exp(scores - scores.max())
        return shares / shares.sum()

    def log_probability(self, x, label):
        """Return the logarithm of a class's probability for one input, and its gradient by it.

        Args:
            x: an array of shape (inputs,).
            label: a whole number, 0 for the first class.

        Returns:
            A float, and an array of shape (inputs,).
        """
        choice(label, "label", range(self.widths[-1]))

        def loss(x):
            return softmax_cross_entropy(self.scores(x), np.array([label]))

        value, gradient = value_and_grad(loss)(np.reshape(x, (1, -1)).astype(float))
        return -float(value), -np.asarray(gradient)[0]


def _layers(network):
    """The pairs (W, b) of a Network as it is evaluated."""
    built = network.architecture
    if any(built.skips) or built.normalization not in (None, "batch"):
        raise ValueError(
            "a Classifier has dense layers and batch normalization only, no residual connections "
            "and no other normalization."
        )
    for layer in network.layers:
        W, b = layer.weight.data, layer.bias.data
        if layer.running:
            gain = layer.gain.data / np.sqrt(layer.running["variance"] + EPSILON)
            W, b = W * gain, (b - layer.running["mean"]) * gain + layer.shift.data
        yield W, b


def _pairs(model):
    """The pairs (W, b) of a list of weights and biases."""
    if not isinstance(model, list | tuple) or not len(model):
        raise TypeError(
            "model must be a Network or a list [(W, b), (W, b), …] of weights and biases, "
            f"not a {type(model).__name__}."
        )
    if all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in model):
        return model
    if len(model) % 2:
        raise ValueError(f"a list of weights and biases has an even length, got {len(model)}.")
    return zip(model[::2], model[1::2], strict=True)


def _layer(pair, k):
    W, b = map(numbers, pair)
    W, b = reals(W, f"W of layer {k + 1}"), reals(b, f"b of layer {k + 1}")
    if W.ndim != 2 or b.shape != W.shape[1:]:
        raise ValueError(
            f"layer {k + 1} must have W of shape (n, m) and b of shape (m,), "
            f"got {W.shape} and {b.shape}."
        )
    return W.astype(float), b.astype(float)


def _for_each(value, name, count):
    value = reals(numbers(value), name)
    if value.shape not in ((), (1,), (count,)):
        raise ValueError(
            f"{name} must be one number or one for each of {count} inputs, got shape {value.shape}."
        )
    return np.broadcast_to(value, (count,)).astype(float)
