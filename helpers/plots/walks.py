"""Walks by gradient descent: a step and its promise, paths on a curve, losses, factors."""

import numpy as np

from helpers.plots.drawing import (
    FUNCTION,
    GUIDE,
    PATH,
    POINT,
    PREDICTION,
    SLOPE,
    log_scale,
    style,
)

# In this order: told apart by their dashes and markers as well as by their colors.
_LOOKS = (
    {"color": PATH["color"], "linestyle": "-", "marker": "o"},
    {"color": SLOPE["color"], "linestyle": (0, (6, 2)), "marker": "s"},
    {"color": FUNCTION["color"], "linestyle": (0, (4, 2, 1, 2)), "marker": "D"},
    {"color": PREDICTION["color"], "linestyle": (0, (1, 1.5)), "marker": "^"},
)


def small_step(ax, f, x, learning_rate):
    """Draw one step of descent, and how low the tangent said that it would lead.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : helpers.functions.Function
    x : float
        Where the step begins.
    learning_rate : float
    """
    slope = f.derivative(x)
    end = x - learning_rate * slope
    promised = f(x) - learning_rate * slope**2
    reach = 1.6 * abs(end - x)
    around = np.linspace(min(x, end) - reach / 2, max(x, end) + reach / 2, 200)
    with style():
        ax.plot(around, f(around), **FUNCTION, zorder=1, label=f"f(x) = {f.formula}")
        ax.plot(around, f(x) + slope * (around - x), **SLOPE, zorder=2, label="its tangent at x")
        ax.plot([end, end], [promised, f(end)], **GUIDE, zorder=2)
        look = {"linestyle": "none", "markersize": 10, "zorder": 4}
        ax.plot([x], [f(x)], **POINT, zorder=4, label="x")
        ax.plot([end], [promised], **look, marker="v", color=SLOPE["color"], label="promised")
        ax.plot([end], [f(end)], **look, marker="D", color=PATH["color"], label="come to")
        ax.set(xlabel=f.x_label, ylabel=f.y_label, title=f"η = {learning_rate:g}")
        ax.set_xlim(around[0], around[-1])


def paths(ax, f, window, walks):
    """Draw walks on a curve, each from a black dot to a diamond.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : callable
        Of one variable; takes arrays.
    window : (float, float)
        The part of the x-axis that is shown.
    walks : sequence of numpy.ndarray, shapes (n,)
        The places of each.
    """
    x = np.linspace(*window, 400)
    with style():
        ax.plot(x, f(x), **FUNCTION)
        for walk, look in zip(walks, _LOOKS, strict=False):
            walk = np.asarray(walk)
            ax.plot(walk, f(walk), **{**PATH, **look, "linestyle": "none", "markersize": 5})
            ax.plot(walk[:1], f(walk[:1]), **{**POINT, "markersize": 8})
            ax.plot(walk[-1:], f(walk[-1:]), "D", color=look["color"], markersize=9)
        ax.set(xlim=window, xlabel="x", ylabel="f(x)")


def losses(ax, curves, marks=()):
    """Draw losses against the step, on a log scale.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    curves : mapping of str to numpy.ndarray, shapes (n,)
        Up to four, under the names that the legend gives them.
    marks : sequence of (float, str)
        Heights of dotted lines across the picture, and their names.
    """
    with style():
        for (name, values), look in zip(curves.items(), _LOOKS, strict=False):
            values = np.asarray(values)
            every = max(1, len(values) // 12)
            ax.plot(values, **look, linewidth=2, markersize=5, markevery=every, label=name)
        for height, name in marks:
            ax.axhline(height, **GUIDE, label=name)
        log_scale(ax.yaxis)
        ax.set(xlabel="step", ylabel="loss (log scale)")
        if len(curves) + len(marks) > 1:
            ax.legend()


def factors(ax, rates, bends, best):
    """Draw by what a step multiplies each direction of a walk, |1 − ηλ|, and the largest of them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rates : numpy.ndarray, shape (n,)
        Rising learning rates.
    bends : sequence of float
        The λ, up to four.
    best : float
        The rate at which the largest factor is least; it is marked.
    """
    each = np.abs(1 - np.outer(rates, bends))
    with style():
        # Broad and pale, below the others, so that it hides none of them.
        broad = {"color": "#d9cfa6", "linewidth": 11, "solid_capstyle": "butt", "zorder": 1}
        ax.plot(rates, each.max(axis=1), **broad, label="the largest")
        for value, factor, look in zip(bends, each.T, _LOOKS, strict=False):
            line = {**look, "marker": "", "linewidth": 2, "zorder": 2}
            ax.plot(rates, factor, **line, label=f"λ = {value:g}")
        ax.axvline(best, **GUIDE, zorder=1.5, label=f"least at {best:.2f}")
        ax.set(xlabel="learning rate η", ylabel="|1 − ηλ|", xlim=(0, rates[-1]), ylim=(0, 1.3))
        ax.legend(loc="lower left")


def range_tests(ax, tests, limit):
    """Draw the losses of range tests against the learning rate, both on log scales.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    tests : mapping of str to helpers.descent.RangeTest
        Up to four, under the names that the legend gives them.
    limit : float
        The learning rate beyond which walks diverge; it is marked.
    """
    with style():
        for (name, test), look in zip(tests.items(), _LOOKS, strict=False):
            line = {**look, "marker": "", "linewidth": 2}
            ax.plot(test.rates, test.losses, **line, label=name)
        ax.axvline(limit, **GUIDE, label=f"limit {limit:g}")
        log_scale(ax.xaxis, ax.yaxis)
        ax.set(xlabel="learning rate η", ylabel="loss (log scale)", ylim=(1e-10, 1e4))
        ax.legend(loc="lower left")
