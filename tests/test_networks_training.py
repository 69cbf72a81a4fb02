"""Training networks: the step, clipping, weight decay, the small task, and the loop."""

import itertools
import math

import numpy as np
import pytest

from helpers.autodiff import Tensor
from helpers.descent import SGD, Adam, AdamW, Momentum, minimize
from helpers.functions import long_valley
from helpers.networks import (
    Network,
    Steps,
    accuracy,
    angle,
    clip_by_norm,
    clip_by_value,
    gradient_norm,
    logistic_loss,
    sgd_step,
    train,
    two_moons,
)

# ------------------------------------------------------------------------------ clipping


def test_clipping_three_and_four():
    g = np.array([3.0, 4.0])
    np.testing.assert_allclose(clip_by_norm(g, 1), [0.6, 0.8], rtol=1e-15)
    np.testing.assert_array_equal(clip_by_value(g, 1), [1.0, 1.0])
    assert angle(g, clip_by_norm(g, 1)) == pytest.approx(0, abs=1e-6)
    # (3, 4) points 53.13° up, (1, 1) 45°.
    assert angle(g, clip_by_value(g, 1)) == pytest.approx(math.degrees(math.atan2(4, 3)) - 45)
    np.testing.assert_array_equal(clip_by_value([-3, 0.5], 1), [-1, 0.5])
    assert g.tolist() == [3, 4]


def test_short_gradients_pass_unchanged():
    g = np.array([0.3, -0.4])
    for clipped in (clip_by_norm(g, 1), clip_by_value(g, 1), clip_by_norm(g, 0.5)):
        np.testing.assert_array_equal(clipped, g)
        assert clipped is not g and not np.shares_memory(clipped, g)
    np.testing.assert_array_equal(clip_by_norm(np.zeros(3), 1), np.zeros(3))


def test_the_norm_is_taken_over_all_arrays_together():
    gradients = [np.array([[3.0, 0.0]]), np.array([4.0])]
    assert gradient_norm(gradients) == 5
    clipped = clip_by_norm(gradients, 1)
    np.testing.assert_allclose(clipped[0], [[0.6, 0]])
    np.testing.assert_allclose(clipped[1], [0.8])
    assert [c.shape for c in clip_by_value(gradients, 1)] == [(1, 2), (1,)]


def test_huge_and_tiny_gradients():
    assert gradient_norm(np.array([3e200, 4e200])) == pytest.approx(5e200)
    assert gradient_norm(np.array([3e-200, 4e-200])) == pytest.approx(5e-200)
    np.testing.assert_allclose(clip_by_norm(np.array([3e200, 4e200]), 1), [0.6, 0.8])
    np.testing.assert_allclose(clip_by_norm(np.array([3e-200, 4e-200]), 1e-210), [6e-211, 8e-211])


def test_angles():
    assert angle([1, 0], [0, 2]) == pytest.approx(90)
    assert angle([1, 0], [-3, 0]) == pytest.approx(180)
    assert angle([1.0, 1e-9], [1.0, 0.0]) == pytest.approx(math.degrees(1e-9))
    assert angle([np.eye(2), np.ones(2)], [np.eye(2), np.ones(2)]) == 0


# ------------------------------------------------------------------------------ the step


def leaf(data, gradient):
    tensor = Tensor(data, requires_grad=True)
    tensor.grad = np.array(gradient, dtype=float)
    return tensor


def test_a_step_goes_against_the_gradient():
    w, b = leaf([[1.0, 2.0]], [[3.0, 0.0]]), leaf([5.0], [4.0])
    untouched = Tensor([1.0], requires_grad=True)
    assert sgd_step([w, b, untouched], 0.1) == 5
    np.testing.assert_allclose(w.data, [[0.7, 2.0]])
    np.testing.assert_allclose(b.data, [4.6])
    assert untouched.data == [1] and w.grad.tolist() == [[3, 0]]


def test_weight_decay_shrinks_weights_and_leaves_biases():
    w, b = leaf([[1.0, -2.0]], [[0.0, 0.0]]), leaf([5.0], [0.0])
    for _ in range(10):
        sgd_step([w, b], 0.1, weight_decay=0.5)
    np.testing.assert_allclose(w.data, 0.95**10 * np.array([[1.0, -2.0]]))
    assert b.data == [5]


def test_a_step_clips():
    w = leaf([[0.0, 0.0]], [[3.0, 4.0]])
    assert sgd_step([w], 1.0, clip_norm=1) == 5
    np.testing.assert_allclose(w.data, [[-0.6, -0.8]])
    w = leaf([[0.0, 0.0]], [[3.0, 4.0]])
    sgd_step([w], 1.0, clip_value=1)
    np.testing.assert_allclose(w.data, [[-1, -1]])


# ------------------------------------------------------------------------------ the task


