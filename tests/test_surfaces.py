"""The surfaces: formulas, exact gradients and Hessians, minima, shapes, and bad input."""

import dataclasses
import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

from helpers.derivatives import complex_step, hessian, numerical_gradient
from helpers.functions import (
    CURVES,
    FIVE_POINTS,
    SURFACES,
    bowl,
    himmelblau,
    line_fit,
    line_loss,
    long_valley,
    ramp,
    rosenbrock,
    saddle,
)

ALL = list(SURFACES.values())
by_name = pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)
with_minima = pytest.mark.parametrize("f", [f for f in ALL if len(f.minima)], ids=lambda f: f.name)

# Each formula written down a second time, keyed by the text that the reader sees.
SECOND_COPY = {
    "w² + b²": lambda w, b: w * w + b * b,
    "½ (x² + 20y²)": lambda x, y: 0.5 * x * x + 10 * y * y,
    "½ (3x² + 4xy + 3y²)": lambda x, y: 1.5 * x * x + 2 * x * y + 1.5 * y * y,
    "x² − y²": lambda x, y: x * x - y * y,
    "x²y + y + 2": lambda x, y: x * x * y + y + 2,
    "(x² + y − 11)² + (x + y² − 7)²": lambda x, y: (
        math.pow(x * x + y - 11, 2) + math.pow(x + y * y - 7, 2)
    ),
    "(1 − x)² + 100 (y − x²)²": lambda x, y: math.pow(1 - x, 2) + 100 * math.pow(y - x * x, 2),
    "1/(2m) Σ (wx + b − y)²": lambda w, b: (
        sum((w * x + b - y) ** 2 for x, y in zip(*FIVE_POINTS, strict=True)) / 10
    ),
}

data_points = st.lists(
    st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=20
).filter(lambda pairs: np.ptp([x for x, _ in pairs]) > 0.1)


def points_of(f):
    (left, right), (bottom, top) = f.window
    return st.tuples(st.floats(left, right), st.floats(bottom, top))


def size(f, point):
    """What the error of a difference at a point is measured by."""
    return max(1.0, abs(f(point)), *np.abs(f.gradient(point)), *np.abs(f.hessian(point)).ravel())


# The formulas and their derivatives


@by_name
@given(data=st.data())
def test_the_formula_says_what_is_computed(f, data):
    point = data.draw(points_of(f))
    assert f(point) == pytest.approx(SECOND_COPY[f.formula](*point), rel=1e-12, abs=1e-12)


@by_name
@given(data=st.data())
def test_the_gradient_agrees_with_central_differences(f, data):
    point = data.draw(points_of(f))
    error = np.abs(numerical_gradient(f, point) - f.gradient(point))
    assert error.max() < 1e-9 * size(f, point)


@by_name
@given(data=st.data())
def test_the_gradient_agrees_with_the_complex_step(f, data):
    x, y = data.draw(points_of(f))
    slopes = [complex_step(lambda t: f([t, y]), x), complex_step(lambda t: f([x, t]), y)]
    assert np.abs(slopes - f.gradient([x, y])).max() < 1e-14 * size(f, (x, y))


@by_name
@given(data=st.data())
def test_the_hessian_agrees_with_differences_of_the_gradient(f, data):
    point = data.draw(points_of(f))
    by_differences = hessian(None, point, gradient=f.gradient)
    assert np.abs(by_differences - f.hessian(point)).max() < 1e-9 * size(f, point)


@by_name
@given(data=st.data())
def test_the_hessian_agrees_with_the_complex_step_and_mixed_partials_agree(f, data):
    point = np.array(data.draw(points_of(f)))
    # Row i holds the slopes of the whole gradient along axis i: nothing is averaged here.
    rows = [f.gradient(point + 1e-20j * axis).imag / 1e-20 for axis in np.eye(2)]
    np.testing.assert_allclose(rows, f.hessian(point), rtol=0, atol=1e-14 * size(f, point))
    assert f.hessian(point)[0, 1] == f.hessian(point)[1, 0]


# Numbers that the notebooks show


def test_the_ramp_at_3_4():
    assert ramp([3, 4]) == 42.0
    np.testing.assert_array_equal(ramp.gradient([3, 4]), [24, 10])
    np.testing.assert_array_equal(ramp.hessian([3, 4]), [[8, 6], [6, 0]])


