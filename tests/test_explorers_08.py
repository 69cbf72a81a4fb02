"""The explorers of notebook 08: the layer microscope, and two networks that are trained live."""

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from helpers.exercises.lesson_08 import diagnosis
from helpers.explorers import layer_microscope, trained
from helpers.explorers import training as live
from helpers.explorers.board import Board
from helpers.explorers.microscope import (
    ACTIVATIONS,
    DEPTHS,
    HIGH,
    INITS,
    LOW,
    NORMALIZATIONS,
    REPLACED,
    RESIDUALS,
    SCALES,
    _scene,
    ends,
    four_patients,
    look,
)
from helpers.explorers.remedies import EVERY, PATIENTS, REMEDIES, STEPS, Course, courses, summary
from helpers.explorers.training import Trainer, train_it
from helpers.explorers.words import power_of_ten
from helpers.networks import (
    Network,
    gradient_norm,
    layer_statistics,
    logistic_loss,
    microscope,
    patients,
    sgd_step,
    train,
    two_moons,
)

PLAIN = {"init": "Xavier: 1/n", "normalization": "none", "residual": "none"}


# The microscope


@pytest.fixture(scope="module")
def stage():
    return layer_microscope()


def set_all(stage, **values):
    for name, value in values.items():
        setattr(stage, name, value)


def test_the_dots_are_those_of_a_forward_and_a_backward_pass(stage):
    set_all(stage, activation="tanh", **PLAIN, depth=20, scale=1)
    rng = np.random.default_rng(0)
    x, direction = rng.normal(size=(2, 64, 64))
    net = Network([64] * 22, activation="tanh", init="xavier normal", seed=rng)
    found = layer_statistics(net, x, lambda out: np.sum(out * direction)).gradients
    dots = stage.drawn("measured")
    np.testing.assert_allclose(dots[:, 0], np.arange(1, 21), atol=0.1)
    # A sixteenth of a pixel on a scale of 45 decades.
    np.testing.assert_allclose(np.log10(dots[:, 1]), np.log10(found), atol=0.02)


@pytest.mark.parametrize(
    ("activation", "init", "factor"),
    [
        ("relu", "He: 2/n", 1.0),
        ("relu", "Xavier: 1/n", 0.707),
        ("tanh", "Var W = 1/(3n)", 0.572),
        ("tanh", "Xavier: 1/n", 0.938),
        ("sigmoid", "Xavier: 1/n", 0.235),
    ],
)
def test_the_factors_of_the_course_are_said(stage, activation, init, factor):
    set_all(stage, **{**PLAIN, "init": init}, activation=activation, depth=30, scale=1)
    numbers = re.search(r"by ([\d.]+) on its way back \(predicted ([\d.]+)\)", stage.says)
    measured, predicted = map(float, numbers.groups())
    assert predicted == pytest.approx(factor, abs=0.002)
    assert measured == pytest.approx(factor, rel=0.05)
    assert stage.drawn("measured factor")[0, 1] == pytest.approx(measured, rel=0.01)
    assert stage.drawn("predicted factor")[:, 1] == pytest.approx([predicted] * 2, rel=0.01)


@pytest.mark.parametrize("depth", [DEPTHS[0], DEPTHS[-1]])
@pytest.mark.parametrize("scale", [SCALES[0], SCALES[-1]])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_ends_of_the_sliders_say_something_sensible(activation, depth, scale):
    _figure, update = _scene(activation=activation, **PLAIN)
    said = update(depth=int(depth), scale=float(scale))
    measured, _predicted = look(activation, *PLAIN.values(), int(depth), float(scale))
    ratio, word = ends(measured)
    assert f"it {word}." in said and np.isfinite(ratio)
    assert ("outside" in said) == (not LOW < measured.gradients[0] < HIGH)


