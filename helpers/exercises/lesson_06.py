"""The exercises of notebook 06, "Automatic differentiation"."""

import numpy as np

from .exercise import Exercise
from .lesson import Lesson

dual_times = Exercise(
    name="dual_times",
    template="def dual_times(a, a_slope, b, b_slope):  # of (a + a′ε)(b + b′ε)\n"
    "    return {blank}  # the factor of ε",
    answer="a_slope * b + a * b_slope",
    adopts=True,
    quantity="the slope of the product",
    cases=[
        (2.0, 1.0, 5.0, 0.0),
        (2.0, 0.0, 5.0, 1.0),
        (-1.5, 2.0, 4.25, -3.0),
        (0.75, -0.5, -2.5, 1.25),
        (-1.25, 0.875, -0.375, 0.625),
        (-0.5, 1.5, -0.75, -2.25),
        (2.5, 0.625, 0.375, -1.125),
        (-0.25, -3.5, 0.5, 0.125),
        (0.0, 1.25, 2.0, -0.5),  # where nothing can be divided by a
    ],
    mistakes={
        "a_slope * b_slope": "That stands at ε², which is 0. At ε stand the two products "
        "with one slope in each.",
        "a_slope * b": "One of the two is missing: a times the slope of b stands at ε as well.",
        "a * b_slope": "One of the two is missing: the slope of a, times b, stands at ε as well.",
        "a * b": "That is the part without ε, the value. The slope stands at ε.",
        "a_slope + b_slope": "That is the slope of a sum. Multiply the parentheses out.",
        "a_slope * a + b * b_slope": "Each slope has met its own value. It is multiplied by the "
        "value of the *other* factor.",
        "a_slope * b - a * b_slope": "Both products have the sign +, as in (p + q)(r + s).",
        "a_slope * b + a * b_slope + a_slope * b_slope": "The last product stands at ε², "
        "and ε² = 0: leave it out.",
        "a * b + a_slope * b + a * b_slope": "The first product has no ε: that is the value. "
        "The slope is the factor of ε.",
    },
    hints=(
        "Multiply out: four products. How many of them have exactly one ε?",
        "Two: a′ε · b and a · b′ε. The one with ε² is 0.",
        "In code: `a_slope * b`, plus `a * b_slope`.",
    ),
    right="That is the product rule of 01, and nobody had to remember it.",
)

dual_exp = Exercise(
    name="dual_exp",
    template="def dual_exp(value, slope):  # the two parts of a dual number x\n"
    "    return {blank}  # the slope of e to the power of x",
    answer="np.exp(value) * slope",
    adopts=True,
    quantity="the slope",
    cases=[(0.0, 1.0), (1.0, 3.0), (2.0, -0.625), (-1.25, 2.125), (0.5, -4.0)],
    mistakes={
        "np.exp(value)": "That is the slope of eˣ where x itself moves at speed 1. Here x moves at "
        "the speed `slope`: the chain rule multiplies by it.",
        "np.exp(slope)": "The slope of x is no place to compute eˣ at: that place is `value`.",
        "np.exp(value * slope)": "The speed does not belong into the exponent: the result is the "
        "slope of eˣ at `value`, times the speed.",
        "value * np.exp(value - 1) * slope": "That is the power rule, which is for xⁿ. "
        "Here x is in the exponent, and eˣ is its own slope.",
        "np.exp(value) + slope": "The chain rule multiplies the two slopes, of the outside and of "
        "the inside. It does not add them.",
        "np.exp(value) * value": "The second factor is not the place, but the speed at which x "
        "moves: `slope`.",
        "value * slope": "That would be the slope of ½x². Which function is its own slope?",
        "np.exp(slope) * value": "The two have changed places: eˣ is taken at `value`, and `slope` "
        "is the factor.",
        "slope": "That is the slope of x. It is still to be multiplied by the slope of eˣ.",
        "np.exp(value) / slope": "If x moves twice as fast, eˣ does so too: multiply by the slope.",
    },
    hints=(
        "Look at `sin` above: the slope of the function at the value, times the slope of x.",
        "The slope of eˣ is eˣ. At the place `value` that is `np.exp(value)`.",
        "Multiply `np.exp(value)` by `slope`.",
    ),
    right="The slope of the function at the value, times the slope that comes in: the chain rule.",
)

