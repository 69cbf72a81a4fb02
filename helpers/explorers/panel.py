"""The instrument panel of notebook 11: any patient, any instrument, any step of the training."""

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Rectangle

from helpers import plots
from helpers.clinic import INSTRUMENTS, PATIENTS, loss_at, patient, read, train
from helpers.stage import Button, Choice, Slider, Stage

STEPS = 8  # of the training that is drawn
READ = 4  # of them can be read
CAME, CURED = TREATMENTS = ("as it came", "cured")
MOST = 3.0  # the picture of a reading is cut off there, in parts of what is expected
NAMES = tuple(INSTRUMENTS)
_LAMPS = {
    True: {"marker": "X", "color": "#b02a00", "markersize": 11, "label": "alarm"},
    False: {"marker": "o", "color": "#00684d", "markersize": 7, "label": "passed"},
    None: {"marker": "_", "color": "#666666", "markersize": 10, "label": "not read"},
}


@dataclass(frozen=True)
class NamedSlider(Slider):
    """A slider whose positions have names in place of numbers."""

    names: tuple = ()

    def text(self, index):
        """Return the name of a position."""
        return self.names[index]


@functools.lru_cache(maxsize=64)
def charted(name, treatment):
    """Return a patient's losses and readings at each of the first steps of its training.

    Parameters
    ----------
    name : str
    treatment : str
        One of `TREATMENTS`.

    Returns
    -------
    losses : numpy.ndarray, shape (9,)
    readings : list of dict
        For the start and four steps a `helpers.clinic.Reading` by the name of the instrument.
    """
    program = patient(name).sick if treatment == CAME else patient(name).cured
    with np.errstate(all="ignore"):
        states = list(train(program, STEPS))
        losses = np.array([loss_at(program, state) for state in states])
    # These two begin at the start wherever they are read.
    once = {n: read(n, program) for n in ("ten samples by heart", "known answer")}
    readings = [
        {n: once[n] if n in once else read(n, program, state) for n in NAMES}
        for state in states[: READ + 1]
    ]
    return losses, readings


@plots.style()
def _scene(name, treatment):
    losses, readings = charted(name, treatment)
    fig, (record, lamps, ax) = plots.figure(1, 3, size=(9.2, 3.6), width_ratios=[1, 1, 1.1])
    draw_now = _losses(record, losses)
    draw_lamps = _lamps(lamps)
    draw_reading = _reading(ax)

    def update(instrument, step):
        chosen = readings[step][NAMES[instrument - 1]]
        draw_now(step)
        draw_lamps(readings[step], instrument)
        draw_reading(chosen)
        return _sentence(name, treatment, step, chosen, readings[step])

    return fig, update


@plots.style()
def _still_scene(name, treatment):
    _curve, readings = charted(name, treatment)
    fig, (lamps, ax) = plots.figure(1, 2, size=(4.6, 3.0), width_ratios=[1.25, 1])
    draw_lamps = _lamps(lamps)
    draw_reading = _reading(ax)

    def update(instrument, step):
        chosen = readings[step][NAMES[instrument - 1]]
        draw_lamps(readings[step], instrument)
        draw_reading(chosen)
        return _sentence(name, treatment, step, chosen, readings[step])

    return fig, update


def _losses(ax, losses):
    """Draw the losses of the training; return a function that marks a step."""
    plots.log_scale(ax.yaxis)
    first = losses[0]
    shown = np.clip(losses, 1e-4 * first, 1e12 * first)
    look = {**plots.PATH, "marker": "", "linewidth": 2.5}
    ax.plot(np.arange(STEPS + 1), shown, **look, label="losses")
    ax.set(xlim=(-0.5, STEPS + 0.5), xlabel="step", title="The loss (log scale)")
    low, high = (
        10.0 ** f(np.log10(edge)) for f, edge in ((np.floor, shown.min()), (np.ceil, shown.max()))
    )
    ax.set_ylim(low / 1.5, max(high, 10 * low) * 1.5)
    (now,) = ax.plot([], [], **{**plots.POINT, "zorder": 6}, label="now")
    return lambda step: now.set_data([step], [shown[step]])


