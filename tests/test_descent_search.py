"""Grid and random search, the range test, and the learning rates that theory predicts."""

import math

import numpy as np
import pytest

from helpers.descent import gradient_descent, grid_search, random_search, range_test
from helpers.functions import FIVE_POINTS, line_loss, long_valley, square


def after_100_steps(rate):
    run = gradient_descent(long_valley, long_valley.gradient, [2, 1], rate)
    return math.inf if run.reason == "diverged" else run.loss


# Searches


def test_a_grid_has_equal_ratios_and_both_ends():
    search = grid_search(after_100_steps, 1e-4, 1, 9)
    np.testing.assert_allclose(search.rates, 10.0 ** np.arange(-4, 0.5, 0.5))
    assert search.values.tolist() == [after_100_steps(rate) for rate in search.rates]
    assert search.best == search.rates[np.argmin(search.values)]


def test_a_fine_grid_finds_the_best_rate_that_theory_gives():
    # Near it, to be exact: the loss counts the steep direction 20 times as much.
    search = grid_search(after_100_steps, 0.05, 0.15, 100)
    assert search.best == pytest.approx(2 / 21, rel=0.02)


def test_a_grid_of_one_is_the_middle_of_the_scale():
    assert grid_search(after_100_steps, 1e-3, 1e-1, 1).rates == pytest.approx([1e-2])


def test_random_search_is_uniform_on_the_log_scale():
    search = random_search(lambda rate: rate, 1e-4, 1, 4000, np.random.default_rng(1))
    logs = np.log10(search.rates)
    assert logs.min() >= -4 and logs.max() <= 0
    counts, _ = np.histogram(logs, bins=4, range=(-4, 0))
    assert (np.abs(counts - 1000) < 100).all()
    assert search.best == search.rates.min()


def test_random_search_is_the_same_for_the_same_generator():
    first, second = (
        random_search(after_100_steps, 1e-4, 1, 8, np.random.default_rng(5)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.rates, second.rates)
    assert first.best == second.best


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_a_rate_that_failed_is_never_the_best(bad):
    search = grid_search(lambda rate: bad if rate < 0.5 else 7.0, 0.1, 1, 3)
    assert search.best == 1
    np.testing.assert_array_equal(search.values, [bad, bad, 7])


def rng():
    return np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: grid_search(3, 0.1, 1, 5), TypeError, "objective must be a function"),
        (lambda: grid_search(abs, 0, 1, 5), ValueError, "low must be greater than 0"),
        (lambda: grid_search(abs, 1, 0.1, 5), ValueError, "low < high"),
        (lambda: grid_search(abs, [0.1, 0.2], 1, 5), ValueError, "two numbers"),
        (lambda: grid_search(abs, 0.1, None, 5), TypeError, "high must be a real number"),
        (lambda: grid_search(abs, 0.1, 1, 0), ValueError, "budget must be a whole number, 1"),
        (lambda: grid_search(abs, 0.1, 1, 2.5), TypeError, "budget must be a whole number, 1"),
        (lambda: grid_search(lambda rate: None, 0.1, 1, 5), TypeError, "return real numbers"),
        (lambda: grid_search(lambda rate: [1, 2], 0.1, 1, 5), ValueError, "return one number"),
        (lambda: grid_search(lambda rate: math.nan, 0.1, 1, 5), ValueError, "it never was"),
        (lambda: random_search(abs, 0.1, 1, 5, 42), TypeError, "rng must be a generator"),
        (lambda: random_search(abs, 0.1, 1, 0, rng()), ValueError, "budget must be"),
        (lambda: range_test(square, square.derivative, 1, 1, 1), ValueError, "low < high"),
        (lambda: range_test(square, square.derivative, 1, 0.1, 1, 1), ValueError, "steps must be"),
        (
            lambda: range_test(long_valley, long_valley.gradient, [[2, 1]], 0.1, 1),
            ValueError,
            "start must be a single point",
        ),
    ],
)
def test_wrong_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


# The range test


def test_a_range_test_is_one_walk_with_a_growing_rate():
    rates, losses = range_test(square, square.derivative, 10, 0.01, 0.16, 5)
    np.testing.assert_allclose(rates, [0.01, 0.02, 0.04, 0.08, 0.16])
    np.testing.assert_allclose(losses, (10 * np.cumprod(1 - 2 * rates)) ** 2)


