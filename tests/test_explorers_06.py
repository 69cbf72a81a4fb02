"""The explorers of notebook 06, driven without a browser."""

import itertools
import re

import numpy as np
import pytest

from helpers.explorers import own_graph, the_price_of_a_gradient, walk_the_graph
from helpers.explorers.graphs import BOX, GRAPHS, OPERATIONS, STEPS, evaluate, history, number
from helpers.explorers.own_graph import show_graph
from helpers.explorers.prices import INPUTS, PROGRAMS, count, prices

# Walk the graph


@pytest.fixture(scope="module")
def walk():
    return walk_the_graph()


def by_differences(nodes, name, h=1e-5):
    """The slope of the last node by an input, with all else frozen."""

    def result(shift):
        moved = [n._replace(compute=n.compute + shift * (n.name == name)) for n in inputs]
        return evaluate([*moved, *nodes[len(inputs) :]])[nodes[-1].name].data

    inputs = [node for node in nodes if not node.parents]
    return (result(h) - result(-h)) / (2 * h)


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_the_walk_ends_with_the_gradient(nodes):
    values, (_, gradients) = evaluate(nodes), history(nodes)[-1]
    values[nodes[-1].name].backward()
    for node in nodes:
        assert gradients[node.name] == pytest.approx(values[node.name].grad, rel=1e-12)
        if not node.parents:
            slope = by_differences(nodes, node.name)
            assert gradients[node.name] == pytest.approx(slope, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize(
    ("expression", "gradients"),
    [
        ("ln x₁ + x₁·x₂ − sin x₂", {"x₁": 5.5, "x₂": 2 - np.cos(5)}),
        ("loss of a line, ½(w·x + b − y)²", {"w": 8, "b": 4, "J": 1}),
        ("shared parts, c·d + c + d", {"a": 25, "b": 19, "c": 7, "d": 6}),
        ("a neuron, tanh(w₁x₁ + w₂x₂ + b)", {"x₁": -1.5, "w₁": 1.0, "x₂": 0.5, "w₂": 0.0}),
    ],
)
def test_the_gallery_shows_the_numbers_of_the_page(walk, expression, gradients):
    with walk.hold_trait_notifications():
        walk.expression, walk.step = expression, STEPS
    assert walk.says.endswith("Done.")
    texts = {text.get_label(): text.get_text() for text in walk.figure.axes[0].texts}
    for name, gradient in gradients.items():
        assert texts[f"{name} gradient"] == f"grad {number(gradient)}"


@pytest.mark.parametrize("expression", GRAPHS)
def test_values_appear_forward_and_gradients_backward(walk, expression):
    walk.expression = expression
    nodes = GRAPHS[expression]
    inputs = sum(not node.parents for node in nodes)
    for step in range(STEPS + 1):
        walk.step = step
        texts = {text.get_label(): text.get_text() for text in walk.figure.axes[0].texts}
        values = sum(bool(texts[f"{node.name} value"]) for node in nodes)
        gradients = [node.name for node in nodes if texts[f"{node.name} gradient"]]
        assert values == inputs + min(step, OPERATIONS)
        assert bool(gradients) == (step > OPERATIONS)
        if step > OPERATIONS:
            assert set(gradients) == set(history(nodes)[step - OPERATIONS - 1][1])
        ways = {way: len(walk.drawn(way)) for way in ("way forward", "way back")}
        assert bool(ways["way forward"]) == (0 < step <= OPERATIONS)
        assert bool(ways["way back"]) == (step > OPERATIONS + 1)
    assert len(gradients) == len(nodes)


def test_the_graph_opens_with_a_number_on_an_arrow():
    texts = [text.get_text() for text in walk_the_graph().figure.axes[0].texts]
    assert "×0.5" in texts


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_every_graph_has_five_operations_in_the_order_of_computing(nodes):
    assert sum(bool(node.parents) for node in nodes) == OPERATIONS
    for i, node in enumerate(nodes):
        assert set(node.parents) <= {before.name for before in nodes[:i]}


def _meets(start, end, place):
    """Whether the way from start to end leads through the box around a place."""
    ways = start + np.linspace(0, 1, 201)[:, None] * (np.array(end) - start)
    return (np.abs(ways - place) < np.array(BOX) / 2).all(axis=1).any()


@pytest.mark.parametrize("nodes", GRAPHS.values(), ids=GRAPHS)
def test_no_box_covers_another_box_or_an_arrow(nodes):
    for one, other in itertools.combinations(nodes, 2):
        assert (np.abs(np.subtract(one.place, other.place)) >= BOX).any(), (one, other)
    reach = np.array([BOX[0] / 2 + 0.03, 0])
    for node, parent in ((n, p) for n in nodes for p in nodes if p.name in n.parents):
        for box in nodes:
            start, end = np.array(parent.place) + reach, np.array(node.place) - reach
            assert not _meets(start, end, box.place), (parent.name, node.name, box.name)


@pytest.mark.parametrize("expression", GRAPHS)
def test_no_text_covers_another(walk, expression):
    with walk.hold_trait_notifications():
        walk.expression, walk.step = expression, STEPS
    walk.figure.canvas.draw()
    texts = [t for t in walk.figure.axes[0].texts if t.get_text()]
    frames = [text.get_window_extent() for text in texts]
    for (one, a), (other, b) in itertools.combinations(zip(texts, frames, strict=True), 2):
        assert not a.overlaps(b), (one.get_text(), other.get_text())
    page = walk.figure.bbox
    assert all(page.x0 <= f.x0 and f.x1 <= page.x1 and f.y1 <= page.y1 for f in frames)


# The price of a gradient


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_prices_are_those_that_are_counted(program):
    for inputs in (1, 2, 3, 10, 57):
        counted = count(program, inputs)
        for way, price in prices(program, inputs).items():
            assert price == pytest.approx(counted[way] / counted["evaluation"], rel=1e-12)


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_reverse_mode_costs_less_than_five_evaluations_whatever_the_inputs(program):
    price = prices(program, INPUTS)
    assert (price["reverse"] <= 5).all()
    np.testing.assert_allclose(price["differences"], np.array(INPUTS) + 1)
    assert (price["forward"][1:] > price["differences"][1:]).all()
    cheapest = price["reverse"] < np.minimum(price["differences"], price["forward"])
    assert cheapest.tolist() == [n >= 5 for n in INPUTS]


def test_operations_are_counted_as_they_are_done():
    def program(numbers, constant):
        x, y = numbers
        return (x * y + x.sin()).tanh() * constant()

    # *, sin, +, tanh, *: five. Dual: 4 + 3 + 2 + (1 + 2 + 1) + 2, twice.
    # Reverse: five, cos, 1 − y² (2), then two for each of 2 + 1 + 2 + 1 + 1 arrows.
    counted = count(program, 2)
    assert counted == {"evaluation": 5, "differences": 15, "forward": 30, "reverse": 22}


def test_the_price_is_drawn_as_far_as_the_slider_went():
    stage = the_price_of_a_gradient()
    assert len(stage.drawn("reverse mode")) == 2
    stage.inputs = 1000
    np.testing.assert_allclose(stage.drawn("reverse now"), [[1000, 4]], rtol=0.02)
    np.testing.assert_allclose(stage.drawn("differences now"), [[1000, 1001]], rtol=0.02)
    assert "differences 1,001, forward mode 2,001, reverse mode 4.0." in stage.says
    tops = [stage.drawn(f"{way} bar")[-1, 1] for way in ("differences", "forward", "reverse")]
    np.testing.assert_allclose(tops, [1001, 2001, 4], rtol=0.02)
    stage.inputs = 10**6
    assert len(stage.drawn("differences")) == len(INPUTS)
    assert re.search(r"n = 1,000,000.*reverse mode 4.0\.", stage.says)


# A graph of one's own


def _shown(result, **inputs):
    """The places of the boxes and bends in the picture of a graph, and its alternative text."""
    columns, users, _ = own_graph._routes(own_graph._collected(result))
    return own_graph._places(columns, users), repr(show_graph(result, **inputs))


class Made:
    """A number of a graph, as a reader's engine makes it."""

    count = itertools.count()

    def __init__(self, data, *arrows, sign="", grad=0.0):
        self.data, self.arrows, self.sign, self.grad = data, arrows, sign, grad
        self.number = next(Made.count)


def test_a_graph_of_ones_own_says_values_and_gradients():
    x, y = Made(2.0, grad=-7.0), Made(-1.0, grad=8.0)
    product = Made(-2.0, (x, -1.0), (y, 2.0), sign="·", grad=4.0)
    square = Made(4.0, (product, -2.0), (product, -2.0), sign="·", grad=1.0)
    result = Made(6.0, (square, 1.0), (x, 1.0), sign="+", grad=1.0)
    places, told = _shown(result, x=x, y=y)
    assert "of 5 boxes, from the result back: + has the value 6 and the gradient 1;" in told
    assert "x has the value 2 and the gradient −7" in told
    # Each number stands to the right of what goes into it, and a long arrow bends past boxes.
    for node in (product, square, result):
        assert all(places[node][0] > places[parent][0] for parent, _ in node.arrows)
    bends = [one for one in places if isinstance(one, own_graph.Bend)]
    assert len(bends) == 2
    boxes = [places[node] for node in (x, y, product, square, result)]
    for a, b in itertools.combinations(boxes, 2):
        assert (np.abs(a - b) >= own_graph.BOX).any()
    for bend, box in itertools.product(bends, boxes):
        assert (np.abs(places[bend] - box) > np.array(own_graph.BOX) / 2).any()


def test_a_graph_that_is_too_large_to_read_is_refused():
    node = Made(1.0)
    for _ in range(own_graph.MOST):
        node = Made(1.0, (node, 1.0), sign="sin")
    with pytest.raises(ValueError, match="A graph of 25 numbers is too large to read"):
        show_graph(node)
