"""The explorers of notebook 05, driven without a browser."""

import re

import numpy as np
import pytest

from helpers.descent import (
    constant,
    cosine,
    exponential,
    gradient_descent,
    linear,
    step_decay,
)
from helpers.exercises.lesson_05 import lesson
from helpers.explorers import draw_a_schedule, eigen_lens, slide_the_learning_rate
from helpers.explorers.eigen import LENS_RATES, VALLEYS, directions, measured_factors
from helpers.explorers.fates import _FOUR, RATES, STEPS, fates, four_losses, sentence
from helpers.explorers.rates import (
    GROUNDS,
    NOT_YET,
    PREDICTIONS,
    RIGHT,
    STARTS,
    _scene,
    bends,
    position,
)
from helpers.explorers.schedules import (
    HIGH,
    NOISE,
    NOISY,
    SCHEDULES,
    START,
    STEEP,
    WALKS,
    distances,
    rates,
)
from helpers.explorers.schedules import STEPS as SCHEDULED
from helpers.functions import himmelblau, long_valley, tilted_valley

# Fates


@pytest.mark.parametrize(
    ("eta", "word"),
    [
        (0.001, "crawls"),
        (0.04, "arrives"),
        (0.09, "oscillates"),
        (0.0999, "oscillates"),
        (0.1, "never settles"),
        (0.101, "diverges"),
        (1e6, "diverges"),
    ],
)
def test_each_fate_has_its_word(eta, word):
    assert fates(long_valley, (-2.5, 1.2), [eta], 400).words.tolist() == [word]


def on_its_own(f, start, eta, steps):
    """A walk by the plain loop: its last hundred places."""
    place, places = np.array(start, dtype=float), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            place = place - eta * f.gradient(place)
            places.append(place)
    return np.array(places[-100:])


@pytest.mark.parametrize(
    ("name", "start", "first_restless", "first_flying"),
    [
        ("Himmelblau", STARTS[0], 0.025, 0.04),
        ("Himmelblau", STARTS[1], 0.025, 0.04),
        ("Rosenbrock", STARTS[0], 0.002, 0.0062),
        ("Rosenbrock", STARTS[1], 0.002, 0.0037),
    ],
)
def test_walks_that_neither_come_to_rest_nor_fly_off_never_settle(
    name, start, first_restless, first_flying
):
    f, _window, starts = GROUNDS[name]
    words = fates(f, starts[STARTS.index(start)]).words
    restless, flying = np.flatnonzero(words == "never settles"), np.flatnonzero(words == "diverges")
    first, lost = restless[0], flying[0]
    assert RATES[[first, lost]] == pytest.approx([first_restless, first_flying])
    assert restless.tolist() == list(range(first, lost))
    assert set(words[:first]) <= {"crawls", "arrives", "oscillates"}
    # The limit stands between two rates of the slider.
    assert RATES[first - 1] < 2 / bends(name, start)[-1] < RATES[first]


@pytest.mark.parametrize(
    ("name", "eta", "away"),
    [("Himmelblau", 0.03, 0.5), ("Himmelblau", 0.036, 0.3), ("Rosenbrock", 0.004, 0.7)],
)
def test_after_three_times_as_many_steps_they_still_have_not_settled(name, eta, away):
    f, _window, starts = GROUNDS[name]
    places = on_its_own(f, starts[0], eta, 60_000)
    gaps = np.linalg.norm(places[:, np.newaxis] - f.minima, axis=-1).min(axis=-1)
    assert np.isfinite(places).all() and gaps.min() > 0.01 and gaps.max() > away


@pytest.mark.parametrize(("name", "eta"), [("Himmelblau", 0.024), ("Rosenbrock", 0.0019)])
def test_below_the_limit_they_come_to_rest(name, eta):
    f, _window, starts = GROUNDS[name]
    places = on_its_own(f, starts[0], eta, 60_000)
    assert np.linalg.norm(places[-1] - f.minima, axis=-1).min() < 1e-3


def test_when_a_wandering_walk_flies_off_is_not_said():
    f, _window, starts = GROUNDS["Himmelblau"]
    walked = fates(f, starts[0], [0.04, 0.05])
    said = [sentence(walked, at, [0.04, 0.05]) for at in range(2)]
    assert said[0] == "η = 0.04: diverges: after some to and fro it flies off."
    assert said[1] == "η = 0.05: diverges: after 6 steps it is more than 10 times as far away."


