"""An explorer as a piece of HTML that stands alone."""

import base64
import io
import itertools
import json
import re
import zlib
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

from helpers.explorers import turn_the_compass
from helpers.stage import Button, Choice, Play, Slider, export
from helpers.stage.stills import as_html
from helpers.stage.thinning import affordable, limited, spread
from lab import TIME_LIMIT, launch
from test_stage_widget import explorer, scene_for, slider


class Scripts(HTMLParser):
    """Collects the contents of script elements, as a browser would see them."""

    def __init__(self, page):
        super().__init__()
        self.found, self.tags = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag == "script":
            self.found.append([dict(attributes).get("type"), ""])

    def handle_data(self, data):
        if self.tags and self.tags[-1] == "script" and self.found:
            self.found[-1][1] += data


def data_of(page):
    return json.loads(Scripts(page).found[0][1])


def film_of(page, chosen=""):
    """One film of a page, in the form of a record for Jupyter."""
    data = data_of(page)
    record = json.loads(zlib.decompress(base64.b64decode(data["record"])))
    counts = [len(c["texts"]) for c in data["spec"]["controls"] if c["kind"] == "slider"]
    film = record["films"][chosen]
    keys = itertools.product(*map(range, counts))
    rows = np.cumsum(film["columns"], axis=1).T.tolist()
    frames = {",".join(map(str, key)): row for key, row in zip(keys, rows, strict=True)}
    return record | film | {"frames": frames}


def films_of(page):
    return json.loads(zlib.decompress(base64.b64decode(data_of(page)["record"])))["films"]


def test_it_needs_nothing_from_outside():
    page = explorer().to_html()
    assert not re.search(r"https?:|//cdn|@import|\bimport[ (]|fetch\(|src=(?!\"data:)", page)
    assert [kind for kind, _ in Scripts(page).found] == ["application/json", "module"]


@pytest.mark.parametrize("nasty", ["</script><b>", "<!-- <script>", "&amp;", '"', "]]>", "\\"])
def test_texts_cannot_break_out(nasty):
    stage = explorer(slider("x0", 5, f"label {nasty}"), name=f"name {nasty}", alt=f"alt {nasty}")
    page = stage.to_html()
    parsed = Scripts(page)
    assert parsed.tags == ["div", "script", "noscript", "div", "img", "div", "style", "script"]
    spec = json.loads(parsed.found[0][1])["spec"]
    assert (spec["name"], spec["alt"]) == (f"name {nasty}", f"alt {nasty}")
    assert spec["controls"][0]["label"] == f"label {nasty}"


def test_few_frames_are_all_there():
    page = explorer(slider("x0", 9), slider("c", 5)).to_html()
    assert len(film_of(page)["frames"]) == 45
    assert data_of(page)["fewer"] == ""


def test_a_page_stays_within_its_budget(monkeypatch):
    """However large the frames are; the main slider keeps its positions."""
    stage = explorer(slider("x0", 65), slider("c", 41))
    sizes = []
    for budget in (60_000, 30_000):
        monkeypatch.setattr(
            export, "BUDGETS", (budget + len(as_html(*stage.still(), kind="webp")), 0)
        )
        page = stage.to_html(player=False)
        sizes.append(len(data_of(page)["record"]))
        assert sizes[-1] * 0.75 < 1.25 * budget
        assert len(data_of(page)["spec"]["controls"][0]["texts"]) >= 60
    assert sizes[0] > 1.4 * sizes[1]


