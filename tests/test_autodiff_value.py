"""The scalar engine: micrograd's numbers, depth, memory, and clear errors."""

import gc
import math
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.autodiff import Tensor, Value
from helpers.derivatives import central_difference


def test_the_example_of_micrograds_front_page():
    """A. Karpathy, micrograd (2020), README: run as it stands there."""
    a = Value(-4.0)
    b = Value(2.0)
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    assert f"{g.data:.4f}" == "24.7041"
    g.backward()
    assert f"{a.grad:.4f}" == "138.8338"
    assert f"{b.grad:.4f}" == "645.5773"


def test_the_example_of_the_survey():
    """A. G. Baydin et al., "Automatic differentiation in machine learning: a survey" (2018)."""
    x, y = Value(2), Value(5)
    f = x.log() + x * y - y.sin()
    f.backward()
    assert f.data == pytest.approx(11.652071, abs=5e-7)
    assert (x.grad, y.grad) == (5.5, pytest.approx(1.716338, abs=5e-7))


ONE = {
    "exp": (lambda v: v.exp(), math.exp),
    "tanh": (lambda v: v.tanh(), math.tanh),
    "sin": (lambda v: v.sin(), math.sin),
    "cos": (lambda v: v.cos(), math.cos),
    "relu": (lambda v: v.relu(), lambda x: max(x, 0)),
    "abs": (abs, abs),
    "neg": (lambda v: -v, lambda x: -x),
    "cube": (lambda v: v**3, lambda x: x**3),
    "inverse": (lambda v: v**-1, lambda x: x**-1),
    "2 to the power": (lambda v: 2**v, lambda x: 2**x),
    "log": (lambda v: abs(v).log(), lambda x: math.log(abs(x))),
    "number on the right": (lambda v: ((v + 1) * 2 - 3) / 4, lambda x: ((x + 1) * 2 - 3) / 4),
    "number on the left": (lambda v: 1 / (3 - (2 + 5 * v)), lambda x: 1 / (1 - 5 * x)),
}


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("x", [-1.7, 0.6, 2.0])
def test_functions_of_one_number(name, x):
    on_values, on_floats = ONE[name]
    v = Value(x)
    y = on_values(v)
    y.backward()
    assert y.data == pytest.approx(on_floats(x), rel=1e-14)
    assert v.grad == pytest.approx(central_difference(on_floats, x), rel=1e-7)


steps = st.lists(
    st.tuples(st.sampled_from("+-*/^t"), st.integers(0, 100), st.integers(0, 100)),
    min_size=1,
    max_size=20,
)


@given(program=steps, a=st.floats(0.5, 2), b=st.floats(0.5, 2))
def test_whole_programs_agree_with_the_engine_for_arrays(program, a, b):
    def run(values):
        for op, i, j in program:
            x, y = values[i % len(values)], values[j % len(values)]
            values.append(
                {
                    "+": lambda x, y: x + y,
                    "-": lambda x, y: x - y,
                    "*": lambda x, y: x * y,
                    "/": lambda x, y: x / (y * y + 1),
                    "^": lambda x, y: (x * x + 1) ** (y / (y * y + 1)),
                    "t": lambda x, y: (x - y).tanh(),
                }[op](x, y)
                * 0.5
            )
        values[-1].backward()

    scalars = [Value(a), Value(b)]
    tensors = [Tensor(a, requires_grad=True), Tensor(b, requires_grad=True)]
    run(scalars), run(tensors)
    assert scalars[-1].data == pytest.approx(tensors[-1].item(), rel=1e-12)
    for v, t in zip(scalars[:2], tensors[:2], strict=True):
        expected = 0 if t.grad is None else t.grad.item()
        assert v.grad == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_powers_at_zero():
    for p, slope in [(2, 0), (1, 1), (0, 0), (0.5, math.inf)]:
        v = Value(0)
        (v**p).backward()
        assert v.grad == slope
    x, p = Value(0), Value(2)
    (x**p).backward()
    assert (x.grad, p.grad) == (0, 0)


def test_the_slope_at_a_kink_is_zero():
    x = Value(0)
    (x.relu() + abs(x)).backward()
    assert x.grad == 0


def test_a_value_used_often_counts_every_use():
    a, b = Value(2), Value(3)
    c = a + b
    (c * c + c * a).backward()
    assert (a.grad, b.grad) == (17, 12)
    x = Value(3)
    (x * x).backward()
    assert x.grad == 6


