"""Slopes from function values: accuracy, order, shapes, the facts of the V-curve, bad input."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from helpers.derivatives import (
    METHODS,
    best_h,
    central_difference,
    complex_step,
    error_curves,
    forward_difference,
    richardson,
)
from helpers.functions import exponential, sine, square, squire_trapp

EPS = np.finfo(float).eps
REAL_METHODS = [forward_difference, central_difference, richardson]
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
real_methods = pytest.mark.parametrize("method", REAL_METHODS)

numbers = st.floats(-5, 5)
steps = st.floats(1e-3, 1.0)
coefficients = st.lists(st.floats(-10, 10), min_size=1, max_size=9)  # up to degree 8


def polynomial(c):
    """The polynomial c[0] + c[1] x + c[2] x² + …, its derivative, and a bound for their size."""
    p = np.polynomial.Polynomial(c)

    def bound(x):
        return np.polynomial.Polynomial(np.abs(c))(np.abs(x)) + 1

    return p, p.deriv(), bound


# What the methods promise


@given(c=st.lists(st.floats(-10, 10), min_size=3, max_size=3), x=numbers, h=steps)
def test_central_differences_are_exact_for_quadratics(c, x, h):
    p, slope, bound = polynomial(c)
    assert abs(central_difference(p, x, h) - slope(x)) <= 10 * EPS * bound(abs(x) + h) / h


@given(c=st.lists(st.floats(-10, 10), min_size=2, max_size=2), x=numbers, h=steps)
def test_forward_differences_are_exact_for_lines(c, x, h):
    p, slope, bound = polynomial(c)
    assert abs(forward_difference(p, x, h) - slope(x)) <= 10 * EPS * bound(abs(x) + h) / h


@given(c=coefficients, x=numbers, h=st.floats(0.1, 1.0), extra=st.integers(0, 2))
def test_richardson_is_exact_for_polynomials(c, x, h, extra):
    p, slope, bound = polynomial(c)
    levels = max(1, math.ceil((len(c) - 1) / 2)) + extra
    smallest = h / 2 ** (levels - 1)
    tolerance = 100 * EPS * bound(abs(x) + h) / smallest
    assert abs(richardson(p, x, h, levels=levels) - slope(x)) <= tolerance


@pytest.mark.parametrize(
    ("method", "order"),
    [
        (forward_difference, 1),
        (central_difference, 2),
        (complex_step, 2),
        *[(lambda f, x, h, n=n: richardson(f, x, h, levels=n), 2 * n) for n in (1, 2, 3)],
    ],
)
def test_halving_h_divides_the_error_by_two_to_the_order(method, order):
    coarse, fine = (abs(method(np.exp, 1.0, h) - math.e) for h in (0.2, 0.1))
    assert math.log2(coarse / fine) == pytest.approx(order, abs=0.1)


def test_one_level_of_richardson_is_the_central_difference():
    x = np.linspace(-3, 3, 7)
    np.testing.assert_array_equal(richardson(np.sin, x, levels=1), central_difference(np.sin, x))


@every_method
@given(a=numbers, b=numbers, x=st.floats(-2, 2), h=st.floats(1e-2, 0.5))
def test_linear_in_the_function(method, a, b, x, h):
    left = method(lambda t: a * np.sin(t) + b * np.exp(t), x, h)
    right = a * method(np.sin, x, h) + b * method(np.exp, x, h)
    assert left == pytest.approx(right, abs=1e-10)


@every_method
@given(x=st.floats(-2, 2))
def test_product_rule(method, x):
    found = method(lambda t: np.sin(t) * np.exp(t), x)
    by_rule = method(np.sin, x) * np.exp(x) + np.sin(x) * method(np.exp, x)
    accuracy = {forward_difference: 1e-6, central_difference: 1e-8}.get(method, 1e-11)
    assert found == pytest.approx(by_rule, abs=accuracy)


@pytest.mark.parametrize(
    ("method", "accuracy"),
    [
        (forward_difference, 1e-7),
        (central_difference, 1e-9),
        (richardson, 1e-11),
        (complex_step, 1e-15),
    ],
)
def test_the_default_step_serves_near_and_far_from_zero(method, accuracy):
    x = np.array([-1e3, -1.0, 0.0, 1e-3, 1.0, 1e3])
    wave = np.abs(method(np.sin, x) - np.cos(x))
    assert (wave <= accuracy * np.array([1e6, 1, 1, 1, 1, 1e6])).all()
    far = np.array([1e6, 1e12])  # where a step that does not grow with x would be lost
    np.testing.assert_allclose(method(np.sqrt, far), 0.5 / np.sqrt(far), rtol=1e-7)


@pytest.mark.parametrize(
    ("method", "x", "steps_seen"),
    [
        (forward_difference, 0.5, [2.0**-26]),
        (forward_difference, -64.0, [2.0**-20]),
        (central_difference, 0.5, [EPS ** (1 / 3)]),
        (central_difference, -64.0, [64 * EPS ** (1 / 3)]),
        (richardson, 0.5, [EPS ** (1 / 9) / 2**k for k in range(4)]),
        (richardson, 1e6, [1e6 * EPS ** (1 / 3) / 2**k for k in range(4)]),
    ],
)
def test_the_default_step_is_the_documented_one(method, x, steps_seen):
    seen = []
    method(lambda t: seen.append(t) or t, x)
    used = sorted({abs(t - x) for t in seen} - {0.0}, reverse=True)
    np.testing.assert_allclose(sorted(set(np.round(used, 12)), reverse=True), steps_seen, rtol=1e-3)


def test_the_default_complex_step():
    seen = []
    complex_step(lambda z: seen.append(z) or z, 2)
    assert seen == [2 + 1e-20j]


# Numbers that the notebooks show


@pytest.mark.parametrize("f", [square, lambda x: x**2, lambda x: x * x])
@pytest.mark.parametrize("method", [forward_difference, central_difference])
def test_a_tiny_step_gives_the_wrong_slope(method, f):
    assert method(f, 3, 1e-15) == 5.329070518200751


def test_a_step_that_vanishes_gives_zero():
    assert forward_difference(square, 3, 1e-16) == 0.0


@pytest.mark.parametrize("h", [1e-20, 1e-200])
def test_squire_and_trapp_to_14_digits(h):
    assert complex_step(squire_trapp, 1.5, h) == pytest.approx(3.62203370071633, rel=1e-14)
    both = complex_step(squire_trapp, [1.5, 1.5], h)
    np.testing.assert_allclose(both, 3.62203370071633, rtol=1e-14)


@pytest.fixture(scope="module")
def v_curve():
    """Errors for exp, RMS over 101 points of [0.5, 1.5], ten steps per decade."""
    h = np.logspace(-16, 0, 161)
    x = np.linspace(0.5, 1.5, 101)
    return h, error_curves(exponential, exponential.derivative, x, h)


def log_log_slope(h, error, low, high):
    part = (h > 0.99 * low) & (h < 1.01 * high)
    return np.polyfit(np.log10(h[part]), np.log10(error[part]), 1)[0]


def test_slopes_of_the_v_curve(v_curve):
    h, error = v_curve
    assert log_log_slope(h, error["forward"], 1e-6, 1e-2) == pytest.approx(1, abs=0.005)
    assert log_log_slope(h, error["central"], 1e-4, 1e-1) == pytest.approx(2, abs=0.005)
    for method in ("forward", "central"):
        assert log_log_slope(h, error[method], 1e-13, 1e-9) == pytest.approx(-1, abs=0.05)


def test_best_steps_of_the_v_curve(v_curve):
    h, error = v_curve
    for method, expected, smallest in (("forward", 2e-8, 1e-7), ("central", 8e-6, 1e-10)):
        best = h[np.argmin(error[method])]
        assert expected / 5 < best < expected * 5
        assert error[method].min() < smallest


def test_the_complex_step_has_no_rounding_branch(v_curve):
    h, error = v_curve
    assert error["complex step"][h < 1e-8].max() < 1e-15


# best_h and error_curves


@given(noise=st.floats(1e-16, 1.0), bend=st.floats(1e-3, 1e3))
def test_best_h_has_the_least_worst_case_error(noise, bend):
    bounds = {
        "forward": lambda h: h / 2 * bend + 2 * noise / h,
        "central": lambda h: h**2 / 6 * bend + noise / h,
    }
    for method, bound in bounds.items():
        h = best_h(noise, bend, method)
        assert type(h) is float
        assert bound(h) < min(bound(0.9 * h), bound(1.1 * h))


def test_best_h_is_near_the_bottom_of_the_v_curve():
    rounding = EPS / 2 * math.e
    assert best_h(rounding, math.e, "forward") == pytest.approx(2e-8, rel=0.1)
    assert best_h(rounding, math.e) == pytest.approx(7e-6, rel=0.1)
    assert best_h([rounding, 1.0], math.e).shape == (2,)


def test_error_curves_is_the_root_mean_square_over_x():
    x, h = np.array([0.5, 1.0, 2.0]), np.array([[0.1, 0.2], [0.3, 0.4]])
    curves = error_curves(np.exp, np.exp, x, h, methods=METHODS)
    assert list(curves) == list(METHODS)
    for name, curve in curves.items():
        assert curve.shape == h.shape
        errors = [METHODS[name](np.exp, x, step) - np.exp(x) for step in h.flat]
        np.testing.assert_allclose(
            curve.ravel(), [np.sqrt(np.mean(e**2)) for e in errors], rtol=1e-9, atol=1e-15
        )


def test_error_curves_of_one_point_and_functions_of_one_number():
    curves = error_curves(math.exp, math.exp, 1, [0.1, 0.2], methods=("forward",))
    expected = [(math.exp(1 + h) - math.e) / h - math.e for h in (0.1, 0.2)]
    np.testing.assert_allclose(curves["forward"], expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        ({"methods": ["secant"]}, ValueError, "^methods are forward, central, .*; got 'secant'.$"),
        ({"x": []}, ValueError, "^x must hold at least one number, got an empty array.$"),
        ({"h": None}, TypeError, "^h must be a real number or an array of them, got None.$"),
        ({"exact": 3}, TypeError, "^exact must be a function, the derivative of f, got 3.$"),
        ({"f": 3}, TypeError, "^f must be a function that can be called as f.x., got 3.$"),
    ],
)
def test_error_curves_refuses(change, error, sentence):
    good = {"f": np.exp, "exact": np.exp, "x": [1.0], "h": [0.1]}
    with pytest.raises(error, match=sentence):
        error_curves(**(good | change))


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((0, 1), ValueError, "^noise must be greater than 0, got 0.$"),
        ((1, 0), ValueError, "^bend must be greater than 0, got 0.$"),
        ((1, None), TypeError, "^bend must be a real number or an array of them, got None.$"),
        ((1, 1, "best"), ValueError, '^method must be "forward" or "central", got \'best\'.$'),
    ],
)
def test_best_h_refuses(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        best_h(*arguments)


# Shapes and types


@every_method
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
def test_x_and_h_broadcast(method, shapes):
    x_shape, h_shape = shapes.input_shapes
    x = np.linspace(-1, 1, math.prod(x_shape)).reshape(x_shape)
    h = np.geomspace(1e-3, 1e-2, math.prod(h_shape)).reshape(h_shape)
    slopes = method(np.sin, x, h)
    assert np.shape(slopes) == shapes.result_shape
    x_all, h_all = np.broadcast_arrays(x, h)
    singly = [method(np.sin, *pair) for pair in zip(x_all.flat, h_all.flat, strict=True)]
    np.testing.assert_allclose(np.ravel(slopes), singly, rtol=1e-9, atol=1e-9)


@every_method
def test_numbers_give_plain_floats(method):
    for x in (1, 1.0, np.int64(1), np.float32(1), np.array(1)):
        assert type(method(np.sin, x)) is float
        assert type(method(np.sin, x, 1)) is float


@every_method
def test_integers_are_promoted(method):
    whole = method(square, np.array([1, 2, 3]), 0.1)
    np.testing.assert_array_equal(whole, method(square, [1.0, 2.0, 3.0], 0.1))
    np.testing.assert_array_equal(method(lambda x: x**2, [1, 2, 3], 0.1), whole)


@real_methods
def test_functions_of_one_number_work_on_arrays(method):
    def corner(x):
        return 3 * x if x > 0 else 0

    np.testing.assert_allclose(method(math.sin, [[0, 1], [2, 3]]), method(np.sin, [[0, 1], [2, 3]]))
    np.testing.assert_allclose(method(corner, [-1, 2]), [0, 3], rtol=1e-6)
    assert method(math.sin, 1.0) == pytest.approx(math.cos(1.0), rel=1e-7)
    assert method(math.sin, [1.0]).shape == (1,)
    assert method(lambda x: x.item() ** 2, [[1.0]]).shape == (1, 1)
    assert method(math.sin, []).shape == (0,)


def test_functions_of_arrays_are_called_with_whole_arrays():
    sizes = []
    central_difference(lambda x: sizes.append(x.size) or x**2, np.linspace(0, 1, 50))
    assert sizes == [50, 50]


@every_method
def test_a_function_may_change_its_argument(method):
    def careless(x):
        x *= 2
        return x

    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(method(careless, x), [2, 2])
    np.testing.assert_array_equal(x, [1.0, 2.0])


@real_methods
def test_a_failed_call_with_an_array_leaves_the_points_alone(method):
    def careless(x):
        x *= 2
        return float(x)  # refuses an array, after changing it

    np.testing.assert_allclose(method(careless, [1.0, 2.0]), [2, 2])


def test_small_unsigned_results_do_not_wrap_around():
    slopes = central_difference(lambda x: np.round(x).astype(np.uint8), [2.0, 3.0], 1.0)
    np.testing.assert_array_equal(slopes, [1.0, 1.0])
    falling = forward_difference(lambda x: (5 - np.round(x)).astype(np.uint8), [2.0, 3.0], 1.0)
    np.testing.assert_array_equal(falling, [-1.0, -1.0])


@real_methods
def test_values_that_are_not_finite_pass_through_without_a_warning(method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(method(lambda x: x * math.nan, 1.0))
        assert math.isnan(method(lambda x: x * math.inf, 1.0))
        assert np.isnan(method(lambda x: x * math.inf, [1.0, 2.0])).all()


# Bad input, one sentence each

NOT_NUMBERS = [None, "3", "abc", [1, "a"], [[1], [1, 2]], True, 1 + 2j, object(), {}]


@every_method
@pytest.mark.parametrize("bad", NOT_NUMBERS)
def test_x_that_is_not_a_number(method, bad):
    with pytest.raises(
        TypeError, match=r"^x must be a real number or an array of them, got .*[.]$"
    ):
        method(np.sin, bad)


@every_method
@pytest.mark.parametrize("bad", [b for b in NOT_NUMBERS if b is not None])
def test_h_that_is_not_a_number(method, bad):
    with pytest.raises(
        TypeError, match=r"^h must be a real number or an array of them, got .*[.]$"
    ):
        method(np.sin, 1.0, bad)


def test_the_complex_step_needs_its_h():
    with pytest.raises(
        TypeError, match=r"^h must be a real number or an array of them, got None.$"
    ):
        complex_step(np.sin, 1.0, None)


@every_method
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, [1.0, math.nan]])
def test_numbers_that_are_not_finite(method, bad):
    with pytest.raises(ValueError, match=r"^x must be finite, got .*[.]$"):
        method(np.sin, bad)
    with pytest.raises(ValueError, match=r"^h must be finite, got .*[.]$"):
        method(np.sin, 1.0, bad)


@every_method
@pytest.mark.parametrize("bad", [0, -0.1, [0.1, 0.0], np.array([[0.1], [-1]])])
def test_h_that_is_not_positive(method, bad):
    with pytest.raises(ValueError, match=r"^h must be greater than 0, got .*[.]$"):
        method(np.sin, 1.0, bad)


@every_method
def test_shapes_that_do_not_broadcast(method):
    sentence = r"^x and h must broadcast together, got shapes \(3,\) and \(2,\)\.$"
    with pytest.raises(ValueError, match=sentence):
        method(np.sin, [1, 2, 3], [0.1, 0.2])


@every_method
@pytest.mark.parametrize("bad", [None, 3.0, "np.sin", [np.sin]])
def test_f_that_is_not_a_function(method, bad):
    with pytest.raises(TypeError, match=r"^f must be a function .* called as f\(x\), got .*[.]$"):
        method(bad, 1.0)


@every_method
@pytest.mark.parametrize("x", [1.0, [1.0, 2.0]])
def test_f_that_does_not_return_numbers(method, x):
    with pytest.raises(TypeError, match=r"^f must return numbers, got None \(is a return missing"):
        method(lambda x: None, x)
    for bad in ("5", [[1], [1, 2]], {}, True):
        with pytest.raises(TypeError, match=r"^f must return numbers, got .*[^)][.]$"):
            method(lambda x, bad=bad: bad, x)


@every_method
def test_f_that_returns_the_wrong_shape(method):
    sentence = (
        r"^f must return one number for each x: x has shape \(3,\), but f\(x\) has shape \(\)"
    )
    with pytest.raises(ValueError, match=sentence):
        method(np.sum, [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"has shape \(\), but f\(x\) has shape \(2,\)"):
        method(lambda x: np.array([x, x]), 1.0)


@real_methods
@pytest.mark.parametrize("x", [1.0, [1.0, 2.0]])
def test_complex_results_for_real_x(method, x):
    with pytest.raises(TypeError, match=r"^f must return real numbers for real x, got complex"):
        method(lambda x: x + 1j, x)


def keeps_real_array(z):
    values = np.zeros(np.shape(z))
    values[...] = z
    return values + 0j


@pytest.mark.parametrize("x", [1.0, [1.0, 2.0]])
@pytest.mark.parametrize(
    "f",
    [abs, np.abs, float, math.sin, np.real, lambda z: np.array(z, dtype=float), keeps_real_array],
)
def test_a_lost_imaginary_part_is_named(f, x):
    sentence = "^complex_step needs f to compute with complex numbers, but f threw the imaginary"
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        with pytest.raises(TypeError, match=sentence) as caught:
            complex_step(f, x)
    assert "\n" not in str(caught.value)


@every_method
@pytest.mark.parametrize("x", [1.0, [1.0, 2.0]])
def test_what_f_raises_is_passed_on(method, x):
    def broken(x):
        raise ValueError("no path here")

    with pytest.raises(ValueError, match=r"^no path here$") as caught:
        method(broken, x)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("bad", [0, -1, 21, 2.5, "4", None, True, [4]])
def test_levels_that_are_not_a_small_whole_number(bad):
    with pytest.raises(
        ValueError, match=r"^levels must be a whole number from 1 to 20, got .*[.]$"
    ):
        richardson(np.sin, 1.0, levels=bad)


def test_many_levels_still_answer():
    assert richardson(sine, 1.0, 1.0, levels=np.int64(20)) == pytest.approx(math.cos(1), abs=1e-8)