def test_sliders_with_too_many_steps_are_thinned(monkeypatch):
    stage = explorer(
        Slider("x0", np.linspace(-3, 3, 101), 0.06, "x"),
        Slider("c", np.linspace(0, 1, 101), 0.37, "c"),
        Button("there", {"x0": 1.02, "c": 0.93}),
        Play("x0"),
        stills=({"x0": -1.14, "c": 0.66},),
    )
    stage.x0 = -2.94
    monkeypatch.setattr(export, "FRAME_LIMIT", 700)
    page = stage.to_html()
    x0, c, there, _play = data_of(page)["spec"]["controls"]
    assert 600 < len(film_of(page)["frames"]) == len(x0["texts"]) * len(c["texts"]) <= 800
    assert len(x0["texts"]) >= 60
    assert data_of(page)["fewer"] == (
        f"This page holds fewer values than the notebook: x {len(x0['texts'])} of 101, "
        f"c {len(c['texts'])} of 101."
    )
    assert (x0["texts"][0], x0["texts"][-1]) == ("−3", "3")
    assert (c["texts"][0], c["texts"][-1]) == ("0", "1")
    at = data_of(page)["at"]
    assert (x0["texts"][at["x0"]], c["texts"][at["c"]]) == ("−2.94", "0.37")
    assert x0["texts"][there["sets"]["x0"]] == "1.02"
    assert c["texts"][there["sets"]["c"]] == "0.93"
    # What the still shows is worth showing in a page as well.
    assert "−1.14" in x0["texts"]
    assert "0.66" in c["texts"]
    said = film_of(page)["says"][film_of(page)["frames"][f"{at['x0']},{at['c']}"][0]]
    assert said.startswith("At x = -2.94")
    assert stage.x0 == pytest.approx(-2.94)


def test_an_author_may_name_the_values_of_a_page(monkeypatch):
    monkeypatch.setattr(export, "FRAME_LIMIT", 300)
    named = {"x0": [-3, -1.02, 0, 3], "c": [0, 0.5]}
    stage = explorer(
        Slider("x0", np.linspace(-3, 3, 101), 0.06, "x"),
        Slider("c", np.linspace(0, 1, 101), 0.37, "c"),
        Button("there", {"x0": 1.02}),
        stills=({"c": 0.66},),
        page_values=named,
    )
    x0, c, _there = data_of(stage.to_html())["spec"]["controls"]
    assert c["texts"] == ["0", "0.37", "0.5", "0.66"]
    # The main slider has them among so many that a hand notices no gap.
    assert {"−3", "−1.02", "0", "0.06", "1.02", "3"} <= set(x0["texts"])
    assert len(x0["texts"]) >= 60
    # Who wants other choices than a page has by default gets all values there is room for.
    assert len(data_of(stage.to_html(choices={}))["spec"]["controls"][0]["texts"]) >= 60


@pytest.mark.parametrize("named", [{"z": [0, 1]}, {"x0": [0.013, 3]}, {"x0": [0]}, {"x0": [0, 9]}])
def test_an_author_is_told_of_values_that_there_are_not(named):
    with pytest.raises(ValueError, match="There is no slider|two or more of the values|from -3 to"):
        explorer(Slider("x0", np.linspace(-3, 3, 101), 0.06, "x"), page_values=named)


def test_all_choices_are_there():
    shape = Choice("shape", ["bowl", "hill"], "hill", "shape")
    page = explorer(slider("x0", 5), shape, scene=lambda shape: scene_for(shape=shape)).to_html()
    data = data_of(page)
    assert list(films_of(page)) == ["0", "1"]
    assert data["at"]["shape"] == 1


def test_the_player_comes_once_or_with_each_fragment():
    stage = explorer()
    alone = stage.to_html(player=False)
    assert [kind for kind, _ in Scripts(alone).found] == ["application/json"]
    assert stage.to_html() == alone + export.player()


def two_choices(**more):
    """A stage with two choices and buttons, whose scene says what was chosen."""
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    ink = Choice("ink", ["red", "green", "blue"], "red", "ink")
    to_hill = Button("to the hill", {"shape": "hill", "x0": 3})
    to_blue = Button("to blue", {"ink": "blue"})

    def scene(shape, ink):
        figure, update = scene_for(shape=shape)
        return figure, lambda x0: f"{shape} {ink} {update(x0)}"

    return explorer(slider("x0", 5), shape, ink, to_hill, to_blue, scene=scene, **more)


