"""The stage as a widget: values, records, stills, and what it leaves behind."""

import gc
import html
import json
import re
import sys
import threading
import time
import weakref
import zlib

import ipywidgets
import numpy as np
import pytest
import traitlets
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from PIL import Image, ImageChops

from helpers.explorers.game import UphillGame
from helpers.explorers.pen import DigitPad
from helpers.explorers.progress import _Bar
from helpers.explorers.training import Trainer
from helpers.explorers.watching import _Box
from helpers.stage import Button, Choice, Play, Slider, Stage, stills
from helpers.stage import widget as module
from helpers.stage.front_ends import INSTANCES, ShownByBundle


def scene_for(**choices):
    figure = Figure(figsize=(9, 4), dpi=100, layout="constrained")
    left, right = figure.subplots(1, 2)
    x = np.linspace(-3, 3, 200)
    sign = -1 if choices.get("shape") == "hill" else 1
    left.plot(x, sign * x**2, label="curve")
    left.set_title(choices.get("shape", "bowl"))
    (tangent,) = left.plot([], [], "--", color="C1", lw=2, label="tangent")
    (dot,) = left.plot([], [], "o", ms=9, color="k", label="dot")
    (trace,) = right.plot([], [], color="C2", label="trace")
    (here,) = right.plot([], [], "o", label="here")
    cursor = right.axvline(0, ls=":", label="cursor")
    right.set(xlim=(-3, 3), ylim=(-10, 10))
    text = left.text(0, 5, "", label="text")
    note = right.annotate("", (0, 0), (1, 3), label="note")
    left.legend(handles=[tangent, dot])

    def update(x0, c=0.0, d=0.0):
        slope = sign * 2 * x0
        tangent.set_data([x0 - 1, x0 + 1], [sign * x0**2 - slope, sign * x0**2 + slope])
        dot.set_data([x0], [sign * x0**2])
        past = x[x <= x0]
        trace.set_data(past, sign * 2 * past + c + d)
        here.set_data([x0], [slope + c + d])
        cursor.set_xdata([x0, x0])
        text.set_text(f"slope {slope:.2f}")
        note.set_text(f"c = {c:.2f}")
        return f"At x = {x0:.2f} the slope is {slope:.2f}, c is {c:.2f}, d is {d:.2f}."

    return figure, update


def slider(name, count, label=None):
    return Slider(name, np.linspace(-3, 3, count), 0.0, label or f"{name} <&>")


def explorer(*controls, scene=scene_for, stills=({"x0": -1.5}, {"x0": 1.5}), **names):
    controls = controls or (slider("x0", 25), Play("x0"), Button("end", {"x0": 3}))
    names = {"name": "Tangent <b>", "alt": 'A parabola & its "tangent".'} | names
    return Stage(scene, *controls, **names, stills=stills)


def film(stage):
    return json.loads(zlib.decompress(stage._record))


@pytest.fixture
def records(monkeypatch):
    """Count how many frames are recorded at a time."""
    counts = []
    record = module.Scene.record

    def counted(scene, keys):
        keys = list(keys)
        counts.append(len(keys))
        return record(scene, keys)

    monkeypatch.setattr(module.Scene, "record", counted)
    return counts


# Values


def test_values_are_traits():
    stage, seen = explorer(), []
    stage.observe(lambda change: seen.append((change["new"], stage.says)), "x0")
    stage.x0 = 1.5
    assert seen == [(1.5, "At x = 1.50 the slope is 3.00, c is 0.00, d is 0.00.")]
    stage.x0 = 1.4  # taken to the nearest, where it stands already
    assert (stage.x0, len(seen)) == (1.5, 1)


def test_what_is_drawn_follows_a_value():
    stage = explorer()
    stage.x0 = 1.5
    assert stage.drawn("dot") == pytest.approx(np.array([[1.5, 2.25]]), abs=0.01)
    stage.x0 = -3
    assert stage.drawn("dot") == pytest.approx(np.array([[-3, 9]]), abs=0.01)
    assert stage.figure.axes[0].texts[0].get_text() == "slope -6.00"


