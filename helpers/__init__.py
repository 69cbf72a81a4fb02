"""Downhill: the package behind the notebooks.

It imports no library, so that ``python3 -m helpers`` runs on a bare Python,
before NumPy and JupyterLab are installed.
"""

import sys

__version__ = "0.1.0"

# What the pinned NumPy runs on; pyproject.toml says the same, and a test compares.
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)

if sys.platform == "emscripten":  # in the browser, where a notebook's long chains need help
    from helpers import freeing

    freeing.free_classes_of("__main__")
