"""What the way between two level lines means: even steps of height, or heights on the lines."""

import ast

import matplotlib.contour
import nbformat
import numpy as np
import pytest

from helpers import explorers, plots
from helpers.explorers import game, rates, units, walking
from helpers.explorers.compass import FIELDS
from helpers.functions import SURFACES, bowl, himmelblau
from helpers.plots.maps import UNEVEN
from store import NOTEBOOKS, notebooks

pytestmark = pytest.mark.once

# Draw one line: a border between two classes, the level line through a place.
# The plane of momentum has a learning rate and a momentum for its axes: it shows no ground.
MAY_CONTOUR = {"maps.py", "heights.py", "borders.py", "compass.py", "momentum.py"}


def words(figure):
    """All that a figure says, in its legends too, in small letters."""
    texts = figure.findobj(matplotlib.text.Text)
    return [text.get_text().replace("\n", " ").lower() for text in texts]


def complaints(figure):
    """What is wrong with the maps of a figure."""
    for lines in figure.findobj(matplotlib.contour.QuadContourSet):
        levels = lines.levels
        if lines.filled or len(levels) < 2:
            continue
        steps, step = np.diff(levels), levels[1] - levels[0]
        if np.allclose(steps, step):
            if not any(f"level lines every {step:g}" in text for text in words(figure)):
                yield f"no word on the steps of {step:g}"
        else:
            if UNEVEN.lower() not in words(figure):
                yield f"no word on the unequal steps of {levels}"
            written = {plots.maps._written(level) for level in levels}
            if len(written & {text.get_text() for text in lines.labelTexts}) < len(levels) / 2:
                yield f"no heights on lines in unequal steps: {levels}"


@pytest.mark.parametrize("name", explorers.__all__)
def test_each_explorer_with_a_map_says_what_its_steps_are(name):
    assert [*complaints(getattr(explorers, name)().figure)] == []


@pytest.mark.parametrize("function", FIELDS)
def test_each_landscape_of_the_field_says_it(function):
    stage = explorers.gradient_field()
    stage.function = function
    assert [*complaints(stage.figure)] == []


@pytest.mark.parametrize("function", FIELDS)
def test_each_landscape_to_walk_on_says_it(function):
    figure, _update = walking._walk_scene(function)
    assert [*complaints(figure)] == []


@pytest.mark.parametrize("function", rates.GROUNDS)
def test_each_landscape_of_the_learning_rate_says_it(function):
    for scene in (rates._scene, rates._still_scene):
        figure, _update = scene(function, rates.SLOPE, rates.NOT_YET)
        assert [*complaints(figure)] == []


@pytest.mark.parametrize("landscape", ["saddle", "bowl", "long valley"])
def test_each_landscape_of_the_compass_says_it(landscape):
    stage = explorers.turn_the_compass()
    stage.landscape = landscape
    assert [*complaints(stage.figure)] == []


@pytest.mark.parametrize("seed", range(5))
def test_the_maps_of_the_game_say_it_and_show_which_way_is_up(seed):
    played = game.UphillGame(seed)
    figure = played.stage.figure
    assert [*complaints(figure)] == []
    assert any(text.startswith("+") for text in words(figure))
    assert "all that is as high as you" in words(figure)


def test_the_stretched_map_has_even_steps_and_a_line_through_the_place():
    assert np.allclose(np.diff(units.LEVELS), units.LEVELS[0])
    height = (units.PLACE[0] ** 2 + units.BEND * units.PLACE[1] ** 2) / 2
    assert height in units.LEVELS


def test_maps_are_drawn_in_one_way():
    """So that none can leave out the words; a page's own contours would be seen here."""
    sources = {
        path.name: path.read_text(encoding="utf-8")
        for path in (NOTEBOOKS.parent / "helpers").rglob("*.py")
    }
    for path in notebooks():
        cells = nbformat.read(path, as_version=4).cells
        sources[path.name] = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    drawing = {
        name
        for name, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in ("contour", "tricontour")
    }
    assert drawing <= MAY_CONTOUR


@pytest.mark.parametrize("f", SURFACES.values(), ids=SURFACES)
def test_a_landscape_says_it_in_any_window(f):
    for reach in (0.3, 2.0, 7.0):
        fig, ax = plots.figure()
        x = np.linspace(-reach, reach, 41)
        lines = plots.landscape(ax, f, x, x + 1)
        assert 3 <= len(lines.levels) <= 40
        assert [*complaints(fig)] == []


