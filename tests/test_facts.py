"""What pages tell after their predictions: asserted here, where no reader sees it first."""

import itertools

import numpy as np
import pytest

from helpers.derivatives import central_difference
from helpers.descent import gradient_ascent, gradient_descent, range_test
from helpers.exercises import lessons
from helpers.exercises.lesson_02 import height_on_the_map
from helpers.functions import (
    himmelblau,
    line_loss,
    long_valley,
    rosenbrock,
    saddle,
    square,
    tilted_valley,
)
from helpers.networks import two_moons
from store import NOTEBOOKS


def learned(lesson, name):
    """A function as the course's own answer defines it."""
    exercise = getattr(lessons()[lesson], name)
    return exercise.written(exercise.answer)


walk = learned("04_gradient_descent", "walk")
descend = learned("04_gradient_descent", "descend")


def test_the_map_of_02_has_the_slopes_that_are_read_off_it():
    north = central_difference(lambda y: height_on_the_map(2, y), 3)
    east = central_difference(lambda x: height_on_the_map(x, 3), 2)
    answer = float(lessons()["02_partial_derivatives"].map_north.written("-20 / 0.5"))
    assert (height_on_the_map(2, 3), height_on_the_map(2, 3.5)) == (140, 120)
    assert (north, east) == pytest.approx((answer, 60))
    assert height_on_the_map(np.array([1.63, 2.31]), 3) == pytest.approx([120, 160], abs=0.3)


def test_equal_steps_go_to_and_fro():
    x, places = 1.2, []
    for _ in range(6):
        x -= 0.5 * np.sign(square.derivative(x))
        places.append(x)
    assert places[-4:] == pytest.approx([-0.3, 0.2, -0.3, 0.2])


@pytest.mark.parametrize(
    ("start", "eta", "steps", "end"),
    [
        *((1.2, 0.3, steps, end) for steps, end in enumerate((0.48, 0.192, 0.0768, 0.03072), 1)),
        (10, 0.05, 10, 3.486784),
        (10, 0.2, 10, 0.060466),
        (10, 1.1, 10, 61.917364),
    ],
)
def test_each_step_down_the_parabola_multiplies_by_one_minus_two_eta(start, eta, steps, end):
    found = walk(square.derivative, start, eta, steps)
    assert found == pytest.approx(end, abs=5e-7)
    assert found == pytest.approx(start * (1 - 2 * eta) ** steps)


@pytest.mark.parametrize("eta", [0.001, 0.1, 0.9, 1.1])
def test_a_step_keeps_one_minus_eta_of_what_the_slope_promises(eta):
    fallen = square(1.2) - square(walk(square.derivative, 1.2, eta, 1))
    assert fallen == pytest.approx((1 - eta) * eta * square.derivative(1.2) ** 2)


def test_across_the_long_valley_one_step_is_enough():
    path = descend(long_valley.gradient, (2, 1), 0.05, 3)
    np.testing.assert_allclose(path[1:], [[2 * 0.95**k, 0] for k in (1, 2, 3)], atol=1e-12)


@pytest.mark.parametrize(
    ("f", "start", "eta", "limits", "steps", "rule"),
    [
        (rosenbrock, (-1.2, 1), 0.001, {}, 1000, "step limit"),
        (saddle, (2, 0), 0.1, {"small_gradient": 0.001}, 38, "small gradient"),
        (square, 10, 1e-8, {"small_change": 1e-6}, 1, "small change"),
    ],
)
def test_each_of_three_walks_is_ended_by_another_rule(f, start, eta, limits, steps, rule):
    grad = f.derivative if f is square else f.gradient
    run = gradient_descent(f, grad, start, eta, steps=1000, **limits)
    assert (run.steps, run.reason) == (steps, rule)


def test_ascent_finds_a_summit_or_none():
    summit = [-0.270845, -0.923039]
    up = gradient_ascent(himmelblau, himmelblau.gradient, (0, 0), 0.01, steps=200)
    assert up.end == pytest.approx(summit, abs=1e-6) and 181.55 < up.loss < 181.65
    down = descend(lambda p: -himmelblau.gradient(p), (0, 0), 0.01, 200)
    np.testing.assert_allclose(down[-1], summit, atol=1e-6)
    away = gradient_ascent(himmelblau, himmelblau.gradient, (4, 4), 0.01, steps=200)
    assert away.reason == "diverged"


