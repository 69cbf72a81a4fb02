"""The explorers "zoom in" of notebooks 01 to 03: close up, everything smooth is straight."""

import contourpy
import numpy as np

from helpers import plots
from helpers.explorers.views import CURVES, EPS, SURFACES
from helpers.stage import Button, Choice, Play, Slider, Stage

# With fewer of the machine's numbers than this from the middle of a window to its edge, the
# eye sees their steps.
SEEN = 100
# A gap below this part of the window cannot be seen.
HIDDEN = 0.0045
POWERS = {"curve": 15, "surface": 4}


def zoom_in():
    """Magnify a curve around one of its points, until it is a line, or until it never will be."""
    return _stage(
        "curve",
        CURVES,
        _curve_scene,
        "Zoom in on a curve",
        "On the left, a curve under a magnifying glass, with its tangent. On the right, how far "
        "the two are apart at the edge of the window, against the magnification: a smooth curve "
        "comes to lie on its tangent, and in the end the gap shrinks a hundredfold for each "
        "tenfold zoom; at a corner it shrinks no faster than the window.",
        "A curve under a magnifying glass, with its tangent, or at a corner a line of slope 0.",
        [
            {"magnification": 1},
            {"magnification": 100},
            {"curve": "|x − 1| at 1", "magnification": 100},
            {"curve": "x² at 1", "magnification": 10**15},
        ],
    )


def zoom_in_on_a_surface():
    """Magnify the map of a surface around one of its points, until its level lines are straight."""
    return _stage(
        "surface",
        SURFACES,
        _surface_scene,
        "Zoom in on a surface",
        "On the left, the map of a surface under a magnifying glass, with its level lines and "
        "those of its tangent plane. On the right, how far the two are apart in height at the "
        "edge of the window, against the magnification: where the surface is smooth the lines "
        "become straight and evenly spaced, and in the end the gap shrinks a hundredfold for each "
        "tenfold zoom; at a tip it shrinks no faster than the window.",
        "The map of a surface under a magnifying glass, with its level lines and those of its "
        "tangent plane, if it has one.",
        [
            {"magnification": 1},
            {"magnification": 100},
            {"surface": "xy / √(x² + y²) at (0, 0)", "magnification": 100},
        ],
    )


def _stage(kind, views, scene, name, alt, still_alt, stills):
    # Two digits each, so that they read well.
    zooms = [round(float(f"{10 ** (k / 4):.1e}")) for k in range(4 * POWERS[kind] + 1)]
    zooms = np.array(zooms)
    return Stage(
        lambda **chosen: scene(views[chosen[kind]], zooms, with_gaps=True),
        Choice(kind, list(views), next(iter(views)), kind),
        Slider("magnification", zooms, 1, "magnification", unit="×", format=",d"),
        Play("magnification", seconds=8),
        Button("From afar", {"magnification": 1}),
        name=name,
        alt=alt,
        stills=stills,
        still_scene=lambda **chosen: scene(views[chosen[kind]], zooms, with_gaps=False),
        still_alt=still_alt,
    )


@plots.style()
def _curve_scene(view, zooms, with_gaps):
    fig, window, gaps, edge = _window((5, 3.9), (4.6, 2.9), with_gaps)
    across = np.linspace(-1, 1, 401)
    label = "a line of slope 0" if view.otherwise else "tangent"
    (straight,) = window.plot([], [], **plots.SLOPE, label=label)
    straight.set_data([-1, 1], np.array([-1, 1]) * view.slopes[0] * view.reach / view.rise)
    (curve,) = window.plot([], [], **plots.FUNCTION, label="curve")
    window.plot([0], [0], **plots.POINT)
    window.legend(handles=[curve, straight], loc="lower right")
    measured = [view.gap(np.array([-1, 1]) * view.reach / zoom) for zoom in zooms]
    show_gap = _gap_panel(gaps, view, zooms, measured, view.rise, "half the window's height")

    def update(magnification):
        reach, rise = view.reach / magnification, view.rise / magnification
        # What is outside is cut off here: it may be millions of windows away.
        curve.set_data(across, np.clip(view.above(across * reach) / rise, -1.5, 1.5))
        edge.set_text(f"x₀ ± {_size(reach)}{view.units[0]}")
        part = show_gap(magnification) / rise
        if reach < SEEN * EPS:
            told = "the computer's 16 digits run out, and the curve goes in steps"
        elif view.otherwise:
            told = view.otherwise
        elif part < HIDDEN:
            told = "the eye cannot tell curve and tangent apart"
        else:
            told = (
                f"at the edge the curve leaves its tangent by {100 * part:.2g} % of half the window"
            )
        return f"{_magnified(magnification)}, x₀ ± {_size(reach)}{view.units[0]}: {told}."

    return fig, update


