"""What the networks of a page send Tensors through goes on, however it is written."""

import inspect

import numpy as np
import pytest

from helpers.autodiff import Tensor
from helpers.exercises import lessons
from helpers.networks import Network

LESSON = lessons()["08_vanishing_gradients"]
DEVIATION = "z.std(axis=1, keepdims=True)"
# Right for arrays, and nothing that a Tensor could pass.
BY_ROWS = {
    "normalize_rows": [
        "np.array([(row - row.mean()) / row.std() for row in z])",
        "[(row - row.mean()) / row.std() for row in z]",
        "np.apply_along_axis(lambda row: (row - row.mean()) / row.std(), 1, z)",
        f"np.asarray(getattr(z, 'data', z) - mean) / {DEVIATION}",
    ],
    "residual_layer": [
        "z + np.array([np.maximum(row, 0) @ W for row in z])",
        "z + z.clip(0) @ W",
        "z + np.einsum('ij,jk->ik', np.maximum(z, 0), W)",
    ],
}
THROUGH = {
    "normalize_rows": [
        f"(z - mean) / {DEVIATION}",
        "(z - mean) / z.var(axis=1, keepdims=True)**0.5",
        "(z - mean) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-5)",
    ],
    "residual_layer": [
        "z + np.maximum(z, 0) @ W",
        "np.maximum(0, z) @ W + z",
        "z + z * (z > 0) @ W",
    ],
}


def network(name, function):
    part = {"normalize_rows": "normalization", "residual_layer": "residual"}[name]
    return Network([2, 4, 4, 1], activation="relu", seed=1, **{part: function})


def each(table):
    return [(name, expression) for name, answers in table.items() for expression in answers]


@pytest.mark.parametrize(("name", "expression"), each(BY_ROWS))
def test_a_network_goes_on_where_tensors_cannot_pass(name, expression, capsys):
    exercise = getattr(LESSON, name)
    mine = exercise.written(expression)
    taken = exercise.adopt(mine)
    said = capsys.readouterr().out
    assert said.startswith("✓ Right")
    assert f"uses your `{name}` for arrays" in said
    assert "Tensors cannot pass it" in said
    assert inspect.signature(taken) == inspect.signature(mine)
    # For arrays it is the reader's own, and for a network what the course's is.
    given = exercise.key.arguments[0]
    np.testing.assert_array_equal(taken(*given), mine(*given))
    x = np.ones((3, 2))
    theirs, own = (network(name, f) for f in (exercise.course_answer(), taken))
    for net in (theirs, own):
        net(x).sum().backward()
    for one, other in zip(theirs.parameters(), own.parameters(), strict=True):
        np.testing.assert_array_equal(one.grad, other.grad)
    assert exercise.adopt(taken) is not None  # the line alone, run again
    assert exercise.state == "right"


@pytest.mark.parametrize(("name", "expression"), each(THROUGH))
def test_what_tensors_pass_is_taken_as_it_is(name, expression, capsys):
    exercise = getattr(LESSON, name)
    mine = exercise.written(expression)
    assert exercise.adopt(mine) is mine
    assert "Tensor" not in capsys.readouterr().out
    assert isinstance(mine(*map(Tensor, exercise.key.arguments[0])), Tensor)
