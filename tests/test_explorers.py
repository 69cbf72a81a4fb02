"""The explorers, driven without a browser: set a value, read what is drawn and what is said."""

import dataclasses
import re
import zlib

import numpy as np
import pytest

from helpers import explorers
from helpers.derivatives import error_curves
from helpers.explorers.slopes import EPS, _typical_errors, _v_scene
from helpers.explorers.start import STEPS, verdict
from helpers.functions import exponential, hike, sine, squire_trapp


@pytest.fixture(scope="module", params=explorers.__all__)
def make(request):
    return getattr(explorers, request.param)


@pytest.fixture(scope="module")
def explorer(make):
    return make()


def sliders(stage):
    return [c for c in stage._spec["controls"] if c["kind"] == "slider"]


def controls(stage):
    return [c for c in stage._spec["controls"] if c["kind"] in ("slider", "choice")]


@pytest.mark.once
def test_every_slider_says_something_else_at_its_ends(explorer):
    for slider in sliders(explorer):
        control = explorer._named[slider["name"]]
        said = set()
        for value in (control.values[0], control.values[-1]):
            setattr(explorer, slider["name"], value)
            said.add(explorer.says)
        setattr(explorer, slider["name"], control.start)
        assert len(said) == 2


def test_every_sentence_is_a_sentence_without_nan(explorer):
    start = {name: control.index(control.start) for name, control in explorer._named.items()}
    for name, control in explorer._named.items():
        last = len(control.values) - 1
        for position in (*range(0, last, 7), last):
            at = start | {name: position}
            # Asked of the scene: the stage would record all lines anew at every value.
            says = explorer._scene_at(at).show(explorer._key(at))
            assert says.endswith(".")
            assert not re.search(r"\bnan\b|\binf\b", says)


def test_the_record_is_compact(explorer):
    assert len(explorer._record) < 500_000


def test_the_still_shows_telling_values_in_words(explorer):
    image, alt = explorer.still()
    assert image.width <= 1500
    assert len(alt.split()) > 25


def test_stills_of_one_panel_are_not_told_with_others_beside_it(explorer):
    figure, _update = explorer._make_still(**{c.name: c.start for c in explorer._choices})
    if len(figure.axes) == 1:
        assert not re.search(
            r"\b(beside|below|on the left|on the right)\b", explorer._still_alt, re.I
        )


def test_after_a_picture_of_it_stands_still_what_did(explorer):
    """Otherwise each record that follows draws all of it again, for each frame."""
    scene = explorer._scene
    before = set(scene._movers.found)
    scene.rendered(1.5)
    scene.show(explorer._key())
    assert scene._movers.found == before


def test_what_grows_goes_to_the_right(explorer):
    """An axis runs as the slider does that belongs to it."""
    for ax in explorer.figure.axes:
        assert not ax.xaxis_inverted()


@pytest.mark.once
def test_an_explorer_looks_the_same_each_time(make, explorer):
    again = make()
    assert zlib.decompress(again._record) == zlib.decompress(explorer._record)
    assert again.still()[0].tobytes() == explorer.still()[0].tobytes()


# 00


@pytest.mark.parametrize(
    ("rate", "word"),
    [
        (0.01, "crawls"),
        (0.05, "crawls"),
        (0.2, "arrives"),
        (0.5, "arrives"),
        (0.7, "bounces"),
        (0.95, "bounces"),
        (1.0, "back and forth"),
        (1.02, "flies off"),
        (1.1, "flies off"),
    ],
)
def test_the_valley_walk_says_its_fate(rate, word):
    stage = explorers.valley_walk()
    stage.learning_rate = rate
    assert stage.learning_rate == rate
    assert word in stage.says


def test_the_valley_walk_draws_the_walk_and_its_heights():
    stage = explorers.valley_walk()
    stage.learning_rate = 0.2
    places = 10 * 0.6 ** np.arange(STEPS + 1)
    path = stage.drawn("the walk")
    np.testing.assert_allclose(path[0], [10, 100], atol=0.5)
    for place in places[:6]:
        assert np.abs(path - [place, place**2]).max(axis=1).min() < 0.5


def test_a_walk_is_judged_by_what_it_does():
    assert verdict(np.array([10.0, 0.0])) == "arrives"
    assert verdict(np.array([10.0, -10.0, 10.0])) == "goes back and forth"
    assert verdict(np.array([10.0, -5.0, 2.5])) == "bounces"
    assert verdict(np.array([10.0, 9.0, 8.1])) == "crawls"
    assert verdict(np.array([10.0, -20.0])) == "flies off"


# 01


