"""Arrows on a map, and the angle between two directions."""

import numpy as np
from matplotlib.patches import Polygon

from helpers.plots.drawing import GUIDE, style


class Arrow(Polygon):
    """An arrow on a map that an update function can aim, of the same width at any length."""

    def __init__(self, ax, label, color, width):
        """Add it to Axes; the width of the shaft is in their units."""
        look = {"facecolor": color, "edgecolor": color, "linewidth": 0.5, "zorder": 4}
        super().__init__(np.zeros((7, 2)), label=label, **look)
        self._width = width
        ax.add_patch(self)

    def aim(self, tail, way):
        """Let it start at `tail` and go as far as the vector `way`; none is drawn for (0, 0)."""
        length = float(np.hypot(*way))
        self.set_visible(length > 1e-9)
        if length <= 1e-9:
            return
        half = self._width / 2
        neck = max(0, length - 6 * half)  # a short arrow is all head
        along = [0, neck, neck, length, neck, neck, 0]
        across = np.array([1, 1, 2.6, 0, -2.6, -1, -1]) * half
        forward = np.asarray(way) / length
        left = np.array([-forward[1], forward[0]])
        self.set_xy(np.asarray(tail) + np.outer(along, forward) + np.outer(across, left))


def angle(ax, corner, one, other, text, radius):
    """Draw the angle between two directions as an arc, with a text beyond it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Of equal aspect.
    corner : array_like, shape (2,)
    one, other : array_like, shape (2,)
        Directions of any length, less than half a turn apart.
    text : str
    radius : float
        Of the arc, in the units of the Axes.
    """
    first, last = (np.arctan2(way[1], way[0]) for way in (one, other))
    turn = (last - first + np.pi) % (2 * np.pi) - np.pi
    headings = first + np.linspace(0, turn, 41)
    rim = np.asarray(corner)[:, np.newaxis] + radius * np.array(
        [np.cos(headings), np.sin(headings)]
    )
    with style():
        ax.plot(*rim, **{**GUIDE, "linestyle": "-"})
        middle = first + turn / 2
        way = np.array([np.cos(middle), np.sin(middle)])
        ax.text(*(corner + 1.35 * radius * way), text, ha="center", va="center")
