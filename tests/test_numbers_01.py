"""What notebook 01 says in numbers, where an assert in its cell would answer a prediction."""

import nbformat
import numpy as np
import pytest

from helpers.derivatives import central_difference, error_curves, forward_difference
from helpers.functions import absolute, exponential, hike, relu, square
from store import notebooks

PROSE = " ".join(
    cell.source.replace("\N{NO-BREAK SPACE}", " ")
    for cell in nbformat.read(notebooks(["01"])[0], as_version=4).cells
    if cell.cell_type == "markdown"
)


def said(sentence):
    assert sentence in PROSE


def test_an_average_slope():
    assert (hike(3) - hike(1)) / 2 == pytest.approx(25.3, abs=0.05)
    said("A gentle climb of 25 meters per kilometer")
    summit = hike(np.linspace(1, 3, 2001)).max()
    assert (round(summit - hike(1)), round(summit - hike(3))) == (296, 245)
    said("296 meters up and 245 meters down")


def test_the_average_is_not_the_mean_of_the_slopes_at_the_ends():
    slopes = hike.derivative(np.linspace(1, 3, 2001))
    assert round(np.mean(slopes[[0, -1]])) == 153
    said("that mean is 153")
    assert slopes.max() > 500 and slopes.min() < 0
    said("from above 500 to below zero")


def test_the_hike_has_five_flat_places():
    x = np.linspace(0, 8, 8001)
    signs = np.sign(hike.derivative(x))
    flat = np.flatnonzero(signs[1:] != signs[:-1])
    np.testing.assert_allclose(x[flat], [0.2, 1.9, 3.6, 6.1, 7.6], atol=0.06)
    assert signs[flat].tolist() == [-1, 1, -1, 1, -1]  # a low point, a summit, …
    said("Five: two summits and three low points (the first, at 0.2 km, is shallow)")


def test_a_walk_of_equal_steps_hops_from_side_to_side_of_the_valley():
    places = [5.0]
    while len(places) < 100:
        places.append(places[-1] - 0.25 * np.sign(hike.derivative(places[-1])))
    assert places[-4:] in ([3.5, 3.75] * 2, [3.75, 3.5] * 2)
    assert hike.derivative(3.5) < -20 and hike.derivative(3.75) > 20
    said("it hops from side to side of the valley")


def test_what_is_foretold_by_the_slope_is_a_quarter_as_wrong_over_half_the_way():
    h = np.array([0.1, 0.05, 0.025])
    gaps = hike(2 + h) - hike(2) - hike.derivative(2) * h
    np.testing.assert_allclose(gaps[1:] / gaps[:-1], 1 / 4, atol=0.006)
    bend = central_difference(hike.derivative, 2.0)
    assert round(bend) == -759
    said("Here the bend is −759")
    np.testing.assert_allclose(gaps, bend * h**2 / 2, rtol=0.05)


def test_smaller_is_better_only_for_a_while():
    wrong = {h: abs(forward_difference(square, 3, h) - 6) for h in (1e-3, 1e-8, 1e-15, 1e-16)}
    assert min(wrong, key=wrong.get) == 1e-8
    said("10⁻⁸ wins")
    assert f"{forward_difference(square, 3, 1e-15):.2f}" == "5.33"
    assert forward_difference(square, 3, 1e-16) == 0
    said("the slope is **5.33**, and at 10⁻¹⁶ it is **0**")


@pytest.mark.parametrize(
    ("method", "low", "high", "slope"),
    [("forward", -6, -2, 1), ("central", -4, -1, 2), ("forward", -13, -9, -1)],
)
def test_the_arms_of_the_v(method, low, high, slope):
    steps = np.logspace(low, high, 41)
    errors = error_curves(exponential, np.exp, np.linspace(0.5, 1.5, 101), steps)[method]
    found = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert found == pytest.approx(slope, abs=0.01 if slope > 0 else 0.04)


def test_at_a_tangent_that_crosses_and_one_that_cuts():
    def trail(x):
        return x**3 - 6 * x**2 + 9 * x + 4

    before, after = (trail(2 + h) - (6 - 3 * h) for h in (-0.5, 0.5))
    assert before * after < 0  # the tangent at 2 has the slope -3
    assert trail(0) == trail(3) == 4
    said("cuts the curve again at 0")


def test_at_the_corners():
    for h in (0.1, 0.001, 1e-5):
        assert (absolute(h) / h, -absolute(-h) / h) == (1, -1)
        assert np.cbrt(h) / h == pytest.approx(h ** (-2 / 3))
    assert central_difference(absolute, 0) == 0
    assert central_difference(relu, 0) == 0.5
    assert relu.derivative(0) == 0
    said("usually call its slope at 0 zero")
