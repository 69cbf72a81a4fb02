"""The layer microscope: what it measures, what the variance argument predicts, and the facts."""

import math

import numpy as np
import pytest

from helpers.networks import (
    ACTIVATIONS,
    Architecture,
    LayerStatistics,
    Network,
    gaussian_moments,
    layer_statistics,
    mean_squared_error,
    microscope,
    predicted_statistics,
)
from helpers.networks.statistics import standard_deviation

NAMES = ("pre_activations", "activations", "gradients", "weight_gradients")


# ------------------------------------------------------------------------------ measuring


def test_statistics_by_hand():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 4)), rng.normal(size=(9, 2))
    net = Network([4, 6, 5, 2], activation="tanh", seed=3)
    W1, W2, W3 = (layer.weight.data for layer in net.layers)
    z1 = x @ W1
    a1 = np.tanh(z1)
    z2 = a1 @ W2
    a2 = np.tanh(z2)
    g = 2 * (a2 @ W3 - y) / y.size
    g2 = (g @ W3.T) * (1 - a2**2)
    g1 = (g2 @ W2.T) * (1 - a1**2)
    found = layer_statistics(net, x, lambda out: mean_squared_error(out, y))
    np.testing.assert_allclose(found.pre_activations, [z1.std(), z2.std()])
    np.testing.assert_allclose(found.activations, [a1.std(), a2.std()])
    np.testing.assert_allclose(found.gradients, [g1.std(), g2.std()])
    np.testing.assert_allclose(found.weight_gradients, [(x.T @ g1).std(), (a1.T @ g2).std()])
    np.testing.assert_allclose(found.factors, [g1.std() / g2.std()])
    assert found.factor == pytest.approx(g1.std() / g2.std())
    assert found.forward_factor == pytest.approx(z2.std() / z1.std())


def test_measuring_leaves_the_network_as_it_is():
    x = np.random.default_rng(0).normal(size=(8, 3))
    net = Network([3, 5, 5, 1], normalization="batch")
    np.sum(net(x)).backward()
    grads = [(p.grad, p.grad.copy()) for p in net.parameters()]
    running = [{k: v.copy() for k, v in layer.running.items()} for layer in net.layers[:-1]]
    layer_statistics(net, x)
    for p, (grad, copy) in zip(net.parameters(), grads, strict=True):
        assert p.grad is grad and np.array_equal(grad, copy)
    for layer, before in zip(net.layers, running, strict=False):
        assert all(np.array_equal(layer.running[k], v) for k, v in before.items())
    with pytest.raises(ZeroDivisionError):
        layer_statistics(net, x, lambda out: 1 / 0)
    assert net.parameters()[0].grad is grads[0][0]


def test_the_same_seed_gives_the_same_bits():
    def bits(seed, **options):
        return [getattr(s, n).tobytes() for s in microscope(6, 10, 8, seed, **options)
                for n in NAMES]  # fmt: skip

    assert bits(1) == bits(1) != bits(2)
    assert bits(1, normalization="batch") == bits(1, normalization="batch") != bits(1)


def test_a_standard_deviation_beyond_the_range_of_squares():
    x = np.random.default_rng(0).normal(size=100)
    assert standard_deviation(x) == np.std(x)
    for size in (1e-250, 1e250):
        assert standard_deviation(size * x) == pytest.approx(size * np.std(x))
    assert standard_deviation(np.zeros(3)) == 0
    assert standard_deviation(np.array([1.0, np.nan])) == math.inf
    assert standard_deviation(np.array([1.0, -np.inf])) == math.inf


def test_factors_of_nothing_and_of_too_much():
    def statistics(gradients):
        gradients = np.array(gradients)
        return LayerStatistics(gradients, gradients, gradients, gradients)

    assert statistics([8.0, 2.0, 0.5]).factor == pytest.approx(4)
    np.testing.assert_allclose(statistics([8.0, 2.0, 0.5]).factors, [4, 4])
    assert statistics([3.0]).factor == 1 and statistics([3.0]).factors.shape == (0,)
    assert statistics([0.0, 2.0]).factor == 0 and statistics([0.0, 0.0]).factors == [0]
    assert statistics([math.inf, 2.0]).factor == math.inf
    assert microscope(4, 8, 4, init=0)[0].factor == microscope(4, 8, 4, init=0)[1].factor == 0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scale", [1e-3, 1e9])