def test_a_result_is_passed_on_when_all_its_uses_are_known():
    def careless(v):
        """What plain recursion does: it passes a gradient on before the rest of it has come."""
        for parent, partial in zip(v.parents, v.partials, strict=True):
            parent.grad += partial * v.grad
            careless(parent)

    def example():
        a, b = Value(2), Value(3)
        c, d = a * b, a + b
        return a, b, c * d + (c + d)

    a, b, f = example()
    f.backward()
    assert (a.grad, b.grad) == (25, 19)
    a, b, f = example()
    f.grad = 1.0
    careless(f)
    assert (a.grad, b.grad) == (46, 35)


def test_leaves_add_up_and_inner_values_do_not():
    x = Value(3)
    h = x * 2
    (h * h).backward()
    assert (x.grad, h.grad) == (24, 12)
    (h * 5).backward()  # through the same h
    assert (x.grad, h.grad) == (34, 5)


def test_backward_twice_is_refused_until_the_leaves_are_zero():
    x, y = Value(3), Value(4)
    z = x * y + x
    z.backward()
    with pytest.raises(RuntimeError, match=r"\.grad = 0"):
        z.backward()
    assert (x.grad, y.grad) == (5, 3)
    x.grad = y.grad = 0
    z.backward()
    assert (x.grad, y.grad) == (5, 3)


def chain(length, x):
    y = x
    for _ in range(length // 2):
        y = y * 1.00001 + 0.0
    return y


def test_a_chain_of_100000_operations():
    x = Value(1)
    y = chain(100_000, x)
    y.backward()
    assert x.grad == pytest.approx(1.00001**50_000, rel=1e-9)
    del y  # without a stack overflow as well


def test_no_reference_cycles_are_left():
    gc.collect()
    gc.disable()
    try:
        x = Value(1)
        y = chain(1000, x)
        y.backward()
        middle = weakref.ref(y.parents[0].parents[0])
        assert middle() is not None
        del y
        assert middle() is None
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_the_graph_can_be_read():
    a, b = Value(2), Value(3)
    c = a * b
    assert c.parents == (a, b)
    assert c.partials == (3, 2)
    assert (c.operation, a.operation) == ("*", "")
    assert (c + 1).history()[-1] is c
    # As graph-drawing code for micrograd reads it.
    assert c._prev == {a, b}
    assert c._op == "*"


def test_numbers_of_all_kinds():
    for number in (2, 2.0, True, np.float32(2), np.int64(2), np.array(2.0)):
        assert type(Value(number).data) is float
        assert type((Value(1) * number).data) is float
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"


def test_comparisons():
    a, b = Value(1), Value(2)
    assert a < b and a <= b and b > a and b >= a and a < 2 and b >= 2 and max(a, b) is b
    assert a != Value(1)  # each is itself: a graph may hold equal numbers


def test_numpy_keeps_the_graph():
    """NumPy takes Values as objects and calls their operators and methods."""
    v = [Value(1), Value(2)]
    total = np.sum(np.tanh(np.array(v)) * np.array([3.0, 4.0]))
    total.backward()
    assert v[1].grad == pytest.approx(4 * (1 - math.tanh(2) ** 2))


@pytest.mark.parametrize(
    ("act", "error", "match"),
    [
        (lambda: Value("2"), TypeError, "real numbers, not with str"),
        (lambda: Value(None), TypeError, "NoneType"),
        (lambda: Value(1j), TypeError, "complex"),
        (lambda: Value(np.ones(2)), TypeError, "ndarray"),
        (lambda: Value(10**400), ValueError, "float can hold"),
        (lambda: Value(1) + "2", TypeError, "str"),
        (lambda: [1] * Value(1), TypeError, "list"),
        (lambda: Value(1) ** "2", TypeError, "str"),
        (lambda: Value(0).log(), ValueError, "greater than 0"),
        (lambda: Value(-1) ** 0.5, ValueError, "must not be negative"),
        (lambda: (-2) ** Value(0.5), ValueError, "must not be negative"),
        (lambda: float(Value(1)), TypeError, r"v\.data"),
        (lambda: math.sin(Value(1)), TypeError, r"v\.data"),
    ],
)
def test_bad_input_gets_a_sentence(act, error, match):
    with pytest.raises(error, match=match):
        act()
