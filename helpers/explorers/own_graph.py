"""A picture of the computation graph that a reader's own engine has built."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from helpers import plots
from helpers.explorers.graphs import number

BOX = (1.15, 0.86)  # inches
GAP = (1.0, 0.32)  # between columns, and between boxes of one column
MOST = 24


def show_graph(result, **inputs):
    """Draw how a number was computed: values, gradients, and local derivatives on the arrows.

    Parameters
    ----------
    result : object
        The last number, after its way back. It and all that it is made of have ``data``, ``grad``
        and ``arrows``, pairs of a parent and the local derivative by it; ``sign`` says by what
        each was made.
    **inputs
        The inputs by name, for example ``x=x``.

    Returns
    -------
    A picture for the end of a cell.

    Raises
    ------
    ValueError
        If there are more than 24 numbers, which would be too small to read.
    """
    nodes = _collected(result)
    if len(nodes) > MOST:
        raise ValueError(
            f"A graph of {len(nodes)} numbers is too large to read: draw up to {MOST}."
        )
    titles = {node: node.sign if node.arrows else number(node.data) for node in nodes}
    titles |= {node: name for name, node in inputs.items() if node in titles}
    columns, users, bends = _routes(nodes)
    places = _places(columns, users)
    width, height = (max(place[k] for place in places.values()) + BOX[k] / 2 for k in (0, 1))
    with plots.style():
        fig, ax = plots.figure(size=(width + 0.2, height + 0.5))
        ax.set(xlim=(-0.1, width + 0.1), ylim=(-0.4, height + 0.1))
        ax.set_position([0, 0, 1, 1])
        ax.axis("off")
        for node in nodes:
            _draw_arrows(ax, node, places, bends)
        for node in nodes:
            _draw_box(ax, node, titles[node], places[node])
        look = {"fontsize": 9.5, "va": "bottom"}
        ax.text(0, -0.35, "value", color=plots.FUNCTION["color"], **look)
        ax.text(0.55, -0.35, "gradient", color=plots.SLOPE["color"], weight="bold", **look)
        ax.text(1.35, -0.35, "on the arrows: local derivatives", **look)
    told = [
        f"{titles[node]} has the value {number(node.data)} and the gradient {number(node.grad)}"
        for node in nodes
    ]
    return plots.show(
        fig, f"A graph of {len(nodes)} boxes, from the result back: {'; '.join(told)}."
    )


def _collected(result):
    """The numbers that a result is made of, itself first, each before its parents."""
    found, seen = [result], {result}
    for node in found:  # the list grows while it is read
        for parent, _ in node.arrows:
            if parent not in seen:
                seen.add(parent)
                found.append(parent)
    return sorted(found, key=lambda node: node.number, reverse=True)


class Bend:
    """Where a long arrow passes a column of boxes: it takes a place of its own there."""

    def __init__(self, user):
        self.user = user


def _routes(nodes):
    """Columns of boxes and bends, from the result back; and the bends of each arrow in order."""
    column = dict.fromkeys(nodes, 0)
    for node in nodes:  # each before its parents
        for parent, _ in node.arrows:
            column[parent] = max(column[parent], column[node] + 1)
    columns = [[] for _ in range(max(column.values()) + 1)]
    users, bends = {node: [] for node in nodes}, {}
    for node in nodes:
        columns[column[node]].append(node)
        for k, (parent, _) in enumerate(node.arrows):
            last, bends[node, k] = node, []
            for place in range(column[node] + 1, column[parent]):
                last = Bend(last)
                bends[node, k].append(last)
                columns[place].append(last)
            users[parent].append(last)
    return columns, users, bends


def _places(columns, users):
    """The middle of each box and bend, in inches: near what it goes into."""
    height, places = {}, {}
    for k, members in enumerate(columns):  # from the result back
        near = {m: [m.user] if isinstance(m, Bend) else users[m] for m in members}
        members.sort(key=lambda m: np.mean([height[u] for u in near[m]] or [0]))
        room = [0.5 if isinstance(m, Bend) else 1.0 for m in members]
        ends = np.cumsum(room)
        for m, end, size in zip(members, ends, room, strict=True):
            height[m] = end - size / 2 - ends[-1] / 2
            places[m] = np.array([len(columns) - 1 - k, height[m]])
    lowest = min(place[1] for m, place in places.items())
    steps, half = np.array(BOX) + GAP, np.array(BOX) / 2
    return {m: (place - [0, lowest]) * steps + half for m, place in places.items()}


def _draw_box(ax, node, title, place):
    x, y = place
    color = "#f1f4f7" if node.arrows else "#ffffff"
    look = {"facecolor": color, "edgecolor": "#888888", "linewidth": 1, "zorder": 2}
    corner = place - np.array(BOX) / 2
    ax.add_patch(FancyBboxPatch(corner, *BOX, boxstyle="round,pad=0,rounding_size=0.08", **look))
    middle = {"ha": "center", "va": "center", "zorder": 3}
    ax.text(x, y + 0.26, title, **middle, fontsize=11, weight="bold")
    ax.text(x, y, number(node.data), **middle, color=plots.FUNCTION["color"])
    grad = f"grad {number(node.grad)}"
    ax.text(x, y - 0.26, grad, **middle, color=plots.SLOPE["color"], weight="bold", fontsize=9.5)


def _draw_arrows(ax, node, places, bends):
    reach = np.array([BOX[0] / 2 + 0.03, 0])
    for k, (parent, partial) in enumerate(node.arrows):
        # Two arrows into one box arrive a little apart, as those of x·x must.
        aside = np.array([0, 0.18 * (-1) ** k * (len(node.arrows) > 1)])
        if len(node.arrows) > 1 and parent is not node.arrows[1 - k][0]:
            other = places[node.arrows[1 - k][0]]
            aside = abs(aside) * np.sign(places[parent][1] - other[1])
        start = places[parent] + reach + (aside if not bends[node, k] else 0)
        end = places[node] - reach + aside
        way = [start, *(places[bend] for bend in reversed(bends[node, k])), end]
        ax.plot(*np.transpose(way[:-1]), color="#777777", linewidth=1, zorder=1)
        arrow = {
            "arrowstyle": "-|>",
            "color": "#777777",
            "linewidth": 1,
            "shrinkA": 0,
            "shrinkB": 0,
        }
        ax.annotate("", end, way[-2], arrowprops=arrow, zorder=1)
        white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        look = {"ha": "center", "va": "center", "fontsize": 9.5, "zorder": 4, "bbox": white}
        share = min(0.5, 0.55 * GAP[0] / (end[0] - way[-2][0]))
        x, y = end + share * (way[-2] - end)
        ax.text(x, y, f"×{partial + 0.0:.4g}".replace("-", "\N{MINUS SIGN}"), **look)
