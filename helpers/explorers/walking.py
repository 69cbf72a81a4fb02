"""The explorers of notebook 04: walks by gradient descent."""

import functools

import numpy as np

from helpers import plots
from helpers.descent import gradient_descent
from helpers.explorers.compass import FIELDS, SIDE, square_map
from helpers.explorers.words import signed
from helpers.functions import line_loss
from helpers.stage import Button, Choice, Play, Slider, Stage

# In round numbers, and finely where the walks of one of the landscapes change their fate.
_THOUSANDTHS = (
    *(1, 1.5, 2, 3, 5, 7, 10, 12, 15, 20, 30, 50, 60, 70, 80, 90, 95, 100, 105, 120, 150),
    *(200, 300, 400, 500, 600, 700, 800, 900, 1000, 1050),
)
RATES = np.array(_THOUSANDTHS) / 1000
STEPS = np.array([*range(21), 25, *range(30, 101, 10)])
ARRIVED = 0.05  # as near to a minimum as that, a walk has come to its valley
HEIGHTS = (1e-8, 1e6)  # what the log scale of the heights can show


def within(points, reach):
    """Return the beginning of a walk, up to its first point farther out than `reach`.

    Parameters
    ----------
    points : numpy.ndarray, shape (steps + 1, 2)
    reach : float or numpy.ndarray, shape (2,)
        How far |x| and |y| may be.

    Returns
    -------
    numpy.ndarray, shape (n, 2), n ≤ steps + 1
        The first point outside is still in it, so that one sees where the walk goes, on a
        way cut short to at most ten times `reach`.
    """
    points = np.asarray(points, dtype=float)
    out = (np.abs(points) > reach).any(axis=1)
    points = points[: out.argmax() + 1] if out.any() else points
    last = points[-1] * min(1.0, (10 * reach / np.maximum(np.abs(points[-1]), 1e-300)).min())
    return np.vstack([points[:-1], last])


def walk_downhill():
    """Choose a landscape, a start, a learning rate and a number of steps, and walk."""
    places = np.round(np.linspace(-4, 4, 41), 1)
    return Stage(
        _walk_scene,
        Choice("function", list(FIELDS), "bowl", "landscape"),
        Slider("x", places, 2.4, "start x", format=".1f"),
        Slider("y", places, 1.6, "start y", format=".1f"),
        Slider("learning_rate", RATES, 0.05, "learning rate η"),
        Slider("steps", STEPS, 20, "steps"),
        Play("steps", seconds=6),
        Button(
            "Himmelblau",
            {"function": "Himmelblau", "x": -0.6, "y": 0.0, "learning_rate": 0.01, "steps": 60},
        ),
        Button(
            "Ridge of the saddle",
            {"function": "saddle", "x": 2.4, "y": 0.0, "learning_rate": 0.1, "steps": 60},
        ),
        name="Walk downhill",
        alt=(
            "On the left, the map of a landscape with its contour lines, its lowest points as × "
            "and a walk by gradient descent from a black dot to a diamond. On the right, the "
            "height after each step."
        ),
        stills=[
            {"function": "bowl", "learning_rate": 0.05},
            {"function": "long valley", "learning_rate": 0.09},
        ],
        still_scene=_walk_still_scene,
        still_alt=(
            "Maps of landscapes with their contour lines, the lowest point as × and a walk by "
            "gradient descent from a black dot to a diamond."
        ),
        page_values={
            "x": (-4, 2.4, 4),
            "y": (-4, 1.6, 4),
            "learning_rate": (0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 1.05),
        },
    )


@plots.style()
def _walk_scene(function):
    # Low enough for a laptop's page to hold the map and its sliders together.
    fig, (ground, record) = plots.figure(1, 2, size=(9.2, 3.7))
    draw_walk, key = _map(ground, function)
    record.legend(handles=key, loc="upper right", fontsize="small", handlelength=1.5)
    ground.set_title(f"{function}: {FIELDS[function].formula.replace('w', 'x').replace('b', 'y')}")
    signed_heights = function == "saddle"
    record.set(xlim=(-2, 102), xlabel="step", title="Height, step by step")
    if signed_heights:
        record.axhline(0, color="#444444", linewidth=1)
        record.set(ylim=(-40, 20), ylabel="height")
    else:
        plots.log_scale(record.yaxis)
        record.set(ylim=HEIGHTS, ylabel="height (log scale)")
    (trace,) = record.plot([], [], **{**plots.PATH, "markersize": 4}, label="heights")

    def update(x, y, learning_rate, steps):
        says, heights = draw_walk(x, y, learning_rate, steps)
        low, high = (-400, 200) if signed_heights else (HEIGHTS[0] / 10, HEIGHTS[1] * 10)
        trace.set_data(np.arange(len(heights)), np.clip(heights, low, high))
        return says

    return fig, update


