"""Train it: two networks trained live, side by side, before and after a remedy (notebook 08)."""

import asyncio
import base64
import functools
import html
import io
import itertools
import math
import threading
import time
import weakref

import ipywidgets
import numpy as np
from matplotlib.image import imsave

from helpers import plots
from helpers.explorers import interrupts
from helpers.explorers.boxes import ToldBox, button
from helpers.explorers.words import power_of_ten
from helpers.networks import Network, train, two_moons
from helpers.stage import stills

STEPS = 400
LEARNING_RATE = 0.1
WIDTH = 32
EVERY = 5  # steps between two measurements of the accuracy
CHUNK = 0.04  # seconds of training before the kernel may hear a click
PICTURES = 7  # a second, at most
STILL_STEPS = 100

PATIENTS = {
    "10 sigmoid layers": {"depth": 10, "activation": "sigmoid", "init": "xavier normal"},
    "30 tanh layers, Var W = 1/(3n)": {
        "depth": 30,
        "activation": "tanh",
        "init": "standard normal",
    },
    "20 relu layers, Xavier": {"depth": 20, "activation": "relu", "init": "xavier normal"},
    "20 relu layers, He × 1.5": {
        "depth": 20,
        "activation": "relu",
        "init": "he normal",
        "scale": 1.5,
    },
}
# What changes in the network, and what in its training.
REMEDIES = {
    "relu, He weights": ({"activation": "relu", "init": "he normal", "scale": 1.0}, {}),
    "leaky relu, He weights": ({"activation": "leaky relu", "init": "he normal", "scale": 1.0}, {}),
    "GELU, He weights": ({"activation": "gelu", "init": "he normal", "scale": 1.0}, {}),
    "tanh, Xavier weights": ({"activation": "tanh", "init": "xavier normal", "scale": 1.0}, {}),
    "batch normalization": ({"normalization": "batch"}, {}),
    "layer normalization": ({"normalization": "layer"}, {}),
    "residual connections": ({"residual": True}, {}),
    "residual connections, /√L": ({"residual": "scaled"}, {}),
    "clipping to norm 2": ({}, {"clip_norm": 2.0}),
    "clipping to values of 0.1": ({}, {"clip_value": 0.1}),
    "weight decay, λ = 0.1": ({}, {"weight_decay": 0.1}),
    "none: other random weights": ({"seed": 2}, {}),
}
LOOKS = {
    "before": {**plots.SLOPE, "marker": "s", "markersize": 5, "markeredgewidth": 0},
    "after": {**plots.FUNCTION, "marker": "o", "markersize": 5, "markeredgewidth": 0},
}
_SIZE = (9.2, 3.5)
_NO_LIMIT = 10**9
# JupyterLab may let a kernel hear the widgets in another thread than the one that runs the cells.
_LOCK = threading.RLock()


class Course:
    """One network on its way through a training.

    Parameters
    ----------
    network : dict
        Arguments of `helpers.networks.Network`, and ``"depth"``.
    options : dict
        Arguments of `helpers.networks.train`.
    steps : int

    Attributes
    ----------
    losses : list of float
        The loss before each step that was taken.
    accuracies : list of (int, float)
        Steps, and the share of points that is on the right side after them.
    first, last : numpy.ndarray or None
        The length of the gradient by the weights of each layer, at the first step and at the last.
    broke : bool
        Whether the numbers overflowed, which ends the training.
    """

    def __init__(self, network, options=(), steps=STEPS):
        """Make the network; nothing is trained yet."""
        network = {"seed": 1, **network}
        depth = network.pop("depth")
        points, labels = two_moons(200, noise=0.1, seed=0)
        net = Network([2, *[WIDTH] * depth, 1], **network)
        self.losses, self.accuracies, self.first, self.last = [], [], None, None
        self.broke = False
        self._steps = train(
            net,
            points,
            labels,
            learning_rate=LEARNING_RATE,
            steps=steps,
            report_every=EVERY,
            **dict(options),
        )

    def advance(self):
        """Take one step; return whether there may be another."""
        if self.broke:
            return False
        step = next(self._steps, None)
        if step is None:
            return False
        finite = np.isfinite(step.loss) and np.isfinite(step.gradient_norms).all()
        self.losses.append(step.loss)
        if self.first is None:
            self.first = step.gradient_norms
        self.last = step.gradient_norms
        if step.accuracy is not None:
            self.accuracies.append((step.step, step.accuracy))
        self.broke = not finite
        return finite

    def says(self):
        """Say in words how it went so far."""
        if not self.losses:
            return "has not begun"
        if self.broke:
            return f"broke down in step {len(self.losses)}, where its numbers overflowed"
        right = f", {100 * self.accuracies[-1][1]:.0f} % right" if self.accuracies else ""
        return f"loss {self.losses[-1]:.2f}{right}"


