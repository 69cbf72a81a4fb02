"""The explorers of notebook 02, driven without a browser."""

import ast

import nbformat
import numpy as np
import pytest
from matplotlib.text import Text

from helpers.derivatives import numerical_gradient
from helpers.explorers import fit_a_line_by_hand, slice_a_surface
from helpers.explorers.partials import (
    HOURS,
    KILOMETERS,
    _is_best,
    hillside,
    hillside_partials,
)
from helpers.explorers.words import signed
from helpers.functions import line_loss
from store import notebooks

EAST, NORTH = "y, walk east", "x, walk north"
VIEWS = ("the southwest", "the south", "the west", "above")


@pytest.fixture(scope="module")
def sliced():
    return slice_a_surface()


@pytest.fixture(scope="module")
def fitted():
    return fit_a_line_by_hand()


def at(stage, **values):
    with stage.hold_trait_notifications():  # one record for all of them
        for name, value in values.items():
            setattr(stage, name, value)


def test_the_slopes_of_the_hillside_agree_with_differences():
    for place in np.random.default_rng(2).uniform((0, 0), (6, 4), (20, 2)):
        found = numerical_gradient(lambda p: hillside(*p), place)
        np.testing.assert_allclose(found, hillside_partials(*place), atol=1e-5)


@pytest.mark.parametrize(
    ("frozen", "x", "y", "words"),
    [
        (EAST, 1.0, 1.0, "∂f/∂x = +58.4 m/km: to the east, the ground climbs"),
        (EAST, 1.0, 2.5, "∂f/∂x = −86.6 m/km: to the east, the ground falls"),
        (NORTH, 1.0, 1.0, "∂f/∂y = −91.6 m/km: to the north, the ground falls"),
        (EAST, 1.6, 1.6, "∂f/∂x = +0.2 m/km: to the east, the ground is nearly level"),
        (NORTH, 1.6, 1.6, "∂f/∂y = −149.8 m/km: to the north, the ground falls"),
    ],
)
def test_the_slice_says_the_partial_derivative(sliced, frozen, x, y, words):
    at(sliced, frozen=frozen, view=VIEWS[0], x=x, y=y)
    assert words in sliced.says


@pytest.mark.parametrize("frozen", [EAST, NORTH])
def test_the_slice_and_its_tangent_are_those_of_the_surface(sliced, frozen):
    at(sliced, frozen=frozen, view=VIEWS[0], x=4.0, y=2.0)
    along, height = sliced.drawn("slice").T
    place = (along, 2.0) if frozen == EAST else (4.0, along)
    np.testing.assert_allclose(height, hillside(*place), atol=2)
    t, z = sliced.drawn("tangent").T
    slope = hillside_partials(4.0, 2.0)[frozen == NORTH]
    assert (z[-1] - z[0]) / (t[-1] - t[0]) == pytest.approx(slope, abs=3)
    np.testing.assert_allclose(sliced.drawn("place on the map"), [[4.0, 2.0]], atol=0.01)


def test_the_arrow_on_the_map_lies_in_the_slice_and_points_uphill(sliced):
    for frozen, axis in ((EAST, 0), (NORTH, 1)):
        at(sliced, frozen=frozen, view=VIEWS[0], x=1.0, y=2.5)
        start, end = sliced.drawn("arrow on the map")[[0, -1]]
        slope = hillside_partials(1.0, 2.5)[axis]
        assert end[axis] - start[axis] == pytest.approx(slope / 200, abs=0.01)
        assert end[1 - axis] == pytest.approx(start[1 - axis], abs=0.01)


def projected(stage, points):
    """Where points (x, y, z) of the 3D Axes stand on its plane."""
    from mpl_toolkits.mplot3d.proj3d import proj_transform

    ax = next(ax for ax in stage.figure.axes if ax.name == "3d")
    return np.column_stack(proj_transform(*np.transpose(points), ax.M)[:2])


@pytest.mark.parametrize("view", VIEWS)
def test_the_surface_shows_the_same_place_from_every_side(sliced, view):
    at(sliced, view=view, frozen=EAST, x=2.0, y=3.0)
    expected = projected(sliced, [(2.0, 3.0, hillside(2.0, 3.0))])
    np.testing.assert_allclose(sliced.drawn("place on the surface"), expected, atol=1e-3)
    path = sliced.drawn("slice on the surface")
    x = np.linspace(0, 6, 61)
    expected = projected(sliced, np.column_stack([x, np.full(61, 3.0), hillside(x, 3.0)]))
    far = [np.linalg.norm(path - point, axis=1).min() for point in expected]
    assert max(far) < 2e-3


def test_turning_the_surface_keeps_the_state(sliced):
    at(sliced, view=VIEWS[0], frozen=EAST, x=2.0, y=3.0)
    said, first = sliced.says, sliced._record
    sliced.view = "above"
    assert sliced.says == said
    assert sliced._record != first
    sliced.view = VIEWS[0]
    assert sliced._record == first


def test_the_surface_is_still_ground(sliced):
    assert not any("Poly3D" in type(a).__name__ and a.get_label() != "wall" for a in movers(sliced))


def movers(stage):
    return stage._scene._movers.tracks()


