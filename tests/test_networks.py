"""Networks: their layers, how these begin, their gradients, and the losses."""

import copy
import math

import numpy as np
import pytest

from helpers.autodiff import Tensor, check_grad, grad, jvp
from helpers.networks import (
    ACTIVATIONS,
    SCHEMES,
    Architecture,
    Network,
    batch_norm,
    gelu,
    initial_weights,
    layer_norm,
    leaky_relu,
    logistic_loss,
    mean_squared_error,
    relu,
    sigmoid,
    softmax_cross_entropy,
    weight_variance,
)
from helpers.networks.normalization import standardize

PARTS = ("weight", "bias", "gain", "shift")


def slots(net):
    """Where the parameters stand: pairs (layer, name)."""
    return [(layer, n) for layer in net.layers for n in PARTS if getattr(layer, n) is not None]


def as_function_of_parameters(net, loss):
    """The loss as a function of arrays or Tensors in place of the parameters."""

    def f(*values):
        for (layer, name), value in zip(slots(net), values, strict=True):
            setattr(layer, name, value)
        return loss(net)

    return f


# ------------------------------------------------------------------------------ activations


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_slope_of_an_activation_is_its_derivative(name):
    x = np.array([-30.0, -3.1, -1.0, -0.2, 0.3, 1.7, 2.9, 30.0])
    activation = ACTIVATIONS[name]
    h = 1e-6
    differences = (activation(x + h) - activation(x - h)) / (2 * h)
    np.testing.assert_allclose(activation.slope(x), differences, atol=2e-9, rtol=1e-7)
    leaf = Tensor(x, requires_grad=True)
    np.sum(activation(leaf)).backward()
    np.testing.assert_allclose(leaf.grad, activation.slope(x), rtol=1e-12, atol=1e-15)
    check_grad(activation.function, x, order=2)


def test_activations_at_known_points():
    assert sigmoid(0.0) == 0.5 and relu(-2.0) == 0 and relu(2.0) == 2
    assert leaky_relu(-2.0) == pytest.approx(-0.02) and leaky_relu(-2.0, 0.1) == pytest.approx(-0.2)
    x = np.linspace(-6, 6, 1201)
    exact = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x]
    off = np.abs(gelu(x) - exact).max()
    assert 0.0004 < off < 0.0005  # as the docstring says


def test_slopes_at_a_corner():
    """As the docstrings say: of relu 0, and of leaky relu the smaller one."""
    for zero in (0.0, -0.0):
        assert grad(relu)(zero) == ACTIVATIONS["relu"].slope(zero) == 0
        assert grad(leaky_relu)(zero) == ACTIVATIONS["leaky relu"].slope(zero) == 0.01
        assert grad(lambda x: leaky_relu(x, 0.3))(zero) == 0.3
        assert grad(lambda x: leaky_relu(x, negative_slope=0.3))(zero) == 0.3
        assert jvp(leaky_relu, (zero,), (1.0,))[1] == 0.01
    net = Network([2, 4, 1], activation="leaky relu")
    out = net(np.zeros((1, 2)))  # all pre-activations are 0
    out.backward()
    W1, W2 = net.layers[0], net.layers[1]
    np.testing.assert_allclose(W1.bias.grad, 0.01 * W2.weight.data[:, 0])


def test_the_slope_of_sigmoid_is_at_most_a_quarter():
    z = np.linspace(-20, 20, 40001)
    slope = ACTIVATIONS["sigmoid"].slope(z)
    assert slope.max() == 0.25 and z[slope.argmax()] == pytest.approx(0, abs=1e-9)
    assert f"{0.25**10:.2e}" == "9.54e-07"


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_finite_far_out(name):
    x = np.array([-1e300, -1e3, 1e3, 1e300])
    with np.errstate(over="ignore"):
        assert np.isfinite(ACTIVATIONS[name](x)).all()
        assert np.isfinite(ACTIVATIONS[name].slope(x)).all()


# ------------------------------------------------------------------------------ initialization


@pytest.mark.parametrize(
    ("scheme", "variance"),
    [
        ("standard uniform", 1 / 900),
        ("lecun normal", 1 / 300),
        ("xavier normal", 2 / 500),
        ("Glorot_uniform", 2 / 500),
        ("he normal", 2 / 300),
        ("kaiming uniform", 2 / 300),
        (0.05, 0.0025),
    ],
)
def test_initial_weights_have_the_variance_of_their_scheme(scheme, variance):
    W = initial_weights(np.random.default_rng(3), 300, 200, scheme)
    assert W.shape == (300, 200)
    assert weight_variance(300, 200, scheme) == pytest.approx(variance)
    assert W.var() == pytest.approx(variance, rel=0.02)
    assert abs(W.mean()) < 4 * math.sqrt(variance / W.size)
    if "uniform" in str(scheme):
        limit = math.sqrt(3 * variance)
        assert 0.999 * limit < np.abs(W).max() <= limit
    else:
        assert np.abs(W).max() > 3.5 * math.sqrt(variance)


