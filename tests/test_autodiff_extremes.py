"""Numbers at the edge: far out, at infinity, singular. Right to the last digits, or NaN."""

import math
from fractions import Fraction

import numpy as np
import pytest

from helpers.autodiff import (
    Tensor,
    check_grad,
    grad,
    hessian,
    jvp,
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from helpers.networks import ACTIVATIONS

INF, NAN = np.inf, np.nan
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


# ------------------------------------------------------------------------------- far out


@pytest.mark.parametrize("x", [-700.0, -300.0, -40.0, -30.0, -5.0, -1e-9, 0.0, 3.0, 30.0, 40.0])
def test_sigmoid_keeps_its_digits_on_both_sides(x):
    # In the form whose denominator is near 1, nothing cancels.
    small = np.exp(-abs(x))
    expected = (1.0 if x >= 0 else small) / (1 + small)
    slope = small / (1 + small) ** 2
    assert sigmoid(x) == pytest.approx(expected, rel=1e-14)
    assert grad(sigmoid)(x) == pytest.approx(slope, rel=1e-14)
    assert jvp(sigmoid, (x,), (1.0,))[1] == pytest.approx(slope, rel=1e-14)
    assert ACTIVATIONS["sigmoid"].slope(x) == pytest.approx(slope, rel=1e-14)
    second = slope * (small - 1) / (small + 1) * (1 if x >= 0 else -1)
    assert grad(grad(sigmoid))(x) == pytest.approx(second, rel=1e-12)
    assert np.log(sigmoid(x)) == pytest.approx(-np.logaddexp(0, -x), rel=1e-13, abs=1e-15)
    assert grad(lambda x: np.log(sigmoid(x)))(x) == pytest.approx(sigmoid(-x), rel=1e-13)


def test_sigmoid_of_extremes():
    assert sigmoid(np.array([-INF, -1000.0, 1000.0, INF])).tolist() == [0, 0, 1, 1]
    assert np.isnan(sigmoid(NAN))
    assert np.imag(sigmoid(0.3 + 1e-30j)) / 1e-30 == pytest.approx(grad(sigmoid)(0.3))


def gelu_slope(x):
    """At negative x, where ½ (1 + tanh u) is e²ᵘ / (1 + e²ᵘ)."""
    c, a = np.sqrt(2 / np.pi), 0.044715
    power = np.exp(2 * c * (x + a * x**3))
    share = power / (1 + power)
    return share + x * 2 * c * (1 + 3 * a * x * x) * share / (1 + power)


# Slopes at places where the obvious formula loses digits, or overflows on the way.
EXACT = [
    (np.tanh, 20.0, 4 * np.exp(-40.0)),
    (np.tanh, -300.0, 4 * np.exp(-600.0)),
    (np.tanh, 8.0, 4 * np.exp(-16.0) / (1 + np.exp(-16.0)) ** 2),
    (lambda x: np.tanh(np.stack([x, 0 * x]))[0], 20.0, 4 * np.exp(-40.0)),
    (ACTIVATIONS["gelu"].function, -7.0, gelu_slope(-7.0)),
    (np.expm1, -40.0, np.exp(-40.0)),
    (np.expm1, -700.0, np.exp(-700.0)),
    (np.arcsin, 1 - 2**-52, 1 / np.sqrt(2**-52 * (2 - 2**-52))),
    (np.arccos, -1 + 2**-52, -1 / np.sqrt(2**-52 * (2 - 2**-52))),
    (np.arctanh, 1 - 2**-52, 1 / (2**-52 * (2 - 2**-52))),
    (np.arccosh, 1 + 2**-52, 1 / np.sqrt(2**-52 * (2 + 2**-52))),
    (np.arccosh, 1e200, 1e-200),
    (np.arcsinh, -1e200, 1e-200),
    (np.log1p, -1 + 2**-52, 2.0**52),
    (lambda x: np.arctan2(x, 1e-200), 1e-200, 5e199),
    (lambda x: np.arctan2(x, 1e200), 1e200, 5e-201),
    (lambda x: np.arctan2(1e-200, x), 1e-200, -5e199),
    (lambda x: np.hypot(x, 4e200), 3e200, 0.6),
    (lambda x: np.logaddexp(x, 0.0), -700.0, np.exp(-700.0)),
    (lambda x: np.logaddexp(x, 0.0), 800.0, 1.0),
    (lambda x: np.logaddexp2(x, 0.0), -900.0, 2.0**-900),
    (lambda x: np.remainder(1.0, x), 0.1, -9.0),  # 1 / 0.1 rounds to 10
    (lambda x: np.fmod(1.0, x), 0.1, -9.0),
    (lambda x: np.fmod(-1.0, x), 0.1, 9.0),
    (lambda x: np.remainder(-1.0, x), 0.3, 4.0),
]


@pytest.mark.parametrize(("f", "x", "slope"), EXACT)
def test_slopes_keep_their_digits(f, x, slope):
    assert grad(f)(x) == pytest.approx(slope, rel=1e-14)
    assert jvp(f, (x,), (1.0,))[1] == pytest.approx(slope, rel=1e-14)


def test_second_slopes_far_out():
    assert grad(grad(np.tanh))(20.0) == pytest.approx(-8 * np.exp(-40.0), rel=1e-12)
    for name in ("tanh", "sigmoid"):
        activation = ACTIVATIONS[name]
        for x in (-30.0, 0.3, 30.0):
            assert activation.slope(x) == pytest.approx(grad(activation.function)(x), rel=1e-13)
    assert ACTIVATIONS["gelu"](-7.0) == pytest.approx(
        -7 * np.exp(2 * np.sqrt(2 / np.pi) * (-7 - 0.044715 * 343)), rel=1e-13
    )


def test_the_quotient_of_a_remainder_is_numpys():
    rng = np.random.default_rng(0)
    a, b = rng.integers(-50, 50, 500) / 10, rng.choice([-0.3, -0.1, 0.1, 0.2, 0.7], 500)
    exact = [Fraction(x) / Fraction(y) for x, y in zip(a, b, strict=True)]
    for f, whole in ((np.remainder, math.floor), (np.fmod, math.trunc)):
        by_b = grad(lambda b, f=f: np.sum(f(a, b)))(b)
        assert by_b.tolist() == [-whole(quotient) for quotient in exact]


# ----------------------------------------------------------------------------- infinities


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (INF, 1.0, (1, 0)),
        (1.0, INF, (0, 1)),
        (-INF, 1.0, (0, 1)),
        (INF, -INF, (1, 0)),
        (INF, INF, (0.5, 0.5)),
        (-INF, -INF, (0.5, 0.5)),
        (1000.0, -1000.0, (1, 0)),
        (2.0, 2.0, (0.5, 0.5)),
    ],
)
def test_logaddexp_with_infinities(a, b, expected):
    for f in (np.logaddexp, np.logaddexp2):
        assert grad(f, (0, 1))(a, b) == expected
        assert jvp(f, (a, b), (1.0, 1.0))[1] == 1
    assert grad(lambda x: logsumexp(x))(np.array([a, b])).tolist() == list(expected)
    assert softmax(np.array([a, b])).tolist() == list(expected)
    assert np.exp(log_softmax(np.array([a, b]))).tolist() == pytest.approx(list(expected))
    assert jvp(logsumexp, (np.array([a, b]),), (np.ones(2),))[1] == 1


