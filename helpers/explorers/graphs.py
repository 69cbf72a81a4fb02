"""An explorer of notebook 06: a computation as a graph, walked forward and backward."""

from typing import NamedTuple

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers import plots
from helpers.autodiff import Value
from helpers.stage import Button, Choice, Play, Slider, Stage

BOX = (1.1, 0.8)  # inches
SIZE = (9.2, 4.7)


class Node(NamedTuple):
    """One box of a graph.

    Attributes
    ----------
    name : str
    place : (float, float)
        The middle of its box, in inches from the lower left corner.
    parents : tuple of str
        The names of what it is computed from; empty for an input.
    formula : str
        How it is computed, in terms of the names of its parents.
    compute : callable or float
        The operation, a function of one `Value` for each parent; of an input the number.
    labels : tuple of float
        For each parent, how far along the edge its local derivative stands, from 0 to 1.
    """

    name: str
    place: tuple
    parents: tuple
    formula: str
    compute: object
    labels: tuple = (0.5, 0.5)


def _input(name, number, *place):
    return Node(name, place, (), "", number)


# Five operations each, in the order of computing; no edge crosses a box or a number.
GRAPHS = {
    "ln x₁ + x₁·x₂ − sin x₂": (
        _input("x₁", 2.0, 0.7, 3.55),
        _input("x₂", 5.0, 0.7, 1.35),
        Node("v₁", (3.1, 4.1), ("x₁",), "ln x₁", lambda x: x.log()),
        Node("v₂", (3.1, 2.45), ("x₁", "x₂"), "x₁·x₂", lambda x, y: x * y),
        Node("v₃", (3.1, 0.8), ("x₂",), "sin x₂", lambda x: x.sin()),
        Node("v₄", (5.7, 3.25), ("v₁", "v₂"), "v₁ + v₂", lambda x, y: x + y),
        Node("f", (8.3, 2.45), ("v₄", "v₃"), "v₄ − v₃", lambda x, y: x - y),
    ),
    "loss of a line, ½(w·x + b − y)²": (
        _input("w", 1.0, 0.65, 3.7),
        _input("x", 2.0, 0.65, 2.3),
        _input("b", 7.0, 2.22, 1.6),
        _input("y", 5.0, 3.8, 0.9),
        Node("p", (2.22, 3.0), ("w", "x"), "w·x", lambda x, y: x * y),
        Node("q", (3.8, 2.3), ("p", "b"), "p + b", lambda x, y: x + y),
        Node("r", (5.38, 2.3), ("q", "y"), "q − y", lambda x, y: x - y),
        Node("s", (6.96, 2.3), ("r",), "r²", lambda x: x**2),
        Node("J", (8.54, 2.3), ("s",), "½·s", lambda x: x * 0.5),
    ),
    "shared parts, c·d + c + d": (
        _input("a", 2.0, 0.7, 3.5),
        _input("b", 3.0, 0.7, 1.0),
        Node("c", (2.9, 3.5), ("a", "b"), "a + b", lambda x, y: x + y, (0.5, 0.24)),
        Node("d", (2.9, 1.0), ("a", "b"), "a·b", lambda x, y: x * y, (0.24, 0.5)),
        Node("e", (4.8, 2.3), ("c", "d"), "c·d", lambda x, y: x * y),
        Node("g", (6.6, 3.3), ("e", "c"), "e + c", lambda x, y: x + y),
        Node("f", (8.4, 2.3), ("g", "d"), "g + d", lambda x, y: x + y),
    ),
    "a neuron, tanh(w₁x₁ + w₂x₂ + b)": (
        _input("x₁", 2.0, 0.7, 4.2),
        _input("w₁", -3.0, 0.7, 3.2),
        _input("x₂", 0.0, 0.7, 2.0),
        _input("w₂", 1.0, 0.7, 1.0),
        _input("b", 6.8813735870195432, 4.6, 1.0),
        Node("p", (2.65, 3.7), ("w₁", "x₁"), "w₁·x₁", lambda x, y: x * y),
        Node("q", (2.65, 1.5), ("w₂", "x₂"), "w₂·x₂", lambda x, y: x * y),
        Node("s", (4.6, 2.6), ("p", "q"), "p + q", lambda x, y: x + y),
        Node("n", (6.55, 1.9), ("s", "b"), "s + b", lambda x, y: x + y),
        Node("o", (8.45, 1.9), ("n",), "tanh n", lambda x: x.tanh()),
    ),
}
OPERATIONS = 5
STEPS = 2 * OPERATIONS + 1