@pytest.mark.parametrize("value", [3.5, "1", None, float("nan"), np.zeros(3), np.zeros((3, 3))])
def test_a_wrong_value_is_answered_with_the_range(value):
    stage = explorer()
    with pytest.raises(traitlets.TraitError, match="x0 must be a number from -3 to 3, not"):
        stage.x0 = value
    assert stage.x0 == 0


def test_an_unknown_option_is_answered_with_the_options():
    stage = explorer(slider("x0", 5), Choice("shape", ["bowl", "hill"], "bowl", "shape"))
    with pytest.raises(traitlets.TraitError, match="shape must be one of 'bowl', 'hill'"):
        stage.shape = "ridge"
    for junk in (np.array(["bowl", "hill"]), np.zeros(3), None, []):
        with pytest.raises(traitlets.TraitError, match="shape must be one of 'bowl', 'hill'"):
            stage.shape = junk
    assert stage.shape == "bowl"


def test_a_slider_of_ipywidgets_can_be_linked():
    stage, other = explorer(), ipywidgets.FloatSlider(min=-3, max=3, step=0.01)
    with traitlets_link(other, stage):
        other.value = 1.52
        assert stage.x0 == 1.5
        stage.x0 = -3
        assert other.value == -3


def traitlets_link(one, other):
    link = traitlets.link((one, "value"), (other, "x0"))

    class Linked:
        def __enter__(self):
            return link

        def __exit__(self, *error):
            link.unlink()

    return Linked()


def test_values_set_together_are_recorded_once(records):
    stage = explorer(slider("x0", 50), slider("c", 50))
    before = len(records)
    with stage.hold_trait_notifications():
        stage.x0, stage.c = 1, 2
    assert len(records) == before + 1
    assert stage.drawn("here") == pytest.approx(
        np.array([[stage.x0, 2 * stage.x0 + stage.c]]), abs=0.03
    )


def test_the_page_sets_values():
    stage = explorer(slider("x0", 25), slider("c", 25))
    stage.set_state({"_at": {"x0": 24, "c": 0}})
    assert (stage.x0, stage.c) == (3, -3)
    assert stage.says.startswith("At x = 3.00 the slope is 6.00, c is -3.00")


@pytest.mark.parametrize(
    "sent", [{}, {"y": 3}, {"x0": 99}, {"x0": -1}, {"x0": "3"}, {"x0": None}, {"x0": True}]
)
def test_nonsense_from_the_page_is_mended(sent):
    stage = explorer()
    stage.x0 = 3
    stage.set_state({"_at": sent})
    assert stage.x0 == 3
    assert stage._at == {"x0": 24}


# Records


def test_few_frames_are_all_recorded_and_sent_once(records):
    stage = explorer(slider("x0", 9), slider("c", 5), slider("d", 3))
    sent = stage._record
    assert len(film(stage)["frames"]) == 9 * 5 * 3
    stage.x0, stage.c = 3, -3
    assert records == [9 * 5 * 3]
    assert stage._record is sent


def test_of_many_frames_those_on_the_lines_are_recorded(records):
    stage = explorer(slider("x0", 31), slider("c", 21), slider("d", 11))
    lines = 31 + 21 + 11 - 2
    assert len(film(stage)["frames"]) == lines
    stage.c = 3
    frames = film(stage)["frames"]
    assert len(frames) == lines
    x0, d = stage._at["x0"], stage._at["d"]
    for key in [*((i, 20, d) for i in range(31)), *((x0, 20, i) for i in range(11))]:
        assert ",".join(map(str, key)) in frames
    stage.c = 3
    assert records == [lines, lines]


def test_a_choice_changes_the_scene():
    made = []

    def scene(shape):
        made.append(shape)
        return scene_for(shape=shape)

    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    stage = explorer(slider("x0", 5), shape, scene=scene)
    assert film(stage)["chosen"] == [0]
    stage.x0 = 1.5
    stage.shape = "hill"
    assert film(stage)["chosen"] == [1]
    assert stage.says.startswith("At x = 1.50 the slope is -3.00")
    stage.shape = "bowl"
    stage.to_html()
    assert made == ["bowl", "hill"]


