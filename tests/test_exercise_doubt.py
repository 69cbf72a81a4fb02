"""A check comes back, whatever an answer does, and leaves the kernel as it was."""

import builtins
import itertools
import os
import random
import re
import signal
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from helpers.exercises import Exercise, apart, attempt, lessons, parcel
from helpers.exercises.doubt import doubtful
from helpers.exercises.reading import nearness, read

NAMES = {"np": np, "itertools": itertools, "os": os, "re": re, "sys": sys, "time": time}
NAMES["random"] = random


def double():
    return Exercise(
        name="double",
        template="def double(x):\n    return {blank}",
        answer="2 * x",
        cases=[(1.0,), (-3.0,), (2.5,)],
        mistakes={"x**2": "That squares x."},
        hints=["What is x plus x?"],
        right="Yes.",
    )


def written(body):
    """A function of one argument from its body, as a notebook would hold it."""
    names = dict(NAMES)
    lines = body if "\n" in body or body.startswith(("return", "raise")) else f"return {body}"
    exec("def double(x):\n" + "".join(f"    {line}\n" for line in lines.splitlines()), names)
    return names["double"]


@pytest.fixture
def soon(monkeypatch):
    """Time limits of tenths of a second."""
    monkeypatch.setattr(attempt, "TIME_LIMIT", 0.2)
    monkeypatch.setattr(apart, "GRACE", 0.3)


@pytest.fixture(params=["forked", "fresh"])
def way(request, monkeypatch):
    """Both ways to another process."""
    if request.param == "forked" and sys.platform != "linux":
        pytest.skip("forks are for Linux")
    monkeypatch.setattr(apart, "_forked", getattr(apart, f"_{request.param}"))
    monkeypatch.setattr(sys, "platform", "linux")
    return request.param


ENDLESS = {
    "a loop in C": "any(itertools.repeat(0))",
    "a power of a power": "9**9**9",
    "a sum over a range": "sum(range(10**12))",
    "a wait": "time.sleep(1000)",
    "a regular expression": "re.match('(a+)+$', 'a' * 60 + 'b')",
    "another process": "os.system('sleep 1000')",
    "an endless iterator": "list(iter(int, 1))",
    "a loop that keeps what it catches": """
kept = []
while True:
    try:
        while True: pass
    except BaseException as caught: kept.append(caught)""",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_ended(body, soon):
    exercise = double()
    began = time.monotonic()
    result = exercise.check(written(body))
    assert result.state == "trouble"
    assert "your function is still running after" in result.text
    assert time.monotonic() - began < 60  # without it, for ever


@pytest.mark.parametrize("body", ["any(itertools.repeat(0))", "time.sleep(1000)"])
def test_a_fresh_python_ends_it_as_well(body, soon, monkeypatch):
    monkeypatch.setattr(apart, "_forked", apart._fresh)
    assert "is still running after" in double().check(written(body)).text


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        ("2 * x if re.match('a', 'a') else 0", "right", "Yes."),
        ("x**2 if re.match('a', 'a') else 0", "wrong", "That squares x."),
        ("... if re.match('a', 'a') else 0", "untried", "Put your expression"),
        ("re.match('a', 'a').x", "trouble", "raises `AttributeError"),
        ("os._exit(0)", "trouble", "your function ends Python itself"),
        ("os.abort()", "trouble", "your function ends Python itself"),
        ("print(re.escape('hm'))", "trouble", "prints `hm` but returns nothing."),
        ("(os.write(1, b'noise'), 2 * x)[1]", "right", "Yes."),
        ("(time.sleep(0), [2 * x][0])[1]", "right", "Yes."),
    ],
)
def test_doubtful_answers_are_judged_as_others(body, state, words, way):
    function = written(body)
    assert doubtful(function)
    result = double().check(function)
    assert (result.state, words in result.text) == (state, True), result


def test_what_a_process_apart_changes_stays_there(way):
    before = os.getpid()
    seen = []
    NAMES["seen"] = seen
    function = written("return (seen.append(os.getpid()), 2 * x)[1]")
    assert double().check(function).state == "right"
    assert seen == []
    assert os.getpid() == before


