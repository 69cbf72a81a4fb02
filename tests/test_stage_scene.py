"""What stands still and what moves: found out by the scene, or told in one sentence."""

import json
import os
import subprocess
import sys
import traceback

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from helpers.stage import Slider
from helpers.stage.scene import Scene

SLIDER = Slider("t", np.linspace(-2, 2, 9), 0.0, "t")
KEYS = [(i,) for i in range(9)]


def scene_of(make, sliders=(SLIDER,), **options):
    figure = Figure(figsize=(4, 3), dpi=100, **options)
    ax = figure.add_subplot(xlim=(-3, 3), ylim=(-3, 3))
    return Scene(figure, make(ax), sliders)


def line_and_ground(ax):
    ax.plot([-3, 3], [3, -3], label="ground")
    (line,) = ax.plot([], [], "o-", label="line")

    def update(t):
        line.set_data([0, t], [1, 2])
        return f"t is {t}."

    return update


def test_only_what_moves_is_recorded_per_value():
    record = json.loads(scene_of(line_and_ground).record(KEYS))
    assert [("ground" in layer, layer.get("track")) for layer in record["layers"]] == [
        (True, None),
        (False, 0),
        (True, None),  # axes, spines and titles above it
    ]
    assert all(len(frame) == 2 for frame in record["frames"].values())
    assert record["says"][record["frames"]["0"][0]] == "t is -2.0."
    assert (record["width"], record["height"]) == (400, 300)


@pytest.mark.parametrize(("clipped", "layers"), [(True, "gt"), (False, "gtg")])
def test_what_cannot_be_covered_goes_down_to_the_ground(clipped, layers):
    """Axes beside the moving ones are ground; but what is not clipped may move anywhere."""
    figure = Figure(figsize=(6, 3), dpi=100)
    left, right = figure.subplots(1, 2)
    for ax in (left, right):
        ax.set(xlim=(-3, 3), ylim=(-3, 3))
        ax.spines[:].set_zorder(0.6)
    right.plot([-3, 3], [3, -3], zorder=5)
    (line,) = left.plot([], [], "o-", clip_on=clipped)

    def update(t):
        line.set_data([0, t], [1, 2])
        return f"t is {t}."

    record = json.loads(Scene(figure, update, (SLIDER,)).record(KEYS))
    assert "".join("g" if "ground" in layer else "t" for layer in record["layers"]) == layers


def test_equal_pictures_are_kept_once():
    def make(ax):
        (line,) = ax.plot([], [])

        def update(t):
            line.set_data([0, abs(t)], [0, 1])
            return "one sentence"

        return update

    record = json.loads(scene_of(make).record(KEYS))
    assert len(record["frames"]) == 9
    assert len(record["cels"]) == 5
    assert record["says"] == ["one sentence"]


def test_what_starts_to_move_late_moves_in_all_frames():
    def make(ax):
        (late,) = ax.plot([0, 1], [0, 1], lw=5)

        def update(t):
            if t > 1.2:
                late.set_data([0, 1], [0, t])
            else:
                late.set_data([0, 1], [0, 1])
            return "late"

        return update

    scene = scene_of(make)
    record = json.loads(scene.record([(0,), (1,), (2,), (8,)]))
    tracks = [layer for layer in record["layers"] if "track" in layer]
    assert len(tracks) == 1
    assert record["frames"]["0"] != record["frames"]["8"]