def test_the_page_and_the_explorers_speak_of_the_same_hillside_and_the_same_data():
    (path,) = notebooks(["02"])
    page = {"np": np}
    for cell in nbformat.read(path, as_version=4).cells:
        for part in ast.parse(cell.source).body if cell.cell_type == "code" else []:
            name = getattr(part, "name", None) or "".join(
                map(ast.unparse, getattr(part, "targets", []))
            )
            if name in ("hillside", "hours", "kilometers"):
                exec(ast.unparse(part), page)
    x, y = np.meshgrid(np.linspace(0, 6, 7), np.linspace(0, 4, 5))
    np.testing.assert_array_equal(page["hillside"](x, y), hillside(x, y))
    np.testing.assert_array_equal(page["hours"], HOURS)
    np.testing.assert_array_equal(page["kilometers"], KILOMETERS)


# The line and the bowl


def test_the_best_line_of_the_hiker_is_round():
    np.testing.assert_allclose(line_loss(HOURS, KILOMETERS).minima, [[3, 4]], atol=1e-12)


@pytest.mark.parametrize(
    ("w", "b", "words"),
    [
        (1.0, 7.0, ("J is 4.59", "∂J/∂w = −3.0: push w up", "∂J/∂b = +1.0: push b down")),
        (2.0, 7.0, ("∂J/∂w = 0.0: leave w", "∂J/∂b = +2.0: push b down")),
        (2.0, 5.0, ("∂J/∂w = −2.0: push w up", "∂J/∂b = 0.0: leave b")),
        (3.0, 4.0, ("J is 0.09", "∂J/∂w = 0.0: leave w", "∂J/∂b = 0.0: leave b")),
    ],
)
def test_the_pushes_are_said(fitted, w, b, words):
    at(fitted, w=w, b=b)
    for word in words:
        assert word in fitted.says


def test_the_line_the_dot_and_the_ball_move_together(fitted):
    at(fitted, w=4.0, b=2.0)
    ends = np.array([-1.5, 3.5])
    np.testing.assert_allclose(
        fitted.drawn("line w·x + b")[[0, -1]], np.column_stack([ends, 4 * ends + 2]), atol=0.05
    )
    np.testing.assert_allclose(fitted.drawn("dot on the map"), [[4, 2]], atol=0.05)
    height = line_loss(HOURS, KILOMETERS)([4.0, 2.0])
    expected = projected(fitted, [(4.0, 2.0, height)])
    np.testing.assert_allclose(fitted.drawn("dot on the bowl"), expected, atol=1e-3)


@pytest.mark.parametrize(("w", "b"), [(1.0, 7.0), (5.0, 3.0), (4.0, 6.0)])
def test_each_push_goes_against_its_partial_derivative(fitted, w, b):
    at(fitted, w=w, b=b)
    slopes = line_loss(HOURS, KILOMETERS).gradient([w, b])
    for axis, name in enumerate("wb"):
        start, end = fitted.drawn(f"push on {name}")[[0, -1]]
        assert np.sign(end[axis] - start[axis]) == -np.sign(slopes[axis])
        assert end[1 - axis] == pytest.approx(start[1 - axis], abs=0.05)


def test_a_push_ends_where_its_partial_derivative_is_zero(fitted):
    at(fitted, w=2.0, b=7.0)
    assert len(fitted.drawn("push on w")) == 0
    assert len(fitted.drawn("push on b")) > 0


def test_both_arrows_vanish_at_the_bottom_alone_and_each_can_always_be_made_to():
    w, b = np.arange(61) / 10, np.arange(81) / 10
    slopes = line_loss(HOURS, KILOMETERS).gradient(np.stack(np.meshgrid(w, b), axis=-1))
    gone = [_is_best(axis, slopes[..., axis]) for axis in (0, 1)]
    ((row, column),) = np.argwhere(gone[0] & gone[1])
    assert (w[column], b[row]) == (3.0, 4.0)
    assert gone[0].any(axis=1).all()  # for each b there is such a w
    assert gone[1].any(axis=0).all()  # and for each w such a b


def test_an_arrow_that_has_vanished_is_not_asked_for(fitted):
    at(fitted, w=2.7, b=5.0)
    assert "∂J/∂w = +0.1: leave w" in fitted.says and "push b down" in fitted.says
    assert len(fitted.drawn("push on w")) == 0


@pytest.mark.parametrize(("w", "b"), [(1.0, 7.0), (2.9, 4.2), (0.0, 0.0)])
def test_the_dot_hides_no_arrow(fitted, w, b):
    at(fitted, w=w, b=b)
    for axis, name in enumerate("wb"):
        ends = fitted.drawn(f"push on {name}")
        if len(ends):
            way = np.abs(ends[[0, -1], axis] - (w, b)[axis])
            assert way[0] > 0.15 and way[1] > way[0] + 0.2


@pytest.mark.parametrize(("frozen", "x", "y"), [(EAST, 1.0, 1.0), (NORTH, 6.0, 4.0)])
def test_the_slope_at_the_dot_can_be_read(sliced, frozen, x, y):
    at(sliced, frozen=frozen, view=VIEWS[0], x=x, y=y)
    slope = hillside_partials(x, y)[frozen == NORTH]
    (text,) = (t for t in sliced.figure.findobj(Text) if t.get_label() == "slope at the dot")
    assert text.get_text() == f"{signed(slope, 0)} m per km"
    corners = sliced.drawn("run and rise")
    run, rise = corners[-1] - corners[0]
    assert abs(run) == pytest.approx(1, abs=0.02)
    assert rise / run == pytest.approx(slope, abs=3)
