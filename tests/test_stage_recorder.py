"""What is recorded is what Matplotlib draws: each kind of artist is replayed and compared."""

import json
import warnings

import matplotlib
import numpy as np
import pytest
from matplotlib import patheffects
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Polygon, Rectangle, Wedge
from matplotlib.transforms import Affine2D

from helpers.stage import Slider, UnrecordableError
from helpers.stage.outlines import UNITS, points
from helpers.stage.scene import Scene
from replay import paint

SLIDER = Slider("t", [-3, -1.2, 0.4, 1.6, 3], 0.4, "t")
X = np.linspace(-3, 3, 60)
GRID = np.mgrid[-2:2:5j, -1:3:5j]


@pytest.fixture(autouse=True)
def exact_matplotlib():
    """Matplotlib moves lines and letters to whole pixels, which a canvas does not."""
    settings = {"path.snap": False, "text.hinting": "none", "text.hinting_factor": 1}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", matplotlib.MatplotlibDeprecationWarning)
        with matplotlib.rc_context(settings):
            yield


CASES = {}


def case(make):
    """One figure: the function gets Axes with a bar across, and returns the update function."""
    CASES[make.__name__] = make
    return make


@case
def line_with_markers_dashes_and_a_gap(ax):
    (line,) = ax.plot([], [], "o--", c="C1", lw=2, ms=8, mec="k", mew=1.5, alpha=0.7, markevery=5)

    def update(t):
        y = np.sin(X + t)
        y[20:25] = np.nan
        line.set_data(X, y)

    return update


@case
def steps_with_a_dash_pattern(ax):
    (line,) = ax.step([], [], where="mid", ls=(3, (4, 2, 1, 2)), color="C2", lw=3)
    return lambda t: line.set_data(X, 2 * np.sin(2 * X + t))


@case
def line_with_caps_and_joins(ax):
    (line,) = ax.plot([], [], lw=12, solid_capstyle="projecting", solid_joinstyle="miter")
    return lambda t: line.set_data([-2, 0, t / 2], [0, 3, -1])


@case
def hatches(ax):
    rising = ax.add_patch(Rectangle((0, 0), 1, 1, hatch="//", facecolor="C1", edgecolor="C2"))
    (dotted,) = ax.fill([], [], hatch="..x", facecolor="none", edgecolor="C3", linewidth=0)

    def update(t):
        rising.set_bounds(t - 1, -1, 2, 1.5)
        dotted.set_xy([(-9, 1), (t, 4), (9, 2), (t, 1)])

    return update


@case
def scatter_of_sizes_and_colors(ax):
    sizes = np.random.default_rng(0).uniform(10, 200, len(X))
    dots = ax.scatter(X, 0 * X, s=sizes, c=sizes, edgecolors="k", alpha=0.6)

    def update(t):
        dots.set_offsets(np.c_[X, 2 * np.cos(X + t)])
        dots.set_array(np.cos(X + t))

    return update


@case
def scatter_of_one_size(ax):
    dots = ax.scatter(X, 0 * X, s=90, marker="^")
    return lambda t: dots.set_offsets(np.c_[X, 2 * np.cos(X + t)])


@case
def polygon_with_transparent_face(ax):
    patch = ax.add_patch(
        Polygon([[0, 0], [1, 0], [1, 1]], fc=(1, 0, 0, 0.4), ec="b", lw=3, ls="--")
    )
    return lambda t: patch.set_xy([[t, 0], [1, -1], [2, 3], [-1, 2]])


@case
def filled_area(ax):
    area = ax.fill_between(X, 0 * X, 0 * X, alpha=0.5, color="C3")

    def update(t):
        area.set_verts([np.r_[np.c_[X, 0 * X], np.c_[X, np.sin(2 * X + t / 2)][::-1]]])

    return update


@case
def area_changed_in_place(ax):
    area = ax.fill_between(X, 0 * X, 0 * X + 1, alpha=0.5, color="C3")
    before = area.get_paths()[0].vertices.copy()

    def update(t):
        area.get_paths()[0].vertices[:] = before + t / 3

    return update


