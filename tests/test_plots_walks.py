"""Pictures of walks: what they draw is what the walks are."""

import numpy as np
import pytest

from helpers import plots
from helpers.descent import range_test
from helpers.functions import long_valley, square


def drawn(ax):
    """What is drawn under each label of the legend."""
    handles, labels = ax.get_legend_handles_labels()
    return {label: handle.get_xydata() for handle, label in zip(handles, labels, strict=True)}


@pytest.mark.parametrize(("eta", "end"), [(0.1, 0.96), (1.1, -1.44)])
def test_a_step_and_what_the_tangent_promised(eta, end):
    _, ax = plots.figure()
    plots.small_step(ax, square, 1.2, eta)
    points = drawn(ax)
    np.testing.assert_allclose(points["x"], [[1.2, 1.44]])
    np.testing.assert_allclose(points["come to"], [[end, end**2]])
    np.testing.assert_allclose(points["promised"], [[end, 1.44 - eta * 2.4**2]])
    low, high = ax.get_xlim()
    assert low < end < 1.2 < high
    x, y = points["its tangent at x"].T
    np.testing.assert_allclose(y, 1.44 + 2.4 * (x - 1.2))


def test_walks_on_a_curve_begin_at_a_dot_and_end_at_a_diamond():
    _, ax = plots.figure()
    walks = [np.array([2.0, 1.0, 0.5]), np.array([-1.0, -0.2])]
    plots.paths(ax, square, (-3, 3), walks)
    assert ax.get_xlim() == (-3, 3)
    dots = [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "o"]
    diamonds = [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "D"]
    assert {tuple(dot) for dot in dots} >= {(2, 4), (-1, 1)}
    np.testing.assert_allclose(diamonds, [[0.5, 0.25], [-0.2, 0.04]])


def test_losses_are_told_apart_without_color_and_marks_go_across():
    _, ax = plots.figure()
    curves = {name: 10.0 ** -np.arange(5) * number for number, name in enumerate("ABCD", 1)}
    plots.losses(ax, curves, [(0.5, "least squares")])
    points = drawn(ax)
    for name, values in curves.items():
        np.testing.assert_allclose(points[name], np.stack([np.arange(5), values], axis=1))
    np.testing.assert_allclose(points["least squares"][:, 1], 0.5)
    lines = ax.lines[:4]
    assert len({line.get_marker() for line in lines}) == 4
    assert len({str(line._unscaled_dash_pattern) for line in lines}) == 4
    assert ax.get_yscale() == "log" and ax.get_legend()
    _, alone = plots.figure()
    plots.losses(alone, {"A": curves["A"]})
    assert not alone.get_legend()


def test_factors_hide_no_curve_and_mark_the_best_rate():
    _, ax = plots.figure()
    rates, bends = np.linspace(0, 2.2, 23), [0.01, 0.1, 1]
    plots.factors(ax, rates, bends, 1.98)
    points = drawn(ax)
    for value in bends:
        factors = np.abs(1 - rates * value)
        np.testing.assert_allclose(points[f"λ = {value:g}"], np.stack([rates, factors], axis=1))
    largest = np.abs(1 - np.outer(rates, bends)).max(axis=1)
    np.testing.assert_allclose(points["the largest"][:, 1], largest)
    np.testing.assert_allclose(points["least at 1.98"][:, 0], 1.98)
    broad, *lines = ax.lines[:4]
    assert all(broad.get_zorder() < line.get_zorder() for line in lines)
    assert all(broad.get_linewidth() > 4 * line.get_linewidth() for line in lines)


def test_range_tests_are_drawn_with_the_limit():
    _fig, ax = plots.figure()
    test = range_test(long_valley, long_valley.gradient, [-2.5, 1.2], 1e-4, 1, 20)
    plots.range_tests(ax, {"20 steps": test}, limit=0.1)
    line, mark = ax.lines
    np.testing.assert_array_equal(line.get_xydata(), np.column_stack([test.rates, test.losses]))
    assert set(mark.get_xdata()) == {0.1}
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["20 steps", "limit 0.1"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