def test_a_range_test_falls_then_turns_upward_beyond_the_limit():
    rates, losses = range_test(long_valley, long_valley.gradient, [2, 1], 1e-3, 1, 30)
    turn = np.argmin(losses)
    # Not at the limit, 0.1, itself: the steep direction has to grow again first.
    assert 0.1 < rates[turn] < 0.5
    assert (np.diff(losses[: turn + 1]) < 0).all() and (np.diff(losses[turn:]) > 0).all()
    assert losses[-1] > 1e6 * losses[0]


def test_a_range_test_ends_where_the_walk_diverges():
    rates, losses = range_test(square, square.derivative, 10, 1e-3, 1e6, 1000)
    assert len(rates) == len(losses) < 1000
    assert np.isfinite(losses).all()
    assert rates[-1] < 1e6


# What theory predicts on a quadratic


def tilted():
    matrix = np.array([[3.0, 2.0], [2.0, 5.0]])
    return (
        lambda p: np.einsum("...i,ij,...j->...", p, matrix, p) / 2,
        lambda p: p @ matrix,
        matrix,
        [2.0, -1.0],
    )


def of_surface(surface, start):
    return surface, surface.gradient, surface.hessian(start), start


def year_and_price():
    rng = np.random.default_rng(4)
    x = rng.uniform(1, 4, 40)
    return line_loss(x, 2 - 3 * x + rng.normal(size=40))


QUADRATICS = {
    "long valley": of_surface(long_valley, [2.0, 1.0]),
    "tilted": tilted(),
    "line through five points": of_surface(line_loss(*FIVE_POINTS), [0.0, 0.0]),
    "line through forty points": of_surface(year_and_price(), [5.0, -5.0]),
}


def limit_by_sweep(f, grad, start):
    """The largest rate at which the gradient still shrinks, between ever closer pairs of rates."""
    low, high = 1e-4, 1e4
    while high / low > 1.0001:
        rates = np.geomspace(low, high, 50)
        run = gradient_descent(f, grad, start, rates, 1000)
        grows = (run.reason == "diverged") | (run.gradient_norms[-1] > run.gradient_norms[-2])
        first = np.argmax(grows)
        assert grows[first:].all() and not grows[:first].any() and first > 0
        low, high = rates[first - 1], rates[first]
    return low


@pytest.mark.parametrize("name", QUADRATICS)
def test_the_limit_found_by_sweep_is_two_over_the_largest_eigenvalue(name):
    f, grad, hessian, start = QUADRATICS[name]
    predicted = 2 / np.linalg.eigvalsh(hessian)[-1]
    assert limit_by_sweep(f, grad, start) == pytest.approx(predicted, rel=1e-3)


def test_the_best_rate_and_how_fast_it_is():
    curvatures = np.array([0.01, 0.1, 1.0])
    bowl = (lambda p: (curvatures * p**2).sum(axis=-1) / 2, lambda p: curvatures * p, np.ones(3))
    rates = np.linspace(1.9, 2.05, 301)
    run = gradient_descent(*bowl, rates, 3000)
    # Distances, since in them all directions count alike; per step, over the last 2,000.
    distances = np.linalg.norm(run.points[[1000, 3000]], axis=-1)
    factors = (distances[1] / distances[0]) ** (1 / 2000)
    assert rates[np.argmin(factors)] == pytest.approx(1.980198, abs=1e-3)
    assert factors.min() == pytest.approx(0.980198, abs=1e-4)
    at_best = gradient_descent(*bowl, 2 / 1.01, 500)
    distances = np.linalg.norm(at_best.points, axis=-1)
    assert distances[-1] / distances[-2] == pytest.approx(99 / 101, rel=1e-9)


@pytest.mark.parametrize("rate", [0.02, 2 / 21, 0.0995])
def test_each_direction_shrinks_by_its_own_factor(rate):
    run = gradient_descent(long_valley, long_valley.gradient, [2, 1], rate, 60)
    factors = 1 - rate * np.array([1, 20])
    np.testing.assert_allclose(run.points, [2, 1] * factors ** np.arange(61)[:, np.newaxis])
