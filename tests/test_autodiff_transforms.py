"""Functions of functions: grad and its kin, forward mode, and the check of a gradient."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.autodiff import (
    Dual,
    Tensor,
    check_grad,
    grad,
    hessian,
    jacobian,
    jvp,
    no_grad,
    value_and_grad,
)
from helpers.derivatives import numerical_gradient

PLACE = np.array([2.0, 5.0])


def survey(x):
    """The example of A. G. Baydin et al. (2018): ln x₁ + x₁x₂ − sin x₂."""
    return np.log(x[0]) + x[0] * x[1] - np.sin(x[1])


# ------------------------------------------------------------------- value, gradient, Jacobian


def test_the_example_of_the_survey_in_every_mode():
    value, gradient = value_and_grad(survey)(PLACE)
    assert value == pytest.approx(11.652071, abs=5e-7)
    assert gradient == pytest.approx([5.5, 1.716338], abs=5e-7)
    assert type(value) is float
    x = Tensor(PLACE, requires_grad=True)
    survey(x).backward()
    assert x.grad.tolist() == gradient.tolist() == grad(survey)(PLACE).tolist()
    forward = [jvp(survey, (PLACE,), (e,)) for e in np.eye(2)]
    assert [value for value, _ in forward] == [value, value]
    assert [slope for _, slope in forward] == pytest.approx(gradient, rel=1e-14)
    assert numerical_gradient(survey, PLACE) == pytest.approx(gradient, rel=1e-8)
    assert hessian(survey)(PLACE) == pytest.approx(
        np.array([[-1 / 4, 1], [1, np.sin(5)]]), rel=1e-14
    )


def test_the_gradient_has_the_form_of_the_argument():
    def f(p):
        return np.sum(p["W"] ** 2) + np.sum(p["layers"][0] * p["layers"][1]) + p["c"]

    p = {"W": np.ones((2, 3)), "layers": [np.arange(3), (2.0 * np.ones(3))], "c": 4}
    g = grad(f)(p)
    assert g.keys() == p.keys()
    assert g["W"].tolist() == [[2, 2, 2], [2, 2, 2]]
    assert [part.tolist() for part in g["layers"]] == [[2, 2, 2], [0, 1, 2]]
    assert g["c"] == 1
    assert type(g["c"]) is float
    assert grad(lambda x: np.sum(x * x))([3, 4]).tolist() == [6, 8]
    assert grad(lambda x: np.sum(x * x))([[3, 4]]).shape == (1, 2)
    assert isinstance(grad(lambda x: x[0] * x[1])((np.array(2.0), np.array(3.0))), tuple)


def test_argnum():
    def f(a, b, *, c=1.0):
        return c * a * a * b

    assert grad(f)(2, 3) == 12
    assert grad(f, 1)(2, 3) == 4
    assert grad(f, argnum=-1)(2, 3, c=10) == 40
    assert grad(f, (0, 1))(2, 3) == (12, 4)
    assert value_and_grad(f, (1,))(2, 3) == (12, (4,))


def test_what_the_function_does_not_depend_on_has_gradient_zero():
    assert grad(lambda x: 5.0)(3.0) == 0
    assert grad(lambda x, y: y * y, (0, 1))(3.0, 2.0) == (0, 4)
    assert grad(lambda x: np.sum(np.ones(2)))(np.ones((2, 2))).tolist() == [[0, 0], [0, 0]]
    assert jacobian(lambda x: np.ones(3))(np.ones(2)).tolist() == [[0, 0]] * 3
    assert hessian(lambda x: np.sum(x))(np.ones(2)).tolist() == [[0, 0], [0, 0]]


def test_gradients_of_gradients():
    f = lambda x: x**4  # noqa: E731
    for expected in (32.0, 48.0, 48.0, 24.0, 0.0):
        f = grad(f)
        assert f(2.0) == expected
    third = grad(grad(grad(np.tanh)))(0.5)
    t = np.tanh(0.5)
    assert third == pytest.approx(-2 * (1 - t * t) * (1 - 3 * t * t), rel=1e-14)


def test_inner_and_outer_variables_are_told_apart():
    """The classical test of "perturbation confusion": Siskind and Pearlmutter (2005)."""
    assert grad(lambda x: x * grad(lambda y: x + y)(1.0))(1.0) == 1
    assert grad(lambda x: x * grad(lambda y: x * y)(x))(2.0) == 4
    assert grad(lambda x: grad(lambda y: x * y)(3.0))(2.0) == 1
    assert grad(lambda x: grad(lambda y: x**2 * y**3)(x))(2.0) == 12 * 2**3
    assert grad(lambda x: value_and_grad(lambda y: x * y)(x)[0])(2.0) == 4


def test_jacobian():
    A = np.arange(6.0).reshape(2, 3)
    assert jacobian(lambda x: A @ x)(np.ones(3)).tolist() == A.tolist()
    whole = jacobian(lambda X: X @ A.T)(np.ones((4, 3)))
    assert whole.shape == (4, 2, 4, 3)
    assert whole[1, 0, 1].tolist() == A[0].tolist()
    assert not whole[1, 0, 2].any()
    assert jacobian(lambda x: x * x)(3.0) == 6
    by_both = jacobian(lambda x, y: x * y, (0, 1))(PLACE, PLACE)
    assert [J.tolist() for J in by_both] == [[[2, 0], [0, 5]]] * 2
    assert jacobian(lambda x: x[:0])(np.ones(3)).shape == (0, 3)


@pytest.mark.parametrize("name", ["quadratic", "rosenbrock", "himmelblau", "beale", "booth"])
def test_hessians_agree_with_formulas(name):
    formulas = {
        "quadratic": lambda x, y: x**2 + 3 * x * y + 5 * y**2,
        "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
        "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2,
        "booth": lambda x, y: (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2,
    }
    f = lambda p: formulas[name](p[0], p[1])  # noqa: E731
    H = hessian(f)(np.array([0.7, -1.3]))
    assert np.allclose(H, H.T, rtol=1e-13)
    check_grad(f, np.array([0.7, -1.3]), order=2)
    assert H[0, 0] == pytest.approx(grad(grad(lambda x: formulas[name](x, -1.3)))(0.7), rel=1e-13)


def test_hessian_times_vector():
    v = np.array([1.0, -2.0])
    by_reverse = grad(lambda x: np.sum(grad(survey)(x) * v))(PLACE)
    by_forward = grad(lambda x: jvp(survey, (x,), (v,))[1])(PLACE)
    expected = hessian(survey)(PLACE) @ v
    assert by_reverse == pytest.approx(expected, rel=1e-13)
    assert by_forward == pytest.approx(expected, rel=1e-13)


def test_many_places_at_once():
    starts = np.random.default_rng(0).normal(size=(1000, 2))
    rosenbrock = lambda p: (1 - p[..., 0]) ** 2 + 100 * (p[..., 1] - p[..., 0] ** 2) ** 2  # noqa: E731
    together = grad(lambda p: np.sum(rosenbrock(p)))(starts)
    assert together[17] == pytest.approx(grad(rosenbrock)(starts[17]), rel=1e-13)


def test_inside_no_grad_a_gradient_is_still_wanted():
    w = Tensor(5.0, requires_grad=True)
    with no_grad():
        assert grad(lambda x: x * x)(3.0) == 6
        assert grad(grad(lambda x: x**3))(3.0) == 18
        for g in (grad(lambda x: w * x)(3.0), grad(lambda x: x * x * w)(w)):
            assert type(g) is float  # and no part of a graph
    assert isinstance(grad(lambda x: w * x)(3.0), Tensor)


def test_functions_that_return_their_argument():
    assert grad(lambda x: x)(3.0) == 1
    assert jacobian(lambda x: x)(np.ones(2)).tolist() == [[1, 0], [0, 1]]
    assert jvp(lambda x: x, (3.0,), (5.0,)) == (3, 5)
    assert grad(grad(lambda x: x))(3.0) == 0


def test_the_arguments_are_not_changed_and_not_shared():
    x = np.array([1.0, 2.0])
    g = grad(lambda x: np.sum(x))(x)
    g[:] = 7
    assert x.tolist() == [1, 2]

    def greedy(x):
        x -= 1
        return np.sum(x * x)

    assert grad(greedy)(x).tolist() == [0, 2]
    assert x.tolist() == [1, 2]


def test_a_tensor_as_argument_keeps_its_own_gradient_apart():
    w = Tensor([1.0, 2.0], requires_grad=True)
    g = grad(lambda x: np.sum(x**3))(w)
    assert isinstance(g, Tensor)
    assert w.grad is None
    np.sum(g).backward()
    assert w.grad.tolist() == [6, 12]
    penalty = grad(lambda x: np.sum(w * x**2))(np.array([1.0, 3.0]))  # w from outside
    w.grad = None
    np.sum(penalty).backward()
    assert w.grad.tolist() == [2, 6]


def test_name_and_docstring_stay():
    assert grad(survey).__name__ == "survey"
    assert value_and_grad(survey).__doc__ == survey.__doc__


@pytest.mark.parametrize(
    ("act", "error", "match"),
    [
        (lambda: grad(3), TypeError, "callable"),
        (lambda: jvp(3, (1.0,), (1.0,)), TypeError, "callable"),
        (lambda: grad(survey, "x"), TypeError, "argnum"),
        (lambda: grad(survey, ()), TypeError, "argnum"),
        (lambda: grad(survey, 1)(PLACE), ValueError, "no argument 1"),
        (lambda: grad(lambda x: x * x)(PLACE), ValueError, r"shape \(2,\).*jacobian"),
        (lambda: grad(survey)("text"), TypeError, "real numbers"),
        (lambda: grad(survey)(None), TypeError, "real numbers"),
        (lambda: grad(survey)(np.array([1j, 2])), TypeError, "real numbers"),
        (lambda: grad(lambda x: None)(1.0), TypeError, "returned None"),
        (lambda: grad(lambda x: (x, x))(1.0), TypeError, "returned a tuple"),
        (lambda: jacobian(lambda x: "text")(1.0), TypeError, "returned 'text'"),
        (lambda: jvp(survey, PLACE, PLACE), TypeError, "tuples"),
        (lambda: jvp(survey, (PLACE,), (1.0,)), ValueError, r"shape of its argument, \(2,\)"),
        (lambda: jvp(survey, (PLACE,), ()), ValueError, "one tangent for each"),
        (lambda: jvp(survey, (PLACE,), (PLACE, PLACE)), ValueError, "one tangent for each"),
        (lambda: jvp(lambda x: np.interp(x, [0, 1], [0, 1]), (1.0,), (1.0,)), TypeError, "no rule"),
        (lambda: jvp(lambda x: float(x), (1.0,), (1.0,)), TypeError, "in silence"),
        (lambda: jvp(lambda x: np.array([x, x]), (1.0,), (1.0,)), TypeError, "in silence"),
        (lambda: jvp(grad(lambda x: x * x), (1.0,), (1.0,)), TypeError, "grad of jvp"),
    ],
)
def test_bad_input_gets_a_sentence(act, error, match):
    with pytest.raises(error, match=match):
        act()


# --------------------------------------------------------------------------- forward mode


def test_dual_numbers():
    x = Dual(np.array(3.0), np.array(1.0))
    y = 2 * x**2 + x / 3 - 1
    assert (y.value, y.tangent) == (18, pytest.approx(12 + 1 / 3))
    assert (x > 2) and not x < 2
    assert (5 - x).tangent == -1
    assert np.sign(x) == 1
    assert x.relu().tangent == 1


def test_jvp_of_arrays_and_forms():
    value, tangent = jvp(
        lambda p, x: np.tanh(x @ p["W"] + p["b"]).max(axis=0),
        ({"W": np.ones((2, 3)), "b": np.zeros(3)}, np.eye(2)),
        ({"W": np.zeros((2, 3)), "b": np.ones(3)}, np.zeros((2, 2))),
    )
    assert value == pytest.approx(np.tanh(1) * np.ones(3))
    assert tangent == pytest.approx((1 - np.tanh(1) ** 2) * np.ones(3))
    assert jvp(lambda x: 3.0, (1.0,), (1.0,)) == (3, 0)
    assert jvp(lambda x: np.sum(x * [1, 2]), ([3, 4],), ([1, 1],)) == (11, 3)
    assert jvp(lambda a, b: a * b, (2.0, 3.0), (1.0, 10.0)) == (6, 23)


# Forward mode inside forward mode: the inner velocity must not be taken for the outer one. The
# second is issue 83 of ForwardDiff.jl, a classic; see Siskind and Pearlmutter (2005).
NESTED = [
    (lambda d: d(lambda x: d(lambda y: x * y)(3.0))(2.0), 1),
    (lambda d: d(lambda x: x * d(lambda y: x + y)(1.0))(1.0), 1),
    (lambda d: d(lambda x: x * d(lambda y: x * y)(x))(2.0), 4),
    (lambda d: d(lambda x: d(lambda y: x**2 * y**3)(x))(2.0), 12 * 2**3),
    (lambda d: d(d(lambda x: x**4))(2.0), 48),
    (lambda d: d(d(d(np.exp)))(0.0), 1),
    (lambda d: d(lambda x: d(lambda y: d(lambda z: x * y**2 * z**3)(x))(x))(1.0), 24),
    (lambda d: d(lambda x: d(lambda y: 5.0 * x)(x))(2.0), 0),
    (lambda d: d(lambda x: d(lambda y: x)(x) + x)(2.0), 1),
    (lambda d: d(lambda x: d(lambda y: np.sum(np.stack([x, y, x * y]) ** 2))(x))(2.0), 26),
    (lambda d: d(lambda x: d(lambda y: np.where(y > x - 1, y * x, 0.0))(x) * x)(2.0), 4),
    (lambda d: d(lambda x: d(lambda y: np.max(np.stack([x, y * x])))(3.0))(2.0), 1),
]


def by_jvp(f):
    return lambda x: jvp(f, (x,), (x * 0 + 1.0,))[1]


@pytest.mark.parametrize(("formula", "expected"), NESTED)
def test_velocities_of_nested_calls_are_told_apart(formula, expected):
    assert formula(by_jvp) == pytest.approx(expected, rel=1e-14)
    assert formula(grad) == pytest.approx(expected, rel=1e-14)


def test_the_value_and_the_velocity_of_a_nested_call():
    assert jvp(lambda x: x * jvp(lambda y: x + y, (1.0,), (1.0,))[1], (1.0,), (1.0,)) == (1, 1)
    # The velocity of the inner call may depend on the outer variable.
    assert jvp(lambda x: jvp(lambda y: y * y, (3.0,), (x,))[1], (2.0,), (1.0,)) == (12, 6)
    # Arrays, and a Hessian by two forward passes.
    f = lambda p: np.sum(np.sin(p) * p[::-1] ** 2)  # noqa: E731
    H = hessian(f)(PLACE)
    for u, v in [(np.eye(2)[0], np.eye(2)[1]), (np.array([1.0, 2.0]), np.array([-1.0, 0.5]))]:
        got = jvp(lambda p, v=v: jvp(f, (p,), (v,))[1], (PLACE,), (u,))[1]
        assert got == pytest.approx(u @ H @ v, rel=1e-13)


def test_forward_within_forward_within_reverse():
    third = grad(lambda x: by_jvp(by_jvp(np.tanh))(x))(0.5)
    t = np.tanh(0.5)
    assert third == pytest.approx(-2 * (1 - t * t) * (1 - 3 * t * t), rel=1e-14)
    assert grad(lambda x: x * by_jvp(lambda y: x + y)(1.0))(1.0) == 1


def test_reverse_within_forward_is_refused_however_it_comes():
    for inner in (
        lambda x: grad(lambda y: y * y)(x),
        lambda x: grad(lambda y: x * y)(3.0),
        lambda x: grad(lambda y: x * 2.0)(3.0),
        lambda x: jacobian(lambda y: x * y)(np.ones(2)),
        lambda x: hessian(lambda y: np.sum(x * y**2))(np.ones(2)),
        lambda x: x * value_and_grad(lambda y: x + y)(1.0)[1],
    ):
        with pytest.raises(TypeError, match="take the grad of jvp"):
            jvp(inner, (2.0,), (1.0,))


def test_what_jvp_cannot_take_the_velocity_of_is_refused():
    for f in (lambda x: None, lambda x: "text", lambda x: (x, x), lambda x: [x, x]):
        with pytest.raises(TypeError, match="must return a real number or an array"):
            jvp(f, (1.0,), (1.0,))
    assert jvp(lambda x: np.inf, (1.0,), (1.0,)) == (np.inf, 0)


# ------------------------------------------------------------------------- check_grad


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_a_right_gradient_passes(seed):
    x = np.random.default_rng(seed).normal(size=(2, 3))
    assert check_grad(lambda x: np.sum(np.sin(x) * x), x, order=2, seed=seed) < 1e-6
    assert check_grad(np.sin, x) < 1e-6  # of more than one number
    assert check_grad(lambda p, k: p["a"] ** k, {"a": x}, 3, order=2) < 1e-6
    assert check_grad(lambda x: x * x, 3) < 1e-6


def test_a_wrong_gradient_is_told_with_place_and_size():
    def wrong(x, y):
        by_x = 2 * x
        by_x[1, 2] += 0.5
        return by_x, np.ones(3)

    f = lambda x, y: np.sum(x * x) + np.sum(y)  # noqa: E731
    with pytest.raises(AssertionError, match=r"argument 0 at index \(1, 2\): 2\.5 .* 2, by 0\.5"):
        check_grad(f, np.ones((2, 3)), np.ones(3), gradient=wrong)
    with pytest.raises(AssertionError, match=r"argument 0: 3 instead of 6, by -3"):
        check_grad(lambda x: x * x, 3.0, gradient=lambda x: x)
    with pytest.raises(AssertionError, match=r"argument 0 at index 0: nan"):
        check_grad(lambda x: np.sum(x), np.ones(2), gradient=lambda x: x * np.nan)
    with pytest.raises(AssertionError, match=r"shapes \[\(2,\)\]"):
        check_grad(lambda x: np.sum(x), np.ones(3), gradient=lambda x: x[:2])
    with pytest.raises(ValueError, match="tuple of 2"):
        check_grad(f, np.ones((2, 3)), np.ones(3), gradient=lambda x, y: x)


@pytest.mark.parametrize(
    ("f", "place"),
    [
        (np.sin, [1e6, 1e-3]),  # sizes that differ, in one array
        (np.sin, [1e6]),
        (np.sin, [1e9]),
        (lambda x: 1 / x, 1e-4),
        (lambda x: 1 / x, -1e-9),
        (lambda x: 1 / x, [1e-4, 3.0, 1e5]),
        (np.log, 1e-8),
        (np.sqrt, 1e-12),
        (lambda x: np.sqrt(x * x), 1e-7),  # beside a corner
        (lambda x: np.exp(-x * x), 30.0),
        (np.exp, 600.0),
        (np.cos, 0.0),
        (lambda x: 1e12 * x, 1.0),
        (lambda x: np.sin(1e5 * x), 0.3),
        (lambda x: np.float32(np.sin(x)) if isinstance(x, float) else np.sin(x), 0.3),
    ],
)
def test_a_right_gradient_passes_whatever_the_sizes(f, place):
    assert check_grad(f, place if np.ndim(place) == 0 else np.array(place)) < 1e-6


def test_sizes_in_different_arguments_pass_too_and_hide_no_mistake():
    f = lambda x, y: np.sum(np.sin(x)) + 1e2 * np.sum(y**2)  # noqa: E731
    x, y = np.array([1e6, 1e-3]), np.full((4, 10), 1e3)
    assert check_grad(f, x, y, order=2) < 1e-6
    off = lambda x, y: (np.cos(x) * [1, 1.001], 2e2 * y)  # noqa: E731
    check_grad(f, x, y[:1] * 0, gradient=lambda x, y: (np.cos(x), 2e2 * y))
    with pytest.raises(AssertionError, match="argument 0 at index 1"):
        check_grad(f, x, y[:1] * 0, gradient=off)


@pytest.mark.parametrize("unit", [1e-12, 1e-6, 1.0, 1e6, 1e12])
def test_the_error_is_a_fraction_of_the_slope(unit):
    f = lambda x: unit * np.sum(np.sin(x))  # noqa: E731
    x = np.array([0.3, 1.0])
    assert check_grad(f, x, gradient=lambda x: unit * np.cos(x) * (1 + 1e-8)) < 1e-6
    for factor in (1 + 1e-4, 1 - 1e-4, 2, 0, -1):
        with pytest.raises(AssertionError, match="wrong"):
            check_grad(f, x, gradient=lambda x, k=factor: unit * np.cos(x) * [1, k])


def test_one_wrong_number_among_many_is_found_and_named():
    x = np.random.default_rng(0).normal(size=(30, 40))

    def wrong(x):
        g = 2 * x
        g[7, 9] += 100
        return g

    assert check_grad(lambda x: np.sum(x * x), x, order=2) < 1e-6
    with pytest.raises(AssertionError, match=r"argument 0 at index \(7, 9\).*by 100"):
        check_grad(lambda x: np.sum(x * x), x, gradient=wrong)


@pytest.mark.parametrize("shape", [(), (3,), (5, 10)])
def test_a_corner_is_told_from_a_wrong_rule(shape):
    zeros = np.zeros(shape)
    check_grad(lambda x: np.sum(np.maximum(x, 0)), zeros)  # ½, as the central difference
    check_grad(lambda x: np.sum(abs(x)), zeros)
    with pytest.raises(AssertionError, match=r"corner.* 0 to the left and 1 to the right.*no sign"):
        check_grad(lambda x: np.sum(x.relu() if isinstance(x, Tensor) else x * (x > 0)), zeros)
    with pytest.raises(AssertionError, match=r"wrong: f has a corner.*3 does not lie between"):
        check_grad(lambda x: np.sum(x * (x > 0)), zeros, gradient=lambda x: np.full(shape, 3.0))
    with pytest.raises(AssertionError, match=r"-1 to the left and 1 to the right.*no sign"):
        check_grad(lambda x: np.sum(abs(x)), zeros, gradient=lambda x: np.full(shape, 0.3))
    for place in (1e-5, -1e-5, 1e-12):  # beside a corner there is a slope, and it counts
        check_grad(lambda x: np.sum(abs(x)), zeros + place)
        with pytest.raises(AssertionError, match="off the most"):
            check_grad(lambda x: np.sum(abs(x)), zeros + place, gradient=np.zeros_like)


@pytest.mark.parametrize("f", [np.square, np.cos, lambda x: x**4, lambda x: x**3 - x**2])
def test_a_place_where_the_slope_changes_its_sign_is_no_corner(f):
    check_grad(f, 0.0)
    for claimed in (0.5, 1e-3, -2.0):
        with pytest.raises(AssertionError, match="wrong. It is off the most"):
            check_grad(f, 0.0, gradient=lambda x, g=claimed: g)


def test_where_differences_cannot_tell_that_is_said():
    noise = np.random.default_rng(0)
    with pytest.raises(AssertionError, match="cannot be checked: .*Is f random"):
        check_grad(lambda x: x + noise.normal(), 1.0)
    with pytest.raises(AssertionError, match="cannot be checked: .*not finite to both sides"):
        check_grad(np.sqrt, 0.0)
    with pytest.raises(AssertionError, match=r"argument 0 at index 1: nan"):
        check_grad(np.sum, np.ones(2), gradient=lambda x: np.array([1, np.nan]))


def test_a_wrong_second_derivative_is_told():
    def f(x):
        """Its gradient is right, and loses its own history."""
        return np.sum(x.detach() ** 2 * x if isinstance(x, Tensor) else x**3 / 3)

    with pytest.raises(AssertionError, match="gradient"):
        check_grad(f, np.array([0.5, 2.0]), order=2)
