"""A fit that can follow the noise of its data: a polynomial through points near a sine."""

import numpy as np

__all__ = ["PolynomialFit"]


class PolynomialFit:
    """The loss of polynomials that are fitted to noisy points of sin 3x, on [-1, 1].

    The loss is half the mean of the squared errors. Its variables are the coefficients of the
    Legendre polynomials (NumPy's `legvander`), whose bends differ less than those of plain powers.

    Args:
        degree: of the polynomials; they have degree + 1 coefficients.
        points: how many noisy points there are, evenly spaced.
        noise: the standard deviation of what is added to each height.
        seed: of the noise.

    Attributes:
        start: the polynomial that is 0 everywhere, of shape (degree + 1,).
        largest_bend: the largest eigenvalue of the loss's Hessian.
    """

    def __init__(self, degree=9, points=10, noise=0.3, seed=0):
        places, self._fine = np.linspace(-1, 1, points), np.linspace(-1, 1, 201)
        self._basis = np.polynomial.legendre.legvander(places, degree)
        self._heights = np.sin(3 * places)
        self._heights += noise * np.random.default_rng(seed).standard_normal(points)
        self.start = np.zeros(degree + 1)
        self.largest_bend = float(np.linalg.norm(self._basis, 2) ** 2 / points)

    def __call__(self, coefficients):
        """Return the loss, for coefficients of shape (degree + 1,)."""
        return float(np.mean((self._basis @ coefficients - self._heights) ** 2) / 2)

    def gradient(self, coefficients):
        """Return the gradient of the loss, of shape (degree + 1,)."""
        errors = self._basis @ coefficients - self._heights
        return self._basis.T @ errors / len(errors)

    def off(self, coefficients):
        """Return the mean squared distance from the sine itself, between the points as well."""
        found = np.polynomial.legendre.legval(self._fine, coefficients)
        return float(np.mean((found - np.sin(3 * self._fine)) ** 2))
