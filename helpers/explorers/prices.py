"""An explorer of notebook 06: what a gradient costs, counted in operations."""

import numpy as np

from helpers import plots
from helpers.stage import Button, Choice, Play, Slider, Stage

INPUTS = [digit * 10**power for power in range(6) for digit in (1, 2, 5)] + [10**6]


class Tally:
    """Counts the operations on the numbers that it makes."""

    def __init__(self):
        self.operations = 0

    def number(self):
        """A number that counts."""
        return Counted(self)


class Counted:
    """A number without a value: what is done with it is counted, and nothing else."""

    def __init__(self, tally):
        self.tally = tally

    def _result(self, *others):
        self.tally.operations += 1
        return Counted(self.tally)

    __add__ = __mul__ = _result
    sin = cos = tanh = _result

    def tanh_slope(self):
        """1 − y², two operations."""
        return self._result()._result()

    def sin_slope(self):
        """cos x, one operation."""
        return self.cos()


class Forward:
    """A dual number: a value and its slope, both of them counted numbers."""

    def __init__(self, value, slope):
        self.value, self.slope = value, slope

    def __add__(self, other):
        return Forward(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other):
        if isinstance(other, Counted):  # a constant has no slope
            return Forward(self.value * other, self.slope * other)
        slope = self.slope * other.value + self.value * other.slope
        return Forward(self.value * other.value, slope)

    def sin(self):
        """Sine, and its slope."""
        return Forward(self.value.sin(), self.value.sin_slope() * self.slope)

    def tanh(self):
        """Hyperbolic tangent, and its slope."""
        value = self.value.tanh()
        return Forward(value, value.tanh_slope() * self.slope)


class Reverse:
    """A number that remembers its parents, and counts the operations of a backward pass."""

    def __init__(self, value, parents=()):
        self.value, self.parents = value, parents

    def __add__(self, other):
        return Reverse(self.value + other.value, (self, other))

    def __mul__(self, other):
        if isinstance(other, Counted):
            return Reverse(self.value * other, (self,))
        return Reverse(self.value * other.value, (self, other))

    def sin(self):
        """Sine, with its local derivative."""
        self.value.sin_slope()
        return Reverse(self.value.sin(), (self,))

    def tanh(self):
        """Hyperbolic tangent, with its local derivative."""
        value = self.value.tanh()
        value.tanh_slope()
        return Reverse(value, (self,))

    def backward(self):
        """For each arrow of the graph multiply the gradient by the number on it, and add."""
        found, seen = [self], {self}
        for node in found:  # the list grows while it is read
            for parent in node.parents:
                gradient = node.value * parent.value
                _ = parent.value + gradient
                if parent not in seen:
                    seen.add(parent)
                    found.append(parent)


def _neuron(weights, constant):
    total = weights[0] * constant()
    for weight in weights[1:]:
        total = total + weight * constant()
    return total.tanh()


def _product(numbers, constant):
    result = numbers[0] * constant()
    for factor in numbers[1:]:
        result = result * factor
    return result


def _waves(numbers, constant):
    total = numbers[0] * numbers[0].sin()
    for x in numbers[1:]:
        total = total + x * x.sin()
    return total


PROGRAMS = {
    "a neuron, tanh(w₁x₁ + … + wₙxₙ)": _neuron,
    "a product, c · x₁ · x₂ · … · xₙ": _product,
    "waves, x₁ sin x₁ + … + xₙ sin xₙ": _waves,
}


def count(program, inputs):
    """Count the operations of a program of n inputs and one output, in four ways to run it.

    Parameters
    ----------
    program : callable
        One of `PROGRAMS`.
    inputs : int

    Returns
    -------
    dict of str to int
        "evaluation": the program itself; "differences": its gradient by n + 1 evaluations (the
        subtractions and divisions come on top); "forward": by n passes with dual numbers;
        "reverse": by one pass forward and one back.
    """
    tally = Tally()
    number = tally.number
    program([number() for _ in range(inputs)], number)
    evaluation, tally.operations = tally.operations, 0
    program([Forward(number(), number()) for _ in range(inputs)], number)
    dual, tally.operations = tally.operations, 0
    program([Reverse(number()) for _ in range(inputs)], number).backward()
    return {
        "evaluation": evaluation,
        "differences": (inputs + 1) * evaluation,
        "forward": inputs * dual,
        "reverse": tally.operations,
    }


