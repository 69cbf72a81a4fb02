"""The exercises of notebook 02, "Partial derivatives"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson


def _gradient_by_differences(f, point):
    """Two central differences along each axis, combined so that the error is of order h⁴."""
    point, slopes = np.array(point, dtype=float), []
    for step in 1e-3 * np.eye(len(point)):
        wide, narrow = (
            (f(*(point + d)) - f(*(point - d))) / (2 * np.linalg.norm(d)) for d in (step, step / 2)
        )
        slopes.append((4 * narrow - wide) / 3)
    return np.array(slopes)


def _by_complex_step(f, x, y, h=1e-200):
    """Both partial derivatives without a formula and without a difference, as in lesson_01."""
    return np.imag(f(x + 1j * h, y)) / h, np.imag(f(x, y + 1j * h)) / h


def _bent(x, y):
    return x**2 * y + y + 2


def _plane(x, y):
    return 3 * x - 5 * y + 1


def _waves(x, y):
    return np.sin(x) * np.cos(2 * y)


def _saddle(x, y):
    return x * y**2 + x**3 - 3 * y


partial_x = Exercise(
    name="partial_x",
    adopts=True,
    template="def partial_x(f, x, y, h):\n    return {blank}",
    answer="(f(x + h, y) - f(x, y)) / h",
    quantity="the slope along x",
    cases={
        "f = x²y + y + 2, x = 3, y = 4, h = 0.5": (_bent, 3.0, 4.0, 0.5),
        "f = x²y + y + 2, x = -1, y = 2, h = 0.1": (_bent, -1.0, 2.0, 0.1),
        "f = 3x - 5y + 1, x = 0.5, y = 7, h = 0.25": (_plane, 0.5, 7.0, 0.25),
        "f = sin x · cos 2y, x = 2, y = -0.5, h = 0.2": (_waves, 2.0, -0.5, 0.2),
        "f = xy² + x³ - 3y, x = -2.5, y = -2, h = -1.75": (_saddle, -2.5, -2.0, -1.75),
    },
    mistakes={
        "(f(x + h, y + h) - f(x, y)) / h": "Here both x and y move, so the walk goes across the "
        "hillside at an angle. Freeze y: it stays the same in both heights.",
        "(f(x, y + h) - f(x, y)) / h": "That is the slope along y, with x frozen. "
        "Asked for is the slope along x: y stays, and x moves.",
        "f(x + h, y) - f(x, y)": "That is the rise along x. A slope is rise over run: "
        "divide by the run h.",
        "(f(x, y) + h - f(x, y)) / h": "That takes f(x, y) + h for f(x + h, y), which gives 1 "
        "for every f. The step h is taken along x, inside the parentheses.",
        "(f(x, y) - f(x + h, y)) / h": "The sign is reversed. The rise is where you arrive minus "
        "where you started: f(x + h, y) - f(x, y).",
        "f(x + h, y) - f(x, y) / h": "Division comes before subtraction, so only f(x, y) is "
        "divided. Put the rise in parentheses.",
        "(f(x + h, 0) - f(x, 0)) / h": "Frozen does not mean zero: y keeps the value that it has.",
        "(f(x + h, y) - f(x, y)) / x": "The rise is right. The run is the distance walked, "
        "which is h; x is where the walk began.",
        "(f(x + h, y) - f(x - h, y)) / (2 * h)": "A central difference, and a good one: its error "
        "is smaller. Asked for here is the one from x to x + h.",
        "(f(x + h, y) - f(x, y)) / (x + h)": "The rise is right. The run is the distance walked, "
        "which is h, and not the place x + h.",
    },
    hints=(
        "It is `slope` from notebook 01, with one more number to carry along. "
        "Which of the two numbers moves?",
        "Only x moves, by h. Both heights are taken at the same y.",
        "The rise is `f(x + h, y) - f(x, y)`. Put it in parentheses and divide it by `h`.",
    ),
    right="Only x moved, and y came along unchanged: "
    "a partial derivative is the slope of 01, taken on a slice.",
)


_NEARLY = (
    "So near, and not exact: is it a difference? That is good for a check. Asked for is the "
    "formula by the rules, one without h."
)


def _pond(x, y):
    return x**2 * np.sin(y) + 3 * y


# Drawn with a seed whose places tell all the mistakes below apart.
_PLACES = [
    (float(x), float(y))
    for x, y in np.random.default_rng(6769).uniform((-3, -3), (3, 3), (6, 2)).round(3)
]

pond_x = Exercise(
    name="pond_x",
    adopts=True,
    template="def pond(x, y):\n    return x**2 * np.sin(y) + 3 * y\n\n\n"
    "def pond_x(x, y):\n    return {blank}  # the partial derivative by x",
    answer="2 * x * np.sin(y)",
    quantity="the slope along x",
    cases=_PLACES,
    oracle=lambda x, y: _by_complex_step(_pond, x, y)[0],
    # But for a central one of x², no difference comes as near, and each formula does.
    tolerance=1e-12,
    nearly=_NEARLY,
    mistakes={
        "0": "Once numbers stand for x and y, all that is left is a constant, and its slope is 0. "
        "Differentiate first, and put the numbers in afterwards.",
        "2 * x * np.cos(y)": "Here sin(y) was differentiated as well. "
        "y is frozen, so sin(y) is a constant factor, like the 5 in 5x².",
        "x**2 * np.cos(y) + 3": "That is the partial derivative by y, with x frozen. "
        "Asked for is the one by x.",
        "2 * x * np.sin(y) + 3": "The first part is right. But 3y does not change while x moves: "
        "with y frozen it is a constant, and its slope is 0.",
        "2 * x * np.sin(y) + 3 * y": "The first part is right. But 3y does not change while x "
        "moves: it adds to the height and nothing to the slope.",
        "2 * x": "The factor sin(y) is frozen, and it is still there: "
        "the slope of 5x² is 5 · 2x, and here sin(y) stands in the place of the 5.",
        "2 * np.sin(y)": "The slope of x² is 2x. Here the x is missing.",
        "x * np.sin(y)": "The slope of x² is 2x. Here the 2 is missing.",
        "2 * x * np.sin(y) + x**2 * np.cos(y) + 3": "Those are both partial derivatives, added. "
        "By x alone means: whatever comes from moving y stays out.",
        "2 * x + np.cos(y) + 3": "Two things at once: y was not frozen, and the slope of a product "
        "is not the sum of the slopes. With y frozen, sin(y) is a constant factor.",
        "x**2 * np.sin(y) + 3 * y": "That is the function itself. "
        "Asked for is its partial derivative by x.",
    },
    hints=(
        "Cover y with your thumb: think of a number there, say y = 2, so that "
        "sin(y) is about 0.9 and 3y is 6. What is the slope of 0.9·x² + 6?",
        "A constant factor stays, and a constant term has the slope 0. "
        "So 3y vanishes, and sin(y) stays in front.",
        "The slope of x² is 2x. With the frozen factor: 2x · sin(y).",
    ),
    right="It is exact at six places. Frozen factors stay, frozen terms vanish.",
)

pond_y = Exercise(
    name="pond_y",
    adopts=True,
    template="def pond_y(x, y):\n    return {blank}  # the partial derivative by y",
    answer="x**2 * np.cos(y) + 3",
    quantity="the slope along y",
    cases=_PLACES,
    oracle=lambda x, y: _by_complex_step(_pond, x, y)[1],
    tolerance=1e-12,
    nearly=_NEARLY,
    mistakes={
        "2 * x * np.sin(y)": "That is the partial derivative by x. Now x is frozen and y moves.",
        "x**2 * np.cos(y)": "The first part is right. Now 3y does change, as y moves: "
        "its slope is 3.",
        "x**2 * np.cos(y) + 3 * y": "The first part is right. The slope of 3y is 3.",
        "2 * x * np.cos(y) + 3": "Here x² was differentiated as well. "
        "x is frozen now, so x² is a constant factor and stays.",
        "np.cos(y) + 3": "The factor x² is frozen, and it is still there: "
        "it stands in front of the cosine.",
        "-(x**2) * np.cos(y) + 3": "One sign is wrong: the slope of the sine is the cosine, "
        "without a minus. It is the slope of the cosine that has one.",
        "x**2 * np.sin(y) + 3": "The slope of 3y is right. The slope of sin(y) is cos(y).",
        "2 * x * np.sin(y) + x**2 * np.cos(y) + 3": "Those are both partial derivatives, added. "
        "By y alone means: whatever comes from moving x stays out.",
        "x**2 * np.sin(y) + 3 * y": "That is the function itself. "
        "Asked for is its partial derivative by y.",
    },
    hints=(
        "Now x is covered. Take x = 2: what is the slope of 4·sin(y) + 3y?",
        "The slope of sin(y) is cos(y), and the slope of 3y is 3. The factor x² stays.",
        "The first part is x² · cos(y). Add the slope of 3y, which is 3.",
    ),
    right="It is exact at six places. "
    "Now x² is the frozen factor, and sin y and 3y are what moves.",
)


def _ripple(x, y):
    return np.sin(x * y) + 2 * x


ripple_x = Exercise(
    name="ripple_x",
    adopts=True,
    template="def ripple(x, y):\n    return np.sin(x * y) + 2 * x\n\n\n"
    "def ripple_x(x, y):\n    return {blank}  # the partial derivative by x",
    answer="y * np.cos(x * y) + 2",
    quantity="the slope along x",
    cases=_PLACES,
    oracle=lambda x, y: _by_complex_step(_ripple, x, y)[0],
    tolerance=1e-12,
    nearly=_NEARLY,
    mistakes={
        "np.cos(x * y) + 2": "The slope of the inside is missing. With y frozen, x·y is a constant "
        "times x, like 5x: by the chain rule its slope multiplies the cosine.",
        "x * np.cos(x * y) + 2": "The slope of the inside x·y along x is y: as x moves, the frozen "
        "y is the factor. x would be its slope along y.",
        "x * np.cos(x * y)": "That is the partial derivative by y, with x frozen. "
        "Asked for is the one by x.",
        "y * np.cos(x * y)": "The first part is right. But 2x changes as x moves: its slope is 2.",
        "y * np.cos(x * y) + 2 * x": "The first part is right. The slope of 2x is 2.",
        "np.cos(y) + 2": "That takes the slope of the sine at y, the slope of the inside. "
        "It is taken at the inside itself, x·y, and then multiplied by that slope.",
        "y * np.cos(y) + 2": "The slope of the sine is taken at the inside, x·y, and not at y.",
        "-y * np.cos(x * y) + 2": "One sign is wrong: the slope of the sine is the cosine, without "
        "a minus.",
        "y * np.sin(x * y) + 2": "The slope of the sine is the cosine.",
        "(x + y) * np.cos(x * y) + 2": "That moves x and y. With y frozen, the slope of the inside "
        "x·y is y.",
        "np.sin(x * y) + 2 * x": "That is the function itself. "
        "Asked for is its partial derivative by x.",
    },
    hints=(
        "Cover y with your thumb: for y = 3 it is sin(3x) + 2x. What is its slope?",
        "That is 3 · cos(3x) + 2, by the chain rule of 01. Where does the 3 come from?",
        "In place of the 3 stands y: y · cos(x·y), and the slope of 2x is 2.",
    ),
    right="The chain rule of 01 with y frozen: the slope of the inside, y, times the slope of the "
    "sine at the inside.",
)


def _map_slope(value):
    if value > 0:
        return f"{value:.4g} says that the ground climbs to the north. Compare the labels there."
    if -0.1 < value < 0:
        return f"{value:.4g} is in meters per meter. Asked for is m/km: how much on a kilometer?"
    size = "steep" if value < -40 else "gentle"
    return (
        f"{value:.4g} m/km is too {size}. The rise is a multiple of 20 m; "
        f"read the run off the y-axis, from P to the next line."
    )


def height_on_the_map(x, y):
    """The ground of the exercise's map, in meters, for places in kilometers.

    At P = (2, 3) the height is 140 m, ∂f/∂x = 60 and ∂f/∂y = −40: on the way north, lines every
    20 m lie 0.5 km apart, everywhere. The page draws it without its formula, which would be the
    answer.
    """
    return 200 + 15 * x**2 - 40 * y


map_north = Exercise(
    name="map_north",
    template="map_north = {blank}  # the partial derivative by y at P, in m/km",
    answer="-20 / 0.5",
    tolerance=0.02,
    near=0.4,
    explain=_map_slope,
    mistakes={
        "20 / 0.5": "The size is right. Read the labels: to the north, do the heights rise or "
        "fall?",
        "60": "That is the slope along x: you walked east. For the partial derivative by y, "
        "freeze x and walk north.",
        "-60": "That is the size of the slope along x. For the partial derivative by y, "
        "freeze x and walk north.",
        "-20": "That is the rise from one line to the next. A slope is rise over run: "
        "how many kilometers apart are the two lines?",
        "20": "That is the height between two lines. A slope is rise over run, and it has a sign: "
        "how far apart are the lines, and do the labels rise or fall to the north?",
        "-0.5 / 20": "That is run over rise. Turn the fraction over.",
        "0.5 / 20": "That is run over rise, and without its sign. Turn the fraction over.",
        "-1 / 0.5": "That counts lines per kilometer. Each line is worth 20 m.",
        "1 / 0.5": "That counts lines per kilometer. Each line is worth 20 m; "
        "and do the labels rise or fall to the north?",
        "-20 * 0.5": "The rise is divided by the run, not multiplied with it.",
        "140": "That is the height at P. Asked for is how it changes to the north.",
        "0": "The slope is zero along a level line. To the north the walk crosses the lines.",
    },
    hints=(
        "Put a finger on P and move it north, with x frozen at 2. "
        "What is the label of the next line, and at which y do you cross it?",
        "P lies on the line 140. The next line to the north is 120, at y = 3.5.",
        "The rise is 120 - 140 = -20 m, the run is 3.5 - 3 = 0.5 km. Divide.",
    ),
    right="20 m down on half a kilometer: -40 m/km. "
    "The closer the lines lie along the way, the larger the partial derivative is in size; "
    "its sign says whether they rise or fall.",
)

_HOURS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
_KILOMETERS = np.array([0.7, 4.6, 7.0, 9.4, 13.3])
_LINES = {
    "w = 1, b = 7": (1.0, 7.0, _HOURS, _KILOMETERS),
    "w = 0, b = 0": (0.0, 0.0, _HOURS, _KILOMETERS),
    "w = 5, b = 3": (5.0, 3.0, _HOURS, _KILOMETERS),
    "w = -2, b = 1, three points": (
        -2.0,
        1.0,
        np.array([0.5, -1.5, 2.125]),
        np.array([2.0, 3.0, -1.0]),
    ),
    "w = -0.75, b = -2, two points": (
        *(-0.75, -2.0, np.array([-1.75, 0.375]), np.array([-1.25, -2.625])),
    ),
}


def _loss(w, b, x, y):
    return np.mean((w * x + b - y) ** 2) / 2


def _loss_partial(axis):
    def by_differences(w, b, x, y):
        return _gradient_by_differences(lambda w, b: _loss(w, b, x, y), (w, b))[axis]

    return by_differences


dJ_dw = Exercise(
    name="dJ_dw",
    adopts=True,
    template="def dJ_dw(w, b, x, y):\n    errors = w * x + b - y\n    return {blank}",
    answer="np.mean(errors * x)",
    quantity="∂J/∂w by differences",
    cases=_LINES,
    oracle=_loss_partial(0),
    mistakes={
        "np.sum(errors * x)": "The 1/m is missing: J is a mean over the data, "
        "so its slope is one as well. Divide by `len(x)`, or take `np.mean(errors * x)`.",
        "2 * np.mean(errors * x)": "That is twice too large: the 2 from the square "
        "and the ½ in front of J cancel.",
        "np.mean(errors * x) / 2": "That is half of it: the ½ in front of J was kept, "
        "and the 2 from the square was forgotten. They cancel.",
        "-np.mean(errors * x)": "The sign is reversed: w·x stands in errors with a plus. "
        "What you have is which way to push w; the partial derivative is its opposite.",
        "2 * np.sum(errors * x)": "Two things: the 2 from the square cancels with the ½ of J, "
        "and the 1/m is missing.",
        "np.mean(errors)": "That is ∂J/∂b. When w moves, the guess w·x + b changes x times as "
        "fast: each error brings its own factor x.",
        "np.mean(x)": "The outer part of the chain rule is missing: the slope of ½·error² is "
        "error, and it multiplies x.",
        "np.mean(errors) * np.mean(x)": "A product of two means is not the mean of the products. "
        "Multiply each error with its own x first.",
        "np.mean(errors ** 2) / 2": "That is J itself. Asked for is its slope along w.",
        "np.mean(errors * w)": "The inner slope is wrong: w·x + b, with x frozen, has the slope x "
        "along w.",
        "np.mean(errors ** 2 * x) / 2": "The square is still there: the slope of ½·error² is "
        "error, without the square.",
        "errors * x": "Those are the slopes of the single terms. J is a mean of terms, "
        "so its slope is the mean of theirs.",
    },
    hints=(
        "Take one point. The slope of ½·error² is error, times the slope of the error along w. "
        "How fast does w·x + b - y grow with w?",
        "Along w it grows with the slope x. So each point contributes error · x.",
        "J is a mean over the points, so take the mean of `errors * x`.",
    ),
    right="It agrees with differences. Each point contributes its error times its x, "
    "so points far from x = 0 count for more.",
)

dJ_db = Exercise(
    name="dJ_db",
    adopts=True,
    template="def dJ_db(w, b, x, y):\n    errors = w * x + b - y\n    return {blank}",
    answer="np.mean(errors)",
    quantity="∂J/∂b by differences",
    cases=_LINES,
    oracle=_loss_partial(1),
    mistakes={
        "np.sum(errors)": "The 1/m is missing: J is a mean over the data, "
        "so its slope is one as well. Divide by `len(x)`, or use `np.mean`.",
        "2 * np.mean(errors)": "That is twice too large: the 2 from the square "
        "and the ½ in front of J cancel.",
        "np.mean(errors) / 2": "That is half of it: the 2 from the square "
        "and the ½ in front of J cancel.",
        "-np.mean(errors)": "The sign is reversed: b stands in errors with a plus. "
        "What you have is which way to push b; the partial derivative is its opposite.",
        "np.mean(errors * x)": "That is ∂J/∂w. Along b the guess w·x + b grows with slope 1, "
        "whatever x is.",
        "np.mean(errors * b)": "The inner slope is wrong: w·x + b has the slope 1 along b.",
        "1": "1 is the inner slope, that of w·x + b along b. It multiplies the error.",
        "np.mean(np.abs(errors))": "The sign of each error counts: "
        "errors above and below the line pull b in opposite directions.",
        "np.mean(errors ** 2) / 2": "That is J itself. Asked for is its slope along b.",
        "2 * np.sum(errors)": "Two things: the 2 from the square cancels with the ½ of J, "
        "and the 1/m is missing.",
        "errors": "Those are the slopes of the single terms. J is a mean of terms, "
        "so its slope is the mean of theirs.",
    },
    hints=(
        "The same as before, with another inner slope: how fast does w·x + b - y grow with b?",
        "With slope 1. So each point contributes its error, and nothing else.",
        "Take the mean of `errors`.",
    ),
    right="It agrees with differences: ∂J/∂b is the mean error. "
    "It is zero when the line is too high by as much as it is too low.",
)

lesson = Lesson(
    "02_partial_derivatives",
    partial_x,
    pond_x,
    pond_y,
    ripple_x,
    map_north,
    dJ_dw,
    dJ_db,
)
