"""The explorer of notebook 00: a walk down a valley, for each learning rate."""

import numpy as np

from helpers import plots
from helpers.descent import gradient_descent
from helpers.functions import square
from helpers.stage import Button, Play, Slider, Stage

START, STEPS = 10.0, 20
# In round numbers, and finely where the fate of the walk changes.
RATES = np.concatenate(
    [
        np.arange(4, 20) / 1000,
        np.arange(20, 100, 5) / 1000,
        np.arange(10, 40, 2) / 100,
        np.arange(40, 111) / 100,
    ]
)


def verdict(walk):
    """Say in a word or two how a walk towards x = 0 went.

    Parameters
    ----------
    walk : numpy.ndarray, shape (steps + 1,)
        The places, in order.

    Returns
    -------
    str
        ``"flies off"``, ``"goes back and forth"`` (always at the same height), ``"bounces"``
        (it changes sides and comes down), ``"crawls"`` (more than a tenth of the way is left)
        or ``"arrives"``.
    """
    left = abs(walk[-1] / walk[0])
    if np.isclose(left, 1):
        return "goes back and forth"
    if left > 1:
        return "flies off"
    if walk[0] * walk[1] < 0:
        return "bounces"
    return "crawls" if left > 0.1 else "arrives"


@plots.style()
def _scene():
    fig, (valley, record) = plots.figure(1, 2, size=(9.2, 3.9), width_ratios=[1.25, 1])
    draw_walk = _valley(valley)
    valley.set_title("The walk")
    record.axhline(square(START), **plots.GUIDE)
    record.text(STEPS, square(START) * 1.3, "height of the start", ha="right", color="#555555")
    plots.log_scale(record.yaxis)
    record.set(xlim=(-0.5, STEPS + 0.5), ylim=(1e-4, 1e5))
    record.set(xlabel="step", ylabel="height (log scale)", xticks=range(0, STEPS + 1, 5))
    record.set_title("Its height, step by step")
    (trace,) = record.plot([], [], **plots.PATH, label="heights")

    def update(learning_rate):
        walk = draw_walk(learning_rate)
        trace.set_data(np.arange(STEPS + 1), np.maximum(square(walk), 1e-30))
        return _sentence(learning_rate, walk)

    return fig, update


@plots.style()
def _still_scene():
    fig, valley = plots.figure(size=(4.6, 3.4))
    draw_walk = _valley(valley)
    title = valley.set_title(" ")

    def update(learning_rate):
        walk = draw_walk(learning_rate)
        title.set_text(f"The walk {verdict(walk)}")
        return _sentence(learning_rate, walk)

    return fig, update


def _valley(ax):
    """Draw the valley; return a function that draws the walk for a learning rate."""
    walks = gradient_descent(square, square.derivative, START, RATES, STEPS).points
    x = np.linspace(-14, 14, 400)
    ax.fill_between(x, square(x), -60, color="#dfe8ee", linewidth=0)
    ax.plot(x, square(x), **plots.FUNCTION)
    ax.set(
        xlim=(-14, 14),
        ylim=(-55, 190),
        yticks=range(0, 151, 50),
        xlabel="x",
        ylabel="height f(x) = x²",
    )
    ax.plot([START], [square(START)], **plots.POINT)
    ax.annotate("start", (START, square(START)), xytext=(10, -4), textcoords="offset points")
    (path,) = ax.plot([], [], **plots.PATH, label="the walk")
    look = {**plots.POINT, "color": plots.SLOPE["color"], "marker": "D"}
    (end,) = ax.plot([], [], **look, label=f"after {STEPS} steps")
    ax.legend(handles=[path, end], loc="lower center", ncols=2)

    def draw_walk(learning_rate):
        walk = walks[:, np.abs(RATES - learning_rate).argmin()]
        path.set_data(walk, square(walk))
        end.set_data(walk[-1:], square(walk[-1:]))
        return walk

    return draw_walk


_MANNERS = {
    "flies off": "bounces higher and higher, and flies off",
    "goes back and forth": "goes back and forth forever",
    "bounces": "bounces from side to side on its way down",
}


def _sentence(rate, walk):
    word, heights = verdict(walk), square(walk)
    return (
        f"η = {rate:.3g}: the walk {_MANNERS.get(word, word)}. It starts {heights[0]:g} high; "
        f"after {STEPS} steps it is {_short(heights[-1])}."
    )


def _short(height):
    if height < 1e-4:
        return "less than 0.0001 high"
    return f"{height:,.{4 if height < 1 else 1}f} high"


def valley_walk():
    """Slide the learning rate η and watch twenty steps of gradient descent on f(x) = x²."""
    return Stage(
        _scene,
        Slider("learning_rate", RATES, 0.01, "learning rate η"),
        Play("learning_rate", seconds=10),
        Button("Back to the start", {"learning_rate": 0.01}),
        name="A walk down a valley",
        alt=(
            "A walk of 20 steps down a valley in the shape of x², from x = 10. A marker shows each "
            "place, and a diamond the last one."
        ),
        stills=[{"learning_rate": r} for r in (0.01, 0.2, 0.95, 1.02)],
        still_scene=_still_scene,
    )
