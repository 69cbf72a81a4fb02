"""The notebooks in a real JupyterLab page, as a reader moves through them.

Each page is opened once and shared by the tests of this file, those of stored pages first, so a
test that moves a control moves it to where it wants it first.
"""

import html
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from helpers import explorers
from helpers.exercises import lessons
from lab import SCROLLER, TIME_LIMIT, Lab, NotebookPage
from pages import Explorer, explorer_cells, explorers_in, frames, listen
from store import notebooks

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.halves]

NOTEBOOKS = notebooks()
SIZE = {"width": 1280, "height": 1000}

each_notebook = pytest.mark.parametrize("name", [path.stem for path in NOTEBOOKS])


# What the tests share


@pytest.fixture(scope="module")
def lab(browser_path):
    with Lab(NOTEBOOKS) as lab:
        yield lab


class Pages:
    """Notebooks in pages that are kept: as they are stored, until one is run."""

    def __init__(self, browser, lab):
        self._browser, self._lab = browser, lab
        self._stored, self._run = {}, {}

    def stored(self, name):
        """A notebook of which nothing has been run."""
        if name not in self._stored:
            page = self._browser.new_page(viewport=SIZE)
            page.set_default_timeout(1000 * TIME_LIMIT)
            complaints = listen(page)
            self._stored[name] = NotebookPage.open(page, self._lab, f"{name}.ipynb")
            self._stored[name].complaints = complaints
        return self._stored[name]

    def live(self, name):
        """A notebook in which all cells have been run."""
        if name not in self._run:
            self._run[name] = self.stored(name)
            self._run[name].run_all()
            del self._stored[name]
        return self._run[name]


@pytest.fixture(scope="module")
def pages(browser, lab):
    return Pages(browser, lab)


@pytest.fixture
def live(pages):
    return pages.live


EXPLORERS = [(path.stem, number) for path in NOTEBOOKS for number in range(explorers_in(path))]
each_explorer = pytest.mark.parametrize(
    ("name", "number"), EXPLORERS, ids=[f"{name[:2]}-{number}" for name, number in EXPLORERS]
)


@pytest.fixture
def first(live):
    """The explorer on the first screen of the course."""
    return Explorer(live("00_start_here"))


# Reading


@each_notebook
@pytest.mark.stored
def test_the_stored_page_shows_its_pictures(pages, name):
    """Before anything is run, as on every page without a kernel."""
    notebook = pages.stored(name)
    stills = [
        (index, image)
        for index, cell in enumerate(notebook.cells())
        for output in cell.get("outputs", [])
        for image in re.findall("<img[^>]*>", "".join(output.get("data", {}).get("text/html", "")))
    ]
    assert stills
    for index, image in stills:
        cell = notebook.show_cell(index)
        alt = html.unescape(re.search('alt="([^"]*)"', image)[1])
        shown = cell.get_by_role("img", name=alt, exact=True)
        expect(shown).to_be_visible()
        assert shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 100
        box = shown.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= SIZE["width"]
        expect(cell.locator(".jp-OutputArea")).not_to_contain_text("odel not found")
    assert notebook.complaints == []


