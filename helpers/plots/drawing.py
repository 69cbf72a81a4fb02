"""Axes in one style, a look for each role, and what is drawn the same way everywhere."""

import contextlib
import io
import threading
from pathlib import Path

import matplotlib
import matplotlib.ticker
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from helpers.stage import stills

FUNCTION = {"color": "#0072b2", "linestyle": "-", "linewidth": 2.5}
"""The function itself: blue, solid."""
SLOPE = {"color": "#d55e00", "linestyle": (0, (6, 2)), "linewidth": 2.5}
"""A slope, a tangent, a derivative or a gradient: vermilion, dashed."""
PATH = {"color": "#00684d", "linestyle": "-", "linewidth": 1.5, "marker": "o", "markersize": 5}
"""A walk, step by step: green, dots joined by a thin line."""
PREDICTION = {"color": "#a03c78", "linestyle": (0, (1, 1.5)), "linewidth": 2.5}
"""What theory predicts, or what is being compared: purple, dotted."""
FORBIDDEN = {"color": "#b8b8b8", "alpha": 0.35, "linewidth": 0}
"""A zone to stay out of: grey."""
POINT = {"color": "#222222", "linestyle": "none", "marker": "o", "markersize": 9}
"""The place where we stand: a black dot."""
GUIDE = {"color": "#666666", "linestyle": (0, (2, 2)), "linewidth": 1.2}
"""A line that guides the eye: thin, grey, dotted."""

_STYLE = matplotlib.rc_params_from_file(
    Path(__file__).with_name("downhill.mplstyle"), use_default_template=False
)


# Matplotlib's settings are one for all threads, and JupyterLab lets the kernel hear of a slider in
# another thread than that in which cells run: they take turns.
_turn = threading.RLock()


@contextlib.contextmanager
def style():
    """Use the style sheet inside a `with` block, or as a decorator: ``@plots.style()``.

    The reader's own settings do not show through, and are as before afterwards.
    """
    with _turn, matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def figure(rows=1, columns=1, size=(7, 3.6), **subplots):
    """Return a new figure and its Axes, as ``matplotlib.figure.Figure.subplots`` does.

    Parameters
    ----------
    rows, columns : int
        How many Axes below and beside each other.
    size : (float, float)
        Width and height in inches; an inch is 100 pixels on the page.
    **subplots
        Passed on, e.g. ``sharex=True`` or ``width_ratios=[2, 1]``.
    """
    with style():
        fig = Figure(figsize=size)
        FigureCanvasAgg(fig)
        axes = fig.subplots(rows, columns, **subplots)
        lower_frames(*fig.axes)
        return fig, axes


def lower_frames(*axes):
    """Put the frames of Axes below what moves, as `figure` does for those that it makes.

    A stage paints whatever is above a moving artist again in every picture.

    Parameters
    ----------
    *axes : matplotlib.axes.Axes
    """
    for ax in axes:
        ax.spines[:].set_zorder(0.6)


def curve(ax, f, points=400, **look):
    """Draw a `helpers.functions.Function` over its window, and label the axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : Function
    points : int
        At how many places it is computed.
    **look
        Overrides the look of the role `FUNCTION`, e.g. ``label="f"``.

    Returns
    -------
    matplotlib.lines.Line2D
    """
    x = np.linspace(*f.window, points)
    with style():
        (line,) = ax.plot(x, f(x), **{**FUNCTION, "label": f.formula, **look})
        ax.set(xlabel=f.x_label, ylabel=f.y_label, xlim=f.window)
    return line


def log_scale(*axes):
    """Give an `ax.xaxis` or `ax.yaxis` a log scale, with its powers of ten as plain text.

    Matplotlib's own labels are formulas, which take much longer to draw and to record.

    Parameters
    ----------
    *axes : matplotlib.axis.Axis
    """
    for axis in axes:
        axis.axes.set(**{f"{axis.axis_name}scale": "log"})
        axis.set_major_formatter(_power_of_ten)
        axis.set_minor_formatter(matplotlib.ticker.NullFormatter())


_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ten_to(exponent):
    """A power of ten as plain text, such as "10⁻⁶".

    Parameters
    ----------
    exponent : int
    """
    return f"10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def _power_of_ten(value, position):
    return ten_to(round(np.log10(value)))


def tangent(ax, f, x, reach=1.0, **look):
    """Draw the tangent of f at x, from x − reach to x + reach.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    f : Function
        Its exact derivative gives the slope.
    x : float
    reach : float
        How far the line goes to either side, in units of x.

    Returns
    -------
    matplotlib.lines.Line2D
    """
    span = np.array([x - reach, x + reach])
    with style():
        (line,) = ax.plot(span, f(x) + f.derivative(x) * (span - x), **{**SLOPE, **look})
        ax.plot([x], [f(x)], **POINT)
    return line


def surface(ax, x, y, heights, **look):
    """Draw heights over a grid as a surface, dark green where it is low, pale where it is high.

    What is drawn on the surface needs a ``zorder`` above 1 to be seen.

    Parameters
    ----------
    ax : mpl_toolkits.mplot3d.axes3d.Axes3D
        Made with ``projection="3d"``.
    x, y : numpy.ndarray, shapes (n,) and (m,)
    heights : numpy.ndarray, shape (m, n)
        ``heights[i, j]`` is the height at ``x[j]``, ``y[i]``, as for ``Axes.contour``.
    **look
        Overrides, e.g. ``cmap="Greys"``.

    Returns
    -------
    mpl_toolkits.mplot3d.art3d.Poly3DCollection
    """
    # Matplotlib would otherwise guess at each drawing what covers what, and hide lines and dots.
    ax.computed_zorder = False
    look = {"cmap": "YlGn_r", "alpha": 0.8, "linewidth": 0, "rcount": 30, "ccount": 30, **look}
    with style():
        return ax.plot_surface(*np.meshgrid(x, y), heights, **look)


class Picture:
    """A finished figure that Jupyter shows together with its text alternative.

    Attributes
    ----------
    image : PIL.Image.Image
    alt : str
    """

    def __init__(self, image, alt):
        self.image, self.alt = image, alt

    def _repr_html_(self):
        return stills.as_html(self.image, self.alt)

    def __repr__(self):
        """Say what the picture shows."""
        return f"Picture: {self.alt}"


def show(fig, alt):
    """Return a figure as a picture with a text alternative, for the end of a cell.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : str
        What the picture shows, for readers who do not see it.

    Raises
    ------
    ValueError
        If ``alt`` is no sentence.
    """
    if not isinstance(alt, str) or len(alt.split()) < 3:
        raise ValueError("alt must say what the picture shows, in a sentence.")
    stream = io.BytesIO()
    with style():
        fig.savefig(stream, format="png", dpi=fig.dpi * stills.SCALE)
    return Picture(Image.open(stream).convert("RGB").quantize(256), alt)