@pytest.mark.parametrize(
    ("ratio", "word"), [(1e-3, "vanishes"), (1, "survives"), (1e3, "explodes")]
)
def test_each_fate_has_its_word(ratio, word):
    class Found:
        gradients = np.array([ratio, 1.0])

    assert ends(Found) == (ratio, word)


def test_every_choice_changes_what_is_measured():
    seen = {look(a, i, n, r, 12, 1)[0].factor for a in ACTIVATIONS for i in INITS
            for n in ("none",) for r in RESIDUALS}  # fmt: skip
    assert len(seen) == len(ACTIVATIONS) * len(INITS) * len(RESIDUALS)
    seen = {look("relu", "He: 2/n", n, "none", 12, 1)[0].factor for n in NORMALIZATIONS}
    assert len(seen) == len(NORMALIZATIONS)


def test_what_the_notebook_says_of_the_microscope():
    def factor(*options):
        return look(*options)[0].factor

    xavier, he = PLAIN["init"], "He: 2/n"
    assert factor("sigmoid", xavier, "none", "none", 30, 4) == pytest.approx(0.63, abs=0.005)
    assert ends(look("tanh", xavier, "none", "none", 50, 2)[0])[1] == "explodes"
    for depth in (10, 30, 50):
        assert factor("relu", xavier, "none", "none", depth, 1.4) == pytest.approx(1, abs=0.05)
    assert factor("relu", he, "none", "z + branch", 50, 1) == pytest.approx(1.41, abs=0.02)
    assert factor("relu", he, "none", "z + branch/√L", 50, 1) == pytest.approx(1.01, abs=0.02)
    assert factor("relu", he, "batch", "z + branch/√L", 50, 1) < 1.05
    measured, predicted = look("GELU", he, "none", "none", 30, 1)
    assert abs(measured.factor - predicted.factor) > 0.1
    assert ends(predicted)[0] == pytest.approx(0.003, rel=0.2)
    assert ends(look("GELU", he, "none", "none", 50, 1)[1])[0] == pytest.approx(3e-6, rel=0.2)
    # With Var W = 2.35/n it grows instead, far more slowly.
    fitting = np.sqrt(2.35 / 2)
    assert ends(look("GELU", he, "none", "none", 30, fitting)[1])[0] == pytest.approx(13, rel=0.1)


def he_std(n):
    return np.sqrt(2 / n)


def normalize_rows(z):
    return (z - z.mean(axis=1, keepdims=True)) / z.std(axis=1, keepdims=True)


def residual_layer(z, W):
    return z + np.maximum(z, 0) @ W


OWN = {"init": he_std, "normalization": normalize_rows, "residual": residual_layer}


def dots_and_words(own, **chosen):
    """What the microscope shows of ten layers for chosen options, and what it says."""
    figure, update = _scene(own, **{"activation": "relu", **PLAIN, **chosen})
    said = update(depth=10, scale=1)
    (dots,) = (line for line in figure.axes[0].lines if line.get_label() == "measured")
    return dots.get_ydata(), said


@pytest.mark.parametrize("name", OWN)
def test_functions_of_the_reader_are_choices_of_the_microscope(name):
    usual, yours = REPLACED[name]
    dots, said = dots_and_words({yours: OWN[name]}, **{name: yours})
    expected, same = dots_and_words({}, **{name: usual})
    np.testing.assert_allclose(dots, expected, rtol=1e-4)
    assert said == same
    # It is the reader's that is used: one that is twice as large is seen.
    doubled, _ = dots_and_words({yours: lambda *args: 2 * OWN[name](*args)}, **{name: yours})
    assert not np.allclose(doubled, expected, rtol=0.01)


@pytest.mark.parametrize("elsewhere", [{"activation": "tanh"}, {"normalization": "layer"}])
def test_where_the_reader_s_layer_does_not_fit_it_is_said(elsewhere):
    usual, yours = REPLACED["residual"]
    dots, said = dots_and_words({yours: OWN["residual"]}, residual=yours, **elsewhere)
    expected, same = dots_and_words({}, residual=usual, **elsewhere)
    np.testing.assert_array_equal(dots, expected)
    assert said.startswith(same) and said.endswith("the course's stands in.")


