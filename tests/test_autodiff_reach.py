"""A 0 that was chosen stays 0 whatever comes further back; a 0 that was computed does not."""

import numpy as np
import pytest

from helpers.autodiff import (
    Tensor,
    check_grad,
    grad,
    hessian,
    jacobian,
    jvp,
    linear,
    log_softmax,
    logsumexp,
    relu,
    softmax,
)
from helpers.networks import leaky_relu
from helpers.networks.normalization import standardize

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


# ------------------------------------------------------------------------ computed zeros


COMPUTED = [
    lambda x: np.sqrt(x) ** 2,
    lambda x: np.exp(np.log(x)),
    lambda x: 1 / (1 / x),
    lambda x: np.sqrt(x * x),
    lambda x: np.sqrt(x) * np.sqrt(x),
    lambda x: np.square(np.sqrt(x)),
    lambda x: np.cbrt(x) ** 3,
    lambda x: (x**0.5) ** 2,
    lambda x: np.reciprocal(np.reciprocal(x)),
    lambda x: np.expm1(np.log(x)),
    lambda x: np.log(x) * 0.0,
    lambda x: abs(np.sqrt(x)),
    lambda x: 1 - np.cos(np.sqrt(x)),
    lambda x: np.linalg.norm(np.stack([x, x])),
    lambda x: softmax(np.stack([np.log(x), 0 * x]))[0],
    lambda x: np.tanh(np.log(x)),
    lambda x: np.sqrt(x) @ np.zeros((1, 1)) if np.ndim(x) else np.sqrt(x) * 0,
    lambda x: np.sqrt(np.array(0.0) * x) if not isinstance(x, float) else 0.0,
]


@pytest.mark.parametrize("f", COMPUTED)
@pytest.mark.parametrize("choose", [lambda y: y, lambda y: np.where(True, y, 3.0) + 0 * relu(y)])
def test_a_zero_that_was_computed_times_infinity_is_not_a_number(f, choose):
    assert np.isnan(grad(lambda x: choose(f(x)))(0.0))
    assert np.isnan(jvp(lambda x: choose(f(x)), (0.0,), (1.0,))[1])
    both = grad(lambda x: choose(f(x[0]) + x[1]))(np.array([0.0, 2.0]))
    assert np.isnan(both[0])
    assert both[1] == 1


def test_what_is_infinite_and_right_stays():
    assert grad(np.sqrt)(0.0) == np.inf
    assert grad(lambda x: np.maximum(np.sqrt(x), -1))(0.0) == np.inf
    assert grad(lambda x: np.sqrt(x)[0] + x[1])(np.array([0.0, 2.0])).tolist() == [np.inf, 1]
    assert jvp(lambda x: np.where(x < 1, np.sqrt(x), 0), (0.0,), (1.0,)) == (0, np.inf)


# ------------------------------------------------------------------------- chosen zeros

NONE = np.array([np.nan, np.nan, 4.0])
UNARY = [np.exp, np.log, np.sqrt, np.tanh, np.sin, np.cos, np.arctan, np.arcsinh, np.square, np.abs]
UNARY += [relu, leaky_relu, lambda x: 1 / x, lambda x: x**3, lambda x: 2.0**x, lambda x: x * x]
UNARY += [lambda x: np.maximum(x, 0.0), lambda x: np.cumsum(x[::-1])[::-1], np.logaddexp.__call__]
UNARY[-1] = lambda x: np.logaddexp(x, 1.0)
CHOICES = {
    "where": lambda y, x: np.where(np.isnan(x), 0.0, y),
    "where, flipped": lambda y, x: np.where(np.isfinite(x), y, 7.0),
    "index": lambda y, x: y[2:],
    "mask": lambda y, x: y[np.isfinite(x)],
    "list": lambda y, x: y[[2]],
    "take": lambda y, x: np.take(y, [2]),
    "split": lambda y, x: np.split(y, [2])[1],
}


