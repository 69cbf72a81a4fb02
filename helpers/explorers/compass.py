"""Two explorers of notebook 03: turn a compass on a hillside, and walk through a gradient field."""

import contourpy
import numpy as np
from matplotlib.lines import Line2D

from helpers import plots
from helpers.explorers.words import signed
from helpers.functions import bowl, himmelblau, long_valley, rosenbrock, saddle
from helpers.stage import Button, Choice, Play, Slider, Stage

GROUND = plots.LEVEL_LINES
HERE = {"color": "#222222", "linewidth": 1.8, "linestyle": "-"}
"""The level line through the place where we stand: dark."""

# Three landscapes, and a place in each where the gradient is (3, 4), which is 5 long.
PLACES = {
    "saddle": (saddle, (1.5, -2.0)),
    "bowl": (bowl, (1.5, 2.0)),
    "long valley": (long_valley, (3.0, 0.2)),
}
FOG = "fog: no map"
REACH = 1.6  # how far the map of the compass goes to each side
DRAWN = 0.25  # the gradient is drawn at this part of its length


def square_map(ax, center, reach):
    """Make Axes a square map whose angles are true, with east to the right."""
    (x, y) = center
    ax.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach), aspect="equal")
    ax.set(xlabel="x (east)", ylabel="y (north)")
    ax.grid(False)