def test_where_nothing_runs_apart_it_is_said_how_to_interrupt(monkeypatch, capsys):
    def nothing(*arguments):
        raise apart.NoProcess

    monkeypatch.setattr(attempt, "run_apart", nothing)
    result = double().check(written("2 * x if re.match('a', 'a') else 0"))
    assert result.state == "right"
    assert "interrupt it by the button ■" in capsys.readouterr().out
    assert double().check(written("2 * x")).state == "right"
    assert capsys.readouterr().out == ""


def test_no_fork_leaves_the_fresh_python(monkeypatch):
    def refuse():
        raise OSError("no more processes")

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(apart.NoProcess):
        apart._forked(attempt.attempts, (), 1)


def test_what_cannot_be_sent_is_said(monkeypatch):
    lock = threading.Lock()
    with pytest.raises(apart.NoProcess):
        apart._fresh(attempt.attempts, (lambda x: lock, [(1.0,)], ["x"], "", 1.0), 1.0)


def test_the_stop_button_ends_the_other_process():
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        apart.run_apart(attempt.attempts, (written("time.sleep(1000)"), [(1,)], ["x"], "", 90), 90)
    assert time.monotonic() - began < 60
    timer.join()


# What is doubtful.


@pytest.mark.parametrize(
    "body",
    [
        *ENDLESS.values(),
        "2 * x ** x ** x",
        "10**5 * x",
        "import os\nreturn 2 * x",
        "open('file').read()",
        "eval('2 * x')",
        "__import__('os').getpid()",
        "sys.settrace(None)",
        "os.getcwd()",
        "random.random()",
        "with np.errstate(all='ignore'): return 2 * x",
        "getattr(np, 'abs')(x)",
    ],
)
def test_doubtful(body):
    body = body if body.startswith(("import", "with")) or "\n" in body else f"return {body}"
    assert doubtful(written(body + "\n"))


@pytest.mark.parametrize(
    "body",
    [
        "2 * x",
        "x**2 + x**0.5",
        "np.sqrt(x) @ np.linalg.norm(x, axis=0)",
        "min(1, x / np.linalg.norm(x))",
        "sum(a * b for a, b in zip([x], [x]))",
        "[i**2 for i in range(10)]",
        "float(x) if x > 0 else None",
        "(lambda y: y * 2)(x)",
        "print(x)",
        "...",
        "undefined * x",
        "import numpy as n\nreturn n.sin(x)",
        "while True: pass\nreturn x",
        "for i in range(5):\n    x = x + 1\nreturn x",
        "raise ValueError('no')",
    ],
)
def test_not_doubtful(body):
    body = body if "\n" in body or body.startswith("raise") else f"return {body}"
    assert not doubtful(written(body + "\n"))


def test_a_function_is_as_doubtful_as_those_that_it_calls():
    names = dict(NAMES)
    exec("def slow(x):\n    return time.sleep(x)\n\ndef plain(x):\n    return x", names)
    exec("def double(x):\n    return slow(x)\n\ndef other(x):\n    return plain(x)", names)
    assert doubtful(names["double"])
    assert not doubtful(names["other"])

    def around(inner):
        return lambda x: inner(x)

    assert doubtful(around(time.sleep))
    assert not doubtful(around(np.sin))
    assert doubtful(object())
    assert not doubtful(np.sin)


def test_no_answer_and_no_mistake_of_the_course_is_doubtful():
    """So that the usual answers are judged at once, on every system."""
    found = [
        (exercise.name, expression)
        for lesson in lessons().values()
        for exercise in lesson
        if exercise.is_function
        for expression in (exercise.answer, *exercise.mistakes)
        if doubtful(exercise.written(expression))
    ]
    assert found == []


# Sent to another Python.