def test_the_microscope_offers_yours_where_there_is_a_function():
    stage = layer_microscope(**OWN)
    assert stage.activation == "relu"
    assert (stage.init, stage.residual) == ("yours: He, 2/n", "yours: z + branch")
    for name, (usual, yours) in REPLACED.items():
        with pytest.raises(Exception, match=f"{name} must be one of .*{re.escape(yours)}"):
            setattr(stage, name, usual)


def test_a_scene_is_made_while_a_hand_is_raised():
    look.cache_clear()
    started = time.process_time()
    layer_microscope().still()
    # Measured 1.1 s on a busy machine; the bound is wide, as machines differ.
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    ("number", "text"), [(2.4e-6, "2·10⁻⁶"), (1.0, "1·10⁰"), (3e19, "3·10¹⁹"), (9.6e3, "1·10⁴")]
)
def test_powers_of_ten(number, text):
    assert power_of_ten(number) == text


def test_the_four_patients_do_not_say_who_they_are():
    alt = repr(four_patients())
    assert not re.search(r"relu|sigmoid|batch|weights|norm", alt)
    assert all(f"{name}: gradient 10" in alt for name in "ABCD")


@pytest.mark.parametrize("patient", patients.POOL, ids=lambda patient: str(patient.options))
@pytest.mark.parametrize("seed", [0, 51, 99])
def test_each_patient_shows_what_it_suffers_from(patient, seed):
    measured, _ = microscope(30, 64, 64, **{**patient.options, "seed": seed})
    backward = measured.gradients[0] / measured.gradients[-1]
    forward = measured.pre_activations[-1] / measured.pre_activations[0]
    level = 0.1 < forward < 10
    fits = {
        "healthy": level and 0.05 < backward < 20,
        "small weights": forward < 0.005 and backward < 0.005,
        "large weights": forward > 100 and backward > 100,
        "sigmoid": level and backward < 1e-10,
        "batch norm": level and 50 < backward < 1000,
    }
    assert [word for word, fit in fits.items() if fit] == [patient.diagnosis]


def test_patients_are_drawn_from_more_than_there_are_words():
    drawn = [tuple(p.diagnosis for p in patients.ward(seed)) for seed in range(200)]
    assert {word for words in drawn for word in words} == set(patients.DIAGNOSES)
    assert len(set(drawn)) > 100 and len(patients.POOL) > len(patients.DIAGNOSES)
    assert any(len(set(words)) < 4 for words in drawn)  # a word may fit two
    assert patients.ward(3) == patients.ward(3)


def test_each_restart_draws_others():
    code = "from helpers.networks.patients import TODAY; print(TODAY)"
    seen = set()
    for number in range(4):
        environment = {**os.environ, "PYTHONHASHSEED": str(number)}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        seen.add(done.stdout)
    assert len(seen) == 4


@pytest.mark.parametrize("word", patients.DIAGNOSES)
def test_every_diagnosis_has_words_for_every_other(word):
    exercise = diagnosis("x", word)
    assert exercise.check(word).state == "right"
    for other in set(patients.DIAGNOSES) - {word}:
        verdict = exercise.check(other)
        assert verdict.state == "wrong" and len(verdict.text.split()) > 8


