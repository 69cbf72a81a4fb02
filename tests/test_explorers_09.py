"""The explorers of notebook 09, driven without a browser."""

import itertools
import re

import numpy as np
import pytest

from helpers import plots
from helpers.descent import Adam, Momentum, minimize
from helpers.explorers import feel_mini_batches, run_a_race, slide_the_momentum, walk_in_noise
from helpers.explorers.layers import draw_edges
from helpers.explorers.momentum import BENDS, BETAS, RATES, best_corner, factor, regime
from helpers.explorers.noise import (
    BOTTOM,
    CONSTANT,
    PLACES,
    REMEDIES,
    SHOWN,
    WAYS,
    WITH,
    WITHOUT,
    batch_means,
    batch_sizes,
    cloud,
    noisy_walks,
)
from helpers.explorers.noise import RATES as ETAS
from helpers.explorers.race import (
    BUDGET,
    GROUNDS,
    PENGUINS,
    RUNNERS,
    THERE,
    arrivals,
    best_rate,
    draw_four_paths,
    four_paths,
    left_of_the_loss,
    ranks,
)
from helpers.functions import line_loss, long_valley

CHANCE = np.random.default_rng(5)
X = CHANCE.standard_normal(60)
X = (X - X.mean()) / X.std()
Y = 0.7 * X + 4.2 + 0.4 * CHANCE.standard_normal(60)

# Mini-batches


def test_the_means_over_batches_are_those_of_the_first_samples_of_an_order():
    numbers, orders = np.arange(10.0).reshape(2, 5), np.array([[4, 0, 1, 2, 3], [1, 1, 0, 0, 4]])
    found = batch_means(numbers, orders, np.array([1, 3, 5]))
    for k, (row, order) in itertools.product(range(2), enumerate(orders)):
        expected = [numbers[k][order[:size]].mean() for size in (1, 3, 5)]
        assert found[k, row] == pytest.approx(expected)


@pytest.mark.parametrize(("n", "last"), [(342, 256), (256, 128), (3, 2)])
def test_the_batch_sizes_end_with_all_samples(n, last):
    sizes = batch_sizes(n)
    assert sizes[-1] == n and sizes[-2] == last and (np.diff(sizes) > 0).all()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
def test_the_cloud_is_unbiased_and_as_wide_as_theory_says(place, way):
    gradients, exact, _, expected = cloud(X, Y, place, way)
    off = gradients - exact[:, np.newaxis, np.newaxis]
    typical = np.sqrt((off**2).sum(axis=0).mean(axis=0))
    assert typical[:-1] == pytest.approx(expected[:-1], rel=0.08)
    assert (np.abs(off.mean(axis=1)) < 4 * expected / np.sqrt(gradients.shape[1]) + 1e-12).all()
    assert (typical[-1] < 1e-12) == (way == WITHOUT)
    # The gradient of all data is that of the loss.
    here = np.zeros(2) if place != BOTTOM else line_loss(X, Y).minima[0]
    assert exact == pytest.approx(line_loss(X, Y).gradient(here), abs=1e-12)


def test_the_cloud_is_drawn_and_described():
    stage = feel_mini_batches(X, Y)
    stage.size = 4
    assert stage.says.startswith(f"B = 4, on the slope, {WITH}: a typical gradient is ")
    arrow_tips = stage.drawn("by a mini-batch")
    assert len(arrow_tips) == SHOWN and len(stage.drawn("measured")) == 3
    stage.way, stage.size = WITHOUT, 60
    assert stage.says.endswith("each batch holds all samples, so all gradients are the same.")


def test_noisy_walks_take_the_steps_of_the_loss_of_their_batch():
    walked = noisy_walks(X, Y)[CONSTANT]
    # With all samples in each batch it is plain gradient descent, whatever the seed.
    f, place = line_loss(X, Y), np.zeros(2)
    for _ in range(20):
        place = place - 0.3 * f.gradient(place)
    at = int(np.abs(ETAS - 0.3).argmin())
    assert walked[20, at, -1] == pytest.approx(np.broadcast_to(place, (40, 2)))
    assert np.ptp(walked[20, at, 0], axis=0).min() > 0.1


