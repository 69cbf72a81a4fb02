"""A training that is watched in a cell: what is kept of it, and how it ends early (notebook 10)."""

import numpy as np
import pytest

from helpers.explorers import watching
from helpers.explorers.watching import watch


@pytest.fixture
def shown(monkeypatch):
    """What a cell displays: first the live box, then the picture that stays."""
    displayed = []
    monkeypatch.setattr(watching, "display", displayed.append)
    return displayed


def falling(steps, at=None, do=None):
    """Losses that halve every ten steps; before step `at` something is done."""
    for step in range(steps):
        if step == at:
            do()
        yield 2.0 * 0.5 ** (step / 10)


def test_it_keeps_each_loss_and_measures_now_and_then(shown):
    seen = []
    measures = {"first": lambda: seen.append(1) or 0.25, "second": lambda: len(seen) / 10}
    history = watch(falling(23), 23, measures, every=10, guessing=2.0)
    np.testing.assert_allclose(history.losses, list(falling(23)))
    assert history.at.tolist() == [10, 20, 23]  # and once more at the end
    assert history.measured["first"].tolist() == [0.25] * 3
    assert history.measured["second"].tolist() == [0.1, 0.2, 0.3]
    box, picture = shown
    assert box.status.text == "Done after 23 of 23 steps." and box.bar.value == 23
    assert not box.status.working
    assert picture.alt.endswith("first 75.0 % wrong, second 70.0 % wrong.")
    assert picture.image.width > 1000


def test_what_is_measured_at_the_last_step_is_not_measured_twice(shown):
    assert watch(falling(20), 20, {"a": lambda: 1.0}, every=10).at.tolist() == [10, 20]


def test_an_interrupt_ends_it_early_and_keeps_what_it_has(shown):
    def interrupt():
        raise KeyboardInterrupt

    history = watch(falling(100, at=30, do=interrupt), 100)
    assert len(history.losses) == 30
    assert shown[0].status.text == "Stopped after 30 of 100 steps."
    assert shown[1].alt.startswith("Stopped: step 30 of 100")


def test_live_pictures_come_while_it_runs_and_take_a_part_of_the_time(shown, monkeypatch):
    drawn, clock = [], iter(np.arange(0, 1e6, 0.05))
    monkeypatch.setattr(watching, "_live", lambda history, *_: drawn.append(history) or "<img>")
    monkeypatch.setattr(watching.time, "monotonic", lambda: next(clock))
    watch(falling(400), 400)
    # The clock goes on by 0.05 s each time it is asked: once a step, once more after a picture.
    assert 5 < len(drawn) <= 400 / 4
    assert [len(history.losses) for history in drawn] == sorted({len(h.losses) for h in drawn})
    assert shown[0].picture.value == ""  # the last one stays as an ordinary picture


def test_a_live_picture_says_what_it_shows():
    history = watching.History(np.full(60, 0.5), np.array([50]), {"held <back>": np.array([0.9])})
    html = watching._live(history, 100, 2.3)
    assert (
        'alt="The curves after step 60 of 100, loss 0.50, held &lt;back&gt; 10.0 % wrong."' in html
    )
    assert "data:image/png;base64," in html


def test_a_page_without_a_kernel_keeps_the_picture_alone(shown):
    watch(falling(5), 5)
    bundle = shown[0]._repr_mimebundle_()
    assert bundle["text/plain"] == "" and "text/html" not in bundle
    assert "<img" in shown[1]._repr_html_()


def test_what_cannot_be_watched_is_told():
    with pytest.raises(ValueError, match="at most 3 measures, got 4"):
        watch(falling(3), 3, dict.fromkeys("abcd", lambda: 1.0))


def test_a_training_without_a_step(shown):
    with pytest.raises(ValueError, match="one step or more"):
        watch(iter(()), 10)
