"""What stands beside a Tensor: real numbers in any form work, all else is refused in a sentence."""

import operator
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from helpers.autodiff import (
    Tensor,
    check_grad,
    grad,
    jvp,
    linear,
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    softmax,
)
from helpers.networks import gelu, leaky_relu


class Column:
    """Stands for a Series of pandas: no array, but NumPy can read it."""

    def __init__(self, *numbers):
        self.numbers = numbers

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype=dtype)


OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
OPERATORS += [np.add, np.multiply, np.maximum, np.hypot, operator.mod]
REAL = {
    "tuple": (2.0, 3.0),
    "list": [2.0, 3.0],
    "tuple of whole numbers": (2, 3),
    "fraction": Fraction(5, 2),
    "list of fractions": [Fraction(5, 2), Fraction(1, 3)],
    "column": Column(2.0, 3.0),
    "integer of NumPy": np.int64(2),
    "float32": np.float32(2.5),
    "bool": True,
    "array of bools": np.array([True, True]),
    "array without axes": np.array(2.0),
    "memory map's kind": np.array([2.0, 3.0]).view(np.memmap),
}


@pytest.mark.parametrize("operate", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("other", REAL.values(), ids=REAL)
def test_real_numbers_in_any_form_work_on_either_side(operate, other):
    x = np.array([1.5, 2.5])
    as_array = np.asarray(other, float) if not isinstance(other, Column) else np.array([2.0, 3.0])
    for f, plain in [
        (lambda x: np.sum(operate(x, other)), lambda x: np.sum(operate(x, as_array))),
        (lambda x: np.sum(operate(other, x)), lambda x: np.sum(operate(as_array, x))),
    ]:
        assert grad(f)(x).tolist() == pytest.approx(grad(plain)(x).tolist())
        got = jvp(f, (x,), (np.ones(2),))
        assert got == pytest.approx(jvp(plain, (x,), (np.ones(2),)))
        twice = grad(lambda x, f=f: np.sum(grad(f)(x) ** 2))(x)
        assert twice == pytest.approx(grad(lambda x, p=plain: np.sum(grad(p)(x) ** 2))(x))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x @ (2.0, 3.0),
        lambda x: (2.0, 3.0) @ x,
        lambda x: np.dot((2.0, 3.0), x),
        lambda x: np.where((True, True), x * 2, (1.0, 1.0))[0] + 3 * x[1],
        lambda x: np.sum(np.concatenate([x, (1.0, 2.0)]) * [2, 3, 1, 1]),
        lambda x: np.sum(np.stack([x, Column(1.0, 2.0)]) * [2, 3]),
        lambda x: np.sum(linear(x, ((2.0, 0.0), (0.0, 3.0)), (0, 0))),
    ],
)
def test_functions_of_whole_arrays_take_them_too(f):
    x = np.array([1.5, 2.5])
    assert grad(f)(x).tolist() == pytest.approx([2, 3])
    assert jvp(f, (x,), (np.array([1.0, 10.0]),))[1] == pytest.approx(32)


REFUSED = {
    "masked": (np.ma.array([1.0, 2.0], mask=[0, 1]), r"Masked arrays .*np\.where|in silence"),
    "matrix": (np.matrix([[1.0, 2.0]]), r"np\.matrix .*np\.asarray"),
    "decimal": (Decimal("1.5"), "real numbers"),
    "text": ("text", "real numbers"),
    "None": (None, "real numbers"),
    "dict": ({}, "real numbers"),
    "set": ({1.0}, "real numbers"),
    "list of text": (["a", "b"], "real numbers"),
    "rows of unequal length": ([[1.0], [1.0, 2.0]], "equal length"),
    "dates": (np.array(["2020-01-01", "2020-01-02"], "M8[D]"), ""),  # by NumPy itself
    "objects": (np.array([None, 1.0]), ""),
    "complex": (1j, "complex"),
    "array of complex": (np.array([1j, 2.0]), "complex"),
    "list of complex": ([1j, 2.0], "complex"),
}