def test_both_remedies_let_a_walk_settle():
    best = line_loss(X, Y).minima[0]
    far = {
        remedy: np.sqrt(((points[-1, 4, 3] - best) ** 2).sum(axis=-1).mean())
        for remedy, points in noisy_walks(X, Y).items()
    }
    none, falling, average = (far[remedy] for remedy in REMEDIES)
    assert falling < 0.6 * none and average < 0.6 * none
    stage = walk_in_noise(X, Y)
    assert stage.says.startswith(f"B = 8, η = 0.2, remedy {CONSTANT}: in the end a typical walk is")


def test_the_stills_of_noise_show_a_schedule_at_a_rate_where_it_helps():
    stage = walk_in_noise(X, Y)
    said = r"B = (\d+), η = ([\d.]+), remedy ([^:]+): in the end a typical walk is ([\d.]+) "
    size, rate, remedy, far = re.findall(said, stage.still()[1])[-1]
    assert remedy == REMEDIES[1]
    stage.size, stage.learning_rate = int(size), float(rate)
    assert stage.remedy == CONSTANT
    assert float(far) < 0.6 * float(re.search(said, stage.says)[4])


# Momentum


@pytest.mark.parametrize(("rate", "beta"), [*itertools.product(RATES[::6], BETAS[::4])])
def test_the_factor_is_the_largest_root(rate, beta):
    for bend in BENDS:
        roots = np.roots([1, -(1 + beta - rate * bend), beta])
        assert factor(rate, beta, bend) == pytest.approx(np.abs(roots).max(), abs=1e-7)


@pytest.mark.parametrize(
    ("rate", "beta", "word"),
    [
        (0.01, 0.0, "monotone"),
        (0.05, 0.0, "monotone"),
        (0.06, 0.0, "oscillates"),
        (0.1, 0.0, "never settles"),
        (0.105, 0.0, "diverges"),
        (0.05, 0.5, "swings"),
        (0.15, 0.5, "never settles"),
        (0.155, 0.5, "diverges"),
        (0.19, 0.95, "swings"),
    ],
)
def test_the_regimes_along_the_steep_direction(rate, beta, word):
    assert regime(rate, beta, 20.0) == word


@pytest.mark.parametrize(("rate", "beta"), [(0.1, 0.25), (0.12, 0.6), (0.05, 0.9), (0.06, 0.05)])
def test_a_walk_does_what_its_regime_says(rate, beta):
    run = minimize(long_valley, long_valley.gradient, (0, 1), Momentum(rate, beta), steps=120)
    y = run.points[:, 1]
    size = np.abs(y).reshape(11, 11).max(axis=1) if y.size == 121 else np.abs(y)
    steady = (size[8] / size[2]) ** (1 / 66)
    assert steady == pytest.approx(factor(rate, beta, 20.0), rel=0.03)


def test_no_corner_is_faster_than_the_best_one():
    rate, beta, best = best_corner(*BENDS)
    assert factor(rate, beta, BENDS).max() == pytest.approx(best, abs=1e-6)
    fine = np.meshgrid(np.linspace(0.001, 0.2, 300), np.linspace(0, 0.99, 300))
    speed = np.maximum(*(factor(*fine, bend) for bend in BENDS))
    assert speed.min() > best - 1e-9
    assert best_corner(0.01, 1) == pytest.approx((3.305785, 0.669421, 9 / 11), abs=1e-6)


def test_the_best_corner_is_said_only_after_a_prediction():
    stage = slide_the_momentum()
    assert "fastest" not in stage.says
    stage.prediction = "η near 0.13, β near 0.4"
    assert "Your prediction was right: the fastest is η = 0.134, β = 0.403" in stage.says
    stage.prediction = "η near 0.10, β = 0"
    assert "You predicted another corner" in stage.says


# The race


def test_a_walk_arrives_when_it_stays():
    left = np.array([[1, 1, 1, 0], [1e-5, 0.5, 1, 0], [0.5, 1e-5, 1, 0], [1e-5, 1e-5, 1, 0]])
    assert arrivals(left).tolist() == [3, 2, 1000, 0]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("runner", ["plain", "Adam"])