def level_lines(ax, x, y, heights, here, step, note, labels=()):
    """Draw the level line through a place dark, and pale ones above and below it in even steps.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : numpy.ndarray, shapes (n,) and (m,)
    heights : numpy.ndarray, shape (m, n)
    here : float
        The height of the place.
    step : float
        From line to line.
    note : str
        The corner in which the map says how high the step is.
    labels : sequence of int
        The lines, counted from here, that say how much higher or lower they are.
    """
    counts = np.arange(np.ceil((heights.min() - here) / step), (heights.max() - here) // step + 1)
    digits = max(0, -int(np.floor(np.log10(step))))
    plots.contours(
        ax,
        x,
        y,
        heights,
        here + step * counts,
        note=note,
        labels=here + step * np.intersect1d(counts, labels),
        written=lambda level: signed(level - here, digits),
    )
    dark = {f"{name}s": value for name, value in HERE.items()}
    ax.contour(x, y, heights, levels=[here], **dark)


def here_key():
    """What stands in a legend for the level line through the place."""
    return Line2D([], [], **HERE, label="all that is as high as you")


def turn_the_compass():
    """Turn a direction u all the way round and watch the slope of the ground in it."""
    return Stage(
        _compass_scene,
        Choice("landscape", [FOG, *PLACES], FOG, "landscape"),
        Slider("heading", np.arange(361), 0, "heading of u", unit="°"),
        Play("heading", seconds=8),
        Button("East", {"heading": 0}),
        Button("North", {"heading": 90}),
        name="Turn the compass",
        alt=(
            "On the left, an arrow u of length 1 on a hillside. On the right, the slope of the "
            "ground in the direction of u against its heading: a cosine curve, highest where u "
            "points along the gradient and zero along the contour line."
        ),
        stills=[{"heading": 90}, {"landscape": "saddle", "heading": 53}],
    )


@plots.style()
def _compass_scene(landscape):
    fog = landscape == FOG
    f, place = PLACES["saddle" if fog else landscape]
    place = np.array(place)
    gradient = f.gradient(place)
    steepest, uphill = np.hypot(*gradient), np.degrees(np.arctan2(gradient[1], gradient[0]))
    fig, (ground, slopes) = plots.figure(1, 2, size=(9.2, 4.0), width_ratios=[1, 1.25])
    square_map(ground, place, REACH)
    slopes.axhline(0, color="#444444", linewidth=1)
    slopes.set(xlim=(0, 360), xticks=range(0, 361, 45), ylim=(-5.9, 6.9))
    slopes.set(xlabel="heading of u (degrees from east, counterclockwise)", ylabel="slope")
    slopes.set_title("The slope in the direction u")
    headings = np.arange(361)
    curve = steepest * np.cos(np.radians(headings - uphill))
    if fog:
        ground.set_facecolor("#e4e7ea")
        ground.set_title("The hillside, in fog")
        (trace,) = slopes.plot([], [], **{**plots.SLOPE, "linestyle": "-"}, label="slopes so far")
    else:
        _draw_map(ground, f, place, gradient)
        ground.set_title(f"The {landscape}: f = {f.formula.replace('w', 'x').replace('b', 'y')}")
        slopes.plot(headings, curve, **plots.FUNCTION, label="‖∇f‖ cos θ")
        slopes.axvline(uphill, **{**plots.SLOPE, "linewidth": 1.8}, label="heading of ∇f")
        slopes.legend(loc="upper right", ncols=2)
        fig.legend(handles=[here_key()], loc="outside lower left")
    (turned,) = ground.plot([], [], **plots.GUIDE, label="turn")
    ground.plot(*place, **plots.POINT)
    u_arrow = plots.Arrow(ground, "u", plots.PREDICTION["color"], 0.04)
    u_name = ground.text(0, 0, "u", ha="center", va="center", weight="bold", label="u name")
    (drop,) = slopes.plot([], [], **plots.GUIDE, label="drop")
    (now,) = slopes.plot([], [], **plots.POINT, clip_on=False, label="slope now")

    def update(heading):
        way = np.radians(heading)
        u = np.array([np.cos(way), np.sin(way)])
        slope = gradient @ u
        u_arrow.aim(place, u)
        u_name.set_position(place + 0.8 * u + 0.2 * np.array([u[1], -u[0]]))
        arc = np.radians(np.arange(heading + 1))
        turned.set_data(place[0] + 0.4 * np.cos(arc), place[1] + 0.4 * np.sin(arc))
        if fog:
            trace.set_data(headings[: heading + 1], curve[: heading + 1])
        drop.set_data([heading, heading], [0, slope])
        now.set_data([heading], [slope])
        named = {0: " (east)", 90: " (north)", 180: " (west)", 270: " (south)"}.get(heading, "")
        said = f"Heading {heading}°{named}: the slope is {signed(slope, 2)}"
        if fog:
            return said + "."
        off = (heading - uphill + 180) % 360 - 180
        off_text = f"{abs(off):.0f}°"
        return f"{said} ≈ {steepest:.0f} · cos {off_text}. {_manner(abs(off))}"

    return fig, update


def _draw_map(ax, f, place, gradient):
    """Contour lines, the one through the place, and the gradient."""
    x, y = (np.linspace(c - REACH, c + REACH, 121) for c in place)
    level_lines(ax, x, y, f.on_grid(x, y), f(place), 2.0, "lower left")
    plots.Arrow(ax, "gradient", plots.SLOPE["color"], 0.07).aim(place, DRAWN * gradient)
    tip = place + DRAWN * gradient + 0.17 * gradient / np.hypot(*gradient)
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    ax.text(*tip, "∇f", color=plots.SLOPE["color"], weight="bold", ha="center", bbox=white)


def _manner(off):
    """What a direction so many degrees off the gradient is like."""
    if off < 0.5:
        return "Straight uphill, along the gradient: nowhere is it steeper."
    if off > 179.5:
        return "Straight downhill, against the gradient."
    if abs(off - 90) < 0.5:
        return "Level: u lies along the contour line."
    return (
        "Uphill, but not the steepest way." if off < 90 else "Downhill, but not the steepest way."
    )


# Gradient field

FIELDS = {
    "bowl": bowl,
    "long valley": long_valley,
    "saddle": saddle,
    "Himmelblau": himmelblau,
    "Rosenbrock": rosenbrock,
}
SIDE = 5.6  # so far to each side the field is drawn: as far as an arrow at ±4 reaches
LONGEST = 1.5  # of the drawn arrow
SHORT = 0.4  # of the arrow at the point, at least
RIM = 0.16  # from the middle of the dot to its rim
GAUGE = (1e-2, 2e4)  # what the bar can show


def gradient_field():
    """Move a point over five landscapes and see the gradient, its length and the level line."""
    places = np.round(np.linspace(-4, 4, 41), 1)
    return Stage(
        _field_scene,
        Choice("function", list(FIELDS), "bowl", "landscape"),
        Slider("x", places, 2.0, "x", format=".1f"),
        Slider("y", places, 1.0, "y", format=".1f"),
        Button("Rosenbrock at (−1.2, 1)", {"function": "Rosenbrock", "x": -1.2, "y": 1.0}),
        name="Gradient field",
        alt=(
            "A map of contour lines with a field of small arrows, each one uphill and at a right "
            "angle to the contour line below it. At one point the gradient and the level line "
            "are drawn large; a bar shows the length of the gradient on a log scale."
        ),
        stills=[
            {"function": "long valley", "x": 3.0, "y": 1.0},
            {"function": "Himmelblau", "x": -1.0, "y": 2.0},
        ],
        # Among them (−0.2, −1), near Himmelblau's summit.
        page_values={"y": np.arange(-4, 5)},
    )


@plots.style()
def _field_scene(function):
    f = FIELDS[function]
    fig, (ground, gauge) = plots.figure(1, 2, size=(9.0, 4.1), width_ratios=[7, 1])
    square_map(ground, (0, 0), SIDE)
    ground.set_title(f"{function}: {f.formula.replace('w', 'x').replace('b', 'y')}")
    grid = np.linspace(-SIDE, SIDE, 169)
    heights = f.on_grid(grid, grid)
    lines = plots.landscape(ground, f, grid, grid, note=None)
    longest = np.linalg.norm(_gradients(f, grid[::12]), axis=-1).max()
    ticks = np.linspace(-5, 5, 11)
    field = _gradients(f, ticks)
    drawn = _shrunk(field, longest)
    look = {"angles": "xy", "scale_units": "xy", "width": 0.0045, "color": "#e0a37d"}
    ground.quiver(ticks, ticks, drawn[..., 0], drawn[..., 1], scale=1.9, zorder=2, **look)
    handles = [here_key(), plots.level_key(lines.levels)]
    if len(f.minima):
        cross = {"color": "#222222", "linestyle": "none", "markersize": 8, "markeredgewidth": 2}
        handles += ground.plot(
            *f.minima.T,
            marker="x",
            **cross,
            label="lowest points" if len(f.minima) > 1 else "lowest point",
        )
    fig.legend(handles=handles, loc="outside right upper")
    plots.log_scale(gauge.yaxis)
    gauge.set(ylim=GAUGE, xlim=(0, 1), xticks=[], ylabel="length ‖∇f‖ (log scale)")
    gauge.grid(axis="x", visible=False)
    finder = contourpy.contour_generator(grid, grid, heights)
    (level,) = ground.plot([], [], **HERE, label="level line")
    uphill = plots.Arrow(ground, "gradient", plots.SLOPE["color"], 0.13)
    (here,) = ground.plot([], [], **plots.POINT, label="here")
    thick = {"color": plots.SLOPE["color"], "linewidth": 16, "solid_capstyle": "butt"}
    (bar,) = gauge.plot([], [], **thick, label="length")

    def update(x, y):
        point = np.array([x, y])
        height, gradient = f(point), f.gradient(point)
        length = np.hypot(*gradient)
        here.set_data([x], [y])
        # From the rim of the dot, which would hide a short arrow.
        uphill.aim(point + RIM * gradient / max(length, 1e-9), _shrunk(gradient, longest, SHORT))
        line = [part for piece in finder.lines(height) for part in (piece, [[np.nan] * 2])]
        level.set_data(*(np.concatenate(line).T if line else ([], [])))
        bar.set_data([0.5, 0.5], [GAUGE[0], max(length, GAUGE[0])])
        bar.set_visible(length > GAUGE[0])
        said = f"At ({signed(x, 1, '')}, {signed(y, 1, '')}) the height is {signed(height, 1, '')}"
        if length < 1e-9:
            return f"{said} and the gradient is (0, 0): level ground, and no arrow."
        east, north = (signed(part, 1) for part in gradient)
        return f"{said}, ∇f = ({east}, {north}), of length {length:,.1f}."

    return fig, update


def _gradients(f, ticks):
    return f.gradient(np.stack(np.meshgrid(ticks, ticks), axis=-1))


def _shrunk(gradient, longest, shortest=0.0):
    """Gradients as they are drawn: the cube root brings very different lengths on one map."""
    length = np.linalg.norm(gradient, axis=-1, keepdims=True)
    drawn = np.maximum(LONGEST * np.cbrt(length / longest), shortest)
    return gradient * drawn / np.maximum(length, 1e-12)
