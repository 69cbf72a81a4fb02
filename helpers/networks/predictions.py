"""What becomes of the gradient on its way back, calculated before any network is built.

The variance argument: follow the variance of one unit from layer to layer, as if all weights were
drawn anew and the layers infinitely wide. Then pre-activations are normally distributed, and two
integrals over the normal distribution say all there is to know about φ. With q the variance of z,
u that of what φ takes (q itself, or 1 after a normalization), and ξ a standard normal number,

    forward     q ← n_in · Var(W) · E[φ(√u ξ)²]
    backward    Var(gradient) ← Var(gradient) · n_out · Var(W) · E[φ′(√u ξ)²] · u / q

A residual connection keeps what was there and adds s² times that. A batch normalization takes from
all samples what they have in common, so that only the variance of φ(ξ) counts, not its square.

Sources: Glorot and Bengio (2010) for φ′ ≈ 1; He and others (2015) for relu; B. Poole and others,
"Exponential expressivity in deep neural networks through transient chaos" (2016) and S. Schoenholz
and others, "Deep information propagation" (2017) for any φ; G. Yang and S. Schoenholz, "Mean field
residual networks" (2017); G. Yang and others, "A mean field theory of batch normalization" (2019).
"""

import math

import numpy as np

from helpers.networks.activations import activation_named
from helpers.networks.arguments import generator, real, whole
from helpers.networks.initialization import weight_variance
from helpers.networks.network import Architecture, Network
from helpers.networks.normalization import EPSILON
from helpers.networks.statistics import LayerStatistics, layer_statistics

__all__ = ["gaussian_moments", "microscope", "predicted_statistics"]

# Points ξ = ε sinh t, evenly spaced in t, and their weights: as dense at 0 as any φ(√u ξ) is steep.
# Gauss-Hermite quadrature is too thin there: with 300 points it misses E[φ′(z)²] of tanh by 37 % at
# variance 100. No point lies on 0, where relu has its kink.
_T = (np.arange(900) + 0.5) * (44 / 900) - 22
_XI = 1e-8 * np.sinh(_T)
_DENSITY = np.exp(-0.5 * _XI * _XI) * np.cosh(_T)
_DENSITY /= _DENSITY.sum()


def gaussian_moments(activation, variance=1.0):
    """Return E[φ(z)], E[φ(z)²] and E[φ′(z)²] for normally distributed z of mean 0.

    Args:
        activation: φ, a name in ACTIVATIONS.
        variance: that of z, 0 or more.

    Returns:
        Three floats.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    φ = activation_named(activation)
    z = math.sqrt(real(variance, "variance")) * _XI
    with np.errstate(over="ignore", under="ignore"):
        value, slope = φ(z), φ.slope(z)
        return (
            float(_DENSITY @ value),
            float(_DENSITY @ (value * value)),
            float(_DENSITY @ (slope * slope)),
        )


def predicted_statistics(built, batch=128):
    """Return the LayerStatistics that the variance argument predicts, without any random number.

    They hold for inputs that are normally distributed with standard deviation 1, and for a backward
    pass that begins with such numbers as the gradient by the outputs: what `layer_statistics`
    does without a loss. The larger the width, the closer; slowly so where small deviations grow
    from layer to layer, as with "gelu" and "he normal": there the variance shrinks first slowly,
    then fast, and from which layer on differs from seed to seed.

    Args:
        built: an Architecture, or a Network whose numbers do not matter.
        batch: how many samples; the gradients by weights grow with its root.

    Raises:
        TypeError: if built is neither.
        ValueError: if there is no hidden layer.
    """
    built = built.architecture if isinstance(built, Network) else built
    if not isinstance(built, Architecture):
        raise TypeError(
            f"predicted_statistics takes an Architecture, not a {type(built).__name__}."
        )
    if built.depth < 1:
        raise ValueError("predicted_statistics needs one hidden layer or more.")
    batch = whole(batch, "batch")
    variances = [
        built.scale**2 * weight_variance(n, m, built.init)
        for n, m in zip(built.widths, built.widths[1:], strict=False)
    ]
    s2 = built.branch_scale**2
    by_batch = built.normalization == "batch"

    # Forward: the variance q of z, its part c that differs between samples, and what φ makes of it.
    q = c = 0.0
    square = differing = 1.0  # of the inputs: the mean square, and its part between samples
    pre_activations, activations, inputs, slopes = [], [], [], []
    for n, v, skips in zip(built.widths, variances, built.skips, strict=False):
        inputs.append(differing if by_batch else square)
        if skips:
            q, c = q + s2 * n * v * square, c + s2 * n * v * differing
        else:
            q, c = n * v * square, n * v * differing
        u = c if by_batch else q
        divisor = u + EPSILON if built.normalization else 1.0
        # Where a variance leaves the range of numbers, φ has long been as flat as it gets.
        mean, square, slope = gaussian_moments(built.activation, min(u / divisor, 1e200))
        differing = max(square - mean * mean, 0.0)
        pre_activations.append(q)
        activations.append(differing)
        slopes.append(slope / divisor)

    # Backward: the variance of the gradient by z, from the outputs on.
    gradients = [built.widths[-1] * variances[-1] * slopes[-1]]
    for k in range(built.depth - 2, -1, -1):
        skips = built.skips[k + 1]
        through = built.widths[k + 2] * variances[k + 1] * slopes[k]
        gradients.append(gradients[-1] * (1 + s2 * through if skips else through))
    gradients = np.array(gradients[::-1])

    # A weight's gradient adds up, over the batch, input times gradient by z.
    shares = np.where(built.skips, s2, 1.0) * inputs
    return LayerStatistics(
        pre_activations=np.sqrt(pre_activations),
        activations=np.sqrt(activations),
        gradients=np.sqrt(gradients),
        weight_gradients=np.sqrt(batch * shares) * np.sqrt(gradients),
    )


def microscope(depth=30, width=64, batch=64, seed=0, **options):
    """Measure a network of equal layers, and predict the same.

        >>> measured, predicted = microscope(30, activation="sigmoid", init="xavier normal")
        >>> round(measured.factor, 3), round(predicted.factor, 3)
        (0.235, 0.235)

    Args:
        depth: the number of hidden layers, 1 or more.
        width: the number of inputs, of units of each layer, and of outputs.
        batch: how many samples; the inputs are normally distributed with standard deviation 1.
        seed: a whole number; weights, inputs and the gradient by the outputs are the same for the
            same seed, whatever the options.
        options: those of `Network`: activation, init, scale, normalization, residual.

    Returns:
        Two LayerStatistics, (measured, predicted).

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    depth, width, batch = whole(depth, "depth"), whole(width, "width"), whole(batch, "batch")
    rng = generator(whole(seed, "seed", least=0))
    x, direction = rng.normal(size=(2, batch, width))
    net = Network([width] * (depth + 2), seed=rng, **options)
    measured = layer_statistics(net, x, lambda out: np.sum(out * direction))
    return measured, predicted_statistics(net, batch)
