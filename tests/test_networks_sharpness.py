"""Sharpness: power iteration against known Hessians, and the edge of stability over seeds."""

import numpy as np
import pytest

from helpers.autodiff import hessian
from helpers.networks import follow_sharpness, sharpness


@pytest.mark.parametrize("bends", [(5.0, 1.0, 0.5), (1.0, -4.0, 2.0)])
def test_the_eigenvalue_of_largest_size_is_found_with_its_sign(bends):
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    H = turn * bends @ turn.T
    found, vector = sharpness(lambda w: w @ H @ w / 2, np.ones(3), np.ones(3), products=80)
    assert found == pytest.approx(max(bends, key=abs))
    np.testing.assert_allclose(H @ vector, found * vector, atol=1e-6)
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_it_is_that_of_the_whole_hessian_where_the_loss_is_no_quadratic():
    def loss(w):
        return np.sum(np.tanh(w[:2] @ w[2:].reshape(2, 2)) ** 2) + np.sum(w**4)

    w = np.array([0.5, -1.0, 0.3, 0.8, -0.2, 1.1])
    found, _ = sharpness(loss, w, np.ones(6), products=200)
    bends = np.linalg.eigvalsh(hessian(loss)(w))
    assert found == pytest.approx(max(bends, key=abs), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("eta", [0.1, 0.2])
def test_training_comes_to_hover_at_the_edge_of_stability(eta, seed):
    steps, bends, losses = follow_sharpness(eta, seed)
    late = bends[steps >= 600] * eta / 2
    assert bends[0] * eta / 2 < 0.8 < 1.1 < bends.max() * eta / 2
    assert 0.95 < np.median(late) < 1.05 and 0.8 < late.min() < late.max() < 1.2
    assert losses[-100:].mean() < losses[0] / 5


def test_the_loss_rises_in_many_steps_on_the_way():
    for eta in (0.1, 0.2):
        losses = follow_sharpness(eta)[2]
        assert np.mean(np.diff(losses) > 0) > 0.1 and losses[-1] < losses[0] / 10


def test_what_is_measured_cannot_be_changed():
    for result in follow_sharpness(0.2):
        with pytest.raises(ValueError, match="read-only"):
            result[0] = 0


@pytest.mark.parametrize("rate", [0, -1, None, "fast"])
def test_a_rate_that_is_none_is_refused(rate):
    with pytest.raises((TypeError, ValueError), match="learning_rate"):
        follow_sharpness(rate)
