"""Learning-rate schedules: their formulas, their ends, bad input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.descent import constant, cosine, exponential, linear, step_decay, warm_up

RATES = st.floats(1e-6, 10)
FALLING = [linear, exponential, cosine]


def test_cosine_at_the_quarters():
    rates = cosine(np.arange(0, 101, 25), 100, 0.3, 0.01)
    np.testing.assert_allclose(rates, [0.3, 0.25753, 0.155, 0.05247, 0.01], atol=5e-6)


def test_linear_and_exponential_at_the_quarters():
    quarters = [0, 25, 50, 75, 100]
    np.testing.assert_allclose(linear(quarters, 100, 0.5, 0.1), [0.5, 0.4, 0.3, 0.2, 0.1])
    np.testing.assert_allclose(
        exponential(quarters, 100, 1, 1e-4), [1, 1e-1, 1e-2, 1e-3, 1e-4], rtol=1e-12
    )


def test_step_decay_drops_after_every_so_many_steps():
    rates = step_decay([0, 9, 10, 19, 20, 35], 10, 0.8)
    np.testing.assert_array_equal(rates, [0.8, 0.8, 0.4, 0.4, 0.2, 0.1])
    assert step_decay(25, 10, 1, factor=0.1) == pytest.approx(0.01)


def test_constant_is_constant():
    np.testing.assert_array_equal(constant([0, 7, 1000], 0.1), [0.1, 0.1, 0.1])


def test_warm_up_rises_to_the_rate_in_so_many_steps():
    np.testing.assert_allclose(warm_up(np.arange(6), 4, 0.2), [0.05, 0.1, 0.15, 0.2, 0.2, 0.2])
    assert warm_up(0, 1, 0.2) == 0.2


@given(st.integers(0, 300), st.integers(1, 50), RATES, RATES)
def test_warm_up_goes_with_any_schedule(step, steps, high, low):
    for schedule in (
        lambda step: constant(step, high),
        lambda step: step_decay(step, 30, high),
        lambda step: linear(step, 200, high, low),
        lambda step: exponential(step, 200, high, low),
        lambda step: cosine(step, 200, high, low),
    ):
        rate = warm_up(step, steps, schedule(step))
        assert 0 < rate <= schedule(step)
        assert step < steps - 1 or rate == schedule(step)


@pytest.mark.parametrize("schedule", FALLING)
@given(step=st.integers(-20, 200), steps=st.integers(1, 150), high=RATES, low=RATES)
def test_from_high_to_low_and_no_further(schedule, step, steps, high, low):
    rate = schedule(step, steps, high, low)
    smaller, larger = sorted([high, low])
    assert smaller * (1 - 1e-9) <= rate <= larger * (1 + 1e-9)
    assert schedule(0, steps, high, low) == pytest.approx(high, rel=1e-12)
    assert schedule(steps, steps, high, low) == pytest.approx(low, rel=1e-9)
    assert schedule(steps + 9, steps, high, low) == schedule(steps, steps, high, low)
    assert schedule(-9, steps, high, low) == schedule(0, steps, high, low)


@pytest.mark.parametrize("schedule", FALLING)
def test_arrays_are_taken_element_by_element(schedule):
    steps, highs = np.arange(10), np.array([[0.1], [0.2], [0.3]])
    rates = schedule(steps, 9, highs, 0.01)
    assert rates.shape == (3, 10)
    for i, j in np.ndindex(3, 10):
        assert rates[i, j] == pytest.approx(schedule(int(steps[j]), 9, float(highs[i, 0]), 0.01))


def test_a_single_rate_is_a_plain_float():
    for rate in (
        constant(3, 1),
        step_decay(3, 2, 1),
        linear(3, 9, 1, 0),
        exponential(3, 9, 1, 0.1),
        cosine(3, 9, 1, 0),
        warm_up(3, 9, 1),
    ):
        assert type(rate) is float


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cosine("3", 9, 1, 0), TypeError, "step must be a real number"),
        (lambda: cosine(math.nan, 9, 1, 0), ValueError, "step must be finite"),
        (lambda: cosine(3, 0, 1, 0), ValueError, "steps must be greater than 0"),
        (lambda: linear(3, -1, 1, 0), ValueError, "steps must be greater than 0"),
        (lambda: linear(3, 9, -1, 0), ValueError, "high must be 0 or more"),
        (lambda: linear(3, 9, 1, None), TypeError, "low must be a real number"),
        (lambda: exponential(3, 9, 1, 0), ValueError, "low must be greater than 0"),
        (lambda: step_decay(3, 0, 1), ValueError, "every must be greater than 0"),
        (lambda: step_decay(3, 5, 1, 0), ValueError, "factor must be greater than 0"),
        (lambda: constant(3, math.inf), ValueError, "rate must be finite"),
        (lambda: warm_up(3, 0, 1), ValueError, "steps must be greater than 0"),
        (lambda: warm_up(3, 9, -1), ValueError, "rate must be 0 or more"),
        (lambda: warm_up(3, 9, cosine), TypeError, "rate must be a real number"),
        (lambda: linear([1, 2, 3], 9, [1, 2], 0), ValueError, "must fit together"),
        (lambda: linear([1, 2, 3], [4, 5], 1, 0), ValueError, "must fit together"),
    ],
)
def test_wrong_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)
