"""The ways to run a page: in the browser alone, on Binder, on Colab, or from a copy of it."""

import copy
import html

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

# Published by .github/workflows/site.yml; Colab opens notebooks of a repository only.
BRANCH = "gh-pages"

COLAB_CELL = """\
# Colab only: fetch the course, and let its sliders in.
!git clone -q --depth 1 https://github.com/{repository} /content/course
%cd -q /content/course/notebooks
%pip install -q anywidget
import sys

from google.colab import output

sys.path.insert(0, "/content/course")
output.enable_custom_widget_manager()"""


def links(name: str, repository: str, lite: bool) -> str:
    """The row of links below the title of a notebook's page, as HTML.

    Args:
        name: of the notebook, without its ending.
        repository: account and name, as on GitHub.
        lite: whether the folder ``lite`` beside the page has been built.
    """
    places = [
        (
            f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb",
            "Binder",
            "Run this notebook on a public server, which may take minutes to start",
        ),
        (
            f"https://colab.research.google.com/github/{repository}/blob/{BRANCH}/colab/{name}.ipynb",
            "Colab",
            "Run this notebook on Colab, with a Google account",
        ),
        (
            f"downloads/{name}.ipynb",
            "Download",
            "The notebook without outputs, for a copy of the course on your machine",
        ),
    ]
    if lite:
        place = f"lite/lab/index.html?path=notebooks/{name}.ipynb"
        places.insert(0, (place, "Run it here", "Run this notebook in your browser alone"))
    row = [
        f'<a class="{"way way-here" if text == "Run it here" else "way"}" '
        f'href="{html.escape(address)}" title="{html.escape(title)}">{text}</a>'
        for address, text, title in places
    ]
    return (
        '<nav class="ways" aria-label="Run this notebook">\n'
        "<span>The pictures move here. To answer the exercises, run the notebook:</span>\n"
        + "\n".join(row)
        + "\n</nav>"
    )


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """A copy of a notebook in which nothing has been run, so that predictions are open."""
    fresh = copy.deepcopy(notebook)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return fresh


def for_colab(notebook: NotebookNode, repository: str) -> NotebookNode:
    """A copy of a notebook without outputs, that begins with the one cell that Colab needs."""
    fresh = without_outputs(notebook)
    cell = new_code_cell(COLAB_CELL.format(repository=repository), id="c01ab000")
    fresh.cells.insert(1, cell)
    return fresh
