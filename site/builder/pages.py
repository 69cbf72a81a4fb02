"""From a notebook to the source of its page: explorers alive, answers folded, links right."""

import re
from collections.abc import Collection, Mapping

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from builder import folds
from helpers.reading.outline import LIVING

_LINK = re.compile(r"\[([^\]]+)\]\((\d\d_\w+)\.ipynb(#[^)]*)?\)")
_FILE = re.compile(r"\]\((?!\w+:|#|\d\d_\w+\.ipynb)([^)\s]+)\)")
_FENCED = re.compile(r"^```python( hidden)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def shows_still(cell: NotebookNode) -> bool:
    """Whether the stored output of a cell is the still of something that moves."""
    return cell.cell_type == "code" and any(
        LIVING.search(output.get("data", {}).get("text/html", "")) for output in cell.outputs
    )


def page(
    notebook: NotebookNode,
    harvest: Mapping[str, Mapping[str, str]],
    pages: Collection[str],
    ways: str = "",
) -> NotebookNode:
    """Make the page of a notebook.

    Args:
        notebook: with its stored outputs.
        harvest: what `helpers.reading.harvest.harvest` found in it.
        pages: names of the site's pages; a link to a notebook that is not among them becomes text.
        ways: HTML that follows the first cell.

    Returns:
        A notebook for MyST-NB.
    """
    cells = []
    for cell in notebook.cells:
        cell = NotebookNode(cell)
        if cell.cell_type == "markdown":
            cell.source = linked(cell.source, pages)
        elif living := harvest.get(cell.id, {}).get("html"):
            cell.outputs = [new_output("display_data", {"text/html": living})]
        cells.append(cell)
    alive = {cell.id for cell in cells if harvest.get(cell.id, {}).get("html")}
    moves = alive | {cell.id for cell in notebook.cells if shows_still(cell)}
    cells = folds.fold(cells, lambda cell: cell.id in moves)
    if ways:
        cells.insert(1, new_markdown_cell(ways))
    return NotebookNode(notebook, cells=cells)


def linked(text: str, pages: Collection[str]) -> str:
    """Turn links to notebooks that have no page into plain text."""
    return _LINK.sub(lambda match: match[0] if match[2] in pages else match[1], text)


def to_repository(text: str, repository: str) -> str:
    """Let links to files that are no notebooks lead to the repository: the site lacks them."""
    return _FILE.sub(rf"](https://github.com/{repository}/blob/HEAD/\1)", text)


def from_markdown(text: str) -> NotebookNode:
    """A notebook from Markdown: each block of Python becomes a cell of code.

    The code of a block that begins with `````python hidden`` is not shown on the page.
    """
    cells, position = [], 0
    for block in _FENCED.finditer(text):
        cells.append(new_markdown_cell(text[position : block.start()].strip()))
        tags = {"tags": ["remove-input"]} if block[1] else {}
        cells.append(new_code_cell(block[2].strip(), metadata=tags))
        position = block.end()
    cells.append(new_markdown_cell(text[position:].strip()))
    for number, cell in enumerate(cells):
        cell.id = f"cell{number}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def with_printed(notebook: NotebookNode, harvest: Mapping[str, Mapping[str, str]]) -> NotebookNode:
    """Give the cells of a notebook what they printed, where they have no stored outputs."""
    for cell in notebook.cells:
        printed = harvest.get(cell.id, {}).get("printed")
        if printed and not harvest[cell.id].get("html"):
            cell.outputs = [new_output("stream", name="stdout", text=printed)]
    return notebook
