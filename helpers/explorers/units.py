"""An explorer of notebook 03: the steepest direction depends on the units of the axes."""

import numpy as np

from helpers import plots
from helpers.explorers.compass import GROUND
from helpers.stage import Button, Play, Slider, Stage

# The valley ½ (x² + 9y²), seen from the place (3, 1): stretched 3 times it is round.
BEND = 9.0
PLACE = np.array([3.0, 1.0])
SIDE = 5.6
STRETCHES = np.arange(10, 45) / 10
LEVELS = np.arange(9, 154, 9)  # the first one is the height of `PLACE`


def steepest_step(stretch):
    """Return the steepest step of length 1 downhill from `PLACE`, with y stretched.

    On the stretched map a point has the coordinates x and s = stretch · y, and the height is
    ½ (x² + 9 (v / stretch)²): the chain rule divides ∂f/∂y by the stretch.

    Parameters
    ----------
    stretch : float
        How many units of v are one unit of y.

    Returns
    -------
    numpy.ndarray, shape (2,)
        The step in x and v.
    """
    x, y = PLACE
    downhill = -np.array([x, BEND * y / stretch])
    return downhill / np.hypot(*downhill)


def stretch_an_axis():
    """Stretch the y-axis of a valley and watch the steepest direction turn."""
    return Stage(
        _stretch_scene,
        Slider(
            "stretch",
            np.arange(10, 45) / 10,
            1.0,
            "stretch of the y-axis",
            unit="times",
            format=".1f",
        ),
        Play("stretch", seconds=6),
        Button("As it was", {"stretch": 1.0}),
        name="Stretch an axis",
        alt=(
            "A long valley on two maps: on the left with the y-axis stretched, on the right as it "
            "was. On both, all steps that have length 1 on the left map, and the steepest of "
            "them downhill. It turns as the axis is stretched."
        ),
        stills=[{"stretch": 1.0}, {"stretch": 3.0}],
    )


@plots.style()
def _stretch_scene():
    fig, maps = plots.figure(1, 2, size=(9.2, 4.6))
    turn = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    first = steepest_step(1.0)
    stretched, plain = maps
    for ax, up, title in (
        (stretched, "s = stretch · y", "The stretched map"),
        (plain, "y", "The same on the map as it was"),
    ):
        ax.set(xlim=(-SIDE, SIDE), ylim=(-SIDE, SIDE), aspect="equal", xlabel="x", ylabel=up)
        ax.set_title(title)
        ax.grid(False)
        ax.plot([0], [0], "x", color="#222222", markersize=9, markeredgewidth=2)
    look = {"color": GROUND["colors"], "linewidth": GROUND["linewidths"]}
    # One line for all contours, with gaps between them.
    ovals = [np.sqrt(2 * level) * circle for level in LEVELS]
    gap = np.full((2, 1), np.nan)
    ovals = np.concatenate([part for oval in ovals for part in (oval, gap)], axis=1)
    plain.plot(ovals[0], ovals[1] / np.sqrt(BEND), **look)
    (contours,) = stretched.plot([], [], **look, label="contours")
    plain.plot(*PLACE, **plots.POINT)
    (here,) = stretched.plot([], [], **plots.POINT, label="here")
    (bee_line,) = stretched.plot([], [], **plots.GUIDE, label="way to the bottom")
    plain.plot([0, PLACE[0]], [0, PLACE[1]], **plots.GUIDE)
    rims = [ax.plot([], [], **plots.PREDICTION, label="steps of length 1")[0] for ax in maps]
    before = plots.Arrow(plain, "steepest before stretching", "#8a8a8a", 0.08)
    before.aim(PLACE, first)
    arrows = [plots.Arrow(ax, "steepest", plots.SLOPE["color"], 0.13) for ax in maps]
    handles = [arrows[0], before, rims[0], plots.level_key(LEVELS)]
    fig.legend(handles=handles, loc="outside lower left", ncols=4)

    def update(stretch):
        scale = np.array([1.0, stretch])
        step, place = steepest_step(stretch), PLACE * scale
        contours.set_data(ovals[0], ovals[1] * stretch / np.sqrt(BEND))
        here.set_data(*place[:, None])
        bee_line.set_data([0, place[0]], [0, place[1]])
        for rim, steepest, middle, unit in zip(
            rims, arrows, (place, PLACE), (np.ones(2), 1 / scale), strict=True
        ):
            rim.set_data(*(middle[:, None] + circle * unit[:, None]))
            steepest.aim(middle, step * unit)
        off = np.degrees(np.arccos(np.clip(-step @ place / np.hypot(*place), -1, 1)))
        shape = "circles" if abs(stretch - 3) < 0.05 else "ellipses"
        return (
            f"Stretched {stretch:.1f} times, the contour lines are {shape}, and steepest "
            f"downhill misses the bottom by {off:.0f}° on the stretched map."
        )

    return fig, update
