"""The page's side of a stage in Jupyter: fast hands, slow kernels, the latest value wins.

A kernel of a few lines of JavaScript stands in for Jupyter: records are made beforehand, and
handed over when the test says so.
"""

import base64
import json

import pytest
from playwright.sync_api import expect

from helpers.stage import Button, Choice, Play, scripts
from lab import TIME_LIMIT
from test_stage_widget import explorer, scene_for, slider

pytestmark = pytest.mark.browser
expect.set_options(timeout=1000 * TIME_LIMIT)  # a busy machine may take its time

_KERNEL = """
const values = {}, handlers = {};
const model = {
  get: (key) => values[key],
  set: (key, value) => {
    values[key] = value;
    (handlers[`change:${key}`] ?? []).forEach((handler) => handler());
  },
  save_changes: () => told.push(JSON.stringify(values._at)),
  on: (event, handler) => (handlers[event] ??= []).push(handler),
  off: (event, handler) => {
    handlers[event] = handlers[event].filter((known) => known !== handler);
  },
};
globalThis.manage = (manager) => { model.widget_manager = manager; };
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
globalThis.told = [];
globalThis.send = (record, at) => {
  if (record) model.set("_record", bytes(record));
  if (at) model.set("_at", at);
};
globalThis.listeners = () => Object.values(handlers).flat().length;
globalThis.begin = (spec, at, record) => {
  Object.assign(values, { _spec: spec, _at: at, _record: bytes(record) });
  globalThis.end = render({ model, el: document.body });
};
"""


class Page:
    """A stage in a page, with the records that its kernel would send."""

    def __init__(self, page, stage):
        self.page, self.stage = page, stage
        style = scripts.text("player.css")
        player = scripts.text(*scripts.IN_JUPYTER).replace("export default { render };", _KERNEL)
        page.set_content(
            f'<!doctype html><style>{style}</style><script type="module">{player}</script>'
        )
        page.wait_for_function("globalThis.begin !== undefined")
        page.evaluate(
            "([spec, at, record]) => begin(spec, at, record)",
            [stage._spec, stage._at, self.record()],
        )
        page.wait_for_function("document.querySelector('.stage-says').textContent")

    def record(self):
        return base64.b64encode(self.stage._record).decode()

    def answer(self, told=None, last=True):
        """Let the kernel hear of values, and answer; `last`: the page waits for no other answer."""
        if told is not None:
            self.stage.set_state({"_at": json.loads(told)})
        self.page.evaluate("(record) => send(record)", self.record())
        if last:
            self.page.wait_for_function("document.querySelector('.stage-waiting') === null")
        else:
            self.page.wait_for_timeout(150)

    @property
    def told(self):
        return self.page.evaluate("told")

    @property
    def says(self):
        return self.page.locator(".stage-says").inner_text()

    @property
    def waits(self):
        return self.page.locator(".stage-waiting").count() == 1

    @property
    def note(self):
        return self.page.locator(".stage-note")

    def picture(self):
        return self.page.locator("canvas").evaluate("(canvas) => canvas.toDataURL()")

    def slide(self, number, position, let_go=True):
        """Move a slider as a pointer does; it may stay in the hand."""
        self.page.get_by_role("slider").nth(number).evaluate(
            """(node, [position, letGo]) => {
                node.value = position;
                node.dispatchEvent(new Event("input"));
                if (letGo) node.dispatchEvent(new Event("change"));
            }""",
            [position, let_go],
        )


@pytest.fixture
def show(browser):
    problems = []

    def show_it(stage):
        page = browser.new_page()
        page.set_default_timeout(1000 * TIME_LIMIT)
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        return Page(page, stage)

    yield show_it
    assert problems == []


@pytest.fixture
def lines(show):
    """A stage with too many frames for all of them: those on two lines are there."""
    return show(explorer(slider("x0", 51), slider("c", 41)))


def test_the_kernel_is_told_when_a_slider_is_let_go(lines):
    for position in range(26, 40):
        lines.slide(0, position, let_go=False)
    assert lines.told == []
    assert lines.says.startswith("At x = 1.68")
    sentence = lines.page.get_by_role("status")
    assert sentence.get_attribute("aria-busy") == "true"  # not read aloud step by step
    lines.slide(0, 40)
    assert sentence.get_attribute("aria-busy") == "false"
    assert [json.loads(text) for text in lines.told] == [{"x0": 40, "c": 20}]


def test_a_second_slider_waits_for_its_frames(lines):
    lines.slide(0, 50)
    before = lines.says
    lines.slide(1, 30, let_go=False)
    assert lines.waits
    assert lines.says == before  # picture and sentence stay together
    assert lines.page.get_by_role("slider").nth(1).input_value() == "30"
    lines.answer(lines.told[0])
    assert not lines.waits
    assert lines.says.startswith("At x = 3.00 the slope is 6.00, c is 1.50")
    lines.slide(1, 31)
    assert lines.says.startswith("At x = 3.00 the slope is 6.00, c is 1.65")


