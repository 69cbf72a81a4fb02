"""An explorer of notebook 05: one walk, seen along the directions that shrink by themselves."""

import numpy as np

from helpers import plots
from helpers.descent import gradient_descent
from helpers.explorers.fates import RATES
from helpers.functions import long_valley, tilted_valley
from helpers.stage import Button, Choice, Play, Slider, Stage

STEPS = 40
LENS_RATES = RATES[(RATES >= 0.01) & (RATES <= 0.5)]
VALLEYS = {
    "tilted valley": (tilted_valley, (-2.6, 0.5)),
    "long valley": (long_valley, (-2.6, 1.2)),
}
FLOOR, CEILING = 1e-6, 1e4
SIDES = (
    {"color": plots.FUNCTION["color"], "marker": "s"},
    {"color": plots.SLOPE["color"], "marker": "o"},
)


def directions(f):
    """The bends of a quadratic surface in rising order, and their directions.

    Parameters
    ----------
    f : Surface

    Returns
    -------
    lambdas : numpy.ndarray, shape (2,)
    vectors : numpy.ndarray, shape (2, 2)
        A direction in each column, of length 1, with a positive first part (the second where
        the first is zero).
    """
    lambdas, vectors = np.linalg.eigh(f.hessian([0, 0]))
    first = np.where(np.abs(vectors[0]) > 1e-9, vectors[0], vectors[1])
    return lambdas, vectors * np.sign(first)


def measured_factors(sides):
    """By what each step of a walk multiplied its two parts, on average.

    Parameters
    ----------
    sides : numpy.ndarray, shape (steps + 1, ..., 2)
        The parts of the places along the two directions.

    Returns
    -------
    numpy.ndarray, shape (..., 2)
        The geometric mean over the steps before rounding errors show.
    """
    sizes = np.abs(sides)
    # Before a part shrinks to what rounding leaves of the larger one, or of what that has been.
    largest = np.maximum.accumulate(sizes.max(axis=-1, keepdims=True), axis=0)
    good = np.minimum.accumulate(sizes > 1e-9 * largest, axis=0)
    last = np.maximum(good.sum(axis=0) - 1, 1)
    end = np.take_along_axis(sizes, last[np.newaxis], axis=0)[0]
    return (end / sizes[0]) ** (1 / last)


def eigen_lens():
    """Slide the learning rate, and see each direction of the walk shrink at a rate of its own."""
    return Stage(
        _lens_scene,
        Choice("valley", list(VALLEYS), "tilted valley", "landscape"),
        Slider("learning_rate", LENS_RATES, 0.05, "learning rate η"),
        Play("learning_rate", seconds=9),
        Button("Back to η = 0.05", {"learning_rate": 0.05}),
        name="The eigen-lens",
        alt=(
            "On the left, a walk down a valley, with two lines at right angles through the bottom: "
            "the directions in which the valley bends least and most. On the right, how far the "
            "walk is from the bottom along each of them, step by step, on a log scale: two "
            "straight lines, one for each direction, and the predicted ones on top of them."
        ),
        stills=[{"learning_rate": 0.05}, {"learning_rate": 0.38}],
    )


@plots.style()
def _lens_scene(valley):
    f, start = VALLEYS[valley]
    lambdas, vectors = directions(f)
    run = gradient_descent(f, f.gradient, np.array(start, dtype=float), LENS_RATES, STEPS)
    sides = run.points @ vectors
    factors, predicted = measured_factors(sides), np.abs(1 - np.outer(LENS_RATES, lambdas))
    fig, (ground, record) = plots.figure(1, 2, size=(9.2, 4.1), width_ratios=[1, 1.1])
    x = np.linspace(-3, 3, 141)
    plots.landscape(ground, f, x, x)
    ground.set(xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xlabel=f.x_label, ylabel=f.y_label)
    ground.set_title(f"The walk: {f.formula}")
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1}
    names = ("v₁", "v₂")
    for name, value, vector, look in zip(names, lambdas, vectors.T, SIDES, strict=True):
        ends = np.outer([-4, 4], vector)
        ground.plot(*ends.T, color=look["color"], linewidth=1.6, zorder=1.5)
        label = {"ha": "center", "va": "center", "color": look["color"], "bbox": white}
        # Beside its line, as walks that diverge cover the line itself.
        place = 2.2 * vector + 0.9 * np.array([vector[1], -vector[0]])
        ground.text(*place, f"{name}: λ = {value:.0f}", **label, weight="bold")
    ground.plot(*start, **plots.POINT)
    (path,) = ground.plot([], [], **{**plots.PATH, "markersize": 4, "zorder": 6}, label="the walk")
    plots.log_scale(record.yaxis)
    record.set(xlim=(-1, STEPS + 1), ylim=(FLOOR, 30 * CEILING), xlabel="step")
    record.set_ylabel("distance along v (log scale)")
    record.set_title("Along each direction")
    steps, lines = np.arange(STEPS + 1), []
    for name, look in zip(names, SIDES, strict=True):
        dots = {**look, "linestyle": "none", "markersize": 4, "zorder": 6}
        (measured,) = record.plot([], [], **dots, label=f"along {name}")
        (theory,) = record.plot([], [], **{**plots.PREDICTION, "zorder": 5}, label=f"theory {name}")
        lines.append((measured, theory))
    keys = [lines[0][0], lines[1][0], lines[0][1]]
    record.legend(keys, ["along v₁", "along v₂", "|1 − ηλ| each step"], ncols=3, loc="upper right")

    def update(learning_rate):
        at = int(np.abs(LENS_RATES - learning_rate).argmin())
        walk = run.points[:, at]
        outside = np.flatnonzero(np.abs(walk).max(axis=-1) > 30)
        path.set_data(*walk[: outside[0] + 1 if len(outside) else None].T)
        said = []
        for side, (measured, theory) in enumerate(lines):
            sizes = np.abs(sides[:, at, side])
            shown = (sizes > FLOOR) & (sizes < CEILING)
            measured.set_data(steps[shown], sizes[shown])
            curve = np.clip(sizes[0] * predicted[at, side] ** steps, FLOOR / 10, None)
            last = np.flatnonzero(curve < CEILING)[-1] if predicted[at, side] > 1 else STEPS
            # A straight line, up to where it leaves the picture.
            last = min(last, np.argmin(curve)) if predicted[at, side] < 1 else last
            theory.set_data([0, last], curve[[0, last]])
            said.append(
                f"along {names[side]} each step multiplies the distance by {factors[at, side]:.4f} "
                f"(|1 − {LENS_RATES[at]:.3g} · {lambdas[side]:.0f}| = {predicted[at, side]:.4f})"
            )
        return f"η = {LENS_RATES[at]:.3g}: {said[0]}; {said[1]}."

    return fig, update