@each_notebook
def test_a_notebook_runs_without_complaint(live, name):
    notebook = live(name)
    code = [cell for cell in notebook.cells() if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    troubles = [
        output
        for cell in code
        for output in cell["outputs"]
        if output["output_type"] == "error" or output.get("name") == "stderr"
    ]
    assert troubles == []
    shown = [(name, number) for number in range(len(explorer_cells(notebook)))]
    assert shown == [explorer for explorer in EXPLORERS if explorer[0] == name]
    for _, number in shown:
        Explorer(notebook, number)
    assert notebook.complaints == []


@each_notebook
def test_each_control_has_a_label_of_its_own(live, name):
    """Each explorer loads its own copy of the player: their names must differ all the same."""
    labels = live(name).page.evaluate(
        """() => [...document.querySelectorAll('.stage :is(input, select)')]
                 .map((control) => [control.id, control.labels.length])"""
    )
    pads = [cell for cell in live(name).cells() if "draw_a_digit(" in cell["source"]]
    assert bool(labels) == bool(explorer_cells(live(name)) or pads)
    assert len({name for name, _ in labels}) == len(labels)
    assert {count for _, count in labels} <= {1}


@each_notebook
def test_axe_finds_nothing_in_our_cells(live, name):
    """All rules of axe but one, on all texts and outputs of a notebook; contrast in both themes."""
    notebook = live(name)
    page = notebook.page
    set_mode = """(mode) => {
        const content = jupyterapp.shell.currentWidget.content;
        content.notebookConfig = {...content.notebookConfig, windowingMode: mode};
    }"""
    set_theme = """(theme) =>
        jupyterapp.commands.execute('apputils:change-theme', {theme}).then(() => null)"""
    # All cells into the page at once, and the page as high as they are: axe judges what it sees.
    page.evaluate(set_mode, "none")
    page.wait_for_function(
        "(count) => document.querySelectorAll('.jp-Cell').length === count",
        arg=len(notebook.cells()),
    )
    notebook.settle()
    height = page.evaluate("(s) => document.querySelector(s).scrollHeight", SCROLLER)
    page.set_viewport_size({**SIZE, "height": height + 300})
    page.evaluate("(s) => { document.querySelector(s).scrollTop = 0; }", SCROLLER)
    # The parts of JupyterLab's page lie in a body of no height that hides what overflows it, so
    # axe would take everything for hidden.
    page.add_style_tag(content="html, body { height: 100%; }")
    ours = [".jp-NotebookPanel .jp-OutputArea-output", ".jp-NotebookPanel .jp-RenderedMarkdown"]
    context = {"include": [[selector] for selector in ours]}
    # JupyterLab's dark theme, not a notebook, decides that links are not underlined.
    options = {"rules": {"link-in-text-block": {"enabled": False}}}
    pictures = page.locator(".stage canvas, .stage-box div[role=img]").count()
    violations = []
    # A theme changes colors only.
    colors = {"runOnly": ["color-contrast"]}
    for theme, rules in (("JupyterLab Dark", colors), ("JupyterLab Light", options)):
        page.evaluate(set_theme, theme)
        page.wait_for_function("(theme) => document.body.dataset.jpThemeName === theme", arg=theme)
        notebook.settle()
        found = Axe().run(page, context=context, options=rules).response
        judged = {rule["id"]: len(rule["nodes"]) for rule in found["passes"]}
        assert judged["color-contrast"] > 100
        if rules is options:
            assert judged.get("role-img-alt", 0) == pictures >= len(explorer_cells(notebook))
        violations += [
            f"{theme}: {rule['id']}: {node['html'][:200]} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]
    page.set_viewport_size(SIZE)
    page.evaluate(set_mode, "full")
    assert violations == []


# Moving


@each_explorer
def test_dragging_moves_the_picture_and_nothing_else(live, name, number):
    explorer = Explorer(live(name), number)
    page = explorer.page
    explorer.move("Home")
    watch = page.evaluate_handle(
        """(selector) => {
            const scroller = document.querySelector(selector);
            const watch = {places: new Set(), running: true};
            const frame = () => {
                watch.places.add([scroller.scrollHeight, scroller.scrollTop].join());
                if (watch.running) requestAnimationFrame(frame);
            };
            frame();
            return watch;
        }""",
        SCROLLER,
    )
    explorer.grab(0.2)
    seen = []
    for share in (0.3, 0.5, 0.7, 0.9):
        explorer.drag(share)
        seen.append(explorer.look())
    page.mouse.up()
    frames(page)
    places = watch.evaluate("(watch) => { watch.running = false; return [...watch.places] }")
    assert [len(set(what)) for what in zip(*seen, strict=True)] == [4, 4, 4]
    assert len(places) == 1
    explorer.notebook.wait_for_kernel()
    expect(explorer.says).to_have_text(seen[-1][1])
    explorer.assert_kernel_says(seen[-1][1])


@each_explorer
def test_keys_move_a_slider(live, name, number):
    explorer = Explorer(live(name), number)
    explorer.move("Home")
    assert explorer.position() == 0
    first = explorer.look()
    explorer.move("ArrowRight")
    assert explorer.position() == 1
    explorer.move("ArrowUp")
    assert explorer.position() == 2
    explorer.move("ArrowLeft")
    assert explorer.position() == 1
    explorer.move("PageUp")
    assert explorer.position() > 1
    far = explorer.look()
    explorer.move("End")
    assert explorer.position() == explorer.last()
    assert all(len(set(what)) == 3 for what in zip(first, far, explorer.look(), strict=True))


@each_explorer
def test_each_slider_is_dragged_to_both_ends(live, name, number):
    explorer = Explorer(live(name), number)
    # Wherever the tests before have left them: at step 0 no learning rate changes a walk.
    for slider in explorer.sliders:
        explorer.slider = slider
        explorer.put(2 * explorer.last() // 3)
    for slider in explorer.sliders:
        explorer.slider = slider
        slider.scroll_into_view_if_needed()
        before = explorer.position()
        seen = ["", "", ""]
        for share, end in ((-0.2, 0), (1.2, explorer.last())):
            explorer.grab(0.5)
            explorer.drag(share)
            explorer.page.mouse.up()
            expect(explorer.root).not_to_have_class(re.compile("stage-waiting"))
            assert explorer.position() == end
            seen = explorer.look_unlike(seen)
        explorer.assert_kernel_says(seen[1])
        assert explorer.position() == end
        explorer.put(before)
    assert explorer.notebook.complaints == []


def test_a_slider_is_taken_up_just_after_another_or_itself(live):
    """What ends the first hold comes late, and must not take the slider out of the new one."""
    explorer = Explorer(live("04_gradient_descent"), 1)
    rate = explorer.sliders[1]
    explorer.put(explorer.last() // 2)
    explorer.slider = rate
    explorer.put(0)
    # Another: the first slider loses the focus when the second is pressed.
    explorer.sliders[0].focus()
    explorer.grab(0.8)
    held = explorer.position()
    frames(explorer.page)
    assert held > 0
    assert explorer.position() == held
    explorer.page.mouse.up()
    explorer.notebook.wait_for_kernel()
    explorer.assert_kernel_says(explorer.look()[1])
    # Itself, at once.
    explorer.grab(0.2)
    explorer.drag(0.3)
    explorer.page.mouse.up()
    explorer.grab(0.8)
    held = explorer.position()
    frames(explorer.page)
    assert explorer.position() == held
    explorer.page.mouse.up()
    explorer.assert_kernel_says(explorer.look()[1])


# Of a laptop's 768 pixels, JupyterLab and the browser leave 620 to the notebook, of which the frame
# of a cell takes 16.
LAPTOP = 620 - 16


@each_explorer
def test_a_picture_and_its_sliders_fit_on_a_laptop_s_page(live, name, number):
    explorer = Explorer(live(name), number)
    boxes = [slider.bounding_box() for slider in explorer.sliders]
    ends = [box["y"] + box["height"] for box in boxes]
    assert 200 < max(ends) - explorer.root.bounding_box()["y"] <= LAPTOP


def test_letters_on_a_slider_do_not_reach_the_notebook(first):
    before = first.notebook.cells()
    first.slider.focus()
    first.page.keyboard.type("abddxvmyc0 ")
    first.page.keyboard.press("Enter")
    frames(first.page)
    after = first.notebook.cells()
    assert [cell["id"] for cell in after] == [cell["id"] for cell in before]
    assert [cell["cell_type"] for cell in after] == [cell["cell_type"] for cell in before]
    expect(first.slider).to_be_focused()
    # Beside the slider they do: so the test above would see it.
    first.page.keyboard.press("Escape")
    first.notebook.page.evaluate("() => jupyterapp.shell.currentWidget.content.node.focus()")
    first.page.evaluate("() => jupyterapp.commands.execute('notebook:enter-command-mode')")
    first.page.keyboard.press("b")
    first.page.wait_for_function(
        "(count) => jupyterapp.shell.currentWidget.content.widgets.length === count",
        arg=len(before) + 1,
    )
    first.page.evaluate("() => jupyterapp.commands.execute('notebook:delete-cell')")
    assert len(first.notebook.cells()) == len(before)


def test_the_picture_moves_while_the_kernel_is_busy(first):
    first.move("Home")
    first.notebook.wait_for_kernel()
    first.notebook.keep_kernel_busy()
    before = first.look()
    first.grab(0.2)
    first.drag(0.8)
    after = first.look()
    first.page.mouse.up()
    assert first.notebook.kernel_sleeps()
    assert all(old != new for old, new in zip(before, after, strict=True))
    first.notebook.release_kernel()
    first.assert_kernel_says(after[1])


def test_values_that_are_set_in_python_move_the_page(first):
    first.move("Home")
    first.notebook.wait_for_kernel()
    before = first.look()
    first.notebook.ask_kernel(
        "next(v for v in Out.values() if type(v).__name__ == 'Stage').learning_rate = 0.95"
    )
    expect(first.slider).to_have_attribute("aria-valuetext", "0.95")
    assert all(old != new for old, new in zip(before, first.look(), strict=True))


def test_play_and_pause(first):
    first.move("Home")
    button = first.root.locator(".stage-play")
    button.click()
    expect(button).to_contain_text("Pause")
    first.page.wait_for_function(
        "(slider) => Number(slider.value) > 20", arg=first.slider.element_handle()
    )
    button.click()
    expect(button).to_contain_text("Play")
    frames(first.page, 2)
    paused = first.look()
    assert 20 < first.position() < first.last()
    frames(first.page)
    assert first.look() == paused
    first.notebook.wait_for_kernel()
    first.assert_kernel_says(paused[1])


def test_play_takes_single_steps_where_motion_is_not_wanted(first):
    first.page.emulate_media(reduced_motion="reduce")
    try:
        first.move("Home")
        button = first.root.get_by_role("button", name="Next step")
        button.click()
        assert first.position() == 1
        frames(first.page, 40)
        assert first.position() == 1
    finally:
        first.page.emulate_media(reduced_motion="no-preference")
    expect(first.root.locator(".stage-play")).to_contain_text("Play")


def assert_it_fits(explorer, width, scale):
    """On a page of this width and with so many pixels of the screen to one of the page."""
    explorer.page.set_viewport_size({"width": width, "height": 900})
    explorer.slider.scroll_into_view_if_needed()
    explorer.notebook.settle()
    canvas = explorer.canvas.bounding_box()
    # One pixel of the canvas for each of the screen: sharp, and no more than that.
    assert abs(explorer.canvas.evaluate("(c) => c.width") - canvas["width"] * scale) <= scale
    for part in (explorer.canvas, explorer.says, explorer.slider):
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    cut = explorer.root.evaluate("(e) => e.scrollWidth - e.clientWidth")
    assert cut <= 0
    assert canvas["width"] > 300 * min(1, width / 480)
    explorer.move("Home")
    before = explorer.look()
    explorer.move("ArrowRight", 10)
    assert explorer.look() != before


def test_an_explorer_fits_a_narrow_page(first):
    assert_it_fits(first, 480, 1)
    first.page.set_viewport_size(SIZE)


def test_an_explorer_fits_a_screen_of_fine_pixels(browser, lab):
    context = browser.new_context(viewport=SIZE, device_scale_factor=2)
    page = context.new_page()
    page.set_default_timeout(1000 * TIME_LIMIT)
    complaints = listen(page)
    notebook = NotebookPage.open(page, lab, "00_start_here.ipynb")
    notebook.run_all()
    for width in (1280, 480):
        assert_it_fits(Explorer(notebook), width, 2)
    assert complaints == []
    notebook.close()
    context.close()


# Answering


def outputs_of(notebook, index):
    return "".join(
        "".join(output.get("data", {}).get("text/plain", output.get("text", "")))
        for output in notebook.cells()[index]["outputs"]
    )


def test_an_exercise_answers(live):
    notebook = live("00_start_here")
    exercise = next(iter(lessons()["00_start_here"]))
    wrong, words = next(iter(exercise.mistakes.items()))
    index = next(
        i for i, cell in enumerate(notebook.cells()) if exercise.check_line() in cell["source"]
    )
    starter = notebook.cells()[index]["source"]
    for answer, expected in (
        (wrong, f"Not yet: {words}"),
        (exercise.answer, f"Right: {exercise.right}"),
        ("...", "Not tried yet"),
    ):
        source = starter.replace(exercise.source("..."), exercise.source(answer))
        cell = notebook.type_and_run(index, source)
        assert notebook.cells()[index]["source"] == source
        assert expected in outputs_of(notebook, index)
        expect(cell.locator(".jp-OutputArea-output").last).to_contain_text(expected.split(":")[0])
    assert notebook.cells()[index]["source"] == starter


def press_until(press, line, words):
    """Press until a line has these words: the first time may have come too soon to count."""
    deadline = time.monotonic() + TIME_LIMIT
    while words not in line.text_content() and time.monotonic() < deadline:
        press()
        line.page.wait_for_timeout(1500)
    expect(line).to_contain_text(words)


@pytest.mark.parametrize("name", ["03_gradient_vectors"])
def test_the_game_is_played_by_keyboard(live, name):
    notebook = live(name)
    (index,) = (
        index
        for index, cell in enumerate(notebook.cells())
        if cell["source"].endswith("point_uphill()")
    )
    cell, keyboard = notebook.show_cell(index), notebook.page.keyboard
    count = len(notebook.cells())
    status = cell.locator(".stage-told")
    expect(status).to_contain_text("Place 1 of 6")
    slider = cell.locator("input[type=range]")
    heading = slider.get_attribute("aria-valuetext")
    slider.focus()
    keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", heading)
    button = cell.locator("button.widget-button")
    keyboard.press("Tab")
    expect(button).to_be_focused()
    keyboard.press("Enter")
    expect(status).to_contain_text("points")
    expect(button).to_be_focused()  # so that Enter goes on
    for _ in range(2):  # a letter does not reach the notebook
        keyboard.press("a")
    press_until(lambda: keyboard.press("Enter"), status, "Place 2 of 6")
    assert len(notebook.cells()) == count


# Without JupyterLab


def test_a_fragment_plays_from_a_file_without_a_network(browser, tmp_path):
    pages = explorers.valley_walk().to_html() + explorers.v_curve().to_html()
    path = tmp_path / "with a space" / "explorers.html"
    path.parent.mkdir()
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorers</title><main>'
        f"<h1>Two explorers</h1>{pages}</main></html>",
        encoding="utf-8",
    )
    context = browser.new_context(viewport=SIZE, offline=True)
    asked = []
    page = context.new_page()
    page.set_default_timeout(1000 * TIME_LIMIT)
    page.on("request", lambda request: asked.append(request.url))
    complaints = listen(page)
    page.goto(path.as_uri())
    roots = page.locator(".stage")
    expect(roots).to_have_count(2)
    for number in range(2):
        root = roots.nth(number)
        canvas, says = root.locator("canvas"), root.locator(".stage-says")
        slider = root.locator("input[type=range]")
        expect(says).not_to_be_empty()
        seen = []
        for key in ("Home", "PageUp", "End"):
            slider.press(key)
            seen.append((canvas.evaluate("(c) => c.toDataURL()"), says.text_content()))
        assert len(set(seen)) == 3
    play = roots.nth(0).locator(".stage-play")
    play.click()
    expect(play).to_contain_text("Pause")
    play.click()
    choice, before = roots.nth(1).locator("select"), seen[-1]
    choice.select_option(index=1)
    roots.nth(1).locator("input[type=range]").press("End")
    page.wait_for_function(
        "([canvas, before]) => canvas.toDataURL() !== before",
        arg=[canvas.element_handle(), before[0]],
    )
    found = Axe().run(page).response["violations"]
    assert [rule["id"] for rule in found] == []
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    context.close()
