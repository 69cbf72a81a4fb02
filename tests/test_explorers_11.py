"""The instrument panel of notebook 11 shows what the instruments read."""

import pytest

from helpers.clinic import INSTRUMENTS, PATIENTS, examine, patient, read, trained
from helpers.explorers import instrument_panel
from helpers.explorers.panel import CAME, CURED, MOST, NAMES, READ, _scene, charted

SOME = ("Ana", "Chi", "Fay", "Hal", "Oli")  # lines, a network, a classifier, arrays of integers


@pytest.fixture(scope="module")
def stage():
    return instrument_panel()


def test_the_lamps_are_those_of_the_examination(stage):
    assert tuple(INSTRUMENTS) == NAMES
    assert [y for _, y in stage.drawn("alarm")] == pytest.approx([2, 4, 6, 7], abs=0.05)
    assert [y for _, y in stage.drawn("passed")] == pytest.approx([0, 1, 3, 5], abs=0.05)
    assert examine(patient("Ana").sick).alarms == tuple(NAMES[k] for k in (2, 4, 6, 7))


def test_sliding_chooses_an_instrument_by_its_name(stage):
    control = next(c for c in stage._controls if getattr(c, "name", "") == "instrument")
    assert [control.text(k) for k in range(8)] == list(NAMES)
    for k, name in enumerate(NAMES, start=1):
        stage.instrument = k
        reading = read(name, patient("Ana").sick)
        assert f" {name}: {'ALARM' if reading.alarm else 'passed'}, {reading.words}" in stage.says
        middle = (stage.drawn("chosen")[:, 1].max() + stage.drawn("chosen")[:, 1].min()) / 2
        assert middle == pytest.approx(k - 1, abs=0.05)
    stage.instrument = 1


def test_what_is_ten_times_too_large_is_drawn_at_the_edge(stage):
    stage.instrument = 3
    assert stage.drawn("expected")[:, 1].min() == pytest.approx(-1, abs=0.03)
    assert stage.drawn("found")[:, 1] == pytest.approx([-MOST, -MOST], abs=0.03)
    stage.instrument = 1


def test_the_step_moves_the_dot_along_the_loss(stage):
    for step in (0, 3):
        stage.step = step
        assert stage.drawn("now")[0, 0] == pytest.approx(step, abs=0.05)
    stage.step = 0


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("treatment", [CAME, CURED])
def test_each_patient_can_be_read_at_each_step(name, treatment):
    _figure, update = _scene(name, treatment)
    alarmed = set()
    for step in range(READ + 1):
        for k in range(1, 9):
            said = update(k, step)
            steps = "1 step" if step == 1 else f"{step} steps"
            assert said.startswith(f"{name}, {treatment}, after {steps}. {NAMES[k - 1]}: ")
            assert "nan" not in said and "e+" not in said
            alarmed |= {k} if ": ALARM" in said else set()
    assert bool(alarmed) == (treatment == CAME)


def test_a_gradient_that_is_kept_shows_after_the_first_step():
    _losses, readings = charted("Ida", CAME)
    assert readings[0]["gradient check"].alarm is False
    assert all(reading["gradient check"].alarm for reading in readings[1:])
    sick = patient("Ida").sick
    at = trained(sick, 2)
    assert readings[2]["gradient check"].words == read("gradient check", sick, at).words


def test_every_patient_is_a_choice(stage):
    control = next(c for c in stage._controls if getattr(c, "name", "") == "name")
    assert list(control.options) == [one.name for one in PATIENTS]
