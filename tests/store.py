"""Run the notebooks and store their outputs in them: the same bytes on every run.

    python3 -m helpers store                      all notebooks
    python3 -m helpers store 01                   those whose name begins so
    python3 -m helpers store --check              write nothing, say which are out of date

What is stored is what a page without a kernel can show: text, and pictures in text/html. What a
run leaves behind besides (times, widget states, identities of the run, the exact Python) is not.
Formulas in the prose get the no-break spaces that they lack (`prose`).
"""

import argparse
import contextlib
import copy
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from pictures import first_picture
from prose import mended

NOTEBOOKS = Path(__file__).absolute().parents[1] / "notebooks"
CELL_TIMEOUT = 60  # seconds

# A README cannot hold a picture, so the first one of the course lies beside the notebooks too.
COVER = Path("images", "a_walk_down_a_valley.png")
COVER_OF = "00_start_here.ipynb"

# What would make a run depend on the machine or on chance.
FIXED = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
}

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    # With the last two, nbconvert writes a script as one of Python, named .py.
    "language_info": {"file_extension": ".py", "name": "python", "nbconvert_exporter": "python"},
}

# Outputs that only a running kernel brings to life; the text/html beside them stays.
LIVE = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")


class StoreError(Exception):
    """A notebook cannot be stored; the message is one sentence that says why."""


def notebooks(names=()):
    """The notebooks whose file names begin with one of ``names``, all of them if there is none.

    Raises
    ------
    StoreError
        If a name fits no notebook.
    """
    everything = sorted(NOTEBOOKS.glob("*.ipynb"))
    chosen = set()
    for name in names:
        fitting = [path for path in everything if path.name.startswith(Path(name).name)]
        if not fitting:
            raise StoreError(f"There is no notebook whose name begins with {name!r}.")
        chosen.update(fitting)
    return sorted(chosen) if names else everything


def stored(path):
    """Run a notebook and return its text as it is to be stored.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    StoreError
        If a cell raises or takes too long; the message names the notebook and the cell.
    """
    notebook = mended(nbformat.read(path, as_version=4))
    executed = execute(notebook, path)
    return nbformat.writes(tidy(executed)) + "\n"


def execute(notebook, path):
    """Return a copy of a notebook in which all cells have been run."""
    notebook = copy.deepcopy(notebook)
    with _own_settings(), tempfile.TemporaryDirectory() as home:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=CELL_TIMEOUT,
            startup_timeout=60,
            record_timing=False,
            store_widget_state=False,
            # The kernel's remarks on itself are not about the notebook.
            extra_arguments=["--Application.log_level=40"],
            resources={"metadata": {"path": str(path.parent)}},
        )
        environment = {**os.environ, **FIXED, "IPYTHONDIR": home}
        number = 0
        try:
            with client.setup_kernel(env=environment):
                for index, cell in enumerate(notebook.cells):
                    if cell.cell_type != "code":
                        continue
                    number += 1
                    client.execute_cell(cell, index)
                    cell.execution_count = number
        except CellExecutionError as error:
            reason = f"raises {error.ename}: {error.evalue.strip()}".removesuffix(": ")
        except CellTimeoutError:
            reason = f"takes more than {CELL_TIMEOUT} seconds"
        except DeadKernelError:
            reason = "ends the kernel"
        else:
            return notebook
    raise StoreError(f"{path.name}: code cell {number} {reason}, in\n\n{cell.source}\n")


def tidy(notebook):
    """Return a copy of a notebook that has been run, with nothing that differs between runs."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(nbformat.from_dict(METADATA))
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = _joined(cell.outputs)
        for output in cell.outputs:
            output.pop("transient", None)
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            for live in LIVE:
                if "data" in output:
                    output.data.pop(live, None)
                    output.metadata.pop(live, None)
    return notebook


def _joined(outputs):
    """Neighboring pieces of one stream as one: how a kernel cuts it is chance."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


@contextlib.contextmanager
def _own_settings():
    """Use this environment's kernel, whichever others the user has."""
    before = os.environ.get("JUPYTER_PREFER_ENV_PATH")
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["JUPYTER_PREFER_ENV_PATH"]
        else:
            os.environ["JUPYTER_PREFER_ENV_PATH"] = before


def main(arguments):
    """Carry out the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers store",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="how the names of the notebooks begin")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if one differs")
    options = parser.parse_args(arguments)
    differing = 0
    try:
        for path in notebooks(options.names):
            text = stored(path)
            same = path.read_bytes() == text.encode()
            differing += not same
            if not same and not options.check:
                path.write_text(text, encoding="utf-8", newline="\n")
                if path.name == COVER_OF:
                    (path.parent / COVER).parent.mkdir(exist_ok=True)
                    (path.parent / COVER).write_bytes(first_picture(text))
            changed = "is out of date" if options.check else "stored anew"
            print(f"{path.name}: {'unchanged' if same else changed}", flush=True)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