def test_two_moons():
    X, labels = two_moons(401, noise=0, seed=1)
    assert X.shape == (401, 2) and np.bincount(labels).tolist() == [201, 200]
    upper, lower = X[labels == 0], X[labels == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(*(lower - [1, 0.5]).T), 1)
    assert upper[:, 1].min() >= 0 and lower[:, 1].max() <= 0.5
    noisy, _ = two_moons(401, noise=0.2, seed=1)
    assert (noisy - X).std() == pytest.approx(0.2, rel=0.1)
    assert np.array_equal(two_moons(50, seed=3)[0], two_moons(50, seed=3)[0])
    assert not np.array_equal(two_moons(50, seed=3)[0], two_moons(50, seed=4)[0])


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tanh", "init": "xavier normal"},
        {"activation": "relu"},
        {"activation": "gelu", "residual": "scaled"},
        {"activation": "relu", "normalization": "batch"},
        {"activation": "leaky relu", "normalization": "layer"},
    ],
    ids=str,
)
def test_training_learns_the_moons(options):
    X, labels = two_moons(200, seed=0)
    net = Network([2, 24, 24, 1], seed=1, **options)
    steps = list(train(net, X, labels, learning_rate=0.5, steps=400))
    assert [s.step for s in steps] == list(range(1, 401))
    assert steps[-1].loss < 0.1 < 0.4 < steps[0].loss
    assert steps[-1].accuracy == accuracy(net, X, labels) >= 0.97
    assert [s.step for s in steps if s.accuracy is not None] == list(range(10, 401, 10))
    assert all(s.gradient_norms.shape == (3,) for s in steps)


def test_a_deep_sigmoid_network_stands_still_where_relu_with_he_learns():
    X, labels = two_moons(200, seed=0)
    widths = [2, *[32] * 15, 1]
    before = Network(widths, "sigmoid", "xavier normal", seed=1)
    after = Network(widths, "relu", "he normal", seed=1)
    *_, stuck = train(before, X, labels, 0.1, steps=200)
    *_, learned = train(after, X, labels, 0.1, steps=200)
    assert stuck.gradient_norms[0] < 1e-8 < 1e-3 < learned.gradient_norms[0]
    assert stuck.loss == pytest.approx(math.log(2), abs=0.01)
    assert learned.accuracy > 0.9


def test_training_stops_when_the_reader_stops():
    X, labels = two_moons(50, seed=0)
    net = Network([2, 4, 1])
    begin = [p.data.copy() for p in net.parameters()]
    loop = train(net, X, labels)
    assert all(np.array_equal(p.data, b) for p, b in zip(net.parameters(), begin, strict=True))
    assert len(list(itertools.islice(loop, 3))) == 3
    after_three = [p.data.copy() for p in net.parameters()]
    loop.close()
    assert not np.array_equal(after_three[0], begin[0])
    again = Network([2, 4, 1])
    list(train(again, X, labels, steps=3))
    assert all(
        np.array_equal(p.data, b) for p, b in zip(again.parameters(), after_three, strict=True)
    )


def test_the_same_seed_draws_the_same_batches():
    def run(seed):
        net = Network([2, 4, 1], seed=0)
        X, labels = two_moons(50, seed=0)
        return [s.loss for s in train(net, X, labels, steps=20, batch_size=8, seed=seed)]

    assert run(1) == run(1) != run(2)


def test_a_batch_draws_no_sample_twice():
    X, labels = two_moons(50, seed=0)
    net = Network([2, 4, 1], seed=0)
    each = [logistic_loss(net.predict(X[[i]])[:, 0], labels[[i]]) for i in range(50)]
    for seed in range(5):
        step = next(train(Network([2, 4, 1], seed=0), X, labels, batch_size=49, seed=seed))
        left_out = sum(each) - 49 * step.loss
        assert np.isclose(each, left_out, rtol=1e-9).any()


@pytest.mark.filterwarnings("error")
def test_training_that_explodes_ends_and_says_so():
    X, labels = two_moons(50, seed=0)
    net = Network([2, *[16] * 40, 1], scale=1e10)
    steps = list(train(net, X, labels, steps=50))
    assert len(steps) < 50
    assert not (math.isfinite(steps[-1].loss) and np.isfinite(steps[-1].gradient_norms).all())
    assert all(np.isfinite(p.data).all() for p in net.parameters())
    assert steps[-1].accuracy is not None


# ------------------------------------------------------------------------------ bad input