local_times = Exercise(
    name="local_times",
    template="def local_times(a, b):\n"
    "    return {blank}  # an array of two numbers: by a, and by b",
    answer="np.array([b, a])",
    adopts=True,
    quantity="the pair of local derivatives",
    # The last one has a factor that nothing can be divided by.
    cases=[(2.0, 5.0), (-1.0, 3.0), (0.5, -4.125), (-2.0625, -0.25), (3.0, 0.0)],
    mistakes={
        "np.array([a, b])": "They have changed places. With b frozen, a·b is a straight line in a, "
        "and its slope is the frozen number.",
        "np.array([1, 1])": "That is the rule for a + b. In a·b, how much does 1 more of a add?",
        "np.array([b, a]) * a * b": "The value a·b is no factor here: 1 more of a adds b.",
        "np.array([a * b, a * b])": "That is the value of a·b, twice. A local derivative says how "
        "fast it changes.",
        "a + b": "That is the slope if both grow together. Here each has a number of its own, "
        "with the other one frozen.",
        "np.array([b, b])": "The first one is right. For the second, freeze a: a·b is then a "
        "straight line in b.",
        "np.array([a, a])": "The second one is right. For the first, freeze b: a·b is then a "
        "straight line in a.",
        "np.array([b, -a])": "The first one is right, and the sign of the second is not: "
        "with a frozen, a·b has the slope a in b.",
        "np.array([2 * a, 2 * b])": "That would be for a² + b². Freeze b, and look at a·b as a "
        "straight line in a.",
    },
    hints=(
        "By a: freeze b, as in 02. What is the slope of the straight line b · a, seen from a?",
        "By a the slope is b. By b it is the same with the letters exchanged.",
        "In the graph, x₁·x₂ at (2, 5) had ×5 on the arrow of x₁ and ×2 on that of x₂.",
    ),
    right="Each factor's local derivative is the other factor.",
)

local_exp = Exercise(
    name="local_exp",
    template="def local_exp(y):  # y is the result, e to the power of x\n"
    "    return {blank}  # the local derivative by x",
    answer="y",
    adopts=True,
    quantity="the local derivative",
    cases={
        "y = 1, from x = 0,": (1.0,),
        "y = 7.389, from x = 2,": (float(np.exp(2)),),
        "y = 0.3679, from x = -1,": (float(np.exp(-1)),),
        "y = 3, from x = 1.0986,": (3.0,),
        "y = 20.09, from x = 3,": (float(np.exp(3)),),
    },
    mistakes={
        "np.exp(y)": "The result is y already: that takes e to the power of it once more.",
        "1 / y": "That is the slope of ln at y, which leads from y to x. "
        "The slope of eˣ is eˣ: which of the numbers at hand is that?",
        "np.log(y)": "That is x again. The slope of eˣ at x is eˣ, and that number you have.",
        "1": "The slope is 1 at x = 0 alone. Elsewhere it is eˣ.",
        "np.log(y) * y": "That is x · eˣ. The power rule, which brings x down as a factor, is for "
        "xⁿ; eˣ is its own slope.",
        "y * (1 - y)": "That belongs to another function, the sigmoid of 08. eˣ is its own slope.",
        "y**2": "Squaring y would be e to the power of 2x. The slope of eˣ is eˣ itself.",
        "y - 1": "No 1 is subtracted: in the power rule it is the exponent that falls by 1, "
        "and eˣ has a rule of its own.",
    },
    hints=(
        "What is the slope of eˣ? The table in 01 has it.",
        "It is eˣ, at the same x. And y is …?",
        "The result y is eˣ: there is nothing left to compute.",
    ),
    right="The slope of eˣ is eˣ, so the result is the local derivative: nothing to compute.",
)

