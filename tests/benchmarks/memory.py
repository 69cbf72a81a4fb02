"""How much memory a reader's kernel takes, by the notebook that was run in it.

    .venv/bin/python tests/benchmarks/memory.py

Reads the proportional set size (PSS) of the kernel's process from /proc, so it needs Linux. Pages
that several processes share are counted in parts: with other Pythons running, it comes out lower.
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).parents[1]))

from store import FIXED, notebooks

TARGET = 110  # MB, after notebook 01

LIBRARIES = "import numpy, matplotlib.pyplot, ipywidgets"


def megabytes(notebook, folder):
    """The PSS of a kernel in which all cells of a notebook have been run, in MB."""
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--Application.log_level=40"],
    )
    with client.setup_kernel(env={**os.environ, **FIXED}):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        lines = Path(f"/proc/{client.km.provisioner.pid}/smaps_rollup").read_text().splitlines()
    (kilobytes,) = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(kilobytes) * 1024 / 1e6


def main():
    if not Path("/proc/self/smaps_rollup").exists():
        sys.exit("This benchmark reads /proc/<pid>/smaps_rollup, which only Linux has.")
    folder = Path(__file__).parent
    bare = megabytes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), folder)
    cell = nbformat.v4.new_code_cell(LIBRARIES)
    libraries = megabytes(nbformat.v4.new_notebook(cells=[cell]), folder)
    print(f"{bare:6.1f} MB          a kernel")
    print(f"{libraries:6.1f} MB   x1.00  {LIBRARIES}")
    missed = False
    for path in notebooks():
        taken = megabytes(nbformat.read(path, as_version=4), path.parent)
        print(f"{taken:6.1f} MB   x{taken / libraries:.2f}  {path.stem}", end="")
        bound = path.name.startswith("01")
        print(f"   (target: at most {TARGET} MB)" if bound else "")
        missed |= bound and taken > TARGET
    return missed


if __name__ == "__main__":
    sys.exit(main())
