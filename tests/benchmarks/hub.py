"""Thirty people in one server: how long they wait, and how much memory they take.

    python tests/benchmarks/hub.py            thirty; another number as an argument

All log in and start their servers at once, run the cells of 05, and then let go of a slider
twenty times, which is what a drag asks of a kernel. Linux only, as memory is read from /proc.
"""

import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from hub import Hub, Reader, temporary
from running import code_cells
from store import notebooks

RELEASES = 20
LET_GO = (
    "_stage = next(v for v in Out.values() if type(v).__name__ == 'Stage')\n"
    "_slider = _stage._sliders[0]\n"
    "setattr(_stage, _slider.name, _slider.values[{} % len(_slider.values)])"
)


def memory(process: int) -> float:
    """Megabytes of a process and all below it, shared pages divided among those that share them."""
    parents, sizes = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            rollup = (entry / "smaps_rollup").read_text()
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            parents[int(entry.name)] = int(status[1])
            sizes[int(entry.name)] = int(rollup.partition("\nPss:")[2].split()[0]) / 1024
        except (OSError, IndexError, ValueError):
            continue  # it has ended, or is not ours
    below = {process}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sum(sizes.get(one, 0) for one in below)


def attend(hub, number, cells, found, ready):
    """One person: the times of a log-in with a start, of all cells, and of each release."""
    reader = Reader(hub, f"reader{number}")
    begun = time.perf_counter()
    reader.log_in()
    reader.start()
    kernel = reader.kernel()
    started = time.perf_counter()
    for source in cells:
        kernel.run(source)
    ran = time.perf_counter()
    ready.wait()
    waits = []
    for place in range(RELEASES):
        before = time.perf_counter()
        kernel.run(LET_GO.format(7 * place + number))
        waits.append(time.perf_counter() - before)
        time.sleep(0.5)  # a hand needs a while for the next drag
    found.append((started - begun, ran - started, waits))
    ready.wait()
    kernel.close()


def main(people=30):
    """Print what thirty people, or another number, wait for and take."""
    (path,) = (path for path in notebooks() if path.name.startswith("05"))
    cells = [cell.source for cell in code_cells(path)]
    found, ready = [], threading.Barrier(people + 1)
    with temporary() as folder, Hub(Path(folder)) as hub:
        empty = memory(hub.process)
        threads = [
            threading.Thread(target=attend, args=(hub, n, cells, found, ready), daemon=True)
            for n in range(people)
        ]
        for thread in threads:
            thread.start()
        ready.wait()
        ready.wait()
        full = memory(hub.process)
        for thread in threads:
            thread.join()
    starts, runs, waits = zip(*found, strict=True)
    releases = sorted(wait for one in waits for wait in one)
    print(f"{people} people, all at once")
    print(f"log in, start, kernel: {statistics.median(starts):.0f} s, last {max(starts):.0f} s")
    print(f"all cells of {path.stem}: {statistics.median(runs):.0f} s, last {max(runs):.0f} s")
    print(
        f"from letting go of a slider to the kernel's answer: median "
        f"{1000 * statistics.median(releases):.0f} ms, of 20 the slowest "
        f"{1000 * releases[int(0.95 * len(releases))]:.0f} ms"
    )
    print(f"memory: hub {empty:.0f} MB, and {(full - empty) / people:.0f} MB a person")


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
