"""Optimizers against recursions written here, one number at a time; and what is known of them."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.descent import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    RMSProp,
    cosine,
    gradient_descent,
    minimize,
    optimizers,
)
from helpers.functions import himmelblau, long_valley, square

ALL = [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam, AMSGrad, AdamW]
every_optimizer = pytest.mark.parametrize("kind", ALL)


def by_hand(name, gradients, points, rate):
    """The changes of one coordinate, in plain Python, from the papers and not from the package.

    The points are those at which the gradients were taken: AdamW looks at them.
    """
    v = s = m = largest = 0.0
    for t, (g, p) in enumerate(zip(gradients, points, strict=True), 1):
        if name == "SGD":
            yield -rate * g
        elif name == "Momentum":
            v = 0.9 * v + g
            yield -rate * v
        elif name == "Nesterov":
            v = 0.9 * v + g
            yield -rate * (g + 0.9 * v)
        elif name == "AdaGrad":
            s += g * g
            yield -rate * g / (math.sqrt(s) + 1e-10)
        elif name == "RMSProp":
            s = 0.99 * s + 0.01 * g * g
            yield -rate * g / (math.sqrt(s) + 1e-8)
        else:
            m = 0.9 * m + 0.1 * g
            s = 0.999 * s + 0.001 * g * g
            largest = max(largest, s)
            square = largest if name == "AMSGrad" else s
            step = rate * (m / (1 - 0.9**t)) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
            yield -step - (rate * 0.01 * p if name == "AdamW" else 0.0)


@every_optimizer
@given(
    start=st.lists(st.floats(-3, 3), min_size=2, max_size=2),
    rate=st.floats(1e-4, 0.02),
)
@settings(max_examples=20)
def test_each_is_the_recursion_of_its_paper(kind, start, rate):
    run = minimize(himmelblau, himmelblau.gradient, start, kind(rate), steps=25)
    points = run.points
    gradients = himmelblau.gradient(points)
    for axis in (0, 1):
        changes = by_hand(kind.__name__, gradients[:-1, axis], points[:-1, axis], rate)
        np.testing.assert_allclose(
            np.diff(points[:, axis]), [*changes], rtol=1e-8, atol=1e-11 * np.abs(points).max()
        )


@every_optimizer
def test_many_walks_at_once_are_the_walks_one_by_one(kind):
    rates = np.array([0.001, 0.01, 0.05])
    starts = np.array([[[2.0, 1.0]], [[-1.0, 0.5]]])
    runs = minimize(long_valley, long_valley.gradient, starts, kind(rates), steps=30)
    assert runs.points.shape == (31, 2, 3, 2)
    for i in range(2):
        for j, rate in enumerate(rates):
            one = minimize(long_valley, long_valley.gradient, starts[i, 0], kind(rate), steps=30)
            np.testing.assert_allclose(runs[i, j].points, one.points, rtol=1e-12, atol=1e-15)


def test_settings_may_be_arrays_too():
    betas = np.array([0.0, 0.5, 0.9])
    runs = minimize(long_valley, long_valley.gradient, [2, 1], Momentum(0.02, betas), steps=20)
    plain = gradient_descent(long_valley, long_valley.gradient, [2, 1], 0.02, steps=20)
    np.testing.assert_array_equal(runs[0].points, plain.points)
    one = minimize(long_valley, long_valley.gradient, [2, 1], Momentum(0.02, 0.9), steps=20)
    np.testing.assert_array_equal(runs[2].points, one.points)


def test_points_may_be_numbers():
    run = minimize(square, square.derivative, 10, Adam([0.1, 1.0]), steps=5)
    assert run.points.shape == (6, 2)
    assert minimize(square, square.derivative, 10, Adam(0.1), steps=5).points.shape == (6,)


@every_optimizer
def test_the_rate_may_follow_a_schedule(kind):
    def falling(step):
        return cosine(step, 10, 0.1, 0.001)

    scheduled = minimize(square, square.derivative, 10, kind(falling), steps=1)
    constant = minimize(square, square.derivative, 10, kind(0.1), steps=1)
    assert scheduled.end == constant.end
    later = minimize(square, square.derivative, 10, kind(falling), steps=10)
    assert later.end != minimize(square, square.derivative, 10, kind(0.1), steps=10).end


def test_the_reasons_for_stopping_are_those_of_gradient_descent():
    def run(optimizer, **rules):
        return minimize(square, square.derivative, 10, optimizer, **rules)

    assert run(SGD(0.1), steps=3).reason == "step limit"
    assert run(SGD(0.1), small_gradient=0.1).reason == "small gradient"
    assert run(SGD(0.1), small_change=0.1).reason == "small change"
    assert run(SGD(3.0), steps=2000).reason == "diverged"
    both = run(Momentum([0.1, 30.0]), steps=2000, small_gradient=1e-6)
    assert both.reason.tolist() == ["small gradient", "diverged"]


def test_a_walk_that_has_stopped_does_not_disturb_the_others():
    rates = [1e9, 0.05]
    runs = minimize(square, square.derivative, 10, Momentum(rates), steps=300)
    alone = minimize(square, square.derivative, 10, Momentum(0.05), steps=300)
    np.testing.assert_array_equal(runs[1].points, alone.points)


def test_an_optimizer_can_be_used_again():
    adam = Adam(0.1)
    first, second = (minimize(square, square.derivative, 10, adam, steps=9) for _ in range(2))
    np.testing.assert_array_equal(first.points, second.points)


# What is known of them


def quadratic(curvatures):
    curvatures = np.asarray(curvatures)
    return (lambda p: (curvatures * p**2).sum(axis=-1) / 2, lambda p: curvatures * p)


def rate_of(run):
    """By how much the length of the error shrinks in a step, over the last third of a walk."""
    length = np.linalg.norm(run.points, axis=-1)
    since = 2 * len(length) // 3
    return (length[-1] / length[since]) ** (1 / (len(length) - 1 - since))


def test_the_best_heavy_ball():
    """Polyak 1964, in the numbers of Goh 2017."""
    low, high = 0.01, 1.0
    rate = (2 / (math.sqrt(high) + math.sqrt(low))) ** 2
    beta = ((math.sqrt(100) - 1) / (math.sqrt(100) + 1)) ** 2
    assert (rate, beta) == pytest.approx((3.305785, 0.669421), abs=1e-6)
    f, grad = quadratic([0.01, 0.1, 1.0])
    run = minimize(f, grad, [1, 1, 1], Momentum(rate, beta), steps=120)
    assert rate_of(run) == pytest.approx(9 / 11, abs=0.02)
    best_fixed = gradient_descent(f, grad, [1, 1, 1], 2 / 1.01, steps=2000)
    assert rate_of(best_fixed) == pytest.approx(0.980198, abs=1e-5)


def test_nesterov_on_a_quadratic():
    """Lessard, Recht and Packard 2016: the rate 1 - 2/√(3κ + 1)."""
    f, grad = quadratic([0.01, 1.0])
    root = math.sqrt(3 * 100 + 1)
    nesterov = Nesterov(4 / (3 * 1 + 0.01), (root - 2) / (root + 2))
    run = minimize(f, grad, [1, 1], nesterov, steps=200)
    assert rate_of(run) == pytest.approx(1 - 2 / root, abs=0.01)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_adams_first_step_has_the_length_of_its_rate(scale):
    run = minimize(lambda p: scale * p, lambda p: scale + 0 * p, 5.0, Adam(0.1), steps=1)
    assert 5.0 - run.end == pytest.approx(0.1 * scale / (scale + 1e-8), rel=1e-9)


def reddi(optimizer, steps, c=3.0):
    """Reddi and others 2018: slopes c, -1, -1 in turn, on [-1, 1]; the least sum is at -1."""
    x, memory = np.array(0.0), optimizer.memory(np.array(0.0))
    for t in range(1, steps + 1):
        g = np.array(c if t % 3 == 1 else -1.0)
        rate = optimizer.learning_rate / math.sqrt(t)
        x = np.clip(x + optimizer.change(g, x, memory, t, rate), -1, 1)
    return float(x)


def test_adam_walks_to_the_wrong_end_and_amsgrad_does_not():
    names = {"beta1": 0.0, "beta2": 1 / (1 + 3.0**2), "eps": 0.0}
    assert reddi(Adam(0.5, **names), 3000) == pytest.approx(1.0, abs=0.05)
    assert reddi(AMSGrad(0.5, **names), 3000) < -0.99


def test_weight_decay_is_not_the_slope_of_a_square_for_adam():
    """Where no gradient is, AdamW shrinks the point by its factor; L2 makes steps of size η."""
    run = minimize(lambda p: 0 * p, lambda p: 0 * p, 4.0, AdamW(0.1, weight_decay=0.5), steps=1)
    assert run.end == pytest.approx(4.0 * (1 - 0.1 * 0.5))
    run = minimize(lambda p: 0.25 * p**2, lambda p: 0.5 * p, 4.0, Adam(0.1), steps=1)
    assert run.end == pytest.approx(3.9)


# Bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Adam(0), "learning_rate must be greater than 0"),
        (lambda: Adam(-1), "learning_rate must be greater than 0"),
        (lambda: Adam(np.nan), "learning_rate must be finite"),
        (lambda: SGD(None), "learning_rate must be a real number"),
        (lambda: SGD("fast"), "learning_rate must be a real number"),
        (lambda: SGD([]), "at least one number"),
        (lambda: SGD(lambda step: -1), r"learning_rate\(0\) must be 0 or more"),
        (lambda: Momentum(0.1, 1.0), "momentum must be 0 or more and less than 1, got 1.0"),
        (lambda: Momentum(0.1, -0.1), "momentum must be 0 or more and less than 1"),
        (lambda: Nesterov(0.1, "much"), "momentum must be a real number"),
        (lambda: RMSProp(0.1, beta=2), "beta must be 0 or more and less than 1, got 2"),
        (lambda: Adam(0.1, beta2=1), "beta2 must be 0 or more and less than 1"),
        (lambda: Adam(0.1, eps=-1e-8), "eps must be 0 or more, got -1e-08"),
        (lambda: AdamW(0.1, weight_decay=-1), "weight_decay must be 0 or more"),
    ],
)
def test_settings_out_of_range_get_a_sentence(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()


@pytest.mark.parametrize("optimizer", [None, 0.1, "adam", Adam, square])
def test_what_is_no_optimizer_gets_a_sentence(optimizer):
    with pytest.raises(TypeError, match="optimizer must be one such as Adam"):
        minimize(square, square.derivative, 10, optimizer)


def test_shapes_that_do_not_fit_get_a_sentence():
    with pytest.raises(ValueError, match="must fit together"):
        minimize(long_valley, long_valley.gradient, np.ones((3, 2)), Adam([0.1, 0.2]))
    with pytest.raises(ValueError, match="must fit together"):
        minimize(square, square.derivative, 10, Adam([0.1, 0.2], beta1=[0.1, 0.2, 0.3]))


def test_the_examples_of_the_module():
    assert doctest.testmod(optimizers).failed == 0
