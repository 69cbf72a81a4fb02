"""The controls of a stage: what they take, what they refuse, and what a page gets of them."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.stage.controls import Button, Choice, Play, Slider, check, describe

X = Slider("x", np.linspace(-1, 1, 5), 0.0, "place x", unit="km", format=".1f")
SHAPE = Choice("shape", ["bowl", "saddle"], "bowl", "shape")


@given(st.floats(-1, 1))
def test_a_slider_takes_the_nearest_of_its_values(value):
    nearest = X.values[X.index(value)]
    assert abs(nearest - value) == min(abs(v - value) for v in X.values)


@pytest.mark.parametrize("value", [-1, 1, np.float32(1), np.int64(-1), -1 - 1e-12])
def test_both_ends_of_a_slider_are_inside(value):
    assert X.index(value) in (0, 4)


@pytest.mark.parametrize("value", [-1.01, 2, float("nan"), float("inf"), "0", None, True, [0], 1j])
def test_a_slider_says_what_it_expects(value):
    with pytest.raises(ValueError, match=r"^x must be a number from -1 to 1, not .*\.$"):
        X.index(value)


@pytest.mark.parametrize(
    "values",
    [[1], [], [1, 1], [2, 1], [0, np.nan], [0, np.inf], [[1, 2]], [[1], [2, 3]], ["a", "b"], 3],
)
def test_values_of_a_slider_rise(values):
    with pytest.raises(
        ValueError, match="The slider .x. needs at least two values in rising order."
    ):
        Slider("x", values, 1, "x")


def test_the_start_of_a_slider_is_one_of_its_values():
    with pytest.raises(ValueError, match="x must be a number from 0 to 1"):
        Slider("x", [0, 1], 7, "x")


@pytest.mark.parametrize(
    ("slider", "texts"),
    [
        (X, ["−1.0 km", "−0.5 km", "0.0 km", "0.5 km", "1.0 km"]),
        (Slider("n", [1, 10, 1000], 1, "steps"), ["1", "10", "1000"]),
        (Slider("h", [1e-8, 0.25], 0.25, "h"), ["1e−08", "0.25"]),
    ],
)
def test_texts_of_a_slider(slider, texts):
    assert [slider.text(i) for i in range(len(slider.values))] == texts


def test_whole_numbers_stay_whole():
    slider = Slider("n", range(3), 1, "n")
    assert all(type(value) is int for value in slider.values)


@pytest.mark.parametrize("options", [["a"], ["a", "a"], [], ["a", 1], ["a", ""], "ab"])
def test_a_choice_has_different_texts(options):
    with pytest.raises(ValueError, match="needs two or more texts, each one different"):
        Choice("c", options, "a", "c")


class Odd:
    """A thing that resists every question."""

    def __eq__(self, other):
        raise RuntimeError("no comparison")

    __hash__ = None

    def __repr__(self):
        raise RuntimeError("no name")


JUNK = [
    *(
        None,
        np.arange(3.0),
        np.arange(12.0).reshape(3, 4),
        np.array([]),
        np.array(["bowl", "hill"]),
    ),
    *([0.5], (0.5,), {0.5}, {}, "", "1", b"1", 1j, np.nan, np.inf, 10**400, -(10**400), True),
    *(np.array("bowl"), np.ma.masked, np.datetime64("2020-01-01"), Odd(), print, "x" * 10_000),
]


@pytest.mark.parametrize("value", JUNK, ids=range(len(JUNK)))
@pytest.mark.parametrize(
    ("control", "start"),
    [
        (X, "x must be a number from -1 to 1, not "),
        (SHAPE, "shape must be one of 'bowl', 'saddle'"),
    ],
    ids=["slider", "choice"],
)
def test_junk_of_every_kind_gets_the_same_sentence(control, start, value):
    with pytest.raises(ValueError, match=".*") as caught:
        control.index(value)
    assert str(caught.value).startswith(start)
    assert len(str(caught.value)) < 150
    assert "\n" not in str(caught.value)


def test_texts_of_numpy_are_options_too():
    assert SHAPE.index(np.str_("saddle")) == 1


@pytest.mark.parametrize("value", ["ridge", None, 0])
def test_a_choice_names_its_options(value):
    with pytest.raises(ValueError, match=r"^shape must be one of 'bowl', 'saddle', not "):
        SHAPE.index(value)


def some_sliders(count):
    return [Slider(f"x{i}", [0, 1], 0, "x") for i in range(count)]


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ([], "one to four sliders, not 0"),
        (some_sliders(5), "one to four sliders, not 5"),
        ([X, X], "a name of its own; these are x, x"),
        ([X, Choice("x", ["a", "b"], "a", "c")], "a name of its own"),
        ([X, Play("y")], "no slider 'y' to play"),
        ([X, SHAPE, Play("shape")], "no slider 'shape' to play"),
        ([X, Play("x", seconds=0)], "more than 0 seconds"),
        ([X, Play("x", seconds=np.ones(2))], "more than 0 seconds"),
        ([X, Play("x", seconds=np.nan)], "more than 0 seconds"),
        ([X, Play("x", seconds="long")], "more than 0 seconds"),
        ([X, Play(np.array(["x", "y"]))], "no slider .* to play"),
        ([X, Slider(np.array(["x", "y"]), [0, 1], 0, "x")], "name of a control is a text"),
        ([X, Button("go", {"x": np.zeros(3)})], "x must be a number from -1 to 1, not"),
        ([X, Button("go", {"y": 1})], "no slider or choice 'y' to set"),
        ([X, Button("go", {"x": 9})], "x must be a number from -1 to 1, not 9"),
        ([X, SHAPE, Button("go", {"shape": "ridge"})], "shape must be one of"),
        ([X, "Play"], "is a Slider, Choice, Button or Play, not 'Play'"),
        ([X, Button(" ", {"x": 1})], "needs a label"),
        ([Slider("learning rate", [0, 1], 0, "η")], "not 'learning rate'"),
        ([Slider("lambda", [0, 1], 0, "λ")], "not 'lambda'"),
        ([Slider("_x", [0, 1], 0, "x")], "not '_x'"),
    ],
)
def test_controls_that_do_not_fit_together(controls, message):
    with pytest.raises(ValueError, match=message) as caught:
        check(controls)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_what_a_page_gets():
    controls = [X, SHAPE, Play("x", seconds=2), Button("end", {"x": 0.9, "shape": "saddle"})]
    check(controls)
    described = json.loads(json.dumps(describe(controls)))
    assert [item["kind"] for item in described] == ["slider", "choice", "play", "button"]
    assert described[1]["texts"] == ["bowl", "saddle"]
    assert described[3]["sets"] == {"x": 4, "shape": 1}