CHANGES = {
    "line": lambda ax: ax.lines[0].set_color("r"),
    "text in a legend": lambda ax: ax.get_legend().get_texts()[0].set_text("z"),
    "line in a legend": lambda ax: ax.get_legend().get_lines()[0].set_color("r"),
    "frame of a legend": lambda ax: ax.get_legend().get_frame().set_facecolor("r"),
    "title of a legend": lambda ax: ax.get_legend().set_title("z"),
    "title": lambda ax: ax.set_title("z"),
    "title of the figure": lambda ax: ax.figure.suptitle("z"),
    "name of an axis": lambda ax: ax.set_xlabel("z"),
    "color of that name": lambda ax: ax.xaxis.label.set_color("r"),
    "ticks": lambda ax: ax.set_xticks([0, 1]),
    "look of ticks": lambda ax: ax.tick_params(colors="r"),
    "text of a tick": lambda ax: ax.get_xticklabels()[0].set_color("r"),
    "grid": lambda ax: ax.grid(True),
    "limits": lambda ax: ax.set_ylim(0, 9),
    "scale": lambda ax: ax.set_yscale("symlog"),
    "place": lambda ax: ax.set_position((0.2, 0.2, 0.5, 0.5)),
    "ground": lambda ax: ax.set_facecolor("y"),
    "frame": lambda ax: ax.spines["top"].set_visible(False),
    "no frame": lambda ax: ax.set_frame_on(False),
    "no axes": lambda ax: ax.set_axis_off(),
    "nothing": lambda ax: ax.set_visible(False),
    "target of a note": lambda ax: setattr(ax.texts[0], "xy", (1, 2)),
    "arrow of a note": lambda ax: ax.texts[0].arrow_patch.set_color("r"),
    "box of a text": lambda ax: ax.texts[0].get_bbox_patch().set_facecolor("r"),
    "colors of an image": lambda ax: ax.images[0].set_clim(0, 9),
    "map of an image": lambda ax: ax.images[0].set_cmap("gray"),
    "norm of an image": lambda ax: setattr(ax.images[0].norm, "vmax", 9),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_at_one_value_is_noticed(change):
    """Neither at the first nor at the last, nor at those where all is drawn again to see."""

    def make(ax):
        ax.plot([0, 1], label="line")
        ax.legend(title="lines")
        ax.imshow(np.eye(2), extent=(-1, 1, -1, 1), aspect="auto")
        ax.annotate("x", (0, 0), (1, 1), arrowprops={"arrowstyle": "->"}, bbox={"fc": "w"})
        ax.figure.suptitle("title")

        def update(t):
            if t == -1.5:
                change(ax)
            return "one sentence"

        return update

    layers = json.loads(scene_of(make).record(KEYS))["layers"]
    assert any("track" in layer for layer in layers)


def test_a_legend_stays_where_it_is():
    def make(ax):
        (line,) = ax.plot([-3, 3], [0, 0], label="line")
        ax.legend()

        def update(t):
            line.set_ydata([t, 1.5 * t])
            return "line"

        return update

    record = json.loads(scene_of(make).record(KEYS))
    assert [layer.get("track") for layer in record["layers"]].count(None) == 2
    assert len(record["layers"]) == 3


def test_drawn_gives_data_coordinates():
    scene = scene_of(line_and_ground)
    scene.record(KEYS)
    np.testing.assert_allclose(scene.drawn("line", (6,)), [[0, 1], [1, 2]], atol=6 / 300 / 16 * 2)


def test_drawn_names_what_moves():
    scene = scene_of(line_and_ground)
    scene.record(KEYS)
    with pytest.raises(KeyError, match="Nothing that moves is labelled 'ground'; there are 'line'"):
        scene.drawn("ground", (0,))


def test_drawn_on_a_logarithmic_scale_and_off_the_page():
    def make(ax):
        ax.set(xscale="log", xlim=(1e-3, 1e3))
        (dots,) = ax.plot([], [], "o", label="dots")

        def update(t):
            dots.set_data([10**t, 1e30], [0, 0])
            return "dots"

        return update

    scene = scene_of(make)
    scene.record(KEYS)
    assert scene.drawn("dots", (8,)) == pytest.approx(np.array([[100, 0]]), rel=0.02, abs=0.01)


@pytest.mark.parametrize("says", [None, 3, ["a"]])
def test_an_update_returns_a_sentence(says):
    with pytest.raises(TypeError, match="returns the sentence that says what the picture shows"):
        scene_of(lambda ax: lambda t: says).record(KEYS)


def adding(ax):
    def update(t):
        ax.plot([0, t])
        return "more and more"

    return update


def replacing(ax):
    lines = ax.plot([0, 1])

    def update(t):
        lines.pop().remove()
        lines.extend(ax.plot([0, t]))
        return "as many as before"

    return update


def text_on_the_figure(ax):
    def update(t):
        ax.figure.text(0.5, 0.5, "x")
        return "more"

    return update


def new_legend(ax):
    ax.plot([0, 1], label="a")

    def update(t):
        ax.legend()
        return "new"

    return update


@pytest.mark.parametrize("make", [adding, replacing, text_on_the_figure, new_legend])
def test_an_update_adds_and_removes_nothing(make):
    with pytest.raises(TypeError, match=r"it may not add or remove any\.$"):
        scene_of(make).record(KEYS)


def test_an_update_keeps_the_order():
    def make(ax):
        (line,) = ax.plot([0, 1])

        def update(t):
            line.set_zorder(2 + t)
            return "up"

        return update

    with pytest.raises(TypeError, match="may not change the zorder"):
        scene_of(make).record(KEYS)


def test_an_error_of_an_update_names_the_values():
    def make(ax):
        def update(t):
            return f"{1 / (t - 1)}"

        return update

    with pytest.raises(ZeroDivisionError) as caught:
        scene_of(make).record(KEYS)
    text = "".join(traceback.format_exception(caught.value))
    assert "in the update function of an explorer at t = 1.0." in text


def test_the_layout_has_room_for_what_is_drawn():
    def make(ax):
        def update(t):
            ax.set_title(f"two\nlines\nat {t}")
            return "title"

        return update

    scene = scene_of(make, layout="constrained")
    scene.record(KEYS)
    assert scene.figure.axes[0].get_position().y1 < 0.83
    assert not scene.figure.get_constrained_layout()


def test_a_figure_of_pyplot_is_not_shown_a_second_time():
    figure, ax = plt.subplots()
    number = figure.number
    Scene(figure, line_and_ground(ax), [SLIDER])
    assert not plt.fignum_exists(number)


def test_an_animated_artist_is_drawn():
    def make(ax):
        update = line_and_ground(ax)
        ax.lines[0].set_animated(True)
        return update

    record = json.loads(scene_of(make).record(KEYS))
    plain = json.loads(scene_of(line_and_ground).record(KEYS))
    assert record == plain


def test_looking_at_the_figure_changes_no_record():
    scene = scene_of(line_and_ground)
    first = scene.record(KEYS)
    scene.rendered(1.5)
    scene.figure.savefig(os.devnull, format="png")
    assert scene.record(KEYS) == first
    assert len([layer for layer in json.loads(first)["layers"] if "track" in layer]) == 1


@pytest.mark.parametrize("projection", [None, "3d"])
def test_several_pictures_are_each_as_if_drawn_alone(projection):
    figure = Figure(figsize=(6, 3), dpi=100)
    left = figure.add_subplot(1, 2, 1, projection=projection)
    right = figure.add_subplot(1, 2, 2, xlim=(-3, 3), ylim=(-3, 3))
    left.plot([-3, 3], [3, -3], label="still")
    (line,) = left.plot([0, 1], [0, 1], "o-", label="moving")
    left.legend()  # stands above what moves
    dots = right.scatter([0.0, 1.0], [0.0, 1.0])
    places = dots.get_offsets()

    def update(t):
        line.set_data([0, t], [1, 2])
        places[:] = t, 1  # in place: nothing marks it
        return f"t is {t}."

    scene, keys = Scene(figure, update, (SLIDER,)), [(8,), (0,), (6,)]
    for key, (says, pixels) in zip(keys, scene.pictures(keys, 1.5), strict=True):
        assert says == scene.show(key)
        np.testing.assert_array_equal(pixels, scene.rendered(1.5))


def test_the_size_on_the_page_is_inches_times_dpi():
    figure = Figure(figsize=(4.5, 3), dpi=72)
    scene = Scene(figure, line_and_ground(figure.add_subplot()), [SLIDER])
    assert (scene.width, scene.height) == (324, 216)
    assert scene.rendered(2).shape == (432, 648, 4)


_MAKE_AND_HASH = """
import hashlib
import numpy as np
from helpers.stage import Slider
from test_stage_scene import KEYS, line_and_ground, scene_of
from test_stage_widget import explorer
stage = explorer()
image, alt = stage.still()
data = scene_of(line_and_ground).record(KEYS).encode(), stage._record, image.tobytes(), \\
    stage._repr_mimebundle_()[0]["text/html"].encode(), stage.to_html().encode()
print([hashlib.sha256(item).hexdigest() for item in data])
"""


def test_records_and_stills_are_the_same_in_every_process(root):
    printed = []
    for seed in ("1", "2"):
        paths = os.pathsep.join([str(root), str(root / "tests")])
        done = subprocess.run(
            [sys.executable, "-c", _MAKE_AND_HASH],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout)
    assert printed[0] == printed[1]
