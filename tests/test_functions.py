"""The gallery: formulas, exact derivatives, shapes, and the sentences for bad input."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.mathtext import MathTextParser

from helpers.derivatives import central_difference, complex_step
from helpers.functions import CURVES, absolute, hike, relu, sine, square, squire_trapp

ALL = list(CURVES.values())
ANALYTIC = [f for f in ALL if f.analytic]
WITH_CORNER = [f for f in ALL if not f.analytic]
by_name = pytest.mark.parametrize("f", ALL, ids=lambda f: f.name)

# Each formula written down a second time, keyed by the text that the reader sees.
SECOND_COPY = {
    "700 + 50x − 200 cos(1.6x) − 50 sin(2.8x)": lambda x: (
        700 + 50 * x - 200 * math.cos(1.6 * x) - 50 * math.sin(2.8 * x)
    ),
    "x²": lambda x: x * x,
    "x³": lambda x: x * x * x,
    "sin x": math.sin,
    "eˣ": math.exp,
    "|x|": abs,
    "max(0, x)": lambda x: max(0.0, x),
    "eˣ / (cos³x + sin³x)": lambda x: math.exp(x) / (math.cos(x) ** 3 + math.sin(x) ** 3),
}


def inside(f, margin=0.0):
    left, right = f.window
    return st.floats(left + margin, right - margin)


@by_name
def test_the_formula_says_what_is_computed(f):
    for x in np.linspace(*f.window, 41):
        assert f(x) == pytest.approx(SECOND_COPY[f.formula](x), rel=1e-13, abs=1e-13)


@by_name
@given(data=st.data())
def test_the_derivative_agrees_with_central_differences(f, data):
    x = data.draw(inside(f))
    if not f.analytic and abs(x) < 1e-3:
        x = math.copysign(1e-3, x)  # a difference across the corner says nothing
    size = max(abs(f(x)), abs(f.derivative(x)), 1.0)
    assert abs(central_difference(f, x) - f.derivative(x)) < 1e-7 * size


@pytest.mark.parametrize("f", ANALYTIC, ids=lambda f: f.name)
@given(data=st.data())
def test_the_derivative_agrees_with_the_complex_step(f, data):
    x = data.draw(inside(f))
    size = max(abs(f.derivative(x)), abs(f(x)), 1.0)
    assert abs(complex_step(f, x) - f.derivative(x)) < 1e-13 * size


@by_name
@given(shape=st.lists(st.integers(0, 3), max_size=3).map(tuple), data=st.data())
def test_arrays_are_taken_element_by_element(f, shape, data):
    x = np.array([data.draw(inside(f)) for _ in range(math.prod(shape))]).reshape(shape)
    for rule in (f, f.derivative):
        y = np.asarray(rule(x))
        assert y.shape == shape
        assert y.dtype == float
        one_by_one = [rule(float(number)) for number in x.flat]
        np.testing.assert_allclose(y.ravel(), one_by_one, rtol=1e-13, atol=1e-13)


@by_name
def test_numbers_give_plain_floats_and_integers_are_promoted(f):
    for x in (1, 1.0, np.float64(1), np.array(1), np.int8(1)):
        assert type(f(x)) is float
        assert type(f.derivative(x)) is float
        assert f(x) == f(1.0)
    whole = f(np.array([1, 2]))
    np.testing.assert_array_equal(whole, f(np.array([1.0, 2.0])))
    np.testing.assert_array_equal(f([1, 2]), whole)


def test_small_integers_do_not_overflow():
    np.testing.assert_array_equal(square(np.array([100, 200], dtype=np.uint8)), [1e4, 4e4])


@by_name
def test_nan_stays_nan(f):
    assert math.isnan(f(math.nan))
    assert math.isnan(f.derivative(math.nan))


@by_name
def test_the_input_is_left_as_it_was(f):
    x = np.array([1.0, 1.5])
    f(x)[:] = 0
    f.derivative(x)[:] = 0
    np.testing.assert_array_equal(x, [1.0, 1.5])


def test_corners_follow_their_documented_conventions():
    assert math.isnan(absolute.derivative(0))
    assert relu.derivative(0) == 0.0
    np.testing.assert_array_equal(absolute.derivative([-2, 3]), [-1, 1])
    np.testing.assert_array_equal(relu.derivative([-2, 3]), [0, 1])


def test_the_hike_is_a_days_walk():
    x = np.linspace(*hike.window, 8001)
    assert hike.window == (0.0, 8.0)
    assert hike(0) == 500.0
    assert 400 < hike(x).min() < hike(x).max() < 1400
    assert np.abs(hike.derivative(x)).max() < 520  # steeper than 52 % is climbing

    uphill = hike.derivative(x) > 0
    flat = np.flatnonzero(uphill[1:] != uphill[:-1])
    summits = x[[k for k in flat if uphill[k]]]
    valleys = x[[k for k in flat if not uphill[k]]]
    np.testing.assert_allclose(summits, [1.90, 6.07], atol=0.01)
    np.testing.assert_allclose(valleys, [0.15, 3.59, 7.56], atol=0.01)
    np.testing.assert_allclose(hike(summits), [1035, 1243], atol=1)


def test_squire_and_trapp_value():
    assert squire_trapp.derivative(1.5) == pytest.approx(3.62203370071633, rel=1e-14)


@by_name
def test_descriptions_are_complete(f):
    left, right = f.window
    assert left < right
    assert np.isfinite(f(np.linspace(left, right, 1001))).all()
    assert f.about.endswith(".")
    assert "\n" not in f.about
    assert f.x_label
    assert f.y_label
    MathTextParser("path").parse(f"${f.latex}$")


def test_the_gallery_is_keyed_by_name_and_read_only():
    assert all(name == f.name for name, f in CURVES.items())
    with pytest.raises(TypeError):
        CURVES["square"] = sine
    with pytest.raises(dataclasses.FrozenInstanceError):
        square.name = "parabola"


@by_name
def test_the_repr_is_the_same_on_every_run(f):
    assert f.name in repr(f)
    assert " at 0x" not in repr(f)


@pytest.mark.parametrize("bad", [None, "3", [1, "a"], [[1], [1, 2]], True, object(), {}])
def test_what_is_not_a_number_gets_one_sentence(bad):
    sentence = rf"^square takes a number or an array of numbers, got {type(bad).__name__}\.$"
    for rule in (square, square.derivative):
        with pytest.raises(TypeError, match=sentence):
            rule(bad)


@pytest.mark.parametrize("f", WITH_CORNER, ids=lambda f: f.name)
def test_corners_refuse_complex_numbers(f):
    with pytest.raises(TypeError, match=rf"^{f.name} takes real numbers only: .* corner"):
        f(1 + 1j)
    with pytest.raises(TypeError, match=f"^{f.name} takes real numbers only"):
        complex_step(f, [1.0, 2.0])


@pytest.mark.parametrize("f", ANALYTIC, ids=lambda f: f.name)
def test_analytic_functions_take_complex_numbers(f):
    assert type(f(1 + 0j)) is complex
    assert f(np.array([1 + 1j, 1])).dtype == complex
    assert f(1 + 0j) == pytest.approx(f(1.0), rel=1e-14)
