"""Each patient of the clinic has its symptom, each cure removes it, and no cure another's."""

import itertools
import re
from dataclasses import replace

import nbformat
import numpy as np
import pytest

from helpers.clinic import (
    INSTRUMENTS,
    PATIENTS,
    WARDS,
    advance,
    examine,
    loss_at,
    patient,
    read,
    start,
    train,
    trained,
)
from helpers.clinic.ward import DIAGNOSES, LATER, Bed, ward
from helpers.exercises.lesson_11 import diagnosis
from helpers.networks.patients import todays_seed
from store import notebooks

SICK = [one for one in PATIENTS if one.ward != "healthy"]
names = pytest.mark.parametrize("one", PATIENTS, ids=lambda one: one.name)


def well(program):
    """Whether no instrument alarms, at the start or later, and the program does not stop."""
    readings = [*examine(program), read("gradient check", program, _later(program))]
    return not any(r.alarm or "stops with an error" in r.words for r in readings)


def _later(program):
    try:
        return trained(program, LATER)
    except Exception:
        return None


@names
def test_the_instruments_that_must_alarm_do_and_the_others_do_not(one):
    found = examine(one.sick)
    assert found.alarms == one.alarms
    assert not any("stops with an error" in reading.words for reading in found)
    assert all(any(r.alarm is alarm for alarm in (True, False, None)) for r in found)
    assert well(one.sick) == (one.ward == "healthy")


@names
def test_the_cure_removes_the_symptom(one):
    assert well(one.cured)


@pytest.mark.parametrize("one", SICK, ids=lambda one: one.name)
def test_no_cure_cures_another(one):
    others = [other for other in SICK if other is not one]
    assert [other.name for other in others if well(other.treated(one.cure))] == []


@names
def test_the_fault_is_in_its_ward(one):
    """What the page says of the wards: how the readings tell where to look."""
    sick = one.sick
    check = read("gradient check", sick).alarm
    later = read("gradient check", sick, trained(sick, LATER)).alarm
    walks = bool({"sign", "one small step"} & set(one.alarms)) or later
    first_step = sick.asked == "the first step, in η" and "known answer" in one.alarms
    if one.ward in ("formula", "measuring"):
        assert check
    else:
        assert not check
        assert (one.ward == "step") == bool(walks or first_step)
        assert (one.ward == "loss") == bool(one.alarms and not walks and not first_step)


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_each_instrument_alarms_for_somebody_and_passes_for_somebody(name):
    alarms = {read(name, one.sick).alarm for one in PATIENTS}
    assert {True, False} <= alarms


@names
def test_each_source_is_named(one):
    assert one.reports
    for report in one.reports:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", report.repository) and report.number > 0
        assert report.url == f"https://github.com/{report.repository}/issues/{report.number}"


def test_the_page_links_every_source():
    (path,) = notebooks(["11"])
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    sources = [report.url for one in PATIENTS for report in one.reports]
    assert len(set(sources)) == len(sources) >= 20
    assert [url for url in sources if f"]({url})" not in text] == []


def test_patients_have_names_and_wards_of_their_own():
    assert len({one.name for one in PATIENTS}) == len(PATIENTS) >= 15
    assert {one.ward for one in PATIENTS} == set(WARDS)
    with pytest.raises(KeyError, match="There are Ana, Bo"):
        patient("Zoe")


# What the page and the reports say in numbers


def test_a_mean_of_one_number_leaves_the_number_of_samples():
    assert "line is 10 times" in read("gradient check", patient("Ana").sick).words
    assert read("scale", patient("Ana").sick).number == pytest.approx(2)


def test_a_factor_of_two_in_one_layer():
    assert "layer 2 is 2 times" in read("gradient check", patient("Bo").sick).words


def test_relu_s_open_gates_let_everything_back():
    pull, a = np.array([5.0, 5.0]), np.array([0.0, 3.0])
    assert patient("Chi").faulty(pull, a).tolist() == [5, 5]
    assert patient("Chi").cure(pull, a).tolist() == [0, 5]


def test_six_instead_of_21():
    reading = read("known answer", patient("Eva").sick)
    assert reading.found == (6,) and reading.expected == (21,)


def test_equal_biases_stay_equal():
    b = trained(patient("Fay").sick).weights["b"]
    assert np.ptp(b) == 0 and np.ptp(trained(patient("Fay").cured).weights["b"]) > 1


def test_the_small_batch_counts_four_times_too_much():
    gradients, sizes = np.array([[1.0], [2.0]]), np.array([8, 2])
    assert patient("Gil").faulty(gradients, sizes) == pytest.approx([1.5])
    assert patient("Gil").cure(gradients, sizes) == pytest.approx([1.2])


def test_a_kept_gradient_swings_at_any_rate():
    sick, cured = patient("Ida").sick, patient("Ida").cured
    losses = [loss_at(sick, state) for state in train(sick, 40)]
    lowest = int(np.argmin(losses[:12]))
    assert losses[lowest] < losses[0] / 3 < max(losses[lowest:])
    assert not read("gradient check", sick).alarm
    assert read("gradient check", sick, trained(sick, 1)).alarm
    for rate in (0.1, 0.01, 0.001):
        slower = replace(sick, rate=rate, steps=3000)
        swings = [loss_at(slower, state) for state in train(slower, 3000)]
        assert max(swings[-1000:]) > 0.3 * swings[0]
    assert loss_at(cured, trained(cured)) < 1e-3