@pytest.mark.parametrize(
    "operate", [operator.add, operator.mul, operator.pow, np.multiply, np.matmul, np.dot]
)
@pytest.mark.parametrize(("other", "match"), REFUSED.values(), ids=REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_all_else_is_refused_before_the_backward_pass(operate, other, match):
    x = np.array([1.5, 2.5])
    for f in (lambda x: np.sum(operate(x, other)), lambda x: np.sum(operate(other, x))):
        for act in (
            lambda f=f: f(Tensor(x, requires_grad=True)),
            lambda f=f: jvp(f, (x,), (np.ones(2),)),
        ):
            with pytest.raises((TypeError, ValueError)) as refusal:
                act()
            # The other side may be asked first, and refuse in its own words.
            if operate in (operator.add, operator.mul, np.multiply):
                assert refusal.match(match)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.abs(x * 1j),
        lambda x: np.abs(np.exp(2j * np.pi * np.outer(range(2), range(2)) / 2) @ x),
        lambda x: (x + 1j) - 1j,
        lambda x: np.sum(x * np.array([1 + 0j, 2])),
        lambda x: x**1j,
        lambda x: 1j**x,
        lambda x: np.where(x > 0, x, 1j),
        lambda x: np.concatenate([x, [1j]]),
        lambda x: np.stack([x, x * 0j]),
        lambda x: np.sqrt(np.multiply(x, np.complex64(1))),
        lambda x: np.maximum(x, 0j),
        lambda x: np.linalg.solve(np.eye(2) * 1j, x),
        lambda x: np.dot(x, [1j, 1]),
    ],
)
def test_complex_numbers_that_arise_inside_are_refused(f):
    x = np.array([1.5, 2.5])
    for act in (
        lambda: f(Tensor(x, requires_grad=True)),
        lambda: jvp(f, (x,), (x,)),
        lambda: grad(lambda x: jvp(lambda y: np.sum(f(y)), (x,), (x,))[1])(x),
    ):
        with pytest.raises(TypeError, match="complex numbers"):
            act()


def test_masked_arrays_and_matrices_are_refused_at_the_door():
    for act in (Tensor, grad(np.sum), lambda m: jvp(np.sum, (m,), (m,)), check_grad_of_sum):
        with pytest.raises(TypeError, match="Masked arrays"):
            act(np.ma.array([1.0, 2.0], mask=[0, 1]))
        with pytest.raises(TypeError, match=r"np\.matrix"):
            act(np.matrix([[1.0, 2.0]]))


def check_grad_of_sum(m):
    check_grad(np.sum, m)


def test_functions_of_masked_arrays_do_not_take_the_numbers_out_of_a_tensor():
    x, masked = Tensor([1.0, 2.0], requires_grad=True), np.ma.array([1.0, 2.0], mask=[0, 1])
    for act in (
        lambda: masked * x,
        lambda: masked + x,
        lambda: np.ma.multiply(masked, x),
        lambda: np.ma.sum(x),
        lambda: np.ma.array(x),
    ):
        with pytest.raises(TypeError):
            act()


# ---------------------------------------------------------------------- arguments by name


@pytest.mark.parametrize(
    "f",
    [
        lambda x: relu(x=x),
        lambda x: sigmoid(x=x),
        lambda x: softmax(x=x),
        lambda x: softmax(axis=0, x=x),
        lambda x: log_softmax(x=x, axis=-1),
        lambda x: logsumexp(x=x),
        lambda x: logsumexp(x=x, axis=1, keepdims=True),
        lambda x: gelu(x=x),
        lambda x: leaky_relu(x=x),
        lambda x: leaky_relu(x=x, negative_slope=0.2),
        lambda x: linear(x, W=np.ones((2, 3)), b=np.zeros(3)),
        lambda x: linear(b=x[0], W=x, x=x),
        lambda x: linear(np.ones((4, 2)), W=x, b=np.zeros(2)),
        lambda x: linear(np.ones((4, 2)), b=x[1], W=np.ones((2, 2))),
        lambda x: np.sum(a=x, axis=0),
        lambda x: np.linalg.solve(a=x, b=np.ones(2)),
        lambda x: np.linalg.inv(a=x),
        lambda x: np.dot(a=x, b=x),
        lambda x: np.reshape(a=x, shape=(4,)) if False else np.reshape(x, (4,)),
    ],
)
def test_arguments_by_name(f):
    x = np.array([[1.5, -2.5], [0.5, 1.0]])
    result = f(Tensor(x, requires_grad=True))
    np.testing.assert_allclose(result.data, f(x))
    check_grad(f, x, order=2, tolerance=1e-5)
    moves = np.array([[1.0, 2.0], [-1.0, 0.5]])
    tangent = jvp(f, (x,), (moves,))[1]
    assert np.sum(tangent) == pytest.approx(np.sum(grad(lambda x: np.sum(f(x)))(x) * moves))


@pytest.mark.parametrize(
    "act",
    [
        lambda x: softmax(y=x),
        lambda x: softmax(x, x=x),
        lambda x: linear(x, W=x),
        lambda x: linear(x, x, x, x),
        lambda x: relu(x, x),
    ],
)
def test_arguments_that_do_not_exist_are_refused(act):
    with pytest.raises(TypeError):
        act(Tensor(np.eye(2), requires_grad=True))


def test_a_fused_layer_in_forward_mode_with_a_tensor_beside():
    """Each leaves a call to the other, and one of them takes it."""
    W = Tensor(np.eye(2), requires_grad=True)
    value, tangent = jvp(lambda x: np.sum(linear(x, W, np.zeros(2))), (np.ones(2),), (np.ones(2),))
    tangent.backward()
    assert value.item() == 2
    assert W.grad.tolist() == [[1, 1], [1, 1]]