def test_rosenbrock_at_its_usual_start():
    start = [-1.2, 1]
    assert rosenbrock(start) == pytest.approx(24.2, rel=1e-15)
    np.testing.assert_allclose(rosenbrock.gradient(start), [-215.6, -88.0], rtol=1e-15)
    np.testing.assert_allclose(rosenbrock.hessian(start), [[1330, 480], [480, 200]], rtol=1e-15)
    # The last digit is lost since 1.2 is no binary fraction, so pages should round.
    assert f"{rosenbrock(start):.10f}" == "24.2000000000"
    assert str(rosenbrock.gradient(start)) == "[-215.6  -88. ]"


def test_the_long_valley_has_condition_number_20():
    np.testing.assert_array_equal(np.linalg.eigvalsh(long_valley.hessian([1, 1])), [1, 20])


def test_the_loss_of_five_points():
    x, y = FIVE_POINTS
    assert line_fit([2, 3]) == 0.25
    assert line_fit([0, 0]) == pytest.approx(np.mean(y**2) / 2)
    np.testing.assert_array_equal(line_fit.gradient([2, 3]), [0, 0])
    np.testing.assert_array_equal(line_fit.hessian([2, 3]), [[11, 3], [3, 1]])
    np.testing.assert_array_equal(line_fit.minima, [[2, 3]])
    limits = np.linalg.eigvalsh(line_fit.hessian([0, 0]))
    np.testing.assert_allclose(limits, [6 - math.sqrt(34), 6 + math.sqrt(34)], rtol=1e-12)
    np.testing.assert_allclose(np.polyfit(x, y, 1), [2, 3], rtol=1e-12)


def test_the_partials_of_the_loss_agree_with_central_differences_to_1e_8():
    (left, right), (bottom, top) = line_fit.window
    for w in np.linspace(left, right, 13):
        for b in np.linspace(bottom, top, 13):
            found = numerical_gradient(line_fit, [w, b])
            np.testing.assert_allclose(found, line_fit.gradient([w, b]), rtol=0, atol=1e-8)


# Minima


@with_minima
def test_minima_are_level_and_curve_upward(f):
    lowest = 0.25 if f is line_fit else 0.0
    for minimum in f.minima:
        assert f(minimum) == pytest.approx(lowest, abs=1e-28)
        np.testing.assert_allclose(f.gradient(minimum), 0, atol=2e-13)
        assert np.linalg.eigvalsh(f.hessian(minimum)).min() > 0.1


@with_minima
@given(data=st.data())
def test_nothing_is_lower_than_the_minima(f, data):
    assert f(data.draw(points_of(f))) >= f(f.minima).min()


@pytest.mark.parametrize(
    ("f", "count"), [(bowl, 1), (long_valley, 1), (himmelblau, 4), (rosenbrock, 1), (line_fit, 1)]
)
def test_minima_are_distinct_and_in_the_window(f, count):
    assert f.minima.shape == (count, 2)
    for first in range(count):
        for second in range(first):
            assert np.linalg.norm(f.minima[first] - f.minima[second]) > 1
    (left, right), (bottom, top) = f.window
    assert ((f.minima > [left, bottom]) & (f.minima < [right, top])).all()


@pytest.mark.parametrize("f", [saddle, ramp])
def test_surfaces_without_a_minimum(f):
    assert f.minima.shape == (0, 2)


def test_the_saddle_is_level_and_curves_both_ways():
    np.testing.assert_array_equal(saddle.gradient([0, 0]), [0, 0])
    assert np.linalg.eigvalsh(saddle.hessian([0, 0])).tolist() == [-2, 2]


def test_the_ramp_is_nowhere_level():
    grid = np.stack(np.meshgrid(*[np.linspace(-5, 5, 101)] * 2), axis=-1)
    assert (ramp.gradient(grid)[..., 1] >= 1).all()


# The loss of a line through data


@given(pairs=data_points, w=st.floats(-10, 10), b=st.floats(-10, 10))
def test_the_loss_and_its_partials_written_as_loops(pairs, w, b):
    loss = line_loss(*zip(*pairs, strict=True))
    m = len(pairs)
    errors = [w * x + b - y for x, y in pairs]
    scale = 1e4 * max(1, *(abs(e) for e in errors))
    assert loss([w, b]) == pytest.approx(sum(e * e for e in errors) / (2 * m), rel=1e-12)
    by_hand = [sum(e * x for e, (x, _) in zip(errors, pairs, strict=True)) / m, sum(errors) / m]
    np.testing.assert_allclose(loss.gradient([w, b]), by_hand, rtol=0, atol=1e-15 * scale)
    xx, mean = sum(x * x for x, _ in pairs) / m, sum(x for x, _ in pairs) / m
    np.testing.assert_allclose(loss.hessian([w, b]), [[xx, mean], [mean, 1]], rtol=1e-12)


