"""Still pictures of networks: slopes, remedies, what clipping does, and the edge of stability."""

import numpy as np

from helpers import networks, plots

# Relu is drawn broad, so that leaky relu can be seen on top of it.
_SLOPES = {
    "relu": {"color": "#9cc7e3", "linewidth": 7},
    "leaky relu": plots.FUNCTION,
    "sigmoid": plots.PREDICTION,
    "tanh": {**plots.PATH, "marker": "", "linewidth": 2.5, "linestyle": "-."},
    "gelu": plots.SLOPE,
}
_ARROWS = {"g": plots.SLOPE, "by norm": plots.FUNCTION, "by value": plots.PREDICTION}
_COLORS = tuple(
    look["color"]
    for look in (plots.SLOPE, plots.FUNCTION, plots.PATH, plots.PREDICTION, plots.POINT)
)


@plots.style()
def draw_slopes(ax, reach=4.0):
    """Draw the slopes of five activation functions from −reach to reach.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    reach : float

    Returns
    -------
    str
        What the picture shows.
    """
    z = np.linspace(-reach, reach, 801)
    for name, look in _SLOPES.items():
        ax.plot(z, networks.ACTIVATIONS[name].slope(z), **look, label=name)
    ax.set(xlabel="z", ylabel="slope φ′(z)")
    ax.legend(loc="upper left")
    return (
        "Slopes: sigmoid's hill reaches ¼, tanh's 1; relu steps from 0 to 1, leaky relu from 0.01. "
        "GELU's dips below 0, passes smoothly, and reaches 1.13 near z = 1.4."
    )


@plots.style()
def draw_remedies(ax, remedies, depth=30, lowest=1e-4, highest=1e4):
    """Draw the size of the gradient in each layer of several networks under the microscope.

    What leaves the picture at the bottom is said in words at the place where it does.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    remedies : dict of str to dict
        For each name the options of `helpers.networks.microscope`; five at most.
    depth : int
    lowest, highest : float
        What the picture shows.

    Returns
    -------
    str
        What the picture shows, in words, to powers of ten.
    """
    plots.log_scale(ax.yaxis)
    number, told = np.arange(1, depth + 1), []
    for (name, options), color, marker in zip(remedies.items(), _COLORS, "osD^v", strict=False):
        sizes = networks.microscope(depth, **options)[0].gradients
        look = {"color": color, "marker": marker, "linestyle": "none", "markersize": 5}
        ax.plot(number, sizes, **look, label=name)
        hidden = number[sizes < lowest]
        if len(hidden):
            text = f"{name}: down to {plots.ten_to(round(np.log10(sizes[0])))} in layer 1"
            place = (hidden[-1] - 0.5, lowest * 1.6)
            ax.annotate(text, place, ha="right", color=color)
        last, first = (plots.ten_to(round(np.log10(size))) for size in sizes[[-1, 0]])
        told.append(f"{name} from {last} to {first}")
    ax.axhline(1, **plots.GUIDE)
    ax.set(xlabel="layer", ylabel="size of the gradient", ylim=(lowest, highest))
    ax.set_xlim(0, depth + 1)
    ax.legend(loc="upper right", ncols=2)
    return f"Size of the gradient from layer {depth} back to layer 1: {'; '.join(told)}."


@plots.style()
def draw_arrows(ax, arrows):
    """Draw gradients of two numbers as arrows from (0, 0).

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    arrows : dict of str to array_like of 2 numbers
        Named "g", "by norm" or "by value"; what is longest comes first.
    """
    for name, (x, y) in arrows.items():
        look = {**_ARROWS[name], "marker": "o", "markersize": 7, "linewidth": 3}
        ax.plot([0, x], [0, y], **look, label=name)
    ax.set(aspect="equal", xlabel="first part", ylabel="second part")
    ax.legend(loc="lower right")


@plots.style()
def draw_edges(ax, edges):
    """Draw the sharpness of networks in training, and the limit 2/η of each.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    edges : dict of float to tuple
        For each learning rate η, two at most, what `helpers.networks.follow_sharpness` returns.

    Returns
    -------
    str
        What the picture shows.
    """
    told, looks = [], (plots.SLOPE, plots.FUNCTION)
    highest = max(bends.max() for _steps, bends, _losses in edges.values())
    for (eta, (steps, bends, _losses)), look, marker in zip(
        edges.items(), looks, "so", strict=False
    ):
        line = {**look, "marker": marker, "markersize": 5}
        ax.plot(steps, bends, **line, label=f"largest bend, η = {eta:g}")
        ax.axhline(2 / eta, **plots.GUIDE)
        ax.annotate(f"2/η = {2 / eta:g}", (steps[-1], 2 / eta), (0, 5), textcoords="offset points")
        told.append(f"{2 / eta:g} for η = {eta:g}")
    ax.set(
        xlabel="step", ylabel="largest bend", xlim=(0, 1.14 * steps[-1]), ylim=(0, 1.2 * highest)
    )
    ax.legend(loc="upper right")
    return (
        "The largest bend against the step, for two learning rates. Both rise, shoot past their "
        f"limits 2/η, {' and '.join(told)}, and then stay close to them."
    )
