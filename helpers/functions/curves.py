"""Functions of one variable: what every curve of the gallery can do, and the gallery."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

__all__ = [
    "CURVES",
    "Function",
    "absolute",
    "cube",
    "exponential",
    "hike",
    "relu",
    "sine",
    "square",
    "squire_trapp",
]


@dataclass(frozen=True)
class Function:
    """A function of one variable that also knows its exact derivative.

    Call it, `f(x)`, or its slope, `f.derivative(x)`, with a number or with an array of any shape:
    both work element by element. A number gives a `float`, an array gives an array of the
    same shape; integers count as real numbers and NaN stays NaN. Complex numbers are welcome
    where `analytic` is true, so that the complex step works.

    Attributes:
        name: the key in the gallery.
        formula: the formula in plain text, such as "x²".
        latex: the formula for TeX, without dollar signs.
        about: one sentence on what the function is for.
        window: (left, right), the part of the x-axis that a plot shows.
        x_label, y_label: what the axes mean, with units where there are any.
        analytic: whether the formula has a derivative everywhere it is defined, and keeps it
            when x is complex.

    Raises:
        TypeError: when called with something that is not a number or an array of numbers, or
            with complex numbers although `analytic` is false.
    """

    name: str
    formula: str
    latex: str
    about: str
    window: tuple[float, float]
    # Not part of the repr: it would show memory addresses, different on every run.
    value_rule: Callable = field(repr=False)
    slope_rule: Callable = field(repr=False)
    x_label: str = "x"
    y_label: str = "f(x)"
    analytic: bool = True

    def __call__(self, x):
        """Return f(x), element by element."""
        return self._apply(self.value_rule, x)

    def derivative(self, x):
        """Return the exact slope f′(x), element by element."""
        return self._apply(self.slope_rule, x)

    def _apply(self, rule, x):
        try:
            points = np.asarray(x)
        except ValueError:  # rows of different lengths
            points = np.asarray(None)
        if points.dtype.kind not in "iufc":
            raise TypeError(
                f"{self.name} takes a number or an array of numbers, got {type(x).__name__}."
            )
        if points.dtype.kind == "c" and not self.analytic:
            raise TypeError(
                f"{self.name} takes real numbers only: {self.formula} has a corner, so it "
                "has no derivative for complex x."
            )
        result = rule(points.astype(complex if points.dtype.kind == "c" else float))
        # A plain float prints as 9.0, a NumPy scalar as np.float64(9.0).
        return result.item() if np.ndim(result) == 0 else result


def _squire_trapp_slope(x):
    s, c = np.sin(x), np.cos(x)
    below = c**3 + s**3
    below_slope = 3 * s * c * (s - c)
    return np.exp(x) * (below - below_slope) / below**2  # the quotient rule


hike = Function(
    name="hike",
    formula="700 + 50x − 200 cos(1.6x) − 50 sin(2.8x)",
    latex=r"700 + 50x - 200\cos(1.6x) - 50\sin(2.8x)",
    about="A day's hike: two summits, the valleys around them, and five places without slope.",
    window=(0.0, 8.0),
    x_label="distance (km)",
    y_label="elevation (m)",
    value_rule=lambda x: 700 + 50 * x - 200 * np.cos(1.6 * x) - 50 * np.sin(2.8 * x),
    # In meters of height per kilometer of way: 100 m/km is a slope of 10 %.
    slope_rule=lambda x: 50 + 320 * np.sin(1.6 * x) - 140 * np.cos(2.8 * x),
)

square = Function(
    name="square",
    formula="x²",
    latex=r"x^2",
    about="The simplest valley: its slope is 2x, so it doubles when x does.",
    window=(-4.0, 4.0),
    value_rule=lambda x: x**2,
    slope_rule=lambda x: 2 * x,
)

cube = Function(
    name="cube",
    formula="x³",
    latex=r"x^3",
    about="Flat at 0, and yet neither a summit nor a valley.",
    window=(-2.0, 2.0),
    value_rule=lambda x: x**3,
    slope_rule=lambda x: 3 * x**2,
)

sine = Function(
    name="sine",
    formula="sin x",
    latex=r"\sin x",
    about="A wave whose slope is a wave too: the cosine.",
    window=(-6.5, 6.5),
    value_rule=np.sin,
    slope_rule=np.cos,
)

exponential = Function(
    name="exponential",
    formula="eˣ",
    latex=r"e^x",
    about="The function that is its own slope.",
    window=(-2.0, 2.0),
    value_rule=np.exp,
    slope_rule=np.exp,
)

absolute = Function(
    name="absolute",
    formula="|x|",
    latex=r"|x|",
    about="A corner: at 0 no derivative exists, so `derivative(0)` is NaN.",
    window=(-2.0, 2.0),
    value_rule=np.abs,
    slope_rule=lambda x: np.where(x == 0, np.nan, np.sign(x)),
    analytic=False,
)

relu = Function(
    name="relu",
    formula="max(0, x)",
    latex=r"\max(0, x)",
    about="A corner with a convention: at 0 no derivative exists, and `derivative(0)` is set to 0.",
    window=(-2.0, 2.0),
    value_rule=lambda x: np.maximum(x, 0.0),
    # Unlike a comparison, heaviside keeps NaN; its second argument is the convention at 0.
    slope_rule=lambda x: np.heaviside(x, 0.0),
    analytic=False,
)

# W. Squire and G. Trapp, "Using complex variables to estimate derivatives of real functions",
# SIAM Review 40 (1998), 110-112.
squire_trapp = Function(
    name="squire_trapp",
    formula="eˣ / (cos³x + sin³x)",
    latex=r"\frac{e^x}{\cos^3 x + \sin^3 x}",
    about="The example on which the complex step was shown in 1998.",
    window=(0.0, 2.0),
    value_rule=lambda x: np.exp(x) / (np.cos(x) ** 3 + np.sin(x) ** 3),
    slope_rule=_squire_trapp_slope,
)

CURVES = MappingProxyType(
    {f.name: f for f in (hike, square, cube, sine, exponential, absolute, relu, squire_trapp)}
)
"""The functions of one variable by name, in the order in which a menu should list them."""
