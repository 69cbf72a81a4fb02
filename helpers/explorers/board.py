"""The picture of the trainer of notebook 08: loss, accuracy and gradients of two courses."""

import itertools
import math

import numpy as np

from helpers import plots
from helpers.explorers.remedies import STEPS
from helpers.stage import stills

SIZE = (9.2, 3.5)  # inches
LOOKS = {
    "before": {**plots.SLOPE, "marker": "s", "markersize": 5, "markeredgewidth": 0},
    "after": {**plots.FUNCTION, "marker": "o", "markersize": 5, "markeredgewidth": 0},
}


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
        self.figure, (loss, right, layers) = plots.figure(1, 3, size=SIZE)
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
        self.show(courses)
        for lines in self._lines.values():
            for line in lines:
                line.set_animated(False)
        return plots.show(self.figure, alt)

    def show(self, courses):
        """Set the lines of the figure to the courses, without drawing them."""
        for name, lines in self._lines.items():
            self._set(lines, courses[name])

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
