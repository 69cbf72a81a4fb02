"""Sharpness: the largest bend of a loss, measured without a table of all its bends."""

from functools import cache
from itertools import pairwise

import numpy as np

from helpers.autodiff import grad, jvp, value_and_grad
from helpers.networks.arguments import generator, real, whole

__all__ = ["follow_sharpness", "sharpness"]

_WIDTHS = (1, 12, 12, 1)  # of the network whose sharpness is followed


def sharpness(loss, weights, start, products=20):
    """Return the eigenvalue of largest size of a loss's Hessian, and its eigenvector.

    Power iteration: multiplied by the Hessian again and again, any start turns towards that
    eigenvector. Each product is the gradient of a slope along a vector (forward over reverse mode),
    so that the Hessian itself is never written down.

    Args:
        loss: a function of an array of shape (n,), written with NumPy.
        weights: where, an array of shape (n,).
        start: a first guess at the eigenvector, of shape (n,), not 0. That of a place nearby needs
            few products.
        products: how many products with the Hessian, at least 1.

    Returns:
        The eigenvalue, a float, and the eigenvector, of shape (n,) and length 1.
    """
    vector = np.asarray(start, dtype=float) / np.linalg.norm(start)
    for _ in range(whole(products, "products")):
        along = grad(lambda w, v=vector: jvp(loss, (w,), (v,))[1])(weights)
        eigenvalue, vector = vector @ along, along / np.linalg.norm(along)
    return float(eigenvalue), vector


@cache
def follow_sharpness(learning_rate, seed=0, steps=1000, every=20):
    """Train a small tanh network on all its data at each step, and follow its sharpness.

    It fits sin 4x at 20 places from -1 to 1, by plain gradient descent on the mean squared error.
    J. Cohen and others, "Gradient descent on neural networks typically occurs at the edge of
    stability" (2021), found that the sharpness rises to about 2/η and stays there.

    Args:
        learning_rate: η, above 0.
        seed: of the initial weights.
        steps: how many.
        every: the sharpness is measured at the start and after every so many steps.

    Returns:
        Three arrays: the numbers of the steps at which it was measured, the sharpness there, and
        the loss before each step, of shape (steps,). They cannot be changed.
    """
    eta, rng = real(learning_rate, "learning_rate", open_end=True), generator(seed)
    x = np.linspace(-1, 1, 20)[:, np.newaxis]
    y = np.sin(4 * x)
    shapes = [shape for n, m in pairwise(_WIDTHS) for shape in ((n, m), (m,))]
    ends = np.cumsum([np.prod(shape) for shape in shapes])

    def loss(weights):
        parts = [
            weights[end - np.prod(shape) : end].reshape(shape)
            for shape, end in zip(shapes, ends, strict=True)
        ]
        a = x
        for W, b in zip(parts[:-2:2], parts[1:-2:2], strict=True):
            a = np.tanh(a @ W + b)
        return np.mean((a @ parts[-2] + parts[-1] - y) ** 2)

    starts = [rng.normal(0, s[0] ** -0.5, s) if len(s) == 2 else np.zeros(s) for s in shapes]
    weights = np.concatenate([start.ravel() for start in starts])
    vector, products = rng.normal(size=weights.size), 30
    measured, losses, both = [], [], value_and_grad(loss)
    for step in range(steps):
        if step % every == 0:
            found, vector = sharpness(loss, weights, vector, products)
            measured.append(found)
            products = 4  # the vector turns little between two measurements
        value, slopes = both(weights)
        losses.append(value)
        weights = weights - eta * slopes
    results = np.arange(0, steps, every), np.array(measured), np.array(losses)
    for result in results:
        result.setflags(write=False)
    return results
