"""The explorer of notebook 10: the page calculates what Python does, by pointer and by keys."""

import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import helpers.explorers
from helpers.autodiff import Tensor
from helpers.explorers.pen import RATES, DigitPad, draw_a_digit
from helpers.explorers.pen_words import share
from helpers.networks import ACTIVATIONS, Classifier, Network
from helpers.stage import Stage
from lab import TIME_LIMIT

expect.set_options(timeout=1000 * TIME_LIMIT)  # a busy machine may take its time
ROOM = Path(helpers.explorers.__file__).parent


def chance(seed=0):
    return np.random.default_rng(seed)


def weights(widths=(64, 12, 10), seed=0):
    """Weights and biases of a network that nobody has trained."""
    rng = chance(seed)
    return [
        (rng.normal(size=(n, m)) / np.sqrt(n), rng.normal(size=m) / 4)
        for n, m in itertools.pairwise(widths)
    ]


def drawings(count=6, seed=1):
    """Ink like that of digits: much of it 0, some of it full."""
    return np.clip(chance(seed).normal(2, 10, (count, 64)), 0, 16).round()


@pytest.fixture(scope="module")
def pad():
    """A pad with examples; each test puts on it what it wants."""
    return draw_a_digit(weights(), drawings(), [3, 1, 8, 0, 9, 2], mean=5.0, std=6.0, digit=3)


# What is calculated


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_probabilities_and_gradient_are_those_of_the_network(activation):
    net = Network([64, 12, 9, 10], activation=activation, seed=1)
    for layer in net.layers:
        layer.bias.data[:] = chance(5).normal(size=layer.bias.shape)
    mean, std = chance(2).uniform(0, 9, 64), chance(3).uniform(2, 7, 64)
    classifier = Classifier.of(net, mean=mean, std=std)
    assert classifier.widths == (64, 12, 9, 10)
    for x in drawings(3):
        p = np.exp(net.predict([(x - mean) / std])[0])
        np.testing.assert_allclose(classifier.probabilities(x), p / p.sum(), rtol=1e-10)
        log, gradient = classifier.log_probability(x, 4)
        assert log == pytest.approx(np.log(p / p.sum())[4])
        for i in (0, 27, 63):
            near = [x + sign * 1e-5 * np.eye(64)[i] for sign in (1, -1)]
            up, down = (np.log(classifier.probabilities(place)[4]) for place in near)
            assert gradient[i] == pytest.approx((up - down) / 2e-5, abs=1e-7)


def test_batch_normalization_becomes_a_part_of_the_weights():
    net = Network([64, 12, 9, 10], normalization="batch", activation="tanh", seed=1)
    for k, layer in enumerate(net.layers[:-1]):
        rng = chance(k)
        layer.bias.data[:] = rng.normal(size=layer.bias.shape)
        layer.gain.data[:] = rng.uniform(0.5, 2, layer.gain.shape)
        layer.shift.data[:] = rng.normal(size=layer.shift.shape)
        layer.running["mean"][:] = rng.normal(size=layer.shift.shape)
        layer.running["variance"][:] = rng.uniform(0.5, 2, layer.shift.shape)
    x = drawings(4)
    np.testing.assert_allclose(Classifier.of(net).scores(x), net.predict(x), rtol=1e-9)