X, LABELS = two_moons(10)
NET = Network([2, 3, 1])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: clip_by_norm([1.0], 0), ValueError, "max_norm must be finite and greater than 0"),
        (lambda: clip_by_value([1.0], "a"), TypeError, "limit must be a number"),
        (lambda: clip_by_norm([1.0, math.nan], 1), ValueError, "gradients must be finite"),
        (lambda: clip_by_norm("abc", 1), TypeError, "gradients must be an array of real"),
        (lambda: clip_by_norm([[1.0], [1.0, 2.0], None], 1), TypeError, "call backward"),
        (lambda: gradient_norm(None), TypeError, "gradients must be an array"),
        (lambda: angle([0.0], [1.0]), ValueError, "not 0 throughout"),
        (lambda: angle([1.0], [1.0, 2.0]), ValueError, "same shapes"),
        (lambda: sgd_step([Tensor([1.0], True)], 0.1), ValueError, "call backward"),
        (lambda: sgd_step([leaf([1.0], [1.0])], 0), ValueError, "learning_rate must be finite and"),
        (lambda: sgd_step([leaf([1.0], [math.inf])], 1), ValueError, "gradients must be finite"),
        (lambda: sgd_step([leaf([1.0], [1.0])], 1, -1), ValueError, "weight_decay must be finite"),
        (lambda: two_moons(1), ValueError, "n must be 2 or more"),
        (lambda: two_moons(10, -1), ValueError, "noise must be finite and 0 or more"),
        (lambda: train(NET, X, LABELS, -1), ValueError, "learning_rate must be finite and"),
        (lambda: train(NET, X, LABELS[:5]), ValueError, "train takes X of shape"),
        (lambda: train(NET, X, LABELS, batch_size=11), ValueError, "batch_size must be at most 10"),
        (lambda: train(NET, X, LABELS, steps=0), ValueError, "steps must be 1 or more"),
        (lambda: train(NET, X, LABELS, clip_norm=0), ValueError, "clip_norm must be finite"),
        (lambda: train(NET, X, LABELS, weight_decay=-1), ValueError, "weight_decay must be"),
        (lambda: train(NET, X, LABELS + 1), ValueError, "labels must be 0 or 1"),
        (lambda: train(None, X, LABELS), TypeError, "train takes a Network"),
        (lambda: train(Network([2, 3, 2]), X, LABELS), ValueError, "one output"),
        (lambda: train(Network([3, 3, 1]), X, LABELS), ValueError, "inputs"),
    ],
)
def test_bad_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message


def test_training_uses_each_batch_whatever_the_network_was_set_to():
    """A network that was last evaluated trains as one that was not."""
    X, labels = two_moons(60, seed=2)
    options = {"learning_rate": 0.3, "steps": 8, "batch_size": 20, "report_every": 2}
    losses, nets = [], []
    for prepare in (lambda net: net.train(), lambda net: net.eval(), lambda net: net.predict(X)):
        net = Network([2, 8, 1], normalization="batch", seed=3)
        for layer in net.layers[:-1]:  # as far from the batches' own as can be seen
            layer.running["mean"] += 5.0
        prepare(net)
        losses.append([])
        for step in train(net, X, labels, **options):
            losses[-1].append((step.loss, step.accuracy))
            net.eval()  # as a reader who looks at it between two steps may do
        nets.append(net)
    assert losses[0] == losses[1] == losses[2]
    for net in nets[1:]:
        for name, array in nets[0].layers[0].running.items():
            np.testing.assert_array_equal(net.layers[0].running[name], array)
    assert nets[0].layers[0].running["mean"].max() < 5


# Optimizers


def test_an_optimizer_moves_parameters_as_it_moves_points():
    """The same gradients, once as a walk and once on a Tensor."""

    for optimizer in (Momentum(0.02, 0.8), Adam(lambda step: 0.1 / (1 + step))):
        walk = minimize(long_valley, long_valley.gradient, [2, 1], optimizer, steps=7)
        p = Tensor([2.0, 1.0], True)
        steps = Steps([p], optimizer)
        for _ in range(7):
            p.grad = long_valley.gradient(p.data)
            steps.take()
        np.testing.assert_allclose(p.data, walk.end, rtol=1e-12)


def test_weight_decay_of_an_optimizer_leaves_biases_alone():
    w, b = leaf([[4.0]], [[0.0]]), leaf([4.0], [0.0])
    Steps([w, b], AdamW(0.1, weight_decay=0.5)).take()
    assert w.data.item() == pytest.approx(4.0 * 0.95)
    assert b.data.item() == 4.0


def test_an_optimizer_skips_what_has_no_gradient_and_clips():
    w, untouched = leaf([3.0, 4.0], [3.0, 4.0]), Tensor([1.0], True)
    assert Steps([w, untouched], SGD(1.0)).take(clip_norm=1) == 5
    np.testing.assert_allclose(w.data, [2.4, 3.2])
    assert untouched.data.item() == 1.0


def test_training_with_an_optimizer():
    X, labels = two_moons(100, seed=1)

    def losses(**options):
        net = Network([2, 16, 1], activation="tanh", seed=3)
        return [step.loss for step in train(net, X, labels, steps=60, **options)]

    assert losses(optimizer=SGD(0.1)) == losses(learning_rate=0.1)
    assert losses(optimizer=Adam(0.05))[-1] < losses(learning_rate=0.05)[-1] / 2


@pytest.mark.parametrize("optimizer", ["adam", 0.1, object()])
def test_what_is_no_optimizer_gets_a_sentence(optimizer):
    X, labels = two_moons(20)
    with pytest.raises(TypeError, match="optimizer must be one such as"):
        train(Network([2, 4, 1]), X, labels, optimizer=optimizer)


def test_a_network_takes_one_rate():
    X, labels = two_moons(20)
    with pytest.raises(ValueError, match="a single learning rate"):
        train(Network([2, 4, 1]), X, labels, optimizer=SGD([0.1, 0.2]))
