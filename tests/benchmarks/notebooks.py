"""How long each notebook takes to run, from the start of its kernel to its last output.

.venv/bin/python tests/benchmarks/notebooks.py
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

import nbformat

sys.path.insert(0, str(Path(__file__).parents[1]))

import store

# Seconds. What a reader waits for at the most, by the first two characters of the name.
TARGETS = {"04": 15, "05": 15, "06": 30, "07": 30, "08": 60}
TARGET = 10  # of the others

LIBRARIES = "import numpy, matplotlib.pyplot, ipywidgets"


def seconds(notebook, path, runs):
    """The median time of some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        store.execute(notebook, path)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="how the names of the notebooks begin")
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    cells = [nbformat.v4.new_code_cell(LIBRARIES)]
    base = seconds(nbformat.v4.new_notebook(cells=cells), Path(__file__), args.runs)
    print(f"{base:5.1f} s   x1.0  a kernel with {LIBRARIES}")
    missed = False
    for path in store.notebooks(args.names):
        taken = seconds(nbformat.read(path, as_version=4), path, args.runs)
        target = TARGETS.get(path.stem[:2], TARGET)
        print(f"{taken:5.1f} s   x{taken / base:.1f}  {path.stem}   (target: at most {target} s)")
        missed |= taken > target
    return missed


if __name__ == "__main__":
    sys.exit(main())
