"""Explorers in a notebook that is open in JupyterLab, as a hand moves them and an eye sees them."""

import time

import nbformat
from playwright.sync_api import expect

from helpers import explorers
from lab import TIME_LIMIT

WIDGET = "application/vnd.jupyter.widget-view+json"


def listen(page):
    """Collect what a page complains of."""
    complaints = []

    def hear(message):
        # JupyterLab notes its settings, such as the theme, from all its pages at once.
        if message.type == "error" and "/api/settings" not in message.location["url"]:
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


def makes_an_explorer(source):
    """Whether a cell ends by making an explorer."""
    return source.splitlines()[-1].split("(")[0] in explorers.__all__


def explorer_cells(notebook):
    """The positions of the cells that show an explorer."""
    return [
        index
        for index, cell in enumerate(notebook.cells())
        if makes_an_explorer(cell["source"])
        and any(WIDGET in output.get("data", {}) for output in cell.get("outputs", []))
    ]


class Explorer:
    """One explorer of a notebook in the page."""

    def __init__(self, notebook, number=0):
        self.notebook, self.page, self.number = notebook, notebook.page, number
        cell = notebook.show_cell(explorer_cells(notebook)[number])
        self.root = cell.locator(".stage")
        self.canvas = self.root.locator("canvas")
        self.sliders = self.root.locator("input[type=range]").all()
        self.slider = self.sliders[0]
        self.says = self.root.locator(".stage-says")
        expect(self.says).not_to_be_empty()
        self.slider.scroll_into_view_if_needed()
        notebook.settle()

    def look(self):
        """What the picture, the sentence and the slider are now."""
        picture = self.canvas.evaluate("(canvas) => canvas.toDataURL()")
        return picture, self.says.text_content(), self.slider.get_attribute("aria-valuetext")

    def look_unlike(self, other):
        """What picture, sentence and slider are as soon as all three differ from an earlier look.

        Raises
        ------
        AssertionError
            If one of them stays what it was; its name is said.
        """
        deadline = time.monotonic() + TIME_LIMIT
        while True:
            now = self.look()
            parts = zip(("picture", "sentence", "value"), other, now, strict=True)
            same = [part for part, old, new in parts if old == new]
            if not same:
                return now
            assert time.monotonic() < deadline, f"unchanged: {same}; it says {now[1:]}"
            frames(self.page)

    def position(self):
        return int(self.slider.input_value())

    def last(self):
        return int(self.slider.get_attribute("max"))

    def move(self, key, times=1):
        self.slider.focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def put(self, position):
        """Leave the slider at a position, and let the kernel answer."""
        put(self.slider, position)
        self.notebook.wait_for_kernel()

    def grab(self, share):
        """Press the mouse on the slider, at a share of its length."""
        box = self.slider.bounding_box()
        self.left, self.width = box["x"] + 8, box["width"] - 16
        self.y = box["y"] + box["height"] / 2
        self.page.mouse.move(self.left + share * self.width, self.y)
        self.page.mouse.down()

    def drag(self, share):
        self.page.mouse.move(self.left + share * self.width, self.y, steps=10)

    def assert_kernel_says(self, sentence):
        """Wait until the kernel has this sentence, for the values that the page told it."""
        # A page tells the newest values when the kernel has answered the ones before.
        deadline = time.monotonic() + TIME_LIMIT
        while (says := self._kernel_says()) != sentence and time.monotonic() < deadline:
            frames(self.page)
        assert says == sentence

    def _kernel_says(self):
        return self.notebook.ask_kernel(
            f"print([v for v in Out.values() if type(v).__name__ == 'Stage'][{self.number}].says)"
        )


def put(slider, position):
    """Leave a slider at a position, as if a hand had moved it there at once."""
    slider.evaluate(
        """(slider, position) => {
            slider.value = position;
            slider.dispatchEvent(new Event('input'));
            slider.dispatchEvent(new Event('change'));
        }""",
        position,
    )


def frames(page, count=20):
    """Let the page draw some frames."""
    page.evaluate(
        """(count) => new Promise((done) => {
            const frame = () => {
                count -= 1;
                if (count) requestAnimationFrame(frame); else done();
            };
            requestAnimationFrame(frame);
        })""",
        count,
    )


def explorers_in(path):
    """How many cells of a notebook end by making an explorer."""
    cells = nbformat.read(path, as_version=4).cells
    return sum(cell.cell_type == "code" and makes_an_explorer(cell.source) for cell in cells)
