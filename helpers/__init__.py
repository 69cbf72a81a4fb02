"""Downhill: the package behind the notebooks.

It imports nothing, so that ``python3 -m helpers`` runs on a bare Python,
before NumPy and JupyterLab are installed.
"""

__version__ = "0.1.0"
