"""What the page folds away behind "Show what happens": the answer to a prediction.

A prediction is a cell of text that asks for one ("**Predict**"). Its answer is what follows: the
outputs of the code below it, and then the text up to a heading, a rule or the next prediction. What
the reader moves stays open, and so do exercises: they ask by themselves.
"""

import re
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from helpers.reading.outline import ASKS, paragraphs

OPENS = '<details class="answer">\n<summary>Show what happens</summary>'
CLOSES = "</details>"

_EXERCISE = re.compile(r"^lesson\.\w+\.check\(|= lesson\.\w+\.adopt\(", re.MULTILINE)


def asks(cell: NotebookNode) -> bool:
    """Whether a cell asks the reader for a prediction."""
    return cell.cell_type == "markdown" and bool(ASKS.search(cell.source))


def split_answer(text: str) -> tuple[str, str]:
    """Cut what follows a prediction into its answer and what comes next.

    Returns:
        Both, as Markdown; either may be empty. A rule between them belongs to neither.
    """
    found = paragraphs(text)
    ends = len(found)
    for number, part in enumerate(found):
        if re.match(r"#{1,6} |---$|<details|\*\*From memory", part) or ASKS.search(part):
            ends = number
            break
    rest = found[ends:]
    if rest and rest[0] == "---":
        rest = rest[1:]
    return "\n\n".join(found[:ends]), "\n\n".join(rest)


def fold(
    cells: list[NotebookNode], stays_open: Callable[[NotebookNode], bool]
) -> list[NotebookNode]:
    """Put the answers to predictions behind a line that opens them.

    Args:
        cells: the cells of a notebook; they are left as they are.
        stays_open: says of a cell of code whether its output is for the reader to move.

    Returns:
        The cells of the page. What is folded stands between two cells of HTML.
    """
    page, rest = [], list(cells)
    while rest:
        cell = rest.pop(0)
        page.append(cell)
        if not asks(cell):
            continue
        code = []
        while rest and rest[0].cell_type == "code" and not _EXERCISE.search(rest[0].source):
            code.append(rest.pop(0))
        # What is to be moved, and code without an output, give nothing away.
        while code and (stays_open(code[0]) or not code[0].outputs):
            page.append(code.pop(0))
        answer = []
        if rest and rest[0].cell_type == "markdown" and (code or page[-1] is not cell):
            told, left = split_answer(rest[0].source)
            if told:
                answer = [new_markdown_cell(told)]
                rest[0] = NotebookNode(rest[0], source=left)
                if not left:
                    rest.pop(0)
        if code:
            shown, hidden = _apart(code[0])
            page.append(shown)
            code[0] = hidden
        if code or answer:
            page += [new_markdown_cell(OPENS), *code, *answer, new_markdown_cell(CLOSES)]
    return page


def _apart(cell):
    """A cell as two: one has the code, the other one the outputs."""
    shown = NotebookNode(cell, outputs=[])
    metadata = NotebookNode(cell.metadata, tags=[*cell.metadata.get("tags", []), "remove-input"])
    return shown, NotebookNode(cell, id=f"{cell.id}-out", source="pass", metadata=metadata)
