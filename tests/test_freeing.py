"""Long chains are freed in a loop where Python's own recursion has no room, as in the browser."""

import builtins
import gc
import subprocess
import sys
import weakref

import pytest

from helpers import autodiff, freeing

pytestmark = pytest.mark.once

LONG = 100_000


class Depth:
    """How many objects are being freed inside of each other, and how many at most."""

    def __init__(self):
        self.now = self.most = self.freed = 0
        self._begins = []

    def watch(self, node, last):
        """Count a node from its first moment of dying until its attribute `last` is let go."""
        self._begins.append(weakref.ref(node, self._step_in))
        setattr(node, last, Last(self))
        return node

    def _step_in(self, _):
        self.now += 1
        self.freed += 1
        self.most = max(self.most, self.now)


class Last:
    """What a dying object lets go of at last, after all that leads on."""

    def __init__(self, depth):
        self._depth = depth

    def __del__(self):
        self._depth.now -= 1


class Plain:
    """A link as a reader writes it: in a pair, in a tuple."""

    def __init__(self, parent):
        self.arrows, self.sign = ((parent, 1.0),), "+"


class Slots:
    __slots__ = ("__weakref__", "a_link", "z_last")

    def __init__(self, parent):
        self.a_link = parent


KINDS = {
    "a reader's class": (Plain, (), "z_last"),
    "a reader's class with slots": (Slots, (), "z_last"),
    "Value": (lambda parent: parent * 1.00001, ("parents",), "partials"),
    "Tensor": (lambda parent: parent * 1.00001, ("_parents",), "requires_grad"),
}


def deepest(kind, in_a_loop, length):
    """How deep the freeing of a chain goes."""
    make, links, last = KINDS[kind]
    if kind in ("Value", "Tensor"):
        cls = getattr(autodiff, kind)
        end = cls(1.0) if kind == "Value" else cls(1.0, requires_grad=True)
    else:
        # Another class each time, as a finalizer stays.
        cls, end = type(kind, (make,), {}), None
        make = cls
    if in_a_loop:
        freeing.free_in_a_loop(cls, *links)
    depth = Depth()
    try:
        node = end
        for _ in range(length):
            node = depth.watch(make(node), last)
        del node, end
        assert depth.freed == length and depth.now == 0
        return depth.most
    finally:
        if "__del__" in vars(cls):
            del cls.__del__


@pytest.mark.parametrize("kind", KINDS)
def test_a_chain_of_any_length_is_freed_object_by_object(kind):
    assert deepest(kind, True, LONG) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_pythons_own_way_goes_deeper(kind):
    """Otherwise the test above would show nothing."""
    assert deepest(kind, False, 1000) > 10


def test_what_others_hold_as_well_stays_as_it_is():
    class Node:
        __slots__ = ("link", "other")

    freeing.free_in_a_loop(Node, "link")
    node, shared = Node(), [1]
    node.link, node.other = shared, shared
    del node
    assert shared == [1]


def test_an_object_that_never_got_its_attributes_is_freed_in_silence(capsys):
    @freeing.free_in_a_loop
    class Unfinished:
        __slots__ = ("link",)

        def __init__(self):
            raise ValueError

    with pytest.raises(ValueError):
        Unfinished()
    freeing.free_in_a_loop(Unfinished, "link")
    Unfinished.__new__(Unfinished)
    assert capsys.readouterr().err == ""


def test_a_cycle_is_collected():
    @freeing.free_in_a_loop
    class Node:
        pass

    a, b = Node(), Node()
    a.other, b.other = b, a
    gone = [weakref.ref(a), weakref.ref(b)]
    del a, b
    gc.collect()
    assert [ref() for ref in gone] == [None, None]


@pytest.fixture
def hooked(monkeypatch):
    monkeypatch.setattr(builtins, "__build_class__", builtins.__build_class__)
    freeing.free_classes_of("a notebook")


def classes_of(source, module):
    space = {"__name__": module}
    exec(source, space)
    return space


def test_the_classes_of_a_notebook_are_freed_in_a_loop_and_no_others(hooked):
    source = "class Box: pass\nclass Steps(Box): pass"
    ours, theirs = classes_of(source, "a notebook"), classes_of(source, "a library")
    assert "__del__" in vars(ours["Box"])
    assert "__del__" not in vars(ours["Steps"])  # it has that of Box
    assert not hasattr(theirs["Box"], "__del__")


def test_a_finalizer_of_the_readers_own_stays(hooked):
    source = "class Box:\n    def __del__(self): said.append(1)\nsaid = []\nBox()"
    assert classes_of(source, "a notebook")["said"] == [1]


def test_classes_are_built_as_ever(hooked, monkeypatch):
    failed = []
    monkeypatch.setattr(sys, "unraisablehook", failed.append)
    source = (
        "import dataclasses, enum, typing\n"
        "@dataclasses.dataclass(slots=True)\nclass Point:\n    x: float = 1.0\n"
        "class Color(enum.Enum):\n    RED = 1\n"
        "class Pair(typing.NamedTuple):\n    a: int\n"
        "class Meta(type): pass\nclass Made(metaclass=Meta): pass\nMeta('Brief', (), {})\n"
        "class Wrong(Exception): pass\n"
        "said = Point().x, Color.RED.value, Pair(2).a, type(Made) is Meta\n"
    )
    assert classes_of(source, "a notebook")["said"] == (1.0, 1, 2, True)
    gc.collect()
    assert not failed  # no finalizer did


@pytest.mark.parametrize(("platform", "used"), [("emscripten", True), (sys.platform, False)])
def test_it_is_used_in_the_browser_alone(platform, used):
    program = (
        f"import sys; real, sys.platform = sys.platform, {platform!r}\n"
        "import helpers.freeing\n"
        "class Box: pass\n"
        "sys.platform = real\n"
        "from helpers.autodiff import Tensor, Value\n"
        "print(*(hasattr(cls, '__del__') for cls in (Box, Value, Tensor)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == [str(used)] * 3, done.stderr


def test_gradients_are_the_same():
    """Emptying what dies must not reach what lives."""
    found = []
    for switched in (False, True):
        if switched:
            for cls, link in ((autodiff.Value, "parents"), (autodiff.Tensor, "_parents")):
                freeing.free_in_a_loop(cls, link)
        try:
            x, t = autodiff.Value(0.5), autodiff.Tensor([0.5, 2.0], requires_grad=True)
            for _ in range(3):
                ((x * x).tanh() + x.exp() / x).backward()
                (t * t / (t + 1)).sum().backward()
            hessian = autodiff.hessian(lambda p: (p**3).sum() + p[0] * p[1])([1.0, 2.0])
            found.append((x.grad, t.grad.tolist(), hessian.tolist()))
        finally:
            for cls in (autodiff.Value, autodiff.Tensor) if switched else ():
                del cls.__del__
    assert found[0] == found[1]
