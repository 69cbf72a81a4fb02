"""The explorers and the game of notebook 03, driven without a browser."""

import base64
import json
import re
import time
import zlib

import numpy as np
import pytest

from helpers.derivatives import numerical_gradient
from helpers.exercises.lesson_03 import lesson
from helpers.explorers import gradient_field, stretch_an_axis, turn_the_compass
from helpers.explorers.compass import FIELDS, FOG, PLACES
from helpers.explorers.game import (
    MOMENT,
    ROUNDS,
    Place,
    UphillGame,
    difference,
    judge,
    point_uphill,
)
from helpers.explorers.units import BEND, PLACE, steepest_step
from helpers.explorers.words import signed
from helpers.functions import SURFACES, rosenbrock


def way(stage, label, tail):
    """Where a drawn arrow points, from the tail to the vertex farthest from it."""
    vertices = stage.drawn(label) - tail
    return vertices[np.hypot(*vertices.T).argmax()]


def heading(vector):
    return np.degrees(np.arctan2(vector[1], vector[0])) % 360


@pytest.mark.parametrize(
    ("number", "plus", "text"),
    [(2.5, "+", "+2.5"), (-2.5, "", "−2.5"), (-0.01, "+", "0.0"), (1234.5, "", "1,234.5")],
)
def test_numbers_are_written_with_true_minus_signs(number, plus, text):
    assert signed(number, 1, plus) == text


# The compass


@pytest.fixture(scope="module")
def compass():
    return turn_the_compass()


def test_all_places_of_the_compass_have_the_gradient_3_4():
    for f, place in PLACES.values():
        np.testing.assert_allclose(f.gradient(place), [3, 4], atol=1e-12)


@pytest.mark.parametrize("landscape", [FOG, *PLACES])
@pytest.mark.parametrize("turned", [0, 90, 217])
def test_the_compass_draws_the_slope_in_the_direction_of_the_arrow(compass, landscape, turned):
    compass.landscape, compass.heading = landscape, turned
    place = np.array(PLACES.get(landscape, PLACES["saddle"])[1])
    assert difference(heading(way(compass, "u", place)), turned) < 1
    slope = 3 * np.cos(np.radians(turned)) + 4 * np.sin(np.radians(turned))
    np.testing.assert_allclose(compass.drawn("slope now")[0], [turned, slope], atol=0.5)
    assert f"{abs(slope):.2f}" in compass.says


def test_in_fog_the_compass_shows_no_more_than_was_felt(compass):
    compass.landscape, compass.heading = FOG, 40
    assert compass.drawn("slopes so far")[:, 0].max() < 41
    assert "θ" not in compass.says and "cos" not in compass.says


@pytest.mark.parametrize(
    ("turned", "words"),
    [
        (53, "Straight uphill"),
        (90, "Uphill, but not"),
        (143, "Level"),
        (180, "Downhill, but not"),
        (233, "Straight downhill"),
        (323, "Level"),
    ],
)
def test_the_compass_says_which_way_u_goes(compass, turned, words):
    compass.landscape, compass.heading = "bowl", turned
    assert words in compass.says


# The field


@pytest.fixture(scope="module")
def field():
    return gradient_field()


@pytest.mark.parametrize("name", FIELDS)
def test_the_field_draws_the_gradient_and_the_level_line(field, name):
    field.function, field.x, field.y = name, -1.2, 1.0
    place, f = np.array([-1.2, 1.0]), FIELDS[name]
    gradient = f.gradient(place)
    assert difference(heading(way(field, "gradient", place)), heading(gradient)) < 3
    line = field.drawn("level line")
    near = line[np.hypot(*(line - place).T).argsort()[:2]]
    chord = near[1] - near[0]
    # The line through the point is drawn from a grid, to a fraction of a pixel.
    assert abs(difference(heading(chord), heading(gradient)) - 90) < 6
    across = np.array([-chord[1], chord[0]]) / np.hypot(*chord)
    assert abs((near[0] - place) @ across) < 0.03
    assert field.drawn("length")[:, 1].max() == pytest.approx(np.hypot(*gradient), rel=0.05)


@pytest.mark.parametrize(("name", "x", "y"), [("Rosenbrock", -1.2, 1.0), ("Himmelblau", 3.0, 1.8)])
def test_the_dot_hides_no_gradient(field, name, x, y):
    field.function, field.x, field.y = name, x, y
    away = np.hypot(*(field.drawn("gradient") - [x, y]).T)
    assert away.min() > 0.1 and away.max() > 0.5


