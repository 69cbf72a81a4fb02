"""Gradients, directional derivatives and Hessians from values: accuracy, shapes, bad input."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.derivatives import (
    METHODS,
    central_difference,
    directional_derivative,
    hessian,
    numerical_gradient,
)
from helpers.functions import SURFACES, bowl, line_fit, ramp, rosenbrock

ALL = list(SURFACES.values())
every_method = pytest.mark.parametrize("method", METHODS)
every_surface = pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)

# What a slope, and a slope of slopes, may be off, relative to the sizes of f and its derivatives.
ACCURACY = {"forward": 2e-7, "central": 5e-10, "complex step": 1e-14, "richardson": 2e-12}
SECOND_ACCURACY = {"forward": 2e-4, "central": 3e-7, "complex step": 5e-10, "richardson": 1e-9}

small = st.integers(1, 5)
numbers = st.floats(-3, 3)


def vectors(n):
    return st.lists(numbers, min_size=n, max_size=n).map(np.array)


def quadratic(data, n):
    """A random quadratic function of n numbers, its gradient and its Hessian."""
    a = np.array([data.draw(vectors(n)) for _ in range(n)])
    a, c = a + a.T, data.draw(vectors(n))
    return (lambda p: p @ a @ p / 2 + c @ p), (lambda p: a @ p + c), a


def mixed(p):
    """A smooth function of three numbers in which all second derivatives differ."""
    return np.exp(np.sin(p[0]) * p[1]) + np.cos(p[0] * p[1] * p[2]) + p[2] ** 3


def mixed_gradient(p):
    x, y, z = p
    wave, slope = np.exp(np.sin(x) * y), -np.sin(x * y * z)
    return np.array(
        [
            wave * np.cos(x) * y + slope * y * z,
            wave * np.sin(x) + slope * x * z,
            slope * x * y + 3 * z**2,
        ]
    )


def points_of(f):
    return st.tuples(*(st.floats(*side) for side in f.window))


def size(f, point):
    return max(1.0, abs(f(point)), *np.abs(f.gradient(point)), *np.abs(f.hessian(point)).ravel())


# Accuracy


@every_method
@every_surface
@settings(max_examples=30)
@given(data=st.data())
def test_gradient_and_hessian_of_the_gallery(method, f, data):
    point = data.draw(points_of(f))
    scale = size(f, point)
    error = numerical_gradient(f, point, method=method) - f.gradient(point)
    assert np.abs(error).max() < ACCURACY[method] * scale
    error = hessian(f, point, method=method) - f.hessian(point)
    assert np.abs(error).max() < SECOND_ACCURACY[method] * scale
    error = hessian(None, point, method=method, gradient=f.gradient) - f.hessian(point)
    assert np.abs(error).max() < ACCURACY[method] * scale


@every_method
@settings(max_examples=30)
@given(n=small, data=st.data())
def test_any_number_of_coordinates(method, n, data):
    f, gradient, matrix = quadratic(data, n)
    point = data.draw(vectors(n))
    scale = 1 + np.abs(matrix).sum() * (1 + np.abs(point).max()) ** 2
    found = numerical_gradient(f, point, method=method)
    assert found.shape == (n,)
    np.testing.assert_allclose(found, gradient(point), rtol=0, atol=ACCURACY[method] * scale)
    for options, tolerance in (({}, SECOND_ACCURACY), ({"gradient": gradient}, ACCURACY)):
        found = hessian(f, point, method=method, **options)
        assert found.shape == (n, n)
        np.testing.assert_array_equal(found, found.T)
        np.testing.assert_allclose(found, matrix, rtol=0, atol=tolerance[method] * scale)


@every_method
def test_a_function_that_is_no_polynomial(method):
    point = [1.0, 2.0, 0.5]
    found = numerical_gradient(mixed, point, method=method)
    np.testing.assert_allclose(found, mixed_gradient(point), rtol=0, atol=20 * ACCURACY[method])
    exact = hessian(None, point, method="complex step", gradient=mixed_gradient)
    by_values = hessian(mixed, point, method=method)
    np.testing.assert_allclose(by_values, exact, rtol=0, atol=5 * SECOND_ACCURACY[method])


@pytest.mark.parametrize(
    ("method", "promised"),
    [("forward", 5e-5), ("central", 1e-7), ("complex step", 3e-10), ("richardson", 3e-10)],
)
def test_the_documented_accuracy_of_the_hessian(method, promised):
    def f(p):
        return np.sin(p[0]) * np.cos(p[1])

    for x, y in np.random.default_rng(0).uniform(-1, 1, (50, 2)):
        straight, cross = -np.sin(x) * np.cos(y), -np.cos(x) * np.sin(y)
        found = hessian(f, [x, y], method=method)
        np.testing.assert_allclose(
            found, [[straight, cross], [cross, straight]], rtol=0, atol=promised
        )


def test_many_coordinates():
    point = np.linspace(-1, 1, 1000)
    found = numerical_gradient(lambda p: np.sum(p**3), point)
    np.testing.assert_allclose(found, 3 * point**2, atol=1e-7)


def test_a_matrix_of_weights():
    x = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 2.0]])
    weights = np.arange(6.0).reshape(3, 2) / 10

    def loss(w):
        assert w.shape == (3, 2)
        return np.sum(np.tanh(x @ w))

    exact = x.T @ (1 - np.tanh(x @ weights) ** 2)
    np.testing.assert_allclose(numerical_gradient(loss, weights), exact, atol=1e-9)
    u = np.ones((3, 2)) / math.sqrt(6)
    found = directional_derivative(loss, weights, np.ones((3, 2)))
    assert type(found) is float
    assert found == pytest.approx(np.sum(exact * u), abs=1e-9)
    both = directional_derivative(loss, weights, [np.ones((3, 2)), -np.eye(3)[:, :2]])
    np.testing.assert_allclose(
        both, [found, -(exact[0, 0] + exact[1, 1]) / math.sqrt(2)], atol=1e-9
    )


# Numbers that the notebooks show


def test_the_ramp_at_3_4():
    np.testing.assert_allclose(numerical_gradient(ramp, [3, 4]), [24, 10], rtol=0, atol=1e-8)
    np.testing.assert_allclose(hessian(ramp, [3, 4]), [[8, 6], [6, 0]], rtol=0, atol=1e-7)


def test_mixed_partials_agree():
    def slope_along(i):
        return lambda p: numerical_gradient(mixed, p, method="complex step")[i]

    point = np.array([1.0, 2.0, 0.5])
    for i in range(3):
        for j in range(i):
            one = numerical_gradient(slope_along(i), point)[j]
            other = numerical_gradient(slope_along(j), point)[i]
            assert one == pytest.approx(other, abs=1e-8)
            assert abs(one) > 0.1


@every_surface
def test_the_slope_in_360_directions_is_a_cosine(f):
    degrees = np.radians(np.arange(360))
    directions = np.stack([np.cos(degrees), np.sin(degrees)], axis=-1)
    point = [1.5, 0.5]
    gradient = f.gradient(point)
    length, uphill = np.hypot(*gradient), np.arctan2(gradient[1], gradient[0])
    cosine = length * np.cos(degrees - uphill)
    found = directional_derivative(f, point, directions)
    assert found.shape == (360,)
    # Central differences lose digits to the height of f, so 1e-8 counts from the gradient's length.
    assert np.abs(found - cosine).max() < 1e-8 * max(length, 1)
    exact = directional_derivative(f, point, directions, method="complex step")
    assert np.abs(exact - cosine).max() < 1e-11
    assert abs(np.degrees(degrees[found.argmax()] - uphill) % 360 - 180) > 179


@every_surface
@pytest.mark.parametrize("point", [(1.5, 0.5), (-0.8, 1.7), (0.3, -0.6)])
def test_the_gradient_is_perpendicular_to_the_level_line(f, point):
    point = np.array(point)

    def height(angle):
        # On a small circle around the point, above the level of its center or below.
        return f(point + 1e-4 * np.array([np.cos(angle), np.sin(angle)])) - f(point)

    gradient = numerical_gradient(f, point)
    uphill = np.arctan2(gradient[1], gradient[0])
    crossings = []
    for turn in (math.pi, -math.pi):  # one crossing to the left of uphill, one to the right
        above, below = uphill, uphill + turn
        for _ in range(60):
            middle = (above + below) / 2
            above, below = (middle, below) if height(middle) > 0 else (above, middle)
        crossings.append(np.array([np.cos(above), np.sin(above)]))
    along = crossings[0] - crossings[1]
    cosine = along @ gradient / (np.linalg.norm(along) * np.linalg.norm(gradient))
    assert abs(cosine) < 1e-6


def test_rosenbrock_at_its_usual_start():
    found = numerical_gradient(rosenbrock, [-1.2, 1])
    np.testing.assert_allclose(found, [-215.6, -88.0], rtol=1e-9)
    assert [f"{number:.4f}" for number in found] == ["-215.6000", "-88.0000"]


# Directions


@every_method
@settings(max_examples=30)
@given(n=small, data=st.data())
def test_the_slope_in_a_direction_is_gradient_times_unit_vector(method, n, data):
    f, gradient, matrix = quadratic(data, n)
    point, direction = data.draw(vectors(n)), data.draw(vectors(n))
    if not np.abs(direction).max() > 1e-3:
        direction[0] = 1.0
    scale = 1 + np.abs(matrix).sum() * (1 + np.abs(point).max()) ** 2
    found = directional_derivative(f, point, direction, method=method)
    expected = gradient(point) @ direction / np.linalg.norm(direction)
    assert type(found) is float
    assert found == pytest.approx(expected, abs=3 * ACCURACY[method] * scale)


@every_method
def test_along_an_axis_the_slope_is_the_partial_derivative(method):
    point = [100.0, -3.0]
    found = directional_derivative(ramp, point, [[2, 0], [0, 5]], method=method)
    np.testing.assert_array_equal(found, numerical_gradient(ramp, point, method=method))


@pytest.mark.parametrize("length", [1e-300, 1e-5, 1, 7, 1e300])
def test_the_length_of_a_direction_does_not_count(length):
    slope = directional_derivative(bowl, [1, 2], np.array([3.0, 4.0]) * length)
    assert slope == pytest.approx((2 * 3 + 4 * 4) / 5, abs=1e-9)


def test_the_opposite_direction_has_the_opposite_slope():
    for direction in ([1, 0], [1, 2], [-3, 0.5]):
        there = directional_derivative(ramp, [3, 4], direction)
        back = directional_derivative(ramp, [3, 4], np.negative(direction))
        assert there == -back != 0


# Steps


@every_method
def test_the_default_step_grows_with_each_coordinate(method):
    def steps_seen(take, point):
        seen = []
        take(lambda p: seen.append(p.copy()) or p @ [1.0, 1.0], point)
        return np.abs(np.array(seen) - point).max(axis=0)

    def in_one_variable(x):
        seen = []
        METHODS[method](lambda t: seen.append(t) or t, x)
        return max(abs(t - x) for t in seen)

    point = [0.5, 4096.0]
    found = steps_seen(lambda f, p: numerical_gradient(f, p, method=method), point)
    np.testing.assert_allclose(found, [in_one_variable(x) for x in point], rtol=1e-6)
    along = steps_seen(lambda f, p: directional_derivative(f, p, [1, 0], method=method), point)
    np.testing.assert_allclose(along, [in_one_variable(0.5), 0], rtol=1e-6)


def test_far_from_zero():
    point = [1e6, 1e-3]
    found = numerical_gradient(lambda p: np.sqrt(p[0]) + np.sin(p[1]), point)
    np.testing.assert_allclose(found, [5e-4, np.cos(1e-3)], rtol=1e-7)
    matrix = hessian(lambda p: np.log(p[0]) + p[1] ** 2, point)
    np.testing.assert_allclose(matrix, [[-1e-12, 0], [0, 2]], rtol=1e-5, atol=1e-16)


@every_method
def test_h_is_one_number_or_one_for_each_slope(method):
    seen = []

    def f(p):
        seen.append(p.copy())
        return p @ p

    h = np.array([0.5, 0.25])
    found = numerical_gradient(f, [1, 2], h, method)
    reach = np.abs(np.array(seen) - [1, 2]).max(axis=0)
    np.testing.assert_array_equal(reach, h)
    one_by_one = [METHODS[method](lambda t: t**2, 1, 0.5), METHODS[method](lambda t: t**2, 2, 0.25)]
    np.testing.assert_allclose(found, one_by_one, rtol=1e-14)

    seen.clear()
    slopes = directional_derivative(f, [1, 2], np.eye(2), h, method)
    np.testing.assert_array_equal(np.abs(np.array(seen) - [1, 2]).max(axis=0), h)
    np.testing.assert_array_equal(slopes, found)

    whole = numerical_gradient(f, [1, 2], 1, method)
    np.testing.assert_array_equal(whole, numerical_gradient(f, [1, 2], [1.0, 1.0], method))


def test_the_hessian_uses_its_h():
    def f(p):
        return p[0] ** 4 + p[0] * p[1] ** 3

    # Slopes of slopes by hand: the second difference of x⁴ with 2h has the error 8h² at any x.
    found = hessian(f, [1, 2], [0.5, 0.25])
    np.testing.assert_allclose(found, [[12 + 8 * 0.25, 12 + 0.0625], [12 + 0.0625, 12]], rtol=1e-12)
    forward = hessian(f, [1, 2], 0.5, method="forward")
    assert forward[0, 0] == pytest.approx((2**4 - 2 * 1.5**4 + 1) / 0.25)
    outer = hessian(f, [1, 2], 0.5, method="complex step")
    assert outer[0, 0] == pytest.approx(4 * (1.5**3 - 0.5**3))
    with_gradient = hessian(None, [1.0], 0.5, gradient=lambda p: 4 * p**3)
    assert with_gradient[0, 0] == pytest.approx(4 * (1.5**3 - 0.5**3))


@pytest.mark.parametrize(
    ("method", "calls"), [("forward", 6), ("central", 6), ("complex step", 3), ("richardson", 24)]
)
def test_how_often_f_is_called(method, calls):
    seen = []
    numerical_gradient(lambda p: seen.append(p) or p @ p, [1, 2, 3], method=method)
    assert len(seen) == calls


# What f may be and do


@every_method
def test_f_gets_one_point_at_a_time_as_an_array_of_numbers(method):
    def f(p):
        assert type(p) is np.ndarray
        assert p.shape == (2,)
        assert p.dtype == (complex if method == "complex step" else float)
        x, y = p
        return x**2 * y if x.real > 0 else 0 * x  # a branch that no array would pass

    found = numerical_gradient(f, (3, 4), method=method)
    np.testing.assert_allclose(found, [24, 9], rtol=1e-6)
    directional_derivative(f, (3, 4), [[1, 0], [0, 1], [1, 1]], method=method)


def test_functions_of_math_will_do():
    found = numerical_gradient(lambda p: math.sin(p[0]) * math.exp(p[1]), [0, 0])
    np.testing.assert_allclose(found, [1, 0], atol=1e-9)
    assert hessian(lambda p: math.sin(p[0]) * p[1], [0, 0])[0, 1] == pytest.approx(1, abs=1e-7)


@every_method
def test_a_function_may_change_its_argument(method):
    def careless(p):
        p *= 2
        return p @ p

    def careless_gradient(p):
        p *= 8
        return p

    point, direction = np.array([1.0, 2.0]), np.array([0.0, 3.0])
    found = numerical_gradient(careless, point, method=method)
    np.testing.assert_allclose(found, [8, 16], rtol=1e-6)
    slope = directional_derivative(careless, point, direction, method=method)
    assert slope == pytest.approx(16, rel=1e-6)
    for options in ({}, {"gradient": careless_gradient}):
        matrix = hessian(careless, point, method=method, **options)
        np.testing.assert_allclose(matrix, [[8, 0], [0, 8]], atol=5e-3)
    np.testing.assert_array_equal(point, [1.0, 2.0])
    np.testing.assert_array_equal(direction, [0.0, 3.0])


@every_method
def test_integer_points_are_promoted(method):
    whole = np.array([3, 4], dtype=np.int8)
    for take in (
        lambda p: numerical_gradient(ramp, p, method=method),
        lambda p: directional_derivative(ramp, p, np.array([1, 1]), method=method),
        lambda p: hessian(ramp, p, method=method),
    ):
        np.testing.assert_array_equal(take(whole), take([3.0, 4.0]))
        np.testing.assert_array_equal(take((3, 4)), take([3.0, 4.0]))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_values_that_are_not_finite_pass_through_without_a_warning(value):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = numerical_gradient(lambda p: value if p[0] > 1 else p[1], [1.0, 2.0])
    assert not np.isfinite(found[0])
    assert found[1] == pytest.approx(1)


def test_the_mean_of_both_orders_makes_the_hessian_symmetric():
    no_gradient = hessian(None, [1.0, 2.0], gradient=lambda p: np.array([p[1], 3 * p[0]]))
    np.testing.assert_allclose(no_gradient, [[0, 2], [2, 0]], atol=1e-9)


@every_method
def test_with_a_gradient_f_is_not_called(method):
    def never(p):
        raise AssertionError

    matrix = hessian(never, [2, 3], method=method, gradient=line_fit.gradient)
    np.testing.assert_allclose(matrix, [[11, 3], [3, 1]], rtol=1e-6)
    as_list = hessian(None, [2, 3], method=method, gradient=lambda p: [2 * p[0], 4 * p[1]])
    np.testing.assert_allclose(as_list, [[2, 0], [0, 4]], rtol=1e-6)


# Bad input, one sentence each

CALLS = {
    "gradient": numerical_gradient,
    "direction": lambda f, point, *rest, **more: directional_derivative(
        f, point, [1, 1], *rest, **more
    ),
    "hessian": hessian,
    "hessian of gradient": lambda f, point, *rest, **more: hessian(
        f, point, *rest, gradient=lambda p: 2 * p, **more
    ),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
calls_of_f = pytest.mark.parametrize("call", list(CALLS.values())[:3], ids=list(CALLS)[:3])


def one_line(caught):
    assert "\n" not in str(caught.value)


@every_call
@pytest.mark.parametrize(
    "bad", [None, "34", [1, "a"], [[1, 2], [1]], [1, 2j], [True, False], object(), {}]
)
def test_a_point_that_is_not_made_of_numbers(call, bad):
    with pytest.raises(
        TypeError, match=r"^point must be an array of real numbers, got .*[.]$"
    ) as c:
        call(bowl, bad)
    one_line(c)


@every_call
@pytest.mark.parametrize("bad", [[1, math.nan], [math.inf, 0], np.array([[1.0], [-math.inf]])])
def test_a_point_that_is_not_finite(call, bad):
    with pytest.raises(ValueError, match=r"^point must be finite, got .*[.]$") as c:
        call(bowl, bad)
    one_line(c)


@every_call
@pytest.mark.parametrize("bad", [3, 3.0, np.array(3), [], np.zeros((0, 2))])
def test_a_point_without_coordinates(call, bad):
    sentence = r"^point must be an array of one number for each coordinate, got .*[.]$"
    with pytest.raises(ValueError, match=sentence):
        call(bowl, bad)


def test_a_matrix_has_no_hessian():
    sentence = r"^point must have the shape \(n,\) for a Hessian, got \(2, 2\)\.$"
    with pytest.raises(ValueError, match=sentence):
        hessian(np.sum, np.eye(2))


@every_call
@every_method
def test_a_step_that_is_not_positive_and_finite(call, method):
    for bad in (0, -1e-3, [0.1, 0]):
        with pytest.raises(ValueError, match=r"^h must be greater than 0, got .*[.]$"):
            call(bowl, [1, 2], bad, method)
    for bad in (math.nan, math.inf):
        with pytest.raises(ValueError, match=r"^h must be finite, got .*[.]$"):
            call(bowl, [1, 2], bad, method)
    for bad in ("central", [1, None], 1j, True):
        with pytest.raises(TypeError, match=r"^h must be a real number or an array of them, got"):
            call(bowl, [1, 2], bad, method)


@every_call
def test_a_step_of_the_wrong_shape(call):
    sentence = r"^h must be one number or have the shape \((2,)?\), got shape \(3,\)\.$"
    with pytest.raises(ValueError, match=sentence):
        call(bowl, [1, 2], [0.1, 0.1, 0.1])


@every_call
@pytest.mark.parametrize("bad", ["secant", "Central", None, 3, ["central"], central_difference])
def test_an_unknown_method(call, bad):
    sentence = r"^method must be one of forward, central, complex step, richardson; got .*[.]$"
    with pytest.raises(ValueError, match=sentence) as c:
        call(bowl, [1, 2], method=bad)
    one_line(c)


@calls_of_f
@pytest.mark.parametrize("bad", [None, 3.0, "bowl", [bowl]])
def test_f_that_is_not_a_function(call, bad):
    sentence = r"^f must be a function that can be called as f\(point\), got .*[.]$"
    with pytest.raises(TypeError, match=sentence):
        call(bad, [1, 2])


@calls_of_f
@every_method
@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda p: p**2, r"\(2,\)"),
        (lambda p: [p[0], p[1], 0], r"\(3,\)"),
        (lambda p: p[:1], r"\(1,\)"),
        (lambda p: np.outer(p, p), r"\(2, 2\)"),
    ],
)
def test_f_that_returns_more_than_one_number(call, method, f, shape):
    sentence = rf"^f must return one number for a point, but f\(point\) has shape {shape} "
    with pytest.raises(ValueError, match=sentence) as c:
        call(f, [1, 2], method=method)
    one_line(c)


@pytest.mark.parametrize("take", [numerical_gradient, hessian])
def test_a_list_of_points_is_no_point(take):
    with pytest.raises(ValueError, match=r"^(f must return one number|point must have the shape)"):
        take(bowl, [[1, 2], [3, 4], [5, 6]])
    with pytest.raises(ValueError, match=r"^(f must return one number|point must have the shape)"):
        take(lambda p: p[0] ** 2 + p[1], [[1, 2], [3, 4]])


@calls_of_f
@every_method
def test_f_that_does_not_return_numbers(call, method):
    with pytest.raises(TypeError, match=r"^f must return numbers, got None \(is a return missing"):
        call(lambda p: None, [1, 2], method=method)
    for bad in ("5", {}, True):
        with pytest.raises(TypeError, match=r"^f must return numbers, got .*[.]$"):
            call(lambda p, bad=bad: bad, [1, 2], method=method)


@calls_of_f
@pytest.mark.parametrize("method", ["forward", "central", "richardson"])
def test_complex_results_for_real_points(call, method):
    with pytest.raises(TypeError, match=r"^f must return real numbers for real x, got complex"):
        call(lambda p: p[0] + 1j, [1, 2], method=method)


@calls_of_f
@pytest.mark.parametrize(
    "f", [lambda p: abs(p[0]), lambda p: math.sin(p[0]), lambda p: p.real @ p.real]
)
def test_a_lost_imaginary_part_is_named(call, f):
    with pytest.raises(TypeError, match="^complex_step needs f to compute with complex numbers"):
        call(f, [1, 2], method="complex step")


@every_call
@every_method
def test_what_f_raises_is_passed_on(call, method):
    def broken(p):
        raise ValueError("no path here")

    if call is CALLS["hessian of gradient"]:
        with pytest.raises(ValueError, match=r"^no path here$") as caught:
            hessian(None, [1, 2], method=method, gradient=broken)
    else:
        with pytest.raises(ValueError, match=r"^no path here$") as caught:
            call(broken, [1, 2], method=method)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("bad", "error", "sentence"),
    [
        (None, TypeError, r"^direction must be an array of real numbers, got None\.$"),
        ("up", TypeError, r"^direction must be an array of real numbers, got 'up'\.$"),
        ([1, 1j], TypeError, r"^direction must be an array of real numbers, got \[1, 1j\]\.$"),
        ([1, math.nan], ValueError, r"^direction must be finite, got \[1, nan\]\.$"),
        ([0, 0], ValueError, r"^direction must not be zero, as it would point nowhere\.$"),
        ([[1, 0], [0, 0.0]], ValueError, r"^direction must not be zero, as it would point"),
        (1, ValueError, "^direction must be an array of one number for each coordinate, got 1.$"),
        ([], ValueError, r"^direction must be an array of one number for each coordinate, got"),
        ([1, 0, 0], ValueError, r"^direction must have the shape .*, \(2,\), got \(3,\)\.$"),
        ([1], ValueError, r"^direction must have the shape of the point, \(2,\), got \(1,\)\.$"),
        ([[1], [0]], ValueError, r"^direction must have the shape .*, \(2,\), got \(2, 1\)\.$"),
    ],
)
def test_directions_that_do_not_point(bad, error, sentence):
    with pytest.raises(error, match=sentence):
        directional_derivative(bowl, [1, 2], bad)


def test_a_direction_with_fewer_axes_than_the_point():
    sentence = r"^direction must have the shape of the point, \(2, 2\), got \(2,\)\.$"
    with pytest.raises(ValueError, match=sentence):
        directional_derivative(np.sum, np.eye(2), [1, 1])


@pytest.mark.parametrize(
    ("bad", "error", "sentence"),
    [
        (
            3,
            TypeError,
            r"^gradient must be a function that can be called as gradient\(point\), got",
        ),
        (lambda p: None, TypeError, r"^gradient must return an array of numbers, got None\.$"),
        (lambda p: "up", TypeError, r"^gradient must return an array of numbers, got 'up'\.$"),
        (lambda p: p[0], ValueError, r"has shape \(2,\), but gradient\(point\) has shape \(\)\.$"),
        (lambda p: p[:1], ValueError, r"shape \(2,\), but gradient\(point\) has shape \(1,\)\.$"),
        (lambda p: np.eye(2), ValueError, r"but gradient\(point\) has shape \(2, 2\)\.$"),
    ],
)
def test_gradients_that_are_none(bad, error, sentence):
    for method in METHODS:
        with pytest.raises(error, match=sentence):
            hessian(None, [1, 2], method=method, gradient=bad)