@pytest.mark.parametrize(
    ("choices", "says", "buttons"),
    [
        (
            {"ink": "green"},
            {"0": "bowl green", "1": "hill green"},
            {"to the hill": ["shape", "x0"]},
        ),
        ({"ink": "blue"}, {"0": "bowl blue", "1": "hill blue"}, {"to the hill": ["shape", "x0"]}),
        (
            {"ink": ["blue", "green"], "shape": "hill"},
            {"0": "hill green", "1": "hill blue"},
            {"to the hill": ["x0"], "to blue": ["ink"]},
        ),
        ({"ink": "red", "shape": "bowl"}, {"": "bowl red"}, {}),
    ],
)
def test_a_page_may_have_fewer_choices(choices, says, buttons):
    stage = two_choices()
    stage.ink = "blue"
    page = stage.to_html(choices=choices)
    assert {key: film["says"][0].split(" At ")[0] for key, film in films_of(page).items()} == says
    controls = data_of(page)["spec"]["controls"]
    found = {c["label"]: sorted(c["sets"]) for c in controls if c["kind"] == "button"}
    assert found == buttons
    named = [c["name"] for c in controls if "name" in c]
    assert named == ["x0", *(n for n in ("shape", "ink") if not isinstance(choices.get(n), str))]
    assert sorted(data_of(page)["at"]) == sorted(named)
    if "ink" in named:
        assert data_of(page)["at"]["ink"] == 1
    assert stage.ink == "blue"


def test_an_author_may_give_a_page_fewer_choices():
    stage = two_choices(page_choices={"ink": ["red", "blue"]})
    data = data_of(stage.to_html())
    assert [c["texts"] for c in data["spec"]["controls"] if c.get("name") == "ink"] == [
        ["red", "blue"]
    ]
    assert data["fewer"] == "This page holds fewer values than the notebook: ink 2 of 3."
    whole = data_of(stage.to_html(choices={}))
    assert len(films_of(stage.to_html(choices={}))) == 6
    assert whole["fewer"] == ""


def test_an_author_is_told_of_choices_that_there_are_not():
    with pytest.raises(ValueError, match="ink must be one of"):
        two_choices(page_choices={"ink": ["pink"]})


@pytest.mark.parametrize("choices", [{"x0": "red"}, {"ink": "pink"}, {"ink": []}, {"ink": [3]}])
def test_choices_that_there_are_not(choices):
    with pytest.raises(ValueError, match=r"There is no choice|must be one of|at least one option"):
        limited(two_choices()._controls, choices)


def test_what_is_affordable():
    assert affordable([100, 5], 900, [60, 3]) == [100, 5]
    counts = affordable([101, 101, 101], 900, [3, 3, 3])
    assert np.prod(counts) <= 900
    assert max(counts) - min(counts) <= 1
    assert affordable([101, 101, 34], 2000, [60, 3, 3]) == [60, 5, 6]
    assert affordable([34, 28], 20, [60, 3]) == [34, 3]


@pytest.mark.parametrize("keep", [{0}, {99}, {50, 51, 52}, {1, 98}, set(range(40, 60))])
def test_steps_that_stay(keep):
    steps = spread(100, 20, keep)
    assert {0, 99, *keep} <= set(steps)
    assert steps == sorted(set(steps))
    assert len(steps) <= max(20, len(keep) + 2)
    assert max(np.diff(steps)) <= 12 or len(keep) > 10


# In a browser

PLAYS = "document.querySelector('.stage-says')?.textContent"


@pytest.fixture(scope="module")
def open_page(tmp_path_factory, browser_path):
    """Open HTML from a file, without a network; errors of the page fail the test."""
    with sync_playwright() as playwright:
        browser = launch(playwright, browser_path)
        problems = []

        def open_it(body, scale=1, ready=PLAYS, **options):
            file = tmp_path_factory.mktemp("page") / "page.html"
            text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title>{body}'
            file.write_text(text, encoding="utf-8")
            size = {"width": 1000, "height": 700}
            context = browser.new_context(viewport=size, device_scale_factor=scale, **options)
            context.set_offline(True)
            page = context.new_page()
            page.set_default_timeout(1000 * TIME_LIMIT)
            page.on("console", lambda message: problems.append(message.text))
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.goto(file.as_uri())
            if options.get("java_script_enabled", True):
                page.wait_for_function(ready)
            return page

        yield open_it
        browser.close()
        assert problems == []


def picture(page):
    """What stands on the canvas, as an array of bytes."""
    url = page.locator("canvas").first.evaluate("(canvas) => canvas.toDataURL()")
    return np.array(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))))


@pytest.mark.browser
@pytest.mark.parametrize("scale", [1, 2])
def test_a_page_shows_what_matplotlib_draws(open_page, scale):
    # On a canvas letters are outlines, which no hints move to whole pixels.
    with matplotlib.rc_context({"text.hinting": "none", "text.hinting_factor": 1}):
        _compare_with_matplotlib(open_page, scale)


