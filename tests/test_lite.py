"""The course in the browser alone: where Python comes from, and a journey through all notebooks.

The journey takes a quarter of an hour, and needs an archive of Pyodide with its packages; any
release of version 314 will do:

    DOWNHILL_PYODIDE=pyodide-314.0.6.tar.bz2 python3 -m helpers test tests/test_lite.py
"""

import hashlib
import importlib.util
import json
import os
import re
import tarfile
import threading
import time
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import spec_from_file_location
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

from lab import TIME_LIMIT, NotebookPage
from lite import build, pyodide, wheels
from pages import Explorer, listen
from running import words

pytestmark = pytest.mark.once

ROOT = Path(__file__).absolute().parents[1]

# Where Python comes from


def a_pyodide(folder, **changed):
    """A folder that looks like Pyodide's, with one line in each file."""
    files = {name: name.encode() for name in pyodide.CORE}
    listed = {}
    for package in pyodide.COMPILED:
        name = f"{package}-1.0-cp314.whl"
        files[name] = f"The content of {package}".encode()
        checksum = hashlib.sha256(files[name]).hexdigest()
        listed[package] = {"name": package, "file_name": name, "sha256": checksum}
    files[pyodide.LOCK] = json.dumps({"packages": listed}).encode()
    files |= {name.replace("__", "."): content for name, content in changed.items()}
    folder.mkdir(parents=True)
    for name, content in files.items():
        if content is not None:
            (folder / name).write_bytes(content)
    return folder


def in_a_folder(folder):
    return folder.parent


def in_a_zip(folder):
    with zipfile.ZipFile(folder.parent / "some.whl", "w") as archive:
        archive.writestr("elsewhere/pyodide.mjs", "another of this name")
        for path in folder.iterdir():
            archive.write(path, f"static/pyodide/{path.name}")
    return Path(archive.filename)


def in_a_tar(folder):
    with tarfile.open(folder.parent / "pyodide-1.tar.bz2", "w:bz2") as archive:
        archive.add(folder, "pyodide")
    return Path(archive.name)


@pytest.mark.parametrize("packed", [in_a_folder, in_a_zip, in_a_tar])
def test_pyodide_comes_from_an_archive_of_any_kind(tmp_path, packed):
    found = pyodide.files(packed(a_pyodide(tmp_path / "deep" / "pyodide")))
    assert len(found) == len(pyodide.CORE) + len(pyodide.COMPILED)
    assert found["pyodide.mjs"] == b"pyodide.mjs"
    assert found["numpy-1.0-cp314.whl"] == b"The content of numpy"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"numpy-1__0-cp314__whl": b"other"}, "numpy-1.0-cp314.whl is not the file that its"),
        ({"python_stdlib__zip": None}, "has no python_stdlib.zip."),
        ({"pyodide-lock__json": b'{"packages": {}}'}, "lists no numpy."),
    ],
)
def test_what_is_missing_or_changed_in_an_archive_is_named(tmp_path, changed, sentence):
    folder = a_pyodide(tmp_path / "pyodide", **changed)
    for packed in (in_a_folder, in_a_zip, in_a_tar):
        with pytest.raises(pyodide.Unavailable, match=re.escape(sentence)):
            pyodide.files(packed(folder))


