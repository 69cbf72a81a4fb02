"""An explorer of notebook 09: six optimizers from one start, with the same number of gradients."""

import functools

import numpy as np

from helpers import plots
from helpers.descent import SGD, AdaGrad, Adam, Momentum, Nesterov, RMSProp, minimize
from helpers.functions import himmelblau, line_loss, long_valley, rosenbrock, tilted_valley
from helpers.stage import Choice, Play, Slider, Stage

BUDGET = 200
SHARES = np.array([0.1, 0.3, 1.0])
HIGHEST = 2.0  # times the loss at the start: who climbs higher on the way is not in the race
THERE = 1e-4  # of the loss at the start: so little left, and a walk has arrived
PENGUINS = "penguins, flippers in mm"
RUNNERS = {
    "plain": lambda rate: SGD(rate),
    "momentum": lambda rate: Momentum(rate, 0.9),
    "Nesterov": lambda rate: Nesterov(rate, 0.9),
    "AdaGrad": lambda rate: AdaGrad(rate),
    "RMSProp": lambda rate: RMSProp(rate, 0.9),
    "Adam": lambda rate: Adam(rate),
}
LOOKS = {
    "plain": {"color": "#555555", "linestyle": "-", "marker": "o"},
    "momentum": {"color": plots.FUNCTION["color"], "linestyle": (0, (6, 2)), "marker": "s"},
    "Nesterov": {"color": "#56a0c8", "linestyle": (0, (4, 2, 1, 2)), "marker": "D"},
    "AdaGrad": {"color": plots.PATH["color"], "linestyle": (0, (1, 1.2)), "marker": "^"},
    "RMSProp": {"color": "#b8860b", "linestyle": (0, (3, 1, 1, 1, 1, 1)), "marker": "v"},
    "Adam": {"color": plots.SLOPE["color"], "linestyle": "-", "marker": "P"},
}
GROUNDS = {
    "long valley": (long_valley, (-2.5, 1.2), ((-3, 3), (-2, 2))),
    "tilted valley": (tilted_valley, (-2.5, 0.8), ((-3, 3), (-2.5, 2.5))),
    "Himmelblau": (himmelblau, (0.0, 0.0), ((-5, 5), (-4.5, 4.5))),
    "Rosenbrock": (rosenbrock, (-1.2, 1.0), ((-2, 2), (-0.9, 2.2))),
}
TRIED = np.array([float(f"{rate:.2g}") for rate in np.geomspace(1e-4, 10, 101)])


def left_of_the_loss(f, start, optimizer):
    """Walk, and return which part of the loss above the lowest one is left after each step.

    Parameters
    ----------
    f : helpers.functions.Surface
    start : (float, float)
    optimizer : helpers.descent.Optimizer
        It may hold many learning rates.

    Returns
    -------
    run : helpers.descent.Run
    left : numpy.ndarray, shape (201, ...)
        1 at the start; infinite where a walk flew off.
    """
    run = minimize(f, f.gradient, start, optimizer, steps=BUDGET)
    lowest = f(f.minima).min()
    left = (run.losses - lowest) / (f(np.asarray(start)) - lowest)
    gone = run.reason == "diverged"
    if np.any(gone):
        left = np.where(gone & (left > 1), np.inf, left)
    return run, left


def arrivals(left):
    """The step from which on at most `THERE` of the loss is left; 1000 where there is none.

    Parameters
    ----------
    left : numpy.ndarray, shape (steps + 1, ...)
    """
    there = left <= THERE
    since = len(left) - np.argmin(there[::-1], axis=0)
    return np.where(there.all(axis=0), 0, np.where(there[-1], since, 1000))


