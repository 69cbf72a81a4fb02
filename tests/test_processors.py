"""What the pages say does not hang on the last bit of a number, which differs between processors.

Each notebook and each explorer is run here as on other machines: with NumPy's newer instructions
switched off, with the matrix product of an older processor, and with results moved by a unit in
the last place at random (`jitter`). The words must be the stored ones.
"""

import functools
import os
import platform
import subprocess
import sys

import numpy as np
import pytest

import store
from helpers import explorers
from running import code_cells, run, words

NEWER = [
    name
    for name in np._core._multiarray_umath.__cpu_dispatch__
    if np._core._multiarray_umath.__cpu_features__.get(name)
]
OLDER_BLAS = {"arm64": "ARMV8", "aarch64": "ARMV8"}.get(platform.machine(), "Nehalem")
# More seeds than these two by hand: DOWNHILL_SEEDS="3 4 5".
FIRST, *OTHERS = (int(seed) for seed in os.environ.get("DOWNHILL_SEEDS", "1 2").split())
OLDER = {"NPY_DISABLE_CPU_FEATURES": " ".join(NEWER), "OPENBLAS_CORETYPE": OLDER_BLAS}
# Two things that move last digits, in one run: what stands both stands each.
WAYS = {f"older processor, jitter {FIRST}": ({"seed": FIRST}, OLDER)}
WAYS |= {f"jitter {seed}": ({"seed": seed}, {}) for seed in OTHERS}
each_way = pytest.mark.parametrize("way", WAYS)
pytestmark = [pytest.mark.slow, pytest.mark.stored, pytest.mark.halves]


def as_elsewhere(job, way, folder=store.NOTEBOOKS):
    more, variables = WAYS[way]
    return run({**job, **more}, folder, **variables)


@each_way
@pytest.mark.parametrize("path", store.notebooks(), ids=lambda path: path.stem)
def test_a_notebook_says_what_is_stored(path, way):
    cells = code_cells(path)
    result = as_elsewhere({"cells": [cell.source for cell in cells]}, way)
    for cell, said in zip(cells, result["outputs"], strict=True):
        assert said == words(cell.outputs), f"another output of\n{cell.source}"
    assert result["faults"] == []


@functools.cache
def said_here():
    return run({"explorers": explorers.__all__}, store.NOTEBOOKS)["says"]


@each_way
def test_the_explorers_say_the_same(way):
    elsewhere = as_elsewhere({"explorers": explorers.__all__}, way)["says"]
    apart = [
        f"{name} at {at}: {said}  |  {elsewhere[name][at]}"
        for name, sentences in said_here().items()
        for at, said in sentences.items()
        if elsewhere[name][at] != said
    ]
    some = "\n".join(apart[:: len(apart) // 20 + 1])
    assert not apart, f"{len(apart)} sentences differ, such as\n{some}"


# The tests above can fail.


def test_jitter_moves_the_last_digit():
    cell = "import numpy as np\nprint([f'{np.exp(x):.17g}' for x in np.linspace(0.1, 3, 9)])"
    seen = {as_elsewhere({"cells": [cell]}, way)["outputs"][0] for way in WAYS}
    assert len(seen) == len(WAYS)


def test_jitter_reaches_the_package_and_the_operators():
    cell = (
        "import numpy as np\nfrom helpers.autodiff import Tensor\nx = np.linspace(0.11, 3, 50)\n"
        "print([f'{y:.17g}' for y in (*np.tanh(Tensor(x)).data, *(x @ x[:, None]), *x**3)])"
    )
    plain = run({"cells": [cell]}, store.NOTEBOOKS)["outputs"][0].split()
    moved = as_elsewhere({"cells": [cell]}, next(iter(WAYS)))["outputs"][0].split()
    differ = [a != b for a, b in zip(plain, moved, strict=True)]
    assert any(differ[:50]) and any(differ[51:])


def test_jitter_leaves_what_is_exact():
    cell = (
        "import numpy as np\na = np.array([[1.0, 2.0], [0.5, 4.0]])\n"
        "print(a @ a, np.exp(0), a**2, np.sqrt(2), 3 * 0.1)"
    )
    seen = {tuple(as_elsewhere({"cells": [cell]}, way)["outputs"]) for way in WAYS}
    assert len(seen) == 1


@pytest.mark.skipif(not NEWER, reason="this processor has none of NumPy's newer instructions")
def test_newer_instructions_are_off():
    program = (
        "from numpy._core._multiarray_umath import __cpu_features__ as has; import sys;"
        "print(any(has[name] for name in sys.argv[1:]))"
    )
    environment = {**os.environ, **OLDER}
    done = subprocess.run(
        [sys.executable, "-c", program, *NEWER], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "False\n", done.stderr