def evaluate(nodes):
    """Compute a graph.

    Returns
    -------
    dict of str to Value
        One for each node, by its name.
    """
    values = {}
    for node in nodes:
        parents = [values[name] for name in node.parents]
        values[node.name] = node.compute(*parents) if parents else Value(node.compute)
    return values


def history(nodes):
    """What the backward pass knows after each of its steps.

    Returns
    -------
    list of (Node, dict of str to float)
        The node whose gradient was passed on, and all gradients known by then. The first node is
        the result, which has got its own gradient, 1.
    """
    values = evaluate(nodes)
    gradients = {nodes[-1].name: 1.0}
    found = [(nodes[-1], dict(gradients))]
    for node in reversed([node for node in nodes if node.parents]):
        for parent, partial in zip(node.parents, values[node.name].partials, strict=False):
            passed = gradients[node.name] * partial
            gradients[parent] = gradients.get(parent, 0.0) + passed
        found.append((node, dict(gradients)))
    return found


def walk_the_graph():
    """Step through a computation: values appear on the way forward, gradients on the way back."""
    return Stage(
        _graph_scene,
        Choice("expression", list(GRAPHS), next(iter(GRAPHS)), "expression"),
        Slider("step", np.arange(STEPS + 1), 1, "step"),
        Play("step", seconds=16),
        Button("To the turn", {"step": OPERATIONS + 1}),
        Button("Start again", {"step": 1}),
        name="Walk the graph",
        alt=(
            "A computation drawn from left to right: a box for each input and each operation, and "
            "arrows from what goes into it. Going forward, each box gets its value, and each arrow "
            "its local derivative. Going backward, each box gets its gradient: that of the box "
            "behind it times the number on the arrow, added up over all arrows that leave it."
        ),
        stills=[{"step": OPERATIONS}, {"step": OPERATIONS + 3}],
    )


VALUE, GRADIENT = plots.FUNCTION["color"], plots.SLOPE["color"]


@plots.style()
def _graph_scene(expression):
    nodes = GRAPHS[expression]
    values, backward = evaluate(nodes), history(nodes)
    operations = [node for node in nodes if node.parents]
    fig, ax = plots.figure(size=SIZE)
    ax.set(xlim=(0, SIZE[0]), ylim=(0, SIZE[1]))
    ax.set_position([0, 0, 1, 1])
    ax.axis("off")
    places = {node.name: np.array(node.place) for node in nodes}
    middle = {"ha": "center", "va": "center", "clip_on": True}
    seen, known, edges = {}, {}, {}
    for node in nodes:
        _draw_box(ax, node)
        x, y = node.place
        kind = f"{node.name} "
        seen[node.name] = ax.text(x, y, "", **middle, color=VALUE, zorder=4, label=kind + "value")
        known[node.name] = ax.text(
            *(x, y - 0.24, ""), **middle, color=GRADIENT, weight="bold", zorder=4
        )
        known[node.name].set_label(kind + "gradient")
        for parent, share in zip(node.parents, node.labels, strict=False):
            edges[parent, node.name] = _draw_edge(ax, places[parent], np.array(node.place), share)
    (forward,) = ax.plot([], [], color=VALUE, linewidth=3, zorder=2, label="way forward")
    (back,) = ax.plot([], [], color=GRADIENT, linewidth=3, zorder=2, label="way back")
    frame = ax.add_patch(_box((0, 0), facecolor="none", linewidth=2.5, zorder=2.5))
    ax.text(0.1, 0.08, "value", color=VALUE, fontsize=9.5, va="bottom")
    ax.text(0.62, 0.08, "gradient", color=GRADIENT, fontsize=9.5, weight="bold", va="bottom")
    ax.text(1.4, 0.08, "on the arrows: local derivatives", fontsize=9.5, va="bottom")

    def update(step):
        computed = operations[: min(step, OPERATIONS)]
        ready = {node.name for node in nodes if not node.parents} | {n.name for n in computed}
        turned = step - OPERATIONS - 1
        active, gradients = backward[turned] if turned >= 0 else (None, {})
        if 0 < step <= OPERATIONS:
            active = operations[step - 1]
        for name, text in seen.items():
            text.set_text(number(values[name].data) if name in ready else "")
        for name, text in known.items():
            text.set_text(f"grad {number(gradients[name])}" if name in gradients else "")
        for node in operations:
            for parent, partial in zip(node.parents, values[node.name].partials, strict=False):
                told = f"×{number(partial)}" if node.name in ready else ""
                edges[parent, node.name][1].set_text(told)
        ways = []
        if active is not None and turned != 0:
            ways = [edges[parent, active.name][0] for parent in active.parents]
        lines = [part for way in ways for part in (*way, (np.nan, np.nan))]
        empty = np.empty((0, 2))
        forward.set_data(*(np.array(lines) if lines and turned < 0 else empty).T)
        back.set_data(*(np.array(lines) if lines and turned >= 0 else empty).T)
        frame.set_visible(active is not None)
        if active is not None:
            corner = np.array(active.place) - np.array(BOX) / 2
            frame.set_bounds(*corner, *BOX)
            frame.set_edgecolor(VALUE if turned < 0 else GRADIENT)
        return f"Step {step} of {STEPS}{_said(step, nodes, active, values, backward)}"

    return fig, update