def test_beside_the_ridge_a_walk_lingers_and_slides_off():
    beside = descend(saddle.gradient, (2, 1e-6), 0.1, 100)
    np.testing.assert_allclose(beside[:, 1], 1e-6 * 1.2 ** np.arange(101))
    assert np.linalg.norm(beside[50]) < 0.01 and beside[-1, 1] > 80


def slope(x):
    return 4 * x**3 - 6 * x + 1


def test_newton_ends_on_the_hilltop_and_on_the_pass():
    x = 0.2
    for _ in range(5):
        x -= slope(x) / (12 * x**2 - 6)
    assert f"{x:.3f}" == "0.170" and slope(x) == pytest.approx(0, abs=1e-12) and 12 * x**2 < 6
    assert slope(0.2) < 0 < slope(0.1)  # from 0.2 downhill is to the right
    for f in (long_valley, saddle):
        end = np.array([2, 1]) - np.linalg.solve(f.hessian([2, 1]), f.gradient([2, 1]))
        np.testing.assert_allclose(end, 0, atol=1e-12)


def test_penguins_in_millimeters_and_grams():
    flipper, mass = np.loadtxt(
        NOTEBOOKS / "data/palmer_penguins.csv",
        delimiter=",",
        skiprows=1,
        usecols=(4, 5),
        unpack=True,
    )
    J = line_loss(flipper, mass)
    wild = gradient_descent(J, J.gradient, (0, 0), 0.1, steps=10)
    assert 1e78 < wild.loss < 1e80
    tame = gradient_descent(J, J.gradient, (0, 0), 0.00004, steps=10_000)
    assert tame.end.round(1).tolist() == [21.1, -11.1]
    assert J.minima[0].round(1).tolist() == [49.7, -5780.8]


def test_the_tilted_valley_has_its_limit_between_the_rates_that_are_tried():
    etas = np.arange(0.01, 1.5, 0.02)
    run = gradient_descent(tilted_valley, tilted_valley.gradient, [1, 0.5], etas, steps=300)
    np.testing.assert_array_equal(run.loss < run.losses[0], etas < 0.4)


@pytest.mark.parametrize(("steps", "turn"), [(50, 0.39), (200, 0.46)])
def test_where_a_range_test_turns_up_depends_on_its_steps(steps, turn):
    test = range_test(long_valley, long_valley.gradient, [-2.5, 1.2], 1e-4, 1, steps=steps)
    assert test.rates[test.losses.argmin()] == pytest.approx(turn, abs=0.005)


X = np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])
Y = 2 * X[0] + 3 + np.array([0.5, -1.0, 0.0, 1.0, -0.5])


def descended(rows, eta, steps, y=Y):
    mse_gradient = learned("11_bug_clinic", "mse_gradient")
    w = np.zeros((1, len(rows)))
    for _ in range(steps):
        w = w - eta * mse_gradient(w, rows, y)
    return w


def loss(w, rows):
    return np.mean((w @ rows - Y) ** 2)


def test_the_patient_climbs():
    summed = learned("11_bug_clinic", "summed")
    w = np.zeros((1, 1))
    assert loss(w - 0.0001 * summed(w, X, Y), X) > loss(w, X)
    for _ in range(20):
        w = w - 0.1 * summed(w, X, Y)
    assert abs(w.item()) > 1e16


@pytest.mark.parametrize("y", [Y, 2 * X[0] + 3], ids=["with noise", "without"])
def test_without_a_bias_the_best_weight_is_31_elevenths(y):
    assert descended(X, 0.04, 100, y).item() == pytest.approx(31 / 11)


def test_with_a_bias_a_tenth_is_too_long_a_step_and_eight_hundredths_is_not():
    rows = np.vstack([X, np.ones(5)])
    assert loss(descended(rows, 0.1, 100), rows) > 1e20
    assert descended(rows, 0.08, 1000) == pytest.approx(np.array([[2.0, 3.0]]), rel=1e-6)
    bends = np.linalg.eigvalsh(2 * rows @ rows.T / 5)
    assert 2 / bends[-1] == pytest.approx(0.0845, abs=5e-5)


def test_no_straight_border_tells_more_than_nine_tenths_of_the_moons_apart():
    """A border may be moved until it touches two points; these can then be on their right sides."""
    points, labels = two_moons(200, noise=0.1, seed=0)
    signs, best = 2 * labels - 1, 0
    for first, second in itertools.combinations(range(len(points)), 2):
        along = points[second] - points[first]
        sides = (points - points[first]) @ (-along[1], along[0])
        right = np.sign(sides) * signs
        right[[first, second]] = 0
        best = max(best, 2 + (right > 0).sum(), 2 + (right < 0).sum())
    assert best == 180
