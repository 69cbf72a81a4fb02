"""Slides made from the notebooks."""

import os
import re
import subprocess
import sys

import nbformat
import pytest

from conftest import ROOT
from helpers.decks import handout, markup, notes, questions
from helpers.decks.__main__ import _named, deck, living_decks, main
from helpers.decks.plan import plan
from helpers.decks.slides import FEWEST, MOST
from helpers.exercises import lessons
from helpers.reading.harvest import HarvestError, harvest_all
from helpers.reading.outline import blocks, columns, paragraphs, stops
from lab import TIME_LIMIT
from store import notebooks

pytestmark = pytest.mark.once
SIZES = [(1280, 720), (1024, 768)]
NOTEBOOKS = [path for path in notebooks() if re.match(r"\d\d_", path.name)]

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def still():
    """The deck of a notebook without running it, made once."""
    made = {}
    return lambda path: made.setdefault(path, deck(path))


# From a notebook to slides


def test_where_a_cell_of_text_is_cut():
    text = "So it is.\n\n---\n\nAnd if\n\n**Predict** it.\n\n## Next\nMore:\n\n```\na\n\n---\n```"
    found = blocks(text)
    assert [b.paragraphs for b in found] == [
        ["So it is."],
        ["And if", "**Predict** it."],
        ["More:", "```\na\n\n---\n```"],
    ]
    assert [(b.begins, b.heading, b.level) for b in found] == [
        ("cell", "", 0),
        ("rule", "", 0),
        ("heading", "Next", 2),
    ]
    assert [b.asks for b in found] == [False, True, False]


def test_paragraphs_keep_formulas_fences_and_details_whole():
    whole = [
        "a\nb",
        "$$\nx\n\ny\n$$",
        "~~~\n```\n\n<details\n~~~",
        "$$z$$",
        "<details><summary>S</summary>\n\nIn.\n\n</details>",
        "c",
    ]
    assert paragraphs("\n\n\n".join(whole) + "\n") == whole


def test_values_are_told_from_what_is_shown():
    shows = "On the left, a map: it is wide. A dot is at w = 1."
    one = f"{shows} step h: 0.1. h = 0.1. Errors: large. step h: 0.001. h = 0.001. Errors: none."
    assert stops(one) == (
        shows,
        [("step h: 0.1", "h = 0.1. Errors: large."), ("step h: 0.001", "h = 0.001. Errors: none.")],
    )
    more = f"{shows} w, the speed: 1 km/h. Slow. map: a, b,  w, the speed: 2.5. Fast: it ends."
    assert stops(more) == (
        shows,
        [("w, the speed: 1 km/h", "Slow."), ("map: a, b, w, the speed: 2.5", "Fast: it ends.")],
    )
    assert stops(shows) == (shows, [])


@each_notebook
def test_a_deck_is_a_lecture(path, still):
    made = still(path)
    assert FEWEST <= len(made.slides) <= MOST
    # Each heading begins a column, in the order of the notebook.
    headings = [c.heading for c in columns(nbformat.read(path, 4))]
    kept = [heading for heading in headings if not heading.startswith("Optional")]
    assert [
        s.heading
        for n, s in enumerate(made.slides)
        if n == 0 or s.column > made.slides[n - 1].column
    ] == kept
    asking = [b for c in columns(nbformat.read(path, 4)) for b in c.parts if getattr(b, "asks", 0)]
    for slide in made.slides:
        # One question a slide, and nothing before it that answers it.
        kinds = [piece.kind for piece in slide.pieces]
        assert slide.pieces
        assert kinds.count("ask") <= 1
        if "ask" in kinds:
            asked = kinds.index("ask")
            assert set(kinds[:asked]) <= {"text", "picture"}
            assert not any(piece.answers for piece in slide.pieces[:asked])
            # What follows it waits for a step, but for what the question is about.
            for piece in slide.pieces[asked + 1 :]:
                belongs = any(piece.text in block.paragraphs for block in asking)
                assert piece.answers or piece.kind in ("exercise", "code") or belongs
                if piece.answers:
                    break
        assert kinds.count("explorer") + kinds.count("picture") <= 1
        # No sentence is torn between two slides.
        last = slide.pieces[-1].text
        assert re.match(r"[|$>`~#-]|\d+\.", last) or not re.search(r"[:,\w]$", last), last
        assert not slide.pieces[0].text[:1].islower(), slide.pieces[0].text