local_tanh = Exercise(
    name="local_tanh",
    template="def local_tanh(y):  # y is the result, tanh x\n"
    "    return {blank}  # the local derivative by x",
    answer="1 - y**2",
    adopts=True,
    quantity="the local derivative",
    cases={
        "y = 0, from x = 0,": (0.0,),
        "y = 0.7616, from x = 1,": (float(np.tanh(1)),),
        "y = -0.9640, from x = -2,": (float(np.tanh(-2)),),
        "y = 0.4621, from x = 0.5,": (float(np.tanh(0.5)),),
        "y = -0.2449, from x = -0.25,": (float(np.tanh(-0.25)),),
    },
    mistakes={
        "1 - np.tanh(y) ** 2": "The result y is tanh x already: that takes tanh a second time.",
        "np.tanh(y)": "The result y is tanh x already, and it is no slope. That is 1 − tanh² x.",
        "y**2": "That is tanh² x. The slope is what is left of 1 when it is taken away.",
        "y * (1 - y)": "That belongs to the sigmoid of 08. For tanh it is 1 − tanh² x.",
        "1 + y**2": "Mind the sign: where tanh x is nearly 1 it is nearly level, so the slope must "
        "be close to 0 there.",
        "1 - y": "The square is missing. Without it, the slope at y = −0.96 would be nearly 2, "
        "where tanh is almost level.",
        "y": "That is the value. Unlike eˣ, tanh x is not its own slope: that is 1 − tanh² x.",
        "1 - 2 * y": "A square is y times y. Twice y is something else.",
        "(1 - y) ** 2": "Only y is squared, and then taken from 1.",
        "y**2 - 1": "The sign is reversed: tanh x climbs everywhere, so its slope is above 0.",
        "-2 * y": "That is the slope of 1 − y². The slope of tanh x is 1 − y² itself.",
    },
    hints=(
        "The slope of tanh x is 1 − tanh² x. Which part of it do you have already?",
        "The result y is tanh x. So tanh² x is …?",
        "1 minus the square of y, and a square is `y**2` in Python.",
    ),
    right="The result is enough. Where y is near ±1, tanh is nearly level, and this nearly 0.",
)

accumulate = Exercise(
    name="accumulate",
    template="def pass_on(found, partial, gradient):  # partial: the local derivative\n"
    "    return {blank}  # what the box has got now",
    answer="found + partial * gradient",
    adopts=True,
    quantity="the gradient so far",
    cases={
        "x₁ has 5, and ln x₁ passes back 1 along an arrow with ×0.5:": (5.0, 0.5, 1.0),
        "x·x at x = 3, the second arrow:": (3.0, 3.0, 1.0),
        "a first arrow with ×3, from a box with gradient 6:": (0.0, 3.0, 6.0),
        "found = 2, partial = -4, gradient = 0.5": (2.0, -4.0, 0.5),
        "found = -0.625, partial = 2.5, gradient = -3.125": (-0.625, 2.5, -3.125),
        "found = -3.125, partial = -0.375, gradient = -0.5625": (-3.125, -0.375, -0.5625),
    },
    mistakes={
        "partial * gradient": "That overwrites what came along another arrow: x·x would get 3 "
        "instead of 3 + 3. Add to what is there already.",
        "found + partial": "The gradient that arrives is missing: "
        "the chain rule multiplies it by the local derivative.",
        "found + gradient": "The local derivative is missing: the chain rule multiplies "
        "the gradient by it.",
        "found * partial * gradient": "Along an arrow the numbers are multiplied, "
        "and where arrows meet they are added.",
        "found + partial + gradient": "Along an arrow, local derivative and gradient are "
        "multiplied.",
        "found - partial * gradient": "What comes along different arrows is added.",
        "(found + partial) * gradient": "What is there already has been multiplied before. "
        "Only the new part is partial · gradient.",
        "found + gradient / partial": "If the box moves by 1, the next one moves by "
        "`partial`: multiply, do not divide.",
        "(found + gradient) * partial": "What is there already is not multiplied again. Only the "
        "gradient that arrives is multiplied, by `partial`.",
        "gradient": "That is the gradient of the box at the other end. Multiply it by the local "
        "derivative, and add it to what is there.",
        "found": "That leaves all as it was. Add what comes along this arrow.",
    },
    hints=(
        "Along one arrow: the gradient that arrives, times the local derivative.",
        "And what has come along other arrows before? `found` holds it.",
        "The sum of `found` and `partial * gradient`.",
    ),
    right="Along an arrow multiply, where arrows meet add. To forget `found` is a common bug.",
)


