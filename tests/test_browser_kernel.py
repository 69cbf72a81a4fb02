"""Explorers, trainer and game in JupyterLab when the kernel is busy, interrupted or gone."""

import re
import time

import nbformat
import pytest
from playwright.sync_api import expect

from lab import TIME_LIMIT, Lab, NotebookPage
from pages import put

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=1000 * TIME_LIMIT)  # a busy machine may take its time

SOURCES = [
    "from helpers import explorers\nexplorers.slice_a_surface()",
    "from helpers.explorers.training import train_it\ntrain_it()",
    "from helpers.explorers.game import point_uphill\npoint_uphill()",
]
GONE = "The kernel does not answer: run this cell again."
COUNT = "from ipywidgets.widgets import widget; print(len(widget._instances))"


class Page:
    """The three of them in a notebook."""

    def __init__(self, browser, lab):
        page = browser.new_page()
        page.set_default_timeout(1000 * TIME_LIMIT)
        self.page = page
        self.notebook = NotebookPage.open(page, lab, "three.ipynb")
        self.stage = page.locator(".stage").first
        self.says = self.stage.locator(".stage-says")
        self.told = page.locator(".stage-told")
        self.late = page.locator(".stage-late")

    def begin(self):
        """Run all cells in a new kernel, on a page of the usual size and colors."""
        # High enough for all three: JupyterLab keeps what is out of sight off the page.
        self.page.set_viewport_size({"width": 1100, "height": 2400})
        self.page.emulate_media(forced_colors="none")
        self.notebook.tell_kernel("restart")
        self.notebook.run_all()
        expect(self.says).not_to_be_empty()

    def put(self, number, position):
        """Leave a slider of the explorer at a position."""
        put(self.stage.locator("input").nth(number), position)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def train(self):
        """Start a training that has many steps to go."""
        self.notebook.ask_kernel("from helpers.explorers import training; training.CHUNK = 1e-9")
        self.press("Start")
        expect(self.told.first).to_contain_text("Training: ")


@pytest.fixture(scope="module")
def lab(browser_path, tmp_path_factory):
    path = tmp_path_factory.mktemp("three") / "three.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in SOURCES]
    kernel = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    with Lab([path]) as lab:
        yield lab


@pytest.fixture(scope="module")
def page(browser, lab):
    return Page(browser, lab)


@pytest.fixture
def three(page):
    page.begin()
    return page


def test_what_a_kernel_leaves_behind(three):
    note = three.stage.locator(".stage-note")
    three.put(0, 8)
    three.notebook.wait_for_kernel()
    expect(note).to_be_hidden()
    expect(three.says).to_contain_text("x = 0.8, y = 1.0")
    # The line through this place is in the record only when the kernel has answered.
    expect(three.stage).not_to_have_class(re.compile("stage-waiting"))
    three.train()
    three.notebook.tell_kernel("restart")
    # The record plays on.
    three.put(0, 12)
    expect(three.says).to_contain_text("x = 1.2, y = 1.0")
    # What is not in it is asked for in vain.
    three.put(1, 9)
    three.put(0, 3)
    expect(note).to_contain_text(GONE)
    expect(note).to_contain_text("Picture and sentence are still those for")
    # So does the training, which nobody has touched since, and the game.
    expect(three.late.first).to_have_text(GONE)
    expect(three.late.last).to_have_text("")
    three.press("This way is up")
    expect(three.late.last).to_have_text(GONE)
    three.notebook.run_all()
    expect(note).to_be_hidden()
    expect(three.says).to_contain_text("x = 1.0, y = 1.0")
    expect(three.late.first).to_have_text("")


def test_a_busy_kernel_answers_when_it_is_done(three):
    three.notebook.keep_kernel_busy()
    three.put(1, 9)
    three.put(0, 3)
    three.page.get_by_role("button", name="This way is up").dblclick()
    expect(three.stage.locator(".stage-note")).to_contain_text("The kernel is busy.")
    expect(three.late.last).to_contain_text("The kernel is busy.")
    three.notebook.release_kernel()
    expect(three.says).to_contain_text("x = 0.3, y = 0.9")
    expect(three.stage.locator(".stage-note")).to_be_hidden()
    expect(three.late.last).to_have_text("")
    # The second half of a double click has not skipped the reason.
    expect(three.told.last).to_contain_text("points")
    three.notebook.wait_for_kernel()
    expect(three.told.last).to_contain_text("points")


def test_the_interrupt_of_jupyterlab_stops_a_training(three):
    three.train()
    deadline = time.monotonic() + TIME_LIMIT
    while "Stopped" not in three.told.first.text_content() and time.monotonic() < deadline:
        three.notebook.tell_kernel("interrupt")
        three.page.wait_for_timeout(1000)
    expect(three.told.first).to_contain_text("Stopped after")


def test_a_cell_that_is_run_again_while_its_slider_is_held(three):
    complaints = []
    three.page.on("pageerror", lambda error: complaints.append(str(error)))
    before = three.notebook.ask_kernel(COUNT)
    slider = three.stage.locator("input").first
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    three.page.mouse.move(box["x"] + box["width"] / 2, middle)
    three.page.mouse.down()
    three.page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=5)
    three.notebook.run_all()
    three.page.mouse.move(box["x"] + 0.3 * box["width"], middle, steps=5)
    three.page.mouse.up()
    expect(three.says).not_to_be_empty()
    three.put(0, 4)
    expect(three.says).to_contain_text("x = 0.4, y = 1.0")
    assert three.notebook.ask_kernel(COUNT) == before
    assert complaints == []


def test_two_views_of_one_output_go_together(browser, lab):
    three = Page(browser, lab)  # a page of its own, as it gets a second panel
    three.begin()
    three.notebook.show_cell(0)
    three.page.evaluate(
        "() => jupyterapp.commands.execute('notebook:create-output-view').then(() => null)"
    )
    says = three.page.locator(".stage-says", has_text="height")
    expect(says).to_have_count(2)
    three.put(0, 4)
    for number in range(2):
        expect(says.nth(number)).to_contain_text("x = 0.4, y = 1.0")


def test_buttons_and_bar_are_seen_where_the_page_has_colors_of_its_own(three):
    three.page.emulate_media(forced_colors="active")
    three.train()
    for name in ("Start again", "Stop", "This way is up"):
        button = three.page.get_by_role("button", name=name, exact=True)
        assert button.evaluate("(e) => parseFloat(getComputedStyle(e).borderTopWidth)") >= 1
    bar = three.page.locator(".stage-box .progress-bar")
    color = "(e) => getComputedStyle(e).backgroundColor"
    assert bar.evaluate(color) != bar.locator("xpath=..").evaluate(color)


def test_all_panels_of_a_training_are_seen_on_a_narrow_page(three):
    three.page.set_viewport_size({"width": 480, "height": 2400})
    three.notebook.show_cell(1)
    images = three.page.locator(".stage-box [role=img] > img")
    expect(images).to_have_count(4)
    tops = []
    for image in images.all():
        box = image.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 480
        tops.append(box["y"])
    assert len(set(tops)) == 4
