"""What a forward and a backward pass leave behind in every layer: the layer microscope.

`layer_statistics` measures a network, `predicted_statistics` (predictions.py) calculates the same
numbers without one, and `microscope` does both.
"""

import math
from dataclasses import dataclass

import numpy as np

from helpers.autodiff import Tensor
from helpers.networks.arguments import generator, shown
from helpers.networks.network import Network

__all__ = ["LayerStatistics", "layer_statistics", "standard_deviation"]


@dataclass(frozen=True)
class LayerStatistics:
    """Standard deviations in each hidden layer, the first first; arrays of shape (depth,).

    Attributes:
        pre_activations: of z, over all samples and units of the layer.
        activations: of a.
        gradients: of the gradient by z.
        weight_gradients: of the gradient by W, over all weights of the layer.
    """

    pre_activations: np.ndarray
    activations: np.ndarray
    gradients: np.ndarray
    weight_gradients: np.ndarray

    @property
    def factors(self):
        """What each layer multiplies the gradient by on its way back, of shape (depth − 1,).

        Entry k is gradients[k] / gradients[k + 1].
        """
        return _ratios(self.gradients[:-1], self.gradients[1:])

    @property
    def factor(self):
        """The factor per layer: the geometric mean of `factors`; 1 if there is one layer only.

        It is (gradients[0] / gradients[-1]) ** (1 / (depth − 1)).
        """
        return _mean_ratio(self.gradients[::-1])

    @property
    def forward_factor(self):
        """What a layer multiplies the pre-activations by, on the geometric mean."""
        return _mean_ratio(self.pre_activations)


def layer_statistics(net, x, loss=None, seed=0):
    """Run a network forward and backward, and return the LayerStatistics.

    The network stays as it is: neither `.grad` nor the running statistics of batch normalization
    change. Whether these or the batch's own are used, `net.training` says, as ever.

    Args:
        net: a Network with one hidden layer or more.
        x: inputs, of shape (batch, inputs).
        loss: a function of the outputs that returns a single number. Without one, the backward pass
            begins with random numbers of standard deviation 1 as the gradient by the outputs,
            so that what it meets on its way is due to the layers alone.
        seed: of these random numbers, a whole number or a NumPy generator.

    Raises:
        TypeError: if net is no Network.
        ValueError: if it has no hidden layer, or x another shape.
    """
    if not isinstance(net, Network):
        raise TypeError(f"layer_statistics takes a Network, not a {type(net).__name__}.")
    if net.architecture.depth < 1:
        raise ValueError("layer_statistics needs a network with one hidden layer or more.")
    parameters, trace = net.parameters(), []
    grads = [p.grad for p in parameters]
    running = [layer.running and {k: v.copy() for k, v in layer.running.items()}
               for layer in net.layers]  # fmt: skip
    net.zero_grad()
    try:
        # A network that explodes shows infinity where the numbers end; no warning is needed.
        with np.errstate(over="ignore", invalid="ignore"):
            out = net(x, trace)
            for z, _ in trace:
                z.retain_grad()
            if loss is None:
                out.backward(gradient=generator(seed).normal(size=out.shape))
            else:
                value = loss(out)
                if not isinstance(value, Tensor):
                    raise TypeError(
                        "loss must be a function that makes a Tensor of the outputs, a single "
                        f"number; it returned {shown(value)}."
                    )
                value.backward()
        hidden = net.layers[:-1]
        return LayerStatistics(
            pre_activations=_each(z.data for z, _ in trace),
            activations=_each(a.data for _, a in trace),
            gradients=_each(z.grad for z, _ in trace),
            weight_gradients=_each(layer.weight.grad for layer in hidden),
        )
    finally:
        for p, grad in zip(parameters, grads, strict=True):
            p.grad = grad
        for layer, before in zip(net.layers, running, strict=True):
            layer.running = before


def standard_deviation(x):
    """Return the standard deviation of all numbers of x.

    It is right also where squares would over- or underflow, and infinite where x is not finite.
    """
    largest = max(float(x.max()), -float(x.min()))
    if largest == 0:
        return 0.0
    if not math.isfinite(largest):
        return math.inf
    if 1e-100 < largest < 1e100:
        return float(np.std(x))
    return largest * float(np.std(x / largest))


def _each(arrays):
    return np.array([standard_deviation(x) for x in arrays])


def _ratios(a, b):
    with np.errstate(all="ignore"):
        return np.where(a == 0, 0.0, a / b)


def _mean_ratio(values):
    """(last / first) to the power 1 / steps."""
    first, last, steps = float(values[0]), float(values[-1]), len(values) - 1
    if steps == 0:
        return 1.0
    if last == 0 or first == math.inf:
        return 0.0 if last == 0 else math.nan
    if first == 0 or last == math.inf:
        return math.inf
    return math.exp((math.log(last) - math.log(first)) / steps)