class _Box:
    """A number of a graph, as far as a check needs it."""

    def __init__(self):
        self.arrows = []

    __hash__ = object.__hash__  # two boxes are two keys

    def __eq__(self, other):
        """Whether a copy is still what it was copied from, with nothing written into it."""
        return isinstance(other, _Box) and vars(self) == vars(other)


def _graph(*steps):
    """Boxes for a check, the result first: for each step its parents and local derivatives."""
    boxes = [_Box() for _ in range(len(steps) + 1)]
    for box, arrows in zip(boxes, steps, strict=False):
        box.arrows = [(boxes[parent], partial) for parent, partial in arrows]
    return boxes


def _pass_on(found, partial, gradient):
    return found + partial * gradient


go_back = Exercise(
    name="go_back",
    template="def go_back(values, pass_on):  # the result first, each before its parents\n"
    "    grad = dict.fromkeys(values, 0.0)\n"
    "    grad[values[0]] = 1.0\n"
    "    for value in values:\n"
    "        for parent, partial in value.arrows:\n"
    "            grad[parent] = {blank}\n"
    "    return [grad[value] for value in values]",
    answer="pass_on(grad[parent], partial, grad[value])",
    adopts=True,
    quantity="the list of gradients",
    cases={
        "a row of two steps, ×3 and ×-0.5,": (_graph([(1, 3.0)], [(2, -0.5)]), _pass_on),
        "x·x at x = 3": (_graph([(1, 3.0), (1, 3.0)]), _pass_on),
        "parts that are used twice": (
            _graph([(1, 2.0), (2, 1.5)], [(2, -4.0), (3, 0.25)], [(3, 5.0)]),
            _pass_on,
        ),
        "a part that is used by the result and before": (
            _graph([(1, -1.25), (2, 3.0)], [(2, 0.75)]),
            _pass_on,
        ),
        "a part that the result does not use": (_graph([(2, 2.0)], [(2, 1.5)]), _pass_on),
        "two arrows and more into every part": (
            _graph(
                *([(1, -1.625), (1, -0.375), (2, 2.5)], [(2, -0.875), (3, 1.25)]),
                *([(3, -2.25), (3, 0.5)],),
            ),
            _pass_on,
        ),
    },
    mistakes={
        "pass_on(grad[value], partial, grad[parent])": "The two gradients have changed "
        "places: what the parent has so far comes first, and what arrives from `value` last.",
        "partial * grad[value]": "That overwrites what the parent has got along other arrows: x·x "
        "would get 3 instead of 6. `pass_on` adds to what it is given first.",
        "pass_on(grad[parent], partial, 1)": "What arrives is the gradient of `value`, "
        "and only that of the result is 1.",
        "pass_on(grad[parent], partial, grad[parent])": "So all gradients but the first stay at 0, "
        "where they begin. The gradient of `value`, times `partial`, is added to what the parent "
        "has.",
        "pass_on(grad[value], partial, grad[value])": "What the parent has so far is "
        "`grad[parent]`, and it comes first.",
        "grad[parent] + pass_on(grad[parent], partial, grad[value])": "`pass_on` has added "
        "`grad[parent]` already: here it counts twice.",
        "pass_on(grad[parent], grad[value], 1)": "The local derivative is missing: along an arrow, "
        "`partial` is multiplied by the gradient of `value`.",
        "grad[value]": "That hands the gradient on as it is. Along an arrow it is multiplied by "
        "the local derivative.",
    },
    hints=(
        "`pass_on` takes three things: what the parent has found so far, the local derivative, "
        "and the gradient that arrives.",
        "What the parent has so far is `grad[parent]`. And which box does the gradient come from?",
        "From `value`, at the end of the arrow: `pass_on(grad[parent], partial, grad[value])`.",
    ),
    right="This is all of the way back, also in a network of millions of weights.",
)