@plots.style()
def _walk_still_scene(function):
    fig, ground = plots.figure(size=(4.4, 4.2))
    draw_walk, key = _map(ground, function)
    # Below the map, where no walk can come.
    fig.legend(handles=key, loc="outside lower left", ncols=3)
    ground.set_title(f"The {function}")
    return fig, lambda **values: draw_walk(**values)[0]


def _map(ax, function):
    """Draw a landscape; return a function that draws a walk and tells of it, and the key."""
    f = FIELDS[function]
    square_map(ax, (0, 0), SIDE)
    grid = np.linspace(-SIDE, SIDE, 101)
    plots.landscape(ax, f, grid, grid)
    if len(f.minima):
        ax.plot(*f.minima.T, "x", color="#222222", markersize=9, markeredgewidth=2)
    (path,) = ax.plot([], [], **plots.PATH, label="the walk")
    (first,) = ax.plot([], [], **plots.POINT, label="start")
    look = {**plots.POINT, "color": plots.SLOPE["color"], "marker": "D"}
    (end,) = ax.plot([], [], **look, label="end")

    def draw_walk(x, y, learning_rate, steps):
        run = _run(function, x, y, learning_rate, steps)
        points = within(run.points, 3 * SIDE)
        path.set_data(*points.T)
        first.set_data([x], [y])
        end.set_data(*points[-1:].T)
        where = f"({signed(x, 1, '')}, {signed(y, 1, '')})"
        taken = "1 step" if steps == 1 else f"{steps} steps"
        said = f"From {where} with η = {learning_rate:.3g}, after {taken}: "
        return said + _outcome(f, run, learning_rate), run.losses[: len(points)]

    return draw_walk, [first, path, end]


@functools.lru_cache(512)  # a stage asks several times for each picture
def _run(function, x, y, learning_rate, steps):
    f = FIELDS[function]
    return gradient_descent(f, f.gradient, [x, y], learning_rate, steps=steps)


def _outcome(f, run, learning_rate):
    """What has become of a walk, in words."""
    place, slope = np.asarray(run.end), run.gradient_norms[-1]
    if run.reason == "diverged" or np.abs(run.points).max() > 3 * SIDE:
        if run.loss > run.losses[0]:
            return "it flew off the map, to above where it began."
        if run.loss < run.losses[0]:
            return "it ran off the map, to below where it began."
    where = f"({signed(place[0], 2, '')}, {signed(place[1], 2, '')})"
    said = f"at {where}, height {_amount(run.loss)}, ‖∇f‖ = {_amount(slope)}"
    gaps = np.linalg.norm(f.minima - place, axis=1)
    if gaps.size and gaps.min() < ARRIVED:
        return f"{said}. It has come to the valley."
    if slope < 1e-3:
        return f"{said}. The ground is level here, and yet this is no valley."
    return f"{said}. The next step would be {_amount(learning_rate * slope)} long."


def _amount(number):
    """A number to about three digits, without powers of ten on the way down."""
    if abs(number) < 5e-4:
        return "0.000"
    return signed(number, 3 if abs(number) < 1 else 2 if abs(number) < 100 else 0, "")


# A line by descent

HOURS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
KILOMETERS = np.array([0.7, 4.6, 7.0, 9.4, 13.3])
LINE_RATES = np.array([1, 2, 5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110]) / 100
LINE_STEPS = 60


def fit_a_line_by_descent(x=HOURS, y=KILOMETERS, x_label="hours after noon", y_label="kilometers"):
    """Walk on the loss of a line and watch the line turn into the data, step by step.

    Parameters
    ----------
    x, y : array_like, shape (m,)
        The data, in units in which the loss is not too long a valley: the walk has at most
        60 steps, from w = b = 0. By default a hiker's five measurements.
    x_label, y_label : str
        What stands at the axes, with the units.

    Returns
    -------
    helpers.stage.Stage
    """
    x, y = (np.asarray(values, dtype=float) for values in (x, y))
    return Stage(
        lambda: _line_scene(x, y, x_label, y_label),
        Slider("step", np.arange(LINE_STEPS + 1), 0, "step"),
        Play("step", seconds=9),
        Slider("learning_rate", LINE_RATES, 0.1, "learning rate η", format=".2f"),
        Button("Back to the start", {"step": 0}),
        name="Fit a line by descent",
        alt=(
            "On the left, measured points and a line w·x + b. On the right, the map of the loss J "
            "over w and b, with its lowest point as × and the walk from w = b = 0 to the present "
            "step. Each dot of the walk is one line through the data."
        ),
        stills=[{"step": 3}, {"step": 40}],
    )