@each_notebook
def test_nothing_of_a_notebook_is_lost(path, still):
    made = still(path)
    parts = [c for c in columns(nbformat.read(path, 4)) if not c.heading.startswith("Optional")]
    told = [p for c in parts for b in c.parts for p in getattr(b, "paragraphs", ())]
    shown = [piece.text for slide in made.slides for piece in slide.pieces]
    asides = [aside for slide in made.slides for aside in slide.asides]
    all_of_it = "\n".join([*shown, *asides])
    for paragraph in told:
        # A remark about code in the middle of it is for the speaker.
        remark = re.search(r" \(In the code, .*?\)(?= |$)", paragraph, re.DOTALL)
        rest = paragraph.replace(remark[0], "") if remark else paragraph
        assert rest in all_of_it
        assert not remark or remark[0].strip() in all_of_it
    codes = [p for c in parts for p in c.parts if hasattr(p, "source") and p.kind != "quiet"]
    used = [piece.code for slide in made.slides for piece in slide.pieces if piece.code]
    assert [code for code in codes if code not in used] == []


@each_notebook
def test_formulas_are_mathml_and_nothing_comes_from_outside(path, still):
    page = still(path).html()
    for formula in re.findall(r"<math.*?</math>", page):
        assert "\\" not in re.sub(r"<mspace[^>]*>", "", formula), formula
    body = page[page.index("<body>") : page.index("<script>")]
    assert not re.search(
        r"\$[^$<]+\$", re.sub(r"<(pre|code|aside)\b.*?</\1>", "", body, flags=re.S)
    )
    outside = re.sub(r'<a href="https?:', "", page[: page.index("<script>")])
    assert not re.search(r"\b(src|href)=[\"']?(https?:)?//|@import|url\((?!data:)", outside)
    assert "Permission is hereby granted" in page


# Questions for the room


def test_exercises_offer_what_the_bank_holds():
    for lesson in lessons().values():
        for exercise in lesson:
            offered = questions.options(exercise)
            assert [o.text for o in offered if o.right] == [exercise.answer]
            assert len(offered) >= 4
            assert len({o.text for o in offered}) == len(offered)
            for option in offered:
                bank = {**exercise.mistakes, exercise.answer: exercise.right}
                assert option.reply == bank[option.text]
    places = [
        [o.right for o in questions.options(e)].index(True) for x in lessons().values() for e in x
    ]
    assert all(places.count(place) > len(places) / 10 for place in range(4))


def test_an_exercise_shows_the_function_that_it_asks_about(still):
    page = still(ROOT / "notebooks" / "02_partial_derivatives.ipynb").html()
    text = re.sub(r"<[^>]+>", "", page)
    asked = text.index("def pond_y(x, y):")
    assert text[:asked].endswith("def pond(x, y):\n    return x**2 * np.sin(y) + 3 * y\n\n")
    assert text.count("def pond(x, y):") == 2


def test_the_speaker_knows_the_answers():
    made = deck(ROOT / "notebooks" / "05_learning_rate.ipynb")
    said = [
        notes.notes(slide, following, made.exercises)
        for slide, following in zip(made.slides, [*made.slides[1:], None], strict=True)
    ]
    by_kind = {slide.kind: text for slide, text in zip(made.slides, said, strict=True)}
    assert "Values worth showing" in by_kind["explorer"]
    assert "<li><strong>schedule: step</strong>. η: step from 0.3" in by_kind["explorer"]
    first = next(t for s, t in zip(made.slides, said, strict=True) if s.kind == "ask")
    assert "<strong>Answer</strong>: No: it flies off" in first
    for exercise in made.exercises:
        words = markup.inline(next(iter(exercise.mistakes.values())))
        assert sum(words in text for text in said) == 1, exercise.name
        assert any(markup.inline(exercise.hints[0]) in text for text in said)


def test_the_speaker_has_the_plan_and_the_time_of_each_part():
    text = "## 01 A\n\n**What.** So.\n\n<!-- minutes 01 -->\n| part | minutes |\n|---|---|\n"
    text += "| A | 2 |\n| B | 1 |\n<!-- end -->\n\n## 02 C\n\n**Why.** Thus.\n"
    here = plan("01", text)
    assert (here.advice, here.minutes) == (["**What.** So."], {"A": 2, "B": 1})
    assert plan("02", text).advice == ["**Why.** Thus."]
    assert plan("03", text) == plan("01", "")
    first, second = (notes.opening(heading, ["A", "B"], here) for heading in "AB")
    assert "<strong>What.</strong> So." in first
    assert "takes a reader 2 minutes; it begins after 0 of 3." in first
    assert "What." not in second
    assert "takes a reader 1 minute; it begins after 2 of 3." in second
    assert notes.opening("A", ["A"], plan("03", text)) == ""


