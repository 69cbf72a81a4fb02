"""The site: how a notebook becomes a page, and what a browser makes of a small one.

All pages are built and opened, which takes some minutes, by

    DOWNHILL_SITE=all python3 -m helpers test tests/test_site.py
"""

import gzip
import json
import os
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import expect

from builder import course, docstrings, folds, pages, player, ways
from helpers.stage import export
from lab import TIME_LIMIT

pytestmark = pytest.mark.once

LIMIT = 2_500_000  # bytes of a page, gzipped
NAMES = () if os.environ.get("DOWNHILL_SITE") == "all" else ("00", "07")


def code(source, *texts, html=None):
    outputs = [new_output("stream", text=text) for text in texts]
    if html:
        outputs.append(new_output("display_data", {"text/html": html}))
    return new_code_cell(source, outputs=outputs)


def outline(cells):
    """What stands on a page, cell by cell, in short."""
    short = []
    for cell in cells:
        if cell.source == folds.OPENS:
            short.append("(")
        elif cell.source == folds.CLOSES:
            short.append(")")
        elif cell.cell_type == "markdown":
            short.append(cell.source.split("\n")[0])
        else:
            code = "" if "remove-input" in cell.metadata.get("tags", []) else cell.source
            short.append(f"{code}>{'out' if cell.outputs else ''}")
    return short


PREDICTION = new_markdown_cell("Some words.\n\n**Predict**: up or down?")
STILL = '<img alt="x" src="x.png"><br><small>Still pictures. Run the notebook to move.</small>'


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        # Code, its output and the answer.
        ([code("a", "1"), new_markdown_cell("Up.")], ["a>", "(", ">out", "Up.", ")"]),
        # The answer ends at a rule, a heading, the next prediction or a solution.
        (
            [code("a", "1"), new_markdown_cell("Up.\n\nFar.\n\n---\n\nNow this.")],
            ["a>", "(", ">out", "Up.", ")", "Now this."],
        ),
        (
            [code("a", "1"), new_markdown_cell("Up.\n\n## Next\n\nText.")],
            ["a>", "(", ">out", "Up.", ")", "## Next"],
        ),
        (
            [code("a", "1"), new_markdown_cell("Up.\n\n**Predict** again."), code("b", "2")],
            ["a>", "(", ">out", "Up.", ")", "**Predict** again.", "b>", "(", ">out", ")"],
        ),
        # What prints nothing comes first, what follows an output is folded whole.
        (
            [code("a"), code("b", "2"), code("c", "3"), new_markdown_cell("Up.")],
            ["a>", "b>", "(", ">out", "c>out", "Up.", ")"],
        ),
        # What is to be moved stays open; the text below it does not.
        (
            [code("slide()", html=STILL), new_markdown_cell("Up.")],
            ["slide()>out", "(", "Up.", ")"],
        ),
        # An exercise asks by itself.
        (
            [code("x = ...\nlesson.x.check(x)", "!"), new_markdown_cell("<details>Solution")],
            ["x = ...\nlesson.x.check(x)>out", "<details>Solution"],
        ),
        ([new_markdown_cell("More.")], ["More."]),
        ([], []),
    ],
)
def test_answers_to_predictions_are_folded(following, expected):
    page = folds.fold([PREDICTION, *following], pages.shows_still)
    assert outline(page) == ["Some words.", *expected]
    assert len({cell.id for cell in page}) == len(page)


def test_what_is_no_prediction_stays_as_it_is():
    cells = [new_markdown_cell("Text."), code("a", "1"), new_markdown_cell("More.")]
    assert folds.fold(cells, pages.shows_still) == cells


def test_the_notebooks_are_left_as_they_are():
    cells = [PREDICTION, code("a", "1"), new_markdown_cell("Up.\n\n---\n\nNow this.")]
    before = json.dumps(cells)
    folds.fold(cells, pages.shows_still)
    assert json.dumps(cells) == before


def test_each_prediction_of_the_course_is_folded():
    """All but those whose answer is an exercise, or the next cell of text."""
    for chapter in course.chapters():
        cells = folds.fold(chapter.notebook.cells, pages.shows_still)
        opened = sum(cell.source == folds.OPENS for cell in cells)
        asked = sum(folds.asks(cell) for cell in chapter.notebook.cells)
        assert opened == sum(cell.source == folds.CLOSES for cell in cells)
        assert asked - 3 <= opened <= asked, chapter.name
        assert opened or chapter.number == "10"


@pytest.mark.parametrize(
    ("body", "plays"),
    [
        ('<div class="stage-fragment">', True),
        ('<div class="pad-fragment">', True),
        ("<p>stage-fragment</p>", False),
    ],
)
def test_a_page_with_explorers_has_what_plays_them_once(body, plays):
    context = {"body": body * 2}
    player.add(None, "page", "page.html", context, None)
    assert context["body"] == body * 2 + export.player() * plays