def test_what_is_no_archive_is_told_in_a_sentence(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    for path in ("notes.txt", "nowhere"):
        with pytest.raises(pyodide.Unavailable, match=path):
            pyodide.files(tmp_path / path)


@pytest.fixture
def release(tmp_path, monkeypatch):
    """The official release, as if it were near."""
    folder = a_pyodide(tmp_path / "release")
    monkeypatch.setattr(pyodide, "RELEASE", folder.as_uri() + "/")
    for name in pyodide.CORE:
        checksum = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        monkeypatch.setitem(pyodide.CORE, name, checksum)
    return folder


def test_without_an_archive_the_official_release_is_fetched(release):
    assert pyodide.files()["pyodide.mjs"] == b"pyodide.mjs"


@pytest.mark.parametrize("name", pyodide.CORE)
def test_the_release_is_held_to_its_checksums(release, name):
    content = (release / name).read_bytes()
    (release / name).write_bytes(content + b" ")
    with pytest.raises(pyodide.Unavailable, match=f"{name} is not the file"):
        pyodide.files()


def test_the_checksums_are_those_of_a_release():
    assert pyodide.VERSION in pyodide.RELEASE
    assert all(re.fullmatch("[0-9a-f]{64}", checksum) for checksum in pyodide.CORE.values())


def test_where_python_cannot_be_had_nothing_is_built(release, tmp_path):
    """And no page is left that would lead to an earlier one."""
    (release / "pyodide.asm.wasm").unlink()
    (tmp_path / "site" / "lite").mkdir(parents=True)
    with pytest.raises(pyodide.Unavailable, match=r"pyodide\.asm\.wasm cannot be fetched"):
        build.build(tmp_path / "site")
    assert list((tmp_path / "site").iterdir()) == []


def test_the_site_is_built_without_it_and_says_so(tmp_path, capsys):
    place = ROOT / "site" / "__main__.py"
    command = importlib.util.module_from_spec(spec_from_file_location("command", place))
    command.__spec__.loader.exec_module(command)
    assert command._build_lite(str(tmp_path / "nowhere.zip"), tmp_path, ["00"]) is False
    said = capsys.readouterr()
    assert said.out == ""
    assert "nowhere.zip" in said.err
    assert said.err.endswith("The site is built without what runs in the browser.\n")


# Packages


def test_the_packages_of_the_browser_are_those_of_a_reader():
    pins = [
        dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.M))
        for name in ("requirements.txt", "site/lite/packages.txt")
    ]
    shared = pins[0].keys() & pins[1].keys()
    assert shared == {"ipywidgets", "anywidget"}
    assert [pins[0][name] for name in shared] == [pins[1][name] for name in shared]