@case
def fancy_arrow(ax):
    curve = "arc3,rad=.3"
    arrow = FancyArrowPatch((0, 0), (1, 1), mutation_scale=20, lw=2, connectionstyle=curve)
    arrow.set_arrowstyle("-|>")
    ax.add_patch(arrow)
    return lambda t: arrow.set_positions((0, 0), (t, 2))


@case
def annotation_of_which_only_the_target_moves(ax):
    box = {"boxstyle": "round", "fc": "y", "alpha": 0.5}
    note = ax.annotate("hello", (0, 0), (1, 3), arrowprops={"arrowstyle": "->"}, bbox=box)

    def update(t):
        note.xy = (t, -1)

    return update


@case
def box_of_a_text(ax):
    note = ax.text(0, 1, "hello", fontsize=20, bbox={"fc": "w"})
    return lambda t: note.get_bbox_patch().set_facecolor("C1" if t < 0 else "C2")


@case
def arrow_field(ax):
    arrows = ax.quiver(*GRID, *GRID, color="C0")
    return lambda t: arrows.set_UVC(np.cos(GRID[0] + t), np.sin(GRID[1] + t))


@case
def image(ax):
    shown = ax.imshow(np.zeros((8, 10)), extent=(-2, 2.4, -1, 2.3), vmin=-1, vmax=1, alpha=0.8)
    ax.set_aspect("auto")
    rows, columns = np.mgrid[0:8, 0:10]
    return lambda t: shown.set_data(np.sin(rows + t) * columns / 10)


@case
def image_that_is_shifted(ax):
    data = np.arange(80).reshape(8, 10)
    shown = ax.imshow(data, aspect="auto", origin="lower", interpolation="bilinear")
    return lambda t: shown.set_extent((t - 2, t + 2, -1, 2))


@case
def mesh(ax):
    cells = ax.pcolormesh(*GRID, np.zeros((4, 4)), vmin=-1, vmax=1)
    return lambda t: cells.set_array(np.sin(GRID[0] + t)[:-1, :-1])


@case
def turned_text(ax):
    text = ax.text(0, 0, "", rotation=30, fontsize=18, color="C5", ha="center", va="bottom")

    def update(t):
        text.set_text(f"slope {t:.2f}\nηlowy")
        text.set_position((t / 3, 0))

    return update


@case
def formula(ax):
    text = ax.text(-2.5, 2, "", fontsize=20)
    return lambda t: text.set(
        text=rf"$\frac{{\partial f}}{{\partial x}} = {t:.2f}\sqrt{{x}}$", y=t / 2
    )


@case
def text_with_an_outline(ax):
    effect = patheffects.withStroke(linewidth=4, foreground="w")
    text = ax.text(0, 0, "", fontsize=24, color="C3", path_effects=[effect])
    return lambda t: text.set_text(f"{t:.2f}")


@case
def line_with_a_shadow(ax):
    effects = [patheffects.SimpleLineShadow(), patheffects.Normal()]
    (line,) = ax.plot([], [], lw=4, path_effects=effects)
    return lambda t: line.set_data(X, np.sin(X + t))


@case
def several_lines(ax):
    looks = {"linewidths": [1, 3, 5], "colors": ["r", "g", "b"], "linestyles": ["-", "--", ":"]}
    lines = ax.add_collection(LineCollection([[(0, 0), (1, 1)]] * 3, **looks))
    return lambda t: lines.set_segments([[(0, i), (t, i + 1), (2, t)] for i in range(3)])


@case
def bars(ax):
    heights = ax.bar([-2, -1, 0, 1], [1, 2, 3, 1], color=["C0", "C1", "C2", "C3"], edgecolor="k")

    def update(t):
        for number, bar in enumerate(heights):
            bar.set_height(2 * np.sin(t + number))

    return update


@case
def circle_and_wedge(ax):
    circle = ax.add_patch(Circle((0, 0), 1, fc="C1", alpha=0.5, ec="k", lw=2))
    wedge = ax.add_patch(Wedge((1, 1), 1, 0, 90, width=0.3, fc="C2"))

    def update(t):
        circle.set_center((t / 2, 1))
        circle.set_radius(0.5 + abs(t) / 3)
        wedge.set_theta2(60 + 50 * t)

    return update