def test_a_value_for_which_the_update_fails_can_be_left():
    def scene():
        figure, update = scene_for()

        def picky(x0, c):
            if c > 2.9:
                raise RuntimeError("no picture")
            return update(x0, c)

        return figure, picky

    stage = explorer(
        slider("x0", 50), Slider("c", [0.0, *np.linspace(1, 2, 40)], 0.0, "c"), scene=scene
    )
    stage.c = 2
    assert "c is 2.00" in stage.says


def test_a_record_is_small_and_quick():
    shortest = np.inf
    for _ in range(3):
        begun = time.process_time()
        stage = explorer(slider("x0", 201), stills=[{"x0": -1.5}, {"x0": 0}, {"x0": 1.5}])
        stage._repr_mimebundle_()
        shortest = min(shortest, time.process_time() - begun)
    assert len(stage._record) < 150_000
    assert len(film(stage)["frames"]) == 201
    # 1 s on the machine it was written on; a slower one may take four times as long.
    assert shortest < 4


# What stands in the output


def test_the_output_holds_a_widget_a_still_and_a_line():
    data, _metadata = explorer()._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert data["text/plain"] == (
        "Tangent <b>: At x = 0.00 the slope is 0.00, c is 0.00, d is 0.00."
    )
    alt = html.unescape(re.search('<img alt="([^"]*)"', data["text/html"]).group(1))
    assert alt.startswith('A parabola & its "tangent". x0 <&>: −1.5. At x = -1.50 the slope')
    assert "<b>" not in data["text/html"]
    assert "http" not in data["text/html"]
    assert "0x" not in data["text/plain"]


def test_a_still_shows_what_matplotlib_draws():
    stage = explorer()
    image, _alt = stage.still()
    assert image.width == 1350
    assert stage.x0 == 0
    assert stage.drawn("dot") == pytest.approx(np.array([[0, 0]]), abs=0.01)
    stage.x0 = -1.5
    panel = image.convert("RGB").crop((0, 39, 1350, 639))
    drawn = stills.picture(stage._scene.rendered(stills.SCALE))
    assert np.mean(ImageChops.difference(panel, drawn)) < 0.5
    stage.x0 = 1.5
    assert (
        np.mean(ImageChops.difference(panel, stills.picture(stage._scene.rendered(stills.SCALE))))
        > 1
    )


def test_colors_of_a_still_survive_its_palette():
    figure = Figure(figsize=(6, 4), dpi=100)
    axes = figure.subplots(1, 2)
    grid = np.mgrid[-1:1:50j, -1:1:50j]
    axes[0].imshow(grid[0] * grid[1], cmap="viridis")
    axes[1].scatter(*grid[:, ::7, ::7].reshape(2, -1), c=np.arange(64), cmap="hsv")
    stage = Stage(
        lambda: (figure, lambda x0: "colors"),
        slider("x0", 3),
        name="a",
        alt="b",
        stills=[{"x0": 0}],
    )
    image, _alt = stage.still()
    assert len(image.getcolors()) <= 256
    panel = image.convert("RGB").crop((0, 39, 900, 639))
    difference = np.asarray(
        ImageChops.difference(panel, stills.picture(stage._scene.rendered(stills.SCALE)))
    )
    assert difference.mean() < 1
    assert np.percentile(difference, 99.9) < 48