def test_a_walk_arrives_when_one_percent_of_the_distance_is_left():
    # Straight along the floor: each step multiplies x by 1 − η.
    found = fates(long_valley, (3, 0), [0.05])
    assert 0.95 ** found.arrived[0] <= 0.01 < 0.95 ** (found.arrived[0] - 1)
    assert found.distances[:, 0] == pytest.approx(0.95 ** np.arange(STEPS + 1))
    assert fates(long_valley, (3, 0), [0.001]).arrived[0] == STEPS + 1


@pytest.mark.parametrize("name", ["long valley", "tilted valley"])
@pytest.mark.parametrize("start", STARTS)
def test_in_valleys_the_words_change_to_diverges_at_the_limit(name, start):
    f, _window, starts = GROUNDS[name]
    limit = 2 / bends(name, start)[-1]
    near = limit * np.array([0.999, 1.001])
    grown = fates(f, starts[STARTS.index(start)], near, 8000).words == "diverges"
    assert grown.tolist() == [False, True]


def test_the_rates_are_round_rise_evenly_and_stay_below_any_gap():
    assert (RATES[0], RATES[-1]) == (3e-4, 0.6)
    ratios = RATES[1:] / RATES[:-1]
    assert ratios.min() > 1.015 and ratios.max() < 1.06
    for rate in (0.002, 0.02, 0.04, 0.094, 0.1, 0.38, 0.6):
        assert np.isclose(RATES, rate, rtol=1e-12).any()
    assert all(float(f"{rate:.3g}") == pytest.approx(rate, rel=1e-12) for rate in RATES)


# The signature explorer


@pytest.fixture(scope="module")
def stage():
    return slide_the_learning_rate()


def set_all(stage, **values):
    for name, value in values.items():
        setattr(stage, name, value)


def first(stage):
    set_all(stage, function="long valley", start=STARTS[0], learning_rate=0.002, prediction=NOT_YET)


def test_the_walk_is_the_one_of_gradient_descent(stage):
    first(stage)
    stage.learning_rate = 0.094
    walked, place = stage.drawn("the walk"), np.array([-2.5, 1.2])
    for step in range(6):
        np.testing.assert_allclose(walked[step], place, atol=0.01)
        place = place - 0.094 * long_valley.gradient(place)
    np.testing.assert_allclose(stage.drawn("its last place")[0], [0, 0], atol=0.01)
    assert "oscillates from side to side, and arrives in 46 steps" in stage.says


def test_the_loss_curve_begins_at_the_loss_of_the_start(stage):
    first(stage)
    curve = stage.drawn("losses")
    assert curve[0] == pytest.approx([0, long_valley([-2.5, 1.2])], rel=0.03, abs=0.3)
    assert curve[-1, 0] == pytest.approx(STEPS, abs=0.5)
    assert curve[:, 1].argmin() == len(curve) - 1


def texts(figure):
    """What stands on a figure and in its keys."""
    legends = [ax.get_legend() for ax in figure.axes if ax.get_legend()]
    found = [ax.texts for ax in figure.axes] + [legend.get_texts() for legend in legends]
    return [text.get_text() for group in found for text in group]


@pytest.mark.parametrize("name", GROUNDS)
@pytest.mark.parametrize("start", STARTS)
def test_the_limit_is_hidden_until_it_is_predicted(name, start):
    figure, update = _scene(name, start, NOT_YET)
    strip = figure.axes[-1]
    assert "hidden until you predict" in strip.get_xlabel()
    assert not any("bend" in text or "you:" in text for text in texts(figure))
    assert len(strip.lines) == 1 and strip.lines[0].get_label() == "η now"
    for eta in RATES[::9]:
        assert not re.search(r"limit|predict|2 / ", update(eta))