def test_the_field_knows_rosenbrock_s_start(field):
    field.function, field.x, field.y = "Rosenbrock", -1.2, 1.0
    assert "the height is 24.2, ∇f = (−215.6, −88.0)" in field.says
    np.testing.assert_allclose(rosenbrock.gradient([-1.2, 1]), [-215.6, -88.0], atol=1e-12)


@pytest.mark.parametrize("name", ["bowl", "saddle"])
def test_where_the_ground_is_level_there_is_no_arrow(field, name):
    field.function, field.x, field.y = name, 0.0, 0.0
    assert "level ground, and no arrow" in field.says
    assert len(field.drawn("gradient")) == 0
    assert len(field.drawn("length")) == 0


def test_a_minimum_of_himmelblau_can_be_reached_exactly(field):
    field.function, field.x, field.y = "Himmelblau", 3.0, 2.0
    assert "the height is 0.0 and the gradient is (0, 0)" in field.says


# Units


def test_the_steepest_step_is_the_lowest_of_all_steps_of_length_1():
    turn = np.radians(np.arange(0, 360, 0.1))
    for stretch in (1.0, 2.0, 3.0, 4.4):
        x = PLACE[0] + 1e-4 * np.cos(turn)
        y = PLACE[1] + 1e-4 * np.sin(turn) / stretch
        lowest = np.argmin((x**2 + BEND * y**2) / 2)
        assert difference(heading(steepest_step(stretch)), np.degrees(turn[lowest])) < 0.1


def test_stretching_turns_the_arrow_until_it_points_at_the_bottom():
    stage, misses = stretch_an_axis(), []
    for stretch in (1.0, 2.0, 3.0):
        stage.stretch = stretch
        place = PLACE * [1, stretch]
        arrow = way(stage, "steepest", place)
        misses.append(difference(heading(arrow), heading(-place)))
        rim = stage.drawn("steps of length 1") - place
        np.testing.assert_allclose(np.hypot(*rim.T), 1, atol=0.02)
        assert np.hypot(*arrow) == pytest.approx(1, abs=0.03)
    assert misses == sorted(misses, reverse=True)
    assert misses[-1] < 1
    assert "circles" in stage.says and "by 0°" in stage.says


# The game

NAMED = [
    ((3, 4), 53, "uphill", 100, "straight up"),
    ((3, 4), 40, "nearly", 97, "nearly"),
    ((3, 4), 230, "downhill", -100, "downhill"),
    ((3, 4), 143, "level", 0, "the height does not change"),
    ((3, 4), 323, "level", 0, "the height does not change"),
    ((3, 4), 0, "partial", 60, "∂f/∂x only"),
    ((3, 5), 92, "partial", 84, "∂f/∂y only"),
    ((-1, 4), 180, "partial", 24, "∂f/∂x only"),
    ((1, 4), 14, "swapped", 47, "the first part"),
    ((4, -2), 27, "sign", 59, "the sign of ∂f/∂y"),
    ((-1, 3), 72, "sign", 80, "the sign of ∂f/∂x"),
    ((3, 4), 113, "climbs", 50, "you climb"),
    ((3, 4), 163, "falls", -34, "the ground falls"),
]


@pytest.mark.parametrize(("gradient", "turned", "kind", "points", "words"), NAMED)
def test_each_kind_of_answer_has_its_points_and_its_words(gradient, turned, kind, points, words):
    found, off, score, reason = judge(turned, gradient)
    assert (found, score) == (kind, points)
    assert off == pytest.approx(difference(turned, heading(gradient)))
    assert words in reason and reason.startswith(f"{off:.0f}° off: ") and reason.endswith(".")


def test_a_way_from_the_lowest_point_is_told_apart():
    assert judge(110, (3, 4), away=(-1, 3))[0] == "away"
    assert judge(110, (3, 4))[0] == "climbs"


def test_every_place_can_be_answered_and_not_by_accident():
    for seed in range(60):
        place = Place(np.random.default_rng(seed), fog=False)
        assert place.judge(round(place.uphill))[0] == "uphill"
        assert difference(place.start, place.uphill) > 50
        east, north = place.gradient
        for idea in ((east, 0), (0, north), (north, east), (east, -north), (-east, north)):
            assert place.judge(heading(idea))[0] != "uphill"