better_mode = Exercise(
    name="better_mode",
    template="def better_mode(inputs, outputs):\n"
    '    return {blank}  # "forward" or "reverse", by what inputs and outputs are',
    answer='"forward" if inputs < outputs else "reverse"',
    quantity="the mode with fewer passes",
    choices=("forward", "reverse"),
    cases={
        "3 inputs and 1000 outputs": (3, 1000),
        "a million inputs and 1 output": (1_000_000, 1),
        "1 input and 7 outputs": (1, 7),
        "1000 inputs and 10 outputs": (1000, 10),
        "20 inputs and 21 outputs": (20, 21),
        "31 inputs and 30 outputs": (31, 30),
        "12 inputs and 50 outputs": (12, 50),
        "70 inputs and 8 outputs": (70, 8),
        "120 inputs and 9 outputs": (120, 9),
        "40 inputs and 4 outputs": (40, 4),
        "300 inputs and 800 outputs": (300, 800),
    },
    mistakes={
        '"reverse"': "For the loss of a network, yes. But with 3 inputs and 1000 outputs, "
        "reverse mode makes 1000 passes, and forward mode 3.",
        '"forward"': "With a million inputs and one output, forward mode makes a million passes, "
        "and reverse mode one.",
        '"forward" if inputs > outputs else "reverse"': "The other way round: forward mode makes a "
        "pass for each input, so it is cheap where there are few inputs.",
        '"reverse" if outputs == 1 else "forward"': "With 1000 inputs and 10 outputs reverse mode "
        "makes 10 passes, and forward mode 1000. Compare the two numbers.",
        '"forward" if inputs == 1 else "reverse"': "With 3 inputs and 1000 outputs forward mode "
        "makes 3 passes, and reverse mode 1000. Compare the two numbers.",
        '"forward" if inputs < 10 else "reverse"': "With 20 inputs and 21 outputs forward mode "
        "makes fewer passes. There is no fixed border: compare the two numbers.",
        '"forward" if inputs < 100 else "reverse"': "With 40 inputs and 4 outputs reverse mode "
        "makes fewer passes. There is no fixed border: compare the two numbers.",
        '"forward" if inputs > 1 else "reverse"': "The more inputs, the more passes forward mode "
        "makes: a million of them where there are a million inputs.",
        '"forward" if outputs > 10 else "reverse"': "With 1 input and 7 outputs forward mode makes "
        "fewer passes. There is no fixed border: compare the two numbers.",
    },
    hints=(
        "How many passes does each mode make? One for each what?",
        "Forward mode: one for each input. Reverse mode: one for each output.",
        'Forward mode wins where there are fewer inputs than outputs: `"forward" if … else …`.',
    ),
    right="Fewer passes win. A loss has a single output: reverse.",
)

lesson = Lesson(
    "06_automatic_differentiation",
    dual_times,
    dual_exp,
    local_times,
    local_exp,
    local_tanh,
    accumulate,
    go_back,
    better_mode,
)
