"""A surface above its map, to tell what lies on the ground from what lies on the map."""

import numpy as np

from helpers.plots.drawing import GUIDE, POINT, PREDICTION, SLOPE, style, surface
from helpers.plots.maps import LEVEL_LINES, even_levels, level_key


def surface_over_map(ax, f, x, y, place):
    """Draw a surface above its map, with a place on both, its gradient, and its way up.

    The gradient lies on the map and is drawn at a quarter of its length. The way up lies on the
    ground, above it: as far across, and as much higher as the tangent plane rises on that way.

    Parameters
    ----------
    ax : mpl_toolkits.mplot3d.axes3d.Axes3D
        Made with ``projection="3d"``.
    f : helpers.functions.Surface
    x, y : numpy.ndarray, shapes (n,) and (m,)
    place : array_like, shape (2,)
        Where the gradient is not zero.
    """
    heights = f.on_grid(x, y)
    levels = even_levels(heights, 12)
    low, high = levels[0], heights.max()
    floor = low - 0.75 * (high - low)
    place, gradient = np.asarray(place, dtype=float), f.gradient(place)
    tip = place + gradient / 4
    height, rise = f(place), gradient @ gradient / 4
    surface(ax, x, y, heights, alpha=0.55)
    with style():
        ax.contour(x, y, heights, levels, offset=floor, zdir="z", **LEVEL_LINES)
        above = {"zorder": 5}
        for point in (place, tip):
            ends = [floor, height + (rise if point is tip else 0)]
            ax.plot(*np.repeat(point[:, np.newaxis], 2, axis=1), ends, **GUIDE, **above)
        # Shaft and head, as steps from the place.
        back = (place - tip) / 5
        sides = [back + turn * np.array([-back[1], back[0]]) / 2 for turn in (1, -1)]
        outline = np.array([0 * tip, tip - place, *(tip - place + s for s in sides), tip - place])
        on_ground = {**PREDICTION, "label": "the way up, on the ground"}
        for look, level, ups in (
            ({**SLOPE, "label": "∇f, flat on the map"}, floor, np.zeros(len(outline))),
            (on_ground, height, outline @ gradient),
        ):
            ax.plot(*(place + outline).T, level + ups, **{**look, "linestyle": "-"}, **above)
        for level in (floor, height):
            ax.plot(*place, level, **POINT, **above)
        ax.set(xlabel="x", ylabel="y", zlabel="height", zlim=(floor, height + rise))
        ax.set_zticks([level for level in ax.get_zticks() if low <= level <= high])
        ax.locator_params(axis="both", nbins=4)
        handles = [*ax.get_legend_handles_labels()[0], level_key(levels)]
        ax.legend(handles=handles, loc="upper left", frameon=False)