def test_links_to_notebooks_without_a_page_become_text():
    text = "See [01, Slopes](01_slopes.ipynb), [b](02_b.ipynb#there) and [c](https://x.org/02_b)."
    assert pages.linked(text, {"01_slopes"}) == (
        "See [01, Slopes](01_slopes.ipynb), b and [c](https://x.org/02_b)."
    )


def test_links_to_files_that_the_site_lacks_lead_to_the_repository():
    text = "[a](hub/README.md), [b](#there), [c](https://x.org/y), [d](05_rate.ipynb#z)"
    there = "https://github.com/me/course/blob/HEAD/hub/README.md"
    assert pages.to_repository(text, "me/course") == text.replace("hub/README.md", there)


def test_markdown_with_python_becomes_a_notebook():
    notebook = pages.from_markdown(
        "# A\n\n```python\na = 1\n```\n\nB.\n\n```python hidden\na\n```\n"
    )
    assert [cell.source for cell in notebook.cells] == ["# A", "a = 1", "B.", "a", ""]
    assert notebook.cells[3].metadata.tags == ["remove-input"]


def test_the_written_page_shows_what_the_stage_refuses(capsys):
    text = (course.ROOT / "site/text/make_your_own_explorer.md").read_text(encoding="utf-8")
    names = {}
    for cell in pages.from_markdown(text).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    assert "cannot record the moving Rectangle 'the bar'" in capsys.readouterr().out


def test_the_ways_to_run_a_page_name_the_repository_and_the_notebook():
    row = ways.links("05_learning_rate", "me/course", lite=True)
    for address in (
        "https://mybinder.org/v2/gh/me/course/HEAD?urlpath=lab/tree/notebooks/05_learning_rate.ipynb",
        "https://colab.research.google.com/github/me/course/blob/gh-pages/colab/05_learning_rate.ipynb",
        "downloads/05_learning_rate.ipynb",
        "lite/",
    ):
        assert f'href="{address}' in row
    assert "lite/" not in ways.links("05_learning_rate", "me/course", lite=False)


def test_what_opens_in_colab_begins_with_its_cell_and_shows_no_answers():
    notebook = new_notebook(cells=[new_markdown_cell("# A"), code("a", "1")])
    fresh = ways.for_colab(notebook, "me/course")
    nbformat.validate(fresh)
    title, first, second = fresh.cells
    assert title.source == "# A"
    assert "git clone -q --depth 1 https://github.com/me/course " in first.source
    assert (second.outputs, second.execution_count) == ([], None)
    assert notebook.cells[1].outputs


def test_marks_of_mathematics_stay_in_docstrings():
    lines = [
        "|x| is * and `a*b` and ``|y|``, x_ too::",
        "",
        "    a * b",
        "",
        ">>> a**2",
        "4",
        "",
        "c*",
    ]
    docstrings.escape(None, "function", "f", None, None, lines)
    assert lines == [
        r"\|x\| is \* and `a*b` and ``|y|``, x\_ too::",
        "",
        "    a * b",
        "",
        ">>> a**2",
        "4",
        "",
        r"c\*",
    ]


def site(*arguments):
    command = [sys.executable, "site", *map(str, arguments)]
    return subprocess.run(command, cwd=course.ROOT, capture_output=True, text=True, timeout=1200)


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("!")
    done = site("--output", tmp_path, "00")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path} is not empty, and holds no site that was built here.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_name_that_fits_nothing_gets_a_sentence(tmp_path):
    done = site("--output", tmp_path, "77")
    assert (done.returncode, done.stderr) == (
        1,
        "There is no notebook whose name begins with '77'.\n",
    )


