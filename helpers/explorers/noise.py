"""Explorers of notebook 09 about mini-batches: what their gradients are worth, where they lead."""

import functools

import numpy as np

from helpers import plots
from helpers.descent import batches, cosine, running_mean
from helpers.functions import line_loss
from helpers.stage import Button, Choice, Play, Slider, Stage

WITH, WITHOUT = WAYS = ("with replacement", "without replacement")
SLOPE, BOTTOM = PLACES = ("on the slope", "at the bottom")
DRAWS, SHOWN = 2000, 120
STEPS, WALKS = 150, 40
RATES = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0])
CONSTANT, FALLING, AVERAGE = REMEDIES = (
    "none, η is constant",
    "η falls to 0 (cosine)",
    "average of the points, from half the way on",
)
FLOOR = 1e-3


def _made_up():
    """As many points as there are penguins, about a line."""
    chance = np.random.default_rng(9)
    x = np.linspace(-2, 2, 342)
    return x, 0.7 * x + 4.2 + 0.4 * chance.standard_normal(x.size)


def batch_sizes(n):
    """The powers of 2 below n, up to 256, and n itself, as an array."""
    sizes = 2 ** np.arange(9)
    return np.append(sizes[sizes < n], n)


def batch_means(numbers, orders, sizes):
    """The means of numbers over the first B samples of each order, for several B at once.

    Parameters
    ----------
    numbers : numpy.ndarray, shape (k, n)
        k numbers for each of n samples.
    orders : numpy.ndarray of int, shape (m, n)
        Which samples are drawn one after the other.
    sizes : numpy.ndarray of int, shape (s,)
        The batch sizes B, from 1 to n.

    Returns
    -------
    numpy.ndarray, shape (k, m, s)
    """
    return np.cumsum(numbers[:, orders], axis=-1)[..., sizes - 1] / sizes


def cloud(x, y, place, way):
    """Gradients of mini-batches, their mean, and how far they are from it.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (n,)
        The data; the loss is that of a line w·x + b.
    place : str
        One of `PLACES`: at w = b = 0, or at the lowest loss.
    way : str
        One of `WAYS`.

    Returns
    -------
    gradients : numpy.ndarray, shape (2, 2000, s)
        For each of the sizes B, with n as the last one.
    exact : numpy.ndarray, shape (2,)
        The gradient of all data.
    sizes : numpy.ndarray, shape (s,)
    expected : numpy.ndarray, shape (s,)
        By theory, the typical distance from `exact`: σ/√B, without replacement times
        √((n − B)/(n − 1)).
    """
    n, sizes = x.size, batch_sizes(x.size)
    w, b = (0.0, 0.0) if place == SLOPE else line_loss(x, y).minima[0]
    errors = w * x + b - y
    each = np.stack([errors * x, errors])
    orders = next(batches(n, n, 1, way, seed=1, walks=(DRAWS,)))
    exact = each.mean(axis=1)
    sigma = np.sqrt(((each.T - exact) ** 2).sum(axis=1).mean())
    left = (n - sizes) / (n - 1) if way == WITHOUT else 1.0
    return batch_means(each, orders, sizes), exact, sizes, sigma / np.sqrt(sizes) * np.sqrt(left)


def feel_mini_batches(x=None, y=None):
    """Slide the batch size, and see many gradients at one place draw together.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Data for a line, n from 2 to 1000; x standardized. By default made up.

    Returns
    -------
    helpers.stage.Stage
    """
    x, y = _data(x, y)
    sizes = batch_sizes(x.size)
    return Stage(
        lambda place, way: _cloud_scene(x, y, place, way),
        Slider("size", sizes, 1, "batch size B"),
        Play("size", seconds=6),
        Choice("place", list(PLACES), SLOPE, "place"),
        Choice("way", list(WAYS), WITH, "samples are drawn"),
        name="Feel mini-batches",
        alt=(
            f"On the left, {SHOWN} gradients at one place, each by a mini-batch of its own, as "
            "thin arrows from 0, and the gradient by all data as a thick one. On the right, how "
            "far a typical one of them is from it, for each batch size up to the present one, on "
            "log axes."
        ),
        stills=[{"size": 1}, {"size": 16}],
    )


