"""Draw where a classifier of points in the plane changes its mind."""

import numpy as np

from helpers import plots

SIDES = (
    {"color": plots.SLOPE["color"], "marker": "^", "ground": "#fbe6d8"},
    {"color": plots.FUNCTION["color"], "marker": "o", "ground": "#dcebf5"},
)


@plots.style()
def draw_border(ax, points, targets, score, margin=0.4):
    """Draw points of two kinds, the two sides of a classifier, and the border between them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    points : array_like, shape (n, 2)
    targets : array_like of n numbers
        Above 0 for one kind and below for the other.
    score : callable
        Takes an array of shape (m, 2) and returns m numbers, above 0 on one side of the border
        and below on the other.
    margin : float
        How far the map reaches beyond the points.
    """
    points, targets = np.asarray(points), np.ravel(targets)
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin
    x, y = (np.linspace(*ends, 121) for ends in zip(low, high, strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    heights = np.reshape(score(grid.reshape(-1, 2)), grid.shape[:2])
    reach = np.abs(heights).max() + 1
    ax.contourf(x, y, heights, [-reach, 0, reach], colors=[side["ground"] for side in SIDES])
    ax.contour(x, y, heights, [0], colors="#222222", linewidths=2)
    for side, sign in zip(SIDES, (-1, 1), strict=True):
        name = "target +1" if sign > 0 else "target \N{MINUS SIGN}1"
        look = {"linestyle": "none", "marker": side["marker"], "markersize": 5}
        ax.plot(*points[sign * targets > 0].T, color=side["color"], label=name, **look)
    ax.grid(False)
    ax.set(xlabel="first coordinate", ylabel="second coordinate")
    ax.legend(loc="lower right")
