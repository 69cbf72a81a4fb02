"""Every rule of the table: first and second order, backward and forward, with drawn shapes."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, broadcastable_shapes, mutually_broadcastable_shapes

from helpers.autodiff import Tensor, add_rule, check_grad, functions, grad, jvp, primitive
from helpers.autodiff.arrays import joined, scatter
from helpers.autodiff.rules import RULES, Elementwise

few = settings(max_examples=12)
seeds = st.integers(0, 2**32 - 1)
shapes = array_shapes(min_dims=0, max_dims=3, max_side=3)
solid = array_shapes(min_dims=1, max_dims=3, max_side=3)


def examine(f, *args, tolerance=2e-6):
    """f on Tensors: the value of f on arrays, the right slopes of both orders and both modes."""
    expected = f(*args)
    leaves = [Tensor(a, requires_grad=True) for a in args]
    result = f(*leaves)
    assert isinstance(result, Tensor)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected, rtol=1e-12, atol=1e-12)
    check_grad(f, *args, order=2, tolerance=tolerance)

    rng = np.random.default_rng(0)
    moves = tuple(rng.normal(size=a.shape) for a in args)
    weights = rng.normal(size=np.shape(expected))
    value, tangent = jvp(f, args, moves)
    assert np.shape(value) == np.shape(tangent) == np.shape(expected)
    backward = grad(lambda *a: np.sum(weights * f(*a)), tuple(range(len(args))))(*args)
    np.testing.assert_allclose(
        np.sum(weights * tangent),
        sum(np.sum(g * v) for g, v in zip(backward, moves, strict=True)),
        rtol=1e-9,
        atol=1e-9,
    )


def numbers(seed, *shapes, low=-2.0, high=2.0):
    """Arrays of random numbers between low and high."""
    rng = np.random.default_rng(seed)
    return [rng.uniform(low, high, shape) for shape in shapes]


# ------------------------------------------------------------------------------- elementwise

# Where each function is smooth: (low, high), or one pair for each argument.
DOMAINS = {
    np.divide: [(-2, 2), (0.5, 2)],
    np.power: [(0.5, 2), (-2, 2)],
    np.float_power: [(0.5, 2), (-2, 2)],
    operator.pow: [(0.5, 2), (-2, 2)],
    np.remainder: [(2.3, 2.7), (0.95, 1.05)],
    np.fmod: [(-2.7, -2.3), (0.95, 1.05)],
    np.reciprocal: (0.5, 2),
    np.sqrt: (0.5, 2),
    np.cbrt: (0.5, 2),
    np.log: (0.5, 2),
    np.log2: (0.5, 2),
    np.log10: (0.5, 2),
    np.log1p: (-0.5, 2),
    np.tan: (-1, 1),
    np.arcsin: (-0.8, 0.8),
    np.arccos: (-0.8, 0.8),
    np.arccosh: (1.5, 3),
    np.arctanh: (-0.8, 0.8),
    np.absolute: (0.1, 2),
    np.fabs: (-2, -0.1),
    np.hypot: [(0.5, 2), (-2, -0.5)],
    np.arctan2: [(0.5, 2), (0.5, 2)],
    np.copysign: [(0.5, 2), (-2, -0.5)],
    functions.relu: (0.1, 2),
}
# Other packages add rules of their own, and test them.
OURS = {f for f in RULES if not getattr(f, "__module__", "").startswith("helpers.networks")}
ELEMENTWISE = [f for f in RULES if isinstance(RULES[f], Elementwise) and f in OURS]
BINARY = [f for f in ELEMENTWISE if len(RULES[f].slopes) == 2]
UNARY = [f for f in ELEMENTWISE if len(RULES[f].slopes) == 1]


def domain(function, i):
    found = DOMAINS.get(function, (-2, 2))
    return found[i] if isinstance(found, list) else found


@pytest.mark.parametrize("function", UNARY, ids=lambda f: f.__name__)
@given(shape=shapes, seed=seeds)
@settings(few, max_examples=5)
def test_functions_of_one_array(function, shape, seed):
    low, high = domain(function, 0)
    examine(function, *numbers(seed, shape, low=low, high=high))


# NumPy's fabs, cbrt and conversions of angles do not take complex numbers, and a complex number has
# no sign: all other functions of one argument are analytic.
NOT_ANALYTIC = {np.absolute, np.fabs, np.cbrt, np.deg2rad, np.radians, np.rad2deg, np.degrees}
ANALYTIC = [f for f in UNARY if f not in NOT_ANALYTIC and f is not functions.relu]


@pytest.mark.parametrize("function", ANALYTIC, ids=lambda f: f.__name__)
def test_slopes_agree_with_the_complex_step_to_the_last_digits(function):
    x = np.linspace(*domain(function, 0), 41)
    by_complex_step = np.imag(function(x + 1e-30j)) / 1e-30
    got = grad(lambda x: np.sum(function(x)))(x)
    np.testing.assert_allclose(got, by_complex_step, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("function", BINARY, ids=lambda f: f.__name__)
@given(pair=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seed=seeds)
@settings(few, max_examples=8)
def test_functions_of_two_arrays_that_broadcast(function, pair, seed):
    args = [
        numbers(seed + i, shape, low=domain(function, i)[0], high=domain(function, i)[1])[0]
        for i, shape in enumerate(pair.input_shapes)
    ]
    if function is np.copysign:  # the second argument has no slope
        examine(lambda a: np.copysign(a, args[1]), args[0])
    else:
        examine(function, *args)


@given(pair=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), seed=seeds)
@few
def test_operators_with_an_array_on_either_side(pair, seed):
    a, b = (x + 3 for x in numbers(seed, *pair.input_shapes))
    for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
        examine(lambda x, f=f: f(x, b), a)
        examine(lambda x, f=f: f(b, x), a)
    examine(lambda x: abs(-x) + (+x) % 7, a)


@pytest.mark.parametrize("p", [0, 1, 2, 3, -1, 0.5, 2.5])
def test_powers_with_a_number_as_exponent(p):
    examine(lambda x: x**p, np.array([0.5, 1.0, 2.0]))
    if p == int(p):
        examine(lambda x: x**p, np.array([-0.5, -3.0]))
        examine(lambda x: x ** np.full(2, float(p)), np.array([-0.5, -3.0]))


def test_powers_at_zero():
    assert grad(lambda x: x**2)(0.0) == 0
    assert grad(lambda x: x**1)(0.0) == 1
    assert grad(lambda x: x**0)(0.0) == 0
    assert grad(lambda x: x ** np.array(0.0))(0.0) == 0
    assert grad(lambda p: np.power(0.0, p))(2.0) == 0
    assert grad(lambda x: x**0.5)(0.0) == np.inf


# ------------------------------------------------------------------------------- the others


def reduction(function, low=-2, high=2, **more):
    """Draws a shape, an axis or several or none, and keepdims."""

    def case(draw, seed):
        shape = draw(solid)
        axes = st.integers(-len(shape), len(shape) - 1)
        several = st.just(tuple(range(len(shape) - 1)) or None)
        axis = draw(st.one_of(st.none(), axes, several))
        keepdims = draw(st.booleans())
        x = numbers(seed, shape, low=low, high=high)
        return (lambda a: function(a, axis=axis, keepdims=keepdims, **more)), x

    return case


def along(function, *others, axis_by_name=True):
    """Draws a shape and an axis."""

    def case(draw, seed):
        shape = draw(solid)
        axis = draw(st.integers(-len(shape), len(shape) - 1))
        if axis_by_name:
            return (lambda a: function(a, *others, axis=axis)), numbers(seed, shape)
        return (lambda a: function(a, *others, axis)), numbers(seed, shape)

    return case


def fixed(function, *shapes, low=-2, high=2):
    """The same shapes each time."""
    return lambda draw, seed: (function, numbers(seed, *shapes, low=low, high=high))


def of_shape(make, strategy=solid):
    """Draws a shape; make(draw, shape) is the function."""

    def case(draw, seed):
        shape = draw(strategy)
        return make(draw, shape), numbers(seed, shape)

    return case


def matmul_case(draw, seed):
    n, m, k = (draw(st.integers(1, 3)) for _ in range(3))
    stacks = draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=2, max_side=2)).input_shapes
    left = draw(st.sampled_from([(m,), (n, m), (*stacks[0], n, m)]))
    right = draw(st.sampled_from([(m,), (m, k), (*stacks[1], m, k)]))
    return np.matmul, numbers(seed, left, right)


def index_case(draw, seed):
    index = draw(
        st.sampled_from(
            [
                0,
                -1,
                (1, 2),
                slice(None, None, -1),
                slice(0, 0),
                (slice(1, 3), None, [0, 0, 2]),
                (..., 1),
                np.array([[0, 1], [1, 1]]),
                (np.array([0, 0, 2]), np.array([1, 1, 0])),
                np.arange(12).reshape(3, 4) % 2 == 0,
                np.array([True, False, True]),
            ]
        )
    )
    return (lambda a: a[index]), numbers(seed, (3, 4))


def scatter_case(draw, seed):
    return (lambda g: scatter(g, np.array([0, 2, 0]), (4, 2))), numbers(seed, (3, 2))


def where_case(draw, seed):
    shapes = draw(mutually_broadcastable_shapes(num_shapes=3, max_dims=3, max_side=3)).input_shapes
    condition = np.random.default_rng(seed).random(shapes[0]) > 0.5
    return (lambda a, b: np.where(condition, a, b)), numbers(seed, *shapes[1:])


def broadcast_case(draw, seed):
    shape = draw(solid)
    small = draw(broadcastable_shapes(shape, max_dims=len(shape), max_side=3))
    to = np.broadcast_shapes(shape, small)
    return (lambda a: np.broadcast_to(a, to)), numbers(seed, small)


def joined_case(function):
    def case(draw, seed):
        shape = list(draw(solid))
        axis = draw(st.integers(-len(shape), len(shape) - 1))
        parts = [(*shape,) for _ in range(draw(st.integers(1, 3)))]
        if function is not np.stack:
            parts = [
                (*s[: axis % len(s)], n + 1, *s[axis % len(s) + 1 :]) for n, s in enumerate(parts)
            ]
        return (lambda *a: function([*a, a[0]], axis=axis)), numbers(seed, *parts)

    return case


def regular(function):
    """Of matrices that are far from singular, also in stacks."""

    def case(draw, seed):
        n, stack = draw(st.integers(1, 3)), draw(st.sampled_from([(), (2,)]))
        (a,) = numbers(seed, (*stack, n, n))
        return function, [a + 5 * np.eye(n)]

    return case


def transpose_case(draw, seed):
    shape = draw(solid)
    axes = draw(st.one_of(st.none(), st.permutations(range(len(shape)))))
    return (lambda a: np.transpose(a, axes)), numbers(seed, shape)


def tensordot_case(draw, seed):
    axes = draw(st.sampled_from([2, 0, ([1, 2], [0, 1])]))
    return (lambda a, b: np.tensordot(a, b, axes)), numbers(seed, (2, 2, 3), (2, 3, 2))


def diag_case(draw, seed):
    k, shape = draw(st.integers(-2, 2)), draw(st.sampled_from([(3,), (3, 3)]))
    return (lambda a: np.diag(a, k)), numbers(seed, shape)


def solve_case(draw, seed):
    a, b = numbers(seed, (3, 3), (3, 2))
    return np.linalg.solve, [a + 6 * np.eye(3), b]


CASES = {
    np.sum: reduction(np.sum),
    np.mean: reduction(np.mean),
    np.max: reduction(np.max),
    np.amax: reduction(np.amax),
    np.min: reduction(np.min),
    np.amin: reduction(np.amin),
    np.prod: reduction(np.prod),
    np.var: reduction(np.var),
    np.std: lambda draw, seed: (
        (lambda a: np.std(a, axis=draw(st.just(0)), ddof=1)),
        numbers(seed, (4, 2)),
    ),
    np.ptp: reduction(np.ptp),
    np.average: fixed(lambda a, w: np.average(a, axis=1, weights=w), (2, 3), (3,), low=0.5),
    np.linalg.norm: reduction(np.linalg.norm, low=0.5),
    np.cumsum: along(np.cumsum),
    np.cumprod: along(np.cumprod),
    np.flip: along(np.flip),
    np.sort: along(np.sort),
    np.diff: along(np.diff),
    np.expand_dims: along(np.expand_dims),
    np.repeat: along(np.repeat, 2),
    np.roll: along(np.roll, 1),
    np.take: along(np.take, [0, 0, -1]),
    np.split: fixed(lambda a: np.split(a, [1, 3], axis=1)[1] * 2, (2, 4)),
    np.take_along_axis: fixed(
        lambda a: np.take_along_axis(a, np.array([[0, 0], [2, 1]]), axis=1), (2, 3)
    ),
    np.reshape: of_shape(lambda draw, shape: lambda a: np.reshape(a, (-1, shape[0]))),
    np.ravel: of_shape(lambda draw, shape: np.ravel),
    np.squeeze: of_shape(lambda draw, shape: np.squeeze),
    np.transpose: transpose_case,
    np.swapaxes: along(np.swapaxes, 0, axis_by_name=False),
    np.moveaxis: along(np.moveaxis, 0, axis_by_name=False),
    np.broadcast_to: broadcast_case,
    np.tile: of_shape(lambda draw, shape: lambda a: np.tile(a, (2, 1, 2))),
    np.atleast_1d: of_shape(lambda draw, shape: np.atleast_1d, shapes),
    np.atleast_2d: of_shape(lambda draw, shape: np.atleast_2d, shapes),
    np.concatenate: joined_case(np.concatenate),
    np.stack: joined_case(np.stack),
    joined: joined_case(
        lambda arrays, axis: joined(
            *arrays, axis=axis, ends=tuple(np.cumsum([np.shape(a)[axis] for a in arrays]).tolist())
        )
    ),
    np.vstack: fixed(lambda a, b: np.vstack([a, b]), (3,), (2, 3)),
    np.hstack: fixed(lambda a, b: np.hstack([a, b]), (2, 1), (2, 3)),
    np.column_stack: fixed(lambda a, b: np.column_stack([a, b]), (2,), (2, 3)),
    np.where: where_case,
    np.clip: fixed(lambda a: np.clip(a, -1.3, 0.7), (3, 4)),
    np.matmul: matmul_case,
    np.dot: lambda draw, seed: (
        np.dot,
        numbers(
            seed,
            *draw(
                st.sampled_from(
                    [
                        ((), (2, 3)),
                        ((3,), (3,)),
                        ((2, 3), (3, 2)),
                        ((2, 3), (3,)),
                        ((2, 2, 3), (2, 3, 2)),
                    ]
                )
            ),
        ),
    ),
    np.inner: fixed(np.inner, (2, 3), (4, 3)),
    np.outer: fixed(np.outer, (2, 2), (3,)),
    np.vdot: fixed(np.vdot, (2, 3), (2, 3)),
    np.vecdot: fixed(np.vecdot, (2, 3), (3,)),
    np.tensordot: tensordot_case,
    np.diagonal: fixed(lambda a: np.diagonal(a, offset=-1), (3, 2, 2)),
    np.trace: fixed(np.trace, (3, 4)),
    np.diag: diag_case,
    np.tril: fixed(lambda a: np.tril(a, -1), (2, 3, 3)),
    np.triu: fixed(lambda a: np.triu(a, 1), (2, 3, 3)),
    operator.getitem: index_case,
    scatter: scatter_case,
    np.linalg.inv: regular(np.linalg.inv),
    np.linalg.det: regular(np.linalg.det),
    np.linalg.solve: solve_case,
    functions.linear: lambda draw, seed: (
        functions.linear,
        numbers(seed, (*draw(array_shapes(min_dims=0, max_dims=2, max_side=3)), 3), (3, 2), (2,)),
    ),
    functions.logsumexp: reduction(functions.logsumexp),
    functions.softmax: along(functions.softmax),
    functions.log_softmax: along(functions.log_softmax),
    functions._cross_entropy: fixed(
        lambda a: functions.softmax_cross_entropy(a, np.array([0, 2, 1, 0])), (4, 3)
    ),
}


def test_every_rule_has_a_case():
    assert {f for f in OURS if not isinstance(RULES[f], Elementwise)} == CASES.keys()


@pytest.mark.parametrize("function", CASES, ids=lambda f: f.__name__)
@given(data=st.data(), seed=seeds)
@few
def test_functions_of_whole_arrays(function, data, seed):
    f, args = CASES[function](data.draw, seed)
    examine(f, *args, tolerance=1e-5)


def test_products_with_zeros_among_the_factors():
    x = np.array([2.0, 0.0, 3.0])
    assert grad(np.prod)(x).tolist() == [0, 6, 0]
    assert grad(np.prod)(np.array([0.0, 0.0, 3.0])).tolist() == [0, 0, 0]
    assert grad(lambda x: np.cumprod(x)[-1])(x).tolist() == [0, 6, 0]
    assert Tensor(np.ones((0, 2)), True).prod(axis=0).tolist() == [1, 1]


@pytest.mark.parametrize("order", [1, 2, 3, np.inf])
def test_norms(order):
    examine(lambda x: np.linalg.norm(x, order), np.array([1.0, -2.0, 3.0]))


def test_norms_of_matrices():
    x = np.array([[1.0, -2.0], [3.0, 0.5]])
    examine(lambda x: np.linalg.norm(x), x)
    examine(lambda x: np.linalg.norm(x, "fro"), x)
    examine(lambda x: np.linalg.norm(x, axis=(0, 1)), x)
    with pytest.raises(TypeError, match="Frobenius"):
        np.linalg.norm(Tensor(x, True), 2)


# ---------------------------------------------------------------- meaning where opinions differ


def test_the_slope_at_a_kink():
    assert grad(functions.relu)(0.0) == 0
    assert grad(abs)(0.0) == 0
    assert grad(lambda x: x.relu())(0.0) == 0


def test_equal_numbers_share_the_gradient_of_a_maximum():
    assert grad(np.max)(np.array([1.0, 3.0, 3.0])).tolist() == [0, 0.5, 0.5]
    assert grad(np.min)(np.array([1.0, 1.0, 3.0])).tolist() == [0.5, 0.5, 0]
    assert grad(np.maximum, (0, 1))(2.0, 2.0) == (0.5, 0.5)
    assert grad(np.minimum, (0, 1))(2.0, 2.0) == (0.5, 0.5)
    assert grad(lambda x: np.sum(np.maximum(x, x)))(2.0) == 1
    by_row = grad(lambda x: np.sum(np.max(x, axis=1)))(np.array([[1.0, 1.0], [0.0, 2.0]]))
    assert by_row.tolist() == [[0.5, 0.5], [0, 1]]


@pytest.mark.parametrize(
    ("f", "place"),
    [
        (lambda x: np.where(x > 0, np.sqrt(x), 0.0), [-1.0, 0.0, 4.0]),
        (lambda x: np.where(x > 0, np.log(x), 0.0), [-1.0, 0.0, 4.0]),
        (lambda x: np.where(x > 0, 1 / x, 0.0), [-1.0, 0.0, 4.0]),
        (lambda x: np.where(x < 5, np.exp(x), 0.0), [1000.0, 800.0, 4.0]),
        (lambda x: np.where(np.isnan(x), 0.0, np.exp(x)), [np.nan, np.nan, 4.0]),
        (lambda x: np.sqrt(x)[2:], [-1.0, 0.0, 4.0]),
        (lambda x: np.arcsin(x / 8)[2:] ** 2, [9.0, 8.0, 4.0]),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_was_not_chosen_has_gradient_zero_and_not_nan(f, place):
    place = np.array(place)
    once = grad(lambda x: np.sum(f(x)))
    twice = grad(lambda x: np.sum(once(x)))
    safe = np.array([4.0, 4.0, 4.0])
    for derivative in (once, twice):
        assert derivative(place)[:2].tolist() == [0, 0]
        assert derivative(place)[2] == pytest.approx(derivative(safe)[2], rel=1e-12)
        assert np.isfinite(derivative(place)).all()


def test_a_gradient_that_happens_to_be_zero_hides_no_second_derivative():
    # d/dx of ½ log²x is log x / x, which is 0 at 1; its slope there is 1.
    assert grad(grad(lambda x: 0.5 * np.log(x) ** 2))(1.0) == 1


@pytest.mark.filterwarnings("ignore")
def test_division_by_zero_has_a_gradient_without_end_and_no_error():
    assert grad(lambda x: x / 0)(2.0) == np.inf
    assert grad(lambda x: x / 0.0)(2.0) == np.inf


@pytest.mark.filterwarnings("error")
def test_steep_places_show_in_the_gradient_and_give_no_warning():
    assert grad(np.sqrt)(0.0) == np.inf
    assert np.isnan(grad(lambda x: np.sqrt(x * x))(0.0))


def test_extreme_numbers():
    assert functions.sigmoid(np.array([-1000.0, 1000.0])).tolist() == [0, 1]
    assert functions.logsumexp(np.array([1000.0, 1000.0])) == pytest.approx(1000 + np.log(2))
    assert functions.logsumexp(np.array([-np.inf, -np.inf])) == -np.inf
    assert grad(lambda x: np.sum(functions.softmax(x)[0]))(np.array([1000.0, 0.0])).tolist() == [
        0,
        0,
    ]
    loss = grad(lambda x: functions.softmax_cross_entropy(x, [1]))(np.array([[1000.0, -1000.0]]))
    assert loss.tolist() == [[1, -1]]


# ----------------------------------------------------------------------- what has no rule


def test_what_has_no_rule_names_itself_and_the_way_out():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for call, name in [
        (lambda: np.interp(x, [0, 1], [0, 1]), "np.interp"),
        (lambda: np.spacing(x), "np.spacing"),
        (lambda: np.linalg.eigvalsh(np.outer(x, x)), "np.linalg.eigvalsh"),
        (lambda: np.add.reduce(x), "np.add.reduce"),
        (lambda: np.divmod(x, 2), "np.divmod"),
    ]:
        with pytest.raises(TypeError, match=rf"^{name} has no rule"):
            call()
    with pytest.raises(TypeError, match="add_rule"):
        np.spacing(x)


def test_without_a_gradient_in_sight_no_rule_is_needed():
    x = Tensor([1.0, 2.0])
    assert isinstance(np.interp(x, [0, 3], [0, 1]), Tensor)
    assert np.linalg.eigvalsh(np.outer(x, x)).shape == (2,)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.sum(x, dtype=float),
        lambda x: np.sum(x, 0, float),
        lambda x: np.sum(x, where=[True, False]),
        lambda x: np.exp(x, out=np.empty(2)),
        lambda x: np.add(x, 1, where=np.array([True, False])),
        lambda x: np.max(x, initial=0),
        lambda x: np.var(x, dtype=float),
        lambda x: np.concatenate([x, x], dtype=float),
        lambda x: np.empty(2).__iadd__(x),
    ],
)
def test_options_that_the_rule_does_not_know_are_refused(call):
    with pytest.raises(TypeError, match=r"on Tensors takes .*as its rule knows no more"):
        call(Tensor([1.0, 2.0], requires_grad=True))


def test_arguments_by_keyword():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert grad(lambda x: np.sum(a=x, axis=None))(x).tolist() == [[1, 1], [1, 1]]
    assert grad(lambda x: np.sum(np.clip(a=x, a_min=2.5, a_max=None)))(x).tolist() == [
        [0, 0],
        [1, 1],
    ]
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":  # these names are new there
        assert grad(lambda x: np.sum(np.clip(x, min=2.5)))(x).tolist() == [[0, 0], [1, 1]]


@pytest.fixture
def clean_table():
    before = dict(RULES)
    yield
    RULES.clear()
    RULES.update(before)


def test_a_rule_can_be_added_for_an_elementwise_function(clean_table):
    add_rule(np.sinc, lambda y, x: (np.cos(np.pi * x) - y) / x)
    examine(np.sinc, np.array([0.3, 1.7]))


def test_a_rule_can_be_added_for_any_other_function(clean_table):
    add_rule(
        np.convolve,
        lambda g, y, a, v: np.convolve(g, v[::-1])[len(v) - 1 : len(v) - 1 + len(a)],
        lambda g, y, a, v: np.convolve(g, a[::-1])[len(a) - 1 : len(a) - 1 + len(v)],
        general=True,
    )
    examine(np.convolve, np.array([1.0, -2.0, 3.0]), np.array([0.5, 2.0]))


def test_a_function_of_ones_own_can_have_a_rule(clean_table):
    @primitive
    def cube(x):
        return np.asarray(x) ** 3

    add_rule(cube, lambda y, x: 3 * x**2)
    assert cube(2.0) == 8
    examine(cube, np.array([1.0, -2.0]))


def test_a_rule_of_the_wrong_shape_is_told(clean_table):
    add_rule(np.sinc, lambda g, y, x: np.ones(7), general=True)
    with pytest.raises(ValueError, match=r"shape \(7,\) does not fit .* \(2,\)"):
        grad(lambda x: np.sum(np.sinc(x)))(np.ones(2))


@pytest.mark.parametrize("arguments", [("sin", abs), (np.sinc,), (np.sinc, "cos"), (np.sinc, 2)])
def test_nonsense_is_no_rule(arguments):
    with pytest.raises(TypeError, match="add_rule takes"):
        add_rule(*arguments)


# -------------------------------------------------------------------- networks' functions


@pytest.mark.parametrize(
    "shapes",
    [((2, 3), (2, 3), (3,)), ((2, 3), (3, 2), (3,)), ((2, 3), (3,), ()), ((), (3, 2), (2,))],
)
def test_linear_refuses_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="n_in"):
        functions.linear(*[np.ones(s) for s in shapes])
    with pytest.raises(ValueError, match="n_in"):
        functions.linear(*[Tensor(np.ones(s), True) for s in shapes])


@pytest.mark.parametrize(
    ("logits", "labels", "error"),
    [
        (np.ones((2, 3)), [0, 1, 2], ValueError),
        (np.ones(3), [0], ValueError),
        (np.ones((2, 3)), [[0], [1]], ValueError),
        (np.ones((2, 3)), [0, 3], ValueError),
        (np.ones((2, 3)), [-1, 0], ValueError),
        (np.ones((2, 3)), [0.0, 1.0], TypeError),
        (np.ones((0, 3)), [], ValueError),
    ],
)
def test_cross_entropy_refuses_labels_that_do_not_fit(logits, labels, error):
    with pytest.raises(error, match="labels"):
        functions.softmax_cross_entropy(logits, labels)
    with pytest.raises(error, match="labels"):
        functions.softmax_cross_entropy(Tensor(logits, True), labels)


def test_cross_entropy_is_what_its_name_says():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    expected = -np.mean(np.log(functions.softmax(logits))[np.arange(5), labels])
    assert functions.softmax_cross_entropy(logits, labels) == pytest.approx(expected, rel=1e-14)