@case
def patch_whose_transform_is_turned(ax):
    turn = Affine2D()
    ax.add_patch(Rectangle((-1, -0.5), 2, 1, transform=turn + ax.transData, fc="C6", alpha=0.6))

    def update(t):
        turn.clear().rotate(t / 3).translate(0, 1)

    return update


@case
def line_clipped_by_a_circle(ax):
    (line,) = ax.plot([], [], lw=8)
    line.set_clip_path(Circle((0, 1), 1.5, transform=ax.transData))
    return lambda t: line.set_data(X, np.sin(X + t) + 1)


@case
def line_that_is_not_clipped(ax):
    (line,) = ax.plot([], [], lw=4, clip_on=False)
    return lambda t: line.set_data([-3, 3], [t, 5])


@case
def logarithmic_scales(ax):
    ax.clear()
    ax.set(xscale="log", yscale="log", xlim=(1e-3, 1e3), ylim=(1e-8, 10))
    x = np.logspace(-3, 3, 50)
    (line,) = ax.plot([], [])
    cursor = ax.axvline(1, color="k")

    def update(t):
        line.set_data(x, 1e-3 * x ** (t / 2))
        cursor.set_xdata([10.0**t] * 2)

    return update


@case
def limits_title_and_name_of_an_axis(ax):
    ax.plot(X, np.sin(X))
    ax.grid()

    def update(t):
        ax.set_xlim(-4 + t, 4 + t)
        ax.set_ylim(-2, 3 + t / 4)
        ax.set_title(f"title {t:.1f}")
        ax.set_xlabel(f"x {t:.2f}")

    return update


@case
def only_the_name_of_an_axis(ax):
    return lambda t: ax.set_ylabel(f"f at {t:.2f}")


@case
def limits_of_axes_with_equal_scales(ax):
    ax.set_aspect("equal")
    ax.add_patch(Circle((0, 0), 1))
    return lambda t: ax.set_xlim(-4, 4 + t)


@case
def text_in_a_legend(ax):
    (line,) = ax.plot(X, np.sin(X), label="a")
    legend = ax.legend()

    def update(t):
        line.set_ydata(np.sin(X + t))
        legend.get_texts()[0].set_text(f"η = {t:.2f}")

    return update


@case
def legend_in_the_best_place(ax):
    (line,) = ax.plot(X, np.sin(X), label="a")
    ax.legend()
    return lambda t: line.set_ydata(np.sin(X + t) + t / 2)


@case
def what_comes_and_goes(ax):
    (line,) = ax.plot(X, np.sin(X), lw=4)
    text = ax.text(0, 0, "Hey", fontsize=30)

    def update(t):
        line.set_visible(t > 0)
        text.set_visible(t < 0)
        ax.yaxis.set_visible(t < 1)

    return update


@case
def axes_that_come_and_go(ax):
    other = ax.figure.add_axes((0.2, 0.2, 0.3, 0.3))
    other.plot([0, 1])

    def update(t):
        other.set_visible(t > 0)
        (ax.set_axis_on if t < 0 else ax.set_axis_off)()

    return update


@case
def twin_and_inset_axes(ax):
    twin, inset = ax.twinx(), ax.inset_axes([0.6, 0.6, 0.35, 0.35])
    twin.set_ylim(0, 10)
    inset.set(xlim=(-2, 2), ylim=(-2, 2))
    ax.indicate_inset_zoom(inset)
    (line,) = twin.plot([], [], "r", lw=3)
    (small,) = inset.plot([], [], "g")

    def update(t):
        line.set_data(X, X + t + 5)
        small.set_data([t, 0], [0, t])

    return update


@case
def limits_of_inset_axes(ax):
    inset = ax.inset_axes([0.6, 0.6, 0.35, 0.35])
    inset.plot(X, X)
    ax.indicate_inset_zoom(inset)
    return lambda t: inset.set(xlim=(t - 1, t + 1), ylim=(t - 1, t + 1))


@case
def two_axes_side_by_side(ax):
    figure = ax.figure
    figure.clear()
    left, right = figure.subplots(1, 2)
    (line,) = left.plot([0, 1], [0, 1], lw=5)
    (dot,) = right.plot([0.5], [0.5], "o", ms=20)

    def update(t):
        line.set_ydata([0, t / 3])
        dot.set_data([0.5 + t / 100], [0.5])

    return update


