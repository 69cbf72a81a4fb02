"""Downhill: the package behind the notebooks.

It imports nothing, so that ``python3 -m helpers`` runs on a bare Python,
before NumPy and JupyterLab are installed.
"""

__version__ = "0.1.0"

# What the pinned NumPy runs on; pyproject.toml says the same, and a test compares.
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)