@plots.style()
def _line_scene(x, y, x_label, y_label):
    loss = line_loss(x, y)
    (best,) = loss.minima
    fig, (data, ground) = plots.figure(1, 2, size=(9.2, 4.3))
    ends = np.array([x.min(), x.max()]) + np.array([-0.06, 0.06]) * np.ptp(x)
    low, high = min(0.0, y.min()), max(0.0, y.max())
    data.set(xlim=ends, ylim=(low - 0.08 * (high - low), high + 0.08 * (high - low)))
    data.set(xlabel=x_label, ylabel=y_label, title="The line")
    size = 6 if x.size < 20 else 3
    look = {**plots.POINT, "marker": "s", "markersize": size, "color": "#777777"}
    data.plot(x, y, **look, zorder=1)
    (line,) = data.plot([], [], **{**plots.FUNCTION, "linewidth": 3}, label="line w·x + b")

    (w_low, w_high), (b_low, b_high) = loss.window
    w, b = np.linspace(w_low, w_high, 121), np.linspace(b_low, b_high, 121)
    heights = loss.on_grid(w, b)
    bottom = loss(best)
    plots.contours(ground, w, b, heights, plots.even_levels(heights))
    ground.set(xlim=(w_low, w_high), ylim=(b_low, b_high), xlabel="w", ylabel="b")
    ground.set_title("The loss J: each dot is one line")
    ground.plot(*best, "x", color="#222222", markersize=10, markeredgewidth=2)
    (path,) = ground.plot([], [], **plots.PATH, label="the walk")
    (now,) = ground.plot([], [], **{**plots.POINT, "color": plots.FUNCTION["color"]}, label="now")
    reach = 3 * np.abs(loss.window).max(axis=1)

    @functools.cache
    def walk(step, learning_rate):
        return gradient_descent(loss, loss.gradient, [0.0, 0.0], learning_rate, steps=step)

    def update(step, learning_rate):
        run = walk(step, learning_rate)
        points = within(run.points, reach)
        slope, height = run.end
        path.set_data(*points.T)
        now.set_data(*points[-1:].T)
        line.set_data(ends, np.clip(slope * ends + height, -1e3 * high, 1e3 * high))
        said = f"Step {step}, η = {learning_rate:.2f}: "
        if run.loss > 4 * run.losses[0]:
            return said + f"the loss has grown to {_rough(run.loss)}. This walk flies off."
        return (
            said + f"w = {signed(slope, 3, '')}, b = {signed(height, 3, '')}, "
            f"loss J = {run.loss:.4f}. The lowest J is {bottom:.4f}."
        )

    return fig, update


def _rough(number):
    if number < 1e4:
        return f"{number:,.0f}"
    return "about 10" + str(round(np.log10(number))).translate(
        str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
    )


# Basins

# Pale, so that contour lines and letters stand out; each with a pattern of its own.
_BASINS = (("#bcd9ee", "//"), ("#f8d8bd", "\\\\"), ("#c5e6d8", ".."), ("#eccadd", "xx"))


def draw_basins(ax, x, y, valley, minima):
    """Color each start by the valley in which its walk ends.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x, y : numpy.ndarray, shapes (n,) and (m,)
        The starts.
    valley : numpy.ndarray of int, shape (m, n)
        ``valley[i, j]`` is the number of the minimum that is reached from ``x[j]``, ``y[i]``.
    minima : numpy.ndarray, shape (k, 2), k ≤ 4
        They are marked and called A, B, C, D.
    """
    with plots.style():
        for number, (color, pattern) in enumerate(_BASINS[: len(minima)]):
            inside = (valley == number).astype(float)
            filled = ax.contourf(x, y, inside, [0.5, 1.5], colors=[color], hatches=[pattern])
            filled.set(edgecolor="#ffffff", linewidth=0)
        white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.5}
        for name, place in zip("ABCD", minima, strict=False):
            ax.plot(*place, "x", color="#222222", markersize=9, markeredgewidth=2)
            ax.text(*(place + 0.35), name, weight="bold", ha="center", va="center", bbox=white)
        ax.set(xlabel="x of the start", ylabel="y of the start", aspect="equal")
        ax.grid(visible=False)
