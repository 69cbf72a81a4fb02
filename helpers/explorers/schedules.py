"""An explorer of notebook 05: a learning rate that changes on the way."""

import numpy as np

from helpers import plots
from helpers.descent import constant, cosine, exponential, linear, step_decay, warm_up
from helpers.stage import Button, Choice, Slider, Stage

STEPS = 100
HIGH = 0.3
START = 10.0
NOISE = 3.0  # the standard deviation of the slope that is felt
SCHEDULES = {
    "constant": lambda step, steps, low: constant(step, HIGH),
    # Three times on the way the rate falls by the same factor.
    "step": lambda step, steps, low: step_decay(
        np.clip(step, 0, steps - 1), steps / 4, HIGH, (low / HIGH) ** (1 / 3)
    ),
    "linear": lambda step, steps, low: linear(step, steps, HIGH, low),
    "exponential": lambda step, steps, low: exponential(step, steps, HIGH, low),
    "cosine": lambda step, steps, low: cosine(step, steps, HIGH, low),
}
NOISY, STEEP = WALKS = ("a valley, with noise in every slope", "a valley with a steep rim")


def rates(schedule, warm_up_steps, low):
    """The learning rate at steps 0 to `STEPS`, an array of shape (101,).

    Parameters
    ----------
    schedule : str
        A key of `SCHEDULES`; it begins when the warm-up is over.
    warm_up_steps : int
        0 for none.
    low : float
        The last rate; the first is `HIGH`.
    """
    step = np.arange(STEPS + 1)
    rate = SCHEDULES[schedule](step - warm_up_steps, STEPS - warm_up_steps, low)
    return warm_up(step, warm_up_steps, rate) if warm_up_steps else rate


def distances(walk, rate):
    """How far from the bottom a walk from x = 10 is after each step, shape (101,).

    With noise the valley is ½x², and the slope that is felt is x plus a random error of standard
    deviation σ = 3. The distance is √E[x²], that of a typical walk, from E[x²] ←
    (1 − η)² E[x²] + η² σ². With a steep rim the valley is ½x² + x⁴/40, without noise.

    Parameters
    ----------
    walk : str
        One of `WALKS`.
    rate : numpy.ndarray, shape (101,)

    Returns
    -------
    numpy.ndarray, shape (101,)
        Infinite from where the numbers overflow.
    """
    places, x = [START], START
    with np.errstate(over="ignore", invalid="ignore"):
        for eta in rate[:-1]:
            if walk == NOISY:
                x = np.hypot((1 - eta) * x, eta * NOISE)
            else:
                x = x - eta * (x + x**3 / 10)
            places.append(x)
    return np.nan_to_num(np.abs(places), nan=np.inf, posinf=np.inf)


def draw_a_schedule():
    """Choose how the learning rate changes, and see where a walk ends."""
    return Stage(
        _schedule_scene,
        Choice("walk", list(WALKS), NOISY, "walk"),
        Choice("schedule", list(SCHEDULES), "step", "schedule"),
        Slider("low", (0.003, 0.006, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.3), 0.01, "last rate"),
        Slider("warm_up", np.arange(0, 41, 5), 0, "warm-up", unit="steps"),
        Button("Last rate 0.01, no warm-up", {"low": 0.01, "warm_up": 0}),
        name="Draw a schedule",
        alt=(
            f"On the left, the learning rate at each of {STEPS} steps: it begins at {HIGH}, after "
            "a warm-up if there is one. On the right, how far a walk with these rates is from the "
            "bottom after each step, beside a walk with a constant rate."
        ),
        stills=[{"schedule": "step"}, {"schedule": "cosine", "warm_up": 10}],
    )


@plots.style()
def _schedule_scene(walk, schedule):
    fig, (plan, record) = plots.figure(1, 2, size=(9.2, 3.5))
    step = np.arange(STEPS + 1)
    plan.set(xlim=(-2, STEPS + 2), ylim=(0, 0.335), xlabel="step", ylabel="learning rate η")
    plan.set_title(f"The schedule: {schedule}")
    plots.log_scale(record.yaxis)
    low, high = (0.05, 30) if walk == NOISY else (1e-9, 1e5)
    record.set(xlim=(-2, STEPS + 2), ylim=(low, high), xlabel="step")
    record.set_ylabel("distance from the bottom (log scale)")
    record.set_title("A typical walk" if walk == NOISY else "The walk")
    plain = distances(walk, rates("constant", 0, HIGH))
    look = {**plots.GUIDE, "linewidth": 2}
    record.plot(step, np.clip(plain, low / 10, high * 10), **look, label=f"constant {HIGH}")
    look = {**plots.PREDICTION, "linestyle": "-", "zorder": 6}
    (line,) = plan.plot([], [], **look, label="η")
    look = {**plots.PATH, "marker": "", "linewidth": 2.5, "zorder": 6}
    (trace,) = record.plot([], [], **look, label="with this schedule")
    record.legend(loc="upper right")

    def update(low, warm_up):
        rate = rates(schedule, warm_up, low)
        far = distances(walk, rate)
        line.set_data(step, rate)
        bottom, top = record.get_ylim()
        trace.set_data(step, np.clip(far, bottom / 10, top * 10))
        first = f"warm-up over {warm_up} steps, then " if warm_up else ""
        way = f"{HIGH} throughout" if schedule == "constant" else f"{schedule} from {HIGH} to {low}"
        return f"η: {first}{way}. {_end(walk, far[-1], plain[-1])}"

    return fig, update


def _end(walk, far, plain):
    """Where the walk ended, beside the one with a constant rate."""
    if not far < 1e5:
        return "The first steps are too long for the steep rim: the walk flies off."
    if walk == NOISY:
        return (
            f"After {STEPS} steps a typical walk is {far:.2f} from the bottom; with the constant "
            f"rate {HIGH} it is {plain:.2f}."
        )
    size = "less than 0.0001" if far < 1e-4 else f"{far:.4f}"
    return (
        f"After {STEPS} steps the walk is {size} from the bottom; with {HIGH} from the start it "
        "flies off."
    )