@case
def subfigures(ax):
    figure = ax.figure
    figure.clear()
    left, right = figure.subfigures(1, 2)
    left.suptitle("hi")
    left.subplots()
    (line,) = right.subplots().plot([0, 1], [0, 1], lw=5)
    return lambda t: line.set_ydata([0, t / 3])


@case
def polar_axes(ax):
    figure = ax.figure
    figure.clear()
    ax = figure.add_subplot(projection="polar", rlim=(0, 3))
    (line,) = ax.plot([0, 1], [0, 1], lw=4)
    return lambda t: line.set_data([0, t / 2], [0, 2])


@case
def three_dimensions(ax):
    figure = ax.figure
    figure.clear()
    ax = figure.add_subplot(projection="3d")
    ax.plot_surface(*GRID, GRID[0] ** 2 + GRID[1] ** 2, alpha=0.6)
    (line,) = ax.plot([], [], [], "r", lw=3)
    text = ax.text(0, 0, 5, "here")

    def update(t):
        line.set_data_3d(X * 2 / 3, 0 * X + t / 2, X**2 / 2 + t**2 / 4)
        text.set_position_3d((t / 2, 0, 6))

    return update


@case
def numbers_without_bounds(ax):
    (line,) = ax.plot([], [], lw=3)
    area = ax.add_patch(Polygon([[0, 0], [1, 0], [1, 1]], fc=(1, 0, 0, 0.4), ec="b", lw=3))
    dots = ax.scatter([0, 0], [0, 0], s=[90, 120])
    (marks,) = ax.plot([], [], "k.")

    def update(t):
        line.set_data([-1, 0, 1e12, np.nan, np.inf, 2], [t, 1, t * 1e12, 0, 0, 1])
        area.set_xy([[0, 0], [1e12, t * 1e12], [1e12, 1e13]])
        dots.set_offsets([[1e12, 1], [1, t / 2], [np.nan, 1], [np.inf, 0]])
        marks.set_data(np.ma.masked_greater([1, 2, t], 1.5), [1, 2, 1])

    return update


@case
def no_data_at_times(ax):
    (line,) = ax.plot([0, 1], [1, 0], "o-", lw=3)
    area = ax.fill_between(X, X, X + 1)
    dots = ax.scatter([0], [0])

    def update(t):
        count = 30 if t > 0 else 0
        line.set_data(X[:count], X[:count])
        dots.set_offsets(np.c_[X, X][:count])
        area.set_verts([np.c_[X, X**2 / 3][:count]] if count else [])

    return update


def scene_of(make):
    figure = Figure(figsize=(4, 3), dpi=100)
    ax = figure.add_subplot(xlim=(-3, 3), ylim=(-2, 4))
    # Stands still, between what moves and what is drawn above it.
    ax.plot([-3, 3], [-2, 4], lw=6, color="0.7", zorder=2.5)
    move = make(ax)

    def update(t):
        move(t)
        return f"t is {t}."

    return Scene(figure, update, [SLIDER])


def distance(one, other):
    """Mean absolute difference of two pictures, 0 to 255."""
    return np.abs(one[..., :3].astype(float) - other[..., :3]).mean()


# Before Matplotlib 3.11 letters stand at whole pixels, and so beside ours.
@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_a_replay_shows_what_matplotlib_draws(name):
    scene = scene_of(CASES[name])
    record = json.loads(scene.record([(i,) for i in range(5)]))
    share, most = 0.2, 0.8
    if name == "hatches":  # Agg paints one tile and repeats it, without blending its edges
        most = 1.6
    for key, other in ((0, 4), (4, 0), (2, 0)):
        scene.show((key,))
        drawn = scene.rendered(2)
        at_scale_1 = scene.rendered(1)  # ticks stand at whole pixels, of whatever size
        wrong = distance(paint(record, (other,), 2), drawn)
        assert distance(paint(record, (key,), 2), drawn) < min(most, share * wrong)
        assert distance(paint(record, (key,), 1), at_scale_1) < min(most + 0.6, 0.5 * wrong)


