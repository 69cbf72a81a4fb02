"""Train it: two networks trained live, side by side, before and after a remedy (notebook 08)."""

import asyncio
import functools
import html
import threading
import time
import weakref

import ipywidgets

from helpers.explorers import interrupts, trained
from helpers.explorers.board import SIZE, Board
from helpers.explorers.boxes import ToldBox, beside, button
from helpers.explorers.remedies import OWN_REMEDIES, PATIENTS, REMEDIES, STEPS, courses, summary
from helpers.stage import stills

CHUNK = 0.04  # seconds of training before the kernel may hear a click
PICTURES = 7  # a second, at most
STILL_STEPS = 100

_NO_LIMIT = 10**9
# JupyterLab may let a kernel hear the widgets in another thread than the one that runs the cells.
_LOCK = threading.RLock()


def _still(patient, remedy, remedies):
    pair = courses(patient, remedy, STILL_STEPS, remedies)
    for course in pair.values():
        while course.advance():
            pass
    alt = (
        f"Three panels for {patient}, before and after the remedy “{remedy}”, in "
        f"{STILL_STEPS} steps of training: the loss, the share of points on the right side, and "
        f"the length of the gradient in each layer. {summary(pair)}"
    )
    empty = Board(PATIENTS[patient]["depth"], STILL_STEPS, scale=1, columns=4)
    return empty.finished(pair, alt)


@functools.cache
def _known_still(patient, remedy):
    return _still(patient, remedy, REMEDIES)


class Trainer(ToldBox):
    """Two networks of one kind, one of them with a remedy, trained side by side while you watch.

    The kernel stays free: it trains for a few hundredths of a second and listens in between,
    so that cells run, sliders move, and Stop and JupyterLab's ■ stop. There is one training at a
    time; whichever begins last goes on. Everything works from the keyboard, and what happens is
    said in a live status line.

    Parameters
    ----------
    patient, remedy : str
        Keys of `PATIENTS`, and of `REMEDIES` or the reader's own.
    own : dict of str to callable
        Functions of the reader, by the keys of `OWN_REMEDIES`.

    Attributes
    ----------
    courses : dict of str to Course
        ``"before"`` and ``"after"``.
    says : str
        The status line, in plain text.
    """

    title = "Train it"
    _latest = staticmethod(lambda: None)  # a weak reference to the trainer that was made last
    _ticket = None  # of the training that is under way

    def __init__(self, patient="10 sigmoid layers", remedy="relu, He weights", own=None):
        """Show two networks that have not been trained yet."""
        made = (OWN_REMEDIES[name] + (function,) for name, function in (own or {}).items())
        self._remedies = {name: remedy(function) for name, remedy, function in made} | REMEDIES
        latest = Trainer._latest()
        if latest is not None:  # such as that of an earlier run of the same cell
            latest.stop()
        self._task = None
        self._main = interrupts.main_loop()
        self._patient = _choice(PATIENTS, patient, "network")
        self._remedy = _choice(self._remedies, remedy, "remedy")
        self._start, self._stop = button("Start"), button("Stop")
        self._stop.disabled = True
        self._bar = ipywidgets.IntProgress(max=STEPS, description="steps", tooltip="steps taken")
        self._picture = ipywidgets.HTML()
        self._picture.layout.min_height = f"{round(100 * SIZE[1]) + 8}px"
        self._start.on_click(self._started)
        self._stop.on_click(self._stopped)
        for menu in (self._patient, self._remedy):
            menu.observe(self._chosen, "value")
        choices = beside(self._patient, self._remedy)
        buttons = ipywidgets.Box([self._start, self._stop])
        super().__init__([self._picture], below=[choices, self._bar, buttons])
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
        chosen = self._patient.value, self._remedy.value
        self.courses = courses(*chosen, STEPS, self._remedies)
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
            f'background:#fff;max-width:{round(100 * SIZE[0])}px">'
            f"{images}</div>"
        )

    def still(self):
        """Return a short training as ``(image, alternative text)``, for pages without a kernel."""
        chosen = self._patient.value, self._remedy.value
        known = self._remedy.value in REMEDIES
        picture = _known_still(*chosen) if known else _still(*chosen, self._remedies)
        return picture.image, picture.alt

    def to_html(self, *, player=True):
        """Return a fragment of HTML with a whole training, recorded, that plays without a kernel.

        Parameters
        ----------
        player : bool
            As in `helpers.stage.Stage.to_html`.
        """
        stage = trained.stage(self._patient.value, self._remedy.value, self._remedies)
        try:
            return stage.to_html(player=player)
        finally:
            stage.close()

    def note(self):
        """What stands below the still."""
        return f"{self._what()}, {STILL_STEPS} steps. Run the notebook to train them yourself."


def _image(pixels, part):
    """Return HTML for a part of the picture; the legend has a line of its own."""
    left, top, right, bottom = part
    a, b, c, d = (round(stills.SCALE * side) for side in part)
    margin = f"margin-left:calc(100% - {right - left}px)" if top == 0 else ""
    # Decoded before it is shown: otherwise each new picture would begin with a flash of white.
    return (
        f'<img alt="" width="{right - left}" height="{bottom - top}" decoding="sync" '
        f'style="max-width:none;{margin}" src="{stills.quick_uri(pixels[b:d, a:c])}">'
    )


def _stop_latest():
    latest = Trainer._latest()
    if latest is not None:
        latest.stop()


def _is_latest_running():
    latest = Trainer._latest()
    return latest is not None and latest.running


def _choice(options, value, label):
    return ipywidgets.Dropdown(options=list(options), value=value, description=label, tooltip=label)


def train_it(
    patient="10 sigmoid layers",
    remedy="relu, He weights",
    *,
    init=None,
    normalization=None,
    residual=None,
    clip=None,
):
    """Train a network with and without a remedy, live, and watch loss, accuracy and gradients.

    Parameters
    ----------
    patient, remedy : str
        What the menus show first: keys of `PATIENTS` and `REMEDIES`.
    init, normalization, residual : callable, optional
        Functions of the reader, as for `helpers.networks.Architecture`, which are remedies then.
    clip : callable, optional
        The reader's function of a gradient and the length that it may have.
    """
    given = {"init": init, "normalization": normalization, "residual": residual, "clip": clip}
    own = {name: function for name, function in given.items() if function is not None}
    return Trainer(patient, remedy, own)
