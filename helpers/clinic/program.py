"""A small training program, taken apart, so that instruments can be put to each of its parts."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


def fresh(kept, new):
    """Step with the new gradient, and with nothing of what was kept from the step before."""
    return new


def descend(w, gradient, memory, rate):
    """Take one step of plain gradient descent."""
    return w - rate * gradient


@dataclass(frozen=True)
class Program:
    """What a program that learns is made of.

    Attributes:
        weights: where it starts: an array for each name.
        data: (X, y), ten samples, one a row of X.
        loss: called with (weights, X, y); one number.
        gradient: called with (weights, X, y); an array for each name of the weights.
        rate: the program's own learning rate.
        steps: after so many it should have learned the ten samples by heart.
        collect: called with (kept, new): the gradient that was used last, or zeros, and the one
            that was computed now; the one to use.
        step: called with (w, gradient, memory, rate) for each array of weights; the next w. What
            it keeps goes into the dict `memory`.
        ignorant: the loss of whoever knows nothing, such as ln 3 for three classes.
        known: called with the program; (found, known) numbers of a case whose answer is known.
        asked: what the case with the known answer asks for.
        errors: called with (weights, X, y); what the loss squares, where it squares anything.
    """

    weights: Mapping[str, np.ndarray]
    data: tuple
    loss: Callable
    gradient: Callable
    rate: float
    steps: int = 300
    collect: Callable = fresh
    step: Callable = descend
    ignorant: float | None = None
    known: Callable | None = None
    asked: str = "the weights"
    errors: Callable | None = None


class State(NamedTuple):
    """How far a program has come: its weights, the gradient that it used last, its memories."""

    weights: dict
    kept: dict
    memories: dict


def start(program):
    """The `State` before the first step."""
    weights = {name: np.array(w) for name, w in program.weights.items()}
    kept = {name: np.zeros(w.shape) for name, w in weights.items()}
    return State(weights, kept, {name: {} for name in weights})


def used_gradient(program, state, data=None):
    """The gradient that the next step uses: an array for each name."""
    new = program.gradient(state.weights, *(data or program.data))
    return {name: program.collect(state.kept[name], np.asarray(new[name])) for name in new}


def advance(program, state, rate=None):
    """The `State` one step later. The old one stays as it is."""
    used = used_gradient(program, state)
    rate = program.rate if rate is None else rate
    memories = copy.deepcopy(state.memories)
    weights = {
        name: program.step(w, used[name], memories[name], rate) for name, w in state.weights.items()
    }
    return State(weights, used, memories)


def loss_at(program, state):
    """The loss there, as a plain number; infinite where it is none."""
    value = float(program.loss(state.weights, *program.data))
    return value if np.isfinite(value) else np.inf


def train(program, steps):
    """Yield the `State` at the start and after each step."""
    state = start(program)
    yield state
    for _ in range(steps):
        state = advance(program, state)
        yield state


def trained(program, steps=None):
    """The `State` after so many steps, or after the program's own number of them."""
    with np.errstate(all="ignore"):
        *_, last = train(program, program.steps if steps is None else steps)
    return last
