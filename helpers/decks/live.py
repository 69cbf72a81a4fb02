"""Run the cells of a notebook in this process; keep what its explorers play without a kernel."""

import ast
import contextlib
import io
import os
from pathlib import Path


def explorers(sources: list[str], folder: Path) -> dict[int, str]:
    """The HTML of each explorer of a notebook, by the number of its cell of code.

    Args:
        sources: all cells of code, in their order.
        folder: where the notebook is: its cells read files beside it.

    Raises:
        RuntimeError: if a cell fails; the message says which.
    """
    os.environ.setdefault("MPLBACKEND", "agg")
    # What pickled or inspected functions of the cells are looked up in.
    names = {"__name__": "__main__"}
    found = {}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        for number, source in enumerate(sources):
            try:
                result = _run(source, names, number)
            except Exception as error:
                kind = type(error).__name__
                raise RuntimeError(f"Cell {number + 1} of code fails: {kind}: {error}") from error
            if hasattr(result, "to_html"):
                found[number] = result.to_html(player=False)
                result.close()
    return found


def _run(source, names, number):
    """Run a cell; the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    file = f"<cell {number + 1}>"
    exec(compile(tree, file, "exec"), names)
    if last is None:
        return None
    return eval(compile(ast.Expression(last.value), file, "eval"), names)