@pytest.mark.parametrize("choose", CHOICES.values(), ids=CHOICES)
@pytest.mark.parametrize("f", UNARY)
def test_nan_in_data_does_not_leak_through_a_choice(f, choose):
    def chosen(x):
        numbers = x.data if isinstance(x, Tensor) else getattr(x, "value", x)
        return np.sum(choose(f(x), numbers))

    expected = grad(lambda x: np.sum(f(x)))(np.array([4.0]))[0]
    assert grad(chosen)(NONE).tolist() == [0, 0, expected]
    assert jvp(chosen, (NONE,), (np.array([0, 0, 1.0]),))[1] == expected
    second = grad(lambda x: np.sum(grad(chosen)(x)))
    assert second(NONE)[:2].tolist() == [0, 0]
    assert np.isfinite(second(NONE)).all()


ROWS = np.array([[1.0, 2.0, 0.5], [np.nan, 1.0, 2.0], [np.inf, -1.0, 1.0], [0.3, -2.0, 1.0]])
GOOD = np.array([True, False, False, True])
BY_ROW = {
    "softmax": lambda x, w: softmax(x, axis=1) * w,
    "log_softmax": lambda x, w: log_softmax(x, axis=-1) * w,
    "logsumexp": lambda x, w: logsumexp(x, axis=1) * w[0],
    "standardize": lambda x, w: standardize(x, 1) * w,
    "matmul": lambda x, w: x @ w,
    "linear": lambda x, w: linear(x, np.reshape(w, (3, 1)), np.zeros(1))[:, 0],
    "max": lambda x, w: np.max(x * w, axis=1),
    "prod": lambda x, w: np.prod(x * w, axis=1),
    "std": lambda x, w: np.std(x * w, axis=1),
    "cumsum": lambda x, w: np.cumsum(x * w, axis=1),
}


@pytest.mark.parametrize("f", BY_ROW.values(), ids=BY_ROW)
@pytest.mark.parametrize(
    "choose",
    [
        lambda y: y[GOOD],
        lambda y: np.where(GOOD[:, None] if np.ndim(y) == 2 else GOOD, y, 0.0),
    ],
    ids=["index", "where"],
)
def test_rows_that_were_left_out_spoil_no_gradient(f, choose):
    """As samples with missing numbers, left out of the loss, must not spoil the weights."""
    w = np.array([0.5, -1.0, 2.0])
    loss = lambda x, w: np.sum(np.sin(choose(f(x, w))))  # noqa: E731
    kept = lambda x, w: np.sum(np.sin(f(x, w)))  # noqa: E731
    by_x, by_w = grad(loss, (0, 1))(ROWS, w)
    expected_x, expected_w = grad(kept, (0, 1))(ROWS[GOOD], w)
    np.testing.assert_allclose(by_x[GOOD], expected_x, rtol=1e-13)
    assert by_x[~GOOD].tolist() == np.zeros((2, 3)).tolist()
    np.testing.assert_allclose(by_w, expected_w, rtol=1e-13)
    twice = grad(lambda w: np.sum(grad(loss, 1)(ROWS, w) ** 2))(w)
    expected = grad(lambda w: np.sum(grad(kept, 1)(ROWS[GOOD], w) ** 2))(w)
    np.testing.assert_allclose(twice, expected, rtol=1e-12)


def test_rows_that_were_not_left_out_do_spoil_it():
    w = np.ones(3)
    assert np.isnan(grad(lambda w: np.sum(np.tanh((ROWS @ w)[:2])))(w)).any()
    assert np.isnan(grad(lambda w: np.sum(ROWS @ w))(w)).any()
    # Where the gradient that arrives is an ordinary number, too.
    assert np.isnan(grad(lambda w: np.sum((ROWS @ w)[:2]))(w)).tolist() == [True, False, False]
    assert grad(lambda w: np.sum((ROWS @ w)[2:]))(w)[1:].tolist() == [-3, 2]