def _compare_with_matplotlib(open_page, scale):
    stage = explorer()
    page = open_page(stage.to_html(), scale)
    page.get_by_role("slider").press("End")
    shown = picture(page).astype(float)
    assert shown.shape == (400 * scale, 900 * scale, 4)
    assert page.get_by_role("status").inner_text().startswith("At x = 3.00")
    distances = []
    for value in (3, 0):
        stage.x0 = value
        drawn = stage._scene.rendered(scale).astype(float)
        distances.append(np.abs(shown - drawn)[..., :3].mean())
    # At whole pixels the edges of letters are most of what there is to differ.
    most = {1: 1.6, 2: 0.6}[scale]
    assert distances[0] < min(most, 0.8 / scale * distances[1])


@pytest.mark.browser
def test_keys_buttons_and_play(open_page):
    page = open_page(
        explorer(slider("x0", 25), Button("end", {"x0": 3}), Play("x0", 0.4)).to_html()
    )
    control, said = page.get_by_role("slider", name="x0 <&>"), page.get_by_role("status")
    control.press("ArrowRight")
    assert said.inner_text().startswith("At x = 0.25")
    assert control.get_attribute("aria-valuetext") == "0.25"
    page.get_by_role("button", name="end").click()
    assert said.inner_text().startswith("At x = 3.00")
    page.get_by_role("button", name="Play").click()
    assert page.get_by_role("button", name="Pause").is_visible()
    page.get_by_role("button", name="Play").wait_for()
    assert control.input_value() == "24"


@pytest.mark.browser
def test_where_motion_is_not_wanted_play_takes_one_step(open_page):
    page = open_page(explorer().to_html(), reduced_motion="reduce")
    page.get_by_role("button", name="Next step").click()
    page.wait_for_timeout(300)
    assert page.get_by_role("slider").input_value() == "13"


@pytest.mark.browser
def test_several_fragments_in_one_page(open_page):
    one = explorer()
    two = explorer(slider("x0", 5), slider("c", 5))
    page = open_page(one.to_html() + two.to_html() + one.to_html())
    page.wait_for_function("document.querySelectorAll('.stage').length == 3")
    page.get_by_role("slider").nth(1).press("End")
    said = page.get_by_role("status")
    assert said.nth(0).inner_text().startswith("At x = 0.00")
    assert said.nth(1).inner_text().startswith("At x = 3.00")
    page.get_by_role("slider").last.press("Home")
    assert said.nth(2).inner_text().startswith("At x = -3.00")
    ids = page.evaluate("Array.from(document.querySelectorAll('[id]'), (e) => e.id)")
    labels = page.evaluate("Array.from(document.querySelectorAll('label'), (e) => e.control?.id)")
    assert sorted(ids) == sorted(labels)
    assert len(set(ids)) == len(ids) == 4


@pytest.mark.browser
def test_one_player_starts_all_fragments_also_hidden_and_late_ones(open_page):
    one = explorer().to_html(player=False)
    two = explorer(slider("x0", 5)).to_html(player=False)
    # A slide or a tab that is not shown has no size when the page starts.
    page = open_page(f"{export.player()}{one}<div class=tab hidden>{two}</div><section></section>")
    page.wait_for_function("document.querySelectorAll('.stage').length == 2")
    page.evaluate(
        """(html) => {
            const section = document.querySelector("section");
            section.innerHTML = html;
            stagePlayer.play(section);
            stagePlayer.play(document);
        }""",
        two,
    )
    page.locator("section").get_by_role("slider").press("End")
    assert page.locator("section").get_by_role("status").inner_text().startswith("At x = 3.00")
    assert page.locator(".stage").count() == 3
    assert page.locator(".stage-place").count() == 0
    hidden = page.locator(".tab")
    hidden.evaluate("(node) => { node.style.width = '700px'; node.hidden = false; }")
    page.wait_for_function("document.querySelector('.tab canvas').width == 700")


@pytest.mark.browser
def test_without_scripts_the_still_is_there(open_page):
    page = open_page(explorer().to_html(), java_script_enabled=False)
    image = page.get_by_role("img")
    assert image.bounding_box()["width"] > 300
    assert 'A parabola & its "tangent".' in image.get_attribute("alt")


