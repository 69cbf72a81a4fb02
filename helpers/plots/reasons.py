"""Pictures of why the rules of derivatives hold.

Each draws onto given Axes and returns its alternative text, so that the cell of a page that asks
for a prediction does not hold the answer.
"""

import numpy as np
from matplotlib.patches import Arc, Polygon, Rectangle

from helpers.plots.drawing import FUNCTION, POINT, SLOPE, style

__all__ = ["chained_steps", "growing_rectangle", "step_on_the_circle"]

_INSIDE = "#cfe3f1"  # a pale blue, for what was there
_GROWN = "#f7d3bb"  # a pale vermilion, for what is new
_DARK = "#222222"


def growing_rectangle(ax, u, v, du, dv):
    """Draw a rectangle of sides u and v that grow by du and dv, with what each strip is.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    u, v, du, dv : float
        All above 0.

    Returns
    -------
    str
        What the picture shows.
    """
    parts = (
        ((0, 0), u, v, _INSIDE, "u · v"),
        ((0, v), u, dv, _GROWN, "u · v′h"),
        ((u, 0), du, v, _GROWN, "u′h · v"),
        ((u, v), du, dv, "#e6e6e6", "u′v′h²"),
    )
    with style():
        for (left, bottom), width, height, color, name in parts:
            look = {"facecolor": color, "edgecolor": "#444444", "linewidth": 1}
            ax.add_patch(Rectangle((left, bottom), width, height, **look))
            middle = (left + width / 2, bottom + height / 2)
            ax.text(*middle, name, ha="center", va="center", fontsize=10.5)
        gap = 0.05 * (u + du)
        for at, name in (((u / 2, -gap), "u"), ((u + du / 2, -gap), "u′h")):
            ax.text(*at, name, ha="center", va="top")
        for at, name in (((-gap, v / 2), "v"), ((-gap, v + dv / 2), "v′h")):
            ax.text(*at, name, ha="right", va="center")
        ax.set(xlim=(-4 * gap, u + du + gap), ylim=(-4 * gap, v + dv + gap), aspect="equal")
        ax.set_axis_off()
    return (
        "A rectangle with the sides u and v, grown by u′h and v′h. It gains a strip u · v′h, a "
        "strip u′h · v, and a small corner u′v′h²."
    )


def chained_steps(ax, inner, outer):
    """Draw a step h of x, the step that v(x) makes of it, and the one that u(v) makes of that.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    inner, outer : float
        The slopes v′ and u′, above 0: how many times as long each step is as the one before.

    Returns
    -------
    str
        What the picture shows.
    """
    steps = (1.0, inner, inner * outer)
    names = ("x moves by h", "v moves by v′ · h", "u moves by u′ · v′ · h")
    with style():
        for row, (step, name) in enumerate(zip(steps, names, strict=True)):
            ax.plot([0, step], [-row, -row], **{**FUNCTION, "linewidth": 9}, solid_capstyle="butt")
            ax.text(step + 0.12, -row, name, va="center")
        for row, (slope, name) in enumerate(((inner, "v′"), (outer, "u′"))):
            ends = [steps[row] / 2, steps[row + 1] / 2]
            look = {"arrowstyle": "-|>", "color": SLOPE["color"], "shrinkA": 8, "shrinkB": 8}
            ax.annotate("", (ends[1], -row - 1), (ends[0], -row), arrowprops=look)
            middle = (sum(ends) / 2 + 0.12, -row - 0.5)
            ax.text(*middle, f"times {name} = {slope:g}", va="center", color=SLOPE["color"])
        ax.set(xlim=(-0.1, max(steps) + 2), ylim=(-2.5, 0.5))
        ax.set_axis_off()
    return (
        f"Three steps below each other: x moves by h, v moves {inner:g} times as far, and u "
        f"{outer:g} times as far as that, which is {inner * outer:g} times as far as x."
    )


def step_on_the_circle(ax, angle, step):
    """Draw a step along the circle of radius 1, and how far up and to the left it leads.

    Close up the arc is straight, at a right angle to the radius: the small triangle has the
    angles of the large one, so its sides are cos x and sin x times its longest one, the step.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    angle, step : float
        In radians, which is the length of the arc.

    Returns
    -------
    str
        What the picture shows.
    """
    cos, sin = np.cos(angle), np.sin(angle)
    here = np.array([cos, sin])
    up, left = step * cos, step * sin
    with style():
        turn = np.linspace(0, np.pi / 2, 200)
        ax.plot(np.cos(turn), np.sin(turn), **{**FUNCTION, "linewidth": 1.8})
        ax.add_patch(Polygon([(0, 0), (cos, 0), here], facecolor=_INSIDE, edgecolor=_DARK))
        tip, corner = np.array([[cos - left, sin + up], [cos, sin + up]])
        ax.add_patch(Polygon([here, corner, tip], facecolor=_GROWN, edgecolor=_DARK))
        ax.plot(*np.stack([here, tip], axis=1), **SLOPE)
        ax.plot(*here, **{**POINT, "markersize": 6})
        ax.add_patch(Arc((0, 0), 0.3, 0.3, theta2=np.degrees(angle), color=_DARK))
        for at, name, place in (
            ((cos / 2, -0.02), "cos x", {"ha": "center", "va": "top"}),
            ((cos + 0.02, sin / 2), "sin x", {"ha": "left", "va": "center"}),
            ((cos / 2 - 0.03, sin / 2 + 0.02), "1", {"ha": "right", "va": "bottom"}),
            ((0.2, 0.04), "x", {"ha": "left", "va": "bottom"}),
            ((corner + tip) / 2 + [0, 0.015], "h sin x", {"ha": "center", "va": "bottom"}),
            ((corner + here) / 2 + [0.02, 0], "h cos x", {"ha": "left", "va": "center"}),
            ((tip + here) / 2 - [0.02, 0.01], "h", {"ha": "right", "va": "top"}),
        ):
            ax.text(*at, name, **place)
        ax.set(xlim=(-0.05, 1.25), ylim=(-0.12, 1.08), aspect="equal")
        ax.set_axis_off()
    return (
        "A quarter of a circle of radius 1. From the place x, a step h leads h cos x up and "
        "h sin x to the left: the small triangle is the large one with the sides 1, cos x and "
        "sin x, turned."
    )