def best_rate(f, start, runner):
    """The learning rate with which an optimizer arrives first, or has least of the loss left.

    Of 101 rates, that one is taken whose two neighbors are good as well, since a lucky walk is no
    merit of its rate; and none with which a walk ever climbs above twice the loss at the start.

    Parameters
    ----------
    f : helpers.functions.Surface
    start : (float, float)
    runner : str
        A key of `RUNNERS`.

    Returns
    -------
    float
    """
    _, left = left_of_the_loss(f, start, RUNNERS[runner](TRIED))
    score = arrivals(left).astype(float)
    late = score == 1000
    score[late] += 10 * np.log10(np.clip(left[-1, late], 1e-9, 1e9))
    score[left.max(axis=0) > HIGHEST] = np.inf
    padded = np.pad(score, 1, constant_values=np.inf)
    return float(TRIED[np.argmin(np.maximum(np.maximum(padded[:-2], padded[2:]), score))])


def run_a_race(x=None, y=None):
    """Let six optimizers run from one start, each with its own best learning rate.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Data for the ground "penguins": x in raw units, from its mean. By default made up.

    Returns
    -------
    helpers.stage.Stage
    """
    if x is None:
        chance = np.random.default_rng(9)
        x = np.linspace(-28, 28, 342)
        y = 0.05 * x + 4.2 + 0.4 * chance.standard_normal(x.size)
    raw = line_loss(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    grounds = {**GROUNDS, PENGUINS: (raw, (0.0, 0.0), raw.window)}
    steps = np.array([*range(21), *range(22, 61, 2), *range(65, 201, 5)])
    walked = functools.cache(lambda ground: _walks(*grounds[ground][:2]))
    return Stage(
        lambda ground: _scene(grounds[ground], ground, walked(ground)),
        Slider("step", steps, 0, "gradients so far"),
        Play("step", seconds=8),
        Slider("share", SHARES, 1.0, "part of the best η", format=".1f"),
        Choice("ground", list(grounds), "long valley", "landscape"),
        name="Run a race",
        alt=(
            "On the left, the walks of six optimizers from one start on a map. On the right, the "
            "part of the loss that is left to each after so many gradients, on a log scale."
        ),
        # Of grounds that the page does not ask about.
        stills=[{"ground": "long valley", "step": 20}, {"ground": "Himmelblau", "step": 20}],
    )


def _walks(f, start):
    """For each runner: its best rate, and its walks and losses with the parts of this rate."""
    found = {}
    for runner, make in RUNNERS.items():
        rate = best_rate(f, start, runner)
        run, left = left_of_the_loss(f, start, make(rate * SHARES))
        found[runner] = rate, run.points, left
    return found


@plots.style()
def _scene(ground, name, walks):
    f, start, ((x_low, x_high), (y_low, y_high)) = ground
    fig, (field, record) = plots.figure(1, 2, size=(9.2, 4.0), width_ratios=[1.1, 1])
    x, y = np.linspace(x_low, x_high, 141), np.linspace(y_low, y_high, 141)
    if name == PENGUINS:
        heights = f.on_grid(x, y)
        plots.contours(field, x, y, heights, plots.even_levels(heights, 12))
    else:
        plots.landscape(field, f, x, y, lines=12)
    field.set(xlim=(x_low, x_high), ylim=(y_low, y_high), xlabel=f.x_label, ylabel=f.y_label)
    field.set_title(name[0].upper() + name[1:])
    field.plot(*f.minima.T, "x", color="#222222", markersize=9, markeredgewidth=2)
    field.plot(*start, **{**plots.POINT, "markersize": 8})
    plots.log_scale(record.yaxis)
    record.set(xlim=(-3, BUDGET + 3), ylim=(1e-8, 30), xlabel="gradients so far")
    record.set(ylabel="part of the loss left (log scale)", title="What is left")
    record.axhline(THERE, **plots.GUIDE, zorder=0.7)
    record.text(BUDGET, 1.3 * THERE, "arrived", ha="right", color="#555555", fontsize=9)
    lines = {}
    for runner, look in LOOKS.items():
        line = {**look, "marker": "", "linewidth": 1.8, "zorder": 5}
        head = {**look, "linestyle": "none", "markersize": 8, "zorder": 6}
        (path,), (end,) = field.plot([], [], **line), field.plot([], [], **head)
        (trace,), (now,) = record.plot([], [], **line), record.plot([], [], **head)
        lines[runner] = path, end, trace, now
    keys = [record.plot([], [], **look, linewidth=1.8, label=n)[0] for n, look in LOOKS.items()]
    fig.legend(handles=keys, loc="outside lower center", ncols=6, handlelength=2.4)
    size = np.array([x_high - x_low, y_high - y_low])
    middle = np.array([x_high + x_low, y_high + y_low]) / 2
    steps = np.arange(BUDGET + 1)

    def update(step, share):
        at = int(np.abs(SHARES - share).argmin())
        for runner, (path, end, trace, now) in lines.items():
            _, points, left = walks[runner]
            walk = middle + np.clip(points[: step + 1, at] - middle, -9 * size, 9 * size)
            path.set_data(*walk.T)
            end.set_data(*walk[-1:].T)
            curve = np.clip(left[: step + 1, at], 1e-9, 1e3)
            trace.set_data(steps[: step + 1], curve)
            now.set_data(steps[step : step + 1], curve[-1:])
        return ranks(step, SHARES[at], {n: w[2][:, at] for n, w in walks.items()})

    return fig, update


def ranks(step, share, left):
    """Who has arrived, in order, and how far the others are.

    Parameters
    ----------
    step : int
    share : float
        The learning rates, as a part of the best ones.
    left : mapping of str to numpy.ndarray, shape (201,)

    Returns
    -------
    str
    """
    rates = "best learning rates" if share == 1 else f"{share:g} of the best learning rates"
    said = f"After {step} gradients, with {rates}: "
    if step == 0:
        return said + "all stand at the start."
    since = {name: int(arrivals(curve)) for name, curve in left.items()}
    there = sorted((n for n in left if since[n] <= step), key=since.get)
    others = sorted((n for n in left if since[n] > step), key=lambda n: left[n][step])
    parts = []
    if there:
        parts.append("arrived to stay: " + ", ".join(f"{n} (at {since[n]})" for n in there))
    if others:
        on_the_way = (f"{n} ({_part(left[n][step])})" for n in others)
        parts.append("on the way, with so much of the loss left: " + ", ".join(on_the_way))
    return said + "; ".join(parts) + "."


def _part(left):
    if left > 1:
        return "more than at the start"
    return f"{100 * left:.0f} %" if left > 0.0105 else "1 % or less"


def four_paths():
    """Four walks of 40 steps down the long valley, by A momentum, B Adam, C plain, D AdaGrad.

    Returns
    -------
    dict of str to numpy.ndarray, shape (41, 2)
    """
    f, start, _ = GROUNDS["long valley"]
    walkers = {"A": Momentum(0.01, 0.9), "B": Adam(0.15), "C": SGD(0.09), "D": AdaGrad(0.5)}
    return {
        name: minimize(f, f.gradient, start, optimizer, steps=40).points
        for name, optimizer in walkers.items()
    }


@plots.style()
def draw_four_paths(axes):
    """Draw the `four_paths`, each on a map of its own, under its letter.

    Parameters
    ----------
    axes : iterable of four matplotlib.axes.Axes

    Returns
    -------
    str
        What the picture shows.
    """
    f, grid = GROUNDS["long valley"][0], np.linspace(-3, 3, 121)
    for ax, (name, points) in zip(axes, four_paths().items(), strict=True):
        plots.landscape(ax, f, grid, grid, lines=40)
        ax.plot(*points.T, **plots.PATH)
        ax.set(xlim=(-3, 3), ylim=(-1.5, 1.5), title=name, xlabel="x", ylabel="y")
        ax.label_outer()
    return (
        "Four walks down the valley. A sets off almost along y and swings in wide curves. B sets "
        "off at 45° and runs past the bottom in a curve. C jumps from side to side. D sets off at "
        "45° and comes to rest at the bottom without a swing."
    )
