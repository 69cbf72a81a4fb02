"""Activation functions φ of a network, with their slopes φ′.

The functions take arrays and Tensors. ACTIVATIONS lists them by name, with the slope as a function
of plain arrays, for those who calculate with it instead of differentiating.
"""

from dataclasses import dataclass

import numpy as np

from helpers.autodiff import add_rule, primitive, relu, sigmoid
from helpers.autodiff.rules import RULES
from helpers.networks.arguments import choice

__all__ = [
    "ACTIVATIONS",
    "Activation",
    "activation_named",
    "gelu",
    "identity",
    "leaky_relu",
    "relu",
    "sigmoid",
    "tanh",
]


def identity(x):
    """Return x: a network of linear layers only, the bare chain."""
    return x


def tanh(x):
    """Return tanh(x) of each number: np.tanh, under the name that networks call it by."""
    return np.tanh(x)


@primitive
def leaky_relu(x, negative_slope=0.01):
    """Return x where it is positive, and negative_slope · x elsewhere.

    At 0 the slope is negative_slope. Source: A. Maas, A. Hannun and A. Ng, "Rectifier
    nonlinearities improve neural network acoustic models" (2013).
    """
    return np.where(np.greater(x, 0), x, negative_slope * x)


def _leaky_relu_slope(x, negative_slope=0.01):
    return np.where(np.greater(x, 0), 1.0, negative_slope)


add_rule(leaky_relu, lambda y, x, *args, **kwargs: _leaky_relu_slope(x, *args, **kwargs))


_A, _C = 0.044715, np.sqrt(2 / np.pi)


@primitive
def gelu(x):
    """Return x · Φ(x) of each number, Φ being the normal distribution function, in its tanh form.

    ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))) differs from the form with the error function by less
    than 0.0005. PyTorch calls it gelu(x, approximate="tanh"). Source: D. Hendrycks and K. Gimpel,
    "Gaussian error linear units (GELUs)" (2016), section 2.
    """
    return x * sigmoid(2 * _C * (x + _A * x * x * x))  # ½ (1 + tanh u) is σ(2u), with more digits


def _gelu_slope(x):
    # Far out σ(u) σ(−u) is 0 and x² large: their product is 0, also where x² would overflow.
    near = np.clip(x, -1e3, 1e3)
    u = 2 * _C * (near + _A * near * near * near)
    inner = 2 * _C * (1 + 3 * _A * near * near)
    return sigmoid(u) + near * inner * sigmoid(u) * sigmoid(-u)


add_rule(gelu, lambda y, x: _gelu_slope(x))
RULES[gelu].steep = RULES[leaky_relu].steep = False


def _tanh_slope(x):
    # 1 − tanh² x is 4 σ(2x) σ(−2x), which keeps its digits far out.
    return 4 * sigmoid(2 * np.asarray(x)) * sigmoid(-2 * np.asarray(x))


def _sigmoid_slope(x):
    return sigmoid(x) * sigmoid(-np.asarray(x))


@dataclass(frozen=True)
class Activation:
    """An activation function.

    Attributes:
        name: as in `Network(activation=name)`.
        function: φ, of arrays or Tensors.
        slope: φ′, of arrays.
    """

    name: str
    function: callable
    slope: callable

    def __call__(self, x):
        """Return φ(x)."""
        return self.function(x)


ACTIVATIONS = {
    a.name: a
    for a in (
        Activation("sigmoid", sigmoid, _sigmoid_slope),
        Activation("tanh", tanh, _tanh_slope),
        Activation("relu", relu, lambda x: np.where(np.greater(x, 0), 1.0, 0.0)),
        Activation("leaky relu", leaky_relu, _leaky_relu_slope),
        Activation("gelu", gelu, _gelu_slope),
        Activation("identity", identity, lambda x: np.ones(np.shape(x))),
    )
}


def activation_named(name):
    """Return the Activation of a name, "leaky_relu" being "leaky relu" too.

    Raises:
        ValueError: if there is none of this name.
    """
    if isinstance(name, str):
        name = name.lower().replace("_", " ")
    return ACTIVATIONS[choice(name, "activation", ACTIVATIONS)]