@plots.style()
def _surface_scene(view, zooms, with_gaps):
    fig, window, gaps, edge = _window((4.5, 4.3), (3.1, 3.3), with_gaps)
    window.set_aspect("equal")
    window.grid(False)
    across = np.linspace(-1, 1, 61)
    x, y = np.meshgrid(across, across)
    look = {"color": plots.LEVEL_LINES["colors"], "linewidth": 1.4, "linestyle": "-"}
    (contours,) = window.plot([], [], **look, label="level lines")
    # Magnified or not, the lines of the plane are the same.
    plane = _level_lines(across, (view.slopes[0] * x + view.slopes[1] * y) * view.reach, view.rise)
    (straight,) = window.plot(*plane, **{**plots.SLOPE, "linewidth": 1.4}, label="tangent plane")
    window.plot([0], [0], **plots.POINT)
    lines = [contours, straight] if any(view.slopes) else [contours]
    window.legend(handles=lines, loc="upper left", fontsize=9, framealpha=0.9)
    turn = np.linspace(0, 2 * np.pi, 73)
    rim = np.stack([np.cos(turn), np.sin(turn)])
    measured = [view.gap(*rim * view.reach / zoom) for zoom in zooms]
    show_gap = _gap_panel(gaps, view, zooms, measured, view.rise, "from line to line")

    def update(magnification):
        reach, rise = view.reach / magnification, view.rise / magnification
        contours.set_data(*_level_lines(across, view.above(x * reach, y * reach), rise))
        spacing = f"{_size(rise)}{view.units[1]}"
        edge.set_text(f"± {_size(reach)}{view.units[0]}, lines every {spacing}")
        part = show_gap(magnification) / rise
        if view.otherwise:
            told = view.otherwise
        elif part < 0.7 and not any(view.slopes):
            told = "only those through the place are left, as the plane is level"
        elif part < 0.04:
            told = "straight and evenly spaced, as those of the plane"
        else:
            told = f"the surface leaves its plane by up to {part:.2g} of that"
        return f"{_magnified(magnification)}, with lines every {spacing}: {told}."

    return fig, update


def _window(size, still_size, with_gaps):
    """Make a figure with a window from −1 to 1, and Axes for the gaps unless it is for a still.

    Returns the figure, both Axes (the second may be None), and the text that says how wide the
    window is.
    """
    if with_gaps:
        size, ratios = (9.2, size[1]), [size[0], 9.2 - size[0]]
        fig, (ax, gaps) = plots.figure(1, 2, size=size, width_ratios=ratios)
    else:
        (fig, ax), gaps = plots.figure(size=still_size), None
    ax.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[-1, 0, 1], yticks=[-1, 0, 1], xlabel=" ")
    ax.tick_params(labelbottom=False, labelleft=False)
    edge = ax.text(0.5, -0.06, "", transform=ax.transAxes, ha="center", va="top", label="edge")
    return fig, ax, gaps, edge


def _gap_panel(ax, view, zooms, measured, rise, name):
    """Draw gaps against magnifications, beside the height `rise`, as it is magnified.

    Returns a function that draws them as far as a magnification, and returns the gap there.
    """
    # What is below rounding differs from processor to processor.
    measured = np.maximum(measured, view.finest)
    if ax is None:
        return lambda magnification: measured[zooms <= magnification][-1]
    low = max(view.finest / 30, measured.min() / 300)
    plots.log_scale(ax.xaxis, ax.yaxis)
    ax.set(xlim=(zooms[0], zooms[-1]), ylim=(low, 10 * max(rise, measured[0])))
    ax.set(xlabel="magnification", ylabel=f"height{view.units[1] and f' ({view.units[1][1:]})'}")
    ax.set_title("The gap at the window's edge")
    ax.fill_between(zooms[[0, -1]], view.finest / 30, view.finest, **plots.FORBIDDEN)
    (window,) = ax.plot(zooms, rise / zooms, **plots.GUIDE, label=name)
    (trace,) = ax.plot([], [], **{**plots.SLOPE, "linestyle": "-"}, label="gap")
    (now,) = ax.plot([], [], **plots.POINT, clip_on=False, label="gap now")
    ax.legend(handles=[window, trace], loc="upper right")

    def show(magnification):
        past = zooms <= magnification
        trace.set_data(zooms[past], measured[past])
        now.set_data([magnification], measured[past][-1:])
        return measured[past][-1]

    return show


def _level_lines(across, heights, step):
    """The lines at multiples of a step over a square grid, as one (x, y) with gaps between."""
    generator = contourpy.contour_generator(across, across, heights)
    counts = np.arange(np.ceil(heights.min() / step), heights.max() // step + 1)
    lines = [line for count in counts for line in generator.lines(count * step)]
    gap = np.full((1, 2), np.nan)
    return np.concatenate([part for line in lines for part in (line, gap)] or [gap]).T


def _magnified(times):
    return "Not magnified" if times == 1 else f"Magnified {times:,} times"


def _size(number):
    """A length of two digits: 0.032, and 3.2·10⁻⁶ where it is small."""
    if number >= 0.001:
        return f"{number:.2g}"
    digits, exponent = f"{number:.1e}".split("e")
    digits = digits.removesuffix(".0")
    return plots.ten_to(exponent) if digits == "1" else f"{digits}·{plots.ten_to(exponent)}"
