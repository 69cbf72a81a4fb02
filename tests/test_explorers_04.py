"""The explorers of notebook 04, driven without a browser."""

import itertools
import re

import numpy as np
import pytest

from helpers import plots
from helpers.descent import gradient_descent
from helpers.exercises.lesson_04 import lesson
from helpers.explorers import fit_a_line_by_descent, walk_downhill
from helpers.explorers.compass import FIELDS, SIDE
from helpers.explorers.walking import (
    LINE_RATES,
    RATES,
    STEPS,
    _line_scene,
    _walk_scene,
    draw_basins,
    within,
)
from helpers.functions import SURFACES, himmelblau, line_loss


class Figure:
    """A scene without its stage, which would record all its pictures at each new setting."""

    def __init__(self, scene):
        self.figure, self._update = scene
        self.lines = {line.get_label(): line for ax in self.figure.axes for line in ax.lines}

    def set(self, **values):
        self.says = self._update(**values)
        return self

    def drawn(self, label):
        return self.lines[label].get_xydata()


@pytest.fixture(scope="module")
def walkers():
    return {function: Figure(_walk_scene(function)) for function in FIELDS}


# Walk downhill


@pytest.mark.parametrize(
    ("function", "x", "y", "rate", "steps"),
    [
        ("bowl", 2.4, 1.6, 0.05, 20),
        ("bowl", 2.4, 1.6, 0.5, 1),
        ("long valley", -3.0, 1.0, 0.09, 12),
        ("saddle", 2.4, 0.0, 0.1, 60),
        ("Himmelblau", -0.6, 0.0, 0.01, 60),
        ("Rosenbrock", -1.2, 1.0, 0.001, 100),
    ],
)
def test_the_walk_is_the_line_of_the_notebook(walkers, function, x, y, rate, steps):
    f, walker = FIELDS[function], walkers[function]
    walker.set(x=x, y=y, learning_rate=rate, steps=steps)
    points = [np.array([x, y])]
    for _ in range(steps):
        points.append(points[-1] - rate * f.gradient(points[-1]))
    np.testing.assert_allclose(walker.drawn("the walk"), points, atol=1e-12)
    np.testing.assert_allclose(walker.drawn("start"), [[x, y]])
    np.testing.assert_allclose(walker.drawn("end"), points[-1:], atol=1e-12)
    step, height = walker.drawn("heights").T
    np.testing.assert_array_equal(step, range(steps + 1))
    np.testing.assert_allclose(height, np.maximum(f(np.array(points)), 1e-9), atol=1e-9)


def test_the_stage_draws_what_its_four_sliders_say():
    stage = walk_downhill()
    with stage.hold_trait_notifications():
        stage.function, stage.x, stage.y = "long valley", -3.0, 1.0
        stage.learning_rate, stage.steps = 0.05, 1
    np.testing.assert_allclose(stage.drawn("start"), [[-3, 1]], atol=0.02)
    np.testing.assert_allclose(stage.drawn("end"), [[-2.85, 0]], atol=0.02)
    assert "after 1 step: at (−2.85, 0.00)" in stage.says


@pytest.mark.parametrize(
    ("function", "settings", "words"),
    [
        ("bowl", {"learning_rate": 0.5, "steps": 1}, "It has come to the valley"),
        ("bowl", {"learning_rate": 1.0, "steps": 1}, "(−2.40, −1.60)"),
        ("bowl", {"learning_rate": 0.05, "steps": 20}, "The next step would be"),
        ("bowl", {"learning_rate": 1.05, "steps": 100}, "to above where it began"),
        ("saddle", {"learning_rate": 0.1, "steps": 60}, "to below where it began"),
        ("long valley", {"learning_rate": 1.0, "steps": 1}, "flew off the map"),
        ("saddle", {"y": 0.0, "learning_rate": 0.1, "steps": 100}, "is no valley"),
        ("Rosenbrock", {"learning_rate": 1.05, "steps": 100}, "flew off the map"),
        (
            "Himmelblau",
            {"x": -0.6, "y": 0.0, "learning_rate": 0.01, "steps": 60},
            "(−2.81, 3.13), height 0.000, ‖∇f‖ = 0.000. It has come to the valley.",
        ),
    ],
)
def test_the_walk_says_what_became_of_it(walkers, function, settings, words):
    assert words in walkers[function].set(**{"x": 2.4, "y": 1.6, **settings}).says


@pytest.mark.parametrize("function", FIELDS)
def test_no_end_of_a_slider_breaks_the_walk(walkers, function):
    walker = walkers[function]
    ends = [(-4.0, 0.0, 4.0), (-4.0, 0.0, 4.0), RATES[[0, 20, -1]], STEPS[[0, 1, -1]]]
    for x, y, rate, steps in itertools.product(*ends):
        walker.set(x=x, y=y, learning_rate=rate, steps=steps)
        assert np.abs(walker.drawn("the walk")).max() <= 10 * 3 * SIDE + 1e-9
        assert np.isfinite(walker.drawn("heights")).all()
        assert walker.says.endswith(".") and not re.search(r"−0\.0+\b", walker.says)


def test_no_single_step_leads_to_the_end_of_the_long_valley():
    f = FIELDS["long valley"]
    for rate in RATES:
        end = gradient_descent(f, f.gradient, (2.4, 1.6), rate, steps=1).end
        assert np.abs(end).max() > 0.1


