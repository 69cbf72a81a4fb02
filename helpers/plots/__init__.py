"""Drawing onto given Axes, in one style, with one look for each role.

    >>> from helpers import plots
    >>> from helpers.functions import square
    >>> fig, ax = plots.figure()
    >>> line = plots.curve(ax, square)
    >>> plots.show(fig, alt="A parabola, open to the top, with its lowest point at 0.")
    Picture: A parabola, open to the top, with its lowest point at 0.

The roles (`FUNCTION`, `SLOPE`, …) are keyword arguments for Matplotlib's drawing functions.
Their colors follow the Okabe-Ito set, which people with any kind of color vision can tell
apart (green and purple are darkened for contrast on white), and each has a line style or a
marker of its own as well. Nothing here changes Matplotlib's global settings.
"""

from helpers.plots.arrows import Arrow, angle
from helpers.plots.drawing import (
    FORBIDDEN,
    FUNCTION,
    GUIDE,
    PATH,
    POINT,
    PREDICTION,
    SLOPE,
    curve,
    figure,
    log_scale,
    lower_frames,
    show,
    style,
    surface,
    tangent,
    ten_to,
)
from helpers.plots.heights import surface_over_map
from helpers.plots.maps import LEVEL_LINES, contours, even_levels, landscape, level_key
from helpers.plots.pixels import INK, confusion, digits, filters
from helpers.plots.reasons import chained_steps, growing_rectangle, step_on_the_circle
from helpers.plots.walks import factors, losses, paths, range_tests, small_step

__all__ = [
    "FORBIDDEN",
    "FUNCTION",
    "GUIDE",
    "INK",
    "LEVEL_LINES",
    "PATH",
    "POINT",
    "PREDICTION",
    "SLOPE",
    "Arrow",
    "angle",
    "chained_steps",
    "confusion",
    "contours",
    "curve",
    "digits",
    "even_levels",
    "factors",
    "figure",
    "filters",
    "growing_rectangle",
    "landscape",
    "level_key",
    "log_scale",
    "losses",
    "lower_frames",
    "paths",
    "range_tests",
    "show",
    "small_step",
    "step_on_the_circle",
    "style",
    "surface",
    "surface_over_map",
    "tangent",
    "ten_to",
]