def test_the_game_keeps_score_to_the_end_and_starts_again():
    game, total = point_uphill(), 0
    first = game.place.point
    for number in range(1, ROUNDS + 1):
        assert game.round == number and f"Place {number} of {ROUNDS}" in game.says
        wrong = 90 if number == 2 else 0
        game.stage.heading = round(game.place.uphill + wrong) % 360
        points = game.place.judge(game.stage.heading)[2]
        total += points
        game.press()
        assert game.stage is None and game.score == total
        assert ("does not change" in game.says) == (number == 2)
        if number < ROUNDS:
            game.press()
    assert f"The end: {total} of 600 points" in game.says
    assert "straight uphill (5), along the level line (1)" in game.says
    game.press()
    assert (game.round, game.score) == (1, 0)
    assert not np.array_equal(game.place.point, first)


def test_the_game_alternates_maps_and_fog_and_tells_the_slopes_in_fog():
    game = UphillGame(seed=5)
    assert not game.place.fog and "higher or lower" in game.says
    game.press()
    game.press()
    assert game.place.fog
    east, north = (signed(part, 1) for part in game.place.gradient)
    assert f"∂f/∂x = {east} and ∂f/∂y = {north}" in game.says


def test_a_double_click_does_not_skip_the_reason(monkeypatch):
    game, now = UphillGame(), [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    game._button.click()
    assert game.stage is None
    now[0] += 0.9 * MOMENT
    game._button.click()
    assert game.stage is None and "points" in game.says
    now[0] += 1.1 * MOMENT
    game._button.click()
    game._button.click()
    assert game.stage is not None and game.round == 2


def test_the_button_is_a_native_one_that_stays_where_it_is(monkeypatch):
    monkeypatch.setattr("helpers.explorers.game.MOMENT", -1)
    game = UphillGame()
    children = game.children
    game._button.click()
    assert game.stage is None and game._button.description == "Next place"
    game._button.click()
    assert game.round == 2
    assert game.children is children or game.children == children


def test_the_status_is_read_aloud_and_the_picture_has_words():
    game = UphillGame()
    assert game._status.text == game.says.strip() != ""
    assert "to the east" in game.stage._alt
    game.press()
    assert 'alt="The arrow at' in game._picture.value
    assert "points" in game._status.text


def test_a_page_without_a_kernel_sees_the_first_place():
    one, other = UphillGame()._repr_mimebundle_(), UphillGame()._repr_mimebundle_()
    assert one["text/html"] == other["text/html"]
    assert one["text/plain"] == other["text/plain"] == repr(UphillGame())
    assert "Run the notebook to play" in one["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in one


def test_the_same_seed_brings_the_same_places():
    assert np.array_equal(UphillGame(4).place.point, UphillGame(4).place.point)


# What the reader writes agrees with what is imported later


@pytest.mark.parametrize("f", SURFACES.values(), ids=SURFACES)
def test_the_reader_s_gradient_agrees_with_the_one_in_helpers(f):
    exercise = lesson.numerical_gradient
    by_reader = exercise.written(exercise.answer)
    for point in np.random.default_rng(0).uniform(-1, 1, (5, 2)):
        exact = f.gradient(point)
        np.testing.assert_allclose(by_reader(f, point), exact, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(
            by_reader(f, point), numerical_gradient(f, point), rtol=1e-6, atol=1e-6
        )


def test_the_game_can_be_played_on_a_page_without_a_kernel():
    game = UphillGame(seed=4)
    page = game.to_html(player=False)
    data = json.loads(re.search('<script type="application/json">(.*?)</script>', page)[1])
    films = json.loads(zlib.decompress(base64.b64decode(data["record"])))["films"]
    assert sorted(films) == [f"{place},{answer}" for place in range(ROUNDS) for answer in (0, 1)]
    for number in range(ROUNDS):
        hidden, shown = (films[f"{number},{answer}"]["says"] for answer in (0, 1))
        where = game.place
        assert len(hidden) == len(shown) == 73
        for i, heading_there in enumerate(range(0, 361, 5)):
            _kind, _off, points, reason = where.judge(heading_there)
            assert f"{reason} {signed(points, 0)} points." in shown[i]
            assert reason not in hidden[i]
        game.press()
        game.press()
    assert len(page) < 700_000
    game.close()
