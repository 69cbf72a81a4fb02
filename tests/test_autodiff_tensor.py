"""The engine for arrays: what accumulates, what is refused, depth, memory, conversions."""

import copy
import gc
import math
import pickle
import threading
import weakref

import numpy as np
import pytest

from helpers.autodiff import Tensor, grad, linear, no_grad, relu


def leaf(*data):
    return Tensor(data[0] if len(data) == 1 else list(data), requires_grad=True)


# ------------------------------------------------------------------------- accumulation


def test_leaves_add_up_gradients_until_they_are_cleared():
    x = leaf(2.0)
    (x * x).backward()
    (x * 3).backward()
    assert x.grad == 7
    x.grad = None
    (x * 3).backward()
    assert x.grad == 3


def test_inner_gradients_are_kept_on_request_only():
    x = leaf(1.0, 2.0)
    h, k = x * 2, x * 3
    h.retain_grad()
    np.sum(h * k).backward()
    assert k.grad is None
    assert h.grad.tolist() == [3, 6]
    with pytest.raises(RuntimeError, match="depend on a leaf"):
        Tensor(1.0).retain_grad()


def test_a_parameter_that_was_not_used_has_no_gradient():
    x, unused = leaf(1.0), leaf(1.0)
    (x * 2).backward()
    assert unused.grad is None


def test_backward_twice_is_refused():
    x = leaf(3.0)
    y = x * x
    y.backward()
    with pytest.raises(RuntimeError, match="Compute the Tensor again"):
        y.backward()
    with pytest.raises(RuntimeError, match="Compute the Tensor again"):
        (y + 1).backward()
    assert x.grad == 6


def test_two_results_that_share_a_part_are_added_up_or_refused():
    x = leaf(3.0)
    shared = x * x
    one, other = shared * 2, shared * 5
    one.backward()
    with pytest.raises(RuntimeError, match="part of it"):
        other.backward()
    assert x.grad == 12
    x.grad = None
    shared = x * x
    (shared * 2 + shared * 5).backward()
    assert x.grad == 42