@pytest.mark.browser
def test_a_browser_that_is_too_old_shows_the_still(open_page):
    old = "<script>delete globalThis.DecompressionStream</script>"
    page = open_page(old + explorer().to_html(), ready="document.images.length")
    assert page.get_by_role("img").bounding_box()["width"] > 300
    assert page.locator(".stage, .stage-place").count() == 0


@pytest.mark.browser
def test_a_choice_shows_its_own_scene(open_page):
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    stage = explorer(slider("x0", 5), shape, scene=lambda shape: scene_for(shape=shape))
    page = open_page(stage.to_html())
    page.get_by_role("slider").press("End")
    before = picture(page)
    select = page.get_by_role("combobox", name="shape")
    # There and back at once: the last choice counts, although the other record is unpacked later.
    select.evaluate(
        """(node) => {
            const decode = createImageBitmap;
            globalThis.createImageBitmap = async (blob) => {
                await new Promise((done) => setTimeout(done, 100));
                return decode(blob);
            };
            for (const value of [1, 0]) {
                node.value = value;
                node.dispatchEvent(new Event("change"));
            }
        }"""
    )
    page.wait_for_timeout(400)
    page.wait_for_function("document.querySelector('.stage-waiting') === null")
    assert (picture(page) == before).all()
    select.select_option("hill")
    page.wait_for_function(
        "document.querySelector('.stage-says').textContent.includes('slope is -6.00')"
    )
    assert np.abs(picture(page).astype(float) - before).mean() > 1
    select.select_option("bowl")
    page.wait_for_function(
        "document.querySelector('.stage-says').textContent.includes('slope is 6.00')"
    )
    assert (picture(page) == before).all()


@pytest.mark.browser
def test_a_narrow_page_stacks_the_panels_then_scrolls(open_page):
    """Letters stay at ten pixels or more: here they have 13.9 in a picture of 900 by 400."""
    page = open_page(f'<div class="room" style="width: 700px">{explorer().to_html()}</div>')

    def canvas(width):
        page.locator(".room").evaluate("(n, width) => { n.style.width = `${width}px`; }", width)
        page.wait_for_function(
            "(width) => document.querySelector('canvas').width == width", arg=width
        )
        return page.locator("canvas").bounding_box()

    box = page.locator("canvas").bounding_box()
    assert (box["width"], box["height"]) == pytest.approx((700, 700 * 4 / 9), abs=1)
    before = picture(page)
    box = canvas(400)
    (left, middle), (other, right) = film_of(explorer().to_html())["panels"]
    across = max(middle - left, right - other)
    assert 400 < middle <= other + 10 < 500
    assert box["height"] == pytest.approx(400 * 2 * 400 / across, abs=2)
    # Both panels are there.
    dark = (picture(page)[..., :3] < 100).any(axis=-1)
    assert all(half.any(axis=0).mean() > 0.8 for half in np.array_split(dark, 2))
    assert page.locator(".stage-view").get_attribute("tabindex") is None
    page.locator(".room").evaluate("(node) => { node.style.width = '200px'; }")
    page.wait_for_function("document.querySelector('.stage-view').tabIndex == 0")
    assert page.locator("canvas").bounding_box()["width"] == pytest.approx(across / 1.389, abs=1)
    assert page.locator(".stage").bounding_box()["width"] == pytest.approx(200, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1000
    canvas(700)
    assert (picture(page) == before).all()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_a_reader_out(open_page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    ground = "#111" if scheme == "dark" else "#fff"
    ink = "#eee" if scheme == "dark" else "#111"
    style = f"<style>html {{ color-scheme: {scheme}; background: {ground}; color: {ink} }}</style>"
    shape = Choice("shape", ["bowl", "hill"], "bowl", "shape")
    stage = explorer(slider("x0", 5), shape, Play("x0"), scene=lambda shape: scene_for(shape=shape))
    body = f"<main><h1>Test</h1>{style}{stage.to_html()}</main>"
    page = open_page(body, color_scheme=scheme)
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("slider").focus()
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_name_of_an_axis_goes_with_the_numbers_beside_it():
    """Here it is nearer to the Axes of the panel on its other side, which end at 398."""
    (_, end), (begin, _) = film_of(turn_the_compass().to_html(), "0")["panels"]
    assert end < 410 < begin < 422
