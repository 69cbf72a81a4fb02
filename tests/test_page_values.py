"""What a text asks to slide to is there, on the pages and slides that hold a part of all values."""

import math
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from helpers import explorers
from helpers.stage import Slider, export
from helpers.stage.stills import as_html
from helpers.stage.thinning import limited, main_slider
from test_explorers_08 import OWN

ROOT = Path(__file__).parents[1]
LETTER = r"(?:[ηβκwbxyBn]|Δx)"
NUMBER = r"[-−]?\d+(?:\.\d+)?"

# What is asked for in words: notebook, words of it, explorer, and what must be there at once.
XAVIER, HE = {"init": "Xavier: 1/n"}, {"init": "yours: He, 2/n"}
DEEP = {"activation": "relu", "depth": 50, "scale": 1} | HE
ASKED = [
    ("01", "as Δx shrinks from 2 km to 1 m", "secant_to_tangent", {"delta_x": 2, "x0": 1}),
    ("01", "as Δx shrinks from 2 km to 1 m", "secant_to_tangent", {"delta_x": 0.001, "x0": 1}),
    ("02", "with y frozen at 2.5? Then slide y", "slice_a_surface", {"x": 1, "y": 2.5}),
    ("02", "sliding b to 5", "fit_a_line_by_hand", {"w": 2, "b": 5}),
    ("02", "see where both vanish", "fit_a_line_by_hand", {"w": 3, "b": 4}),
    ("03", "Near (−0.2, −1)", "gradient_field", {"function": "Himmelblau", "x": -0.2, "y": -1}),
    ("04", "0.1, 0.5 or 1? And is there", "walk_downhill", {"learning_rate": 0.1, "steps": 1}),
    ("04", "0.1, 0.5 or 1? And is there", "walk_downhill", {"learning_rate": 0.5, "steps": 1}),
    ("04", "1 jumps to the opposite side", "walk_downhill", {"learning_rate": 1, "steps": 1}),
    ("04", "y needs η = 1/20", "walk_downhill", {"learning_rate": 0.05, "function": "long valley"}),
    ("04", "after 10 steps: 0.1", "fit_a_line_by_descent", {"learning_rate": 0.1, "step": 10}),
    ("04", "0.5 or 1.1? Press", "fit_a_line_by_descent", {"learning_rate": 0.5, "step": 10}),
    ("04", "0.5 or 1.1? Press", "fit_a_line_by_descent", {"learning_rate": 1.1, "step": 10}),
    ("05", "= 2/20 = 0.1", "slide_the_learning_rate", {"learning_rate": 0.1}),
    ("08", "*four times as large*", "layer_microscope", {"activation": "sigmoid", "scale": 4}),
    (
        *("08", "Try tanh, 50 layers and weights × 2", "layer_microscope"),
        {"activation": "tanh", "depth": 50, "scale": 2, **XAVIER},
    ),
    (
        *("08", "Then relu with Xavier weights × 1.4", "layer_microscope"),
        {"activation": "relu", "scale": 1.4, **XAVIER},
    ),
    (
        *("08", 'compare "yours: z + branch"', "layer_microscope of your own"),
        {"residual": "yours: z + branch", **DEEP},
    ),
    (
        *("08", 'with "z + branch/√L" at depth 50', "layer_microscope of your own"),
        {"residual": "z + branch/√L", **DEEP},
    ),
    (
        *("08", "does a residual connection save the *gradient* of sigmoids", "layer_microscope"),
        {"activation": "sigmoid", "residual": "z + branch"},
    ),
    ("09", "Near η = 0.13, β = 0.4", "slide_the_momentum", {"learning_rate": 0.13, "beta": 0.4}),
]


@cache
def notebook(number):
    (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
    return nbformat.read(path, as_version=4)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ")


@cache
def kept(name):
    """For each control of an explorer itself and what a page has of it; "" is its main slider."""
    make, mine, _ = name.partition(" of your own")
    stage = getattr(explorers, make)(**(OWN if mine else {}))
    controls, options = limited(stage._controls, stage._page_choices)
    scenes = dict.fromkeys(range(math.prod(map(len, options.values()))), stage._scene)
    at = {s.name: s.index(s.start) for s in stage._sliders}
    still = as_html(*stage.still(), kind="webp")
    places = export.positions_kept(
        *(controls, at, scenes, still), stage._still_values, stage._page_values
    )
    stage.close()
    there = {s.name: [s.values[i] for i in places[s.name]] for s in stage._sliders}
    found = {c.name: (c, (options | there)[c.name]) for c in stage._named.values()}
    return found | {"": found[main_slider(controls).name]}


@pytest.mark.parametrize("name", explorers.__all__)
def test_a_hand_notices_no_gap_on_the_main_slider(name):
    slider, there = kept(name)[""]
    assert len(there) >= min(60, len(slider.values))


@pytest.mark.parametrize(("number", "words", "name", "values"), ASKED)
def test_what_a_text_asks_for_is_on_the_page(number, words, name, values):
    texts = [plain(c.source) for c in notebook(number).cells if c.cell_type == "markdown"]
    assert any(words in text for text in texts)
    for control, value in values.items():
        _control, there = kept(name)[control]
        assert value in there or pytest.approx(value) in there, (control, there)


def explorers_in_texts():
    """Each explorer of the notebooks, with the texts before and after it, and of the guide."""
    paths = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    for number in (path.name[:2] for path in paths):
        cells = notebook(number).cells
        for place, cell in enumerate(cells):
            called = re.findall(r"^(\w+)\(", cell.source, re.MULTILINE)
            for name in set(called) & set(explorers.__all__):
                around = [c.source for c in cells[place - 1 : place + 2] if c is not cell]
                yield name, plain(" ".join(around))
    guide = plain((ROOT / "TEACHING.md").read_text(encoding="utf-8"))
    for advice in re.findall(r"\*\*What makes the point\.\*\*(.*?)\*\*In 45", guide):
        yield from re.findall(r"`(\w+)`([^`]*)", advice)


def named(control, text):
    """The values of a slider that a text names by its letter, as in "η = 0.1", "κ from 1 to 2"."""
    for letter in re.findall(rf"(?<!\w){LETTER}(?!\w)", control.label):
        for number in re.findall(rf"(?<!\w){letter} (?:=|at) ({NUMBER})(?![\d/%]|\.\d)", text):
            value = float(number.replace("−", "-"))
            if any(math.isclose(value, one) for one in control.values):
                yield value


def test_each_value_that_is_named_by_its_letter_is_on_the_page():
    found = 0
    for name, text in explorers_in_texts():
        if re.search(rf"{LETTER} (?:=|at) {NUMBER}", text):
            for control, there in kept(name).values():
                for value in named(control, text) if isinstance(control, Slider) else ():
                    found += 1
                    assert pytest.approx(value) in there, (name, control.name, value)
    assert found >= 8
