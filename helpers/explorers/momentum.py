"""An explorer of notebook 09: learning rate and momentum, and what they make of a long valley."""

import numpy as np

from helpers import plots
from helpers.descent import Momentum, minimize
from helpers.functions import long_valley
from helpers.stage import Button, Choice, Play, Slider, Stage

BENDS = np.array([1.0, 20.0])  # along x and along y
RATES = np.arange(1, 41) / 200
BETAS = np.arange(20) / 20
START, STEPS = (-2.5, 1.2), 80
NOT_YET = "not yet"
GUESSES = {
    "η near 0.10, β = 0": 0.0,
    "η near 0.13, β near 0.4": 0.4,
    "η near 0.19, β near 0.9": 0.9,
}
EDGE = 1e-9  # nearer than this to a border, rounding decides the side


def factor(rate, beta, bend):
    """By what a step of the heavy ball multiplies the distance along a direction, in the long run.

    Along a direction with the bend λ, two steps follow each other as
    x″ − (1 + β − ηλ) x′ + β x = 0, so the distance shrinks like σᵗ, where σ is the larger in size
    of the two roots of σ² − (1 + β − ηλ) σ + β = 0. They are complex where
    (1 + β − ηλ)² < 4β; then |σ| = √β.

    Parameters
    ----------
    rate, beta, bend : array_like
        Broadcast together.

    Returns
    -------
    numpy.ndarray of float
        |σ|.
    """
    rate, beta, bend = np.broadcast_arrays(rate, beta, bend)
    middle = (1 + beta - rate * bend) / 2
    inside = middle**2 - beta
    root = np.sqrt(np.maximum(inside, 0.0))
    return np.where(inside < 0, np.sqrt(beta), np.abs(middle) + root)


def regime(rate, beta, bend):
    """What a walk does along one direction, in a word.

    Parameters
    ----------
    rate, beta, bend : float
        η, β and λ.

    Returns
    -------
    str
        "monotone" (on one side), "swings" (to and fro in several steps, σ complex), "oscillates"
        (changes sides at each step, σ < 0), "never settles" or "diverges".
    """
    limit = 2 + 2 * beta - rate * bend
    if abs(limit) < EDGE:
        return "never settles"
    if limit < 0:
        return "diverges"
    middle = (1 + beta - rate * bend) / 2
    if middle**2 - beta < -EDGE:
        return "swings"
    return "oscillates" if middle < -EDGE else "monotone"


def best_corner(low, high):
    """The η and β for which a walk's slowest direction is fastest, and its factor.

    Source: B. T. Polyak (1964); G. Goh, "Why momentum really works" (2017).

    Parameters
    ----------
    low, high : float
        The smallest and the largest bend, λmin and λmax.

    Returns
    -------
    rate, beta, factor : float
        (2/(√λmax + √λmin))², ((√κ − 1)/(√κ + 1))² and √β, with κ = λmax/λmin.
    """
    low, high = np.sqrt(low), np.sqrt(high)
    return (2 / (low + high)) ** 2, ((high - low) / (high + low)) ** 2, (high - low) / (high + low)


def slide_the_momentum():
    """Slide learning rate and momentum, and look for the fastest corner of their plane."""
    return Stage(
        _scene,
        Slider("learning_rate", RATES, 0.05, "learning rate η", format=".3f"),
        Slider("beta", BETAS, 0.0, "momentum β", format=".2f"),
        Play("beta", seconds=5),
        Choice("prediction", [NOT_YET, *GUESSES], NOT_YET, "predicted fastest corner"),
        Button("Back to η = 0.05, β = 0", {"learning_rate": 0.05, "beta": 0.0}),
        name="Slide the momentum",
        alt=(
            "On the left, the plane of η and β for the long valley. Its parts say what the walk "
            "does along y, where the valley is steep: it stays on one side, swings, oscillates "
            f"or diverges. On the right, the walk of {STEPS} steps. Which corner of the plane is "
            "fastest stays hidden until you have predicted it."
        ),
        stills=[
            {"learning_rate": 0.05, "beta": 0.0},
            {"learning_rate": 0.05, "beta": 0.9},
        ],
        # From 0.1 on, the old limit, every 0.01: the fastest corner is there.
        page_values={"learning_rate": (*RATES[::3][:6], *RATES[19:28:2], *RATES[30::3])},
    )


_LOOKS = {
    "monotone": ("#cfe3f1", ""),
    "swings": ("#f9dfb4", "//"),
    "oscillates": ("#d6ecdf", ".."),
    "diverges": ("#c4c4c4", "xx"),
}