@pytest.mark.parametrize("choose", [np.max, lambda y: np.maximum(y[0], y[1]), lambda y: y[1]])
def test_the_loser_of_a_maximum_may_have_any_slope(choose):
    f = lambda x: choose(np.sqrt(x) + np.array([0.0, 1.0]))  # noqa: E731
    x = np.array([0.0, 4.0])
    assert grad(f)(x).tolist() == [0, 0.25]
    assert jacobian(lambda x: np.stack([f(x), f(x)]))(x).tolist() == [[0, 0.25]] * 2
    assert jvp(f, (x,), (np.ones(2),))[1] == 0.25
    assert hessian(f)(x).tolist() == [[0, 0], [0, -1 / 32]]


def test_the_winner_of_a_maximum_may_meet_an_infinite_slope():
    # The loser gets 0 · ∞, and it is 0, as it was not chosen.
    x = np.array([0.0, -1.0])
    assert grad(lambda x: np.sqrt(np.max(x)))(x).tolist() == [np.inf, 0]
    assert grad(lambda x: np.sqrt(np.maximum(x[0], x[1])))(x).tolist() == [np.inf, 0]
    assert grad(lambda x: np.sqrt(relu(x)))(-1.0) == 0
    assert grad(lambda x: np.sqrt(np.clip(x, 0, 1)))(-1.0) == 0


def test_each_row_of_a_jacobian_asks_for_its_own_number():
    assert jacobian(np.sqrt)(np.array([0.0, 4.0])).tolist() == [[np.inf, 0], [0, 0.25]]
    assert jacobian(np.log)(np.array([0.0, 4.0])).tolist() == [[np.inf, 0], [0, 0.25]]
    x = Tensor([0.0, 4.0], requires_grad=True)
    np.sqrt(x).backward([0, 1])
    assert x.grad.tolist() == [0, 0.25]


def test_what_does_not_move_has_no_part_in_a_velocity():
    f = lambda x: x[0] * np.sqrt(x[1])  # noqa: E731
    assert jvp(f, (np.array([1.0, 0.0]),), (np.array([1.0, 0.0]),)) == (0, 0)
    assert jvp(f, (np.array([1.0, 0.0]),), (np.array([0.0, 1.0]),)) == (0, np.inf)
    # Through functions of whole arrays too.
    W, moves = np.array([[0.0, 1.0], [1.0, 4.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    for f in (lambda W: np.sqrt(W.T)[:, ::-1].sum(axis=1), lambda W: np.sqrt(W + 0).sum(axis=0)):
        assert jvp(f, (W,), (moves,))[1].tolist() == [0.5, 0.25]
    f = lambda W: np.sqrt(np.stack([W[0] @ W[0], 0 * W[0, 0]]))[0]  # noqa: E731
    assert jvp(f, (W,), (moves,))[1] == 0
    f = lambda W: np.sqrt(softmax(W, axis=1)[0] - 1 + np.array([1.0, 1.0]))  # noqa: E731
    assert jvp(f, (W,), (moves,))[1].tolist() == [0, 0]


def test_a_velocity_that_is_a_variable_may_be_zero_for_the_moment():
    by_v = grad(lambda v: np.sum(jvp(np.sin, (np.ones(2),), (v,))[1]))(np.zeros(2))
    assert by_v == pytest.approx([np.cos(1)] * 2)


def test_with_and_without_masks_gradients_are_the_same():
    rng = np.random.default_rng(0)
    x, w, bias = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), np.zeros((2, 3))

    def f(w, bias, offset):
        y = np.where(x > 0, x, 0.1 * x) @ w
        y = np.max(softmax(y, axis=1) + log_softmax(np.maximum(y, 0.3), axis=0), axis=1)
        y = np.sum(np.concatenate([y[1:4], np.cumsum(y[::-1])]) ** 2)
        return y + np.sum(np.where(np.array([[False], [True]]), np.sqrt(bias + offset), 1.0))

    plain, masked = (grad(lambda w, b, o=o: f(w, b, o), (0, 1))(w, bias) for o in (1.0, [[0], [1]]))
    np.testing.assert_array_equal(plain[0], masked[0])
    assert masked[1].tolist() == [[0, 0, 0], [0.5, 0.5, 0.5]]
    check_grad(lambda w: f(w, bias, 1.0), w, order=2, tolerance=1e-5)
