"""The fit of a polynomial: gradient, largest bend, and how far it is from the sine."""

import numpy as np
import pytest

from helpers.derivatives import numerical_gradient
from helpers.functions import PolynomialFit


def test_the_fit_of_a_polynomial_knows_its_gradient_and_its_largest_bend():
    fit = PolynomialFit(degree=4, points=7)
    p = np.random.default_rng(0).normal(size=5)
    np.testing.assert_allclose(fit.gradient(p), numerical_gradient(fit, p), atol=1e-8)
    columns = [fit.gradient(one) - fit.gradient(fit.start) for one in np.eye(5)]
    assert fit.largest_bend == pytest.approx(np.linalg.eigvalsh(columns).max())


def test_a_polynomial_of_degree_nine_goes_through_ten_noisy_points_and_off_the_sine():
    fit = PolynomialFit(degree=9, points=10)
    H = np.stack([fit.gradient(one) - fit.gradient(fit.start) for one in np.eye(10)])
    through = np.linalg.solve(H, -fit.gradient(fit.start))
    assert fit(through) < 1e-20 < 0.05 < fit.off(through) < fit.off(fit.start)
    assert PolynomialFit(degree=9, points=30, noise=0).off(through * 0) == pytest.approx(
        np.mean(np.sin(3 * np.linspace(-1, 1, 201)) ** 2)
    )
