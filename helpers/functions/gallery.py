"""The surfaces to walk on: the gallery of functions of two variables, and losses of data."""

import dataclasses
import math
import reprlib
from types import MappingProxyType

import numpy as np

from helpers.functions.surfaces import Surface

__all__ = [
    "FIVE_POINTS",
    "SURFACES",
    "bowl",
    "himmelblau",
    "line_fit",
    "line_loss",
    "long_valley",
    "ramp",
    "rosenbrock",
    "saddle",
    "tilted_valley",
]

bowl = Surface(
    name="bowl",
    formula="w² + b²",
    latex=r"w^2 + b^2",
    about="The simplest bowl: round, so that downhill points straight to the bottom.",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    minima=[(0, 0)],
    levels=tuple(range(1, 18)),
    value_rule=lambda w, b: w**2 + b**2,
    gradient_rule=lambda w, b: (2 * w, 2 * b),
    hessian_rule=lambda w, b: (2, 0, 2),
    x_label="w",
    y_label="b",
    z_label="f(w, b)",
)

# Its Hessian has the eigenvalues 1 and 20, so the condition number is 20, and gradient descent
# converges for learning rates below 2/20.
long_valley = Surface(
    name="long_valley",
    formula="½ (x² + 20y²)",
    latex=r"\frac{1}{2}\,(x^2 + 20\,y^2)",
    about="A valley 20 times as steep across as along: downhill points to its floor, not its end.",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    minima=[(0, 0)],
    levels=tuple(range(5, 95, 5)),
    value_rule=lambda x, y: (x**2 + 20 * y**2) / 2,
    gradient_rule=lambda x, y: (x, 20 * y),
    hessian_rule=lambda x, y: (1, 0, 20),
)

# Its Hessian has the eigenvectors (1, −1) and (1, 1), with the eigenvalues 1 and 5.
tilted_valley = Surface(
    name="tilted_valley",
    formula="½ (3x² + 4xy + 3y²)",
    latex=r"\frac{1}{2}\,(3x^2 + 4xy + 3y^2)",
    about="A valley that lies askew: it bends by 1 along one diagonal, and by 5 along the other.",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    minima=[(0, 0)],
    levels=tuple(range(2, 45, 2)),
    value_rule=lambda x, y: (3 * x**2 + 4 * x * y + 3 * y**2) / 2,
    gradient_rule=lambda x, y: (3 * x + 2 * y, 2 * x + 3 * y),
    hessian_rule=lambda x, y: (3, 2, 3),
)

saddle = Surface(
    name="saddle",
    formula="x² − y²",
    latex=r"x^2 - y^2",
    about="A pass: level at (0, 0), and yet neither a summit nor the bottom of a valley.",
    window=((-3.0, 3.0), (-3.0, 3.0)),
    minima=[],
    levels=tuple(range(-8, 9)),
    value_rule=lambda x, y: x**2 - y**2,
    gradient_rule=lambda x, y: (2 * x, -2 * y),
    hessian_rule=lambda x, y: (2, 0, -2),
)

# A. Géron, Hands-On Machine Learning, 2nd ed. (2019), appendix D: an example for derivatives.
ramp = Surface(
    name="ramp",
    formula="x²y + y + 2",
    latex=r"x^2 y + y + 2",
    about="A bent ramp: it rises with y everywhere, so that no place on it is level.",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    minima=[],
    levels=tuple(range(-120, 121, 10)),
    value_rule=lambda x, y: x**2 * y + y + 2,
    gradient_rule=lambda x, y: (2 * x * y, x**2 + 1),
    hessian_rule=lambda x, y: (2 * y, 2 * x, 0),
)

# D. M. Himmelblau, Applied Nonlinear Programming (1972). Three of the minima are irrational:
# these are the floats nearest to them.
himmelblau = Surface(
    name="himmelblau",
    formula="(x² + y − 11)² + (x + y² − 7)²",
    latex=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    about="Four valleys, all equally deep: the start decides in which one a walk ends.",
    window=((-5.0, 5.0), (-5.0, 5.0)),
    minima=[
        (3, 2),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.2831859912861696),
        (3.5844283403304917, -1.8481265269644036),
    ],
    levels=(5, 15, 30, 50, 80, 120, 170, 230, 320, 450, 600),
    value_rule=lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    gradient_rule=lambda x, y: (
        4 * x * (x**2 + y - 11) + 2 * (x + y**2 - 7),
        2 * (x**2 + y - 11) + 4 * y * (x + y**2 - 7),
    ),
    hessian_rule=lambda x, y: (
        12 * x**2 + 4 * y - 42,
        4 * x + 4 * y,
        4 * x + 12 * y**2 - 26,
    ),
)

# H. H. Rosenbrock, The Computer Journal 3 (1960), 175-184. Walks usually start at (−1.2, 1).
rosenbrock = Surface(
    name="rosenbrock",
    formula="(1 − x)² + 100 (y − x²)²",
    latex=r"(1 - x)^2 + 100\,(y - x^2)^2",
    about="A bent valley, steep across and almost level along: easy to enter, slow to follow.",
    window=((-2.0, 2.0), (-1.0, 3.0)),
    minima=[(1, 1)],
    levels=(0.5, 2, 8, 24.2, 64, 150, 300, 600, 1200, 2000),
    value_rule=lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    gradient_rule=lambda x, y: (-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)),
    hessian_rule=lambda x, y: (2 - 400 * (y - x**2) + 800 * x**2, -400 * x, 200),
)