@pytest.mark.parametrize(
    ("width", "count", "across"),
    [(1350, 2, 1), (1350, 4, 1), (675, 2, 2), (675, 3, 2), (450, 4, 3)],
)
def test_panels_of_a_filmstrip_fit_the_page(width, count, across):
    panels = [(Image.new("RGB", (width, 300), "red"), f"value {i}") for i in range(count)]
    strip = stills.filmstrip(panels)
    gap, caption = round(stills.GAP * stills.SCALE), 39
    down = -(-count // across)
    assert strip.size == (across * (width + gap) - gap, down * (300 + caption + gap) - gap)
    assert strip.width <= stills.PAGE_WIDTH * stills.SCALE + gap


@pytest.mark.parametrize("words", [1, 12, 24])
def test_a_caption_is_not_cut_off(words):
    text = " ".join(["learning rate"] * words)
    strip = stills.filmstrip([(Image.new("RGB", (675, 300), "white"), text)])
    ink = np.asarray(strip.convert("L")) < 128
    columns = np.flatnonzero(ink.any(axis=0))
    assert columns.min() > 5
    assert columns.max() < 670
    assert ink.any()


def test_a_closed_stage_shows_nothing():
    stage = explorer()
    stage.close()
    assert stage._repr_mimebundle_ is None
    assert repr(stage).startswith("Tangent <b>: At x = 0.00")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": ""}, "needs a name and an alt text"),
        ({"alt": " "}, "needs a name and an alt text"),
        ({"stills": []}, "one to four stills, not 0"),
        ({"stills": [{"x0": 0}] * 5}, "one to four stills, not 5"),
        ({"stills": [{"y": 0}]}, "no slider or choice 'y'"),
        ({"stills": [{"x0": 9}]}, "x0 must be a number"),
    ],
)
def test_what_a_stage_needs(change, message):
    with pytest.raises(ValueError, match=message):
        explorer(**change)


@pytest.mark.parametrize("name", ["layout", "says", "figure", "close", "keys"])
def test_a_control_is_not_called_like_a_part_of_a_widget(name):
    with pytest.raises(ValueError, match=f"A control cannot be called '{name}'"):
        explorer(slider(name, 5), stills=[{name: 0}])


# What is left behind


def buffers():
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, RendererAgg)]


def broken_scene():
    raise RuntimeError("no figure")


@pytest.mark.parametrize(
    "make", [Stage, lambda: explorer(name=""), lambda: explorer(scene=broken_scene)]
)
def test_a_stage_that_was_refused_goes_without_a_word(make, monkeypatch):
    complaints, open_ones = [], len(INSTANCES)
    monkeypatch.setattr(sys, "unraisablehook", lambda what: complaints.append(str(what.exc_value)))
    with pytest.raises((TypeError, ValueError, RuntimeError)):
        make()
    gc.collect()
    assert complaints == []
    assert len(INSTANCES) == open_ones


@pytest.mark.parametrize("kind", [Stage, DigitPad, UphillGame, Trainer, _Bar, _Box])
def test_any_widget_can_be_closed_before_it_is_made(kind):
    kind.__new__(kind).close()


def test_a_stage_keeps_no_pixels():
    before = buffers()  # figures of other tests
    stage = explorer()
    stage._repr_mimebundle_()
    stage.x0 = 3
    # The buffer of one picture takes more memory than all the rest of a stage.
    assert not [buffer for buffer in buffers() if buffer not in before]


def test_closing_lets_go_of_the_figure():
    stage = explorer()
    figure = weakref.ref(stage.figure)
    stage.close()
    gc.collect()
    assert figure() is None


def test_values_may_come_from_two_threads_at_once():
    """JupyterLab's messages come in a thread of their own, beside that of the cells."""
    alone = threading.Lock()

    def scene():
        figure, update = scene_for()

        def one_at_a_time(x0):
            assert alone.acquire(blocking=False), "two threads are in the update function"
            time.sleep(0.001)  # lets the other thread have its turn
            says = update(x0)
            alone.release()
            return says

        return figure, one_at_a_time

    stage, wrong = explorer(scene=scene), []

    def move(steps):
        try:
            for value in steps:
                stage.x0 = value
        except AssertionError as error:
            wrong.append(error)

    values = stage.traits()["x0"].control.values
    threads = [threading.Thread(target=move, args=(part,)) for part in (values[:12], values[13:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_widget_of_ipywidgets_7_shows_its_still_too():
    """There the next class has another way to show itself, which shows no still."""

    class Seven:
        model_id = "abc"

        def _ipython_display_(self):
            raise AssertionError

    class Shown(ShownByBundle, Seven):
        pass

    assert Shown()._ipython_display_ is None
    view = Shown()._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
    assert view == {"version_major": 2, "version_minor": 0, "model_id": "abc"}
