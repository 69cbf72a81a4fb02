"""What notebook 10 tells of handwritten digits, over several random starts, as bands with room.

The bands are wider than what was seen, as another processor rounds in another way.
"""

import functools

import numpy as np
import pytest

from helpers.descent import Momentum, batches, cosine
from helpers.networks import Network, Steps, softmax_cross_entropy
from store import NOTEBOOKS

# No version of a library changes what these found.
pytestmark = [pytest.mark.slow, pytest.mark.once]
ETA = 0.0343  # what the range test picks


@functools.cache
def digits():
    with np.load(NOTEBOOKS / "data/optical_digits.npz") as data:
        X = data["train_images"].reshape(-1, 64) / 16
        X_test = data["test_images"].reshape(-1, 64) / 16
        y, y_test = data["train_labels"].astype(int), data["test_labels"].astype(int)
    order = np.random.default_rng(0).permutation(len(X))
    held, learn = order[:623], order[623:]
    return {"learn": (X[learn], y[learn]), "held": (X[held], y[held]), "test": (X_test, y_test)}


def fresh(*hidden, seed, **options):
    net = Network([64, *hidden, 10], seed=seed, **options)
    net.layers[-1].weight.data[:] = 0
    return net


def trained(net, X, y, steps, seed=0):
    rates = cosine(np.arange(steps), steps, ETA, 0.0)
    at_work = Steps(net.parameters(), Momentum(lambda step: rates[int(step)], 0.9))
    for batch in batches(len(X), 32, steps, seed=seed):
        net.train().zero_grad()
        softmax_cross_entropy(net(X[batch]), y[batch]).backward()
        at_work.take()
    return net


def right(net, X, y):
    return float(np.mean(net.predict(X).argmax(axis=1) == y))


def shares(*hidden, steps, seeds=5, **options):
    """The accuracy of some random starts: {part: array}."""
    nets = [
        trained(fresh(*hidden, seed=seed, **options), *digits()["learn"], steps, seed)
        for seed in range(seeds)
    ]
    return {part: np.array([right(net, *data) for net in nets]) for part, data in digits().items()}


def within(shares, low, high):
    assert (low <= shares).all() and (shares <= high).all(), shares


def test_a_hidden_layer_reads_strangers_better_and_known_hands_better_still():
    straight, bent = shares(steps=2000), shares(32, steps=2000)
    within(straight["test"], 0.93, 0.945)
    within(bent["test"], 0.945, 0.962)
    within(bent["held"], 0.96, 0.98)
    assert (bent["test"] - straight["test"] > 0.005).all()
    # Wrong: the strangers' digits at least a quarter more often.
    assert (1 - bent["test"]).mean() > 1.25 * (1 - bent["held"]).mean()


def test_a_split_that_mixes_writers_flatters():
    X, y = digits()["learn"]
    X_test, y_test = digits()["test"]
    gains = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(1797)
        mixed, rest = order[:1200], order[1200:]
        same = trained(fresh(32, seed=0), X_test[mixed], y_test[mixed], 1000)
        others = trained(fresh(32, seed=0), X[:1200], y[:1200], 1000)
        gains.append(right(same, X_test[rest], y_test[rest]))
        gains[-1] -= right(others, X_test[rest], y_test[rest])
    within(np.array(gains), 0.01, 0.06)
    assert 0.025 < np.mean(gains) < 0.045


def test_ten_sigmoid_layers_guess():
    sigmoid = {"activation": "sigmoid", "init": "xavier normal"}
    within(shares(*[32] * 10, steps=300, **sigmoid)["test"], 0.08, 0.12)


def test_ten_layers_with_a_remedy_are_a_little_better_than_one_in_as_many_steps():
    within(shares(32, steps=600)["test"], 0.93, 0.95)
    within(shares(*[32] * 10, steps=600, residual="scaled")["test"], 0.94, 0.965)
    within(shares(*[32] * 10, steps=600, seeds=1, normalization="batch")["test"], 0.935, 0.97)


def test_ten_layers_without_a_way_past_learn_less():
    """How much less is left to chance: their training blows the last bit up."""
    plain = shares(*[32] * 10, steps=600)["test"]
    assert 0.5 < plain.mean() < 0.93


def test_rounding_decides_where_a_plain_deep_network_ends_and_not_the_others():
    """So the page does not print its accuracy."""
    moved = {}
    for name, (hidden, options) in {
        "one": ([32], {}),
        "deep": ([32] * 10, {}),
        "residual": ([32] * 10, {"residual": "scaled"}),
    }.items():
        scores = []
        for factor in (1, 1 + 1e-13):
            net = fresh(*hidden, seed=0, **options)
            net.layers[0].weight.data *= factor
            trained(net, *digits()["learn"], 600)
            scores.append(net.predict(digits()["test"][0]))
        moved[name] = np.abs(scores[1] - scores[0]).max()
    assert moved["deep"] > 0.1
    assert moved["one"] < 1e-8 and moved["residual"] < 1e-8


def test_the_first_loss_is_ln_10_where_the_last_layer_is_0_and_mostly_more_where_not():
    X, y = digits()["learn"]
    zero = softmax_cross_entropy(fresh(32, seed=0).predict(X), y)
    assert zero == pytest.approx(np.log(10), rel=1e-12)
    losses = [softmax_cross_entropy(Network([64, 32, 10], seed=s).predict(X), y) for s in range(20)]
    assert np.mean(np.array(losses) > np.log(10)) > 0.75


def test_the_nearest_neighbor_misses_36():
    X, y = (
        np.concatenate(parts) for parts in zip(digits()["learn"], digits()["held"], strict=True)
    )
    X_test, y_test = digits()["test"]
    # In sixteenths all is whole, and no rounding decides.
    X, X_test = np.rint(16 * X), np.rint(16 * X_test)
    far = (X_test**2).sum(axis=1)[:, np.newaxis] + (X**2).sum(axis=1) - 2 * X_test @ X.T
    assert np.sum(y[far.argmin(axis=1)] != y_test) == 36
