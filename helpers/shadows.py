"""Files of the reader's that hide modules by having their names. Standard library only.

Python looks for a module in several folders, one after the other; a `random.py` in the first of
them is taken for Python's own.
"""

import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

# What the notebooks import, and what runs them.
LIBRARIES = (
    "IPython",
    "PIL",
    "anywidget",
    "contourpy",
    "helpers",
    "ipykernel",
    "ipywidgets",
    "jupyter_client",
    "matplotlib",
    "mpl_toolkits",
    "numpy",
    "tornado",
    "traitlets",
    "zmq",
)
OURS = Path(__file__).absolute().parent
SUFFIXES = (".py", ".pyc", ".so", ".pyd")


def shadows(folder: Path, names: Collection[str]) -> list[Path]:
    """The files and packages in a folder that are called like one of these modules."""
    try:
        children = sorted(folder.iterdir())
    except OSError:
        return []
    return [
        child
        for child in children
        if child.name.partition(".")[0] in names
        and child != OURS
        and (
            (child.suffix in SUFFIXES and child.is_file())
            or (child.is_dir() and (child / "__init__.py").is_file())
        )
    ]


def beside_notebooks(folder: Path) -> list[Path]:
    """What hides modules from the kernels of the notebooks in a folder.

    A kernel looks there last for Python's own modules, but before that for all others. While it
    starts, though, some of Python's own are looked for there first.
    """
    return shadows(folder, {*LIBRARIES, *sys.stdlib_module_names})


def on_path(path: Iterable[str] | None = None) -> list[Path]:
    """What hides modules from this Python, by the folders that it looks into.

    Args:
        path: the folders, in their order; those of this Python if left out.
    """
    names = {*LIBRARIES, *sys.stdlib_module_names}
    standard = Path(getattr(os, "__file__", "")).parent
    own = {standard / "lib-dynload", Path(sys.base_prefix) / "DLLs"}
    found = []
    for entry in sys.path if path is None else path:
        folder = Path(entry).absolute()
        if folder.name in ("site-packages", "dist-packages"):
            break
        if folder == standard:
            # What comes later hides other packages, but none of Python's own.
            names = set(LIBRARIES)
        elif folder not in own:
            found += shadows(folder, names)
    return list(dict.fromkeys(found))