@given(pairs=data_points)
def test_the_minimum_solves_the_normal_equations(pairs):
    x, y = (np.array(column) for column in zip(*pairs, strict=True))
    loss = line_loss(x, y)
    assert loss.minima.shape == (1, 2)
    gradient = loss.gradient(loss.minima[0])
    bound = 1e-13 * (1 + np.abs(x).max()) * (1 + np.abs(loss.minima).max()) * 1e3
    np.testing.assert_allclose(gradient, 0, atol=bound)
    for step in [(1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3)]:
        assert loss(loss.minima[0] + step) >= loss(loss.minima[0])


def test_the_minimum_agrees_with_least_squares_far_from_zero():
    years = np.arange(2000, 2021)
    y = 0.3 * years - 597 + np.sin(years)
    (w, b) = line_loss(years, y).minima[0]
    columns = np.stack([years - 2010.0, np.ones(21)], axis=1)
    slope, middle = np.linalg.lstsq(columns, y, rcond=None)[0]
    assert w == pytest.approx(slope, rel=1e-13)
    assert b == pytest.approx(middle - 2010 * slope, rel=1e-13)


def test_five_points_without_noise():
    x = [1, 2, 3, 4, 5]
    loss = line_loss(x, [2 * number + 3 for number in x])
    np.testing.assert_allclose(loss.minima, [[2, 3]], rtol=1e-14)
    assert loss([2, 3]) == 0.0
    # Half of the limit for the mean squared error without the ½, 0.0845, doubled.
    assert 2 / np.linalg.eigvalsh(loss.hessian([0, 0])).max() == pytest.approx(0.16905, abs=5e-6)


@given(pairs=data_points)
def test_the_window_of_a_loss_shows_the_minimum_and_the_origin(pairs):
    loss = line_loss(*zip(*pairs, strict=True))
    (left, right), (bottom, top) = loss.window
    w, b = loss.minima[0]
    assert left < w < right
    assert bottom < b < top
    assert left <= 0 <= right
    assert bottom <= 0 <= top
    assert (np.diff(loss.levels) > 0).all()
    assert loss.levels[0] > loss([w, b])


def test_the_lowest_ellipse_of_a_loss_fits_its_window():
    loss = line_loss(*FIVE_POINTS)
    (left, right), (bottom, top) = loss.window
    best = loss([2, 3])
    rise = {loss.on_grid([w], np.linspace(bottom, top, 2001)).min() - best for w in (left, right)}
    rise |= {loss.on_grid(np.linspace(left, right, 2001), [b]).min() - best for b in (bottom, top)}
    assert max(rise) == pytest.approx(min(rise), rel=1e-4)
    assert loss.levels[0] - best < min(rise)
    rises = np.array(loss.levels) - best
    np.testing.assert_allclose(rises[1:], 2 * rises[:-1])
    assert np.abs(rises / min(rise) - 1).min() < 1e-4  # one of the lines touches the sides


def test_the_window_of_noise_is_wide_enough_for_the_loss_to_double():
    loss = line_loss([0, 1, 2, 3], [1, -1, -1, 1])
    (left, _), (bottom, top) = loss.window
    assert loss([0, 0]) == 0.5
    assert loss.on_grid([left], np.linspace(bottom, top, 2001)).min() == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("y", [[0, 0], [0, 1e-170]])
def test_a_loss_of_zeros_has_a_window_and_levels_too(y):
    loss = line_loss([0, 1], y)
    assert (np.diff(loss.levels) > 0).all()
    for left, right in loss.window:
        assert left < 0 < right


def test_a_loss_keeps_its_own_data():
    x, y = np.array([0.0, 1.0]), np.array([1.0, 3.0])
    loss = line_loss(x, y)
    x[:], y[:] = 7, 7
    assert loss([2, 1]) == 0.0
    with pytest.raises(ValueError, match="read-only"):
        FIVE_POINTS[0][0] = 7


