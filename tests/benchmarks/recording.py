"""How long an explorer takes to be made, stills included, here and in an older checkout.

    git worktree add ../before <commit>
    python tests/benchmarks/recording.py ../before

prints both in one run, by turns, as seconds of processor time, the best of a few.
"""

import os
import pathlib
import subprocess
import sys

NAMES = ("valley_walk", "slope_tracer", "slide_the_learning_rate", "slice_a_surface")
ROUNDS = 3
SHARE = 0.5
HERE = pathlib.Path(__file__).resolve().parents[2]

_MAKE = """
import sys, time
from helpers import explorers
for name in sys.argv[1:]:
    make, times = getattr(explorers, name), []
    make()  # imports, fonts, and what is computed once
    for _ in range(3):
        begun = time.process_time()
        make()._repr_mimebundle_()
        times.append(time.process_time() - begun)
    print(name, min(times))
"""


def measure(folder):
    """Return {explorer: seconds} as measured in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _MAKE, *NAMES],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: float(seconds) for name, seconds in lines}


def main(before):
    """Print a table: each explorer, before, now, and their ratio."""
    folders = {"before": pathlib.Path(before).resolve(), "now": HERE}
    best = {side: dict.fromkeys(NAMES, float("inf")) for side in folders}
    for _ in range(ROUNDS):
        for side, folder in folders.items():
            for name, seconds in measure(folder).items():
                best[side][name] = min(best[side][name], seconds)
    print(f"{'explorer':26}{'before':>9}{'now':>9}{'now/before':>12}")
    for name in NAMES:
        old, new = best["before"][name], best["now"][name]
        print(f"{name:26}{old:8.3f}s{new:8.3f}s{new / old:12.2f}")
    missed = [n for n in NAMES if best["now"][n] > SHARE * best["before"][n]]
    if missed:
        raise SystemExit(f"Takes more than {SHARE} times what it took before: {', '.join(missed)}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