# The training


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Trainings of 40 steps, and none left from the test before."""
    monkeypatch.setattr(Course.__init__, "__defaults__", ((), 40))
    monkeypatch.setattr(live, "STEPS", 40)
    monkeypatch.setattr(Trainer, "_latest", staticmethod(lambda: None))


def test_without_an_event_loop_it_trains_to_the_end():
    trainer = train_it()
    assert trainer.says.startswith("Press Start")
    trainer.start()
    before, after = trainer.courses.values()
    assert len(before.losses) == len(after.losses) == trainer._bar.value == 40
    assert trainer.says.startswith("Done after 40 of 40 steps. Before: loss 0.69")
    assert after.losses[-1] < 0.5 and not trainer.running
    assert before.first[0] < 1e-5 * after.first[0]


def test_a_course_is_the_training_of_the_networks_room():
    course = Course({**PATIENTS["20 relu layers, Xavier"], "depth": 3})
    while course.advance():
        pass
    again = Course({**PATIENTS["20 relu layers, Xavier"], "depth": 3})
    assert again.advance() and again.losses[0] == course.losses[0]
    assert len(course.losses) == 40 and len(course.accuracies) == 40 // EVERY
    assert len(course.last) == 4 and not course.advance()


def test_numbers_that_overflow_end_one_course_and_not_the_other():
    trainer = train_it("20 relu layers, He × 1.5", "relu, He weights")
    trainer.train()
    assert trainer.courses["before"].broke and len(trainer.courses["before"].losses) == 3
    assert len(trainer.courses["after"].losses) == 40
    assert "Before: broke down in step 3" in trainer.says


@pytest.mark.parametrize("patient", PATIENTS)
@pytest.mark.parametrize("remedy", REMEDIES)
def test_a_remedy_changes_the_network_or_its_training(patient, remedy):
    pair = courses(patient, remedy)
    for course in pair.values():
        course.advance()
    changes, options = REMEDIES[remedy]
    assert bool(changes) != bool(options)
    # Before the first step is taken, a training that is changed has changed nothing yet.
    same = np.array_equal(pair["before"].first, pair["after"].first)
    assert same == (not changes)


def clip(gradient, max_norm):
    return gradient * min(1, max_norm / np.linalg.norm(gradient))


@pytest.mark.parametrize(
    ("function", "usual"),
    [
        ({"init": he_std}, "relu, He weights"),
        ({"normalization": normalize_rows}, "layer normalization"),
        ({"residual": residual_layer}, "residual connections"),
        ({"clip": clip}, "clipping to norm 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_functions_of_the_reader_are_remedies(function, usual):
    patient = "20 relu layers, He × 1.5"
    trainer = train_it(patient, **function)
    (yours,) = (name for name in trainer._remedy.options if "yours" in name)
    assert [*trainer._remedy.options] == [yours, *REMEDIES]
    trainer._remedy.value = yours
    trainer.train()
    after, expected = trainer.courses["after"], courses(patient, usual, 40)["after"]
    while expected.advance():
        pass
    # Chance grows what rounding begins, and the course's normalization learns a factor and a shift.
    alike = 1 if "normalization" in function else 4
    np.testing.assert_allclose(after.losses[:alike], expected.losses[:alike], rtol=1e-4)
    np.testing.assert_allclose(after.first, expected.first, rtol=1e-4)
    assert f"with “{yours}”" in trainer.note()


async def until(condition):
    """Wait as long as it takes: a test that hangs is seen, a busy machine is no fault."""
    while not condition():
        await asyncio.sleep(0.005)


def test_stop_stops_and_the_kernel_is_free_meanwhile():
    async def reader():
        trainer = train_it()
        trainer.start()
        assert trainer.running and not trainer._stop.disabled
        beats = 0
        while beats < 2 or not trainer.courses["before"].losses:
            await asyncio.sleep(0.001)
            beats += 1
            assert trainer.running
        trainer.stop()
        await asyncio.sleep(0)
        steps = len(trainer.courses["before"].losses)
        await asyncio.sleep(0.1)
        assert len(trainer.courses["before"].losses) == steps < 400
        assert trainer.says.startswith(f"Stopped after {steps} of 40")
        assert not trainer.running and trainer._stop.disabled
        assert len(asyncio.all_tasks()) == 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "STEPS", 400)
        asyncio.run(reader())


def test_whatever_begins_last_goes_on():
    async def reader():
        first = train_it()
        first.start()
        await asyncio.sleep(0.05)
        first.start()  # a second press
        assert len(asyncio.all_tasks()) == 3  # this one, the new one, and one about to end
        await until(lambda: len(asyncio.all_tasks()) == 2)
        second = train_it()  # the cell is run again
        assert not first.running and first.says.startswith("Stopped")
        second.start()
        await asyncio.sleep(0.05)
        first.start()
        assert first.running and not second.running
        first._remedy.value = "tanh, Xavier weights"  # a new choice goes on with the new networks
        assert first.running and "tanh" in first.says
        first.close()
        await until(lambda: len(asyncio.all_tasks()) == 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "STEPS", 400)
        asyncio.run(reader())


def test_widgets_may_be_heard_in_another_thread(monkeypatch):
    # As in a kernel with subshells: clicks come in one thread, and cells run in another.
    monkeypatch.setattr(live, "STEPS", 400)
    trainer, advance = train_it(), Course.advance

    def slowly(course):
        time.sleep(0.004)  # most of the time, a piece of the training is under way
        return advance(course)

    monkeypatch.setattr(Course, "advance", slowly)
    monkeypatch.setattr(live, "CHUNK", 0.3)

    async def begin():
        trainer.start()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        for remedy in ("tanh, Xavier weights", "relu, He weights"):
            asyncio.run_coroutine_threadsafe(begin(), loop).result()
            time.sleep(0.05)
            trainer.stop()
            trainer._remedy.value = remedy
            time.sleep(0.1)
            assert trainer._taken == len(trainer.courses["after"].losses) == 0
        asyncio.run_coroutine_threadsafe(begin(), loop).result()
        while not trainer.courses["after"].losses:
            time.sleep(0.01)
        train_it()  # which stops the one in the other thread
        steps = len(trainer.courses["after"].losses)
        assert not trainer.running and trainer._taken == steps > 0
        time.sleep(0.1)
        assert len(trainer.courses["after"].losses) == steps
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_an_error_is_told_in_words(monkeypatch):
    def fail(course):
        raise ValueError("the cat sat on the keyboard")

    async def reader():
        trainer = train_it()
        monkeypatch.setattr(Course, "advance", fail)
        trainer.start()
        await until(lambda: not trainer.running)
        assert trainer.says == "The training ended with an error: the cat sat on the keyboard"
        assert not trainer.running and trainer._stop.disabled

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Old versions of ipywidgets use what newer ones of traitlets deprecate.
        warnings.filterwarnings("ignore", "Deprecated in traitlets", DeprecationWarning)
        asyncio.run(reader())


def test_the_picture_shows_both_courses():
    trainer = train_it()
    empty = trainer._board.picture(trainer.courses)[..., :3].copy()
    trainer.train()
    full = trainer._board.picture(trainer.courses)[..., :3]
    assert empty.shape == full.shape == (525, 1380, 3)
    for color in ((213, 94, 0), (0, 114, 178)):
        inked = (np.abs(full[100:] - np.array(color)).max(axis=-1) < 8).sum()
        assert inked > 300 + (np.abs(empty[100:] - np.array(color)).max(axis=-1) < 8).sum()


def test_the_parts_of_the_picture_fit_a_narrow_page():
    board = Board(10)
    picture = board.picture(train_it().courses)[..., :3]
    legend, *panels = board.parts
    assert len(panels) == 3
    for left, top, right, bottom in board.parts:
        assert right - left <= 365  # what JupyterLab leaves of a page of 480 pixels
        # No line, letter or number is cut through: there is no ink along any edge.
        part = picture[
            round(1.5 * top) : round(1.5 * bottom), round(1.5 * left) : round(1.5 * right)
        ]
        for edge in (part[0], part[-1], part[:, 0], part[:, -1]):
            assert (edge == 255).all()
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in panels)
    assert area == 920 * (350 - legend[3])


def test_a_page_without_a_kernel_shows_a_short_training():
    trainer = train_it()
    data = trainer._repr_mimebundle_()
    assert data["text/html"].count("<img") == 1 and "Run the notebook" in data["text/html"]
    alt = repr(trainer.still())
    assert "Before: loss 0.69" in alt and "3·10⁻⁷" in alt
    assert data["text/plain"].startswith("Train it: Press Start")


def test_the_controls_have_names():
    trainer = train_it()
    assert [trainer._patient.description, trainer._remedy.description] == ["network", "remedy"]
    assert [trainer._start.description, trainer._stop.description] == ["Start", "Stop"]
    assert trainer._bar.description == "steps"
    assert re.search(r'role="img" aria-label="[^"]{40,}"', trainer._picture.value)
    trainer._remedy.value = "layer normalization"
    assert trainer.says.endswith("without and with “layer normalization”.")


@pytest.mark.slow
@pytest.mark.once
def test_in_a_real_kernel_a_click_stops_and_cells_run_meanwhile():
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code):
        texts = []

        def keep(message):
            texts.append(message["content"].get("text", ""))

        reply = client.execute_interactive(code, timeout=600, output_hook=keep)
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(texts).strip()

    def click(button):
        content = {"method": "custom", "content": {"event": "click"}}
        message = {"comm_id": button, "data": content}
        client.shell_channel.send(client.session.msg("comm_msg", message))

    try:
        # As long as it takes a slow machine to press Stop.
        run(
            "from helpers.explorers import training\n"
            "training.CHUNK = 1e-9\n"
            "it = training.train_it()"
        )
        start, stop = run("print(it._start.model_id, it._stop.model_id)").split()
        click(start)
        time.sleep(0.5)
        assert run("print(it.running)") == "True"
        click(stop)
        assert run("print(it.running, it.says[:7])") == "False Stopped"
        # As JupyterLab's ■ does, which Jupyter itself passes over where no cell runs. It may come
        # while a message is dealt with: the reader presses again.
        click(start)
        assert run("print(it.running)") == "True"
        deadline = time.monotonic() + 60
        while run("print(it.running)") == "True" and time.monotonic() < deadline:
            time.sleep(0.5)
            manager.interrupt_kernel()
            time.sleep(0.5)
        assert run("print(it.says[:7], it._taken < 400)") == "Stopped True"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_four_hundred_steps_are_what_the_notebook_says():
    assert STEPS == 400


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize(
    ("patient", "remedy", "fate"),
    [
        ("20 relu layers, He × 1.5", "weight decay, λ = 0.1", "breaks"),
        ("20 relu layers, He × 1.5", "clipping to norm 2", "learns"),
        ("20 relu layers, He × 1.5", "clipping to values of 0.1", "learns"),
        ("10 sigmoid layers", "layer normalization", "guesses"),
        ("10 sigmoid layers", "residual connections", "learns"),
        ("10 sigmoid layers", "clipping to norm 2", "guesses"),
        ("20 relu layers, Xavier", "weight decay, λ = 0.1", "guesses"),
    ],
)
def test_what_the_notebook_says_of_the_training(patient, remedy, fate):
    course = courses(patient, remedy, STEPS)["after"]
    while course.advance():
        pass
    assert course.broke == (fate == "breaks")
    if fate == "breaks":
        assert len(course.losses) == 3
    else:
        assert (np.mean(course.losses[-20:]) < 0.5) == (fate == "learns")
        assert (course.losses[-1] > 0.69) == (fate == "guesses")
    if (patient, fate) == ("10 sigmoid layers", "guesses") and remedy.startswith("clipping"):
        # Its last layers end with gradients as small as those of the first.
        assert course.last.max() < 1e-5 < 0.1 < course.first[-1]


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sigmoids_with_residual_connections_end_at_a_straight_border(seed):
    changes = REMEDIES["residual connections"][0]
    course = Course({**PATIENTS["10 sigmoid layers"], **changes, "seed": seed}, (), STEPS)
    while course.advance():
        pass
    assert course.accuracies[-1][1] == pytest.approx(0.88, abs=0.02)


@pytest.mark.slow
@pytest.mark.once
def test_the_two_limits_cut_about_equally_often():
    """Chance decides much here, so the shares are means over several starts, with room."""
    points, labels = two_moons(200, noise=0.1, seed=0)
    shares = {"clip_norm": [], "clip_value": []}
    for name, remedy in (
        ("clip_norm", "clipping to norm 2"),
        ("clip_value", "clipping to values of 0.1"),
    ):
        limit = REMEDIES[remedy][1][name]
        for seed in range(1, 5):
            network = {**PATIENTS["20 relu layers, He × 1.5"], "seed": seed}
            net = Network([2, *[32] * network.pop("depth"), 1], **network)
            cut = 0
            for _ in range(STEPS):
                net.zero_grad()
                logistic_loss(net(points)[:, 0], labels).backward()
                gradients = [p.grad for p in net.parameters()]
                largest = max(float(np.abs(g).max()) for g in gradients)
                cut += (gradient_norm(gradients) if name == "clip_norm" else largest) > limit
                sgd_step(net.parameters(), 0.1, **{name: limit})
            shares[name].append(cut / STEPS)
    assert all(0.55 < np.mean(share) < 0.92 for share in shares.values()), shares


# What the reader's functions do in a network


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({"init": he_std}, {"init": "he normal"}),
        ({"normalization": normalize_rows}, {"normalization": "layer"}),
        ({"residual": residual_layer}, {"residual": True}),
    ],
    ids=["init", "normalization", "residual"],
)
def test_a_function_stands_for_what_the_package_has_by_name(own, named):
    mine, theirs = (microscope(12, 32, 16, activation="relu", **o) for o in (own, named))
    for a, b in zip(mine, theirs, strict=True):
        for field in ("pre_activations", "gradients", "weight_gradients"):
            np.testing.assert_allclose(getattr(a, field), getattr(b, field), rtol=1e-4)


def test_a_function_that_clips_takes_the_whole_gradient():
    points, labels = two_moons(50, seed=1)
    nets = [Network([2, 8, 8, 1], scale=3.0, seed=2) for _ in range(2)]
    limits = (0.5, lambda g: g * min(1, 0.5 / np.linalg.norm(g)))
    for net, limit in zip(nets, limits, strict=True):
        for _ in train(net, points, labels, steps=5, clip_norm=limit):
            pass
    for a, b in zip(*(net.parameters() for net in nets), strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-9)


def test_a_residual_function_and_a_normalization_exclude_each_other():
    with pytest.raises(ValueError, match="no normalization fits"):
        Network([2, 8, 8, 1], residual=residual_layer, normalization="layer")


def test_equal_weights_stay_equal():
    points, labels = two_moons(50, seed=1)
    net = Network([2, 6, 1], activation="tanh", init=0.5)
    for layer in net.layers:
        layer.weight.data[:] = 0.5
    for _ in train(net, points, labels, steps=30):
        W = net.layers[0].weight.data
        np.testing.assert_allclose(W, W[:, :1] * np.ones(6), rtol=1e-9)
    assert not np.allclose(W, 0.5)


def test_a_recorded_training_is_the_training_itself():
    steps = 2 * EVERY
    stage = trained.stage("20 relu layers, Xavier", "relu, He weights", REMEDIES, steps)
    pair = courses("20 relu layers, Xavier", "relu, He weights", steps)
    assert stage.says == f"After 0 of {steps} steps. {summary(pair)}"
    for step in (EVERY, steps):
        for course in pair.values():
            for _ in range(EVERY):
                course.advance()
        stage.step = step
        assert stage.says == f"After {step} of {steps} steps. {summary(pair)}"
    stage.step = 0
    assert stage.says.startswith(f"After 0 of {steps} steps.")
    page = stage.to_html(player=False)
    assert "A training, recorded" in page and len(page) < 250_000
    stage.close()