def test_no_setting_warns(activation, scale):
    for options in ({}, {"normalization": "layer"}, {"normalization": "batch"}, {"residual": True}):
        for statistics in microscope(50, 8, 4, activation=activation, scale=scale, **options):
            assert not np.isnan(statistics.gradients).any()


# ------------------------------------------------------------------------------ the facts

# n = 256 units, 30 hidden layers, 64 normally distributed samples; the factor is the geometric mean
# of std(gradient by z) of a layer over that of the next, from the last hidden layer to the first.
FACTS = {
    ("relu", "he normal"): 1.00,
    ("relu", "xavier normal"): 0.71,
    ("tanh", "standard uniform"): 0.57,
    ("tanh", "xavier normal"): 0.94,
    ("sigmoid", "xavier normal"): 0.235,
}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("setting", "factor"), FACTS.items())
def test_the_factor_per_layer(setting, factor, seed):
    activation, init = setting
    measured, predicted = microscope(30, 256, 64, seed, activation=activation, init=init)
    assert measured.factor == pytest.approx(factor, rel=0.05)
    assert predicted.factor == pytest.approx(factor, rel=0.02)
    assert measured.factor == pytest.approx(predicted.factor, rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_a_residual_branch_doubles_the_second_moment_per_block(seed):
    measured, predicted = microscope(30, 256, 64, seed, residual=True)
    assert 1.85 <= measured.forward_factor**2 <= 2.07
    assert 1.85 <= measured.factor**2 <= 2.07
    assert predicted.forward_factor**2 == pytest.approx(2)
    assert predicted.factor**2 == pytest.approx(2)
    measured, predicted = microscope(30, 256, 64, seed, residual="scaled")
    assert predicted.forward_factor**2 == pytest.approx(1 + 1 / 29)
    assert measured.forward_factor**2 == pytest.approx(1 + 1 / 29, rel=0.02)


def test_the_same_cause_vanishes_and_explodes():
    # A bare chain whose weights have the gain g multiplies the gradient by g at each layer.
    for gain in (0.5, 2.0):
        measured, predicted = microscope(
            50, 256, 32, activation="identity", init="lecun normal", scale=gain
        )
        assert predicted.factor == pytest.approx(gain)
        assert measured.factor == pytest.approx(gain, rel=0.02)
    assert f"{0.5**50:.2e} {2**50:.2e}" == "8.88e-16 1.13e+15"


# ------------------------------------------------------------------------------ the predictions


def test_gaussian_moments_against_closed_forms():
    for variance in (1e-4, 1.0, 7.0, 1e4):
        mean, square, slope = gaussian_moments("relu", variance)
        assert mean == pytest.approx(math.sqrt(variance / (2 * math.pi)), rel=1e-12)
        assert square == pytest.approx(variance / 2, rel=1e-12) and slope == pytest.approx(0.5)
        _, square, slope = gaussian_moments("leaky relu", variance)
        assert square == pytest.approx(variance * (1 + 1e-4) / 2)
        assert slope == pytest.approx((1 + 1e-4) / 2)
        mean, _, _ = gaussian_moments("sigmoid", variance)
        assert mean == pytest.approx(0.5)
    # Small arguments: tanh′(z)² ≈ 1 − 2z² + 7z⁴/3, with E z⁴ = 3q².
    q = 1e-3
    assert gaussian_moments("tanh", q)[2] == pytest.approx(1 - 2 * q + 7 * q * q, abs=1e-7)
    # Large ones: ∫ sech⁴ = 4/3, so E[tanh′(z)²] → (4/3) / √(2πq).
    for q in (1e6, 1e12):
        expected = 4 / 3 / math.sqrt(2 * math.pi * q)
        assert gaussian_moments("tanh", q)[2] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "gelu"])