def prices(program, inputs):
    """The price of a gradient in evaluations of the program itself.

    Each further input of a program adds the same operations, so counts for one and two inputs
    give those for any number.

    Parameters
    ----------
    program : callable
        One of `PROGRAMS`.
    inputs : array_like of int

    Returns
    -------
    dict of str to numpy.ndarray
        For "differences", "forward" and "reverse" the ratio to one evaluation.
    """
    n = np.asarray(inputs, dtype=float)
    one, two = count(program, 1), count(program, 2)
    runs = {
        "evaluation": (one["evaluation"], two["evaluation"]),
        "forward": (one["forward"], two["forward"] / 2),  # a single pass out of n
        "reverse": (one["reverse"], two["reverse"]),
    }
    cost = {name: first + (n - 1) * (second - first) for name, (first, second) in runs.items()}
    return {
        "differences": n + 1,
        "forward": n * cost["forward"] / cost["evaluation"],
        "reverse": cost["reverse"] / cost["evaluation"],
    }


def the_price_of_a_gradient():
    """Slide the number of inputs, and compare what three ways to a gradient cost."""
    return Stage(
        _price_scene,
        Choice("program", list(PROGRAMS), next(iter(PROGRAMS)), "program"),
        Slider("inputs", INPUTS, 2, "inputs n", format=",d"),
        Play("inputs", seconds=6),
        Button("Back to n = 2", {"inputs": 2}),
        name="The price of a gradient",
        alt=(
            "What a whole gradient costs against the number of inputs, both on log scales, counted "
            "in evaluations of the program: by differences, by forward mode and by reverse mode, "
            "each drawn as far as the number of inputs has been slid. Bars show the three prices "
            "there."
        ),
        stills=[{"inputs": 2}],
    )


_LOOKS = {
    "differences": {**plots.PREDICTION, "marker": "s"},
    "forward": {**plots.FUNCTION, "marker": "o"},
    "reverse": {**plots.SLOPE, "marker": "^"},
}
_NAMES = {"differences": "differences", "forward": "forward mode", "reverse": "reverse mode"}


@plots.style()
def _price_scene(program):
    inputs = np.array(INPUTS)
    costs = prices(PROGRAMS[program], inputs)
    fig, (ax, now) = plots.figure(1, 2, size=(9.2, 4.2), sharey=True, width_ratios=[3, 1])
    plots.log_scale(ax.xaxis, ax.yaxis)
    ax.set(xlim=(0.7, 2e6), ylim=(0.7, 5e7), xlabel="inputs n (log scale)")
    ax.set_ylabel("price, in evaluations (log scale)")
    ax.set_title(program)
    # At few inputs the prices lie close together on the left; the bars tell them apart.
    now.set(xlim=(-0.6, 2.6), title="At this n")
    now.set_xticks(range(3), ["differ-\nences", "forward\nmode", "reverse\nmode"])
    now.grid(False, axis="x")
    lines, dots, bars, numbers = {}, {}, {}, {}
    for place, (name, look) in enumerate(_LOOKS.items()):
        bare = {**look, "marker": ""}
        (lines[name],) = ax.plot([], [], **bare, label=_NAMES[name])
        look = {**plots.POINT, "color": look["color"], "marker": look["marker"]}
        (dots[name],) = ax.plot([], [], **look, label=f"{name} now")
        bar = {"color": look["color"], "linewidth": 22, "solid_capstyle": "butt"}
        (bars[name],) = now.plot([], [], **bar, label=f"{name} bar")
        numbers[name] = now.text(place, 1, "", ha="center", va="bottom", fontsize=9.5)
    ax.legend(handles=[*lines.values()], loc="upper left")

    def update(inputs):
        at = INPUTS.index(inputs)
        for place, (name, line) in enumerate(lines.items()):
            cost = costs[name][at]
            line.set_data(INPUTS[: at + 1], costs[name][: at + 1])
            dots[name].set_data([inputs], [cost])
            bars[name].set_data([place, place], [0.7, cost])
            numbers[name].set_text(_price(cost))
            numbers[name].set_position((place, cost * 1.2))
        told = ", ".join(f"{_NAMES[name]} {_price(costs[name][at])}" for name in lines)
        return f"n = {inputs:,}. The gradient costs, in evaluations: {told}."

    return fig, update


def _price(cost):
    return f"{cost:.1f}" if cost < 100 else f"{cost:,.0f}"