def _said(step, nodes, active, values, backward):
    """What happens at a step, in words."""
    if step == 0:
        inputs = [n for n in nodes if not n.parents]
        listed = ", ".join(f"{n.name} = {number(n.compute)}" for n in inputs)
        return f". The inputs have their values: {listed}."
    partials = [number(p) for p in values[active.name].partials]
    if step <= OPERATIONS:
        slopes = [
            f"{partial} by {parent}"
            for partial, parent in zip(partials, active.parents, strict=False)
        ]
        return (
            f", forward: {active.name} = {active.formula} = {number(values[active.name].data)}. "
            f"Local derivatives: {', '.join(slopes)}."
        )
    if step == OPERATIONS + 1:
        return f", the turn: {active.name} moves with itself, so its gradient is 1."
    (_, before), (_, after) = backward[step - OPERATIONS - 2 : step - OPERATIONS]
    own, shares = number(before[active.name]), []
    for partial, parent in zip(partials, active.parents, strict=False):
        share = number(after[parent] - before.get(parent, 0.0))
        total = f", together {number(after[parent])}" if parent in before else ""
        shares.append(f"{parent} gets {own} · {share_of(partial)} = {share}{total}")
    end = " Done." if step == STEPS else ""
    return f", back through {active.name} = {active.formula}: {'; '.join(shares)}.{end}"


def share_of(partial):
    """A factor, in parentheses if it has a sign."""
    return f"({partial})" if partial.startswith("\N{MINUS SIGN}") else partial


def number(value):
    """A number to five digits, with a true minus sign."""
    return f"{value + 0.0:.5g}".replace("-", "\N{MINUS SIGN}")


def _box(place, **look):
    width, height = BOX
    corner = (place[0] - width / 2, place[1] - height / 2)
    return FancyBboxPatch(corner, *BOX, boxstyle="round,pad=0,rounding_size=0.08", **look)


def _draw_box(ax, node):
    color = "#f1f4f7" if node.parents else "#ffffff"
    ax.add_patch(_box(node.place, facecolor=color, edgecolor="#888888", linewidth=1, zorder=1))
    title = f"{node.name} = {node.formula}" if node.parents else node.name
    x, y = node.place
    ax.text(x, y + 0.24, title, ha="center", va="center", fontsize=9.5, zorder=1.2)


def _draw_edge(ax, start, end, share):
    """Draw an arrow between two boxes; return its ends and the text on it."""
    reach = np.array([BOX[0] / 2 + 0.03, 0])
    start, end = start + reach, end - reach
    arrow = {"arrowstyle": "-|>", "color": "#999999", "linewidth": 1, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", end, start, arrowprops=arrow, zorder=1)
    level = abs(end[1] - start[1]) < 0.01  # then the number stands above it, not on it
    x, y = start + share * (end - start) + [0, 0.16 * level]
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    look = {"ha": "center", "va": "center", "fontsize": 9.5, "clip_on": True, "zorder": 3}
    text = ax.text(x, y, "", **look, bbox=white)
    return (tuple(start), tuple(end)), text
