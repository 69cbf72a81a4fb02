"""The scalar engine: micrograd's numbers, depth, memory, and clear errors."""

import copy
import gc
import math
import pickle
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.autodiff import Tensor, Value, grad
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


def test_an_operation_of_ones_own_as_micrograd_adds_it():
    """A. Karpathy, "The spelled-out intro to neural networks and backpropagation" (2022)."""

    def tanh(self):
        x = self.data
        t = (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)
        out = Value(t, (self,), "tanh")

        def _backward():
            self.grad += (1 - t**2) * out.grad

        out._backward = _backward
        return out

    x1, x2 = Value(2.0, label="x1"), Value(0.0, label="x2")
    w1, w2 = Value(-3.0, label="w1"), Value(1.0, label="w2")
    b = Value(6.8813735870195432, label="b")
    x1w1, x2w2 = x1 * w1, x2 * w2
    x1w1.label = "x1*w1"
    both = x1w1 + x2w2
    n = both + b
    o = tanh(n)
    o.label = "o"
    o.backward()
    leaves = [x1, x2, w1, w2]
    assert [v.grad for v in leaves] == pytest.approx([-1.5, 0.5, 1.0, 0.0], abs=1e-9)
    assert [v.label for v in (x1, x1w1, n, o)] == ["x1", "x1*w1", "", "o"]
    assert (o._op, o._prev) == ("tanh", {n})

    # Step by step, as in the lecture: each Value passes its gradient on when it is told to.
    for v in (*leaves, b, x1w1, x2w2, both, n):
        v.grad = 0.0
    order, seen = [], set()

    def build(v):
        if v not in seen:
            seen.add(v)
            for child in v._prev:
                build(child)
            order.append(v)

    build(o)
    o.grad = 1.0
    for v in reversed(order):
        v._backward()
    assert [v.grad for v in leaves] == pytest.approx([-1.5, 0.5, 1.0, 0.0], abs=1e-9)


def test_an_operation_of_ones_own_inside_a_graph():
    def cube(v, **names):
        out = Value(v.data**3, **names)
        out._backward = lambda: setattr(v, "grad", v.grad + 3 * v.data**2 * out.grad)
        return out

    for make in (
        lambda v: cube(v, parents=(v,), operation="cube"),
        lambda v: cube(v, _children=[v], _op="cube"),
        lambda v: Value(v.data**3, (v,), "cube", partials=(3 * v.data**2,)),
        lambda v: Value(v.data**3, (v, v), "cube", "", (v.data**2, 2 * v.data**2)),
    ):
        a = Value(2.0)
        y = make(a + 1) * a + make(a)
        y.backward()
        assert a.grad == 27 + 27 * 2 + 12
    a = Value(2.0)
    with pytest.raises(RuntimeError, match="but no parents"):
        (cube(a) * 2).backward()


def test_an_operation_without_a_derivative_is_no_zero():
    a = Value(2.0)
    with pytest.raises(RuntimeError, match="'floor' says nothing of its derivative"):
        (Value(2.0, (a,), "floor") * a).backward()
    with pytest.raises(ValueError, match="2 partials for 1 parents"):
        Value(2.0, (a,), "floor", partials=(1.0, 2.0))
    with pytest.raises(TypeError, match="parents of a Value are Values"):
        Value(2.0, (3.0,))


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


def test_a_saved_graph_goes_on_in_a_new_process(root, tmp_path):
    for _ in range(1000):
        Value(0.0)
    a, b = Value(2.0, label="a"), Value(3.0)
    c = a * b
    (tmp_path / "values").write_bytes(pickle.dumps([c, a, b]))
    program = """if True:
        import pickle, sys
        c, a, b = pickle.load(open(sys.argv[1], "rb"))
        y = (c + a) * c + b.tanh() * 0
        y.backward()
        print(a.grad, b.grad, a.label, c.operation)
    """
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "values")],
        capture_output=True,
        text=True,
        cwd=root,
    )
    assert run.stdout.split() == ["48.0", "28.0", "a", "*"], run.stderr


def test_a_copy_is_a_graph_of_its_own():
    a = Value(2.0)
    y = a * a + a.exp()
    twin = copy.deepcopy(y)
    y.backward()
    twin.backward()
    (leaf,) = {v for node in twin.history() for v in node.parents if not v.parents}
    assert leaf is not a
    assert leaf.grad == a.grad == 4 + math.exp(2)
    (Value(1.0) * copy.copy(a)).backward()
    assert a.grad == 4 + math.exp(2)


def test_threads_add_to_one_leaf():
    class Slow(float):
        """A number that lets other threads have their turn while it is added to."""

        def __add__(self, other):
            time.sleep(0)
            return Slow(float(self) + other)

    a, turns = Value(1.0), 100
    a.grad = Slow(0.0)
    threads = [
        threading.Thread(target=lambda: [(a * 1).backward() for _ in range(turns)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert a.grad == 4 * turns


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


@pytest.mark.parametrize(
    ("base", "exponent"),
    [(2.0, 3.0), (0.0, 2.0), (0.0, 0.5), (0.0, 0.0), (math.inf, -1.0), (3.0, 0.0), (-2.0, 3.0)],
)
def test_powers_of_values_have_the_slopes_of_powers_of_tensors(base, exponent):
    a, p = Value(base), Value(exponent)
    (a**p).backward()
    by_base, by_exponent = grad(np.power, (0, 1))(base, exponent)
    assert a.grad == pytest.approx(by_base)
    assert p.grad == pytest.approx(by_exponent, nan_ok=True)