@each_notebook
def test_no_part_is_without_its_time(path, still):
    made = still(path)
    assert set(made.headings) <= set(made.plan.minutes)
    assert len(made.plan.advice) >= 4


# The handout


def test_the_patients_of_a_lecture_are_those_of_its_pictures():
    # 08 and 11 draw theirs in each process; here as where the outputs are stored, see conftest.
    known = [lessons()[name] for name in ("08_vanishing_gradients", "11_bug_clinic")]
    drawn = [[x.answer for x in lesson if re.match("(plot|bed)_.$", x.name)] for lesson in known]
    assert [len(answers) for answers in drawn] == [4, 2]
    code = (
        "import re\n"
        "from helpers.decks.__main__ import NOTEBOOKS, deck\n"
        "decks = [deck(path) for path in sorted(NOTEBOOKS.glob('[01][81]_*.ipynb'))[1:]]\n"
        "said = [[x for x in d.exercises if re.match('(plot|bed)_.$', x.name)] for d in decks]\n"
        "print([[x.answer for x in found] for found in said])"
    )
    for number in "57":
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(drawn)


def test_a_handout_asks_and_answers_at_the_end(still):
    made = still(ROOT / "notebooks" / "05_learning_rate.ipynb")
    page = handout.as_html(made)
    asked, answered = page.split("Answers to the questions")
    for number, exercise in enumerate(made.exercises, 1):
        assert f"<strong>Question {number}</strong>" in asked
        assert exercise.right not in asked
        assert markup.inline(exercise.right) in answered
    assert "Run the notebook" not in page
    texts = [piece.text for slide in made.slides for piece in slide.pieces if piece.text]
    assert len(texts) > len(set(texts))  # slides repeat something, paper does not
    assert all(page.count(markup.html(text)) == 1 for text in texts)


@pytest.mark.browser
def test_no_picture_of_a_handout_is_squeezed(still, browser):
    page = browser.new_page(viewport={"width": 658, "height": 900})  # what A4 leaves: 174 mm
    page.set_content(handout.as_html(still(ROOT / "notebooks" / "05_learning_rate.ipynb")))
    in_shape = page.evaluate(
        """() => Promise.all([...document.images].map(async (image) => {
            await image.decode();
            const asDrawn = image.clientWidth / image.clientHeight;
            const fits = Math.abs(image.naturalWidth / image.naturalHeight / asDrawn - 1) < 0.02;
            return fits || getComputedStyle(image).objectFit === "contain";
        }))"""
    )
    gaps = page.evaluate(
        """() => [...document.querySelectorAll(".exercise + *")].map((next) => {
            const before = next.previousElementSibling.getBoundingClientRect();
            return next.getBoundingClientRect().top - before.bottom;
        })"""
    )
    # The letters of stills that stand above each other are read at two thirds of their size.
    scales = page.evaluate(
        """() => [...document.querySelectorAll(".explorer img")].map(
            (image) => image.clientWidth / image.getAttribute("width"))"""
    )
    page.close()
    assert len(in_shape) > 3
    assert all(in_shape)
    assert len(gaps) > 2 and min(gaps) > 5
    assert len(scales) > 2 and min(scales) > 0.6


