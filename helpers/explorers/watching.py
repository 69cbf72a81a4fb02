"""Watch a training in a cell: live curves, progress, and a stop (notebook 10)."""

import html
import time
from typing import NamedTuple

import ipywidgets
import numpy as np
from IPython.display import display

from helpers import plots
from helpers.stage import lifetime, stills
from helpers.stage.status import StatusLine

PICTURES = 5  # a second, at most
SHARE = 0.2  # of the time, at most, goes into pictures
LEAST = 1e-3  # the lowest share that the picture shows
_SMOOTH = 50  # steps in the running mean of the loss
_SIZE = (9.2, 3.3)
# Told apart by their dashes and markers as well as by their colors.
_LOOKS = (
    {**plots.FUNCTION, "marker": "o", "markersize": 5},
    {**plots.SLOPE, "marker": "s", "markersize": 5},
    {**plots.PREDICTION, "marker": "^", "markersize": 6},
)


class History(NamedTuple):
    """What was seen of a training.

    Attributes
    ----------
    losses : numpy.ndarray, shape (steps,)
        The loss of each step.
    at : numpy.ndarray, shape (n,)
        After how many steps was measured.
    measured : dict of str to numpy.ndarray, shape (n,)
        What was measured then.
    """

    losses: np.ndarray
    at: np.ndarray
    measured: dict


class _Box(lifetime.ClosedWithParts, ipywidgets.VBox):
    """What lives while the training does. A page without a kernel keeps nothing of it."""

    def __init__(self, steps):
        self.status = StatusLine()
        self.picture = ipywidgets.HTML()
        self.bar = ipywidgets.IntProgress(max=steps, description="Steps", tooltip="Steps taken")
        self.bar.layout.width = "24em"
        super().__init__([self.bar, self.picture, self.status])
        self.add_class("stage-box")

    def tell(self, text, taken, working=True):
        """Say how far it is."""
        self.bar.value = taken
        with self.status.hold_sync():
            self.status.text, self.status.working = text, working

    def _repr_mimebundle_(self, **kwargs):
        lifetime.shown(self)
        return {**super()._repr_mimebundle_(**kwargs), "text/plain": ""}


def watch(training, steps, measures=None, every=100, guessing=None):
    """Run a training to its end, watch its curves meanwhile, and return its `History`.

    Jupyter's ■ ends it early; the network stays as it is by then. (A kernel hears no button of a
    page while a cell runs.) The last picture stays on the page.

        history = watch(training(net, X, y, rates), len(rates), {"held back": share_right})

    Parameters
    ----------
    training : iterable of float
        Takes one step each time it is asked, and gives the loss of this step.
    steps : int
        How many there will be, for the axes and the bar.
    measures : dict of str to callable, optional
        Shares of right answers, from 0 to 1, each a function without arguments. The picture
        shows what is wrong.
    every : int
        After how many steps each is measured; besides, after the last.
    guessing : float, optional
        The loss of guessing, drawn as a line.

    Raises
    ------
    ValueError
        If the training has no step, or more than three measures are asked for.
    """
    measures = dict(measures or {})
    if len(measures) > len(_LOOKS):
        raise ValueError(f"watch takes at most {len(_LOOKS)} measures, got {len(measures)}.")
    losses, at, found = [], [], {name: [] for name in measures}

    def measure():
        at.append(len(losses))
        for name, share in measures.items():
            found[name].append(float(share()))

    def seen():
        return History(
            np.array(losses), np.array(at, dtype=int), {n: np.array(v) for n, v in found.items()}
        )

    box, how, due = _Box(steps), "Done", 0.0
    display(box)
    try:
        for loss in training:
            losses.append(float(loss))
            if len(losses) % every == 0:
                measure()
            if (begun := time.monotonic()) > due:
                box.picture.value = _live(seen(), steps, guessing)
                box.tell(f"{_says(seen(), steps)} ■ in the toolbar stops it.", len(losses))
                now = time.monotonic()
                due = now + max(1 / PICTURES, (now - begun) * (1 / SHARE - 1))
    except KeyboardInterrupt:  # ■
        how = "Stopped"
    if not losses:
        box.close()
        raise ValueError("watch takes a training of one step or more, and this one had none.")
    if not at or at[-1] != len(losses):
        measure()
    history = seen()
    box.picture.value = ""  # the last one stays as an ordinary picture
    box.tell(f"{how} after {len(losses):,} of {steps:,} steps.", len(losses), working=False)
    display(plots.show(_drawn(history, steps, guessing), f"{how}: {_says(history, steps)}"))
    return history


def _says(history, steps):
    """How far it is, in a sentence."""
    words = [f"loss {history.losses[-_SMOOTH:].mean():.2f}"]
    words += [
        f"{name} {100 - 100 * v[-1]:.1f} % wrong" for name, v in history.measured.items() if len(v)
    ]
    return f"step {len(history.losses):,} of {steps:,}, {', '.join(words)}."


@plots.style()
def _drawn(history, steps, guessing):
    """The curves so far."""
    number, losses = len(history.losses), history.losses
    panels = 2 if history.measured else 1
    fig, axes = plots.figure(1, panels, size=(_SIZE[0] * panels / 2, _SIZE[1]), squeeze=False)
    left = axes[0, 0]
    taken = np.arange(1, number + 1)
    left.plot(taken, np.maximum(losses, LEAST), color="#7fb3d5", linewidth=0.8)
    if number >= _SMOOTH:
        smooth = np.convolve(losses, np.full(_SMOOTH, 1 / _SMOOTH), "valid")
        left.plot(taken[_SMOOTH - 1 :], np.maximum(smooth, LEAST), **plots.FUNCTION)
    if guessing is not None:
        left.axhline(guessing, **plots.GUIDE)
        left.text(steps, guessing * 1.12, f"guessing, {guessing:.2f}", ha="right", color="#555555")
    left.set(xlim=(0, steps), ylim=(LEAST, 10), xlabel="step")
    plots.log_scale(left.yaxis)
    left.set_title(f"Loss, and its mean over {_SMOOTH} steps")
    if history.measured:
        right = axes[0, 1]
        for (name, share), look in zip(history.measured.items(), _LOOKS, strict=False):
            right.plot(history.at, np.maximum(1 - share, LEAST), **look, label=name)
        right.set(xlim=(0, steps * 1.03), ylim=(LEAST * 0.8, 1), xlabel="step", title="Wrong")
        plots.log_scale(right.yaxis)
        right.set_yticks([1e-3, 1e-2, 1e-1, 1], ["≤ 0.1 %", "1 %", "10 %", "100 %"])
        right.legend(loc="upper right")
    return fig


def _live(history, steps, guessing):
    """HTML for a picture that is soon replaced by the next."""
    fig = _drawn(history, steps, guessing)
    width = round(100 * fig.get_figwidth())
    with plots.style():
        fig.set_dpi(fig.dpi * stills.SCALE)
        fig.canvas.draw()
        pixels = np.asarray(fig.canvas.buffer_rgba())
    alt = html.escape(f"The curves after {_says(history, steps)}")
    return (
        f'<img alt="{alt}" width="{width}" decoding="sync" style="max-width:100%;background:#fff" '
        f'src="{stills.quick_uri(pixels)}">'
    )
