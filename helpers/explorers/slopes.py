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
# The secant whose second point lies on the other side.
_BEHIND = {"color": "#7a5a86", "linestyle": (0, (7, 2, 1, 2)), "linewidth": 1.6}


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
            "right, the slope Δy/Δx of that line against Δx, drawn as far as Δx has shrunk, and "
            "the same with the second point on the other side: both settle at one number, and "
            "the line becomes the tangent."
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
    (tangent,) = profile.plot([], [], **plots.SLOPE, label="tangent")
    (secant,) = profile.plot([], [], **plots.PREDICTION, label="secant")
    (run,) = profile.plot([], [], **plots.GUIDE, label="Δx")
    (rise,) = profile.plot([], [], **plots.GUIDE, label="Δy")
    (ends,) = profile.plot([], [], **plots.POINT, label="points")
    run_name = profile.text(0, 0, "Δx", ha="center", va="center", clip_on=True, label="Δx name")
    rise_name = profile.text(0, 0, "Δy", ha="left", va="center", clip_on=True, label="Δy name")
    (goal,) = limit.plot([], [], **plots.SLOPE, label="slope of the tangent")
    (ahead,) = limit.plot([], [], **plots.PREDICTION, label="secant to x₀ + Δx")
    (behind,) = limit.plot([], [], **_BEHIND, label="secant to x₀ − Δx")
    (now,) = limit.plot([], [], **plots.POINT, clip_on=False, label="now")
    profile.legend(handles=[secant, tangent], loc="lower right")
    limit.legend(handles=[ahead, behind, goal], loc="upper right")

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
        ahead.set_data(wider, (hike(x0 + wider) - y0) / wider)
        wider = wider[wider <= x0]  # the hike begins at 0
        behind.set_data(wider, (y0 - hike(x0 - wider)) / wider)
        now.set_data([delta_x], [slope])
        # The reader is to find out what the slope settles at: the goal shows when it is reached.
        arrived = delta_x <= ARRIVED
        tangent.set_visible(arrived)
        goal.set_visible(arrived)
        back = _readable((y0 - hike(x0 - delta_x)) / delta_x)
        end = f" The other way it is {back}: the tangent has {_readable(exact)} m/km."
        return (
            f"From x₀ = {x0:.2f} km to Δx = {delta_x:.3g} km further on: "
            f"Δy = {_readable(y1 - y0)} m, so Δy/Δx = {_readable(slope)} m/km."
            f"{end if arrived else ''}"
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
# Below this the machine's numbers, near 1, have no digits left. What is there differs from
# processor to processor, and is neither drawn nor said.
LIMIT = 1e-15


@plots.style()
def _v_scene(f, steps):
    fig, ax = plots.figure(size=(7.6, 4.2))
    # Many places, so that chance in the rounding averages out.
    places = np.linspace(0.5, 1.5, 2001)
    errors = error_curves(f, f.derivative, places, steps)
    typical = _typical_errors(errors, steps, np.sqrt(np.mean(f(places) ** 2)))
    plots.log_scale(ax.xaxis, ax.yaxis)
    ax.set(xlim=(1e-16, 1), ylim=(LIMIT / 30, 300))
    ax.set(xlabel="step h", ylabel="typical error of the slope")
    ax.set_title(f"f(x) = {f.formula} on [0.5, 1.5]")
    ax.fill_between([1e-16, 1], LIMIT / 30, LIMIT, **plots.FORBIDDEN)
    zone = {"facecolor": "#e7e7e7", "edgecolor": "none", "pad": 1}
    look = {"ha": "right", "va": "center", "fontsize": 9.5, "bbox": zone, "zorder": 5}
    ax.text(0.7, LIMIT / 6, "the limit of rounding", **look)
    for name, look in _V_LOOKS.items():
        ax.plot(steps, np.maximum(errors[name], LIMIT), **look, label=name)
    ax.legend(loc="upper center", ncols=3)
    (cursor,) = ax.plot([], [], **plots.GUIDE, label="h")
    dots = {
        name: ax.plot([], [], **{**plots.POINT, "color": look["color"]}, label=f"{name} now")[0]
        for name, look in _V_LOOKS.items()
    }

    def update(h):
        at = np.abs(np.log(steps / h)).argmin()
        cursor.set_data([h, h], [LIMIT / 30, 300])
        for name, dot in dots.items():
            dot.set_data([h], [max(errors[name][at], LIMIT)])
        said, rounded = [], 0
        for name, (truncation, rounding) in typical.items():
            if truncation[at] >= rounding[at]:
                said.append(f"{name} {scientific(truncation[at], 0)}")
            elif name == "complex step":
                said.append(f"{name} at the limit of rounding")
            else:
                said.append(f"{name} up to {scientific(rounding[at], 0)}")
                rounded += 1
        rules = ("no difference yet", "the central difference", "both differences")
        return (
            f"h = {scientific(h, 1)}. Errors: {', '.join(said)}. Rounding dominates "
            f"{rules[rounded]}."
        )

    return fig, update


def _typical_errors(errors, steps, size):
    """Return {method: (truncation, rounding)} for each step, neither decided by the last bits.

    Where the steps are long, the measured errors are truncation; its straight arm is continued to
    short ones. Rounding is a bound: each of two heights, of the given size, is off by up to one
    unit in its last place.
    """
    orders = {"forward": (1, 1e-4), "central": (2, 1e-3), "complex step": (2, 1e-3)}
    rounding = {
        "forward": 2 * EPS * size / steps,
        "central": EPS * size / steps,
        "complex step": np.full_like(steps, LIMIT),
    }
    typical = {}
    for name, (order, shortest) in orders.items():
        from_here = np.abs(np.log(steps / shortest)).argmin()
        arm = errors[name][from_here] * (steps / steps[from_here]) ** order
        long = np.arange(len(steps)) >= from_here
        typical[name] = (np.where(long, errors[name], arm), rounding[name])
    return typical


def _readable(number):
    """A number with its sign, to about three digits."""
    return signed(number, 0 if abs(number) >= 100 else 1 if abs(number) >= 1 else 3)


def _manner(slope):
    if abs(slope) < 15:
        return "nearly level"
    return "the way climbs" if slope > 0 else "the way falls"