def line_loss(x, y):
    """Return the loss of the line w·x + b through data: J(w, b) = 1/(2m) Σ (w xᵢ + b − yᵢ)².

    This is half the mean squared error over the m data points, as a `Surface` over the plane of
    w and b. Its only minimum is where the gradient is zero, so that w and b solve the normal
    equations Σ (w xᵢ + b − yᵢ) xᵢ = 0 and Σ (w xᵢ + b − yᵢ) = 0. The window has the minimum in its
    middle and holds w = b = 0 as well.

    `x` and `y` have shape (m,), with m ≥ 2; integers count as real numbers, and later changes
    of the arrays do not change the loss. Raises a TypeError if they are not arrays of real
    numbers; a ValueError if they have another shape, if a number is NaN, infinite or too large
    to be squared, or if all x are equal, as then every slope would fit equally well.
    """
    x, y = _data(x, "x"), _data(y, "y")
    if x.size != y.size or x.size < 2:
        raise ValueError(
            f"x and y must hold equally many numbers, at least two, got {x.size} and {y.size}."
        )
    w, b, spread = _best_line(x, y)
    mean_x, mean_square = x.mean(), np.mean(x**2)
    loss = np.mean((w * x + b - y) ** 2) / 2
    # The ellipse J = loss + reach²/2 touches the sides of the window: half its width is
    # reach · √(H⁻¹)ᵢᵢ. It is large enough for w = b = 0, and for the loss to double.
    sides = 1 / np.sqrt(spread), np.sqrt(mean_square / spread)
    reach = max(1.25 * abs(w) / sides[0], 1.25 * abs(b) / sides[1], np.sqrt(2 * loss))
    if reach < 1e-100:  # all y are zero, or so small that their squares are
        reach = 1.0

    def errors(w, b):
        return w[:, np.newaxis] * x + b[:, np.newaxis] - y

    return Surface(
        name="line_loss",
        formula="1/(2m) Σ (wx + b − y)²",
        latex=r"\frac{1}{2m} \sum_{i=1}^{m} (w x_i + b - y_i)^2",
        about=f"How badly a line fits {x.size} data points: half the mean squared error.",
        window=tuple(
            (float(middle - reach * side), float(middle + reach * side))
            for middle, side in zip((w, b), sides, strict=True)
        ),
        minima=[(w, b)],
        levels=tuple(float(loss + 2.0**k * reach**2) for k in range(-5, 5)),
        value_rule=lambda w, b: np.mean(errors(w, b) ** 2, axis=-1) / 2,
        gradient_rule=lambda w, b: (
            np.mean(errors(w, b) * x, axis=-1),
            np.mean(errors(w, b), axis=-1),
        ),
        hessian_rule=lambda w, b: (mean_square, mean_x, 1),
        x_label="w",
        y_label="b",
        z_label="J(w, b)",
    )


def _best_line(x, y):
    """The w and b that solve the normal equations, and the mean of (x − x̄)²."""
    with np.errstate(over="ignore", invalid="ignore"):
        # Measured from the mean, no digits cancel when x is far from 0, as years are.
        from_mean = x - x.mean()
        spread = np.mean(from_mean**2)
        w = np.mean(from_mean * (y - y.mean())) / spread if spread > 0 else 0.0
        b = y.mean() - w * x.mean()
        sizes = [w, b, np.mean(x**2), np.mean(y**2)]
    if not spread > 0 or np.ptp(x) == 0:
        raise ValueError(f"x must hold at least two different numbers, got {reprlib.repr(x)}.")
    if not all(math.isfinite(size) for size in sizes):
        raise ValueError("x and y must be small enough for their squares to be finite.")
    return w, b, spread


def _data(value, name):
    """Measured numbers as a new float array of shape (m,)."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must be an array of real numbers, got {' '.join(reprlib.repr(value).split())}."
        )
    if array.ndim != 1:
        raise ValueError(f"{name} must have the shape (m,), got {array.shape}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity in it.")
    return array.astype(float)


# Scattered so that the best line is exactly w = 2, b = 3, at a loss of 0.25.
FIVE_POINTS = (np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([5.5, 6.0, 9.0, 12.0, 12.5]))
"""Small data to fit a line to by hand: the arrays x and y, read-only."""
for _array in FIVE_POINTS:
    _array.flags.writeable = False

line_fit = dataclasses.replace(
    line_loss(*FIVE_POINTS),
    name="line_fit",
    about="The loss of a line through five data points: a tilted bowl, lowest at w = 2, b = 3.",
    window=((-1.0, 5.0), (-6.0, 12.0)),
    levels=(0.5, 1, 2, 4, 8, 16, 32, 64, 128),
)

SURFACES = MappingProxyType(
    {
        f.name: f
        for f in (bowl, long_valley, tilted_valley, saddle, ramp, himmelblau, rosenbrock, line_fit)
    }
)
"""The functions of two variables by name, in the order in which a menu should list them."""