def test_a_walk_is_cut_where_it_leaves_the_map():
    points = np.array([[1.0, 1.0], [-2.0, 2.0], [300.0, -100.0], [1e6, 1e6]])
    cut = within(points, 3.0)
    np.testing.assert_allclose(cut, [[1, 1], [-2, 2], [30, -10]])
    np.testing.assert_array_equal(within(points[:2], 3.0), points[:2])
    np.testing.assert_array_equal(within(np.zeros((1, 2)), np.array([1.0, 2.0])), [[0, 0]])


# Fit a line by descent


HOURS, KILOMETERS = np.array([-1.0, 0, 1, 2, 3]), np.array([0.7, 4.6, 7.0, 9.4, 13.3])


@pytest.fixture(scope="module")
def fitter():
    return Figure(_line_scene(HOURS, KILOMETERS, "hours", "kilometers"))


@pytest.mark.parametrize("step", [0, 1, 7, 60])
def test_line_and_walk_show_the_same_step(fitter, step):
    loss = line_loss(HOURS, KILOMETERS)
    run = gradient_descent(loss, loss.gradient, (0, 0), 0.1, steps=step)
    fitter.set(step=step, learning_rate=0.1)
    np.testing.assert_allclose(fitter.drawn("the walk"), run.points)
    np.testing.assert_allclose(fitter.drawn("now")[0], run.end)
    x, y = fitter.drawn("line w·x + b").T
    np.testing.assert_allclose(y, run.end[0] * x + run.end[1])
    assert f"J = {run.loss:.4f}" in fitter.says


def test_the_fit_ends_at_the_best_line_or_flies_off(fitter):
    assert "w = 3.000, b = 4.000" in fitter.set(step=60, learning_rate=0.3).says
    assert "flies off" in fitter.set(step=60, learning_rate=LINE_RATES[-1]).says
    for label in ("the walk", "now", "line w·x + b"):
        assert np.abs(fitter.drawn(label)).max() < 1e5


def test_the_fit_takes_other_data_and_their_labels():
    x, y = [-2.0, 0.0, 1.0, 3.0], [1.0, 0.5, 2.0, 3.5]
    stage = fit_a_line_by_descent(x, y, "length (cm)", "mass (kg)")
    with stage.hold_trait_notifications():
        stage.step, stage.learning_rate = 60, 0.3
    np.testing.assert_allclose(stage.drawn("now")[0], np.polyfit(x, y, 1), atol=0.02)
    assert stage.figure.axes[0].get_xlabel() == "length (cm)"


# Basins


def test_each_basin_has_its_color_its_pattern_and_its_letter():
    _, ax = plots.figure()
    ticks = np.linspace(-4, 4, 9)
    starts = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    distances = np.linalg.norm(starts[..., None, :] - himmelblau.minima, axis=-1)
    draw_basins(ax, ticks, ticks, distances.argmin(axis=-1), himmelblau.minima)
    colors = {tuple(c.get_facecolor()[0]) for c in ax.collections}
    patterns = {hatch for c in ax.collections for hatch in c.hatches}
    assert len(colors) == len(patterns) == 4
    assert [text.get_text() for text in ax.texts] == list("ABCD")
    for text, place in zip(ax.texts, himmelblau.minima, strict=True):
        assert np.hypot(*(np.array(text.get_position()) - place)) < 0.6


# What the reader writes agrees with what is imported later


@pytest.mark.parametrize("f", SURFACES.values(), ids=SURFACES)
def test_the_reader_s_loop_agrees_with_the_one_in_helpers(f):
    descend = lesson.descend.written(lesson.descend.answer)
    run = gradient_descent(f, f.gradient, (0.5, -0.5), 0.001, steps=50)
    np.testing.assert_allclose(descend(f.gradient, (0.5, -0.5), 0.001, 50), run.points)


def test_the_reader_s_gradient_of_the_loss_agrees_with_the_one_in_helpers():
    grad_J, loss = lesson.grad_J.written(lesson.grad_J.answer), line_loss(HOURS, KILOMETERS)
    for line in np.random.default_rng(0).normal(size=(5, 2)):
        np.testing.assert_allclose(grad_J(line, HOURS, KILOMETERS), loss.gradient(line))


def test_the_limit_that_the_clinic_finds_by_trying_is_that_of_the_theory():
    x = np.arange(1.0, 6.0)
    for X, limit in ((x[None], 1 / 11), (np.vstack([x, np.ones(5)]), 0.0845)):
        largest = np.linalg.eigvalsh(2 * X @ X.T / 5).max()
        assert 2 / largest == pytest.approx(limit, abs=5e-5)


@pytest.mark.parametrize("function", FIELDS)
def test_what_a_walk_that_left_the_map_is_said_to_have_done_it_has_done(walkers, function):
    """It may rise and fall on its way: only begin and end are told."""
    walker, rng, seen = walkers[function], np.random.default_rng(0), 0
    for _ in range(60):
        x, y = rng.integers(-40, 41, 2) / 10
        steps = int(rng.choice(STEPS[1:]))
        walker.set(x=x, y=y, learning_rate=float(rng.choice(RATES)), steps=steps)
        heights = walker.drawn("heights")[:, 1]
        if found := re.search(r"the map, to (above|below) where it began", walker.says):
            seen += 1
            assert (heights[-1] > heights[0]) == (found[1] == "above")
    assert seen or function == "bowl"