def test_a_map_without_the_words_is_seen():
    x = np.linspace(-5, 5, 41)
    heights = himmelblau.on_grid(x, x)
    for levels in ([10, 20, 30], [10, 20, 40]):
        fig, ax = plots.figure()
        ax.contour(x, x, heights, levels)
        assert len([*complaints(fig)]) == (1 if levels[2] == 30 else 2)
        fig, ax = plots.figure()
        plots.contours(ax, x, x, heights, levels, note=None)
        assert len([*complaints(fig)]) == 1


def test_a_surface_over_its_map_says_it_and_its_gradient_lies_flat():
    fig, ax = plots.figure(subplot_kw={"projection": "3d"})
    x = np.linspace(-0.5, 3.5, 21)
    plots.surface_over_map(ax, bowl, x, x, (1.5, 2.0))
    assert [*complaints(fig)] == []
    ways = {line.get_label().split(",")[0]: np.array(line.get_data_3d()) for line in ax.lines}
    flat, rising = (ways[name][:, 1] - ways[name][:, 0] for name in ("∇f", "the way up"))
    np.testing.assert_allclose(flat, [0.75, 1.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(rising, [0.75, 1.0, 25 / 4], atol=1e-12)
    assert ways["∇f"][2, 0] < bowl.on_grid(x, x).min()


@pytest.mark.parametrize("note", ["lower right", "lower left", "upper right"])
def test_the_words_stand_in_their_corner_inside_the_map(note):
    fig, ax = plots.figure()
    x = np.linspace(-5, 5, 41)
    plots.contours(ax, x, x, himmelblau.on_grid(x, x), [100, 200, 300], note=note, unit=" m")
    fig.draw_without_rendering()
    (text,) = [t for t in ax.texts if "every" in t.get_text()]
    assert text.get_text() == "Level lines every 100 m"
    box, whole = text.get_window_extent(), ax.get_window_extent()
    assert whole.x0 <= box.x0 <= box.x1 <= whole.x1 and whole.y0 <= box.y0 <= box.y1 <= whole.y1
    assert (box.x0 - whole.x0 < whole.x1 - box.x1) == note.endswith("left")
    assert (box.y0 - whole.y0 < whole.y1 - box.y1) == note.startswith("lower")


def test_all_of_a_map_lies_below_what_is_drawn_on_it():
    _, ax = plots.figure()
    x = np.linspace(-5, 5, 41)
    lines = plots.contours(ax, x, x, himmelblau.on_grid(x, x), [100, 200, 400])
    (dot,) = ax.plot([0], [0], "o")
    assert max(a.get_zorder() for a in (lines, *lines.labelTexts, *ax.texts)) < dot.get_zorder()


def test_heights_can_be_written_on_chosen_lines():
    _, ax = plots.figure()
    x = np.linspace(-5, 5, 41)
    heights = himmelblau.on_grid(x, x)
    lines = plots.contours(ax, x, x, heights, [100, 200, 300], labels=[200])
    assert {text.get_text() for text in lines.labelTexts} == {"200"}
    lines = plots.contours(
        ax, x, x, heights, [100, 200, 300], labels=[200], written="{:.1f} m".format
    )
    assert {text.get_text() for text in lines.labelTexts} == {"200.0 m"}


@pytest.mark.parametrize(
    ("low", "high", "lines", "step", "number"),
    [(0, 63, 25, 5, 13), (-31.4, 31.4, 25, 5, 13), (0, 1, 10, 0.1, 11), (20, 45, 25, 1, 26)],
)
def test_even_levels_are_round(low, high, lines, step, number):
    levels = plots.even_levels(np.array([low, high]), lines)
    assert len(levels) == number
    np.testing.assert_allclose(np.diff(levels), step)
    np.testing.assert_allclose(levels / step, np.round(levels / step))


@pytest.mark.parametrize("levels", [[], [1.0], [2, 1], [1, 1], [[1, 2]], [1, np.nan]])
def test_levels_that_are_none(levels):
    _, ax = plots.figure()
    with pytest.raises(ValueError, match="^levels must be two or more numbers that rise[.]$"):
        plots.contours(ax, [0, 1], [0, 1], np.eye(2), levels)