def test_equal_numbers_have_second_derivatives_too():
    assert grad(grad(np.logaddexp))(2.0, 2.0) == 0.25
    assert grad(grad(np.logaddexp2))(2.0, 2.0) == pytest.approx(np.log(2) / 4)


def test_the_sum_of_exponentials_along_an_axis():
    x = np.array([[INF, 1.0, 2.0], [-INF, 0.0, 0.0], [-INF, -INF, -INF], [NAN, 0.0, 1.0]])
    got = grad(lambda x: np.sum(logsumexp(x, axis=1)))(x)
    third = pytest.approx([1 / 3] * 3)
    assert got[:2].tolist() == [[1, 0, 0], [0, 0.5, 0.5]]
    assert got[2].tolist() == third
    assert np.isnan(got[3]).any()
    assert logsumexp(x, axis=1)[:3].tolist() == pytest.approx([INF, np.log(2), -INF])
    assert np.isnan(logsumexp(x, axis=1)[3])


@pytest.mark.parametrize("shift", [0.0, 800.0, -800.0, 1e10])
def test_a_shift_of_all_logits_changes_nothing(shift):
    """Without the maximum taken off, exp would over- or underflow."""
    x = np.array([[0.0, 1.0, -2.0], [3.0, 0.0, 0.5]])
    labels, w = np.array([2, 0]), np.array([[1.0, -2.0, 0.5], [0.3, 2.0, -1.0]])
    for f in (
        lambda x: np.sum(w * log_softmax(x)),
        lambda x: np.sum(w * softmax(x)),
        lambda x: np.sum(w * log_softmax(x, axis=0)),
        lambda x: softmax_cross_entropy(x, labels),
        lambda x: logsumexp(x) - x[0, 0],
    ):
        place = x + shift - shift  # in the numbers that are left at this size
        assert f(x + shift) == pytest.approx(f(place), rel=1e-6)
        for derivative in (grad(f), grad(lambda x, f=f: np.sum(w * grad(f)(x)))):
            np.testing.assert_allclose(derivative(x + shift), derivative(place), atol=1e-6)


