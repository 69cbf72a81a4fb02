"""Imports inside the package point one way, never in a circle, and each room has its libraries."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

MATH = {"functions", "derivatives", "descent", "autodiff", "networks", "clinic"}
SETUP = {"__init__", "__main__", "launcher", "environment", "checkup", "shadows", "workbook"}
ROOM_OF = {
    **dict.fromkeys(MATH, "math"),
    **dict.fromkeys(SETUP, "setup"),
    **{
        name: name
        for name in (
            *("freeing", "plots", "explorers", "stage"),
            *("exercises", "reading", "decks", "guide"),
        )
    },
}

# For each room: the rooms and the libraries that it may import. PIL, mpl_toolkits and contourpy
# come with Matplotlib.
MAY_IMPORT = {
    "freeing": (set(), set()),
    "setup": ({"setup", "freeing"}, set()),
    "math": ({"math", "freeing"}, {"numpy"}),
    "plots": ({"plots", "math", "stage"}, {"numpy", "matplotlib", "PIL"}),
    "stage": (
        {"stage"},
        {"numpy", "matplotlib", "PIL", "ipywidgets", "anywidget", "traitlets", "IPython"},
    ),
    "exercises": ({"exercises", "math"}, {"numpy", "ipywidgets", "IPython"}),
    # It runs notebooks, and so needs none of what they import.
    "reading": ({"reading"}, {"IPython"}),
    "decks": (
        {"decks", "reading", "exercises", "stage", "setup"},
        {"IPython", "latex2mathml", "mistune", "nbformat", "pygments"},
    ),
    "guide": ({"reading", "exercises"}, {"nbformat"}),
    "explorers": (
        {"explorers", "plots", "math", "stage"},
        {
            *{"numpy", "matplotlib", "mpl_toolkits", "contourpy"},
            *{"ipywidgets", "anywidget", "traitlets", "IPython"},
        },
    ),
}

PACKAGE = Path(__file__).parents[1] / "helpers"
MODULES = sorted(PACKAGE.rglob("*.py"))


def imported_names(source: str, parts: tuple[str, ...]) -> set[str]:
    """Dotted names that a module imports, wherever in it.

    Args:
        source: the module's text.
        parts: its place, as ("helpers", "stage", "widget.py").
    """
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            start = list(parts[: len(parts) - node.level]) if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            # `from helpers import plots` names a module by its second half.
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def complaints(source: str, parts: tuple[str, ...]) -> list[str]:
    """What is wrong with a module's imports."""
    module = parts[1].removesuffix(".py")
    if module not in ROOM_OF:
        return [f"helpers.{module} has no room yet: give it one in this test"]
    rooms, libraries = MAY_IMPORT[ROOM_OF[module]]
    found = []
    for name in sorted(imported_names(source, parts)):
        top, _, rest = name.partition(".")
        if top == "helpers":
            target = rest.split(".")[0]
            # A name that is no module, as in `from helpers import __version__`, is the set-up's.
            room = ROOM_OF.get(target, "setup")
            if target and room not in rooms and not target.startswith("__"):
                found.append(f"{ROOM_OF[module]} must not import helpers.{target}")
        elif top not in sys.stdlib_module_names and top not in libraries:
            found.append(f"{ROOM_OF[module]} must not import {top}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    parts = ("helpers", *path.relative_to(PACKAGE).parts)
    assert complaints(path.read_text(encoding="utf-8"), parts) == []


@pytest.mark.parametrize(
    ("parts", "source"),
    [
        ("helpers/functions.py", "import matplotlib.pyplot as plt"),
        ("helpers/functions.py", "from helpers import plots"),
        ("helpers/functions.py", "from . import plots"),
        ("helpers/derivatives.py", "def late():\n    from .explorers import walks"),
        ("helpers/plots.py", "import helpers.explorers"),
        ("helpers/plots.py", "import ipywidgets"),
        ("helpers/stage/widget.py", "from ..functions import exp"),
        ("helpers/stage/widget.py", "from helpers import derivatives"),
        ("helpers/exercises/__init__.py", "from ..stage import Stage"),
        ("helpers/exercises/check.py", "import matplotlib"),
        ("helpers/explorers/walks.py", "from helpers import exercises"),
        ("helpers/launcher.py", "import numpy"),
        ("helpers/__init__.py", "from helpers import functions"),
        ("helpers/novelty.py", ""),
    ],
)
def test_a_wrong_import_is_seen(parts, source):
    assert complaints(source, tuple(parts.split("/")))


@pytest.mark.parametrize(
    ("parts", "source"),
    [
        (
            "helpers/networks.py",
            "import math\nimport numpy as np\nfrom helpers.autodiff import grad",
        ),
        ("helpers/plots.py", "import matplotlib.pyplot as plt\nfrom . import functions"),
        (
            "helpers/stage/widget.py",
            "import anywidget\nfrom .scene import Scene\nfrom . import stills",
        ),
        ("helpers/explorers/walks.py", "from helpers import functions, plots, stage, __version__"),
        ("helpers/exercises/check.py", "from helpers.derivatives import central_difference"),
    ],
)
def test_a_right_import_passes(parts, source):
    assert complaints(source, tuple(parts.split("/"))) == []


def imports_between(sources: dict[str, tuple[str, tuple[str, ...]]]) -> dict[str, set[str]]:
    """For each module the others that it imports, late imports inside functions included.

    Args:
        sources: the text of each module and its place, as for `imported_names`, by dotted name.
    """
    graph = {}
    for module, (source, parts) in sources.items():
        targets = set()
        for name in imported_names(source, parts):
            # `from helpers.stage import Stage` takes a name from the package, `from helpers.stage
            # import scene` a module of it.
            while name and name not in sources:
                name = name.rpartition(".")[0]
            targets.add(name)
        graph[module] = targets - {"", module}
    return graph


def in_circles(graph: dict[str, set[str]]) -> set[str]:
    """The modules that import themselves by way of others, and those on a way between circles."""
    left = graph
    while True:
        imported = set().union(*left.values())
        inside = {m: targets & left.keys() for m, targets in left.items() if m in imported}
        inside = {m: targets for m, targets in inside.items() if targets}
        if inside == left:
            return set(left)
        left = inside


def test_no_imports_run_in_a_circle():
    sources = {}
    for path in MODULES:
        parts = ("helpers", *path.relative_to(PACKAGE).parts)
        name = ".".join(parts).removesuffix(".py").removesuffix(".__init__")
        sources[name] = path.read_text(encoding="utf-8"), parts
    graph = imports_between(sources)
    assert "helpers.autodiff.rules" in graph["helpers.autodiff.tensor"]
    assert in_circles(graph) == set()


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"a": "from helpers.b import x", "b": "def f():\n    from helpers.a import y"}, "ab"),
        ({"a": "import helpers.b", "b": "from . import c", "c": "from .a import z"}, "abc"),
        ({"a": "import helpers.b", "b": "from .a import y", "c": "", "d": "from . import a"}, "ab"),
        ({"a": "from helpers import b, c", "b": "from helpers import c", "c": ""}, ""),
    ],
)
def test_a_circle_is_seen(sources, expected):
    texts = {f"helpers.{m}": (text, ("helpers", f"{m}.py")) for m, text in sources.items()}
    assert in_circles(imports_between(texts)) == {f"helpers.{m}" for m in expected}


def test_a_module_that_imports_its_own_package_is_in_a_circle():
    texts = {
        "helpers.room": ("from helpers.room.one import x", ("helpers", "room", "__init__.py")),
        "helpers.room.one": ("from helpers.room import y", ("helpers", "room", "one.py")),
    }
    assert in_circles(imports_between(texts)) == set(texts)


def test_importing_the_package_loads_no_library():
    program = "import sys, helpers; print({'numpy', 'matplotlib', 'ipywidgets'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
