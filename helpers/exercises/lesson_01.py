"""The exercises of notebook 01, "Derivatives as slopes"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson


def _square(x):
    return x**2


def _cube(x):
    return x**3


def _wave(x):
    return np.sin(x)


def _hills(x):
    return np.cos(x)


slope = Exercise(
    name="slope",
    template="def slope(f, x, h):\n    return {blank}",
    answer="(f(x + h) - f(x)) / h",
    quantity="Δy/Δx",
    cases={
        "f(x) = x², x = 3, h = 0.5": (_square, 3.0, 0.5),
        "f(x) = x³, x = 1, h = 0.1": (_cube, 1.0, 0.1),
        "f(x) = sin x, x = -2, h = 0.25": (_wave, -2.0, 0.25),
        "f(x) = x³, x = 2, h = -0.5": (_cube, 2.0, -0.5),
        "f(x) = cos x, x = 0.5, h = 1.5": (_hills, 0.5, 1.5),
        "f(x) = x², x = an array, h = 0.5": (_square, np.array([-1.0, 0.5, 2.0]), 0.5),
    },
    mistakes={
        "f(x + h) - f(x)": "That is the rise Δy. A slope is rise over run: divide by the run h.",
        "(f(x) + h - f(x)) / h": "That takes f(x) + h for f(x + h), and is 1 for every f. The "
        "step h is taken along x: it belongs inside the parentheses, `f(x + h)`.",
        "(f(x) - f(x + h)) / h": "The sign is reversed. The rise is where you arrive minus "
        "where you started: f(x + h) - f(x).",
        "h / (f(x + h) - f(x))": "That is run over rise, which is large where the ground is flat. "
        "Turn the fraction over.",
        "f(x + h) - f(x) / h": "Division comes before subtraction, so only f(x) is divided. "
        "Put the rise in parentheses.",
        "(f(x + h) - f(x)) / x": "The rise is right. The run is the distance walked, from x to "
        "x + h: that is h, and x is where the walk began.",
        "(f(x + h) - f(x)) / (x + h)": "The rise is right. The run is the difference between x + h "
        "and x, not the place x + h itself.",
        "f(x + h) / h": "That is the height at x + h over the run. "
        "The rise is a difference of two heights.",
        "(f(h) - f(x)) / (h - x)": "That is the slope between the places x and h. "
        "Here h is a distance: the second place is x + h.",
        "(f(x) - f(x - h)) / h": "That is the slope over the stretch before x, from x - h to x. "
        "Asked for is the stretch after it, from x to x + h.",
        "(f(x + h) - f(x - h)) / (2 * h)": "That is a slope too, from x - h to x + h, and it will "
        "turn out to be a good idea. Asked for here is the one from x to x + h.",
    },
    hints=(
        "A slope is rise over run. The run is the distance walked along x; how far is that here?",
        "The walk goes from x to x + h, so the run is h. "
        "The rise is the height at the end minus the height at the start.",
        "The height at the end is `f(x + h)` and at the start `f(x)`. Subtract, put the "
        "difference in parentheses, and divide it by `h`.",
    ),
    right="It is rise over run, the average slope between x and x + h: "
    "the slope of the straight line through both points.",
    adopts=True,
)

# An altimeter reads each height to within NOISE, and the slope of the trail changes by at
# most BEND per meter. The forward difference then errs by at most BEND·h/2 (the curve leaves its
# tangent) plus 2·NOISE/h (two readings, divided by h). The sum is smallest where the two are equal:
# h = 2·sqrt(NOISE/BEND) = 20 m, and there it is 2·sqrt(NOISE·BEND) = 0.1.
# Source: Press et al., Numerical Recipes, 3rd ed., section 5.7.
NOISE, BEND = 0.5, 0.005


def _price(h):
    if h <= 0:
        return "The distance h between the two readings must be larger than 0."
    curve, readings = BEND * h / 2, 2 * NOISE / h
    change = "shorter" if curve > readings else "longer"
    return (
        f"With h = {h:.4g} m the curve costs up to {curve:.4g} and the two readings up to "
        f"{readings:.4g}, together {curve + readings:.4g}. "
        f"Make h {change}, until both cost the same."
    )


choose_h = Exercise(
    name="choose_h",
    template=(
        f"noise = {NOISE}  # m: each altitude reading may be off by this much\n"
        f"bend = {BEND}  # per m: the slope changes by at most this much each meter\n"
        "chosen_h = {blank}  # m"
    ),
    answer="2 * np.sqrt(noise / bend)",
    tolerance=0.01,
    near=0.3,
    explain=_price,
    mistakes={
        "np.sqrt(noise / bend)": "That is √(noise/bend); a factor in front of it is missing. The "
        "two costs are bend·h/2 and 2·noise/h: keep the ½ and the 2 when you set them equal.",
        "np.sqrt(2 * noise / bend)": "Nearly: h² is twice that. Two readings may both be off, "
        "which costs 2·noise/h, and the bend costs only half of bend·h. Keep both factors.",
        "4 * noise / bend": "That is h²: both costs are equal where h² = 4·noise/bend. "
        "Take the root.",
        "2 * noise / bend": "The unit tells: noise/bend is in m², and h is in m. Set bend·h/2 "
        "equal to 2·noise/h, multiply both by 2·h/bend, and take the root, `np.sqrt(…)`: "
        "`**1/2` takes none, it halves.",
        "noise / bend": "The unit tells: noise/bend is in m², and h is in m. Set bend·h/2 equal "
        "to 2·noise/h, multiply both by 2·h/bend, and take the root of what you find for h².",
        "2 * np.sqrt(bend / noise)": "The fraction is upside down. More noise asks for a longer h, "
        "so noise belongs above the line.",
        "2 * np.sqrt(noise * bend)": "That is what the best h costs, 0.1 of slope. "
        "The h itself is a distance in meters. Or is a fraction upside down? More noise asks for "
        "a longer h.",
        "1e-8": "That is a good h where rounding in the computer is the only noise. "
        "This altimeter is off by half a meter: 2·noise/h would be a hundred million.",
        "0.01": "Smaller is not better here: two readings one centimeter apart may differ by a "
        "whole meter of noise, and 2·noise/h is 100. Or is a fraction upside down? More noise "
        "asks for a longer h.",
    },
    hints=(
        "Two things go wrong. The curve leaves its tangent, which costs up to bend·h/2, and the "
        "two readings are off, which costs up to 2·noise/h. Which grows with h, which shrinks?",
        "A longer h raises the first cost and lowers the second. Their sum is smallest where its "
        "slope is 0. The slope of bend·h/2 is bend/2, and that of 2·noise/h is -2·noise/h².",
        "From bend/2 - 2·noise/h² = 0 follows h² = 4·noise/bend. Now take the root.",
    ),
    right="At 20 m the curve and the noise cost the same, 0.05 each. A shorter h lets the noise "
    "rule, a longer one the curve: the best h depends on the noise and is never 0.",
    adopts=True,
)

valley = Exercise(
    name="valley",
    template=(
        "def trail(x):\n    return x**3 - 6 * x**2 + 9 * x + 4\n\n\n"
        "valley_x = {blank}  # where the ground is flat, at the bottom of the valley"
    ),
    answer="3",
    tolerance=1e-3,
    mistakes={
        "(1, 3)": "The ground is flat at both. In a valley it falls before and climbs after: "
        "which of the two is that?",
        "(3, 1)": "The ground is flat at both. In a valley it falls before and climbs after: "
        "which of the two is it?",
        "1": "The ground is flat there too, but 1 is the hilltop: the trail climbs before it and "
        "falls after it. The valley is the other flat point.",
        "2": "There the slope is -3, the steepest descent between hilltop and valley. "
        "That is where the slope is lowest; asked for is where it is 0.",
        "4": "That is the height of the valley. Asked for is the place x.",
        "np.roots([1, -6, 9, 4])[2].real": "There the height is 0. The ground is flat where the "
        "slope is 0: set f′ to zero, and not f.",
        "-3": "The sign is reversed: 3·(x - 1)·(x - 3) is 0 where x - 3 is 0.",
        "-1": "The sign is reversed: 3·(x - 1)·(x - 3) is 0 where x - 1 is 0. "
        "And of the two flat points, the valley is the other one.",
        "0": "At 0 the slope is f′(0) = 9, steep uphill. Solve f′(x) = 0 for x.",
    },
    hints=(
        "Flat means that the slope is 0. Which x makes f′(x) = 0? "
        "You can also try your `slope` on `trail`, with a small h, at a few places.",
        "The slope of x³ is 3x², of x² it is 2x, of x it is 1, and a constant has none. "
        "So f′(x) = 3x² - 12x + 9.",
        "3x² - 12x + 9 = 3·(x - 1)·(x - 3): flat at 1 and at 3. "
        "In a valley the slope goes from minus to plus. At which of the two does it?",
    ),
    right="At 3 the slope is 0, with descent before and climb after it: a valley. "
    "Flat alone is not enough, as the hilltop at 1 is flat too.",
    adopts=True,
)

step_direction = Exercise(
    name="step_direction",
    template="def step_direction(slope_here):\n    return {blank}  # -1: left, +1: right, 0: stay",
    answer="-np.sign(slope_here)",
    quantity="the way downhill",
    cases=[(2.0,), (-3.0,), (0.25,), (-0.125,), (0.0,), (1e-6,), (-1e-6,)],
    mistakes={
        "np.sign(slope_here)": "That is the way uphill: where the slope is positive, "
        "the ground rises to the right. Downhill is the other way.",
        "-slope_here": "The sign is right, and it walks farther where it is steeper, which "
        "notebook 04 will build on. Asked for here is the direction alone: -1, 0 or +1.",
        "slope_here": "That points uphill, and its length is the slope's. Asked for is the "
        "direction downhill: -1, 0 or +1.",
        "-1 if slope_here > 0 else 1": "Right on a slope. But at slope 0, which does not "
        "tell the way, it still walks to the right. There the answer is 0.",
        "1 if slope_here < 0 else -1": "Right on a slope. But at slope 0, which does not "
        "tell the way, it still walks to the left. There the answer is 0.",
        "-1": "That always walks to the left. "
        "Where the slope is negative, downhill is to the right.",
        "1": "That always walks to the right. "
        "Where the slope is positive, downhill is to the left.",
        "'left' if slope_here > 0 else 'right'": "The words are right. The walks of the next "
        "notebooks compute with the direction, so give it as a number: -1, +1, or 0 on the flat.",
        "-abs(slope_here)": "`abs` removes the sign, and the sign is what tells left from right.",
    },
    hints=(
        "Slope 2 means: to the right, the ground rises. So which way is down, left or right?",
        "Positive slope: go left, -1. Negative slope: go right, +1. Flat: stay, 0. "
        "So the answer has the opposite sign of the slope.",
        "`np.sign(…)` gives -1, 0 or +1. Put a minus in front of it.",
    ),
    right="Downhill is against the sign of the slope. "
    "Every walk of this course starts from this rule.",
    adopts=True,
)


def _dune(x):
    return x**3 - 4 * x**2 + 5


def _ripple(x):
    return np.sin(x**2)


def _swing(x):
    return x * np.cos(2 * x)


def _by_complex_step(f):
    """Return the slope of f without a formula and without a difference: exact but for rounding.

    Source: Squire and Trapp, Using Complex Variables to Estimate Derivatives of Real Functions,
    SIAM Review 40 (1998).
    """
    return lambda x, h=1e-200: np.imag(f(x + 1j * h)) / h


# A message tells of the first case that fails; far from 0 the wrong answers differ most.
_PLACES = np.random.default_rng(1).uniform(-3, 3, size=6).round(2)
_PLACES = sorted([*_PLACES, 1.3], key=abs, reverse=True)  # at 1.3, 3x² - 8x + 5 is below 0
# What the three derivatives by hand share.
_BY_HAND = {
    "quantity": "the slope",
    "cases": [(float(x),) for x in _PLACES],
    "tolerance": 1e-12,  # no difference comes as near as that, and each formula does
    "nearly": "So near, and not exact: is it a difference? That is good for a check. Asked for is "
    "the slope by the rules, a formula without h.",
    "adopts": True,
}

powers = Exercise(
    name="powers",
    template=(
        "def dune(x):\n    return x**3 - 4 * x**2 + 5\n\n\ndef dune_slope(x):\n    return {blank}"
    ),
    answer="3 * x**2 - 8 * x",
    oracle=_by_complex_step(_dune),
    **_BY_HAND,
    mistakes={
        "0": "Once a number stands for x, all that is left is a constant, and its slope is 0. "
        "Differentiate first, and put the number in afterwards.",
        "3 * x**2 - 8 * x + 5": "The 5 is still there. A constant lifts the whole curve and "
        "changes no slope: its derivative is 0.",
        "3 * x**2 - 4 * x": "In the second part, the 2 that comes down from the power is missing: "
        "the slope of 4·x² is 4·2x.",
        "3 * x**2 - 2 * x": "The factor 4 got lost: the slope of 4·x² is 4 times that of x².",
        "x**2 - 4 * x": "The powers went down by one, and the factors are missing: "
        "the slope of xⁿ is n·xⁿ⁻¹.",
        "3 * x**3 - 8 * x**2": "The factors came down. The powers go down by one, too: "
        "the slope of xⁿ is n·xⁿ⁻¹.",
        "3 * x**2 + 8 * x": "One sign is wrong: what is subtracted has its slope subtracted.",
        "6 * x - 8": "That is the slope of the slope. Asked for is one derivative, not two.",
        "x**4 / 4 - 4 * x**3 / 3 + 5 * x": "That is the way back: the derivative of this is the "
        "dune itself. Powers go down by one, and come in front as factors.",
        "x**3 - 4 * x**2 + 5": "That is the function itself. Asked for is its slope.",
    },
    hints=(
        "It is a sum of three parts, and each has its turn. What is the slope of x³?",
        "The slope of x³ is 3x². The slope of 4x² is 4 times that of x², and a constant has none.",
        "3x² from the first part, minus 4·2x from the second, and nothing from the third.",
    ),
    right="It is exact at seven places: sums, factors and powers are all that a polynomial needs.",
)

chain = Exercise(
    name="chain",
    template=(
        "def ripple(x):\n    return np.sin(x**2)\n\n\ndef ripple_slope(x):\n    return {blank}"
    ),
    answer="np.cos(x**2) * 2 * x",
    oracle=_by_complex_step(_ripple),
    **_BY_HAND,
    mistakes={
        "np.cos(x**2)": "The outer slope is right. The inside x² does not move as fast as x: "
        "multiply by its slope, 2x.",
        "np.cos(2 * x)": "That puts the inner slope inside. The outer slope is taken where the "
        "inside is, at x², and then multiplied by the inner slope.",
        "np.cos(2 * x) * 2 * x": "The factor 2x is right. But the outer slope is taken where the "
        "inside is, at x², and not at the inner slope.",
        "np.sin(x**2) * 2 * x": "The factor 2x is right. In front of it stands the slope of the "
        "sine, which is the cosine.",
        "-np.cos(x**2) * 2 * x": "The sign is reversed: the slope of the sine is the cosine, "
        "without a minus.",
        "np.sin(2 * x)": "That has the inner slope inside the sine; it is also the slope of "
        "(sin x)², where the square is outside. Here: the slope of the sine at x², times that "
        "of x².",
        "np.cos(x**2) * x**2": "The second factor is the inside itself. The chain rule asks for "
        "its slope, 2x.",
        "np.cos(x**2) + 2 * x": "The two slopes are right. In a chain they are multiplied, "
        "as one step is a multiple of the other.",
        "np.cos(x) * 2 * x": "The factor 2x is right. But the cosine is taken where the sine "
        "was: at x².",
        "np.sin(x**2)": "That is the function itself. Asked for is its slope.",
    },
    hints=(
        "It is a chain: u(v(x)) with the sine outside and x² inside. What are their slopes?",
        "The slope of the sine is the cosine, taken at the inside, x². The slope of the inside "
        "is 2x.",
        "Slopes multiply: cos(x²) times 2x.",
    ),
    right="It is exact at seven places. The farther out, the faster x² runs, and the steeper "
    "the ripple.",
)

by_hand = Exercise(
    name="by_hand",
    template=(
        "def swing(x):\n    return x * np.cos(2 * x)\n\n\ndef swing_slope(x):\n    return {blank}"
    ),
    answer="np.cos(2 * x) - 2 * x * np.sin(2 * x)",
    oracle=_by_complex_step(_swing),
    **_BY_HAND,
    mistakes={
        "-2 * np.sin(2 * x)": "That is the product of the two slopes. "
        "The slope of a product u·v is u′·v + u·v′: each factor has its turn.",
        "np.cos(2 * x) - x * np.sin(2 * x)": "The product is right. Inside the cosine stands "
        "2x, which runs twice as fast as x: the chain rule asks for a factor 2.",
        "np.cos(2 * x) + 2 * x * np.sin(2 * x)": "One sign is wrong: the slope of the cosine is "
        "minus the sine, as it falls after 0.",
        "np.cos(2 * x) + x * np.sin(2 * x)": "Two things are missing in the second part: the minus "
        "of the cosine's slope, and the factor 2 from the 2x inside.",
        "np.cos(2 * x)": "That is u′·v. The cosine changes too as x moves: add u·v′.",
        "-2 * x * np.sin(2 * x)": "That is u·v′. The factor x changes too as x moves: add u′·v.",
        "np.cos(2 * x) - 2 * x * np.sin(x)": "The factor 2 is there. But inside the sine stands 2x "
        "as before: the chain rule adds a factor and leaves the inside as it is.",
        "np.cos(2 * x) - 2 * x * np.cos(2 * x)": "The slope of the cosine is minus the sine; "
        "the second part still holds a cosine.",
        "-np.sin(2 * x)": "That is the slope of the cosine alone, and the factor 2 of the inside "
        "is missing. The slope of a product u·v is u′·v + u·v′: each factor has its turn.",
        "-x * np.sin(2 * x)": "That is u·v′ without the factor 2 that the inside 2x brings. "
        "The factor x changes too: add u′·v.",
        "np.cos(2 * x) - 2 * np.sin(2 * x)": "That is u′·v + v′. In the second part, "
        "the factor u = x must stay: u·v′.",
        "x * np.cos(2 * x)": "That is the function itself. Asked for is its slope.",
    },
    hints=(
        "It is a product, u·v with u = x and v = cos(2x). "
        "The slope of a product is u′·v + u·v′. What is u′?",
        "u′ = 1. For v′: the slope of cos is -sin, and the 2x inside brings a factor 2.",
        "v′ = -2·sin(2x). Put the parts together: 1·cos(2x) + x·(-2·sin(2x)).",
    ),
    right="It is exact at seven places. And differences can always check it, "
    "without an answer key.",
)

lesson = Lesson(
    "01_derivatives_as_slopes", slope, step_direction, powers, chain, by_hand, valley, choose_h
)