def test_weights_may_come_in_pairs_or_in_one_row_or_as_tensors():
    pairs = weights()
    one = Classifier.of(pairs).scores(drawings())
    flat = [part for pair in pairs for part in pair]
    for model in (flat, tuple(pairs), [Tensor(part) for part in flat]):
        np.testing.assert_array_equal(Classifier.of(model).scores(drawings()), one)
    assert not np.allclose(Classifier.of(pairs, "tanh").scores(drawings()), one)
    assert Classifier.of(weights((64, 10))).widths == (64, 10)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: draw_a_digit("net"), TypeError, "model must be a Network or a list"),
        (lambda: draw_a_digit(None), TypeError, "model must be a Network or a list"),
        (lambda: draw_a_digit([]), TypeError, "model must be a Network or a list"),
        (lambda: draw_a_digit(weights()[0] + (1,)), ValueError, "even length, got 3"),
        (lambda: draw_a_digit([(1.0, 2.0)]), ValueError, r"layer 1 must have W of shape \(n, m\)"),
        (lambda: draw_a_digit([("a", "b")]), TypeError, "W of layer 1 must be an array"),
        (
            lambda: draw_a_digit([*weights()[:1], *weights()[:1]]),
            ValueError,
            "layer 1 has 12 outputs, but layer 2 takes 64",
        ),
        (lambda: draw_a_digit(weights((64, 1))), ValueError, "an output for each class"),
        (lambda: draw_a_digit(weights((64, 11))), ValueError, "ten digits, but .* 11 outputs"),
        (lambda: draw_a_digit(weights((60, 10))), ValueError, "square of pixels"),
        (lambda: draw_a_digit(weights(), activation="step"), ValueError, "activation must be one"),
        (
            lambda: draw_a_digit(Network([64, 9, 10]), activation="tanh"),
            ValueError,
            "activation is 'relu' in this Network, got 'tanh'",
        ),
        (
            lambda: draw_a_digit(Network([64, 9, 9, 10], residual=True)),
            ValueError,
            "no residual connections",
        ),
        (
            lambda: draw_a_digit(Network([64, 9, 10], normalization="layer")),
            ValueError,
            "no other normalization",
        ),
        (lambda: draw_a_digit(weights(), std=0), ValueError, "std must be above 0"),
        (lambda: draw_a_digit(weights(), mean=np.zeros(8)), ValueError, "one for each of 64"),
        (lambda: draw_a_digit(weights(), mean="no"), TypeError, "mean must be an array"),
        (lambda: draw_a_digit(weights(), drawings()[0]), ValueError, "64 pixels each"),
        (lambda: draw_a_digit(weights(), drawings()[:, :60]), ValueError, "64 pixels each"),
        (lambda: draw_a_digit(weights(), drawings() - 8), ValueError, "ink from 0 to 16, before"),
        (lambda: draw_a_digit(weights(), drawings(101)), ValueError, "100 at most, got 101"),
        (lambda: draw_a_digit(weights(), drawings(), [1, 2]), ValueError, "as many as examples"),
        (lambda: draw_a_digit(weights(), drawings(1), [12]), ValueError, "digit must be 0 to 9"),
        (lambda: draw_a_digit(weights(), digit=10), ValueError, "digit must be 0 to 9, got 10"),
        (lambda: draw_a_digit(weights(), digit="3"), TypeError, "digit must be a whole number"),
        (lambda: draw_a_digit(weights(), rate=3), ValueError, "rate must be one of 1, 2, 5"),
    ],
)
def test_what_does_not_fit_gets_one_sentence(make, error, message):
    with pytest.raises(error, match=message) as raised:
        make()
    assert "\n" not in str(raised.value)


def test_a_pad_needs_no_examples_and_asks_for_the_second_guess():
    pad = draw_a_digit(weights())
    assert pad.ink.shape == (8, 8) and not pad.ink.any()
    assert pad.digit == np.argsort(-pad.probabilities)[1]
    assert pad.says.startswith("Blank paper. Most like a")


def test_ink_and_digit_can_be_set_and_a_step_goes_uphill(pad):
    pad.ink, pad.digit = drawings()[1].reshape(8, 8), np.int64(7)
    before = pad.probabilities[7]
    expected = np.clip(pad.ink + 2 * pad.gradient, 0, 16)
    pad.step(2)
    np.testing.assert_allclose(pad.ink, expected)
    assert pad.probabilities[7] > before and pad.ink.min() >= 0 and pad.ink.max() <= 16
    with pytest.raises(ValueError, match="ink from 0 to 16"):
        pad.ink = np.full(64, 17)
    with pytest.raises(ValueError, match="digit must be 0 to 9"):
        pad.digit = -1
    assert pad.digit == 7


@pytest.mark.parametrize(
    "sent", [{}, {"ink": [1, 2], "digit": 1}, {"ink": ["a"] * 64, "digit": 1}, {"digit": 99}]
)
def test_nonsense_from_a_page_is_passed_over(pad, sent):
    before = pad._at
    pad._at = sent
    assert pad._at == before


def test_a_stored_page_shows_the_ascent_and_says_it(pad):
    pad.ink, pad.digit = drawings()[1], 7
    data, _ = pad._repr_mimebundle_()
    assert data["text/html"].count("<img") == 1 and "Run the notebook" in data["text/html"]
    image, alt = pad.still()
    assert image.width < 1.5 * 970
    first, last = (float(n.replace("−", "-")) for n in re.findall(r"of a 7: (.[0-9.]+)\.", alt))
    assert last > first
    assert data["text/plain"] == f"Draw a digit: {pad.says}"


@pytest.mark.parametrize(
    ("p", "said"), [(1 - 1e-9, "over 0.99"), (0.994, "0.99"), (0.005, "0.01"), (0, "under 0.01")]
)
def test_no_probability_is_said_to_be_none_or_all(p, said):
    assert share(p) == said


# The page