@plots.style()
def _cloud_scene(x, y, place, way):
    gradients, exact, sizes, expected = cloud(x, y, place, way)
    off = gradients - exact[:, np.newaxis, np.newaxis]
    typical = np.sqrt((off**2).sum(axis=0).mean(axis=0))
    fig, (field, record) = plots.figure(1, 2, size=(9.2, 3.9))
    reach = 1.05 * np.abs(gradients[:, :SHOWN, 0]).max()
    field.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="∂J/∂w")
    field.set(ylabel="∂J/∂b", title=f"Gradients {place}")
    thin = {"color": "#8aa9bd", "linewidth": 0.8, "zorder": 2}
    (shafts,) = field.plot([], [], **thin)
    look = {"color": plots.FUNCTION["color"], "linestyle": "none", "marker": "o", "markersize": 3.5}
    (tips,) = field.plot([], [], **look, zorder=3, label="by a mini-batch")
    arrow = plots.Arrow(field, "by all data", plots.SLOPE["color"], reach / 40)
    arrow.aim((0, 0), exact)
    arrow.set_zorder(5)
    if place == BOTTOM:
        field.plot(0, 0, "o", color=plots.SLOPE["color"], markersize=7, zorder=5)
    # The arrow's own key would be a box.
    key = field.plot([], [], color=plots.SLOPE["color"], linewidth=3, label="by all data")
    field.legend(handles=[tips, *key], loc="upper right")
    plots.log_scale(record.xaxis, record.yaxis)
    record.set_xticks(sizes[:-1], [str(size) for size in sizes[:-1]])
    shown = expected > 0
    record.set(xlim=(0.8, 1.25 * sizes[-1]), ylim=(expected[shown].min() / 2, 2 * expected[0]))
    ticks = [t for t in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5) if t > expected[shown].min() / 2]
    record.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    record.set(xlabel="batch size B", title="How far from the gradient of all data")
    record.set_ylabel("typical distance (log scale)")
    dots = {**plots.PATH, "linestyle": "none", "markersize": 8}
    (measured,) = record.plot([], [], **dots, label="measured")
    name = "σ/√B" if way == WITH else "σ/√B · √((N−B)/(N−1))"
    (theory,) = record.plot([], [], **plots.PREDICTION, label=name)
    record.legend(loc="lower left")
    origin = np.zeros((2, SHOWN))
    # To a tip and back, each shaft followed by a gap.
    gap = np.full((2, SHOWN), np.nan)

    def update(size):
        at = int(np.abs(sizes - size).argmin())
        ends = gradients[:, :SHOWN, at]
        shafts.set_data(*np.stack([origin, ends, gap], axis=-1).reshape(2, -1))
        tips.set_data(*ends)
        seen = slice(0, at + 1)
        alive = shown[seen]
        measured.set_data(sizes[seen][alive], typical[seen][alive])
        theory.set_data(sizes[seen][alive], expected[seen][alive])
        said = f"B = {sizes[at]}, {place}, {way}: "
        if not shown[at]:
            return said + "each batch holds all samples, so all gradients are the same."
        return (
            f"{said}a typical gradient is {typical[at]:.2f} from the one by all data, "
            f"which is {np.hypot(*exact):.2f} long; theory says {expected[at]:.2f}."
        )

    return fig, update


