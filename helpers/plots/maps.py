"""Maps with level lines (contour lines) that say what the way between two lines means.

Lines that lie closer together mean steeper ground only where each step from line to line is the
same height. So a map of evenly spaced levels says how high its step is; any other has the heights
on its lines, and says that the steps differ.
"""

import numpy as np
from matplotlib.lines import Line2D

from helpers.plots.drawing import style

UNEVEN = "Level lines in unequal steps: read the heights"
"""What a map says of lines that are not the same height apart."""
LEVEL_LINES = {"colors": "#8aa9bd", "linewidths": 1.0, "linestyles": "solid"}
"""The level lines of a map: thin and pale, so that what moves stands out."""
_CORNERS = {"lower right": (0.985, 0.02), "lower left": (0.015, 0.02), "upper right": (0.985, 0.98)}


def contours(
    ax, x, y, heights, levels, note="lower right", unit="", labels=(), written=None, **look
):
    """Draw level lines, and say on the map how far apart they are.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : numpy.ndarray, shapes (n,) and (m,)
    heights : numpy.ndarray, shape (m, n)
        ``heights[i, j]`` is the height at ``x[j]``, ``y[i]``.
    levels : sequence of float
        The heights of the lines, rising. If their steps are unequal, heights stand on all of them.
    note : {"lower right", "lower left", "upper right"} or None
        The corner in which the map says what the steps are. None leaves it to the caller, who puts
        a `level_key` into a legend.
    unit : str
        Of the heights, with the space before it, such as ``" m"``.
    labels : sequence of float
        Those of evenly spaced levels that get their heights on their lines, too.
    written : callable, optional
        Makes the label of a height.
    **look
        Overrides, for ``Axes.contour``; the labels have the color of the lines.

    Returns
    -------
    matplotlib.contour.QuadContourSet
        Its ``levels`` are the heights.

    Raises
    ------
    ValueError
        If the levels are fewer than two, or do not rise.
    """
    levels = np.asarray(levels, dtype=float)
    if levels.ndim != 1 or levels.size < 2 or not (np.diff(levels) > 0).all():
        raise ValueError("levels must be two or more numbers that rise.")
    with style():
        # Lines, heights and words lie below whatever is drawn or moves on the map.
        below = {"zorder": 1.4, **LEVEL_LINES, **look}
        lines = ax.contour(x, y, heights, levels=levels, **below)
        ax.grid(False)
        chosen = labels if _is_even(levels) else levels
        if len(chosen):
            color = look.get("colors", "#4a6b80")
            ax.clabel(lines, chosen, fmt=written or _written, colors=color, fontsize=8, zorder=1.5)
        if note:
            (across, up), (vertical, horizontal) = _CORNERS[note], note.split()
            # "lower" and "left" name corners; texts are aligned by their "bottom" and "left".
            alignment = {"ha": horizontal, "va": "top" if vertical == "upper" else "bottom"}
            white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
            words = _step_words(levels, unit)
            look = {"fontsize": 8.5, "color": "#38566a", "bbox": white, "zorder": 1.6}
            ax.text(across, up, words, transform=ax.transAxes, **alignment, **look)
    return lines


def landscape(ax, f, x, y, lines=25, **options):
    """Draw the level lines of a `helpers.functions.Surface`: `contours` with levels that suit it.

    Where the levels of the surface are evenly spaced, the map has even steps, as high as this part
    of the surface asks for. Where they are not, as it is too steep in places for even steps, its
    own levels are drawn and continued to the highest place, each about as many times the one
    before as the last; but a part that holds fewer than five of them has even steps as well.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : helpers.functions.Surface
    x, y : numpy.ndarray, shapes (n,) and (m,)
    lines : int
        At most so many, if they are even.
    **options
        Passed on to `contours`.

    Returns
    -------
    matplotlib.contour.QuadContourSet
    """
    heights = f.on_grid(x, y)
    last, factor = f.levels[-1], f.levels[-1] / f.levels[-2]
    more = [float(f"{last * factor**k:.2g}") for k in range(1, 40)]
    levels = np.array([*f.levels, *more])
    levels = levels[(levels > heights.min()) & (levels < heights.max())]
    if _is_even(f.levels) or len(levels) < 5:
        levels = even_levels(heights, lines)
    return contours(ax, x, y, heights, levels, **options)


def even_levels(heights, lines=25):
    """Multiples of a round step (1, 2 or 5 times a power of ten) between lowest and highest.

    Parameters
    ----------
    heights : numpy.ndarray
    lines : int
        At most so many.

    Returns
    -------
    numpy.ndarray
        They may touch the lowest and the highest, at which there is at most a point to draw.
    """
    low, high = float(np.min(heights)), float(np.max(heights))
    power = 10.0 ** np.floor(np.log10((high - low) / lines))
    step = next(
        power * digit for digit in (1, 2, 5, 10, 20) if (high - low) / lines <= power * digit
    )
    return step * np.arange(np.ceil(low / step), np.floor(high / step) + 1)


def level_key(levels, unit=""):
    """Return what a legend shows for the level lines: one of them, and what their steps are.

    Parameters
    ----------
    levels : sequence of float
    unit : str
        With the space before it, such as ``" m"``.
    """
    look = {name.removesuffix("s"): value for name, value in LEVEL_LINES.items()}
    words = _step_words(levels, unit).replace(": ", ":\n")
    # In a legend it stands among names that begin small.
    return Line2D([], [], **look, label=words[0].lower() + words[1:])


def _step_words(levels, unit):
    if not _is_even(levels):
        return UNEVEN
    return f"Level lines every {levels[1] - levels[0]:.4g}{unit}"


def _is_even(levels):
    steps = np.diff(levels)
    return bool(np.allclose(steps, steps[0], rtol=1e-6)) if len(steps) else False


def _written(level):
    """A height as it stands on its line: four digits at most, and a true minus sign."""
    text = f"{level:.4g}" if abs(level) < 1e4 else f"{float(f'{level:.3g}'):.0f}"
    return text.replace("-", "\N{MINUS SIGN}")