class Board:
    """The picture: loss, accuracy, and the gradient in each layer, of two courses.

    What stands still is drawn once; a picture takes a few hundredths of a second.

    Parameters
    ----------
    depth : int
        How many hidden layers the networks have.
    steps : int
        How far the axes of the steps go.
    scale : float
        How many pixels the picture has for each that it takes on the page.
    columns : int
        How many entries of the legend stand side by side.

    Attributes
    ----------
    parts : list of (int, int, int, int)
        Left, top, right and bottom of the legend and of each panel in the picture, in pixels of
        the page: on a narrow page they stand below each other.
    """

    @plots.style()
    def __init__(self, depth, steps=STEPS, scale=stills.SCALE, columns=2):
        """Draw what stands still."""
        self.figure, (loss, right, layers) = plots.figure(1, 3, size=_SIZE)
        plots.log_scale(loss.yaxis, layers.yaxis)
        loss.set(xlim=(0, steps), ylim=(1e-3, 1e2), xlabel="step", title="Loss")
        loss.axhline(np.log(2), **plots.GUIDE)
        loss.text(steps, 1.6, "dots: guessing, 0.69", ha="right", va="bottom", color="#555555")
        right.set(xlim=(0, steps), ylim=(-0.03, 1.03), xlabel="step", title="Share of points right")
        layers.set(xlim=(0, depth + 2), ylim=(1e-10, 1e6), xlabel="layer")
        layers.set_xticks([1, *range(5, depth + 2, 5)])
        layers.set_title("Length of the gradient")
        self._lines = {}
        for name, look in LOOKS.items():
            plain = {**look, "marker": "", "animated": True}
            (a,) = loss.plot([], [], **plain)
            (b,) = right.plot([], [], **plain)
            (c,) = layers.plot([], [], **{**look, "linewidth": 1.2, "animated": True}, label=name)
            thin = {**look, "marker": "", "linewidth": 1, "animated": True}
            (d,) = layers.plot([], [], **thin, label=f"{name}, at the start")
            cross = {"marker": "X", "markersize": 11, "linestyle": "none", "color": look["color"]}
            (e,) = loss.plot(
                [], [], **cross, animated=True, clip_on=False
            )  # where the numbers overflowed
            self._lines[name] = a, b, c, d, e
        for line in (line for lines in self._lines.values() for line in lines):
            line.set_in_layout(False)
        handles = [line for lines in self._lines.values() for line in lines[2:4]]
        legend = self.figure.legend(handles=handles, loc="outside upper right", ncols=columns)
        self.figure.set_dpi(self.figure.dpi * scale)
        self.figure.canvas.draw()
        self.figure.set_layout_engine("none")
        self._ground = self.figure.canvas.copy_from_bbox(self.figure.bbox)
        self.parts = self._parts(legend, scale)

    def _parts(self, legend, scale):
        width, height = (round(side / scale) for side in self.figure.bbox.size)
        top = height - math.floor(legend.get_window_extent().y0 / scale)
        boxes = [ax.get_tightbbox() for ax in self.figure.axes]
        between = [round((a.x1 + b.x0) / 2 / scale) for a, b in itertools.pairwise(boxes)]
        left = math.floor(legend.get_window_extent().x0 / scale)
        edges = itertools.pairwise([0, *between, width])
        return [(left, 0, width, top), *((a, top, b, height) for a, b in edges)]

    def picture(self, courses):
        """Return the pixels for the courses ``{"before": …, "after": …}``."""
        canvas = self.figure.canvas
        canvas.restore_region(self._ground)
        for name, lines in self._lines.items():
            self._set(lines, courses[name])
            for line in lines:
                line.axes.draw_artist(line)
        return np.asarray(canvas.buffer_rgba())

    def finished(self, courses, alt):
        """Return a picture of the courses that Jupyter shows, with its text alternative."""
        for name, lines in self._lines.items():
            self._set(lines, courses[name])
            for line in lines:
                line.set_animated(False)
        return plots.show(self.figure, alt)

    @staticmethod
    def _set(lines, course):
        loss, right, *layers, cross = lines
        # What has no place on the axes is drawn at their edge.
        losses = np.nan_to_num(np.array(course.losses, dtype=float), nan=1e9, posinf=1e9)
        loss.set_data(np.arange(len(losses)), np.clip(losses, 1e-4, 1e3))
        cross.set_data(*([len(losses) + 5], [60]) if course.broke else ([], []))
        right.set_data(*np.reshape(course.accuracies, (-1, 2)).T)
        for line, norms in zip(layers, (course.last, course.first), strict=True):
            norms = np.nan_to_num(() if norms is None else norms, nan=1e9, posinf=1e9)
            line.set_data(np.arange(1, len(norms) + 1), np.clip(norms, 1e-12, 1e8))


