"""Notebook 7 listens for keys at the whole page: what is typed on a control stays there."""

import json
import re
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from lab import TIME_LIMIT, Lab
from store import METADATA

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=1000 * TIME_LIMIT)  # a busy machine may take its time

# A slider, buttons and a choice.
SOURCE = "from helpers.explorers import walk_downhill\n\nwalk_downhill()"
# In a notebook these insert, cut, delete and merge cells, and change their types.
LETTERS = "abxmyz1ddM"


def wait_for_kernel(lab, page):
    deadline = time.monotonic() + TIME_LIMIT
    while time.monotonic() < deadline:
        if [kernel["execution_state"] for kernel in json.loads(lab._ask("api/kernels"))] == [
            "idle"
        ]:
            return
        page.wait_for_timeout(200)
    pytest.fail("the kernel did not come")


def test_what_is_typed_on_a_control_changes_no_cell(browser, tmp_path):
    cells = [new_markdown_cell("Above."), new_code_cell(SOURCE), new_markdown_cell("Below.")]
    path = tmp_path / "small.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=METADATA), path)
    with Lab([path]) as lab:
        page = browser.new_page()
        page.set_default_timeout(1000 * TIME_LIMIT)
        # The server of JupyterLab has Notebook 7's pages too, where that is installed.
        page.goto(lab.address(path.name).replace("/lab/tree/", "/notebooks/"))
        wait_for_kernel(lab, page)
        page.locator(".jp-CodeCell .cm-content").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(".stage canvas")
        # The number of the cell is among its texts; it comes when the cell has run.
        expect(page.locator(".jp-CodeCell .jp-InputPrompt")).to_have_text(re.compile("1"))

        def texts():
            return page.locator(".jp-Cell .jp-Cell-inputArea").all_inner_texts()

        before = texts()
        assert len(before) == 3
        for role in ("slider", "button", "combobox"):
            control = page.locator(".stage").get_by_role(role).first
            control.focus()
            for letter in LETTERS:
                control.press(letter)
            assert texts() == before, role
        slider = page.locator(".stage").get_by_role("slider").first
        value = slider.input_value()
        slider.focus()
        slider.press("ArrowRight")
        assert slider.input_value() != value
        assert texts() == before
        # The letters do mean something in this page.
        page.locator(".jp-Cell").first.click(position={"x": 4, "y": 4})
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.wait_for_function("() => document.querySelectorAll('.jp-Cell').length === 4")
        page.close()
