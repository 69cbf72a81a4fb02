"""The explorers of notebook 01: derivatives as slopes."""

import numpy as np

from helpers import plots
from helpers.derivatives import error_curves
from helpers.explorers.words import scientific, signed
from helpers.functions import exponential, hike, sine, squire_trapp
from helpers.stage import Button, Choice, Play, Slider, Stage

EPS = np.finfo(float).eps
# From this distance on (km), the eye cannot tell the secant from the tangent.
ARRIVED = 0.02


def secant_to_tangent():
    """Slide two points of a hike together and watch the secant become the tangent."""
    # Two digits each, so that the page can repeat a number that the slider shows.
    widths = [float(f"{width:.1e}") for width in np.logspace(-3, 0.4, 69)]
    return Stage(
        lambda: _secant_scene(np.array(widths)),
        Slider("delta_x", widths, 2.0, "distance Δx", unit="km"),
        Slider("x0", np.linspace(0.2, 4.9, 95), 1.0, "place x₀", unit="km", format=".2f"),
        name="From secant to tangent",
        alt=(
            "On the left, the profile of a hike with a line through two of its points. On the "
            "right, the slope Δy/Δx of that line against Δx, drawn as far as Δx has shrunk: it "
            "settles at one number, and the line becomes the tangent."
        ),
        stills=[{"delta_x": 2.0}, {"delta_x": 0.01}],
    )


@plots.style()
def _secant_scene(widths):
    fig, (profile, limit) = plots.figure(1, 2, size=(9.2, 3.9), width_ratios=[1.45, 1])
    plots.curve(profile, hike)
    profile.set(ylim=(330, 1420))
    profile.set_title("The hike")
    plots.log_scale(limit.xaxis)
    limit.set(xlim=(widths[0], widths[-1]), ylim=(-480, 820))
    limit.set(xlabel="Δx (km, log scale)", ylabel="slope (m/km)")
    limit.set_title("Slope against Δx")
    limit.invert_xaxis()
    (tangent,) = profile.plot([], [], **plots.SLOPE, label="tangent")
    (secant,) = profile.plot([], [], **plots.PREDICTION, label="secant")
    (run,) = profile.plot([], [], **plots.GUIDE, label="Δx")
    (rise,) = profile.plot([], [], **plots.GUIDE, label="Δy")
    (ends,) = profile.plot([], [], **plots.POINT, label="points")
    run_name = profile.text(0, 0, "Δx", ha="center", va="center", clip_on=True, label="Δx name")
    rise_name = profile.text(0, 0, "Δy", ha="left", va="center", clip_on=True, label="Δy name")
    (goal,) = limit.plot([], [], **plots.SLOPE, label="slope of the tangent")
    (slopes,) = limit.plot([], [], **plots.PREDICTION, label="slope of the secant, Δy/Δx")
    (now,) = limit.plot([], [], **plots.POINT, clip_on=False, label="now")
    profile.legend(handles=[secant, tangent], loc="lower right")
    limit.legend(handles=[slopes, goal], loc="upper right")

    def update(delta_x, x0):
        y0, y1, exact = hike(x0), hike(x0 + delta_x), hike.derivative(x0)
        slope = (y1 - y0) / delta_x
        x = np.array([x0 - 1.2, x0 + delta_x + 1.2])
        secant.set_data(x, y0 + slope * (x - x0))
        x = np.array([x0 - 1.0, x0 + 1.0])
        tangent.set_data(x, y0 + exact * (x - x0))
        run.set_data([x0, x0 + delta_x], [y0, y0])
        rise.set_data([x0 + delta_x, x0 + delta_x], [y0, y1])
        ends.set_data([x0, x0 + delta_x], [y0, y1])
        run_name.set_position((x0 + delta_x / 2, y0 - np.sign(y1 - y0) * 45))
        rise_name.set_position((x0 + delta_x + 0.12, (y0 + y1) / 2))
        # No room for names between points that touch.
        run_name.set_visible(delta_x > 0.4)
        rise_name.set_visible(delta_x > 0.4 and abs(y1 - y0) > 60)
        goal.set_data(widths[[0, -1]], [exact, exact])
        wider = widths[widths >= delta_x * (1 - 1e-9)]
        slopes.set_data(wider, (hike(x0 + wider) - y0) / wider)
        now.set_data([delta_x], [slope])
        # The reader is to find out what the slope settles at: the goal shows when it is reached.
        arrived = delta_x <= ARRIVED
        tangent.set_visible(arrived)
        goal.set_visible(arrived)
        end = f" It has settled: the tangent has {_readable(exact)} m/km." if arrived else ""
        return (
            f"From x₀ = {x0:.2f} km to Δx = {delta_x:.3g} km further on: "
            f"Δy = {_readable(y1 - y0)} m, so Δy/Δx = {_readable(slope)} m/km.{end}"
        )

    return fig, update


def slope_tracer():
    """Move along a hike; the slope that is read off above is drawn below."""
    return Stage(
        _tracer_scene,
        Slider("x0", np.linspace(0, 8, 201), 2.0, "place x₀", unit="km", format=".2f"),
        Play("x0", seconds=8),
        name="Slope tracer",
        alt=(
            "Above, the profile of a hike with its tangent at one place. Below, the slope at "
            "every place so far: above zero where the way goes up, below zero where it goes down."
        ),
        stills=[{"x0": 2.0}, {"x0": 5.0}],
    )