@pytest.mark.parametrize(
    ("x", "y", "error", "sentence"),
    [
        (None, [1, 2], TypeError, r"^x must be an array of real numbers, got None\.$"),
        ([1, 2], "ab", TypeError, r"^y must be an array of real numbers, got 'ab'\.$"),
        ([1, 2], [1, 2j], TypeError, r"^y must be an array of real numbers, got \[1, 2j\]\.$"),
        ([[1], [1, 2]], [1, 2], TypeError, r"^x must be an array of real numbers, got .*\.$"),
        ([True, False], [1, 2], TypeError, r"^x must be an array of real numbers, got .*\.$"),
        (3, [1, 2], ValueError, r"^x must have the shape \(m,\), got \(\)\.$"),
        ([1, 2], [[1], [2]], ValueError, r"^y must have the shape \(m,\), got \(2, 1\)\.$"),
        ([1, math.nan], [1, 2], ValueError, r"^x must be finite, got NaN or infinity in it\.$"),
        ([1, 2], [1, math.inf], ValueError, r"^y must be finite, got NaN or infinity in it\.$"),
        ([1, 2], [1, 2, 3], ValueError, "^x and y must hold equally many numbers, .* 2 and 3.$"),
        ([1], [1], ValueError, "^x and y must hold equally many numbers, at least two, .* 1 and 1"),
        ([], [], ValueError, "^x and y must .* equally many numbers, at least two, got 0 and 0.$"),
        ([4, 4, 4], [1, 2, 3], ValueError, r"^x must hold at least two different numbers, got .*$"),
        ([0.1] * 3, [1, 2, 3], ValueError, r"^x must hold at least two different numbers, got .*$"),
        ([0, 1e-200], [1, 2], ValueError, r"^x must hold at least two different numbers, got .*$"),
        ([0, 1e200], [1, 2], ValueError, "^x and y must be small enough for their squares"),
        ([0, 1], [1, 1e200], ValueError, "^x and y must be small enough for their squares"),
    ],
)
def test_data_that_no_line_is_fitted_to(x, y, error, sentence):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(error, match=sentence) as caught:
            line_loss(x, y)
    assert "\n" not in str(caught.value)


# Shapes and types


@by_name
@given(shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), data=st.data())
def test_arrays_of_points_are_taken_point_by_point(f, shape, data):
    points = np.array([data.draw(points_of(f)) for _ in range(math.prod(shape))])
    points = points.reshape(*shape, 2)
    for rule, one in ((f, ()), (f.gradient, (2,)), (f.hessian, (2, 2))):
        found = np.asarray(rule(points))
        assert found.shape == shape + one
        assert found.dtype == float
        singly = [rule(point) for point in points.reshape(-1, 2)]
        np.testing.assert_allclose(
            found.reshape(-1, *one), np.reshape(singly, (-1, *one)), rtol=1e-14, atol=1e-14
        )


@pytest.mark.parametrize("f", [f for f in ALL if f is not line_fit], ids=lambda f: f.name)
def test_one_point_gives_the_same_bits_as_an_array_of_points(f):
    points = np.random.default_rng(0).uniform(-3, 3, (50, 2))
    np.testing.assert_array_equal(f(points), [f(point) for point in points])


@by_name
def test_one_point_gives_a_plain_float_and_integers_are_promoted(f):
    for point in ([2, 1], (2, 1), np.array([2, 1]), np.array([2, 1], dtype=np.uint8), [2.0, 1]):
        assert type(f(point)) is float
        assert f(point) == f([2.0, 1.0])
        np.testing.assert_array_equal(f.gradient(point), f.gradient([2.0, 1.0]))
        np.testing.assert_array_equal(f.hessian(point), f.hessian([2.0, 1.0]))


def test_small_integers_do_not_overflow():
    assert bowl(np.array([200, 100], dtype=np.uint8)) == 5e4


@by_name
def test_a_grid_is_laid_out_for_contour(f):
    x, y = np.array([-1.0, 0.5, 2.0]), np.array([1, 3])
    z = f.on_grid(x, y)
    assert z.shape == (2, 3)
    for row in range(2):
        for column in range(3):
            assert z[row, column] == pytest.approx(f([x[column], y[row]]), rel=1e-14, abs=1e-14)


@by_name
@pytest.mark.parametrize("point", [(math.nan, 1), (1, math.nan), (math.nan, math.nan)])
def test_nan_makes_everything_nan(f, point):
    assert math.isnan(f(point))
    assert np.isnan(f.gradient(point)).all()
    assert np.isnan(f.hessian(point)).all()
    assert np.isnan(f([point, (1, 1)])).tolist() == [True, False]


@by_name
def test_overflow_is_infinite_or_nan_without_a_warning(f):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for point in ([1e200, 1e200], [-math.inf, math.inf]):
            assert not np.isfinite(f(point))
            f.gradient(point)
            f.hessian(point)


