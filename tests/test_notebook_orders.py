"""Going back works: after a full pass, any cell can be run again, alone or in any order."""

import random

import pytest

import store
from running import code_cells, run

ORDERS = 5
FEWER = {"08_vanishing_gradients": 2, "10_handwritten_digits": 2}  # they train networks for seconds
# The oldest dependencies would find nothing else: it is about names.
pytestmark = [pytest.mark.slow, pytest.mark.stored, pytest.mark.halves]


def orders(number, how_many=ORDERS, seed=0):
    """Each cell alone, then all cells in random orders, the same on every run."""
    shuffle = random.Random(seed).shuffle
    mixed = [list(range(number)) for _ in range(how_many)]
    for order in mixed:
        shuffle(order)
    return [[cell] for cell in range(number)], mixed


def faults(cells, folder=store.NOTEBOOKS, how_many=ORDERS):
    """The tracebacks of these cells, each with the cells that ran before it and its own text."""
    alone, mixed = orders(len(cells), how_many)
    found = run({"cells": cells, "alone": alone, "then": mixed}, folder)["faults"]
    return [f"after {order[-4:-1]}: {error}, in\n{cells[number]}" for order, number, error in found]


@pytest.mark.parametrize("path", store.notebooks(), ids=lambda path: path.stem)
def test_cells_may_be_run_again_in_any_order(path):
    sources = [cell.source for cell in code_cells(path)]
    found = faults(sources, how_many=FEWER.get(path.stem, ORDERS))
    assert not found, f"{len(found)} tracebacks, such as\n\n" + "\n\n".join(found[:5])


# The test above can fail.


def test_a_name_that_is_used_for_two_things():
    cells = ["x = 1", "print(x + 1)", "x = 'one'", "print(x.upper())"]
    found = faults(cells)
    assert any("print(x + 1)" in fault for fault in found)
    assert any("upper" in fault for fault in found)