def test_adam_s_first_step():
    assert read("known answer", patient("Jon").sick).found[0] == pytest.approx(3.1623, abs=1e-4)
    assert read("known answer", patient("Jon").cured).found[0] == pytest.approx(1, abs=1e-6)


def test_a_column_minus_a_row_finds_the_mean():
    sick = patient("Kim").sick
    assert trained(sick).weights["line"] == pytest.approx([0, sick.data[1].mean()], abs=1e-6)


@pytest.mark.parametrize(("classes", "floor"), [(3, 0.551), (4, 0.744), (10, 1.461)])
def test_the_floor_of_softmax_taken_twice(classes, floor):
    sure = np.eye(classes)[:1] * 100
    p = patient("Lea").faulty(patient("Lea").faulty(sure))
    assert -np.log(p[0, 0]) == pytest.approx(np.log(1 + (classes - 1) / np.e))
    assert -np.log(p[0, 0]) == pytest.approx(floor, abs=5e-4)


def test_integers_are_cut_off():
    assert read("known answer", patient("Nia").sick).found == (5000, 15000)


def test_momentum_applied_twice_is_nesterov_s():
    sick = patient("Pia").sick
    X, y = sick.data
    place, velocity = np.zeros(2), np.zeros(2)
    for state in itertools.islice(train(sick, 20), 20):
        ahead = place + 0.1 * velocity
        assert state.weights["line"] == pytest.approx(ahead)
        velocity = 0.1 * velocity - sick.rate * 2 * X.T @ (X @ ahead - y) / len(y)
        place = place + velocity


def test_of_seven_with_a_wrong_formula_five_learn_all_the_same():
    wrong = [one.sick for one in PATIENTS if one.ward == "formula"]
    assert [read("ten samples by heart", sick).alarm for sick in wrong].count(False) == 5
    assert len(wrong) == 7


def test_92_answers_of_yes_and_no():
    assert round(92 * np.log(2), 1) == 63.8


def test_pictures_that_are_not_scaled_begin_far_above_ignorance():
    reading = read("loss at the start", patient("Max").sick)
    assert reading.found[0] == pytest.approx(181, abs=0.5)
    assert reading.expected[0] == pytest.approx(np.log(3))


# The program and the instruments


@names
def test_a_step_leaves_the_state_before_it_as_it_was(one):
    states = list(train(one.sick, 3))
    again = [advance(one.sick, state) for state in states[:3]]
    for a, b in zip(states[1:], again, strict=True):
        for name in a.weights:
            np.testing.assert_array_equal(a.weights[name], b.weights[name])
    assert loss_at(one.sick, states[0]) == loss_at(one.sick, start(one.sick))


def test_a_program_that_stops_is_told_of_and_not_passed_on():
    def broken(column, errors):
        raise KeyError("what a reader may write")

    readings = examine(patient("Ana").treated(broken))
    assert readings[2].alarm is None and "stops with an error" in readings[2].words
    assert "–" in repr(readings[2])


def test_an_examination_says_itself_in_eight_lines():
    lines = repr(examine(patient("Hal").sick)).splitlines()
    assert len(lines) == len(INSTRUMENTS) == 8
    assert lines[0].startswith("passed  shape:") and lines[3].startswith("ALARM   sign:")


# The ward of those without a name


def test_a_ward_holds_patients_of_different_kinds_and_healthy_ones_among_them():
    seen = [ward(seed) for seed in range(60)]
    for beds in seen:
        kinds = [bed.patient.ward for bed in beds]
        assert len(set(kinds)) == len(kinds) == 2
    drawn = [bed.patient for beds in seen for bed in beds]
    assert {one.ward for one in drawn} == set(DIAGNOSES)
    assert len({one.name for one in drawn}) >= 13
    assert [b.patient.name for b in ward(7)] == [b.patient.name for b in ward(7)]


def test_each_kernel_draws_its_own_unless_the_seed_is_fixed(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    assert len({todays_seed("patients") for _ in range(5)}) == 1
    assert todays_seed("patients") != todays_seed("others")
    monkeypatch.delenv("PYTHONHASHSEED")
    assert len({todays_seed("patients") for _ in range(5)}) == 5


def test_a_chart_does_not_tell_who_it_is():
    for one in PATIENTS:
        chart = repr(Bed(one))
        assert f"after {LATER} steps:\n" in chart
        assert one.name not in chart and one.fault not in chart


@pytest.mark.parametrize("word", DIAGNOSES)
def test_every_diagnosis_has_words_for_every_other(word):
    exercise = diagnosis("x", word)
    assert exercise.check(word).state == "right"
    for other in set(DIAGNOSES) - {word}:
        verdict = exercise.check(other)
        assert verdict.state == "wrong" and len(verdict.text.split()) > 3


# The tests above can fail.


def test_a_sick_patient_and_a_fault_elsewhere_would_be_seen():
    hal = patient("Hal")
    assert not well(hal.treated(hal.faulty))
    assert not well(hal.treated(lambda w, gradient, memory, rate: w))
    assert well(hal.treated(lambda w, gradient, memory, rate: w - 0.5 * rate * gradient))