def test_backward_from_a_leaf():
    x = leaf(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2


def test_backward_needs_a_single_number_or_a_gradient():
    x = leaf(1.0, 2.0)
    with pytest.raises(ValueError, match=r"shape \(2,\).*sum or a mean"):
        (x * x).backward()
    (x * x).backward([1, 10])
    assert x.grad.tolist() == [2, 40]
    with pytest.raises(ValueError, match=r"must have the shape of the Tensor, \(2,\)"):
        (x * x).backward(1.0)
    (x[:1] * 3).backward()  # a single number, whatever its shape
    assert x.grad.tolist() == [5, 40]


def test_backward_without_a_leaf_in_sight():
    for y in (Tensor(1.0), Tensor(1.0) * 2):
        with pytest.raises(RuntimeError, match="requires_grad=True"):
            y.backward()
    with no_grad():
        y = leaf(1.0) * 2
    with pytest.raises(RuntimeError, match="no_grad"):
        y.backward()


@pytest.mark.parametrize(
    "f",
    [
        lambda x, y: np.sum(x + y),
        lambda x, y: np.sum(x - 0 + y),
        lambda x, y: np.sum(np.concatenate([x, y])),
        lambda x, y: np.sum(np.stack([x.reshape(2, 1), y.reshape(2, 1)])),
        lambda x, y: np.sum(x.T) + np.sum(y.T),
        lambda x, y: np.mean(np.broadcast_to(x, (3, 2)) + y[::-1]),
    ],
)
def test_two_gradients_never_share_memory(f):
    x, y = leaf(1.0, 2.0), leaf(3.0, 4.0)
    f(x, y).backward()
    assert not np.shares_memory(x.grad, y.grad)
    x.grad[:] = 7
    x.grad += 1
    assert not (y.grad == 8).any()
    for first, second in [grad(f, (0, 1))(np.ones(2), np.ones(2))]:
        first[:] = 7
        assert not (second == 7).any()


def test_a_gradient_never_shares_memory_with_what_was_passed_in():
    seed = np.ones(2)
    for f in (lambda x: x + 0, lambda x: x):
        x = leaf(1.0, 2.0)
        f(x).backward(seed)
        seed[:] = 7
        assert x.grad.tolist() == [1, 1]
        seed[:] = 1
    x = leaf(1.0, 2.0)
    y = x + 0
    y.retain_grad()
    y.backward(seed)
    assert not np.shares_memory(x.grad, y.grad)


def test_leaves_have_memory_of_their_own():
    data = np.array([1.0, 2.0])
    x = leaf(data)
    y = Tensor(x, requires_grad=True)
    z = x.detach()
    data[:] = 7
    x.data -= 1
    assert (x.tolist(), y.tolist(), z.tolist()) == ([0, 1], [1, 2], [1, 2])
    y.data = x.data
    x.data += 5
    assert y.tolist() == [0, 1]


def test_data_may_change_between_steps_but_not_under_a_result():
    x = leaf(3.0)
    y = x * x
    x.data -= 1
    with pytest.raises(RuntimeError, match="changed after"):
        y.backward()
    y = x * x
    x.data = 5.0
    with pytest.raises(RuntimeError, match="changed after"):
        y.backward()
    assert x.grad is None
    (x * x).backward()
    assert x.grad == 10
    with pytest.raises(ValueError, match=r"keep its shape \(\)"):
        x.data = [1.0, 2.0]


def test_a_frozen_leaf_gets_no_gradient():
    x, y = leaf(2.0), leaf(3.0)
    y.requires_grad = False
    (x * y).backward()
    assert x.grad == 3
    assert y.grad is None


# ----------------------------------------------------------------------------- broadcasting


def test_a_column_against_a_row_of_numbers():
    """(n, 1) against (n,) makes (n, n), as in NumPy, and every gradient fits its own array."""
    x, y = leaf(np.arange(3.0)[:, None]), leaf(np.array([1.0, 2.0, 4.0]))
    difference = x - y
    assert difference.shape == (3, 3)
    np.sum(difference**2).backward()
    expected = 2 * (np.arange(3.0)[:, None] - np.array([1.0, 2.0, 4.0]))
    assert x.grad.tolist() == expected.sum(axis=1, keepdims=True).tolist()
    assert y.grad.tolist() == (-expected.sum(axis=0)).tolist()
    with pytest.raises(ValueError, match="sum or a mean"):
        difference.backward()


def test_an_array_on_the_left():
    x = leaf(1.0, 2.0)
    for left in (np.array([3.0, 4.0]), np.float64(3.0), 3, [3.0, 4.0], np.array(3)):
        for y in (left * x, left + x, left - x, left / x, left**x):
            assert isinstance(y, Tensor)
            assert y.shape == (2,)
    y = np.array([[1.0, 2.0], [3.0, 4.0]]) @ x
    assert isinstance(y, Tensor)
    assert y.tolist() == [5, 11]


# ---------------------------------------------------------------- the graph is never lost


@pytest.mark.parametrize(
    "lose",
    [
        lambda t: float(t),
        lambda t: int(t),
        lambda t: math.sin(t),
        lambda t: math.exp(t),
        lambda t: np.asarray(t),
        lambda t: np.array(t, dtype=float),
        lambda t: np.mean([t, t + 2]),
        lambda t: np.array([t, 1.0]),
        lambda t: np.add(np.array([1.0, 2.0]), [t, t]),
        lambda t: Tensor([t, t]),
        lambda t: np.zeros(2).__setitem__(0, t),
        lambda t: np.zeros(2).__setitem__(slice(None), t),
        lambda t: complex(t),
        lambda t: [1, 2, 3][t],
    ],
)
def test_what_would_lose_the_graph_in_silence_raises(lose):
    with pytest.raises((TypeError, ValueError)):
        lose(leaf(1.0))


def test_the_sentence_names_a_way_out():
    with pytest.raises(TypeError, match=r"np\.stack"):
        np.mean([leaf(1.0), leaf(2.0)])
    with pytest.raises(TypeError, match="NumPy function"):
        math.sin(leaf(1.0))


def test_where_no_gradient_is_wanted_numbers_may_leave():
    x = leaf(1.5)
    with no_grad():
        assert float(x) == math.fsum([x]) == np.asarray(x) == 1.5
    for t in (x.detach(), Tensor(1.5), np.floor(x) + 0.5):
        assert float(t) == 1.5
    assert int(Tensor(1.5)) == 1
    assert x.item() == 1.5
    assert type(x.item()) is float
    assert f"{x:.2f}" == "1.50"
    with pytest.raises(ValueError, match="single number"):
        leaf(1.0, 2.0).item()


def test_a_tensor_is_not_changed_in_place():
    x = leaf(1.0, 2.0)
    with pytest.raises(TypeError, match=r"np\.where"):
        x[0] = 3
    y = x
    y += 1  # a new Tensor under the old name
    assert (x.tolist(), y.tolist()) == ([1, 2], [2, 3])
    with pytest.raises(AttributeError):
        x.requires_gard = True


def test_comparisons_are_plain_arrays():
    x = leaf(1.0, 2.0)
    for result in (
        x > 1,
        x >= [1, 3],
        x < 2,
        x <= 2,
        x == 1,
        x != 1,
        np.isnan(x),
        np.greater(x, 1),
    ):
        assert type(result) is np.ndarray
        assert result.dtype == bool
    assert np.argmax(x) == x.argmax() == 1
    assert np.less(1, x).tolist() == [False, True]
    if leaf(1.0) > 0 and leaf(2.0):
        assert np.all(x > 0)
    assert np.sum(x[x > 1]).item() == 2


def test_steps_have_no_slope():
    for f in (np.sign, np.floor, np.ceil, np.round, np.trunc, lambda x: x // 1):
        assert not f(leaf(1.5)).requires_grad
        assert grad(f)(1.5) == 0
        assert grad(lambda x, f=f: f(x) * x)(1.5) == f(np.float64(1.5))


# ----------------------------------------------------------------------------- no_grad


def test_no_grad_as_block_and_as_decorator():
    x = leaf(2.0)

    @no_grad()
    def evaluate():
        return x * x

    with no_grad():
        inside = x * 3
        with no_grad():
            pass
        assert not (x * 3).requires_grad
    assert not inside.requires_grad
    assert not evaluate().requires_grad
    assert not evaluate().requires_grad
    assert (x * 3).requires_grad


def test_no_grad_ends_with_an_error_too():
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    assert (leaf(1.0) * 2).requires_grad


def test_no_grad_is_for_one_thread():
    found = []
    with no_grad():
        thread = threading.Thread(target=lambda: found.append((leaf(1.0) * 2).requires_grad))
        thread.start()
        thread.join()
    assert found == [True]


def test_detach_stops_the_gradient():
    x = leaf(3.0)
    (x * x.detach()).backward()
    assert x.grad == 3


# ------------------------------------------------------------------------ depth and memory


def chain(length, x):
    y = x
    for _ in range(length // 2):
        y = y * 1.00001 + 0.0
    return y


def test_a_chain_of_100000_operations():
    x = leaf(1.0)
    y = chain(100_000, x)
    y.backward()
    assert x.grad == pytest.approx(1.00001**50_000, rel=1e-9)
    del y
    y = chain(100_000, x)
    del y  # never used, and gone without a stack overflow


def test_no_reference_cycles_are_left():
    x = leaf(1.0)
    gc.collect()
    gc.disable()
    try:
        for finish in (lambda y: y.backward(), lambda y: None):
            h = np.tanh(np.stack([x * 2, x]))
            y = np.mean(h[0] * 3)
            gone = weakref.ref(h)
            del h
            assert gone() is not None
            finish(y)
            del y
            assert gone() is None
        assert grad(grad(lambda x: np.sum(np.exp(x) ** 2)))(1.0) > 0
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_backward_lets_go_of_the_graph():
    x = leaf(np.ones(3))
    y = np.sum(np.tanh(x * 2))
    inner = weakref.ref(y._parents[0][1])
    y.backward()
    assert inner() is None


# ---------------------------------------------------------------------- what a Tensor is


def test_numbers_of_all_kinds():
    assert Tensor([1, 2]).dtype == float
    assert Tensor(True).dtype == float
    assert Tensor(np.float32([1, 2])).dtype == np.float32
    assert Tensor(Tensor([1.0])).tolist() == [1]
    x = leaf(3)
    (x * x).backward()
    assert x.grad == 6
    assert type(x.grad) is np.ndarray


def test_the_gradient_has_the_type_of_its_leaf():
    x, y = leaf(np.float32([1, 2])), leaf(1.0, 2.0)
    np.sum(x * y).backward()
    assert (x.grad.dtype, y.grad.dtype) == (np.float32, np.float64)


@pytest.mark.parametrize("data", ["text", None, 1j, [1j], [[1.0], [1.0, 2.0]], {}, [None]])
def test_what_is_no_array_of_real_numbers_is_refused(data):
    with pytest.raises(TypeError, match="Tensor takes"):
        Tensor(data)


def test_attributes_and_methods_of_arrays():
    x = leaf(np.arange(6.0).reshape(2, 3))
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3), 2, 6, 2)
    assert x.T.shape == x.transpose().shape == x.transpose(1, 0).shape == (3, 2)
    assert x.reshape(3, 2).shape == x.reshape((3, -1)).shape == (3, 2)
    assert x.sum(axis=0).shape == x.mean(0).shape == x.max(axis=0).shape == (3,)
    assert x.flatten().shape == x.ravel().shape == (6,)
    assert x.dot(np.ones(3)).tolist() == [3, 12]
    assert [row.shape for row in x] == [(3,), (3,)]
    first, second = x
    assert (first.tolist(), second.tolist()) == ([0, 1, 2], [3, 4, 5])
    assert (x.exp().log() - x).relu().shape == x.tanh().shape
    assert relu(x).requires_grad
    for bad in (lambda: len(leaf(1.0)), lambda: list(leaf(1.0))):
        with pytest.raises(TypeError, match="single number"):
            bad()


def test_shape_functions_of_numpy():
    x = leaf(np.ones((2, 3)))
    assert (np.shape(x), np.ndim(x), np.size(x)) == ((2, 3), 2, 6)
    assert np.zeros_like(x).shape == (2, 3)
    assert np.array_equal(x, np.ones((2, 3)))
    assert np.allclose(x, 1)


def test_tensors_can_be_keys():
    x, y = leaf(1.0), leaf(1.0)
    assert {x: "x", y: "y"}[y] == "y"
    assert len({x, y}) == 2


def test_leaves_can_be_copied_and_saved():
    x = leaf(1.0, 2.0)
    for twin in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert twin.requires_grad
        assert twin.tolist() == [1, 2]
        assert not np.shares_memory(twin.data, x.data)
    with pytest.raises(TypeError, match="detach"):
        copy.deepcopy(x * 2)


def test_repr():
    assert repr(Tensor(1.0)) == "Tensor(1.)"
    assert repr(leaf(1.0, 2.0)) == "Tensor([1., 2.], requires_grad=True)"
    assert f"{leaf(1.0)}" == "Tensor(1., requires_grad=True)"


def test_empty_arrays():
    x = leaf(np.ones((0, 3)))
    np.sum(x * 2).backward()
    assert x.grad.shape == (0, 3)


# ----------------------------------------------------------------------------- a network


def test_a_network_learns_exclusive_or():
    rng = np.random.default_rng(0)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([[0.0], [1.0], [1.0], [0.0]])
    parameters = [leaf(rng.normal(size=s)) for s in [(2, 8), (8,), (8, 1), (1,)]]
    W1, b1, W2, b2 = parameters
    for _ in range(1000):
        loss = np.mean((linear(np.tanh(linear(X, W1, b1)), W2, b2) - y) ** 2)
        for p in parameters:
            p.grad = None
        loss.backward()
        for p in parameters:
            p.data -= 0.3 * p.grad
    assert loss.item() < 1e-3


def test_the_fused_layer_and_its_parts_agree():
    rng = np.random.default_rng(0)
    x, W, b = (leaf(rng.normal(size=s)) for s in [(5, 3), (3, 2), (2,)])
    np.sum(np.tanh(linear(x, W, b))).backward()
    fused = [t.grad for t in (x, W, b)]
    for t in (x, W, b):
        t.grad = None
    np.sum(np.tanh(x @ W + b)).backward()
    for t, g in zip((x, W, b), fused, strict=True):
        np.testing.assert_allclose(t.grad, g, rtol=1e-13)