def test_the_secant_goes_through_both_points_and_ends_as_the_tangent():
    stage = explorers.secant_to_tangent()
    stage.x0 = 2.0
    for delta_x in (2.0, 0.5, 0.001):
        stage.delta_x = delta_x
        assert (len(stage.drawn("tangent")) > 0) == (delta_x == 0.001)
        x, y = stage.drawn("secant").T
        rise = hike(stage.x0 + stage.delta_x) - hike(stage.x0)
        slope = (y[-1] - y[0]) / (x[-1] - x[0])
        assert slope == pytest.approx(rise / stage.delta_x, abs=3)
    x, y = stage.drawn("tangent").T
    assert (y[-1] - y[0]) / (x[-1] - x[0]) == pytest.approx(hike.derivative(2.0), abs=3)
    assert stage.says.count("−77.") == 2  # both slopes, in words


def test_the_secants_of_both_sides_settle_at_the_slope_of_the_tangent():
    stage = explorers.secant_to_tangent()
    stage.x0, stage.delta_x = 1.0, 0.001
    for side in ("secant to x₀ + Δx", "secant to x₀ − Δx"):
        shown = stage.drawn(side)
        nearest = shown[shown[:, 0].argmin()]
        assert nearest == pytest.approx([0.001, hike.derivative(1.0)], abs=4)
    # The hike begins at 0, so that the second point behind has no place at 1 − 2 km.
    assert stage.drawn("secant to x₀ − Δx")[:, 0].max() < 1.1


def test_the_secant_s_two_sliders_work_in_either_order():
    one, other = explorers.secant_to_tangent(), explorers.secant_to_tangent()
    one.x0, one.delta_x = 3.0, 0.01
    other.delta_x, other.x0 = 0.01, 3.0
    assert one.says == other.says
    np.testing.assert_array_equal(one.drawn("secant"), other.drawn("secant"))


def test_the_tracer_draws_the_derivative_as_far_as_it_came():
    stage = explorers.slope_tracer()
    stage.x0 = 4.0
    trace = stage.drawn("derivative")
    assert trace[-1] == pytest.approx([4.0, hike.derivative(4.0)], abs=1.5)
    assert trace[:, 0].max() < 4.05
    np.testing.assert_allclose(trace[:, 1], hike.derivative(trace[:, 0]), atol=3)


@pytest.mark.parametrize(("place", "words"), [(1.0, "the way climbs"), (2.5, "the way falls")])
def test_the_tracer_says_how_the_way_goes(place, words):
    stage = explorers.slope_tracer()
    stage.x0 = place
    assert words in stage.says


def test_the_tracer_finds_level_ground_on_a_summit():
    stage = explorers.slope_tracer()
    stage.x0 = 6.07
    assert "level" in stage.says


@pytest.mark.parametrize(
    ("step", "rule"),
    [(0.1, "no difference yet"), (1e-7, "the central difference"), (1e-12, "both differences")],
)
def test_the_v_curve_says_where_rounding_rules(step, rule):
    stage = explorers.v_curve()
    for function in ("eˣ", "sin x"):
        stage.function = function
        stage.h = step
        assert f"Rounding dominates {rule}." in stage.says


@pytest.mark.parametrize(("f", "seed"), [(exponential, 0), (sine, 1), (squire_trapp, 2)])
def test_the_v_curve_says_no_digit_that_the_last_bit_decides(f, seed):
    random = np.random.default_rng(seed)

    def shaken(x):
        y = np.atleast_1d(f(x))
        parts = (y.real, y.imag) if np.iscomplexobj(y) else (y,)
        parts = [part * (1 + EPS * random.integers(-1, 2, part.shape)) for part in parts]
        return parts[0] + 1j * parts[1] if len(parts) == 2 else parts[0]

    steps = np.logspace(-16, 0, 129)
    _, update = _v_scene(f, steps)
    _, other = _v_scene(dataclasses.replace(f, value_rule=shaken), steps)
    for h in steps:
        assert other(h) == update(h)


@pytest.mark.parametrize("f", [exponential, sine, squire_trapp])
def test_what_the_v_curve_says_of_the_errors_is_true(f):
    steps, places = np.logspace(-16, 0, 129), np.linspace(0.5, 1.5, 2001)
    errors = error_curves(f, f.derivative, places, steps)
    size = np.sqrt(np.mean(f(places) ** 2))
    for name, (truncation, rounding) in _typical_errors(errors, steps, size).items():
        assert (errors[name] <= 1.01 * (truncation + rounding)).all()
        ruled = truncation > 20 * rounding
        np.testing.assert_allclose(errors[name][ruled], truncation[ruled], rtol=0.05)


def test_the_v_curve_s_choice_changes_the_ground():
    stage = explorers.v_curve()
    first = stage._record
    stage.function = "sin x"
    assert stage._record != first
    stage.function = "eˣ"
    assert stage._record == first