@pytest.mark.browser
def test_a_handout_is_printed(still, browser_path, tmp_path, monkeypatch):
    monkeypatch.setenv("DOWNHILL_CHROMIUM", browser_path)
    made = still(ROOT / "notebooks" / "00_start_here.ipynb")
    handout.write_pdf(made, tmp_path / "a.pdf")
    printed = (tmp_path / "a.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(printed) > 50_000  # with its pictures
    monkeypatch.setenv("DOWNHILL_CHROMIUM", "no-such-browser")
    with pytest.raises(RuntimeError, match="none is found"):
        handout.write_pdf(made, tmp_path / "b.pdf")


# The command


def test_which_notebooks_are_meant():
    assert [path.name[:2] for path in _named(["05", "01_derivatives_as_slopes.ipynb"])] == [
        "01",
        "05",
    ]
    assert len(_named(["all"])) == len(NOTEBOOKS)
    with pytest.raises(ValueError, match="no notebook '77', only 00, 01"):
        _named(["05", "77"])


def test_the_command_says_what_is_wrong(monkeypatch, capsys):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    assert main(["77"]) == 1
    assert "no notebook '77'" in capsys.readouterr().err


def test_cells_run_beside_their_notebook_up_to_the_last_that_is_asked_for(tmp_path):
    (tmp_path / "a.txt").write_text("<b>")
    sources = [
        "from pathlib import Path\nclass A:\n    __module__ = 'helpers.stage'\n"
        "    def to_html(self, player): return Path('a.txt').read_text()",
        "print(1)",
        "A()",
        "1 / 0",
    ]
    cells = [nbformat.v4.new_code_cell(source, id=f"cell{i}") for i, source in enumerate(sources)]
    path = tmp_path / "a notebook.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    other = tmp_path / "other.ipynb"
    found = dict(harvest_all({path: ["cell1", "cell2"], other: []}))
    assert list(found) == [path, other]
    assert found[path]["cell1"] == {"printed": "1\n"}
    assert found[path]["cell2"]["html"] == "<b>"
    assert found[other] == {}
    with pytest.raises(HarvestError, match=r"^a notebook.ipynb: code cell 4 raises ZeroDivision"):
        list(harvest_all({path: ["cell1", "cell3"]}))


def test_what_slides_need_is_what_the_tests_have():
    wanted = (ROOT / "helpers/decks/requirements.txt").read_text().splitlines()[-1]
    assert wanted in (ROOT / "tests/requirements.txt").read_text().splitlines()


# In a browser


@pytest.fixture(scope="module")
def show(browser, tmp_path_factory):
    """Open a deck from a file, without a network; errors of the page fail the test."""
    problems = []

    def open_it(page_of_deck):
        file = tmp_path_factory.mktemp("my decks") / "deck.html"
        file.write_text(page_of_deck, encoding="utf-8")
        context = browser.new_context(viewport={"width": 1280, "height": 720})
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(1000 * TIME_LIMIT)
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda r: r.url.startswith("http") and problems.append(r.url))
        page.goto(file.as_uri())
        page.wait_for_function("Reveal.isReady()")
        return page

    yield open_it
    assert problems == []


# The slide that is seen: every column has a present one.
NOW = "section.stack.present > section.present"
# Where a deck is: column, slide and step.
STEP = "(({h, v, f}) => `${h} ${v} ${f ?? -1}`)(Reveal.getIndices())"
# What ends below or right of its slide, and the letters that are smaller than a room can read.
OVERFULL = """() => Reveal.getSlides().flatMap((slide, number) => {
    Reveal.slide(...Object.values(Reveal.getIndices(slide)), 99);
    const paper = slide.getBoundingClientRect();
    const scale = paper.width / 1280;
    const faults = [];
    for (const node of slide.querySelectorAll(".body *, h1, h2")) {
        const inside = node.closest("details:not([open])");
        if (inside && !["SUMMARY", "DETAILS"].includes(node.tagName)) continue;
        const box = node.getBoundingClientRect();
        if (!box.width) continue;
        const out = box.bottom > paper.bottom - 8 * scale || box.right > paper.right + 1;
        const small = parseFloat(slide.querySelector(".body").style.fontSize) < 64;
        if (out || small) faults.push(`${number} ${node.tagName}.${node.className}`);
    }
    return faults.slice(0, 1);
})"""


@pytest.mark.browser
def test_no_slide_is_too_full(show, still):
    page = show(still(ROOT / "notebooks" / "05_learning_rate.ipynb").html())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(f"Reveal.getConfig().height == {1280 * height / width}")
        assert page.evaluate(OVERFULL) == []


@pytest.fixture(scope="module")
def alive():
    """The slides of 00, with its explorer alive."""
    ((_path, made),) = living_decks([ROOT / "notebooks" / "00_start_here.ipynb"])
    return made


# As many controls as the microscope of 08 has, and words as long as those about the race of 09.
CROWD = """() => {
    const slide = document.querySelector("section.on-explorer");
    const row = slide.querySelector(".stage-row");
    for (let more = 0; more < 5; more++) row.after(row.cloneNode(true));
    slide.querySelector(".words").insertAdjacentHTML("beforeend", `<p>${"word ".repeat(50)}</p>`);
}"""
TO_EXPLORER = """() => Reveal.slide(
    ...Object.values(Reveal.getIndices(document.querySelector("section.on-explorer"))), 99)"""


