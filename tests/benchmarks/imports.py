"""How long `helpers` takes to import, beside what it stands on.

    .venv/bin/python tests/benchmarks/imports.py

Each import runs in a Python of its own, the two by turns; medians of 15.
"""

import argparse
import statistics
import subprocess
import sys

TARGET = 1.1

BASE = "import numpy, matplotlib.pyplot, ipywidgets"
OURS = "from helpers.explorers import slope_tracer, v_curve; import helpers.exercises.lesson_01"

CLOCK = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def seconds(statement):
    """The time that an import statement takes in a fresh Python."""
    command = [sys.executable, "-c", CLOCK.format(statement)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    seconds(BASE), seconds(OURS)  # the first run compiles and fills the disk's cache
    pairs = [(seconds(BASE), seconds(OURS)) for _ in range(runs)]
    base, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{1000 * base:6.0f} ms  {BASE}")
    print(f"{1000 * ours:6.0f} ms  {OURS}")
    print(f"ratio {ours / base:.2f} (target: at most {TARGET})")
    return ours / base > TARGET


if __name__ == "__main__":
    sys.exit(main())