def test_both_sliders_let_go_before_the_kernel_answers(lines):
    lines.slide(0, 50)
    lines.slide(1, 40)
    assert lines.waits
    first, second = lines.told
    lines.answer(first, last=False)
    assert lines.says.startswith("At x = 3.00 the slope is 6.00, c is 3.00")
    lines.slide(0, 0)
    assert lines.waits
    lines.answer(second)
    assert lines.says.startswith("At x = -3.00 the slope is -6.00, c is 3.00")


def test_an_old_picture_says_to_which_values_it_belongs(lines):
    lines.slide(0, 50)
    lines.slide(1, 30, let_go=False)
    expect(lines.note).to_have_text("Picture and sentence are still those for c <&>: 0.")
    lines.slide(1, 20, let_go=False)  # where they are those of the values
    expect(lines.note).to_be_hidden()
    assert not lines.waits
    lines.slide(1, 30, let_go=False)
    expect(lines.note).to_be_visible()
    lines.answer(lines.told[0])
    expect(lines.note).to_be_hidden()


def test_a_kernel_that_does_not_answer_is_told_of_and_the_record_plays_on(lines):
    lines.slide(1, 30)
    lines.slide(0, 50)
    expect(lines.note).to_contain_text("The kernel does not answer")
    expect(lines.note).to_contain_text("still those for x0 <&>: 0.")
    lines.slide(0, 25)
    assert not lines.waits
    expect(lines.note).to_be_hidden()
    lines.slide(1, 35)
    assert lines.says.startswith("At x = 0.00 the slope is 0.00, c is 2.25")
    lines.slide(1, 30)
    lines.slide(0, 50)
    lines.answer(lines.told[-1])
    assert lines.says.startswith("At x = 3.00 the slope is 6.00, c is 1.50")
    expect(lines.note).to_be_hidden()


@pytest.mark.parametrize(
    ("kernel", "words"),
    [
        ("{status: 'busy'}", "The kernel is busy. The picture follows when it is done."),
        ("{status: 'idle'}", "The kernel does not answer: run this cell again."),
        ("{status: 'dead'}", "The kernel does not answer: run this cell again."),
        ("null", "The kernel does not answer: run this cell again."),
    ],
)
def test_the_note_tells_a_busy_kernel_from_one_that_is_gone(lines, kernel, words):
    lines.page.evaluate(f"manage({{kernel: {kernel}}})")
    lines.slide(0, 50)
    lines.slide(1, 30)
    expect(lines.note).to_contain_text(words)


def test_the_last_picture_stays_where_the_page_changes_its_size(lines):
    lines.slide(1, 30)
    lines.slide(0, 50)
    assert lines.waits
    before = lines.picture()
    lines.page.set_viewport_size({"width": 500, "height": 700})
    lines.page.wait_for_function("document.querySelector('canvas').width < 500")
    small = lines.picture()
    assert small != before
    blank = lines.page.evaluate(
        "() => { const c = document.querySelector('canvas'), e = document.createElement('canvas');"
        " e.width = c.width; e.height = c.height; return e.toDataURL(); }"
    )
    assert small != blank


def test_what_scales_the_page_scales_the_pixels_of_the_picture(lines):
    canvas = "document.querySelector('canvas')"
    plain = lines.page.evaluate(f"{canvas}.width")
    assert plain == lines.page.evaluate(f"{canvas}.clientWidth")
    lines.page.evaluate(
        "document.body.style.transform = 'scale(1.5)'; dispatchEvent(new Event('resize'))"
    )
    lines.page.wait_for_function(f"{canvas}.width === {round(1.5 * plain)}")


def test_a_record_that_is_late_is_dropped(show):
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    page = show(explorer(slider("x0", 5), shape, scene=lambda shape: scene_for(shape=shape)))
    bowl = page.record()
    page.stage.shape = "hill"
    page.page.evaluate(
        """([hill, bowl]) => {
            const decode = createImageBitmap;
            globalThis.createImageBitmap = async (blob) => {
                await new Promise((done) => setTimeout(done, 200));
                return decode(blob);
            };
            send(hill, { x0: 4, shape: 1 });
            send(bowl, { x0: 4, shape: 0 }); // its images are there already
        }""",
        [page.record(), bowl],
    )
    page.page.wait_for_function("document.querySelector('.stage-waiting') === null")
    for _ in range(2):
        page.page.wait_for_timeout(300)
        assert not page.waits
        assert page.says.startswith("At x = 3.00 the slope is 6.00")


def test_a_value_set_in_python_moves_the_slider(lines):
    lines.page.evaluate("send(undefined, { x0: 50, c: 20 })")
    assert lines.page.get_by_role("slider").first.input_value() == "50"
    assert lines.says.startswith("At x = 3.00")
    assert lines.told == []


