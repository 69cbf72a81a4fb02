"""Mini-batches: every way of drawing them, and the noise that they make."""

import doctest
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.descent import SGD, MiniBatches, minimize, running_mean, sampling
from helpers.descent import batches as draw
from helpers.descent.sampling import WAYS

each_way = pytest.mark.parametrize("how", WAYS)


@given(n=st.integers(1, 30), size=st.integers(1, 30), seed=st.integers(0, 99))
def test_an_epoch_holds_each_sample_once(n, size, seed):
    size = min(n, size)
    number = -(-n // size)
    two = [*draw(n, size, 2 * number, seed=seed)]
    for epoch in (two[:number], two[number:]):
        assert sorted(np.concatenate(epoch)) == list(range(n))
        assert [len(batch) for batch in epoch[:-1]] == [size] * (number - 1)


def test_epochs_are_shuffled_anew():
    one, two = draw(100, 100, 2)
    assert not np.array_equal(one, two)
    assert not np.array_equal(one, np.arange(100))


@each_way
def test_the_same_seed_gives_the_same_batches(how):
    one, same, other = (np.array([*draw(40, 8, 5, how, seed)]) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_without_replacement_no_sample_comes_twice_in_a_batch():
    for batch in draw(6, 5, 50, "without replacement"):
        assert len(set(batch.tolist())) == 5


def test_with_replacement_samples_may_come_twice_and_batches_be_large():
    (batch,) = draw(3, 100, 1, "with replacement")
    assert set(batch.tolist()) == {0, 1, 2}


@each_way
def test_each_walk_draws_its_own(how):
    for batch in draw(50, 10, 3, how, walks=(2, 3)):
        assert batch.shape == (2, 3, 10)
        assert len({tuple(row) for row in batch.reshape(6, 10).tolist()}) == 6
        if how != "with replacement":
            assert all(len(set(row)) == 10 for row in batch.reshape(6, 10).tolist())


@each_way
def test_without_a_number_there_is_no_end(how):
    assert len([*islice(draw(4, 3, None, how), 500)]) == 500


@each_way
def test_the_noise_is_that_of_the_textbook(how):
    """Mean as of all; variance σ²/B, without replacement times (N - B)/(N - 1)."""
    values = np.random.default_rng(5).normal(3, 2, 60)
    n, size = len(values), 12
    means = np.concatenate([values[b].mean(-1) for b in draw(n, size, 40, how, 1, walks=(5000,))])
    expected = values.var() / size
    if how != "with replacement":
        expected *= (n - size) / (n - 1)
    assert means.mean() == pytest.approx(values.mean(), abs=0.01)
    assert means.var() == pytest.approx(expected, rel=0.03)


# A gradient of mini-batches

X = np.random.default_rng(2).normal(size=(80, 2))
Y = X @ [2.0, -1.0] + np.random.default_rng(3).normal(size=80)


def loss(w):
    return ((w @ X.T - Y) ** 2).mean(-1) / 2


def gradient(w, samples):
    x = X[samples]
    return (
        np.einsum("...bd,...b->...d", x, np.einsum("...bd,...d->...b", x, w) - Y[samples])
        / (samples.shape[-1])
    )


def test_a_batch_of_all_is_the_gradient():
    noisy = MiniBatches(gradient, 80, 80)
    w = np.array([0.5, 0.5])
    np.testing.assert_allclose(noisy(w), X.T @ (X @ w - Y) / 80, rtol=1e-12)


@each_way
def test_a_walk_with_mini_batches_is_reproducible_and_comes_near(how):
    exact = np.linalg.lstsq(X, Y)[0]
    walks = [
        minimize(loss, MiniBatches(gradient, 80, 8, how, seed), [0, 0], SGD(0.05), steps=300)
        for seed in (1, 1, 2)
    ]
    np.testing.assert_array_equal(walks[0].points, walks[1].points)
    assert not np.array_equal(walks[0].points, walks[2].points)
    assert np.linalg.norm(walks[0].end - exact) < 0.3
    assert np.linalg.norm(running_mean(walks[0].points, 100)[-1] - exact) < 0.1


def test_many_seeds_at_once():
    noisy = MiniBatches(gradient, 80, 8, seed=1)
    runs = minimize(loss, noisy, np.zeros((20, 2)), SGD(0.05), steps=50)
    assert runs.points.shape == (51, 20, 2)
    assert len(np.unique(runs.end[:, 0])) == 20
    again = minimize(loss, noisy.anew(), np.zeros((20, 2)), SGD(0.05), steps=50)
    np.testing.assert_array_equal(runs.points, again.points)


def test_the_running_mean():
    points = np.arange(6.0).reshape(6, 1)
    assert running_mean(points)[:, 0].tolist() == [0, 0.5, 1, 1.5, 2, 2.5]
    assert running_mean(points, 3)[:, 0].tolist() == [0, 1, 2, 3, 3.5, 4]
    assert points[:, 0].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((0, 1), "n must be a whole number, 1 or more"),
        ((5, 0), "size must be a whole number, 1 or more"),
        ((5, 2.5), "size must be a whole number"),
        ((5, 6), "size must be at most n = 5"),
        ((5, 2, -1), "steps must be"),
        ((5, 2, 3, "shuffled"), "how must be one of"),
        ((5, 2, 3, "epochs", "seed"), "seed must be a whole number"),
    ],
)
def test_bad_input_gets_a_sentence(arguments, words):
    with pytest.raises((TypeError, ValueError), match=words):
        draw(*arguments)


def test_bad_gradients_and_means_get_a_sentence():
    with pytest.raises(TypeError, match="gradient must be a function"):
        MiniBatches(None, 5, 2)
    with pytest.raises(ValueError, match="size must be at most"):
        MiniBatches(gradient, 5, 6)
    with pytest.raises(ValueError, match="since must be less than 3"):
        running_mean(np.zeros(3), 3)


def test_the_examples_of_the_module():
    assert doctest.testmod(sampling).failed == 0