def test_the_course_becomes_a_wheel_the_same_each_time(tmp_path):
    made = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        wheels._write(folder, "downhill", wheels._version(), wheels._course())
        (wheel,) = folder.iterdir()
        made.append(wheel.read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
    assert {"helpers/__init__.py", "helpers/stage/player.js"} <= set(names)
    assert not any("__pycache__" in name for name in names)
    name, entry = wheels.entry(wheel)
    assert (name, entry["version"], entry["file_name"]) == (
        "downhill",
        wheels._version(),
        wheel.name,
    )
    assert entry["sha256"] == hashlib.sha256(made[0]).hexdigest()


def test_what_is_imported_in_the_browser_is_compiled():
    imported = wheels._imported()
    assert {"helpers", "helpers.explorers", "helpers.exercises.lesson_06"} <= set(imported)
    assert not any("launcher" in name or "environment" in name for name in imported)


# The journey


class Site:
    """A folder that is served, with a note of what was asked for."""

    def __init__(self, folder):
        self.asked = []
        asked = self.asked

        class Handler(SimpleHTTPRequestHandler):
            extensions_map = {  # noqa: RUF012, as in the class above it
                **SimpleHTTPRequestHandler.extensions_map,
                ".mjs": "text/javascript",
                ".wasm": "application/wasm",
            }

            def do_GET(self):
                asked.append(self.path)
                super().do_GET()

            def log_message(self, *arguments):
                pass

        handler = partial(Handler, directory=folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/some/project/"


@pytest.fixture(scope="module")
def site(browser_path, tmp_path_factory):
    named = os.environ.get("DOWNHILL_PYODIDE")
    if not named:
        pytest.skip("DOWNHILL_PYODIDE names no archive of Pyodide with its packages")
    folder = tmp_path_factory.mktemp("a site")
    # All notebooks, as 00 counts the exercises of those beside it.
    build.build(folder / "some" / "project", Path(named))
    _fix_what_is_drawn(folder / "some" / "project" / "lite" / "jupyter-lite.json")
    site = Site(folder)
    yield site
    site.server.shutdown()


def _fix_what_is_drawn(path):
    """Let the kernels draw the patients of 08 and 11 that stored outputs show, not others."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    plugins = settings["jupyter-config-data"]["litePluginSettings"]
    plugins[f"{wheels.KERNEL}:kernel"]["loadPyodideOptions"].setdefault("env", {})[
        "PYTHONHASHSEED"
    ] = "0"
    path.write_text(json.dumps(settings), encoding="utf-8")


@pytest.fixture(scope="module")
def visitor(browser, site):
    """One who comes for the first time, and whose browser then keeps what it has loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(1000 * TIME_LIMIT)
    context.foreign = []
    own = (site.address.split("/some/")[0], "data:", "blob:")
    context.on("request", lambda r: r.url.startswith(own) or context.foreign.append(r.url))
    yield context
    context.close()


@pytest.fixture
def visit(visitor, site):
    """Open notebooks; their pages are closed at the end, whatever becomes of the test."""
    before = set(visitor.pages)
    yield partial(_visit, visitor, site)
    for page in set(visitor.pages) - before:
        page.close()


def _visit(context, site, name):
    page = context.new_page()
    complaints = listen(page)
    page.goto(f"{site.address}lite/lab/index.html?path=notebooks/{name}.ipynb")
    page.wait_for_function(
        """(path) => {
            const here = globalThis.jupyterapp?.shell.currentWidget;
            return here?.context?.path === path && here.sessionContext?.session?.kernel;
        }""",
        arg=f"notebooks/{name}.ipynb",
    )
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    notebook = NotebookPage(page)
    notebook.complaints = complaints
    return notebook


def compare(notebook, root, name):
    """Compare the text of all outputs with those that are stored."""
    stored = nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)
    pairs = zip(notebook.cells(), stored.cells, strict=True)
    said = {
        wanted["id"]: (words(cell["outputs"]), words(wanted["outputs"]))
        for cell, wanted in pairs
        if wanted["cell_type"] == "code"
    }
    assert {name: texts for name, texts in said.items() if texts[0] != texts[1]} == {}


def lasting(site):
    """Which of the files were asked for that a browser keeps for good."""
    return {path for path in site.asked if re.search("/python-|/build/|/extensions/", path)}


def complaints_of(notebook):
    """What the page complains of, but for files that JupyterLite tries whether they are there."""
    return [text for text in notebook.complaints if "404" not in text]


def plain(notebook, index):
    """The result of a cell, as text."""
    data = notebook.cells()[index]["outputs"][-1]["data"]
    return "".join(data["text/plain"])


def cell_with(notebook, source):
    (index,) = [i for i, cell in enumerate(notebook.cells()) if source in cell["source"]]
    return index


@pytest.fixture(scope="module")
def start(visitor, site):
    """Notebook 00, with Python loaded for the first time."""
    notebook = _visit(visitor, site, "00_start_here")
    bar = notebook.page.locator("#loading-python")
    expect(bar).to_be_visible()
    notebook.said = {bar.locator("span").text_content()}
    while bar.is_visible():
        notebook.said.add(bar.locator("span").text_content())
        time.sleep(0.05)
    notebook.run_all()
    return notebook


# All but the two that other tests run.
OTHERS = [
    path.stem
    for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
    if not path.name.startswith(("00", "06"))
]

TRAINER = "from helpers.explorers.training import train_it\n\ntrain_it()"


@pytest.mark.browser
@pytest.mark.slow
class TestJourney:
    def test_what_is_loading_is_said(self, start):
        said = " ".join(sorted(start.said))
        assert re.search(r"Loading Python and its packages: \d\d MB; later visits take it", said)
        assert "Starting Python" in said
        expect(start.page.locator("#loading-python")).to_be_hidden()

    @pytest.mark.stored
    def test_the_first_notebook_says_what_its_page_says(self, start, root):
        compare(start, root, "00_start_here")
        assert complaints_of(start) == []

    def test_its_slider_follows_the_hand(self, start):
        explorer = Explorer(start)
        explorer.move("Home")
        explorer.grab(0.2)
        seen = []
        for share in (0.3, 0.6, 0.9):
            explorer.drag(share)
            seen.append(explorer.look())
        start.page.mouse.up()
        assert [len(set(what)) for what in zip(*seen, strict=True)] == [3, 3, 3]
        explorer.assert_kernel_says(seen[-1][1])

    @pytest.mark.parametrize(
        ("answer", "reply"), [('"crawls"', "✓ Right"), ('"arrives"', "✗"), ("...", "○ Not tried")]
    )
    def test_an_exercise_answers(self, start, answer, reply):
        index = cell_with(start, "small_step.check")
        start.type_and_run(index, f"small_step = {answer}\nlesson.small_step.check(small_step)")
        assert plain(start, index).startswith(reply)

    def test_a_loop_without_end_is_stopped(self, start):
        index = cell_with(start, "lesson_00 import lesson")
        source = (
            "from helpers.exercises.lesson_00 import lesson\n"
            "from helpers.exercises.lesson_06 import lesson as another\n\n\n"
            "def forever(*arguments):\n"
            "    while True:\n"
            "        try:\n"
            "            x = 1\n"
            "        except:\n"
            "            pass\n\n\n"
            "another.dual_times.check(forever)"
        )
        start.type_and_run(index, source)
        assert "Is there a loop that never ends?" in plain(start, index)

    def test_the_stop_button_stops_a_cell(self, start):
        """Although a kernel in a page hears no message while it runs one."""
        index = cell_with(start, "lesson_00 import lesson")
        cell = start.show_cell(index)
        cell.locator(".cm-content").click()
        start.page.keyboard.press("ControlOrMeta+a")
        start.page.keyboard.insert_text("print('on its way')\nwhile True:\n    pass")
        start.page.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-OutputArea")).to_contain_text("on its way")
        start.page.locator('[data-command="notebook:interrupt-kernel"]').click()
        start.wait_for_kernel()
        expect(cell.locator(".jp-OutputArea")).to_contain_text("KeyboardInterrupt")
        assert start.ask_kernel("print(6 * 7)") == "42"

    def test_a_training_shows_its_progress_and_stops(self, start):
        """Without threads: it works in slices, between which clicks are heard."""
        index = cell_with(start, "large_step.check")
        cell = start.type_and_run(index, TRAINER)
        cell.get_by_role("button", name="Start", exact=True).click()
        status = cell.get_by_role("status")
        expect(status).to_contain_text("Training")
        bar = cell.locator(".progress-bar").element_handle()
        start.page.wait_for_function("(bar) => parseFloat(bar.style.width) > 1", arg=bar)
        cell.get_by_role("button", name="Stop", exact=True).click()
        expect(status).to_contain_text(re.compile(r"Stopped after \d+ of 400 steps"))

    @pytest.mark.stored
    def test_a_second_page_takes_python_from_the_browser(self, start, visit, site, root):
        """And chains of 100,000 objects, as 06 makes them, do not end it.

        It opens its own notebook only, although the first page goes on to write down what was open.
        """
        start.page.evaluate(
            """async () => {
                const { workspaces } = jupyterapp.serviceManager;
                const open = await workspaces.fetch('default');
                setInterval(() => workspaces.save('default', open), 50);
            }"""
        )
        asked = lasting(site)
        del site.asked[:]
        notebook = visit("06_automatic_differentiation")
        start.page.close()
        opened = "[...jupyterapp.shell.widgets('main')].map((widget) => widget.context?.path)"
        assert notebook.page.evaluate(opened) == ["notebooks/06_automatic_differentiation.ipynb"]
        notebook.run_all()
        compare(notebook, root, "06_automatic_differentiation")
        # What the first page did not need, such as a font, is asked for once.
        assert lasting(site) & asked == set()
        assert complaints_of(notebook) == []

    @pytest.mark.stored
    @pytest.mark.parametrize("name", OTHERS)
    def test_each_notebook_says_what_its_page_says(self, start, visit, root, name):
        notebook = visit(name)
        notebook.run_all()
        compare(notebook, root, name)
        assert complaints_of(notebook) == []

    def test_no_other_host_is_asked(self, start, visitor):
        assert visitor.foreign == []