@pytest.mark.parametrize("name", GROUNDS)
@pytest.mark.parametrize("option", PREDICTIONS)
def test_the_answer_tells_right_from_wrong(name, option):
    found = bends(name, STARTS[0])
    limit, guess = 2 / found[-1], PREDICTIONS[option](found)
    figure, update = _scene(name, STARTS[0], option)
    said = update(0.02)
    where = "the limit is" if name.endswith("valley") else "near the bottom the limit is"
    assert f"{where} 2 / {found[-1]:.4g} = {limit:.3g}." in said
    assert ("was right" in said) == (option == RIGHT) == (guess == limit)
    assert (f"You predicted {guess:.3g}, but" in said) == (option != RIGHT)
    assert ("never settle" in said) == (not name.endswith("valley"))
    assert f"limit {limit:.3g}" in texts(figure)
    assert any(text.startswith("you:") for text in texts(figure)) == (option != RIGHT)


def test_a_prediction_made_on_the_stage_is_answered(stage):
    first(stage)
    assert "predict" not in stage.says
    stage.prediction = "2 / smallest bend"
    assert stage.says.endswith("You predicted 2, but the limit is 2 / 20 = 0.1.")


@pytest.mark.parametrize(
    ("name", "start", "largest"),
    [
        ("long valley", STARTS[0], 20),
        ("tilted valley", STARTS[2], 5),
        ("Himmelblau", STARTS[0], 82.28),
        ("Rosenbrock", STARTS[2], 1001.6),
    ],
)
def test_the_bends_are_those_at_the_bottom(name, start, largest):
    assert bends(name, start)[-1] == pytest.approx(largest, rel=1e-4)


@pytest.mark.parametrize("name", GROUNDS)
def test_a_start_far_outside_says_something_sensible(name):
    _f, window, starts = GROUNDS[name]
    assert (np.abs(starts[2]) > 2 * np.abs(window).max(axis=1)).all()
    _figure, update = _scene(name, STARTS[2], NOT_YET)
    for eta in (RATES[0], 0.02, RATES[-1]):
        words = r"η = [\d.]+: (crawls|arrives|oscillates|diverges)[^.]*\."
        assert re.fullmatch(words, update(eta))


@pytest.mark.parametrize("option", PREDICTIONS)
def test_no_prediction_is_right_where_walks_diverge_before_they_come_to_the_bottom(option):
    _figure, update = _scene("Himmelblau", STARTS[2], option)
    said = update(0.02)
    assert "near the bottom" in said and "right" not in said
    far = "From this start walks diverge from 0.00125 on: the ground bends more on the way."
    assert said.endswith(far)
    _figure, update = _scene("Rosenbrock", STARTS[2], option)
    every = "From this start every walk of this slider diverges: the ground bends more on the way."
    assert update(0.02).endswith(every)
    _figure, update = _scene("long valley", STARTS[2], option)
    assert "From this start" not in update(0.02)


def test_what_has_left_the_map_is_not_recorded(stage):
    first(stage)
    stage.learning_rate = RATES[-1]
    assert len(stage.drawn("the walk")) < 5
    assert stage.says == "η = 0.6: diverges: after 2 steps it is more than 10 times as far away."
    assert len(stage.drawn("its last place")) == 0


def test_the_strip_is_aligned_with_the_slider(stage):
    first(stage)
    for eta in (RATES[0], 0.01, 0.1, RATES[-1]):
        stage.learning_rate = eta
        where = stage.drawn("η now")[:, 0]
        np.testing.assert_allclose(where, np.flatnonzero(np.isclose(RATES, eta))[0], atol=0.2)
        assert position(eta) == pytest.approx(where[0], abs=0.2)


def test_the_notebook_reads_the_strip_rightly():
    f, _window, starts = GROUNDS["Rosenbrock"]
    assert set(fates(f, starts[0]).words) == {"crawls", "never settles", "diverges"}
    f, _window, starts = GROUNDS["Himmelblau"]
    first_lost = RATES[fates(f, starts[2]).words == "diverges"].min()
    assert 2 / bends("Himmelblau", STARTS[2])[-1] / first_lost == pytest.approx(20, rel=0.05)
    f, _window, starts = GROUNDS["long valley"]
    walked = [fates(f, start).words == "diverges" for start in starts]
    assert all((word == walked[0]).all() for word in walked)


# The lens


@pytest.fixture(scope="module")
def lens():
    return eigen_lens()


@pytest.mark.parametrize("name", VALLEYS)
def test_the_directions_are_eigenvectors(name):
    f, _start = VALLEYS[name]
    lambdas, vectors = directions(f)
    H = f.hessian([0, 0])
    np.testing.assert_allclose(H @ vectors, lambdas * vectors, atol=1e-12)
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(2), atol=1e-12)
    assert lambdas[0] < lambdas[1]