@pytest.mark.browser
def test_a_picture_among_many_controls_and_words_is_large_and_these_are_readable(show, alive):
    page = show(alive.html())
    page.wait_for_selector("section.on-explorer .stage-row", state="attached")
    page.evaluate(CROWD)
    canvas = page.locator("section.on-explorer canvas").element_handle()
    for (width, height), share in zip(SIZES, (0.5, 0.6), strict=True):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(f"Reveal.getConfig().height == {1280 * height / width}")
        page.evaluate(TO_EXPLORER)
        page.wait_for_function(
            "([canvas, least]) => canvas.getBoundingClientRect().width > least",
            arg=[canvas, share * width],
            timeout=20_000,
        )
        letters = page.locator("section.on-explorer .body").evaluate(
            "(body) => body.style.fontSize"
        )
        assert float(letters.rstrip("%")) >= 76
        assert page.evaluate(OVERFULL) == []


@pytest.mark.browser
def test_words_are_fitted_beside_what_has_no_canvas(show, still):
    # The paper on which a digit is drawn has controls as all explorers, but consists of cells.
    path = ROOT / "notebooks" / "10_handwritten_digits.ipynb"
    (cell,) = (s.main.code.cell for s in still(path).slides if s.kind == "explorer")
    paper = '<div class="pad-fragment"><div class="stage pad"><p>A sheet.</p></div></div>'
    page = show(deck(path, {cell: paper}).html())
    page.evaluate(TO_EXPLORER)
    letters = page.locator("section.on-explorer .body").evaluate("(body) => body.style.fontSize")
    assert letters  # in percent


@pytest.mark.browser
def test_keys_replies_and_an_explorer(show, alive):
    made = alive
    page = show(made.html())

    def step():
        return page.evaluate(STEP)

    def go_to(kind):
        while not page.locator(f"{NOW}.on-{kind}").count():
            assert not page.evaluate("Reveal.isLastSlide()")
            page.evaluate("Reveal.next()")

    # The arrow keys lead through the slides, one step at a time.
    assert step() == "0 0 -1"
    page.keyboard.press("ArrowRight")
    assert step() == "0 1 -1"
    page.keyboard.press("ArrowLeft")
    assert step() == "0 0 -1"
    # A larger screen has more pixels, not larger ones.
    go_to("explorer")
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_function(
        """(canvas) => Reveal.getScale() === 1.5
            && Math.abs(canvas.width - canvas.getBoundingClientRect().width) < 2""",
        arg=page.locator(f"{NOW} canvas").element_handle(),
    )
    # A control that has the focus keeps them, until Escape takes it away.
    here = step()
    slider = page.locator(f"{NOW} input[type=range]").first
    slider.focus()
    before = slider.input_value()
    page.keyboard.press("ArrowRight")
    assert (step(), int(slider.input_value())) == (here, int(before) + 1)
    assert page.locator(".deck-hint").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".deck-hint").is_visible()
    assert not page.evaluate("Reveal.isOverview()")
    # A clicker leads on from anywhere, step by step, and back.
    steps = []
    for key in ("PageDown", "PageDown", "PageUp", "PageUp"):
        slider.focus()
        before = step()
        page.keyboard.press(key)
        page.wait_for_function(f"({STEP}) != '{before}'")
        steps.append(step())
    assert steps[0] == steps[2] != steps[1]
    page.keyboard.press("ArrowRight")
    assert step() == steps[0]
    # Each choice has its reply.
    go_to("exercise")
    small_step = made.exercises.small_step
    for option in questions.options(small_step):
        button = page.locator(f"{NOW} button", has_text=option.text)
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        reply = re.sub(r"[`*]", "", option.reply)
        said = page.locator(f"{NOW} .reply").first.inner_text()
        assert said == ("✓ Right: " if option.right else "✗ ") + reply
    here = step()
    page.keyboard.press("ArrowRight")
    assert step() != here
    # Dark, and still so when the page is loaded anew.
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.keyboard.press("d")
    assert page.evaluate(ground) != light
    page.reload()
    page.wait_for_function("Reveal.isReady()")
    assert page.evaluate(ground) != light
