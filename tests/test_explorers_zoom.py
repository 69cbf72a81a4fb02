"""The explorers "zoom in": what they draw, and what they say, at every magnification."""

import dataclasses

import numpy as np
import pytest

from helpers import explorers
from helpers.explorers.views import CURVES, EPS, SURFACES
from helpers.explorers.zooming import _curve_scene, _surface_scene
from helpers.functions import hike

SMOOTH_CURVES = [name for name, view in CURVES.items() if not view.otherwise]
SMOOTH_SURFACES = [name for name, view in SURFACES.items() if not view.otherwise]


@pytest.fixture(scope="module")
def curve():
    return explorers.zoom_in()


@pytest.fixture(scope="module")
def surface():
    return explorers.zoom_in_on_a_surface()


@pytest.mark.parametrize("view", [*CURVES.values(), *SURFACES.values()])
def test_the_slopes_of_a_view_are_those_of_its_function(view):
    h = 1e-6
    for axis, slope in enumerate(view.slopes):
        way = [np.array(h if axis == other else 0.0) for other in range(len(view.slopes))]
        rise = view.above(*way) - view.above(*(-part for part in way))
        if "upright" not in view.otherwise:
            assert rise / (2 * h) == pytest.approx(slope, abs=1e-3)


@pytest.mark.parametrize("name", SMOOTH_CURVES)
def test_a_smooth_curve_comes_to_lie_on_its_tangent(curve, name):
    curve.curve = name
    view = CURVES[name]
    tilt = view.slopes[0] * view.reach / view.rise
    apart = []
    for zoom in (1, 10, 100):
        curve.magnification = zoom
        x, y = curve.drawn("curve").T
        apart.append(np.abs(y - tilt * x).max())
    assert apart[0] > 0.4
    assert apart[1] < 0.25 * apart[0]
    assert apart[2] < 0.02  # a pixel or two
    assert "tangent apart" in curve.says or "0.5 %" in curve.says


@pytest.mark.parametrize("zoom", [1, 100, 10**6, 10**12])
def test_a_corner_looks_the_same_at_every_magnification(curve, zoom):
    curve.curve = "|x − 1| at 1"
    curve.magnification = zoom
    x, y = curve.drawn("curve").T
    np.testing.assert_allclose(y, np.abs(x), atol=0.02)
    assert "a corner, the same" in curve.says


def test_at_a_vertical_tangent_the_curve_stands_upright(curve):
    curve.curve = "∛(x − 1) at 1"
    ways_out = []
    for zoom in (1, 100, 10**4):
        curve.magnification = zoom
        x, y = curve.drawn("curve").T
        ways_out.append(np.abs(x[np.abs(y) > 0.99]).min())
    assert ways_out[0] > 0.9
    assert max(ways_out[1:]) < 0.02
    assert "upright" in curve.says


@pytest.mark.parametrize("name", CURVES)
def test_in_the_end_rounding_makes_steps(curve, name):
    curve.curve = name
    curve.magnification = 10**13
    assert "in steps" not in curve.says
    curve.magnification = 10**15
    assert "goes in steps" in curve.says
    heights = np.unique(np.round(curve.drawn("curve")[:, 1], 2))
    assert len(heights) < 40


def test_the_gap_goes_with_the_square_of_the_window(curve):
    curve.curve, curve.magnification = "x² at 1", 10**4
    zooms, gaps = curve.drawn("gap").T
    assert np.polyfit(np.log(zooms), np.log(gaps), 1)[0] == pytest.approx(-2, abs=0.05)
    curve.curve = "|x − 1| at 1"
    zooms, gaps = curve.drawn("gap").T
    assert np.polyfit(np.log(zooms), np.log(gaps), 1)[0] == pytest.approx(-1, abs=0.05)


def test_the_sentence_says_how_far_curve_and_tangent_are_apart(curve):
    curve.curve, curve.magnification = "the hike at kilometer 1", 10
    h = 0.1
    gaps = [abs(hike(1 + way) - hike(1) - way * hike.derivative(1)) for way in (-h, h)]
    assert f"by {100 * max(gaps) / 50:.2g} % of half the window" in curve.says


def test_the_eye_loses_the_hike_and_its_tangent_at_about_30_times(curve):
    curve.curve = "the hike at kilometer 1"
    curve.magnification = 18
    assert "leaves its tangent" in curve.says
    curve.magnification = 32
    assert "tangent apart" in curve.says


@pytest.mark.parametrize("name", SMOOTH_SURFACES[:2])
def test_level_lines_become_straight_and_evenly_spaced(surface, name):
    surface.surface = name
    view = SURFACES[name]
    slopes = np.array(view.slopes) * view.reach / view.rise
    off = []
    for zoom in (1, 10, 100):
        surface.magnification = zoom
        # Measured in lines of the plane, each point of a level line lies on a whole number.
        counts = surface.drawn("level lines") @ slopes
        off.append(np.nanmax(np.abs(counts - np.round(counts))))
    assert off[0] > 0.3
    assert off[2] < 0.08
    assert "straight and evenly spaced" in surface.says


def test_at_a_level_place_no_line_is_left(surface):
    surface.surface = "x² − y² at (0, 0)"
    surface.magnification = 1
    assert len(surface.drawn("level lines")) > 100
    surface.magnification = 100
    # The two through the place itself remain.
    x, y = surface.drawn("level lines").T
    np.testing.assert_allclose(np.abs(x), np.abs(y), atol=0.02)
    assert "the plane is level" in surface.says


@pytest.mark.parametrize("name", ["√(x² + y²) at (0, 0)", "xy / √(x² + y²) at (0, 0)"])
def test_where_there_is_no_plane_the_map_stays_as_it_is(surface, name):
    surface.surface = name
    drawn = []
    for zoom in (1, 1000):
        surface.magnification = zoom
        drawn.append(surface.drawn("level lines"))
        assert "the same at every magnification" in surface.says
    assert drawn[0].shape == drawn[1].shape
    np.testing.assert_allclose(*drawn, atol=0.01)


@pytest.mark.parametrize("view", [*CURVES.values(), *SURFACES.values()])
def test_no_sentence_depends_on_the_last_bit(view):
    random = np.random.default_rng(4)

    def shaken(*places):
        heights = np.asarray(view.height(*places))
        return heights * (1 + EPS * random.integers(-1, 2, heights.shape))

    scene = _curve_scene if len(view.place) == 1 else _surface_scene
    powers = 15 if len(view.place) == 1 else 4
    zooms = np.array([round(float(f"{10 ** (k / 4):.1e}")) for k in range(4 * powers + 1)])
    _, update = scene(view, zooms, with_gaps=False)
    _, other = scene(dataclasses.replace(view, height=shaken), zooms, with_gaps=False)
    for zoom in zooms:
        assert update(zoom) == other(zoom)