def test_functions_are_sent_with_what_they_use():
    names = {"np": np, "__name__": "__main__", "factor": 3.0}
    exec(
        "def inner(x, by=2):\n    return factor * x * by\n"
        "def outer(x, *, more=1):\n    return [inner(v) + more for v in x]\n"
        "def calls_itself(n):\n    return 1 if n < 1 else n * calls_itself(n - 1)\n"
        "def maker(a):\n    def inside(x):\n        return a * x\n    return inside\n"
        "made = maker(7)\n",
        names,
    )
    sent = [names[name] for name in ("outer", "calls_itself", "made")]
    outer, calls_itself, made = parcel.unpack(parcel.pack(sent))
    assert outer([1.0, 2.0], more=1) == [7.0, 13.0]
    assert calls_itself(5) == 120
    assert made(6) == 42
    names["factor"] = 100.0
    assert outer([1.0]) == [7.0]  # what came with it, and not what is here
    array, module, (text, nothing) = parcel.unpack(parcel.pack((np.ones(3), np, ("hm", None))))
    assert array.tolist() == [1, 1, 1]
    assert module is np
    assert (text, nothing) == ("hm", None)


# The kernel is as it was.


def everything():
    return (
        np.geterr(),
        np.get_printoptions(),
        sys.getrecursionlimit(),
        Path.cwd(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # noqa: NPY002
    )


@pytest.mark.parametrize(
    "body",
    [
        "np.seterr(all='raise'); return 2 * x",
        "np.set_printoptions(precision=1, suppress=True); return 2 * x",
        "np.random.seed(0); return 2 * x",
        "np.random.normal(); return 2 * x",
        "sys.setrecursionlimit(5000); return 2 * x",
        "os.chdir('/'); return 2 * x",
        "random.seed(1); return 2 * x",
    ],
)
@pytest.mark.parametrize("here", [True, False], ids=["here", "apart"])
def test_what_an_answer_changes_is_put_back(body, here, monkeypatch):
    if here:
        monkeypatch.setattr(attempt, "doubtful", lambda function: False)
    before = everything()
    assert double().check(written(body + "\n")).state == "right"
    assert everything() == before


def test_nobody_is_asked_to_type(monkeypatch):
    for body in ("input('x?')", "sys.stdin.readline()", "__import__('getpass').getpass()"):
        for here in (True, False):
            with monkeypatch.context() as patch:
                if here:
                    patch.setattr(attempt, "doubtful", lambda function: False)
                text = double().check(written(body)).text
            assert "asks for `input()`, and in a check nobody types." in text


def test_the_input_of_a_notebook_asks_nobody_either(monkeypatch):
    asked = []
    monkeypatch.setattr(builtins, "input", asked.append)  # Jupyter has an `input` of its own
    for here in (True, False):
        with monkeypatch.context() as patch:
            if here:
                patch.setattr(attempt, "doubtful", lambda function: False)
            assert "asks for `input()`" in double().check(written("input('x?')")).text
    assert asked == []
    builtins.input("it is there again")
    assert asked == ["it is there again"]


def test_masked_huge_and_half_characters():
    def told(body):
        return double().check(written(body)).text

    assert "returns a masked array" in told("np.ma.array([2 * x], mask=[True])")
    assert "returns a masked array" in told("np.ma.array(2 * x)")
    assert "\\ud800" in told("'\\ud800'")
    told("'\\ud800'").encode()
    told("print('\\udcff')").encode()


@pytest.mark.parametrize("body", ["1e308", "-1e308 * x", "1e308 * 10 * x", "np.float64(1e308) * x"])
def test_numbers_at_the_edge_warn_of_nothing(body, recwarn):
    assert double().check(written(body)).state in ("wrong", "trouble")
    assert not recwarn.list
    with np.errstate(all="raise"):
        assert nearness(read(1e308), read(1e-3)) == np.inf


def test_an_argument_is_not_the_global_of_its_name():
    """In the browser a doubtful function is announced, before an empty answer as well."""
    names = {"x": os, "wait": time.sleep}
    exec("def double(x):\n    wait = 2 * x\n    return wait", names)
    assert not doubtful(names["double"])
    exec("def double(x):\n    wait(x)\n    return 2 * x", names)
    assert doubtful(names["double"])
