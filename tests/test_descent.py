"""Gradient descent: the walk, and what it says to wrong input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.descent import gradient_descent
from helpers.functions import square


@pytest.mark.parametrize(
    ("rate", "end"), [(0.2, 0.060466176), (0.05, 3.4867844010), (1.1, 61.9173642240)]
)
def test_ten_steps_on_a_parabola(rate, end):
    assert gradient_descent(square.derivative, 10, rate, 10)[-1] == pytest.approx(end, rel=1e-12)


@given(st.floats(0.001, 1.2), st.floats(-50, 50), st.integers(0, 30))
def test_on_a_parabola_each_step_multiplies_by_one_minus_two_eta(rate, start, steps):
    walk = gradient_descent(square.derivative, start, rate, steps)
    np.testing.assert_allclose(walk, start * (1 - 2 * rate) ** np.arange(steps + 1), atol=1e-9)


def test_many_rates_walk_at_once_as_they_would_alone():
    rates = np.array([0.01, 0.3, 1.05])
    together = gradient_descent(square.derivative, 10, rates, 7)
    alone = [gradient_descent(square.derivative, 10, rate, 7) for rate in rates]
    np.testing.assert_array_equal(together, np.transpose(alone))


def test_many_starts_and_rates_make_a_grid():
    walk = gradient_descent(square.derivative, np.ones((4, 1)), np.full(3, 0.1), 2)
    assert walk.shape == (3, 4, 3)


def test_a_walk_that_flies_off_ends_quietly():
    with np.errstate(all="raise"):
        walk = gradient_descent(square.derivative, 10, 1e9, 100)
    assert not np.isfinite(walk[-1])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((3, 1, 0.1, 5), TypeError, "grad must be a function"),
        ((np.sin, "here", 0.1, 5), TypeError, "must be numbers"),
        ((np.sin, None, 0.1, 5), ValueError, "start must be finite"),
        ((np.sin, np.nan, 0.1, 5), ValueError, "start must be finite"),
        ((np.sin, [1, 2], [0.1, 0.2, 0.3], 5), TypeError, "arrays that fit"),
        ((np.sin, 1, 0, 5), ValueError, "learning_rate must be greater than 0"),
        ((np.sin, 1, -0.1, 5), ValueError, "learning_rate must be greater than 0"),
        ((np.sin, 1, np.nan, 5), ValueError, "learning_rate must be greater than 0"),
        ((np.sin, 1, np.inf, 5), ValueError, "learning_rate must be greater than 0"),
        ((np.sin, 1, 0.1, -1), ValueError, "steps must be a whole number"),
        ((np.sin, 1, 0.1, 2.5), ValueError, "steps must be a whole number"),
        ((np.sin, 1, 0.1, True), ValueError, "steps must be a whole number"),
    ],
)
def test_wrong_input_gets_one_sentence(arguments, error, words):
    with pytest.raises(error, match=words) as caught:
        gradient_descent(*arguments)
    assert "\n" not in str(caught.value)