def test_the_second_order_of_cross_entropy():
    """By the formula: (diag(p) − p pᵀ) / n for each sample, and none between samples."""
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(4, 3)), np.array([0, 2, 1, 0])
    H = hessian(lambda x: softmax_cross_entropy(x, labels))(logits)
    expected = np.zeros((4, 3, 4, 3))
    for k, p in enumerate(softmax(logits)):
        expected[k, :, k] = (np.diag(p) - np.outer(p, p)) / 4
    np.testing.assert_allclose(H, expected, atol=1e-15)
    # And of a function of it, in which the gradient that comes from behind depends on the logits.
    f = lambda x: softmax_cross_entropy(x, labels) ** 2  # noqa: E731
    loss, g = softmax_cross_entropy(logits, labels), grad(softmax_cross_entropy)(logits, labels)
    expected = 2 * loss * expected + 2 * g[:, :, None, None] * g
    np.testing.assert_allclose(hessian(f)(logits), expected, atol=1e-14)


def test_a_class_that_is_ruled_out_leaves_cross_entropy_right():
    logits, labels = np.array([[-INF, 0.0, 0.0], [INF, 0.0, 0.0]]), np.array([1, 0])
    assert softmax_cross_entropy(logits, labels) == pytest.approx(np.log(2) / 2)
    got = grad(softmax_cross_entropy)(logits, labels)
    assert got.tolist() == [[0, -0.25, 0.25], [0, 0, 0]]
    assert softmax_cross_entropy(logits, np.array([0, 0])) == INF


@pytest.mark.parametrize("x", [0.0, -0.0, 3.0, -3.0, INF, -INF, NAN])
def test_the_power_0_is_constant(x):
    for p in (0, 0.0, np.float64(0), np.array(0.0)):
        for f in (lambda x, p=p: x**p, lambda x, p=p: np.power(x, p)):
            assert f(Tensor(x)).item() == 1
            assert grad(f)(x) == 0
            assert jvp(f, (x,), (1.0,)) == (1, 0)
            assert grad(grad(f))(x) == 0


@pytest.mark.parametrize(
    ("base", "exponent", "slope"),
    [
        (0.0, 2.0, 0.0),
        (0.0, 0.5, 0.0),
        (0.0, 0.0, -INF),  # from 1 down to 0 at once
        (INF, -1.0, 0.0),
        (INF, 1.0, INF),
        (1.0, INF, 0.0),
        (2.0, 3.0, 8 * np.log(2)),
        (-2.0, 3.0, NAN),
    ],
)
def test_slopes_by_the_exponent(base, exponent, slope):
    assert grad(lambda p: np.power(base, p))(exponent) == pytest.approx(slope, nan_ok=True)


@pytest.mark.parametrize(
    ("f", "a", "b", "slopes"),
    [
        (np.fmax, NAN, 1.0, (0, 1)),
        (np.fmax, 1.0, NAN, (1, 0)),
        (np.fmin, NAN, 1.0, (0, 1)),
        (np.fmin, 1.0, NAN, (1, 0)),
        (np.fmax, 2.0, 1.0, (1, 0)),
        (np.fmin, 2.0, 1.0, (0, 1)),
        (np.fmax, 1.0, 1.0, (0.5, 0.5)),
        (np.maximum, 2.0, 1.0, (1, 0)),
        (np.minimum, 2.0, 1.0, (0, 1)),
        (np.maximum, INF, 1.0, (1, 0)),
        (np.maximum, INF, INF, (0.5, 0.5)),
        (np.minimum, -INF, 1.0, (1, 0)),
    ],
)
def test_the_larger_and_the_smaller_of_two(f, a, b, slopes):
    assert grad(f, (0, 1))(a, b) == slopes
    assert jvp(f, (a, b), (1.0, 10.0))[1] == slopes[0] + 10 * slopes[1]


