"""Thirty people in one server: how long they wait, and how much of the machine they take.

    python tests/benchmarks/hub.py            thirty; another number as an argument
    python tests/benchmarks/hub.py 30 20      20 seconds from one to the next

They log in and start their servers, run the cells of 05, and then let go of a slider twenty times,
which is what a drag asks of a kernel. Waiting times are those of this machine with what else it
does; seconds of a processor are counted for each person, and hold where the processors are alike.
Linux only, as memory and processor time are read from /proc.
"""

import itertools
import os
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


def processes(process: int) -> list[tuple[float, float]]:
    """Memory and processor time of a process and of all below it.

    Memory is in megabytes, where pages that several share are divided among them; the time is in
    seconds, and has that of processes that have ended.
    """
    parents, found = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            rollup = (entry / "smaps_rollup").read_text()
            status = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended, or is not ours
        if "\nPss:" in rollup:
            ticks = sum(map(int, status[11:15])) / os.sysconf("SC_CLK_TCK")
            parents[int(entry.name)] = int(status[1])
            found[int(entry.name)] = int(rollup.partition("\nPss:")[2].split()[0]) / 1024, ticks
    below = {process}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return [found[one] for one in below if one in found]


def taken(process: int) -> tuple[float, float]:
    """Megabytes and seconds of a processor that a process and all below it have taken."""
    memory, seconds = zip(*processes(process), strict=True)
    return sum(memory), sum(seconds)


def attend(hub, number, wait, cells, found, gates):
    """One person: the times of a log-in with a start, of all cells, and of each release."""
    try:
        _attend(hub, number, wait, cells, found, gates)
    except BaseException:
        for gate in gates:
            gate.abort()  # nobody waits for who does not come
        raise


def _attend(hub, number, wait, cells, found, gates):
    time.sleep(number * wait)
    reader = Reader(hub, f"reader{number}")
    begun = time.perf_counter()
    reader.log_in()
    reader.start()
    kernel = reader.kernel()
    run(kernel, "1")
    started = time.perf_counter() - begun
    gates[0].wait()
    gates[1].wait()
    time.sleep(number * wait)
    begun = time.perf_counter()
    for source in cells:
        run(kernel, source)
    ran = time.perf_counter() - begun
    gates[2].wait()
    gates[3].wait()
    waits = []
    for place in range(RELEASES):
        before = time.perf_counter()
        run(kernel, LET_GO.format(7 * place + number))
        waits.append(time.perf_counter() - before)
        time.sleep(0.5)  # a hand needs a while for the next drag
    found.append((started, ran, waits))
    gates[4].wait()
    kernel.close()


def run(kernel, source):
    """Run a cell that must not fail."""
    for message in kernel.run(source):
        if message["header"]["msg_type"] == "error":
            raise RuntimeError(message["content"]["evalue"])


def main(people=30, wait=0):
    """Print what thirty people, or another number, wait for and take."""
    (path,) = (path for path in notebooks() if path.name.startswith("05"))
    cells = [cell.source for cell in code_cells(path)]
    found, gates = [], [threading.Barrier(people + 1) for _ in range(5)]
    with temporary() as folder, Hub(Path(folder)) as hub:
        states = [taken(hub.process)]
        threads = [
            threading.Thread(target=attend, args=(hub, n, wait, cells, found, gates), daemon=True)
            for n in range(people)
        ]
        for thread in threads:
            thread.start()
        # Everybody has a kernel, has run the notebook, and has dragged.
        for number, gate in enumerate(gates):
            gate.wait()
            if number % 2 == 0:
                states.append(taken(hub.process))
                print(f"after step {number // 2 + 1}: {states[-1][0]:.0f} MB", flush=True)
        for thread in threads:
            thread.join()
    starts, runs, waits = zip(*found, strict=True)
    releases = sorted(delay for one in waits for delay in one)
    memory, seconds = ([state[i] for state in states] for i in (0, 1))
    each = [(after - before) / people for before, after in itertools.pairwise(seconds)]
    print(f"{people} people, {wait} s from one to the next")
    print(f"log in, start, kernel: {statistics.median(starts):.0f} s, last {max(starts):.0f} s")
    print(f"all cells of {path.stem}: {statistics.median(runs):.0f} s, last {max(runs):.0f} s")
    print(
        f"from letting go of a slider to the kernel's answer: median "
        f"{1000 * statistics.median(releases):.0f} ms, of 20 the slowest "
        f"{1000 * releases[int(0.95 * len(releases))]:.0f} ms"
    )
    print(
        f"seconds of a processor for each: start {each[0]:.1f}, notebook {each[1]:.1f}, "
        f"{RELEASES} releases {each[2]:.1f}"
    )
    print(
        f"memory: hub {memory[0]:.0f} MB; a person {(memory[1] - memory[0]) / people:.0f} MB with "
        f"an empty kernel, {(memory[2] - memory[0]) / people:.0f} MB after the notebook, "
        f"{(memory[3] - memory[0]) / people:.0f} MB after the drags"
    )


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
