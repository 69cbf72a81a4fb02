"""A cell that is run again lets go of what it showed before, and of nothing that is needed.

In a real kernel, with messages as JupyterLab sends them: each names its cell.
"""

import pytest
from jupyter_client.manager import start_new_kernel

WIDGETS = "from ipywidgets.widgets import widget; print(len(widget._instances))"
SETUP = """
import gc, weakref
import ipywidgets
from helpers.explorers.game import point_uphill
from helpers.explorers.training import train_it
from helpers.stage import Slider, Stage
from matplotlib.figure import Figure

figures = []

def scene():
    figure = Figure(figsize=(2, 2))
    (dot,) = figure.subplots().plot([], [], "o")
    figures.append(weakref.ref(figure))

    def update(x):
        dot.set_data([x], [x])
        return f"x is {x}."

    return figure, update

def make():
    return Stage(scene, Slider("x", [0, 1], 0, "x"), name="a", alt="b", stills=[{"x": 0}])

def alive():
    gc.collect()
    return sum(figure() is not None for figure in figures)
"""


class Notebook:
    def __init__(self, client):
        self.client = client

    def run(self, cell, code):
        """Run code as the cell of a name, and return what it prints."""
        content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False}
        message = self.client.session.msg("execute_request", content)
        message["metadata"] = {"cellId": cell} if cell else {}
        self.client.shell_channel.send(message)
        texts = []
        while True:
            answer = self.client.get_iopub_msg(timeout=600)
            if answer["parent_header"].get("msg_id") != message["header"]["msg_id"]:
                continue
            assert answer["msg_type"] != "error", answer["content"]
            texts.append(answer["content"].get("text", ""))
            if answer["content"].get("execution_state") == "idle":
                return "".join(texts).strip()

    def counts(self):
        """How many figures there are, and how many widgets."""
        return self.run("count", "print(alive())"), int(self.run("count", WIDGETS))


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(kernel_name="python3")
    yield Notebook(client)
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def notebook(kernel):
    """A notebook without any widgets."""
    kernel.run("setup", f"%reset -f\nimport ipywidgets; ipywidgets.Widget.close_all()\n{SETUP}")
    return kernel


def test_running_a_cell_again_frees_what_it_showed(notebook):
    notebook.run("a", "make()")
    first = notebook.counts()
    assert first == ("1", 2)
    for _ in range(3):
        notebook.run("a", "make()")
    assert notebook.counts() == first


def test_a_name_of_the_cell_is_given_to_the_new_one(notebook):
    for _ in range(3):
        notebook.run("a", "explorer = make()\nexplorer")
    assert notebook.counts() == ("1", 2)
    assert notebook.run("b", "explorer.x = 1; print(explorer.says)") == "x is 1."


def test_display_counts_as_showing(notebook):
    for _ in range(3):
        notebook.run("a", "display(make(), make())")
    assert notebook.counts() == ("2", 4)


@pytest.mark.parametrize(
    "hold",
    [
        "kept = Out[max(Out)]",
        "kept = ipywidgets.VBox([Out[max(Out)]])",
        "kept = [Out[max(Out)]]",
        "kept = {'explorer': Out[max(Out)]}",
        "kept = Out[max(Out)].drawn",
        "kept = lambda stage=Out[max(Out)]: stage.says",
        "kept = (lambda stage: lambda: stage.says)(Out[max(Out)])",
        "kept = type('Holder', (), {})(); kept.stage = Out[max(Out)]",
    ],
)
def test_what_is_held_stays(notebook, hold):
    notebook.run("a", "make()")
    notebook.run("hold", hold)
    notebook.run("a", "make()")
    notebook.run("a", "make()")
    assert notebook.run("count", "print(alive())") == "2"
    notebook.run("hold", "if isinstance(kept, ipywidgets.VBox): kept.close()\ndel kept")
    notebook.run("a", "make()")
    assert notebook.run("count", "print(alive())") == "1"


def test_what_another_cell_shows_stays(notebook):
    notebook.run("a", "make()")
    notebook.run("b", "_")
    notebook.run("a", "make()")
    assert notebook.run("count", "print(alive())") == "2"
    notebook.run("b", "3")
    assert notebook.run("count", "print(alive())") == "1"


def test_other_cells_and_callbacks_free_nothing(notebook):
    notebook.run("a", "make()")
    notebook.run("b", "make()")
    notebook.run(None, "make()")
    notebook.run(None, "make()")
    assert notebook.run("count", "print(alive())") == "4"


@pytest.mark.parametrize("explorer", ["point_uphill", "train_it"])
def test_boxes_go_with_all_their_parts(notebook, explorer):
    notebook.run("a", f"{explorer}()")
    first = notebook.counts()
    assert first[1] > 6
    for _ in range(2):
        notebook.run("a", f"{explorer}()")
    assert notebook.counts() == first
