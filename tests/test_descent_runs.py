"""Descent, ascent and Newton's method: the walks, why they end, and bad input."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.descent import Run, gradient_ascent, gradient_descent, newton
from helpers.functions import absolute, bowl, himmelblau, long_valley, saddle, square

REASONS = {"step limit", "small gradient", "small change", "diverged"}


@pytest.fixture(autouse=True)
def no_warning_reaches_the_page():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def on_square(rate, start=10, steps=100, **rules):
    return gradient_descent(square, square.derivative, start, rate, steps, **rules)


def in_valley(rate, start=(2, 1), steps=100, **rules):
    return gradient_descent(long_valley, long_valley.gradient, start, rate, steps, **rules)


def quadratic(matrix):
    """½ pᵀ A p, its gradient and its Hessian, for points of shape (..., d)."""
    matrix = np.asarray(matrix, dtype=float)
    return (
        lambda p: np.einsum("...i,ij,...j->...", p, matrix, p) / 2,
        lambda p: p @ matrix,
        lambda p: np.broadcast_to(matrix, (*p.shape, p.shape[-1])),
    )


def assert_sound(run):
    """What holds for every run, however it ended."""
    for array in (run.points, run.losses, run.gradient_norms):
        assert np.isfinite(array).all()
        assert not array.flags.writeable
    assert set(np.atleast_1d(run.reason).flat) <= REASONS
    assert len(run.points) == len(run.losses) == len(run.gradient_norms)


# The walk


@pytest.mark.parametrize(
    ("rate", "end"), [(0.2, 0.060466176), (0.05, 3.4867844010), (1.1, 61.9173642240)]
)
def test_ten_steps_on_a_parabola(rate, end):
    run = on_square(rate, steps=10)
    assert run.end == pytest.approx(end, rel=1e-9)
    assert run.loss == pytest.approx(end**2, rel=1e-9)
    assert (run.steps, run.reason) == (10, "step limit")


def test_the_first_steps_from_one_and_a_fifth():
    expected = [1.2, 0.48, 0.192, 0.0768, 0.03072]
    np.testing.assert_allclose(on_square(0.3, 1.2, 4).points, expected, rtol=1e-12)


@given(st.floats(0.001, 1.2), st.floats(-50, 50), st.integers(0, 30))
def test_on_a_parabola_each_step_multiplies_by_one_minus_two_eta(rate, start, steps):
    run = on_square(rate, start, steps)
    expected = start * (1 - 2 * rate) ** np.arange(steps + 1)
    np.testing.assert_allclose(run.points, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(run.losses, run.points**2)
    np.testing.assert_allclose(run.gradient_norms, np.abs(2 * run.points))


def textbook(f, grad, start, rate, steps, small_gradient, small_change):
    """One walk by the plain loop, with nothing clever in it."""
    point, points, reason = np.array(start, dtype=float), [], "step limit"
    points.append(point)
    if small_gradient and np.linalg.norm(grad(point)) <= small_gradient:
        return points, "small gradient"
    with np.errstate(all="ignore"):
        for _ in range(steps):
            change = rate * grad(point)
            point = point - change
            if not (np.isfinite(point).all() and np.isfinite(f(point))):
                reason = "diverged"
                break
            points.append(point)
            if small_gradient and np.linalg.norm(grad(point)) <= small_gradient:
                reason = "small gradient"
                break
            if small_change and np.linalg.norm(change) <= small_change:
                reason = "small change"
                break
    return points, reason


@settings(max_examples=60)
@given(
    st.lists(st.floats(0.001, 50), min_size=1, max_size=4),
    st.tuples(st.floats(-5, 5), st.floats(-5, 5)),
    st.sampled_from([0.0, 1e-6, 0.1, 5.0]),
    st.sampled_from([0.0, 1e-6, 0.1, 5.0]),
)
def test_a_batch_walks_as_each_walk_would_alone(rates, start, small_gradient, small_change):
    rules = (300, small_gradient, small_change)
    named = {"small_gradient": small_gradient, "small_change": small_change}
    together = in_valley(rates, start, 300, **named)
    assert_sound(together)
    assert together.points.shape == (301, len(rates), 2)
    for i, rate in enumerate(rates):
        points, reason = textbook(long_valley, long_valley.gradient, start, rate, *rules)
        alone = in_valley(rate, start, 300, **named)
        assert_sound(alone)
        for run in (alone, together[i]):
            assert (run.steps, run.reason) == (len(points) - 1, reason)
            assert isinstance(run.steps, int) and isinstance(run.reason, str)
            np.testing.assert_array_equal(run.points, points)
            np.testing.assert_array_equal(run.losses, alone.losses)
            np.testing.assert_array_equal(run.gradient_norms, alone.gradient_norms)
        last = len(points) - 1
        np.testing.assert_array_equal(
            together.points[last:, i], np.broadcast_to(points[-1], (301 - last, 2))
        )


@pytest.mark.parametrize(
    ("start", "rates", "batch"),
    [
        ([2, 1], 0.01, ()),
        ([2, 1], [0.01, 0.02, 0.03], (3,)),
        (np.ones((5, 2)), 0.01, (5,)),
        (np.ones((5, 2)), np.full(5, 0.01), (5,)),
        (np.ones((5, 1, 2)), np.full(3, 0.01), (5, 3)),
        (np.ones((1, 2)), 0.01, (1,)),
        (np.ones((4, 3, 2)), 0.01, (4, 3)),
    ],
)
def test_starts_and_rates_broadcast_to_the_shape_of_the_batch(start, rates, batch):
    run = in_valley(rates, start, 4)
    assert run.points.shape == (5, *batch, 2)
    assert run.losses.shape == run.gradient_norms.shape == (5, *batch)
    assert np.shape(run.steps) == np.shape(run.reason) == batch
    assert np.shape(run.end) == (*batch, 2) and np.shape(run.loss) == batch


def test_where_a_point_is_one_number_the_rates_are_the_batch():
    assert on_square(np.full((3, 2), 0.1), steps=4).points.shape == (5, 3, 2)
    assert on_square(0.1, steps=4).points.shape == (5,)


def test_any_number_of_coordinates():
    f, grad, _ = quadratic(np.diag(np.arange(1.0, 8)))
    run = gradient_descent(f, grad, np.ones(7), 0.2, 300)
    assert run.points.shape == (301, 7)
    assert run.loss < 1e-30
    np.testing.assert_allclose(run.gradient_norms[0], math.sqrt(sum(k * k for k in range(1, 8))))


def test_the_start_decides_in_which_of_four_valleys_a_walk_ends():
    starts = [[3.5, 3.5], [-3.5, 3.5], [-3.5, -3.5], [3.5, -3.5]]
    run = gradient_descent(himmelblau, himmelblau.gradient, starts, 0.01, 500)
    np.testing.assert_allclose(run.end, himmelblau.minima, atol=1e-9)


def test_ascent_is_descent_on_the_hill_upside_down():
    def hill(p):
        return -bowl(p)

    def hill_gradient(p):
        return -bowl.gradient(p)

    up = gradient_ascent(hill, hill_gradient, [2, 1], [0.1, 0.7], 20)
    down = gradient_descent(bowl, bowl.gradient, [2, 1], [0.1, 0.7], 20)
    np.testing.assert_array_equal(up.points, down.points)
    np.testing.assert_array_equal(up.losses, -down.losses)


def test_integer_starts_are_real_numbers_and_no_array_of_the_caller_changes():
    start, rates = np.array([2, 1]), np.array([1, 2])
    before = start.copy(), rates.copy()
    run = gradient_descent(bowl, bowl.gradient, start, rates / 10, 3)
    np.testing.assert_allclose(run.points[1], [[1.6, 0.8], [1.2, 0.6]])
    np.testing.assert_array_equal((start, rates), before)
    gradient_descent(bowl, bowl.gradient, start, rates, 3)
    np.testing.assert_array_equal((start, rates), before)


def test_functions_may_change_what_they_are_given():
    def greedy_loss(p):
        p *= 0
        return p.sum()

    def greedy_gradient(p):
        p *= 2
        return p

    start = np.array([2.0, 1.0])
    run = gradient_descent(greedy_loss, greedy_gradient, start, 0.1, 5)
    np.testing.assert_allclose(run.end, start * 0.8**5)
    np.testing.assert_array_equal(start, [2, 1])


def test_a_gradient_that_reuses_one_array_is_no_trap():
    memory = np.empty(2)

    def grad(p):
        memory[:] = 2 * p
        return memory

    run = gradient_descent(bowl, grad, [2, 1], 0.1, 5)
    np.testing.assert_allclose(run.end, np.array([2, 1]) * 0.8**5)


# Why it ended


def test_a_small_gradient_ends_the_walk_at_the_first_such_point():
    run = on_square(0.25, start=8, small_gradient=1)
    np.testing.assert_array_equal(run.points, [8, 4, 2, 1, 0.5])
    assert (run.reason, run.steps, run.gradient_norms[-1]) == ("small gradient", 4, 1)


def test_a_start_on_level_ground_ends_the_walk_at_once_if_the_rule_is_on():
    run = gradient_descent(saddle, saddle.gradient, [0, 0], 0.1, small_gradient=1e-9)
    assert (run.reason, run.steps, len(run.points)) == ("small gradient", 0, 1)


def test_with_the_rules_off_a_zero_gradient_stands_still_to_the_step_limit():
    run = gradient_descent(saddle, saddle.gradient, [0, 0], 0.1)
    assert (run.reason, run.steps) == ("step limit", 100)
    assert not run.points.any()


def test_a_small_change_ends_the_walk_after_the_step_that_was_small():
    run = on_square(0.25, start=8, small_change=1)
    np.testing.assert_array_equal(run.points, [8, 4, 2, 1])
    assert (run.reason, run.steps) == ("small change", 3)


def test_a_small_change_is_fooled_by_a_small_learning_rate_and_a_small_gradient_is_not():
    assert on_square(1e-9, small_change=1e-6).reason == "small change"
    assert on_square(1e-9, small_gradient=1e-6).reason == "step limit"


def test_of_two_rules_at_once_the_first_is_the_reason():
    assert on_square(0.25, 8, 4, small_gradient=1, small_change=0.5).reason == "small gradient"
    assert on_square(0.25, 8, 3, small_change=1).reason == "small change"


def test_no_steps_at_all():
    run = in_valley([0.1, 0.2], steps=0)
    assert run.points.shape == (1, 2, 2)
    assert list(run.steps) == [0, 0]


@pytest.mark.parametrize("rate", [1.5, 1e9, 1e300])
def test_a_walk_that_flies_off_ends_at_its_last_finite_point(rate):
    run = on_square(rate, steps=2000)
    assert_sound(run)
    assert run.reason == "diverged"
    assert run.steps == len(run.points) - 1 < 2000
    with np.errstate(all="ignore"):
        following = run.end - rate * 2 * run.end
        assert not np.isfinite(np.float64(following) ** 2)


def test_a_loss_that_becomes_nan_is_a_divergence_too():
    # Left of 0 there is no root: the walk steps over the edge.
    run = gradient_descent(np.sqrt, lambda x: 0.5 / np.sqrt(x), 1.0, [0.1, 10.0], 5)
    assert_sound(run)
    assert run.reason[1] == "diverged" and run.steps[1] == 0


def test_a_gradient_that_becomes_infinite_is_a_divergence_too():
    run = gradient_descent(np.abs, lambda x: np.where(np.abs(x) < 0.5, np.inf, 1.0), 1.0, 0.3, 9)
    assert (run.reason, run.steps) == ("diverged", 1)
    assert_sound(run)


def test_a_bounded_loss_does_not_hide_an_infinite_point():
    run = gradient_descent(np.cos, lambda x: np.full(np.shape(x), 1e308), 0.0, 1.0, 9)
    assert (run.reason, run.steps) == ("diverged", 1)


def test_functions_never_meet_an_infinite_point():
    # math.sin(math.inf) raises.
    run = gradient_descent(lambda x: math.sin(x), lambda x: 1e308, 0.0, 1.0, 9)
    assert run.reason == "diverged"
    # In a batch the others walk on.
    met = []

    def slope(x):
        met.append(x)
        return np.array([1e308, 1.0])

    run = gradient_descent(np.cos, slope, 0.0, [1.0, 0.1], 9)
    assert list(run.reason) == ["diverged", "step limit"]
    assert np.isfinite(met).all()


def test_the_length_of_a_large_or_tiny_gradient_neither_overflows_nor_vanishes():
    for size in (1e200, 1e-200):
        for d in (2, 3):
            run = gradient_descent(
                lambda p: 0 * p.sum(axis=-1),
                lambda p, s=size: np.full(p.shape, s),
                np.ones(d),
                1.0,
                1,
            )
            assert run.gradient_norms[0] == pytest.approx(math.sqrt(d) * size, rel=1e-12)


@given(
    st.lists(st.floats(1e-3, 1e300), min_size=1, max_size=5),
    st.tuples(st.floats(-1e150, 1e150), st.floats(-1e150, 1e150)),
)
def test_whatever_the_rate_and_the_start_all_numbers_are_finite(rates, start):
    assert_sound(in_valley(rates, start))


def test_walks_that_have_ended_do_not_disturb_the_others():
    rates = [1e9, 0.05, 0.3]
    run = in_valley(rates, steps=400, small_gradient=1e-8)
    assert list(run.reason) == ["diverged", "small gradient", "diverged"]
    assert run.steps[0] < run.steps[2] < run.steps[1] < 400
    np.testing.assert_array_equal(
        run[1].points, in_valley(0.05, steps=400, small_gradient=1e-8).points
    )


# The run


def test_a_walk_of_a_batch_is_a_single_run():
    run = in_valley([0.05, 1.0], steps=150)
    one = run[-1]
    assert isinstance(one, Run)
    assert one.points.shape == (one.steps + 1, 2) and one.steps < 150
    assert [walk.reason for walk in run] == ["step limit", "diverged"]
    with pytest.raises(IndexError):
        run[2]


def test_batches_of_two_axes_take_two_indices_or_one():
    run = in_valley(np.full(3, 0.01), np.arange(8).reshape(4, 1, 2), 5)
    np.testing.assert_array_equal(run[2, 1].points, run.points[:, 2, 1])
    assert run[2].points.shape == (6, 3, 2)
    assert run[1:3].points.shape == (6, 2, 3, 2)


def test_a_single_run_has_no_walks_to_take():
    with pytest.raises(TypeError, match="single walk"):
        on_square(0.1)[0]


def test_a_run_in_words():
    assert repr(on_square(0.2, steps=10)) == "<Run of 10 steps: loss 100 → 0.00365616, step limit>"
    assert repr(on_square(0.25, 8, 1)) == "<Run of 1 step: loss 64 → 16, step limit>"
    words = "<Run of 3 walks, 400 steps at most: 1 diverged, 2 step limit>"
    assert repr(in_valley([0.01, 0.02, 1], steps=400)) == words


def test_the_numbers_of_a_single_run_are_plain():
    run = on_square(0.2)
    assert type(run.end) is type(run.loss) is float
    assert type(run.steps) is int and type(run.reason) is str


# Schedules on the way


def test_a_schedule_is_asked_for_each_step():
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.25 if step < 2 else 0.5

    run = on_square(schedule, start=8, steps=4)
    np.testing.assert_array_equal(run.points, [8, 4, 2, 0, 0])
    assert asked == [0, 1, 2, 3]


def test_a_constant_schedule_walks_as_its_number_does():
    np.testing.assert_array_equal(in_valley(lambda step: 0.07).points, in_valley(0.07).points)
    np.testing.assert_array_equal(
        in_valley(lambda step: [0.07, 0.01]).points, in_valley([0.07, 0.01]).points
    )


def test_where_a_schedule_is_zero_the_walk_stands_still():
    run = on_square(lambda step: 0.25 * (step != 1), start=8, steps=3)
    np.testing.assert_array_equal(run.points, [8, 4, 4, 2])


@pytest.mark.parametrize(
    ("schedule", "error", "words"),
    [
        (lambda step: 0.1 - step, ValueError, r"learning_rate\(1\) must be 0 or more"),
        (lambda step: math.nan, ValueError, r"learning_rate\(0\) must be finite"),
        (lambda step: None, TypeError, r"learning_rate\(0\) must be a real number"),
        (lambda step: [0.1] * (step + 1), ValueError, "same shape at every step"),
        (lambda step: [], ValueError, "at least one number"),
    ],
)
def test_a_schedule_that_gives_no_rate_gets_one_sentence(schedule, error, words):
    with pytest.raises(error, match=words) as caught:
        in_valley(schedule)
    assert "\n" not in str(caught.value)


# Newton


def test_newton_needs_one_step_on_a_quadratic():
    f, grad, hess = quadratic([[3, 2], [2, 5]])
    run = newton(f, grad, hess, [[2, 1], [-7, 4], [1e6, 3]], 1)
    np.testing.assert_allclose(run.end, np.zeros((3, 2)), atol=1e-9)
    run = newton(
        long_valley, long_valley.gradient, long_valley.hessian, [2, 1], small_gradient=1e-9
    )
    assert (run.steps, run.reason) == (1, "small gradient")


def test_newton_in_one_variable_doubles_the_digits():
    # Level ground of x³/3 − 2x: the root of 2.
    run = newton(lambda x: x**3 / 3 - 2 * x, lambda x: x**2 - 2, lambda x: 2 * x, 1.5, 5)
    assert run.points.shape == (6,)
    np.testing.assert_allclose(run.points[:4], [1.5, 17 / 12, 577 / 408, 665857 / 470832])
    assert run.end == pytest.approx(math.sqrt(2), rel=1e-15)


def test_newton_goes_to_a_saddle_as_gladly_as_to_a_minimum():
    run = newton(saddle, saddle.gradient, saddle.hessian, [2, 1], 1)
    np.testing.assert_array_equal(run.end, [0, 0])


def test_newton_stops_by_a_small_step():
    run = newton(
        himmelblau, himmelblau.gradient, himmelblau.hessian, [[3.1, 2.1], [3.5, -2]], 50,
        small_change=1e-9,
    )  # fmt: skip
    assert set(run.reason) == {"small change"} and (run.steps < 10).all()
    np.testing.assert_allclose(run.end, himmelblau.minima[[0, 3]], atol=1e-12)


def test_a_singular_hessian_gets_one_sentence():
    with pytest.raises(ValueError, match="after 0 steps it is singular") as caught:
        newton(*quadratic([[1, 1], [1, 1]]), [2, 1])
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="singular"):
        newton(lambda x: x, lambda x: np.ones_like(x), lambda x: np.zeros_like(x), 1.0)


def test_a_singular_hessian_where_a_walk_has_stopped_does_no_harm():
    def fourth(p):
        return (p**4).sum(axis=-1)

    def grad(p):
        return 4 * p**3

    def hess(p):
        return 12 * p[..., np.newaxis] ** 2 * np.eye(2)

    run = newton(fourth, grad, hess, [[0, 0], [1, 1]], 3, small_gradient=1e-9)
    assert list(run.steps) == [0, 3]
    np.testing.assert_allclose(run[1].points[:, 0], (2 / 3) ** np.arange(4))


@pytest.mark.parametrize(
    ("hess", "error", "words"),
    [
        (3, TypeError, "hessian must be a function"),
        (lambda p: p, ValueError, r"of shape \(2, 2\)"),
        (lambda p: None, TypeError, "hessian must return real numbers"),
    ],
)
def test_a_hessian_that_is_none_gets_one_sentence(hess, error, words):
    with pytest.raises(error, match=words):
        newton(bowl, bowl.gradient, hess, [2, 1])


# Bad input

GOOD = {"f": bowl, "grad": bowl.gradient, "start": [2, 1], "learning_rate": 0.1, "steps": 5}


@pytest.mark.parametrize("walk", [gradient_descent, gradient_ascent])
@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"f": 3}, TypeError, "f must be a function"),
        ({"grad": None}, TypeError, "grad must be a function"),
        *[
            ({"learning_rate": rate}, ValueError, "learning_rate must be greater than 0")
            for rate in (0, -0.1, [0.1, 0])
        ],
        *[
            ({"learning_rate": rate}, ValueError, "learning_rate must be finite")
            for rate in (math.nan, math.inf, [0.1, math.nan])
        ],
        *[
            ({"learning_rate": rate}, TypeError, "learning_rate must be a real number")
            for rate in (None, "0.1", True, 0.1j, [[0.1], [0.1, 0.2]])
        ],
        ({"learning_rate": []}, ValueError, "learning_rate must hold at least"),
        ({"start": None}, TypeError, "start must be a number or an array"),
        ({"start": "here"}, TypeError, "start must be a number or an array"),
        ({"start": [2, math.nan]}, ValueError, "start must be finite"),
        ({"start": [2, math.inf]}, ValueError, "start must be finite"),
        ({"start": np.empty((0, 2))}, ValueError, "start must hold at least one number"),
        ({"start": [1, 2, 3]}, ValueError, r"bowl takes a point \(w, b\) of shape \(2,\)"),
        (
            {"start": np.ones((3, 2)), "learning_rate": [0.1, 0.2]},
            ValueError,
            "start and learning_rate must fit together",
        ),
        ({"start": [1e200, 1]}, ValueError, "start must be where the loss and its gradient are"),
        ({"steps": -1}, ValueError, "steps must be a whole number, 0 or more"),
        *[
            ({"steps": steps}, TypeError, "steps must be a whole number, 0 or more")
            for steps in (2.5, True, None, "5")
        ],
        ({"small_gradient": -1}, ValueError, "small_gradient must be one number, 0 or more"),
        ({"small_change": [1, 2]}, ValueError, "small_change must be one number, 0 or more"),
        ({"small_change": math.nan}, ValueError, "small_change must be finite"),
        ({"small_gradient": None}, TypeError, "small_gradient must be a number, 0 or more"),
        ({"f": lambda p: p**2}, ValueError, "f must return one number for a point"),
        ({"f": lambda p: None}, TypeError, "f must return real numbers"),
        ({"f": lambda p: 1j}, TypeError, "f must return real numbers"),
        ({"grad": lambda p: p[0]}, ValueError, "grad must return one number for each coordinate"),
        ({"grad": lambda p: "up"}, TypeError, "grad must return real numbers"),
        (
            {"f": lambda p: p[0] ** 2, "learning_rate": [0.1, 0.2, 0.3]},
            ValueError,
            r"f must return one number for each point: \(3,\)",
        ),
    ],
)
def test_wrong_input_gets_one_sentence(walk, wrong, error, words):
    with pytest.raises(error, match=words) as caught:
        walk(**{**GOOD, **wrong})
    assert "\n" not in str(caught.value)


def test_a_gradient_that_does_not_exist_at_the_start_gets_one_sentence():
    with pytest.raises(ValueError, match="start must be where"):
        gradient_descent(absolute, absolute.derivative, 0, 0.1)


@pytest.mark.parametrize("rates", [[0.1, 0.2], [[0.1, 0.2], [0.3, 0.4]]])
@pytest.mark.parametrize("start", [[2, 1], [1, 1]])
def test_as_many_walks_as_coordinates_do_not_hide_a_wrong_axis(start, rates):
    def f(p):
        return p[0] ** 2 + 4 * p[1] ** 2

    def grad(p):
        return np.array([2 * p[0], 8 * p[1]])

    assert gradient_descent(f, grad, start, 0.1).loss < 1
    with pytest.raises(ValueError, match=r"write p\[\.\.\., 0\], not p\[0\]"):
        gradient_descent(f, grad, start, rates)


def test_a_noisy_gradient_is_not_taken_for_a_wrong_axis():
    rng = np.random.default_rng(0)
    gradient_descent(bowl, lambda p: 2 * p + rng.normal(size=p.shape), [2, 1], [0.1, 0.2])


class Trouble(Exception):
    pass


def test_what_the_functions_raise_is_passed_on():
    def trouble(p):
        raise Trouble

    with pytest.raises(Trouble):
        gradient_descent(trouble, bowl.gradient, [2, 1], 0.1)
    with pytest.raises(Trouble):
        gradient_descent(bowl, trouble, [2, 1], 0.1)
    with pytest.raises(Trouble):
        in_valley(trouble)
