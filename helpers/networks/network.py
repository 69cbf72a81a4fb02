"""Fully connected networks of any depth and width, on Tensors.

A hidden layer takes the activations a of the layer before and makes three things of them, in this
order:

    z = a @ W + b         its pre-activations; a residual connection adds them to the z before
    y = normalize(z)      over the batch or the layer, if the network does so
    a = φ(y)              its activations

The output layer is a @ W + b alone. Residual connections go from pre-activation to pre-activation,
so that on this path no φ stands in the way, as K. He and others found best in "Identity mappings in
deep residual networks" (2016).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real

import numpy as np

from helpers.autodiff import Tensor, linear, no_grad
from helpers.networks.activations import activation_named
from helpers.networks.arguments import choice, generator, real, shown, whole
from helpers.networks.initialization import initial_weights, scheme_named
from helpers.networks.normalization import batch_norm, layer_norm

__all__ = ["Architecture", "Layer", "Network"]


@dataclass(frozen=True)
class Architecture:
    """How a network is built, without its numbers.

    Args:
        widths: the number of inputs, of units of each hidden layer, and of outputs.
        activation: φ, a name in ACTIVATIONS.
        init: how weights begin: a name in SCHEMES, a standard deviation, or a function that gives
            it for a number of inputs.
        scale: what the initial weights of all layers are multiplied by.
        normalization: None, "batch", "layer", or a function of z that returns it normalized.
        residual: whether z of a layer is added to that of the next where both are as wide. True
            adds s = 1 times what the layer computes, a number s > 0 adds s times that, and "scaled"
            stands for s = 1/√(number of such layers). A function of z and W returns the whole z of
            the next layer: φ is in it, so that `activation` must be its φ, and no normalization
            stands between.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """

    widths: tuple
    activation: str = "relu"
    init: str | float | Callable = "he normal"
    scale: float = 1.0
    normalization: str | Callable | None = None
    residual: bool | float | str | Callable = False

    def __post_init__(self):
        widths = self.widths
        if not isinstance(widths, list | tuple | range | np.ndarray) or len(widths) < 2:
            raise TypeError(
                "widths must list the inputs, the units of each hidden layer and the outputs, as "
                f"in [2, 64, 64, 1], got {shown(widths)}."
            )
        put = object.__setattr__  # the class is frozen from here on
        put(self, "widths", tuple(whole(n, "each of widths") for n in widths))
        put(self, "activation", activation_named(self.activation).name)
        put(self, "init", scheme_named(self.init))
        put(self, "scale", real(self.scale, "scale"))
        if not callable(self.normalization):
            choice(self.normalization, "normalization", (None, "batch", "layer"))
        if callable(self.residual):
            if self.normalization is not None:
                raise ValueError("a function for residual goes from z to z: no normalization fits.")
            return
        if not isinstance(self.residual, bool | Real) and self.residual != "scaled":
            raise ValueError(
                "residual must be True, False, a number above 0 or 'scaled', "
                f"got {shown(self.residual)}."
            )
        if not isinstance(self.residual, bool | str):
            put(self, "residual", real(self.residual, "residual", open_end=True))

    @property
    def depth(self):
        """The number of hidden layers."""
        return len(self.widths) - 2

    @property
    def skips(self):
        """For each hidden layer, whether the z before is added to its own."""
        hidden = self.widths[1:-1]
        if self.residual is False:
            return (False,) * self.depth
        return tuple(k > 0 and hidden[k] == hidden[k - 1] for k in range(self.depth))

    @property
    def branch_scale(self):
        """s, what a layer with a residual connection multiplies its own part by."""
        if self.residual == "scaled":
            return 1 / math.sqrt(max(sum(self.skips), 1))
        return 1.0 if callable(self.residual) else float(self.residual or 1.0)


class Layer:
    """The numbers of one layer.

    Attributes:
        weight: W, a Tensor of shape (n_in, n_out).
        bias: b, a Tensor of shape (n_out,), 0 at first.
        gain, shift: γ and β of a normalization, Tensors of shape (n_out,), or None.
        running: "mean" and "variance" of a batch normalization, arrays of shape (n_out,), or None.
    """

    def __init__(self, weight, normalization=None):
        n = weight.shape[1]
        self.weight = Tensor(weight, requires_grad=True)
        self.bias = Tensor(np.zeros(n), requires_grad=True)
        self.gain = self.shift = self.running = None
        if normalization and not callable(normalization):
            self.gain = Tensor(np.ones(n), requires_grad=True)
            self.shift = Tensor(np.zeros(n), requires_grad=True)
        if normalization == "batch":
            self.running = {"mean": np.zeros(n), "variance": np.ones(n)}

    def parameters(self):
        """Return the Tensors that training changes, a list."""
        return [p for p in (self.weight, self.bias, self.gain, self.shift) if p is not None]


class Network:
    """A fully connected network.

        >>> net = Network([2, 16, 16, 1], activation="tanh", init="xavier normal", seed=1)
        >>> net(np.ones((5, 2))).shape
        (5, 1)

    Args:
        widths, activation, init, scale, normalization, residual: as for `Architecture`.
        seed: a whole number, which gives the same weights each time, or a NumPy generator.

    Attributes:
        architecture: the Architecture.
        layers: a list of Layers, the output layer last.
        training: whether batch normalization uses the mean and variance of the batch, at first
            True; train() and eval() set it.
    """

    def __init__(
        self,
        widths,
        activation="relu",
        init="he normal",
        scale=1.0,
        normalization=None,
        residual=False,
        seed=0,
    ):
        built = Architecture(widths, activation, init, scale, normalization, residual)
        rng = generator(seed)
        self.architecture = built
        self.training = True
        self.layers = []
        for k, (n, m) in enumerate(zip(built.widths, built.widths[1:], strict=False)):
            weight = built.scale * initial_weights(rng, n, m, built.init)
            self.layers.append(Layer(weight, built.normalization if k < built.depth else None))

    def __call__(self, x, trace=None):
        """Return the outputs for inputs x.

        Args:
            x: of shape (batch, inputs).
            trace: a list; for each hidden layer the pair (z, a) of Tensors is appended to it.

        Returns:
            A Tensor of shape (batch, outputs).

        Raises:
            ValueError: if x has another shape.
        """
        built = self.architecture
        if np.ndim(x) != 2 or np.shape(x)[1] != built.widths[0]:
            raise ValueError(
                f"The network takes inputs of shape (batch, {built.widths[0]}), "
                f"got shape {np.shape(x)}."
            )
        activation, s = activation_named(built.activation).function, built.branch_scale
        z, a = None, x  # the first layer has no z before it, and skips nothing
        for layer, skips in zip(self.layers, built.skips, strict=False):
            before, z = z, linear(a, layer.weight, layer.bias)
            if skips and callable(built.residual):
                z = built.residual(before, layer.weight) + layer.bias
            elif skips:
                z = before + (z if s == 1 else s * z)
            a = activation(self._normalize(z, layer))
            if trace is not None:
                trace.append((z, a))
        return linear(a, self.layers[-1].weight, self.layers[-1].bias)

    def _normalize(self, z, layer):
        kind = self.architecture.normalization
        if callable(kind):
            return kind(z)
        if kind == "batch":
            return batch_norm(z, layer.gain, layer.shift, layer.running, self.training)
        return layer_norm(z, layer.gain, layer.shift) if kind == "layer" else z

    def predict(self, x):
        """Return the outputs for inputs x as an evaluation gives them, a plain array."""
        before, self.training = self.training, False
        try:
            with no_grad():
                return self(x).data
        finally:
            self.training = before

    def train(self):
        """Let batch normalization use each batch's own mean and variance; return the network."""
        self.training = True
        return self

    def eval(self):
        """Let batch normalization use the running mean and variance; return the network."""
        self.training = False
        return self

    def parameters(self):
        """Return all Tensors that training changes, a list: W, b (and γ, β) layer by layer."""
        return [p for layer in self.layers for p in layer.parameters()]

    def zero_grad(self):
        """Forget the gradients: set `.grad` of every parameter to None."""
        for p in self.parameters():
            p.grad = None

    def __repr__(self):
        built = self.architecture
        count = sum(p.data.size for p in self.parameters())
        return (
            f"<Network of {built.depth} hidden layers, {count:,} parameters: {built.activation}, "
            f"{getattr(built.init, '__name__', built.init)}>"
        )