def courses(patient, remedy, steps=STEPS):
    """Return the two courses that a patient and a remedy make, both yet to begin.

    Parameters
    ----------
    patient, remedy : str
        Keys of `PATIENTS` and `REMEDIES`.
    steps : int
    """
    network, (changes, options) = PATIENTS[patient], REMEDIES[remedy]
    return {
        "before": Course(network, steps=steps),
        "after": Course({**network, **changes}, options, steps=steps),
    }


def summary(pair):
    """Say in one sentence each how two courses went."""
    said = " ".join(f"{name.capitalize()}: {course.says()}." for name, course in pair.items())
    if any(course.first is None for course in pair.values()):
        return said
    sizes = " and ".join(power_of_ten(float(course.first[0])) for course in pair.values())
    return f"{said} In the first layer, the gradient began with a length of {sizes}."


@functools.cache
def _still(patient, remedy):
    pair = courses(patient, remedy, STILL_STEPS)
    for course in pair.values():
        while course.advance():
            pass
    alt = (
        f"Three panels for {patient}, before and after the remedy “{remedy}”, in "
        f"{STILL_STEPS} steps of training: the loss, the share of points on the right side, and "
        f"the length of the gradient in each layer. {summary(pair)}"
    )
    board = Board(PATIENTS[patient]["depth"], STILL_STEPS, scale=1, columns=4)
    return board.finished(pair, alt)