@pytest.fixture(scope="module")
def blank(browser):
    page = browser.new_page()
    for name in ("scores.js", "ink.js"):
        page.add_script_tag(content=(ROOM / name).read_text(encoding="utf-8"))
    return page


@pytest.mark.browser
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("widths", [(64, 10), (64, 32, 10), (16, 9, 7, 5, 3)], ids=str)
def test_the_page_calculates_what_python_does(blank, activation, widths):
    mean, std = chance(2).uniform(0, 9, widths[0]), chance(3).uniform(0.5, 7, widths[0])
    pad = draw_a_digit(weights(widths), activation=activation, mean=mean, std=std)
    inks = np.clip(chance(4).normal(2, 10, (20, widths[0])), 0, 16)
    labels = [k % widths[-1] for k in range(20)]
    found = blank.evaluate(
        """([spec, inks, labels]) => {
            const net = classifier(spec);
            return inks.map((ink, k) => {
                const pass = forward(net, ink);
                return [[...pass.logs], [...backward(net, pass, labels[k])],
                    sentence(ink, pass.logs, labels[k])];
            });
        }""",
        [pad._spec["net"], inks.tolist(), labels],
    )
    for ink, label, (logs, gradient, said) in zip(inks, labels, found, strict=True):
        pad.ink, pad.digit = ink, label
        np.testing.assert_allclose(np.exp(logs), pad.probabilities, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(gradient, pad.gradient.ravel(), rtol=1e-9, atol=1e-12)
        assert said == pad.says


@pytest.mark.browser
def test_a_stroke_counts_the_finer_dots_that_it_covers(blank):
    """As the data were made: 4 × 4 dots a cell, black or white, counted."""
    dot, line = blank.evaluate(
        """() => [[[4, 4]], [[0.5, 4], [7.5, 4]]].map((places) => {
            const cover = strokes(8);
            return [...places.map(([x, y]) => cover(x, y)).at(-1)];
        })"""
    )
    places = (np.indices((32, 32)) + 0.5) / 4
    away = np.hypot(*(places - 4)) * 4 < 2.3
    counts = away.reshape(8, 4, 8, 4).sum(axis=(1, 3))
    np.testing.assert_array_equal(np.reshape(dot, (8, 8)), counts)
    assert counts.sum() == 16
    line = np.reshape(line, (8, 8))
    assert (line[3:5, 1:7] == 8).all() and not line[[0, 1, 2, 5, 6, 7]].any()


_KERNEL = """
const values = {}, handlers = [];
globalThis.told = [];
const model = {
  get: (key) => values[key],
  set: (key, value) => { values[key] = value; handlers.forEach((handler) => handler()); },
  save_changes: () => told.push(structuredClone(values._at)),
  on: (event, handler) => handlers.push(handler),
  off: (event, handler) => handlers.splice(handlers.indexOf(handler), 1),
};
globalThis.heard = () => handlers.length;
globalThis.begin = (spec, at) => {
  Object.assign(values, { _spec: spec, _at: at });
  globalThis.end = render({ model, el: document.querySelector("main") });
};
globalThis.send = (at) => model.set("_at", at);
"""


class Paper:
    """A pad in a page, with a kernel of a few lines that only listens."""

    def __init__(self, page, pad):
        self.page, self.pad = page, pad
        script = DigitPad._esm.replace("export default { render };", _KERNEL)
        page.set_content(
            "<!doctype html><html lang='en'><title>A pad</title><meta name='viewport' "
            f"content='width=device-width'><style>{DigitPad._css}</style><body><main>"
            f"<h1>A pad</h1></main><script type='module'>{script}</script></body></html>"
        )
        page.wait_for_function("() => globalThis.begin")
        page.evaluate("([spec, at]) => begin(spec, at)", [pad._spec, pad._at])
        self.says, self.told = page.locator(".stage-says"), page.locator(".pad-told")
        self.cells = page.locator(".pad-cell")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def click(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def heard(self):
        """What the kernel has heard last, as ink and digit; the page must show the same."""
        at = self.page.evaluate("() => told.at(-1)")
        self.pad._at = at
        assert self.pad._at == at
        expect(self.says).to_have_text(self.pad.says)
        return self.pad.ink, self.pad.digit

    def place(self, row, column):
        box = self.page.locator(".pad-paper").bounding_box()
        return box["x"] + column * box["width"] / 8, box["y"] + row * box["height"] / 8


@pytest.fixture
def paper(browser, pad):
    pad.ink, pad.digit = np.zeros(64), 3
    page = browser.new_page(viewport={"width": 900, "height": 700})
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Paper(page, pad)
    assert complaints == []
    page.close()


@pytest.mark.browser
def test_a_digit_is_drawn_by_keys_alone(paper):
    page = paper.page
    page.keyboard.press("Tab")
    expect(paper.cells.nth(0)).to_be_focused()
    assert paper.cells.nth(0).evaluate("(c) => getComputedStyle(c).outlineWidth") == "3px"
    paper.press("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "ArrowDown", "+")
    expect(paper.told).to_have_text(re.compile(r"^row 3, column 2: ink 4, slope [+−]?0\.\d+$"))
    expect(paper.cells.nth(17)).to_be_focused()
    assert paper.heard()[0][2, 1] == 4
    paper.press("PageUp", "=", "+", "+")
    assert paper.heard()[0][2, 1] == 16
    paper.press("-", "End", "Space", "Home", "Enter", "Control+End", "+", "+", "Delete")
    expect(paper.told).to_have_text(re.compile("^row 8, column 8: ink 0,"))
    expected = np.zeros((8, 8))
    expected[2, [0, 1, 7]] = 16, 12, 16
    np.testing.assert_array_equal(paper.heard()[0], expected)
    paper.press("Control+Home", "ArrowUp")
    expect(paper.cells.nth(0)).to_be_focused()
    paper.press("u", "u", "u", "u")  # the empty cell, its ink twice, and column 1
    expected[2, 0] = 0
    np.testing.assert_array_equal(paper.heard()[0], expected)
    paper.press("Escape")
    expect(page.get_by_label("step size η")).to_be_focused()
    paper.press("ArrowRight")
    expect(page.get_by_label("step size η")).to_have_attribute("aria-valuetext", str(RATES[4]))
    # Back: the paper is one stop, and it is where it was left.
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("radio", name=re.compile("^3"))).to_be_focused()
    paper.press("ArrowDown")
    assert paper.heard()[1] == 4
    expect(paper.told).to_have_text("The marks show what makes it more like a 4.")
    page.keyboard.press("Shift+Tab")
    expect(paper.cells.nth(0)).to_be_focused()
    expect(paper.page.locator(".pad-cell[tabindex='0']")).to_have_count(1)


@pytest.mark.browser
def test_no_key_reaches_the_page_around_it(paper):
    paper.page.evaluate(
        "() => document.body.addEventListener('keydown', (e) => { globalThis.leaked = e.key; })"
    )
    for control in paper.page.locator(".pad :is(button, input), .pad-cell[tabindex='0']").all():
        control.focus()
        paper.press("a", "b", "x", "Escape")
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"
    assert paper.page.evaluate("() => globalThis.leaked") is None


@pytest.mark.browser
def test_a_digit_is_drawn_and_erased_by_pointer(paper):
    mouse = paper.page.mouse
    paper.page.evaluate("() => { told.length = 0; }")
    mouse.move(*paper.place(0.5, 4))
    mouse.down()
    mouse.move(*paper.place(7.5, 4), steps=5)
    # The picture follows the hand; the kernel hears when it rests.
    expect(paper.says).not_to_have_text(re.compile("Blank"))
    expect(paper.told).to_be_empty()
    expect(paper.says).to_have_attribute("aria-busy", "true")
    assert paper.page.evaluate("() => told.length") == 0
    mouse.up()
    ink, _ = paper.heard()
    assert (ink[1:7, 3:5] == 8).all() and not ink[:, [0, 1, 2, 5, 6, 7]].any()
    assert paper.page.evaluate("() => told.length") == 1
    expect(paper.says).to_have_attribute("aria-busy", "false")
    paper.click("Erase")
    expect(paper.page.get_by_role("button", name="Erase")).to_have_attribute("aria-pressed", "true")
    mouse.move(*paper.place(4, 4))
    mouse.down()
    mouse.up()
    erased, _ = paper.heard()
    assert (erased[3:5, 3:5] < ink[3:5, 3:5]).all() and (erased[:2] == ink[:2]).all()
    paper.click("Undo")
    np.testing.assert_array_equal(paper.heard()[0], ink)
    paper.click("Clear")
    assert not paper.heard()[0].any()
    expect(paper.says).to_have_text(re.compile("^Blank paper"))
    mouse.move(*paper.place(2, 2))
    mouse.down(button="right")
    mouse.up(button="right")
    assert not paper.heard()[0].any()


@pytest.mark.browser
def test_steps_uphill_examples_and_marks(paper):
    page, pad = paper.page, paper.pad
    paper.click("Load an example")
    expect(paper.told).to_have_text("Example 1 of 6, meant as a 3.")
    ink, _ = paper.heard()
    np.testing.assert_array_equal(ink.ravel(), drawings()[0])
    page.get_by_role("radio", name=re.compile("^8")).check()
    assert paper.heard()[1] == 8
    gradient = pad.gradient
    marks = page.locator(".pad-paper path")
    kinds = marks.evaluate_all("(all) => all.map((mark) => mark.classList.value)")
    for slope, value, kind in zip(gradient.flat, ink.flat, kinds, strict=True):
        if kind:
            assert ("pad-more" in kind) == (slope > 0)
            assert ("pad-stuck" in kind) == (value == (16 if slope > 0 else 0))
    assert sum(map(bool, kinds)) > 40
    expect(page.locator(".pad-largest")).to_contain_text(f"{abs(gradient).max():.3f}")
    paper.click("A step uphill")
    stepped, _ = paper.heard()
    np.testing.assert_allclose(stepped, np.clip(ink + 10 * gradient, 0, 16), atol=1e-9)
    logs = [pad.classifier.log_probability(i.ravel(), 8)[0] for i in (ink, stepped)]
    assert logs[1] > logs[0]
    before, after = (f"{log:.2f}".replace("-", "−") for log in logs)
    expect(paper.told).to_have_text(
        f"A step uphill: the log-probability of an 8 went from {before} to {after}."
    )
    paper.click("Marks")
    expect(marks.first).to_be_hidden()
    paper.click("Marks")
    expect(page.get_by_role("button", name="Marks")).to_have_attribute("aria-pressed", "true")
    # Of the bars, the likeliest is marked.
    winner = page.locator(".pad-winner")
    expect(winner.locator(".pad-name")).to_have_text(str(pad.probabilities.argmax()))
    # From Python
    page.evaluate("(at) => send(at)", {"ink": [0] * 64, "digit": 5})
    expect(paper.says).to_have_text(re.compile("^Blank paper.*of a 5"))
    expect(page.get_by_role("radio", name=re.compile("^5"))).to_be_checked()
    page.evaluate("() => end()")
    assert page.locator(".pad").count() == 0 and page.evaluate("() => heard()") == 0


@pytest.mark.browser
def test_a_finger_draws_and_the_page_does_not_scroll(browser, pad):
    pad.ink = np.zeros(64)
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    paper = Paper(context.new_page(), pad)
    assert paper.page.evaluate("() => document.documentElement.scrollWidth") == 390
    assert paper.page.locator(".pad-paper").bounding_box()["width"] > 300
    assert paper.page.locator(".pad-paper").evaluate("(p) => getComputedStyle(p).touchAction") == (
        "none"
    )
    paper.page.touchscreen.tap(*paper.place(2.5, 5.5))
    assert paper.heard()[0].argmax() == 2 * 8 + 5
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("colors", ["light", "dark"])
def test_axe_finds_nothing_in_the_living_fragment(browser, pad, colors):
    """In a page of its own, without a kernel."""
    pad.ink, pad.digit = drawings()[1], 3
    fragment, other = pad.to_html(), pad.to_html(player=False)
    assert Stage._css in fragment and Stage._css not in other
    assert not re.search(r"https?:(?!//www.w3.org/2000/svg)|@import|\bimport[ (]|fetch\(", fragment)
    assert fragment.count("<img alt=") == 1
    ground = {"light": "color: #111", "dark": "background: #111; color: #ddd"}[colors]
    page = browser.new_page(viewport={"width": 390, "height": 1100})
    page.set_content(
        f"<!doctype html><html lang='en'><title>A pad</title><body style='{ground}'>"
        f"<main><h1>A pad</h1>{fragment}{other}</main></body></html>"
    )
    expect(page.locator(".pad")).to_have_count(2)
    expect(page.locator("img")).to_have_count(0)
    expect(page.locator(".stage-says").first).to_have_text(pad.says)
    found = Axe().run(page).response
    assert [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found["violations"]] == []
    assert {"color-contrast", "aria-required-children", "label"} <= {
        p["id"] for p in found["passes"]
    }
    page.close()


@pytest.mark.browser
def test_where_no_script_runs_the_still_stands_there(browser, pad):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(pad.to_html())
    expect(page.get_by_role("img")).to_be_visible()
    context.close()


@pytest.mark.parametrize("nasty", ["</script><b>", "<!-- <script>"])
def test_texts_cannot_break_out_of_a_fragment(nasty):
    pad = draw_a_digit(weights())
    pad._spec = {**pad._spec, "task": nasty}
    data = re.search('<script type="application/json">(.*?)</script>', pad.to_html())[1]
    assert json.loads(data)["spec"]["task"] == nasty