def test_the_same_seed_gives_the_same_bits():
    def bits(seed, **options):
        net = Network([3, 8, 8, 2], seed=seed, **options)
        return [p.data.tobytes() for p in net.parameters()]

    assert bits(4) == bits(4) != bits(5)
    assert bits(4) == bits(np.random.default_rng(4))
    for scheme in SCHEMES:
        first, again = (initial_weights(7, 5, 6, scheme) for _ in range(2))
        assert first.tobytes() == again.tobytes()
    # What a remedy is compared with begins with the same numbers.
    assert bits(4, residual=True, activation="tanh") == bits(4)
    doubled = Network([3, 8, 8, 2], seed=4, scale=2.0)
    for p, q in zip(doubled.parameters(), Network([3, 8, 8, 2], seed=4).parameters(), strict=True):
        np.testing.assert_array_equal(p.data, 2 * q.data)


# ------------------------------------------------------------------------------ normalization


@pytest.mark.parametrize("axis", [0, -1])
def test_the_gradient_of_a_normalization(axis):
    x = np.random.default_rng(0).normal(2.0, 3.0, size=(5, 4))
    check_grad(lambda x: standardize(x, axis), x, order=2)
    tangent = np.random.default_rng(1).normal(size=x.shape)
    h = 1e-6
    _, pushed = jvp(lambda x: standardize(x, axis), (x,), (tangent,))
    differences = (standardize(x + h * tangent, axis) - standardize(x - h * tangent, axis)) / 2 / h
    np.testing.assert_allclose(pushed, differences, atol=1e-8)


def test_moments_after_normalization():
    x = np.random.default_rng(0).normal(5.0, 3.0, size=(400, 30)) * np.arange(1, 31)
    y = batch_norm(x)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=1e-5)
    y = layer_norm(x)
    np.testing.assert_allclose(y.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=1), 1, rtol=1e-5)
    gain, shift = np.linspace(1, 2, 30), np.linspace(-1, 1, 30)
    y = batch_norm(x, gain, shift)
    np.testing.assert_allclose(y.mean(axis=0), shift, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=0), gain, rtol=1e-5)
    assert np.array_equal(layer_norm(np.ones((2, 3))), np.zeros((2, 3)))


def test_batch_norm_trains_by_the_batch_and_evaluates_by_the_running_statistics():
    rng = np.random.default_rng(0)
    running = {"mean": np.zeros(3), "variance": np.ones(3)}
    x = rng.normal(4.0, 2.0, size=(50, 3))
    batch_norm(x, running=running)
    np.testing.assert_allclose(running["mean"], 0.1 * x.mean(axis=0))
    np.testing.assert_allclose(running["variance"], 0.9 + 0.1 * x.var(axis=0, ddof=1))
    for _ in range(300):
        batch_norm(rng.normal(4.0, 2.0, size=(50, 3)), running=running)
    np.testing.assert_allclose(running["mean"], 4, atol=0.4)
    np.testing.assert_allclose(running["variance"], 4, atol=1.2)
    before = copy.deepcopy(running)
    one = batch_norm(x[:1], running=running, training=False)
    np.testing.assert_array_equal(one, batch_norm(x, running=running, training=False)[:1])
    expected = (x[:1] - running["mean"]) / np.sqrt(running["variance"] + 1e-5)
    np.testing.assert_allclose(one, expected)
    for name, array in running.items():
        np.testing.assert_array_equal(array, before[name])


def test_a_network_with_batch_norm_in_training_and_evaluation():
    rng = np.random.default_rng(0)
    net = Network([4, 10, 10, 1], normalization="batch", seed=1)
    x = rng.normal(3.0, 2.0, size=(64, 4))
    assert net.training and net.eval() is net and not net.training
    untrained = net(x).data
    net.train()
    in_training = net(x).data
    for _ in range(200):
        net(x)
    np.testing.assert_allclose(net.eval()(x).data, in_training, atol=0.1)
    assert np.abs(untrained - in_training).max() > 0.5
    np.testing.assert_allclose(net(x[:1]).data, net(x).data[:1])
    before = net.layers[0].running["mean"].copy()
    net.train()
    np.testing.assert_array_equal(net.predict(x), net.eval()(x).data)
    net.eval().predict(x)
    assert not net.training
    with pytest.raises(ValueError, match="inputs of shape"):
        net.train().predict(x[0])
    assert net.training
    net.predict(x)
    assert net.training and np.array_equal(before, net.layers[0].running["mean"])