@pytest.mark.parametrize("variance", [0.3, 1.0])
def test_gaussian_moments_against_gauss_hermite_quadrature(activation, variance):
    points, weights = np.polynomial.hermite_e.hermegauss(150)
    weights, z = weights / weights.sum(), math.sqrt(variance) * points
    φ = ACTIVATIONS[activation]
    expected = weights @ φ(z), weights @ φ(z) ** 2, weights @ φ.slope(z) ** 2
    found = gaussian_moments(activation, variance)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-15)


@pytest.mark.parametrize(
    "options",
    [
        {"activation": "tanh", "init": "lecun uniform", "scale": 1.5},
        {"activation": "sigmoid", "init": "xavier uniform", "scale": 4},
        {"activation": "leaky relu"},
        {"init": 0.05},
        {"normalization": "batch"},
        {"normalization": "batch", "activation": "tanh", "scale": 5},
        {"normalization": "layer"},
        {"normalization": "layer", "activation": "sigmoid", "scale": 0.1},
        {"residual": True, "activation": "tanh"},
        {"residual": 0.3, "activation": "gelu"},
        {"residual": "scaled"},
        {"residual": True, "normalization": "batch"},
        {"residual": 0.5, "normalization": "layer"},
    ],
    ids=str,
)
def test_predictions_meet_what_is_measured(options):
    found = [microscope(10, 256, 256, seed, **options) for seed in (0, 1)]
    predicted = found[0][1]
    for name in NAMES:
        measured = np.mean([getattr(m, name) for m, _ in found], axis=0)
        np.testing.assert_allclose(measured, getattr(predicted, name), rtol=0.2, err_msg=name)
    factor = np.mean([m.factor for m, _ in found])
    assert factor == pytest.approx(predicted.factor, rel=0.02)


def test_predictions_follow_the_widths():
    widths = [50, 400, 100, 300, 20]
    rng = np.random.default_rng(0)
    for options in ({}, {"activation": "tanh", "init": "xavier normal"}):
        net = Network(widths, seed=rng, **options)
        measured = layer_statistics(net, rng.normal(size=(300, 50)), seed=rng)
        predicted = predicted_statistics(net, 300)
        for name in NAMES:
            np.testing.assert_allclose(
                getattr(measured, name), getattr(predicted, name), rtol=0.2, err_msg=name
            )


def test_a_normalization_makes_the_factor_independent_of_the_scale():
    def factors(normalization, scale):
        built = Architecture([64] * 12, scale=scale, normalization=normalization)
        return predicted_statistics(built).factors[1:]  # the inputs are not normalized

    np.testing.assert_allclose(factors("layer", 1), 1, rtol=1e-4)
    np.testing.assert_allclose(factors("layer", 30), 1, rtol=1e-4)
    # Batch normalization of relu: √(π / (π − 1)) per layer (Yang and others, 2019).
    np.testing.assert_allclose(factors("batch", 1), math.sqrt(math.pi / (math.pi - 1)), rtol=1e-4)
    np.testing.assert_allclose(factors(None, 2), 2, rtol=1e-12)


# ------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: microscope(0), ValueError, "depth must be 1 or more"),
        (lambda: microscope(3, 8.0), TypeError, "width must be a whole number"),
        (lambda: microscope(3, 8, 0), ValueError, "batch must be 1 or more"),
        (lambda: microscope(3, 8, activation="x"), ValueError, "activation must be one of"),
        (lambda: microscope(3, 8, 1, normalization="batch"), ValueError, "two samples or more"),
        (lambda: layer_statistics("net", np.ones((2, 2))), TypeError, "takes a Network"),
        (lambda: layer_statistics(Network([2, 1]), np.ones((2, 2))), ValueError, "one hidden"),
        (
            lambda: layer_statistics(Network([2, 3, 1]), np.ones((2, 2)), lambda out: 1.0),
            TypeError,
            "loss must be a function that makes a Tensor",
        ),
        (lambda: predicted_statistics([2, 3, 1]), TypeError, "takes an Architecture"),
        (lambda: predicted_statistics(Architecture([2, 1])), ValueError, "one hidden"),
        (lambda: gaussian_moments("tanh", -1), ValueError, "variance must be finite and 0"),
    ],
)
def test_bad_input_gets_one_sentence(call, error, words):
    with pytest.raises(error, match=words) as caught:
        call()
    assert str(caught.value).endswith(".")