def test_a_maximum_that_is_not_a_number_hides_it_in_no_zero():
    for f in (np.maximum, np.minimum):
        assert grad(lambda a, f=f: f(a, 1.0) ** 2)(NAN) != 0
        assert np.isnan(grad(lambda a, f=f: f(a, NAN) ** 2)(1.0))
    assert np.isnan(grad(lambda x: np.max(x) ** 2)(np.array([1.0, NAN]))).any()
    assert np.isnan(grad(lambda x: relu(x) ** 2)(NAN))


# ---------------------------------------------------------------------- singular matrices

SINGULAR = {
    "rank 1": np.array([[1.0, 2.0], [2.0, 4.0]]),
    "rank 2 of 3": np.arange(1.0, 10.0).reshape(3, 3),
    "rank 1 of 3": np.outer([1.0, 2.0, 3.0], [1.0, -1.0, 2.0]),
    "zeros": np.zeros((3, 3)),
    "one zero": np.zeros((1, 1)),
    "rank 3 of 4": np.diag([1.0, 2.0, 3.0, 0.0])[:, [1, 2, 3, 0]],
    "nearly": np.array([[1.0, 1.0], [1.0, 1.0 + 2**-50]]),
    "a stack, one singular": np.array([[[1.0, 2.0], [2.0, 4.0]], [[3.0, 1.0], [1.0, 2.0]]]),
}


def determinant(a):
    """By Leibniz's formula: products and sums alone."""
    n = a.shape[-1]
    if n == 1:
        return a[..., 0, 0]
    return sum(
        (-1) ** j * a[..., 0, j] * determinant(a[..., 1:, [k for k in range(n) if k != j]])
        for j in range(n)
    )


@pytest.mark.parametrize("a", SINGULAR.values(), ids=SINGULAR)
def test_a_determinant_has_a_gradient_at_a_singular_matrix(a):
    for f, order in ((grad, 1), (hessian, 2)):
        got = f(lambda a: np.sum(np.linalg.det(a)))(a)
        expected = f(lambda a: np.sum(determinant(a)))(a)
        np.testing.assert_allclose(got, expected, atol=1e-13 * 10**order)
    moves = np.random.default_rng(0).normal(size=a.shape)
    got = jvp(lambda a: np.sum(np.linalg.det(a)), (a,), (moves,))[1]
    assert got == pytest.approx(np.sum(grad(lambda a: np.sum(determinant(a)))(a) * moves))


def test_a_third_derivative_of_a_determinant():
    a, v = SINGULAR["rank 2 of 3"], np.random.default_rng(0).normal(size=(3, 3))

    def third(det):
        once = grad(det)
        twice = grad(lambda a: np.sum(once(a) * v))
        return grad(lambda a: np.sum(twice(a) * v))(a)

    np.testing.assert_allclose(third(np.linalg.det), third(determinant), atol=1e-10)


def test_solve_takes_no_detour_by_the_inverse(monkeypatch):
    def inverse(*_):
        raise AssertionError("np.linalg.inv was called")

    a, b = np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([1.0, 2.0])
    monkeypatch.setattr(np.linalg, "inv", inverse)
    check_grad(lambda a, b: np.sum(np.linalg.solve(a, b) ** 2), a, b, order=2, tolerance=1e-5)
    # A matrix that is badly conditioned, but whose system is not.
    scale = np.array([1.0, 1e-12])
    a = np.diag(scale) @ np.array([[2.0, 1.0], [1.0, 3.0]])
    by_b = grad(lambda b: np.sum(np.linalg.solve(a, b)))(scale)
    np.testing.assert_allclose(by_b * scale, [0.4, 0.2], rtol=1e-12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((3, 3), (3,)),
        ((3, 3), (3, 2)),
        ((2, 3, 3), (3,)),
        ((2, 3, 3), (3, 1)),
        ((3, 3), (4, 3, 2)),
        ((2, 1, 3, 3), (4, 3, 2)),
        ((1, 1), (1,)),
        ((0, 0), (0,)),
        ((2, 0, 3, 3), (3,)),
    ],
)
def test_solve_of_all_shapes(one, other):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=one) + 4 * np.eye(one[-1]), rng.normal(size=other)
    check_grad(np.linalg.solve, a, b, order=2, tolerance=1e-5)
    moves = rng.normal(size=one), rng.normal(size=other)
    weights = rng.normal(size=np.linalg.solve(a, b).shape)
    tangent = jvp(np.linalg.solve, (a, b), moves)[1]
    back = grad(lambda a, b: np.sum(weights * np.linalg.solve(a, b)), (0, 1))(a, b)
    assert np.sum(weights * tangent) == pytest.approx(
        sum(np.sum(g * v) for g, v in zip(back, moves, strict=True))
    )
