"""The maps of the course, in 00 and in the README, say what the notebooks say of themselves."""

import itertools
import re
from pathlib import Path

import nbformat
import pytest

from store import NOTEBOOKS, notebooks

pytestmark = pytest.mark.once

ROW = re.compile(r"^\| (\d\d) \| (.+?) \| (.+?) \| (\d+) \|$", re.MULTILINE)
LINK = re.compile(r"\[(.+)\]\((?:notebooks/)?(.+)\)")
START = NOTEBOOKS / "00_start_here.ipynb"


def opening(path):
    """(title, question, minutes), as the first cell of a notebook says."""
    text = nbformat.read(path, as_version=4).cells[0].source
    title = re.search(r"^# (.+)$", text, re.MULTILINE).group(1)
    question = re.search(r"^\*([^*].+)\*$", text, re.MULTILINE).group(1)
    return title, question, int(re.search(r"\*\*Time\*\*: (\d+) minutes", text).group(1))


def rows(text):
    """{file name: (title, question, minutes)} of a map's rows that lead to a notebook."""
    links = (
        (LINK.fullmatch(name), question, int(time)) for _, name, question, time in ROW.findall(text)
    )
    return {link[2]: (link[1], question, time) for link, question, time in links if link}


def maps():
    start = "\n".join(cell.source for cell in nbformat.read(START, as_version=4).cells)
    return {"00": start, "README": Path(NOTEBOOKS, "..", "README.md").read_text(encoding="utf-8")}


@pytest.mark.parametrize("where", ["00", "README"])
def test_a_map_leads_to_each_notebook_and_says_what_it_says(where):
    found = rows(maps()[where])
    known = {path.name: opening(path) for path in notebooks() if path != START}
    if where == "README":
        known[START.name] = opening(START)
    assert found == known


@pytest.mark.parametrize(("page", "following"), list(itertools.pairwise(notebooks())))
def test_a_page_ends_on_the_question_of_the_next(page, following):
    if int(following.name[:2]) != int(page.name[:2]) + 1:
        pytest.skip("the one between them is still being written")
    cells = nbformat.read(page, as_version=4).cells
    ending = [cell.source for cell in cells if "**Next**" in cell.source]
    assert len(ending) == 1
    assert f"]({following.name})" in ending[0]


def test_another_time_or_question_would_be_seen():
    row = "| 01 | [Slopes](notebooks/01_slopes.ipynb) | How steep? | 75 |"
    assert rows(row) == {"01_slopes.ipynb": ("Slopes", "How steep?", 75)}
    assert rows("| 09 | Faster descents | How? | 75 |") == {}