def _lamps(ax):
    """Draw a row for each instrument; return a function that sets the lamps and the chosen row."""
    ax.set(xlim=(0, 1), ylim=(len(NAMES) - 0.4, -0.6), xticks=[], yticks=[], title="Instruments")
    # Above all else, as a stage paints what lies above a moving artist in every picture again.
    row = Rectangle((0.01, -0.5), 0.98, 1, fill=False, edgecolor="#0072b2", linewidth=2, zorder=7)
    row.set_label("chosen")
    ax.add_patch(row)
    for k, name in enumerate(NAMES):
        ax.text(0.16, k, name, va="center", fontsize=9.5)
    lamps = {
        alarm: ax.plot([], [], linestyle="none", zorder=6, **look)[0]
        for alarm, look in _LAMPS.items()
    }

    def draw(readings, instrument):
        row.set_y(instrument - 1.5)
        for alarm, line in lamps.items():
            rows = [k for k, name in enumerate(NAMES) if readings[name].alarm is alarm]
            line.set_data([0.08] * len(rows), rows)

    return draw


def _reading(ax):
    """Draw what is expected and what is found, number by number."""
    ax.axhline(0, **plots.GUIDE)
    ax.set(xlim=(-0.03, 1.03), ylim=(-MOST - 0.3, MOST + 1.7), xticks=[], xlabel="number by number")
    ax.set_yticks(np.arange(-MOST, MOST + 1))
    look = {"linestyle": "none", "marker": "o", "markersize": 11, "fillstyle": "none", "zorder": 6}
    (rings,) = ax.plot(
        [], [], **look, color=plots.PREDICTION["color"], markeredgewidth=1.8, label="expected"
    )
    look = {**plots.POINT, "color": plots.SLOPE["color"], "markersize": 6, "zorder": 7}
    (dots,) = ax.plot([], [], **look, label="found")
    ax.legend(loc="upper left", ncols=2, fontsize=8.5, columnspacing=1, handletextpad=0.2)
    ax.set_title("The reading")

    def draw(reading):
        count = len(reading.found)
        place = (np.arange(count) + 0.5) / max(count, 1)
        expected = np.array(reading.expected, dtype=float)
        size = np.abs(expected).max(initial=0) or 1.0
        found = np.nan_to_num(
            np.array(reading.found, dtype=float), nan=MOST, posinf=1e9, neginf=-1e9
        )
        rings.set_data(place, expected / size)
        dots.set_data(place, np.clip(found / size, -MOST, MOST))

    return draw


def _sentence(name, treatment, step, chosen, readings):
    verdict = {True: "ALARM", False: "passed", None: "not read"}[chosen.alarm]
    alarms = sum(reading.alarm is True for reading in readings.values())
    total = {0: "No alarm", 1: "One alarm"}.get(alarms, f"{alarms} alarms")
    steps = f"{step} step{'' if step == 1 else 's'}"
    return (
        f"{name}, {treatment}, after {steps}. {chosen.instrument}: {verdict}, {chosen.words} "
        f"{total} on the whole panel."
    )


def instrument_panel():
    """Choose a patient and an instrument, and read it at each of the first steps of a training."""
    names = [one.name for one in PATIENTS]
    return Stage(
        _scene,
        Choice("name", names, names[0], "patient"),
        Choice("treatment", TREATMENTS, CAME, "treatment"),
        NamedSlider("instrument", range(1, len(NAMES) + 1), 1, "instrument", names=NAMES),
        Slider("step", range(READ + 1), 0, "steps trained"),
        Button("Back to the first instrument", {"instrument": 1, "step": 0}),
        name="Instrument panel",
        alt=(
            f"On the left, the loss of a patient in its first {STEPS} steps. In the middle, eight "
            "instruments, each with a dot for passed, a cross for alarm or a dash for neither. On "
            "the right, the reading of the chosen one: what is expected as rings, what is found as "
            f"dots, in parts of the largest number that is expected, cut off at ±{MOST:g}."
        ),
        stills=[
            {"name": "Ana", "instrument": 3},
            {"name": "Hal", "instrument": 4},
            {"name": "Ida", "instrument": 3, "step": 2},
            {"name": "Ida", "treatment": CURED, "instrument": 3, "step": 2},
        ],
        still_scene=_still_scene,
        still_alt=(
            "On the left, eight instruments, each with a dot for passed, a cross for alarm or a "
            "dash for neither. On the right, the reading of the chosen one: what is expected as "
            "rings, what is found as dots."
        ),
    )