class Trainer(ToldBox):
    """Two networks of one kind, one of them with a remedy, trained side by side while you watch.

    The kernel stays free: it trains for a few hundredths of a second and listens in between,
    so that cells run, sliders move, and Stop and JupyterLab's ■ stop. There is one training at a
    time; whichever begins last goes on. Everything works from the keyboard, and what happens is
    said in a live status line.

    Parameters
    ----------
    patient, remedy : str
        Keys of `PATIENTS` and `REMEDIES`.

    Attributes
    ----------
    courses : dict of str to Course
        ``"before"`` and ``"after"``.
    says : str
        The status line, in plain text.
    """

    title = "Train it"
    _latest = staticmethod(lambda: None)  # a weak reference to the trainer that was made last

    def __init__(self, patient="10 sigmoid layers", remedy="relu, He weights"):
        """Show two networks that have not been trained yet."""
        latest = Trainer._latest()
        if latest is not None:  # such as that of an earlier run of the same cell
            latest.stop()
        self._ticket = self._task = None
        self._main = interrupts.main_loop()
        self._patient = _choice(PATIENTS, patient, "Network")
        self._remedy = _choice(REMEDIES, remedy, "Remedy")
        self._start, self._stop = button("Start", "#1f5fa8"), button("Stop", "#8a3b00")
        self._stop.disabled = True
        self._bar = ipywidgets.IntProgress(max=STEPS, description="Steps", tooltip="Steps taken")
        self._bar.layout.width = "24em"
        self._picture = ipywidgets.HTML()
        self._picture.layout.min_height = f"{round(100 * _SIZE[1]) + 8}px"
        self._start.on_click(self._started)
        self._stop.on_click(self._stopped)
        for menu in (self._patient, self._remedy):
            menu.observe(self._chosen, "value")
        row = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
        super().__init__(
            [
                ipywidgets.Box([self._patient, self._remedy], layout=row),
                ipywidgets.Box([self._start, self._stop, self._bar], layout=row),
                self._picture,
            ]
        )
        Trainer._latest = weakref.ref(self)
        self._prepare()

    @property
    def running(self):
        """Whether a training is under way."""
        return self._ticket is not None

    def start(self):
        """Begin anew: in the background where an event loop runs, and otherwise until the end."""
        with _LOCK:
            latest = Trainer._latest()
            if latest is not None:
                latest.stop()
            Trainer._latest = weakref.ref(self)
            self._prepare()
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self.train()
                return
            self._start.description, self._stop.disabled = "Start again", False
            self.say(f"Training: {self._what()}.", working=True)
            self._ticket = object()
            self._task = loop.create_task(self._run(self._ticket))  # a loop does not hold on to it
            # Clicks may come in a thread that hears no interrupts.
            if main := interrupts.main_loop() or self._main:
                interrupts.catch(main, _stop_latest, _is_latest_running)

    def stop(self):
        """End a training that is under way; what it has reached stays to be seen."""
        with _LOCK:
            if self.running:
                self._end("Stopped")

    def train(self):
        """Train both to the end, without any pause."""
        with _LOCK:
            self._guarded(lambda: self._advance(_NO_LIMIT))
            self._end("Done")

    def close(self):
        """Stop, and take the trainer off the page."""
        self.stop()
        super().close()

    # How it runs

    def _prepare(self):
        """Two new networks, and an empty picture."""
        self.courses = courses(self._patient.value, self._remedy.value)
        self._board = Board(PATIENTS[self._patient.value]["depth"])
        self._taken, self._failed = 0, ""
        self._show()
        self.say(f"Press Start to train {self._what()}.")

    def _what(self):
        return f"“{self._patient.value}” without and with “{self._remedy.value}”"

    def _started(self, button):
        self.start()

    def _stopped(self, button):
        self.stop()

    def _chosen(self, change):
        """Another patient or remedy: show it, and go on training if that was under way."""
        with _LOCK:
            if self.running:
                self.start()
            else:
                self._prepare()

    def _advance(self, seconds):
        """Train for a while; return whether there is more to do."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            going = [course.advance() for course in self.courses.values()]
            if not any(going):
                return False
            self._taken += 1
        return True

    async def _run(self, ticket):
        """Train piece by piece, as long as the ticket is the one that was given out last."""
        shown = time.monotonic()

        def work():
            nonlocal shown
            more = self._advance(CHUNK)
            if more and time.monotonic() - shown > 1 / PICTURES:
                self._show()
                shown = time.monotonic()
            return more

        while True:
            with _LOCK:
                if self._ticket is not ticket:
                    return
                if not self._guarded(work):
                    self._end("Done")
                    return
            # Long enough for a message to come through all that stands between page and kernel.
            await asyncio.sleep(0.01)

    def _guarded(self, work):
        """Do a piece of work; an error ends the training and is told in words."""
        try:
            return work()
        except Exception as error:  # whatever it is, the reader shall know
            self._failed = f"The training ended with an error: {error}"
            return False

    def _end(self, how):
        self._ticket = None
        self._stop.disabled = True
        if self._failed:
            self.say(self._failed)
            return
        self._show()
        took = f"{how} after {self._taken} of {STEPS} steps."
        self.say(f"{took} {summary(self.courses)}")

    # What is seen

    def _show(self):
        self._bar.value = self._taken
        pixels = self._board.picture(self.courses)
        alt = f"Loss, accuracy and gradients after {self._taken} steps. {summary(self.courses)}"
        images = "".join(_image(pixels, part) for part in self._board.parts)
        self._picture.value = (
            f'<div role="img" aria-label="{html.escape(alt)}" style="display:flex;flex-wrap:wrap;'
            f'background:#fff;max-width:{round(100 * _SIZE[0])}px">'
            f"{images}</div>"
        )

    def still(self):
        """Return a short training as ``(image, alternative text)``, for pages without a kernel."""
        picture = _still(self._patient.value, self._remedy.value)
        return picture.image, picture.alt

    def note(self):
        """What stands below the still."""
        return f"{self._what()}, {STILL_STEPS} steps. Run the notebook to train them yourself."


def _image(pixels, part):
    """Return HTML for a part of the picture; the legend has a line of its own."""
    left, top, right, bottom = part
    a, b, c, d = (round(stills.SCALE * side) for side in part)
    stream = io.BytesIO()
    imsave(
        stream,
        np.ascontiguousarray(pixels[b:d, a:c]),
        format="png",
        pil_kwargs={"compress_level": 1},
    )
    data = base64.b64encode(stream.getvalue()).decode()
    margin = f"margin-left:calc(100% - {right - left}px)" if top == 0 else ""
    # Decoded before it is shown: otherwise each new picture would begin with a flash of white.
    return (
        f'<img alt="" width="{right - left}" height="{bottom - top}" decoding="sync" '
        f'style="max-width:none;{margin}" src="data:image/png;base64,{data}">'
    )


def _stop_latest():
    latest = Trainer._latest()
    if latest is not None:
        latest.stop()


def _is_latest_running():
    latest = Trainer._latest()
    return latest is not None and latest.running


def _choice(options, value, label):
    menu = ipywidgets.Dropdown(options=list(options), value=value, description=label, tooltip=label)
    menu.layout.width = "24em"
    return menu


def train_it(patient="10 sigmoid layers", remedy="relu, He weights"):
    """Train a network with and without a remedy, live, and watch loss, accuracy and gradients.

    Parameters
    ----------
    patient, remedy : str
        What the menus show first: keys of `PATIENTS` and `REMEDIES`.
    """
    return Trainer(patient, remedy)