@plots.style()
def _scene(prediction):
    fig, (plane, ground) = plots.figure(1, 2, size=(9.2, 3.9), width_ratios=[1, 1.15])
    _plane(plane, prediction)
    x, y = np.linspace(-3, 3, 141), np.linspace(-2, 2, 121)
    plots.landscape(ground, long_valley, x, y, lines=12)
    ground.set(xlim=(-3, 3), ylim=(-2, 2), aspect="equal", xlabel="x", ylabel="y")
    ground.set_title("The walk in the long valley")
    ground.plot(0, 0, "x", color="#222222", markersize=10, markeredgewidth=2)
    ground.plot(*START, **{**plots.POINT, "markersize": 8})
    look = {**plots.PATH, "markersize": 4.5, "markeredgewidth": 0, "zorder": 6}
    (path,) = ground.plot([], [], **look)
    look = {"color": plots.SLOPE["color"], "marker": "D", "markersize": 8, "linestyle": "none"}
    (end,) = ground.plot([], [], **look, zorder=7)
    ring = {**plots.POINT, "markersize": 11, "markerfacecolor": "none", "markeredgewidth": 2.5}
    (here,) = plane.plot([], [], **ring, zorder=8)
    grids = np.meshgrid(RATES, BETAS)
    optimizer = Momentum(grids[0], grids[1])
    run = minimize(long_valley, long_valley.gradient, START, optimizer, steps=STEPS)

    def update(learning_rate, beta):
        i, j = int(np.abs(BETAS - beta).argmin()), int(np.abs(RATES - learning_rate).argmin())
        walk = run.points[:, i, j]
        out = np.flatnonzero(np.abs(walk).max(axis=1) > 20)
        walk = walk[: out[0] + 1] if len(out) else walk
        path.set_data(*np.clip(walk, -60, 60).T)
        end.set_data(*np.clip(walk[-1:], -60, 60).T)
        here.set_data([RATES[j]], [BETAS[i]])
        return _said(RATES[j], BETAS[i], prediction)

    return fig, update


def _plane(ax, prediction):
    """Draw what the walk does along y over the plane; the speed only after a prediction."""
    rate, beta = np.linspace(0, 0.2075, 241), np.linspace(0, 0.975, 241)
    u = rate * BENDS[1]
    words = list(_LOOKS)
    middle, b = 1 + beta[:, np.newaxis] - u, beta[:, np.newaxis]
    kind = np.where(middle**2 < 4 * b, 1, np.where(middle > 0, 0, 2))
    kind = np.where(u > 2 + 2 * b, 3, kind)
    for number, word in enumerate(words):
        color, hatch = _LOOKS[word]
        filled = ax.contourf(
            rate, beta, (kind == number).astype(float), [0.5, 1.5], colors=[color], hatches=[hatch]
        )
        filled.set(edgecolor="#ffffff", linewidth=0, zorder=0.4)
    ax.grid(False)
    ax.set(xlim=(0, 0.2075), ylim=(-0.02, 0.975), xlabel="learning rate η", ylabel="momentum β")
    ax.set_title("Along y the walk …")
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.9, "pad": 1.5}
    text = {"ha": "center", "va": "center", "fontsize": 9, "bbox": white, "zorder": 3}
    ax.text(0.028, 0.08, "is monotone", **text)
    ax.text(0.065, 0.72, "swings", **text)
    ax.text(0.1, 0.055, "oscillates", **text)
    ax.text(0.168, 0.2, "diverges", **text)
    if prediction == NOT_YET:
        return
    speed = factor(rate, b, BENDS[:, np.newaxis, np.newaxis]).max(axis=0)
    levels = [0.65, 0.7, 0.8, 0.9, 0.95]
    lines = ax.contour(rate, beta, speed, levels, colors="#222222", linewidths=1, zorder=2)
    ax.clabel(lines, fmt="%g", fontsize=8, zorder=3)
    corner = best_corner(*BENDS)
    ax.plot(*corner[:2], "*", color=plots.PREDICTION["color"], markersize=17, zorder=4)
    ax.set_title("Along y the walk … lines: factor a step")


def _said(rate, beta, prediction):
    parts, factors = [], factor(rate, beta, BENDS)
    for name, bend, size in zip("xy", BENDS, factors, strict=True):
        parts.append(f"along {name} {regime(rate, beta, bend)} (factor {size:.2f})")
    said = f"η = {rate:.3f}, β = {beta:.2f}: {parts[0]}, {parts[1]}. "
    slowest = factors.max()
    if slowest < 1 - EDGE:
        steps = np.log(10) / -np.log(slowest)
        said += f"Each digit costs about {steps:.0f} steps."
    else:
        said += "It does not come to rest."
    if prediction == NOT_YET:
        return said
    eta, best, size = best_corner(*BENDS)
    digit = np.log(10) / -np.log(size)
    right = abs(GUESSES[prediction] - best) < 0.05
    return (
        f"{said} {'Your prediction was right' if right else 'You predicted another corner'}: "
        f"the fastest is η = {eta:.3f}, β = {best:.3f}, with {digit:.1f} steps a digit."
    )