@plots.style()
def _tracer_scene():
    fig, (profile, slopes) = plots.figure(2, 1, size=(7.6, 4.8), sharex=True)
    plots.curve(profile, hike)
    profile.set(ylim=(330, 1420), xlabel="")
    profile.set_title("The hike")
    slopes.axhline(0, color="#444444", linewidth=1)
    slopes.set(xlabel=hike.x_label, ylabel="slope (m/km)", ylim=(-440, 520))
    slopes.set_title("Its slope: the derivative")
    for x, y, text in ((7.9, 470, "uphill"), (7.9, -390, "downhill")):
        slopes.text(x, y, text, ha="right", va="center", color="#555555", style="italic")
    (tangent,) = profile.plot([], [], **plots.SLOPE, label="tangent")
    (here,) = profile.plot([], [], **plots.POINT, clip_on=False, label="here")
    (drop,) = slopes.plot([], [], **plots.GUIDE, label="drop")
    (trace,) = slopes.plot([], [], **{**plots.SLOPE, "linestyle": "-"}, label="derivative")
    (value,) = slopes.plot([], [], **plots.POINT, clip_on=False, label="slope here")
    x = np.linspace(*hike.window, 401)

    def update(x0):
        slope = hike.derivative(x0)
        reach = np.array([x0 - 0.8, x0 + 0.8])
        tangent.set_data(reach, hike(x0) + slope * (reach - x0))
        here.set_data([x0], [hike(x0)])
        past = np.append(x[x < x0], x0)
        trace.set_data(past, hike.derivative(past))
        drop.set_data([x0, x0], [0, slope])
        value.set_data([x0], [slope])
        return f"At x₀ = {x0:.2f} km the slope is {_readable(slope)} m/km: {_manner(slope)}."

    return fig, update


def v_curve():
    """Slide the step h and compare the errors of three difference formulas."""
    steps = np.logspace(-16, 0, 129)
    functions = {f.formula: f for f in (exponential, sine, squire_trapp)}
    return Stage(
        lambda function: _v_scene(functions[function], steps),
        Choice("function", list(functions), exponential.formula, "function f(x)"),
        Slider("h", steps, 0.1, "step h", format=".1e"),
        Button("h = 10⁻⁸", {"h": 1e-8}),
        Button("h = 10⁻¹⁵", {"h": 1e-15}),
        name="The V-curve",
        alt=(
            "Error of three ways to compute a slope against the step h, both on log scales. The "
            "forward and the central difference fall as h shrinks, turn, and rise again where "
            "rounding rules; the complex step falls to the last digit and stays there."
        ),
        stills=[{"h": 0.1}, {"h": 1e-12}],
    )


_V_LOOKS = {
    "forward": {**plots.SLOPE, "marker": "s", "markevery": 8, "markersize": 5},
    "central": {**plots.FUNCTION, "marker": "o", "markevery": 8, "markersize": 5},
    "complex step": {**plots.PREDICTION, "marker": "^", "markevery": 8, "markersize": 6},
}
_V_FLOOR = 1e-17


@plots.style()
def _v_scene(f, steps):
    fig, ax = plots.figure(size=(7.6, 4.6))
    places = np.linspace(0.5, 1.5, 101)
    errors = error_curves(f, f.derivative, places, steps)
    plots.log_scale(ax.xaxis, ax.yaxis)
    ax.set(xlim=(1e-16, 1), ylim=(_V_FLOOR, 30))
    ax.set(xlabel="step h", ylabel="typical error of the slope")
    ax.set_title(f"f(x) = {f.formula} on [0.5, 1.5]")
    ax.fill_between([1e-16, 1], _V_FLOOR, EPS, **plots.FORBIDDEN)
    ax.text(0.7, 5e-17, "finer than the machine's numbers", ha="right", va="center", fontsize=9.5)
    for name, look in _V_LOOKS.items():
        ax.plot(steps, np.maximum(errors[name], _V_FLOOR), **look, label=name)
    ax.legend(loc="upper center", ncols=3)
    (cursor,) = ax.plot([], [], **plots.GUIDE, label="h")
    dots = {
        name: ax.plot([], [], **{**plots.POINT, "color": look["color"]}, label=f"{name} now")[0]
        for name, look in _V_LOOKS.items()
    }

    def update(h):
        at = np.abs(np.log(steps / h)).argmin()
        cursor.set_data([h, h], [_V_FLOOR, 30])
        for name, dot in dots.items():
            dot.set_data([h], [max(errors[name][at], _V_FLOOR)])
        listed = ", ".join(f"{name} {_size(errors[name][at])}" for name in _V_LOOKS)
        rounded = [name for name in ("forward", "central") if at < errors[name].argmin()]
        rules = {0: "no difference yet", 1: "the central difference", 2: "both differences"}
        return (
            f"h = {scientific(h, 1)}. Errors: {listed}. Rounding dominates {rules[len(rounded)]}."
        )

    return fig, update


def _readable(number):
    """A number with its sign, to about three digits."""
    return signed(number, 0 if abs(number) >= 100 else 1 if abs(number) >= 1 else 3)


def _size(error):
    return f"below {scientific(_V_FLOOR, 0)}" if error < _V_FLOOR else scientific(error, 0)


def _manner(slope):
    if abs(slope) < 15:
        return "nearly level, neither up nor down"
    return "the way climbs" if slope > 0 else "the way falls"
