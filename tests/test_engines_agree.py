"""What the reader builds in a notebook agrees with what is imported later."""

import ast
from pathlib import Path

import nbformat
import numpy as np
import pytest

from helpers import autodiff
from helpers.derivatives import numerical_gradient
from helpers.exercises import lessons

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
# What the engines are made of, in the order of each page; the last definition counts.
PARTS = {
    "06_automatic_differentiation.ipynb": {
        *("numbers", "lift", "Dual", "ln", "sin", "Box", "Steps", "MoreSteps", "Value", "order"),
        *("shared", "program", "chain"),
    },
    "07_from_numbers_to_arrays.ipynb": {
        *("numbers", "Tensor", "Steps", "product_of_tables", "operation", "sum_to", "order"),
        *("go_back", "network"),
    },
}


def is_part(statement, parts):
    """Whether a statement defines a part of the engine, or attaches one to a class."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return "explorers" not in ast.unparse(statement)
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return statement.name in parts
    if not isinstance(statement, ast.Assign):
        return False
    target = statement.targets[0]
    target = target.elts[0] if isinstance(target, ast.Tuple) else target
    owner = target.value if isinstance(target, ast.Attribute) else target
    return isinstance(owner, ast.Name) and owner.id in ("numbers", "Value", "Tensor")


@pytest.fixture(scope="module")
def page():
    """The names that the engines' cells define, with the course's answers in their blanks."""
    everything = {}
    for notebook, parts in PARTS.items():
        lesson = lessons()[notebook.removesuffix(".ipynb")]
        names = {e.variable: e.course_answer() for e in lesson if e.adopts}
        for cell in nbformat.read(NOTEBOOKS / notebook, as_version=4).cells:
            if cell.cell_type == "code":
                found = [part for part in ast.parse(cell.source).body if is_part(part, parts)]
                exec(compile(ast.Module(found, []), cell.id, "exec"), names)
        assert set(names) >= parts
        everything |= names
    return everything


def formula(a, b):
    """Every kind of step that the page's engine for numbers knows."""
    c = (a * b + 3 - a / b) ** 3 / 7
    return 2 * c + (b - a).relu() - (c / 40).tanh() + 1 / (a * a + 1) + (a * a).log() - (-b).sin()


@pytest.mark.parametrize("place", [(2.0, 3.0), (-1.5, 0.5), (0.3, -2.0)])
def test_both_engines_for_numbers_agree(page, place):
    gradients = []
    for Value in (page["Value"], autodiff.Value):
        a, b = Value(place[0]), Value(place[1])
        result = formula(a, b)
        result.backward()
        gradients.append([result.data, a.grad, b.grad])
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-12)


def test_a_plain_number_may_stand_on_the_left(page):
    for Value in (page["Value"], autodiff.Value):
        x = Value(2.0)
        four = (1 - x, 1 + x, 2 * x, 1 / x)
        assert [value.data for value in four] == [-1, 3, 4, 0.5]
        sum(four, Value(0.0)).backward()
        assert x.grad == -1 + 1 + 2 - 0.25


def test_both_find_the_gradients_of_the_page(page):
    for Value in (page["Value"], autodiff.Value):
        a, b = Value(-4.0), Value(2.0)
        g = page["everyday_program"](a, b)
        g.backward()
        assert np.round([g.data, a.grad, b.grad], 4).tolist() == [24.7041, 138.8338, 645.5773]
        a, b = Value(2.0), Value(3.0)
        page["shared"](a, b).backward()
        assert (a.grad, b.grad) == (25, 19)
        x = Value(1.0)
        page["chain"](x, 100_000).backward()
        assert x.grad == pytest.approx(1.00001**100_000, rel=1e-9)


def test_both_forward_modes_agree(page):
    Dual, program = page["Dual"], page["program"]
    for move in ((1.0, 0.0), (0.0, 1.0), (2.0, -3.0)):
        mine = program(Dual(2.0, move[0]), Dual(5.0, move[1]))
        value, slope = autodiff.jvp(
            lambda x: np.log(x[0]) + x[0] * x[1] - np.sin(x[1]), (np.array([2.0, 5.0]),), (move,)
        )
        np.testing.assert_allclose([mine.value, mine.slope], [value, slope], rtol=1e-14)


def test_both_engines_for_arrays_agree(page):
    rng = np.random.default_rng(4)
    points, row = rng.normal(size=(7, 2)), rng.normal(size=(1, 2))
    start = [rng.normal(size=shape) for shape in ((2, 5), (5,), (5, 1), (1,))]

    def loss(points, weights):
        errors = page["network"](points * row - 0.5, weights) - 0.25
        return (errors * errors).sum() * 0.5

    mine = [page["Tensor"](w) for w in start]
    theirs = [autodiff.Tensor(w, requires_grad=True) for w in start]
    for _ in range(2):  # leaves add up, what lies between them does not
        loss(page["Tensor"](points), mine).backward()
        loss(autodiff.Tensor(points), theirs).backward()
    for m, t in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(m.grad, t.grad, rtol=1e-12)
    by_differences = numerical_gradient(
        lambda b: loss(page["Tensor"](points), [start[0], b, *start[2:]]).data.item(), start[1]
    )
    np.testing.assert_allclose(mine[1].grad / 2, by_differences, rtol=1e-7)


@pytest.mark.parametrize(
    ("shape", "times"), [((3,), 5), ((1, 3), 5), ((5, 1), 3), ((), 15), ((5, 3), 1)]
)
def test_broadcasting_is_reversed(page, shape, times):
    back = page["sum_to"](np.ones((5, 3)), shape)
    np.testing.assert_array_equal(back, np.full(shape, float(times)))


def test_a_second_way_back_adds_to_the_inputs_and_to_nothing_else(page):
    a, b = page["Value"](2.0), page["Value"](3.0)
    result = page["shared"](a, b)
    result.backward()
    result.backward()
    assert (a.grad, b.grad) == (50, 38)
    x = page["Tensor"]([[2.0, -1.0]])
    result = (x * x + x).tanh().sum()
    result.backward()
    once = x.grad
    result.backward()
    np.testing.assert_allclose(x.grad, 2 * once, rtol=1e-15)


def test_a_mean_is_a_sum_over_n(page):
    x = page["Tensor"](np.arange(6.0).reshape(2, 3))
    (x * x).mean().backward()
    np.testing.assert_allclose(x.grad, 2 * x.data / 6, rtol=1e-15)


def test_what_the_page_s_engine_cannot_do_it_refuses(page):
    Tensor = page["Tensor"]
    with pytest.raises(ValueError, match="takes tables"):
        Tensor(np.ones((3, 3))) @ Tensor(np.ones(3))
    with pytest.raises(ValueError, match="starts at one number"):
        (Tensor([1.0, 2.0]) + 1).backward()
    X = autodiff.Tensor(np.ones((3, 3)), requires_grad=True)
    (X @ np.ones(3)).sum().backward()
    assert X.grad.shape == (3, 3)