# A site of two notebooks


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of a small site; its name has spaces and letters of several languages."""
    pytest.importorskip("sphinx", reason="site/requirements.txt is not installed")
    folder = tmp_path_factory.mktemp("sites") / "mein Kurs 中文"
    # What runs in the browser alone has tests of its own, and takes long.
    done = site("--output", folder, "--repository", "me/course", "--pyodide", "none", *NAMES)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def open_page(built, browser):
    """Open a page of the site as a file, without a network; complaints fail the test."""
    problems, contexts = [], []

    def open_it(name, width=1280, **options):
        size = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(1000 * TIME_LIMIT)
        page.on(
            "request",
            lambda request: problems.append(request.url) if _is_foreign(request.url) else None,
        )
        scripts = options.get("java_script_enabled", True)
        # Scripts that are switched off fail, and so do the search's excerpts of pages in a file.
        if scripts and name != "search.html":
            page.on("requestfailed", lambda request: problems.append(request.url))
            page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((built / name).as_uri())
        if scripts:
            page.wait_for_function(
                "() => document.readyState === 'complete' && [...document.querySelectorAll("
                "'.stage-fragment')].every((part) => part.querySelector('canvas, img'))"
            )
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert problems == []


def _pages(built):
    """The front page, and those of notebooks."""
    return ["index", *sorted(path.stem for path in built.glob("[0-9][0-9]_*.html"))]


def _is_foreign(url):
    return urlsplit(url).scheme not in ("file", "data", "blob")


class Links(HTMLParser):
    """What a page refers to, and the places in it that can be referred to."""

    def __init__(self, path):
        super().__init__()
        self.found, self.places = [], {"", "top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places.add(attributes.get("id"))
        self.found += [
            attributes[name] for name in ("href", "src") if attributes.get(name) is not None
        ]


def test_each_link_within_the_site_leads_somewhere(built):
    known = {path: Links(path) for path in built.glob("*.html")}
    assert len(known) > 10
    for path, links in known.items():
        for link in links.found:
            address = urlsplit(link)
            if address.scheme in ("https", "data", "mailto"):
                continue
            assert not address.scheme and not address.netloc and not address.path.startswith("/")
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            assert target.exists(), f"{path.name}: {link}"
            if target in known and address.fragment:
                assert unquote(address.fragment) in known[target].places, f"{path.name}: {link}"


def test_each_page_is_small_enough(built):
    for path in built.glob("*.html"):
        assert len(gzip.compress(path.read_bytes())) < LIMIT, path.name


def test_each_explorer_is_alive(built):
    for name, count in (("00_start_here", 1), ("index", 1), ("make_your_own_explorer", 2)):
        text = (built / f"{name}.html").read_text(encoding="utf-8")
        assert text.count('class="stage-fragment"') >= count
        assert "Run the notebook to move" not in text.replace("<noscript>", "")


@pytest.mark.browser
def test_the_first_picture_of_each_page_follows_the_hand(open_page, built):
    for name in _pages(built):
        page = open_page(f"{name}.html")
        slider = page.locator(".stage-fragment").get_by_role("slider").first
        if not slider.count():
            page.close()
            continue
        before = slider.bounding_box()
        assert name != "index" or before["y"] + before["height"] < 800, "not on the first screen"
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        says = slider.locator("xpath=ancestor::*[contains(@class, 'stage-fragment')]").locator(
            ".stage-says"
        )
        said = says.inner_text()
        page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] / 2, steps=5)
        page.mouse.up()
        expect(says).not_to_have_text(said)
        page.close()


@pytest.mark.browser
def test_an_answer_shows_when_it_is_asked_for(open_page):
    page = open_page("07_from_numbers_to_arrays.html")
    answer = page.locator("details.answer").first
    assert not answer.locator(".cell_output").first.is_visible()
    answer.get_by_text("Show what happens").click()
    assert answer.locator(".cell_output").first.is_visible()
    page.wait_for_selector("mjx-container svg")


@pytest.mark.browser
def test_without_scripts_the_stills_are_there(open_page):
    page = open_page("00_start_here.html", java_script_enabled=False)
    assert page.get_by_role("img", name="A walk of 20 steps down a valley").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_read_well_in_light_and_dark_and_on_a_phone(open_page, built, width):
    from axe_playwright_python.sync_playwright import Axe

    for name in _pages(built):
        page = open_page(f"{name}.html", width, color_scheme="light")
        page.evaluate("() => globalThis.MathJax?.startup.promise")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
        low = page.evaluate(
            """() => [...document.querySelectorAll(
                'article :is(button, input, select, summary, .way)')]
                .filter((e) => e.offsetParent &&
                    (e.closest('label') ?? e).getBoundingClientRect().height < 24)
                .map((e) => e.outerHTML)"""
        )
        assert low == []
        for scheme in ("light", "dark") if width > 1000 else ("dark",):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(
                "(scheme) => document.documentElement.dataset.theme === scheme", arg=scheme
            )
            page.wait_for_function("() => document.getAnimations().length === 0")
            # It would ask for the styles again, which a file may not.
            found = Axe().run(page, options={"preload": False}).response["violations"]
            assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == [], name
        page.close()


@pytest.mark.browser
def test_the_search_finds_a_word(open_page):
    page = open_page("search.html")
    page.goto(page.url + "?q=hiker")
    page.wait_for_function("() => document.querySelectorAll('#search-results li').length > 1")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.mark.browser
def test_it_is_served_under_any_path(built, browser):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=built.parent))
    Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_port}/{built.name}/"
    page = browser.new_page()
    page.set_default_timeout(1000 * TIME_LIMIT)
    problems = []
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else 0)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(home)
        page.get_by_role("link", name="00 Start here").click()
        page.wait_for_url("**/00_start_here.html")
        page.wait_for_selector(".stage-fragment canvas")
        assert all(urlsplit(url).hostname == "127.0.0.1" for url in asked if url[:4] == "http")
        assert problems == []
    finally:
        page.close()
        server.shutdown()
        server.server_close()