def test_all_numbers_of_a_record_are_small():
    scene = scene_of(CASES["numbers_without_bounds"])
    record = json.loads(scene.record([(i,) for i in range(5)]))
    numbers = [abs(n) for cel in record["cels"] for op in cel for p in points(op) for n in p]
    assert numbers
    assert max(numbers) < 600 * UNITS


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("scatter_of_one_size", "s"),
        ("line_with_markers_dashes_and_a_gap", "ps"),
        ("filled_area", "p"),
        ("image", "i"),
        ("turned_text", "t"),
    ],
)
def test_kinds_of_operations(name, kinds):
    scene = scene_of(CASES[name])
    record = json.loads(scene.record([(1,)]))
    assert {op[0] for cel in record["cels"] for op in cel} == set(kinds)


def test_one_marker_is_kept_once():
    scene = scene_of(CASES["scatter_of_one_size"])
    record = json.loads(scene.record([(i,) for i in range(5)]))
    assert len({op[2] for cel in record["cels"] for op in cel}) == 1
    assert all(len(cel) == 1 for cel in record["cels"])


def test_points_of_curves_and_runs():
    path = ["p", 0, "M10 20l1 2 3 4ZM5 5Q1 2 3 4C1 1 2 2 9 9l1 1"]
    expected = [(10, 20), (11, 22), (14, 26), (5, 5), (1, 2), (3, 4), (1, 1), (2, 2), (9, 9)]
    assert points(path) == [*expected, (10, 10)]


def cut_out_and_hatched(ax):
    zone = ax.add_patch(Rectangle((0, 0), 1, 1, hatch="//", label="zone"))
    zone.set_clip_path(Circle((0, 0), 1, transform=ax.transData))
    return zone


def filtered(ax):
    (line,) = ax.plot([0, 1], label="zone")
    line.set_agg_filter(lambda image, dpi: (image, 0, 0))
    return line


def sketched(ax):
    (line,) = ax.plot([0, 1], label="zone")
    line.set_sketch_params(1)
    return line


def shaded(ax):
    surface = ax.tripcolor([0, 1, 0], [0, 0, 1], [1.0, 2.0, 3.0], shading="gouraud")
    surface.set_label("zone")
    return surface


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (cut_out_and_hatched, "a hatch within a clip path"),
        (filtered, "an agg_filter"),
        (sketched, "a sketch style"),
        (shaded, "Gouraud shading"),
    ],
)
def test_what_cannot_be_recorded_is_named(make, reason):
    def case(ax):
        artist = make(ax)
        return lambda t: artist.set_alpha(0.5 + t / 10)

    scene = scene_of(case)
    with pytest.raises(UnrecordableError, match=f"'zone': it draws {reason}\\. Draw it otherwise"):
        scene.record([(0,), (1,)])


def test_tex_is_named():
    def case(ax):
        text = ax.text(0, 0, "x", label="zone")
        return lambda t: text.set_usetex(t > 1)

    scene = scene_of(case)
    with pytest.raises(UnrecordableError, match="moving Text 'zone': it draws text with usetex"):
        scene.record([(0,), (4,)])


@pytest.mark.once
def test_what_cannot_be_recorded_may_stand_still():
    def case(ax):
        cut_out_and_hatched(ax)
        shaded(ax)
        (line,) = ax.plot([0, 1], lw=4)
        return lambda t: line.set_ydata([0, t])

    scene = scene_of(case)
    record = json.loads(scene.record([(0,), (4,)]))
    drawn = scene.rendered(2)
    assert distance(paint(record, (4,), 2), drawn) < 0.1 * distance(paint(record, (0,), 2), drawn)


def test_markers_larger_than_the_picture():
    def case(ax):
        (line,) = ax.plot([0], [0], "o", ms=2000)
        return lambda t: line.set_data([3 * t], [0])

    scene = scene_of(case)
    record = json.loads(scene.record([(0,), (4,)]))
    scene.show((4,))
    assert distance(paint(record, (4,), 2), scene.rendered(2)) < 0.8
    assert max(abs(n) for cel in record["cels"] for op in cel for p in points(op) for n in p) < 9600