def noisy_walks(x, y):
    """Walks down the loss of a line by mini-batches, for all batch sizes and learning rates.

    Each step draws without replacement.

    Parameters
    ----------
    x, y : numpy.ndarray, shape (n,)

    Returns
    -------
    dict of str to numpy.ndarray, shape (151, 9, s, 40, 2)
        For each of `REMEDIES`, the points w, b: by step, rate, batch size and walk.
    """
    n, sizes = x.size, batch_sizes(x.size)
    numbers = np.stack([x * x, x, x * y, y])
    rate = RATES[:, np.newaxis, np.newaxis]
    plain = np.zeros((STEPS + 1, len(RATES), len(sizes), WALKS, 2))
    falling = plain.copy()
    drawn = batches(n, n, STEPS, WITHOUT, seed=2, walks=(WALKS,))
    for step, orders in enumerate(drawn):
        xx, x1, xy, y1 = batch_means(numbers, orders, sizes).swapaxes(1, 2)
        for points, eta in ((plain, rate), (falling, cosine(step, STEPS, rate, 0.0))):
            w, b = np.moveaxis(points[step], -1, 0)
            points[step + 1, ..., 0] = w - eta * (xx * w + x1 * b - xy)
            points[step + 1, ..., 1] = b - eta * (x1 * w + b - y1)
    average = running_mean(plain, since=STEPS // 2)
    return dict(zip(REMEDIES, (plain, falling, average), strict=True))


def walk_in_noise(x=None, y=None):
    """Walk by mini-batches, and see what lets the walk settle.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        As for `feel_mini_batches`.

    Returns
    -------
    helpers.stage.Stage
    """
    x, y = _data(x, y)
    walked = functools.cache(lambda: noisy_walks(x, y))
    sizes = batch_sizes(x.size)
    return Stage(
        lambda remedy: _walk_scene(x, y, sizes, remedy, walked()[remedy]),
        Slider("size", sizes, 8, "batch size B"),
        Slider("learning_rate", RATES, 0.2, "learning rate η"),
        Choice("remedy", list(REMEDIES), CONSTANT, "remedy"),
        Button("B = 8, η = 0.2", {"size": 8, "learning_rate": 0.2}),
        name="Walk in noise",
        alt=(
            f"On the left, a walk of {STEPS} steps by mini-batches on the map of the loss, near its"
            " lowest point ×. On the right, how far from there it is after each step, on a log "
            f"scale, and how far a typical one of {WALKS} such walks is."
        ),
        # None of them tells what becomes of a walk with small batches and a constant rate.
        stills=[
            {"size": int(sizes[-1]), "learning_rate": 0.1},
            {"size": 1, "learning_rate": 0.2, "remedy": FALLING},
        ],
    )


@plots.style()
def _walk_scene(x, y, sizes, remedy, points):
    loss = line_loss(x, y)
    (best,) = loss.minima
    fig, (ground, record) = plots.figure(1, 2, size=(9.2, 3.9))
    reach = 0.5
    w, b = best[0] + np.linspace(-reach, reach, 81), best[1] + np.linspace(-reach, reach, 81)
    heights = loss.on_grid(w, b)
    plots.contours(ground, w, b, heights, plots.even_levels(heights, 12))
    ground.set(xlim=w[[0, -1]], ylim=b[[0, -1]], aspect="equal", xlabel="w", ylabel="b")
    ground.set_title("The end of the walk, near the lowest loss")
    ground.plot(*best, "x", color="#222222", markersize=10, markeredgewidth=2, zorder=7)
    look = {**plots.PATH, "markersize": 3, "markeredgewidth": 0, "linewidth": 0.9}
    (path,) = ground.plot([], [], **look)
    diamond = {"color": plots.SLOPE["color"], "marker": "D", "markersize": 8, "linestyle": "none"}
    (end,) = ground.plot([], [], **diamond, zorder=8)
    far = np.sqrt(((points - best) ** 2).sum(axis=-1))
    typical = np.sqrt((far**2).mean(axis=-1))
    plots.log_scale(record.yaxis)
    record.set(xlim=(-3, STEPS + 3), ylim=(FLOOR, 30), xlabel="step")
    record.set_ylabel("distance from the lowest point (log scale)", fontsize=9.5)
    record.set_title("Does it settle?")
    steps = np.arange(STEPS + 1)
    (one,) = record.plot([], [], color=plots.PATH["color"], linewidth=1.2, label="this walk")
    look = {**plots.PREDICTION, "zorder": 4}
    (many,) = record.plot([], [], **look, label="a typical walk")
    record.legend(loc="upper right")

    def update(size, learning_rate):
        at = int(np.abs(RATES - learning_rate).argmin()), int(np.abs(sizes - size).argmin())
        walk = points[(slice(None), *at, 0)]
        near = best + np.clip(walk - best, -20 * reach, 20 * reach)
        path.set_data(*near.T)
        end.set_data(*near[-1:].T)
        one.set_data(steps, np.clip(far[(slice(None), *at, 0)], FLOOR / 10, 300))
        curve = typical[(slice(None), *at)]
        many.set_data(steps, np.clip(curve, FLOOR / 10, 300))
        last = np.sqrt((curve[-10:] ** 2).mean())
        size = f"{last:.2f}" if last > 0.0101 else "0.01 or less"
        said = f"B = {sizes[at[1]]}, η = {RATES[at[0]]:g}, remedy {remedy}: "
        return f"{said}in the end a typical walk is {size} from the lowest point."

    return fig, update


def _data(x, y):
    if x is None:
        return _made_up()
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float)
