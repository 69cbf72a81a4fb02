"""A training of the trainer of notebook 08, recorded for pages without a kernel."""

import copy

from helpers.explorers.board import Board
from helpers.explorers.remedies import EVERY, PATIENTS, STEPS, courses, summary
from helpers.stage import Play, Slider, Stage


def stage(patient, remedy, remedies, steps=STEPS):
    """Train both networks to the end, and return a stage that shows them at every few steps.

    Parameters
    ----------
    patient, remedy : str
        Keys of `PATIENTS` and of the remedies.
    remedies : mapping
        As in `courses`.
    steps : int
    """
    pair = courses(patient, remedy, steps, remedies)
    seen = {0: _as_it_is(pair)}
    for step in range(1, steps + 1):
        for course in pair.values():
            course.advance()
        if step % EVERY == 0:
            seen[step] = _as_it_is(pair)

    def scene():
        board = Board(PATIENTS[patient]["depth"], steps, scale=1, columns=4)

        def update(step):
            board.show(seen[step])
            return f"After {step} of {steps} steps. {summary(seen[step])}"

        return board.figure, update

    return Stage(
        scene,
        Slider("step", list(seen), 0, "step"),
        Play("step", seconds=8, label="Train"),
        name="A training, recorded",
        alt=(
            f"Three panels for {patient}, before and after the remedy “{remedy}”: the loss, the "
            "share of points on the right side, and the length of the gradient in each layer."
        ),
        stills=[{"step": max(seen)}],
    )


def _as_it_is(pair):
    """Copies of two courses, which stay as they are when training goes on."""
    copies = {name: copy.copy(course) for name, course in pair.items()}
    for course in copies.values():
        course.losses, course.accuracies = list(course.losses), list(course.accuracies)
    return copies
