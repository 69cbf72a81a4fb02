"""Run a notebook's cells in this process, without a kernel and, where only words count, without
drawing: fast enough to run each notebook in many ways.

As a program, ``python tests/running.py < job`` reads a job as JSON and writes JSON: so each run has
a process of its own, with its own environment. ``run(job, **variables)`` calls it.

    {"cells": [source, …], "seed": 1}      the cells in order, with results jittered
    {"cells": […], "alone": [[0], [1]]}    and then each of these orders, from that state each time
    {"cells": […], "then": [[3, 1, 0]]}    and then each of these orders, one after the other

    {"outputs": [text of each cell], "faults": [[order, cell, error], …]}

    {"explorers": [name, …], "seed": 1}    what these explorers say

    {"says": {name: {positions of its controls: sentence}}}
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from pictures import without_pictures

HERE = Path(__file__).absolute().parent


# From the side of the tests


def code_cells(path):
    """The code cells of a stored notebook."""
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def words(outputs):
    """What a page without a kernel says in outputs of a cell, in one text, without pictures."""
    said = []
    for output in outputs:
        data = output.get("data", {})
        text = output.get("text") or data.get("text/html") or data.get("text/plain") or ""
        said.append(re.sub(r'width="\d+" src=PICTURE', "src=PICTURE", without_pictures(text)))
    return "\n".join(text.strip("\n") for text in said if text.strip())


def run(job, folder, **variables):
    """Carry out a job in a process of its own, with these environment variables; its result."""
    environment = {**os.environ, "MPLBACKEND": "agg", "PYTHONHASHSEED": "0"}
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1") | variables
    done = subprocess.run(
        [sys.executable, str(HERE / "running.py")],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# From the inside


class Page:
    """A namespace of IPython in which cells run; what they show is kept as text."""

    def __init__(self, transform=None):
        from IPython.core.displayhook import DisplayHook
        from IPython.core.displaypub import DisplayPublisher
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        page = self

        class Hook(DisplayHook):
            def __call__(self, result=None):
                if result is not None:
                    data, _metadata = self.compute_format_data(result)
                    page.outputs.append({"data": data})
                    self.update_user_ns(result)

        class Publisher(DisplayPublisher):
            def publish(self, data, metadata=None, **_):
                page.outputs.append({"data": data})

        class Shell(InteractiveShell):
            displayhook_class = Hook
            display_pub_class = Publisher

        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.colors = "nocolor"
        self.outputs = []
        self.shell = Shell.instance(config=settings)
        if transform:
            self.shell.ast_transformers.append(transform)

    def run(self, source):
        """Run a cell; what it says, and the error that it raises, or None."""
        self.outputs = []
        stream = io.StringIO()
        with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(io.StringIO()):
            result = self.shell.run_cell(source)
        if stream.getvalue():
            self.outputs.insert(0, {"text": stream.getvalue()})
        error = result.error_before_exec or result.error_in_exec
        return words(self.outputs), error and f"{type(error).__name__}: {error}"


class Transformer:
    """What IPython calls for the tree of each cell."""

    def visit(self, tree):
        from jitter import transform

        return transform(tree)


def without_drawing():
    """Let scenes and figures say what they say, and draw nothing: a dot stands for a picture."""
    from matplotlib.figure import Figure
    from PIL import Image

    import helpers.stage.stills as stills
    import helpers.stage.widget as widget

    dot = Image.new("P", (1, 1))

    class Scene:
        def __init__(self, figure, update, sliders, chosen=()):
            self.figure, self.update, self.sliders = figure, update, tuple(sliders)
            self.width = self.height = 100
            if "matplotlib.pyplot" in sys.modules:
                sys.modules["matplotlib.pyplot"].close(figure)
            self.show([s.index(s.start) for s in self.sliders])

        def show(self, key):
            values = {s.name: s.values[i] for s, i in zip(self.sliders, key, strict=True)}
            return self.update(**values)

        def record(self, keys):
            return "{}"

        def pictures(self, keys, scale):
            return [(self.show(key), dot) for key in keys]

    def savefig(self, stream, **_):
        dot.save(stream, "PNG")

    widget.Scene = Scene
    stills.picture = lambda pixels: pixels
    stills.filmstrip = lambda panels: dot
    Figure.savefig = savefig


def sentences(name):
    """What an explorer says for each of its choices, along its sliders."""
    from helpers import explorers

    stage = getattr(explorers, name)()
    start = {n: control.index(control.start) for n, control in stage._named.items()}
    settings = [(start, 40)]
    settings += [
        (start | {c.name: i}, 5) for c in stage._choices for i in range(len(c.options)) if i
    ]
    said = {}
    for at, number in settings:
        for slider in stage._sliders:
            last = len(slider.values) - 1
            for position in {round(i * last / number) for i in range(number + 1)}:
                here = at | {slider.name: position}
                scene = stage._scene_at(here)
                said[" ".join(map(str, here.values()))] = scene.show(stage._key(here))
    return said


def _faults(page, cells, order):
    """What goes wrong when cells are run in an order."""
    found = []
    for place, number in enumerate(order):
        _text, error = page.run(cells[number])
        if error:
            found.append([order[: place + 1], number, error])
    return found


def _apart(work):
    """The result of a function that is run in a copy of this process, which it cannot change.

    Where processes cannot be copied (Windows), the work is done in this one.
    """
    if not hasattr(os, "fork"):
        return work()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "w", encoding="utf-8") as stream:
                json.dump(work(), stream)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        result = json.load(stream)
    os.waitpid(child, 0)
    return result


def carry_out(job):
    """The result of a job, in this process."""
    transformer = None
    if job.get("seed") is not None:
        import jitter

        jitter.install(job["seed"])
        transformer = Transformer()
    without_drawing()
    if "explorers" in job:
        return {"says": {name: sentences(name) for name in job["explorers"]}}
    page = Page(transformer)
    outputs, faults = [], []
    for number, source in enumerate(job["cells"]):
        text, error = page.run(source)
        outputs.append(text)
        if error:
            faults.append(["in order", number, error])
    for order in job.get("alone", ()):
        faults += _apart(lambda order=order: _faults(page, job["cells"], order))
    for order in job.get("then", ()):
        faults += _faults(page, job["cells"], order)
    return {"outputs": outputs, "faults": faults}


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    with tempfile.TemporaryDirectory() as home:
        os.environ["IPYTHONDIR"] = home
        task = json.load(sys.stdin)
        with contextlib.redirect_stdout(io.StringIO()):
            answer = carry_out(task)
    json.dump(answer, sys.stdout)