# ------------------------------------------------------------------------------ the network


def test_a_network_by_hand():
    net = Network([2, 3, 3, 1], activation="tanh", init="xavier normal", residual=0.5, seed=2)
    first, second, out = net.layers
    second.bias.data = [0.1, 0.2, 0.3]
    x = np.array([[0.5, -1.0], [2.0, 0.3]])
    z1 = x @ first.weight.data + first.bias.data
    z2 = z1 + 0.5 * (np.tanh(z1) @ second.weight.data + second.bias.data)
    expected = np.tanh(z2) @ out.weight.data + out.bias.data
    trace = []
    np.testing.assert_allclose(net(x, trace).data, expected, rtol=1e-14)
    np.testing.assert_allclose([z.data for z, _ in trace], [z1, z2], rtol=1e-14)
    np.testing.assert_allclose([a.data for _, a in trace], np.tanh([z1, z2]), rtol=1e-14)
    np.testing.assert_allclose(net.predict(x), expected, rtol=1e-14)


def test_normalization_stands_between_the_product_and_the_activation():
    x = np.random.default_rng(0).normal(size=(8, 3))
    for kind, norm in [("batch", batch_norm), ("layer", layer_norm)]:
        net = Network([3, 5, 1], normalization=kind, seed=1)
        hidden, out = net.layers
        hidden.gain.data, hidden.shift.data = np.arange(1.0, 6.0), np.arange(5.0)
        z = x @ hidden.weight.data
        expected = relu(norm(z, np.arange(1.0, 6.0), np.arange(5.0))) @ out.weight.data
        np.testing.assert_allclose(net(x).data, expected, rtol=1e-12)
    assert len(Network([3, 5, 1]).parameters()) == 4
    assert len(net.parameters()) == 6 and out.gain is None


def test_residual_connections_join_layers_of_equal_width():
    assert Architecture([4, 6, 6, 6, 3, 3, 1], residual=True).skips == (
        *(False, True, True),
        *(False, True),
    )
    assert Architecture([4, 6, 6, 1]).skips == (False, False)
    assert Architecture([4, 1], residual=True).skips == ()
    assert Architecture([4] * 11, residual="scaled").branch_scale == pytest.approx(8**-0.5)
    assert Architecture([4] * 11, residual=0.2).branch_scale == 0.2
    assert Architecture([4] * 11, residual=True).branch_scale == 1


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
@pytest.mark.parametrize("residual", [False, True, "scaled"])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "leaky relu", "gelu"])
def test_the_gradient_of_every_layer_against_differences(activation, residual, normalization):
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(7, 3)), rng.normal(size=(7, 2))
    net = Network([3, 5, 5, 5, 2], activation, normalization=normalization, residual=residual)
    values = [p.data + 0.1 * rng.normal(size=p.shape) for p in net.parameters()]
    f = as_function_of_parameters(net, lambda net: mean_squared_error(net(x), y))
    for i in range(len(values)):  # each alone, so that a small one is not lost among large ones

        def alone(value, i=i):
            return f(*values[:i], value, *values[i + 1 :])

        check_grad(alone, values[i], tolerance=1e-7)


def test_the_gradient_in_evaluation():
    rng = np.random.default_rng(8)
    x = rng.normal(size=(7, 3))
    net = Network([3, 5, 5, 1], "tanh", normalization="batch")
    net(x)
    net.eval()
    f = as_function_of_parameters(net, lambda net: np.sum(net(x) ** 2))
    check_grad(f, *[p.data for p in net.parameters()])


def test_backward_leaves_gradients_that_zero_grad_forgets():
    net = Network([3, 4, 1])
    np.sum(net(np.ones((2, 3)))).backward()
    assert [p.grad.shape for p in net.parameters()] == [(3, 4), (4,), (4, 1), (1,)]
    net.zero_grad()
    assert {p.grad for p in net.parameters()} == {None}
    assert repr(net) == "<Network of 1 hidden layers, 21 parameters: relu, he normal>"


# ------------------------------------------------------------------------------ losses