def test_no_rate_far_from_the_best_one_is_much_better(ground, runner):
    f, start, _ = GROUNDS[ground]
    best = best_rate(f, start, runner)
    _, left = left_of_the_loss(f, start, RUNNERS[runner](best * np.array([1.0, 0.3, 0.5])))
    since = arrivals(left)
    if since[0] < 1000:
        assert since[0] <= since[1:].min()
    else:
        assert left[-1, 0] <= left[-1, 1:].min()


def test_the_runners_are_the_optimizers():
    f, start, _ = GROUNDS["long valley"]
    run, left = left_of_the_loss(f, start, RUNNERS["Adam"](0.1))
    own = minimize(f, f.gradient, start, Adam(0.1), steps=BUDGET)
    assert (run.points == own.points).all()
    assert left[0] == 1 and (left[-1] <= THERE) == (own.loss <= THERE * own.losses[0])


def test_ranks_in_words():
    left = {"A": np.geomspace(1, 1e-7, 201), "B": np.geomspace(1, 0.5, 201), "C": np.ones(201) * 3}
    assert ranks(0, 1.0, left).endswith("all stand at the start.")
    assert ranks(200, 0.3, left) == (
        "After 200 gradients, with 0.3 of the best learning rates: arrived to stay: A (at 115); "
        "on the way, with so much of the loss left: B (50 %), C (more than at the start)."
    )


def test_on_raw_penguins_plain_descent_is_far_behind():
    stage = run_a_race()
    stage.ground, stage.step = "penguins, flippers in mm", 200
    arrived, on_the_way = stage.says.split("on the way")
    assert "Adam (" in arrived and "momentum" in arrived
    # The others have less of the loss left.
    assert on_the_way.rstrip(".").split(", ")[-1].startswith("plain")


def test_what_the_page_says_of_the_race_holds(root):
    table = np.loadtxt(
        root / "notebooks/data/palmer_penguins.csv", delimiter=",", skiprows=1, usecols=(4, 5)
    )
    stage = run_a_race(table[:, 0] - table[:, 0].mean(), table[:, 1] / 1000)

    def on(ground, step, share=1.0):
        stage.ground, stage.step, stage.share = ground, step, share
        return stage.says

    assert "arrived to stay: plain" in on("tilted valley", 20)
    assert "loss left: momentum" in on("Rosenbrock", 20)
    assert all("stay: AdaGrad" in on(ground, 20) for ground in ("long valley", "Himmelblau"))
    assert on("Rosenbrock", 200).split(", ")[-1].startswith("AdaGrad")
    said = on(PENGUINS, 20)
    assert "loss left: Adam" in said and "plain (68 %)" in said
    since = [int(n) for n in re.findall(r"at (\d+)", on(PENGUINS, 100))]
    assert len(since) == 3 and max(since) - min(since) < 10
    assert "arrived" not in on(PENGUINS, 200, 0.1)


def test_four_paths_are_drawn_under_their_letters():
    _fig, axes = plots.figure(2, 2, sharex=True, sharey=True)
    assert "A sets off almost along y" in draw_four_paths(axes.flat)
    for ax, (name, points) in zip(axes.flat, four_paths().items(), strict=True):
        assert ax.get_title(loc="left") + ax.get_title() == name
        assert any(np.array_equal(line.get_xydata(), points) for line in ax.lines)


def test_the_edges_are_drawn_with_their_limits():
    _fig, ax = plots.figure()
    measured = np.arange(0, 60, 20), np.array([1.0, 25.0, 19.0]), np.ones(60)
    said = draw_edges(ax, {0.1: measured})
    assert "20 for η = 0.1" in said and [text.get_text() for text in ax.texts] == ["2/η = 20"]
    heights = [line.get_ydata() for line in ax.lines]
    assert heights[0].tolist() == [1, 25, 19] and set(heights[1]) == {20}
    assert ax.get_ylim()[1] > 25