@by_name
def test_complex_points_give_complex_numbers(f):
    point = np.array([1.5 + 0j, -0.5])
    assert type(f(point)) is complex
    assert f(point) == pytest.approx(f(point.real), rel=1e-14)
    for rule in (f.gradient, f.hessian):
        assert rule(point).dtype == complex
        np.testing.assert_allclose(rule(point), rule(point.real), rtol=1e-14)


@by_name
def test_the_input_is_left_as_it_was(f):
    points = np.array([[1.0, 1.5], [2.0, 0.0]])
    for rule in (f, f.gradient, f.hessian):
        rule(points)[:] = 0
    np.testing.assert_array_equal(points, [[1.0, 1.5], [2.0, 0.0]])
    # A rule that returns its argument, as ∂f/∂x = x, must not hand out the same memory.
    assert not np.shares_memory(f.gradient(points), points)


# Descriptions


@by_name
def test_descriptions_are_complete(f):
    for low, high in f.window:
        assert low < high
    assert f.about.endswith(".")
    assert "\n" not in f.about
    assert f.x_label
    assert f.y_label
    assert f.z_label.endswith(f"({f.x_label}, {f.y_label})")
    MathTextParser("path").parse(f"${f.latex}$")


@by_name
def test_every_level_is_drawn_in_the_window(f):
    heights = f.on_grid(*(np.linspace(*side, 201) for side in f.window))
    assert (np.diff(f.levels) > 0).all()
    assert len(f.levels) >= 8
    assert heights.min() < f.levels[0]
    assert f.levels[-1] < heights.max()


def test_windows_are_square_so_that_right_angles_show():
    for f in ALL:
        if f is not line_fit:  # w and b have different units
            (left, right), (bottom, top) = f.window
            assert right - left == top - bottom


def test_the_gallery_is_keyed_by_name_and_read_only():
    assert all(name == f.name for name, f in SURFACES.items())
    assert not SURFACES.keys() & CURVES.keys()
    with pytest.raises(TypeError):
        SURFACES["bowl"] = saddle
    with pytest.raises(dataclasses.FrozenInstanceError):
        bowl.name = "dish"
    with pytest.raises(ValueError, match="read-only"):
        bowl.minima[0, 0] = 1.0


def test_another_window():
    wide = dataclasses.replace(bowl, window=((-9, 9), (-9, 9)))
    assert wide.window == ((-9, 9), (-9, 9))
    assert wide([3, 4]) == 25.0
    assert wide != bowl
    assert len({wide, bowl, bowl}) == 2


@by_name
def test_the_repr_is_the_same_on_every_run(f):
    assert f.name in repr(f)
    assert " at 0x" not in repr(f)


# Bad input, one sentence each


@by_name
@pytest.mark.parametrize("bad", [None, "34", [1, "a"], [[1, 2], [1]], [True, False], object(), {}])
def test_what_is_not_a_point_gets_one_sentence(f, bad):
    sentence = (
        rf"^{f.name} takes a point \({f.x_label}, {f.y_label}\) or an array of points, "
        rf"got {type(bad).__name__}\.$"
    )
    for rule in (f, f.gradient, f.hessian):
        with pytest.raises(TypeError, match=sentence):
            rule(bad)


@pytest.mark.parametrize("bad", [3, [3], [1, 2, 3], [[1], [2]], [], np.zeros((2, 3))])
def test_points_of_the_wrong_shape(bad):
    shape = str(np.shape(bad)).replace("(", r"\(").replace(")", r"\)")
    sentence = (
        r"^saddle takes a point \(x, y\) of shape \(2,\), or points of shape \(..., 2\), got shape "
        rf"{shape}\.$"
    )
    for rule in (saddle, saddle.gradient, saddle.hessian):
        with pytest.raises(ValueError, match=sentence):
            rule(bad)


def test_two_numbers_instead_of_a_point():
    for rule in (saddle, saddle.gradient, saddle.hessian):
        sentence = r"^saddle takes one point: write saddle\(\[3, 4\]\), not saddle\(3, 4\)\.$"
        with pytest.raises(TypeError, match=sentence):
            rule(3, 4)


@pytest.mark.parametrize(("x", "y"), [(1, [1, 2]), ([1, 2], [[1, 2]]), (None, None)])
def test_a_grid_of_anything_but_two_axes(x, y):
    with pytest.raises(ValueError, match="^bowl.on_grid takes x and y as arrays with one axis"):
        bowl.on_grid(x, y)


def test_a_grid_of_words():
    with pytest.raises(TypeError, match="^bowl takes a point"):
        bowl.on_grid(["a"], ["b"])