def test_losses_at_known_points():
    assert mean_squared_error(np.array([1.0, 2.0]), np.array([0.0, 4.0])) == 2.5
    assert logistic_loss(np.zeros(3), [0, 1, 1]) == pytest.approx(math.log(2))
    assert logistic_loss(np.array([2.0]), [1]) == pytest.approx(-math.log(1 / (1 + math.exp(-2))))
    scores = np.random.default_rng(0).normal(size=6)
    labels = np.array([0, 1, 1, 0, 1, 0])
    two = np.column_stack([np.zeros(6), scores])
    assert logistic_loss(scores, labels) == pytest.approx(softmax_cross_entropy(two, labels))
    check_grad(lambda s: logistic_loss(s, labels), scores, order=2)
    check_grad(lambda p: mean_squared_error(p, labels), scores, order=2)


def test_losses_are_stable_at_a_thousand():
    scores, labels = np.array([1000.0, -1000.0, 1000.0, -1000.0]), np.array([1, 0, 0, 1])
    with np.errstate(all="raise", under="ignore"):
        assert logistic_loss(scores, labels) == 500
        np.testing.assert_array_equal(
            grad(lambda s: logistic_loss(s, labels))(scores), [0, 0, 0.25, -0.25]
        )
        rows = np.array([[1000.0, -1000.0, 0.0]] * 2)
        assert softmax_cross_entropy(rows, np.array([0, 1])) == 1000
        np.testing.assert_allclose(
            grad(lambda s: softmax_cross_entropy(s, np.array([0, 1])))(rows),
            [[0, 0, 0], [0.5, -0.5, 0]],
        )
        assert mean_squared_error(scores, -scores) == 4e6
    # A right answer of a confident network still has a loss, however small.
    assert logistic_loss(np.array([30.0]), [1]) == pytest.approx(math.exp(-30), rel=1e-12)


# ------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Network([2]), TypeError, "widths must list"),
        (lambda: Network(5), TypeError, "widths must list"),
        (lambda: Network([2, 0, 1]), ValueError, "each of widths must be 1 or more"),
        (lambda: Network([2, 2.5, 1]), TypeError, "each of widths must be a whole number"),
        (lambda: Network([2, 3, 1], "rely"), ValueError, "activation must be one of 'sigmoid'"),
        (lambda: Network([2, 3, 1], None), ValueError, "activation must be one of"),
        (lambda: Network([2, 3, 1], ["relu"]), ValueError, "activation must be one of"),
        (lambda: Network([2, 3, 1], init="he"), ValueError, "one of .*'he normal', got 'he'"),
        (lambda: Network([2, 3, 1], init=-0.1), ValueError, "init must be finite and 0 or more"),
        (lambda: Network([2, 3, 1], init=None), ValueError, "standard deviation, must be one of"),
        (lambda: Network([2, 3, 1], init=True), ValueError, "standard deviation, must be one of"),
        (lambda: Network([2, 3, 1], scale=math.nan), ValueError, "scale must be finite"),
        (lambda: Network([2, 3, 1], scale="2"), TypeError, "scale must be a number"),
        (lambda: Network([2, 3, 1], normalization="row"), ValueError, "one of None, 'batch'"),
        (lambda: Network([2, 3, 1], residual="yes"), ValueError, "residual must be True, False"),
        (lambda: Network([2, 3, 1], residual=0.0), ValueError, "residual .* greater than 0"),
        (lambda: Network([2, 3, 1], seed=-1), ValueError, "seed must be 0 or more"),
        (lambda: Network([2, 3, 1], seed="x"), TypeError, "seed must be a whole number"),
        (lambda: Network([2, 3, 1])(np.ones(2)), ValueError, r"inputs of shape \(batch, 2\)"),
        (lambda: Network([2, 3, 1])(np.ones((4, 3))), ValueError, r"got shape \(4, 3\)"),
        (lambda: initial_weights(1, 0, 2), ValueError, "n_in must be 1 or more"),
        (lambda: batch_norm(np.ones(3)), ValueError, r"shape \(batch, n\)"),
        (lambda: batch_norm(np.ones((1, 3))), ValueError, "two samples or more"),
        (lambda: batch_norm(np.ones((2, 3)), training=False), ValueError, "running="),
        (
            lambda: mean_squared_error(np.ones((3, 1)), np.ones(3)),
            ValueError,
            r"got \(3, 1\) and \(3,\): a column c .* c\[:, 0\]",
        ),
        (lambda: logistic_loss(np.ones((3, 1)), [0, 1, 1]), ValueError, r"c\[:, 0\]\.$"),
        (lambda: logistic_loss(np.ones(2), [1, -1]), ValueError, "labels must be 0 or 1"),
        (lambda: logistic_loss(np.ones(0), []), ValueError, "of one shape"),
    ],
)
def test_bad_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    message = str(caught.value)
    assert message.endswith(".") and "\n" not in message and len(message) < 250
