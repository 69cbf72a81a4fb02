"""Composed functions have NumPy's values, and NumPy's refusals, whatever they are called with."""

import itertools

import numpy as np
import pytest

from helpers.autodiff import Tensor, grad, jvp, log_softmax, logsumexp, softmax

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")

SHAPES = [(), (3,), (2, 3), (2, 3, 4), (1,), (1, 3), (3, 1), (0,), (0, 3), (2, 0), (3, 3)]
AXES = [None, 0, 1, -1, -2, 2, -3, 5, (0, 1), (0, -1), (1, 0), (0, 0), (0, 2), (-1, -2), ()]
# Older versions of NumPy refuse a clip without any limit; the engine takes it, as newer ones do.
NO_LIMITS = np.lib.NumpyVersion(np.__version__) < "2.1.0"
REFUSALS = (TypeError, ValueError, IndexError, ZeroDivisionError)  # AxisError is two of them
rng = np.random.default_rng(0)
random = rng.random


def outcome(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except REFUSALS as refusal:
        return refusal


def agree(f, arrays, *args, **kwargs):
    """What is wrong with f on Tensors, in words, or nothing."""
    expected = outcome(f, *arrays, *args, **kwargs)
    leaves = [Tensor(a, requires_grad=True) for a in arrays]
    got = outcome(f, *leaves, *args, **kwargs)
    call = f"{[a.shape for a in arrays]} {args} {kwargs}"
    if isinstance(expected, REFUSALS):
        return None if isinstance(got, REFUSALS) else f"{call}: NumPy refuses, {expected}"
    if isinstance(got, REFUSALS):
        # The rules may know less, if they say so.
        return None if "knows" in str(got) else f"{call}: not refused by NumPy, {got}"
    if got.shape != np.shape(expected) or not np.allclose(got.data, expected, equal_nan=True):
        return f"{call}: {got} instead of {expected}"
    if got.requires_grad and np.isfinite(got.data).all():
        # Backward is the transpose of forward.
        weights = rng.normal(size=got.shape)
        np.sum(weights * got).backward()
        moves = [rng.normal(size=a.shape) for a in arrays]
        tangent = jvp(lambda *a: f(*a, *args, **kwargs), tuple(arrays), tuple(moves))[1]
        back = sum(
            np.sum(t.grad * v) for t, v in zip(leaves, moves, strict=True) if t.grad is not None
        )
        if not np.isclose(np.sum(weights * tangent), back):
            return f"{call}: backward {back}, forward {np.sum(weights * tangent)}"
    return None


def each(*lists, **kwargs):
    return [(args, kwargs) for args in itertools.product(*lists)]


def over_axes(axes=AXES, **kwargs):
    return [((), {"axis": axis, **kwargs}) for axis in axes]


REDUCED = over_axes() + over_axes(keepdims=True)
PLACES = [0, 1, -1, -2, 2, -3, 4]
WEIGHTS = [random(n) for n in (2, 3, 4, (2, 3), (3, 2), (1, 3), (2, 4), (2, 3, 4))]
INDICES = [np.zeros(s, int) for s in ((2, 3), (1, 3), (2, 1), (1,), (3, 3), (2, 1, 4))]
INDICES += [np.full((2, 3), n) for n in (1, 2, 9, -1)] + [np.array([0, 2, 1])]
CALLS = {
    **dict.fromkeys((np.sum, np.mean, np.max, np.min, np.prod, np.ptp, logsumexp), REDUCED),
    np.var: REDUCED + over_axes([None, 0, 1], ddof=1) + over_axes([0], ddof=5),
    np.std: REDUCED + over_axes([None, 0, 1], ddof=1) + over_axes([0], ddof=5),
    **dict.fromkeys((softmax, log_softmax, np.cumsum, np.cumprod, np.flip, np.sort), over_axes()),
    **dict.fromkeys((np.squeeze, np.expand_dims), over_axes()),
    np.average: each([None, 0, 1, -1, 2, (0, 1), (1, 0), (0, 2)], [*WEIGHTS, np.zeros(3), 2.0]),
    np.linalg.norm: each(
        [None, 1, 2, 3, 0.5, -1, -np.inf, "fro", "nuc", "x"],
        [None, 0, -1, 1, (0, 1), (1, 0), (0,), (0, 1, 2), 3],
        [False, True],
    ),
    np.diff: each([0, 1, 2, 3, 5, -1], [0, -1, 1, -2, 3]),
    np.swapaxes: each(PLACES, PLACES),
    np.moveaxis: each(PLACES, PLACES) + each([(0, 1), (0, -1), (0, 0), (0,)], [(1, 0), (-1, 0)]),
    np.transpose: each(
        [None, (0, 1), (1, 0), (0, -1), (-1, 0), (-1, -2), (0, 0), (0,), (2, 0, 1), (-1, 0, 1)]
    ),
    **dict.fromkeys((np.diagonal, np.trace), each([0, 1, -1, 5], [0, 1, -1, 2], [0, 1, -2])),
    **dict.fromkeys((np.diag, np.tril, np.triu), each([0, 1, -1, 2, -2, 5, -5])),
    np.take: each([[0, 0, 1], 1, -1, [[0, 1], [1, 0]], 7, [-9], [], [True, False], 1.5], PLACES),
    np.take_along_axis: each(INDICES, [None, 0, 1, -1, 2, -3]),
    np.repeat: each([2, 0, [1, 2], [1, 2, 3], -1, [2]], [None, *PLACES]),
    np.roll: each([1, -1, 5, (1, 2)], [None, 0, -1, (0, 1), 3]),
    np.tile: each([2, (2,), (2, 1), (1, 2, 3), 0, (2, 2, 2, 2)]),
    np.reshape: each([(-1,), 6, (3, 2), (-1, 2), (5,), (-1, -1), (), (0, -1), [2, 3], -1]),
    np.broadcast_to: each([(2, 3), (4, 2, 3), (3,), (2, 2), (), (1, 3)]),
    np.clip: [
        *each([None, -0.3, 0.3][NO_LIMITS:], [None, 0.2]),
        ((None, 0.2), {}),
        ((0.1,), {}),
        ((), {"a_min": 0.1}),
    ],
    **dict.fromkeys((np.ravel, np.atleast_1d, np.atleast_2d, np.linalg.inv, np.linalg.det), each()),
}


@pytest.mark.parametrize("function", CALLS, ids=lambda f: f.__name__)
def test_one_array(function):
    found = [
        agree(function, [rng.normal(size=shape)], *args, **kwargs)
        for args, kwargs in CALLS[function]
        for shape in SHAPES
    ]
    assert [what for what in found if what] == []


def split(a, sections, axis):
    return np.concatenate(
        [np.ravel(p) * (k + 1) for k, p in enumerate(np.split(a, sections, axis))]
    )


@pytest.mark.parametrize("sections", [2, 3, [1], [1, 2], 1, 0, [0, 5], 4])
def test_split(sections):
    found = [agree(split, [rng.normal(size=s)], sections, axis) for s in SHAPES for axis in PLACES]
    assert [what for what in found if what] == []


PAIRS = [*SHAPES, (2, 2), (4, 2, 2), (2, 2, 3), (3, 2), (4, 3), (2, 4, 3)]
OF_TWO = {
    f.__name__: f
    for f in (np.dot, np.inner, np.outer, np.vdot, np.vecdot, np.matmul, np.linalg.solve)
}
for _axes in (0, 1, 2, 3, -1, (0, 0), (-1, 0), ([0, 1], [0, 1]), ([1, 0], [0, 1]), ([0], [0, 1])):
    OF_TWO[f"tensordot {_axes}"] = lambda a, b, axes=_axes: np.tensordot(a, b, axes)
for _axes in (([-1, -2], [-1, -2]), ([0, 0], [0, 1]), ((), ())):
    OF_TWO[f"tensordot {_axes}"] = lambda a, b, axes=_axes: np.tensordot(a, b, axes)
for _axis in (0, -1, None, 2):
    OF_TWO[f"concatenate {_axis}"] = lambda a, b, axis=_axis: np.concatenate([a, b, a], axis)
    if _axis is not None:
        OF_TWO[f"stack {_axis}"] = lambda a, b, axis=_axis: np.stack([a, b, a], axis)
for _join in (np.vstack, np.hstack, np.column_stack):
    OF_TWO[_join.__name__] = lambda a, b, join=_join: join([a, b])


@pytest.mark.parametrize("function", OF_TWO.values(), ids=OF_TWO)
def test_two_arrays(function):
    found = [
        agree(function, [rng.normal(size=one), rng.normal(size=other)])
        for one, other in itertools.product(PAIRS, PAIRS)
    ]
    assert [what for what in found if what] == []


def test_negative_axes_are_counted_from_the_end():
    weights = random((2, 3))
    for axes in [(0, -1), (-2, 1), (-2, -1)]:
        assert (
            grad(lambda x, a=axes: np.sum(weights * np.transpose(x, a)))(np.ones((2, 3))).tolist()
            == weights.tolist()
        )


def test_the_options_of_clip():
    for kwargs in ({"a_max": 0.1}, {"a_min": 0.1, "a_max": None, "min": 0}):
        with pytest.raises((TypeError, ValueError), match="clip"):
            np.clip(Tensor([1.0], requires_grad=True), **kwargs)


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_number_has_no_deviation_and_no_slope_of_it(shape):
    x = np.full(shape, 5.0)
    assert np.all(grad(np.std)(x) == 0)
    assert jvp(np.std, (x,), (np.ones(shape),)) == (0, 0)
    assert np.all(grad(lambda x: np.sum(np.std(np.stack([x, 2 * x]), axis=-1)))(np.ones(1)) == 0)
    assert grad(lambda x: np.sum(np.std(x, axis=0)))(np.ones((1, 3))).tolist() == [[0, 0, 0]]
    assert np.isnan(grad(np.std)(np.array([5.0, 5.0]))).all()  # a corner, as of |x|


@pytest.mark.parametrize("join", [np.stack, np.concatenate, np.hstack])
def test_joining_n_numbers_costs_n(join, monkeypatch):
    """Counted, and not timed: how many arrays the backward pass looks at."""
    looked_at = []
    shape = np.shape
    leaves = [Tensor([float(k)], requires_grad=True) for k in range(300)]
    y = np.sum(np.ravel(join(leaves)) * np.arange(300.0))
    monkeypatch.setattr(np, "shape", lambda a: looked_at.append(a) or shape(a))
    y.backward()
    monkeypatch.undo()
    assert len(looked_at) < 3000
    assert [leaf.grad.item() for leaf in leaves] == list(range(300))