def test_measured_factors_are_those_of_a_walk_whose_factors_are_known():
    steps = np.arange(31)[:, np.newaxis]
    for known in ([0.9, 0.5], [0.2, 1.5], [0.95, 0.01]):
        sides = np.array([2.0, -1.0]) * np.array(known) ** steps
        np.testing.assert_allclose(measured_factors(sides), known, rtol=1e-9)


def test_what_rounding_leaves_of_a_growing_part_is_not_measured():
    steps = np.arange(41)[:, np.newaxis]
    sides = np.array([1.0, 1.0]) * np.array([0.5, 1.5]) ** steps
    sides[:, 0] += 1e-16 * np.maximum.accumulate(sides[:, 1])
    np.testing.assert_allclose(measured_factors(sides), [0.5, 1.5], rtol=1e-6)


@pytest.mark.parametrize("name", VALLEYS)
@pytest.mark.parametrize("eta", [LENS_RATES[0], 0.052, 0.2, 0.38, LENS_RATES[-1]])
def test_the_lens_says_measured_and_predicted_factors_that_agree(lens, name, eta):
    lens.valley, lens.learning_rate = name, eta
    lambdas = directions(VALLEYS[name][0])[0]
    measured = re.findall(r"multiplies the distance by ([\d.]+) ", lens.says)
    predicted = re.findall(r"\| = ([\d.]+)\)", lens.says)
    assert measured == predicted
    assert predicted == [f"{abs(1 - eta * value):.4f}" for value in lambdas]


def test_the_lens_draws_straight_lines_on_its_log_scale(lens):
    lens.valley, lens.learning_rate = "tilted valley", 0.1
    for name, factor in (("v₁", 0.9), ("v₂", 0.5)):
        dots = lens.drawn(f"along {name}")[:15]
        np.testing.assert_allclose(dots[:, 0], np.arange(15), atol=0.05)
        np.testing.assert_allclose(dots[1:, 1] / dots[:-1, 1], factor, rtol=0.02)
        ends = lens.drawn(f"theory {name}")
        slope = np.log(ends[-1, 1] / ends[0, 1]) / (ends[-1, 0] - ends[0, 0])
        assert slope == pytest.approx(np.log(factor), rel=0.01)


# Schedules


@pytest.fixture(scope="module")
def planner():
    return draw_a_schedule()


STEP = np.arange(SCHEDULED + 1)


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("constant", constant(STEP, 0.3)),
        ("step", step_decay(np.minimum(STEP, 99), 25, 0.3, (0.01 / 0.3) ** (1 / 3))),
        ("linear", linear(STEP, 100, 0.3, 0.01)),
        ("exponential", exponential(STEP, 100, 0.3, 0.01)),
        ("cosine", cosine(STEP, 100, 0.3, 0.01)),
    ],
)
def test_the_plan_is_the_schedule(planner, name, curve):
    np.testing.assert_allclose(rates(name, 0, 0.01), curve)
    set_all(planner, schedule=name, low=0.01, warm_up=0, walk=NOISY)
    line = planner.drawn("η")
    assert line[0, 1] == pytest.approx(curve[0], abs=0.002)
    assert line[-1, 1] == pytest.approx(curve[-1], abs=0.002)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_warm_up_rises_to_the_first_rate_and_the_end_stays(name):
    warm = rates(name, 20, 0.01)
    assert (np.diff(warm[:20]) > 0).all()
    assert warm[0] == pytest.approx(HIGH / 20) and warm[19] == pytest.approx(HIGH)
    assert warm[-1] == pytest.approx(HIGH if name == "constant" else 0.01)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_typical_distance_is_that_of_many_walks(name):
    chance, plan = np.random.default_rng(0), rates(name, 0, 0.01)
    x = np.full(20_000, START)
    expected = distances(NOISY, plan)
    for step in range(SCHEDULED):
        x = x - plan[step] * (x + NOISE * chance.standard_normal(x.size))
    assert np.sqrt(np.mean(x**2)) == pytest.approx(expected[-1], rel=0.02)