def test_an_answer_does_not_take_a_slider_out_of_the_hand(lines):
    lines.slide(0, 30)
    lines.slide(0, 35, let_go=False)
    lines.page.evaluate("send(undefined, { x0: 30, c: 25 })")
    sliders = lines.page.get_by_role("slider")
    assert sliders.nth(0).input_value() == "35"
    assert sliders.nth(1).input_value() == "25"
    lines.slide(0, 36)
    assert json.loads(lines.told[-1]) == {"x0": 36, "c": 25}
    lines.page.evaluate("send(undefined, { x0: 10, c: 25 })")
    assert sliders.nth(0).input_value() == "10"


def test_a_slider_let_go_where_it_was_taken_up(lines):
    lines.slide(0, 30, let_go=False)
    lines.slide(0, 25, let_go=False)
    lines.page.get_by_role("slider").first.dispatch_event("pointerup")
    lines.page.wait_for_timeout(100)
    lines.page.evaluate("send(undefined, { x0: 10, c: 20 })")
    assert lines.page.get_by_role("slider").first.input_value() == "10"


def test_a_real_pointer(lines):
    box = lines.page.get_by_role("slider").first.bounding_box()
    mouse = lines.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2, steps=20)
    assert lines.told == []
    mouse.up()
    lines.page.wait_for_function("told.length > 0")
    assert json.loads(lines.told[-1])["x0"] >= 49
    assert len(lines.told) == 1


def test_a_choice_waits_for_its_scene(show):
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    page = show(explorer(slider("x0", 5), shape, scene=lambda shape: scene_for(shape=shape)))
    page.page.get_by_role("combobox").select_option("hill")
    page.slide(0, 4)
    assert page.waits
    assert page.says.startswith("At x = 0.00")  # no frame of the bowl under the name of the hill
    page.answer(page.told[0])
    assert page.says.startswith("At x = 3.00 the slope is -6.00")


def test_play_tells_the_kernel_at_the_end(show):
    page = show(explorer(slider("x0", 25), Play("x0", seconds=0.3)))
    page.page.get_by_role("button", name="Play").click()
    page.page.get_by_role("button", name="Play").wait_for()
    assert [json.loads(text) for text in page.told] == [{"x0": 24}]
    assert page.says.startswith("At x = 3.00")


def test_a_hand_on_the_slider_ends_play(show):
    page = show(explorer(slider("x0", 25), Play("x0", seconds=5)))
    page.page.get_by_role("button", name="Play").click()
    page.page.wait_for_timeout(300)
    page.slide(0, 3)
    page.page.wait_for_timeout(300)
    assert page.page.get_by_role("slider").input_value() == "3"
    assert page.page.get_by_role("button", name="Play").is_visible()


def test_the_page_does_not_jump(show):
    stage = explorer(slider("x0", 25))
    page = show(stage)
    heights = []
    for position in range(0, 25, 4):
        page.slide(0, position)
        heights.append(page.page.evaluate("document.body.scrollHeight"))
    assert len(set(heights)) == 1
    # Before the record is unpacked, too: only the line may still grow.
    page.page.evaluate("([s, a, r]) => begin(s, a, r)", [stage._spec, stage._at, page.record()])
    box = page.page.locator("canvas").last.bounding_box()
    assert (box["width"], box["height"]) == (900, 400)


def test_typed_letters_stay_in_the_stage(show):
    page = show(explorer(slider("x0", 25)))
    page.page.evaluate("document.body.onkeydown = () => { globalThis.leaked = true; }; undefined")
    page.page.get_by_role("slider").press("a")
    page.page.get_by_role("slider").press("ArrowRight")
    assert page.page.evaluate("globalThis.leaked") is None
    assert page.says.startswith("At x = 0.25")
    assert page.page.locator(".stage").get_attribute("data-lm-suppress-shortcuts") == "true"


def test_every_control_keeps_its_keys_from_notebook_7(show):
    """It asks the element itself, not those above it."""
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    stage = explorer(
        *(slider("x0", 5), shape, Play("x0"), Button("end", {"x0": 3})),
        scene=lambda shape: scene_for(shape=shape),
    )
    page = show(stage).page
    controls = page.locator(".stage :is(input, select, button)")
    assert controls.count() == 4
    assert page.locator("[data-lm-suppress-shortcuts]:not(.stage)").count() == 4


def test_a_removed_view_listens_no_more(show):
    page = show(explorer(slider("x0", 25)))
    assert page.page.evaluate("listeners()") == 2
    page.page.evaluate("end()")
    assert page.page.evaluate("listeners()") == 0
    assert page.page.locator(".stage").count() == 0


def test_each_loaded_script_names_its_controls_differently(show):
    """Jupyter loads the script once per explorer: none can count the others."""
    names = []
    for _ in range(2):
        page = show(explorer(slider("x0", 5)))
        names.append(page.page.get_by_role("slider").get_attribute("id"))
    assert names[0] != names[1]