def test_the_notebook_says_who_ends_nearest():
    ends = {name: distances(NOISY, rates(name, 0, 0.01))[-1] for name in SCHEDULES}
    rounded = {name: round(float(end), 2) for name, end in ends.items()}
    assert rounded == {
        "constant": 1.26,
        "step": 0.38,
        "linear": 0.48,
        "exponential": 0.35,
        "cosine": 0.44,
    }


def test_the_notebook_says_who_ends_nearest_without_noise():
    ends = {name: 10 * np.prod(1 - rates(name, 0, 0.01)[:-1]) for name in SCHEDULES}
    assert max(ends, key=ends.get) == "exponential" and min(ends, key=ends.get) == "constant"


def test_the_notebook_says_why_the_exponential_schedule_is_last_without_noise_and_first_with_it():
    plans = {name: rates(name, 0, 0.01)[:-1] for name in SCHEDULES}
    sums = {name: plan.sum() for name, plan in plans.items()}
    assert min(sums, key=sums.get) == "exponential"
    assert max(plans["exponential"][50], plans["step"][50]) < 0.06
    assert min(plans["linear"][50], plans["cosine"][50]) > 0.15


def test_in_the_tilted_valley_rates_of_their_own_gain_nothing():
    hundred = np.arange(1, 101) / 100
    pairs = np.stack(np.meshgrid(hundred, hundred), axis=-1)
    starts = np.broadcast_to([-2.5, 0.8], pairs.shape)
    run = gradient_descent(tilted_valley, lambda p: pairs * tilted_valley.gradient(p), starts, 1)
    assert pairs.reshape(-1, 2)[run.loss.argmin()] == pytest.approx([0.33, 0.33])
    step = np.array([1, 1 / 20]) * long_valley.gradient([-2.5, 1.2])
    np.testing.assert_allclose(step, [-2.5, 1.2])


def test_what_is_left_of_the_condition_number_is_the_correlation_of_the_features():
    chance = np.random.default_rng(5)
    meters = chance.uniform(3000, 20000, 60).round(-2)
    climb = (0.04 * meters / 1000 + chance.uniform(0.1, 1, 60)).round(2)
    standard = [(x - x.mean()) / x.std() for x in (meters, climb)]
    Z = np.stack([*standard, np.ones(60)], axis=1)
    together = np.corrcoef(meters, climb)[0, 1]
    bends = np.linalg.eigvalsh(Z.T @ Z / 60)
    np.testing.assert_allclose(bends, [1 - together, 1, 1 + together])
    assert 0.5 < together < 0.7


def test_the_four_losses_are_told_as_they_are():
    """The picture's words are all that some readers have for the exercise."""
    a, b, c, d = (np.array(losses) for losses in four_losses().values())
    assert a[20] < 1.2e-6 and b.min() == pytest.approx(33, abs=0.5) and b[5] < 1e6 < b[6]
    assert c[-1] == pytest.approx(148, abs=0.5) and (np.diff(c) < 0).all()
    assert d.min() == pytest.approx(2.4, abs=0.1) and 10 < d[7:].min() < d[7:].max() < 50


def test_the_four_losses_are_those_that_the_exercise_names():
    fate_of = dict(zip("ABCD", lesson.curves.written(lesson.curves.answer), strict=True))
    named = {1: "crawls", 2: "arrives", 3: "never settles", 4: "diverges"}
    for name, losses in four_losses().items():
        walked = fates(himmelblau, (0, 0), [_FOUR[name]], steps=60)
        assert walked.words[0] == named[fate_of[name]]
        assert losses[5] == pytest.approx(walked.losses[5, 0])
    crawling = four_losses()["C"]
    assert (np.diff(crawling) < 0).all() and 147 < crawling[-1] < 149


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_steep_rim_needs_a_warm_up(planner, name):
    set_all(planner, walk=STEEP, schedule=name, low=0.01, warm_up=0)
    assert "flies off" in planner.says and "too long" in planner.says
    planner.warm_up = 10
    assert "the walk is" in planner.says and "too long" not in planner.says
    assert distances(STEEP, rates(name, 10, 0.01))[-1] < 1e-3


def test_the_planner_says_both_walks(planner):
    said = set()
    for walk in WALKS:
        set_all(planner, walk=walk, schedule="linear", low=0.3, warm_up=40)
        said.add(planner.says)
    assert len(said) == 2
    assert all("from 0.3 to 0.3" in text for text in said)
