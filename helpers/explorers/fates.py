"""What becomes of walks by gradient descent, for many learning rates at once."""

import functools
from dataclasses import dataclass

import numpy as np

from helpers.descent import gradient_descent
from helpers.functions import himmelblau

STEPS = 200
LONG = 20_000  # steps after which a walk that has not settled never does
ARRIVED = 0.01  # of the way from the start to the bottom
TURNS = 3  # a walk that turns back less often before it arrives does not count as oscillating
BLOWN_UP = 1000.0  # times the height of the start
FAR_OFF = 10  # times the distance of the start
AT_REST = 1e-6  # of the distance of the start: shorter steps than that are none


def _round_rates(low, high):
    """Rates in round numbers, evenly enough on a log scale, from low to high."""
    decade = np.concatenate(
        [np.arange(100, 200, 5), np.arange(200, 400, 10), np.arange(400, 1000, 20)]
    )
    rates = np.concatenate([decade / 10**digits for digits in range(7, 1, -1)])
    return rates[(rates >= low) & (rates <= high)]


RATES = _round_rates(3e-4, 0.6)


@dataclass(frozen=True)
class Fates:
    """What becomes of the walks from one start, one for each learning rate.

    Attributes
    ----------
    points : numpy.ndarray, shape (steps + 1, k, 2)
    losses : numpy.ndarray, shape (steps + 1, k)
    words : numpy.ndarray of str, shape (k,)
        ``"crawls"``, ``"arrives"``, ``"oscillates"``, ``"never settles"`` or ``"diverges"``.
    arrived : numpy.ndarray of int, shape (k,)
        After how many steps the walk is at the bottom (within 1 % of the distance from which
        it came) and stays there; steps + 1 if it is not.
    distances : numpy.ndarray, shape (steps + 1, k)
        To the minimum where each walk ends, as a part of that at the start.
    taken : numpy.ndarray of int, shape (k,)
        How many steps were taken, which is less than `steps` where numbers overflow.
    """

    points: np.ndarray
    losses: np.ndarray
    words: np.ndarray
    arrived: np.ndarray
    distances: np.ndarray
    taken: np.ndarray


def fates(f, start, rates=RATES, steps=STEPS):
    """Walk down f from one start with many learning rates at once, and name each fate.

    Whatever `steps` is, each walk goes on for 20,000 steps, so that its fate is that of its tail.
    It *diverges* if numbers overflow, or if it comes 1000 times as high as it began. It *never
    settles* if it does neither that nor come to rest: at the end it still turns back in most of
    its steps (a step turns back if its dot product with the one before is negative), and
    these are longer than a millionth of the distance of the start from the bottom.

    All others converge. Within `steps` a walk *arrives* if it comes to a minimum, within 1 % of the
    distance from which it came, and stays. If it turned back at least three times on its way
    there, it *oscillates*; so does a walk that does not come there and turns back in most of its
    last steps. What is left *crawls*.

    Parameters
    ----------
    f : Surface
        With its `minima`, where it has the height 0.
    start : array-like, shape (2,)
    rates : array-like, shape (k,)
    steps : int

    Returns
    -------
    Fates
        Its arrays are read-only: who asks again gets the same ones.
    """
    return _fates(f, tuple(start), tuple(np.asarray(rates, dtype=float).tolist()), steps)


@functools.lru_cache(32)
def _fates(f, start, rates, steps):
    rates = np.array(rates)
    run = gradient_descent(f, f.gradient, np.asarray(start, dtype=float), rates, steps)
    points, last = run.points, run.points[-1]
    with np.errstate(over="ignore", invalid="ignore"):
        # To the minimum where each walk ends.
        ends = np.linalg.norm(last[:, np.newaxis] - f.minima, axis=-1).argmin(axis=-1)
        distances = np.linalg.norm(points - f.minima[ends], axis=-1)
        turns = _turns(points)
    numbers = np.arange(steps + 1)[:, np.newaxis]
    away = np.where(distances > ARRIVED * distances[0], numbers, -1).max(axis=0)
    arrived = away + 1
    there = arrived <= steps
    flown = (run.reason == "diverged") | (run.losses[-1] > BLOWN_UP * run.losses[0])
    later, restless = _tail(f, last, rates, ~flown, distances[0], BLOWN_UP * run.losses[0])
    on_the_way = (turns & (numbers[2:] <= arrived)).sum(axis=0) >= TURNS
    at_last = turns[-20:].mean(axis=0) > 0.5
    words = np.select(
        [flown | later, restless, np.where(there, on_the_way, at_last), there],
        ["diverges", "never settles", "oscillates", "arrives"],
        "crawls",
    )
    found = Fates(points, run.losses, words, arrived, distances / distances[0], run.steps)
    for array in vars(found).values():
        array.flags.writeable = False
    return found


def _turns(points):
    """Whether each step turns back, of shape (steps - 1, k)."""
    moves = np.diff(points, axis=0)
    return (moves[1:] * moves[:-1]).sum(axis=-1) < 0


def _tail(f, points, rates, going, distances, high):
    """Walk on; return which walks fly off after all, and which do not come to rest."""
    flown, restless = np.zeros_like(going), np.zeros_like(going)
    points, etas, tail = points[going], rates[going, np.newaxis], []
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(LONG):
            points = points - etas * f.gradient(points)
            if step >= LONG - 100:
                tail.append(points)
        tail = np.array(tail)
        flown[going] = ~(f(points) <= high[going])  # NaN is no height at all
        lengths = np.linalg.norm(np.diff(tail, axis=0), axis=-1).max(axis=0)
        turning = _turns(tail).mean(axis=0) > 0.5
    restless[going] = turning & (lengths > AT_REST * distances[going])
    return flown, restless & ~flown


def sentence(walked, at, rates=RATES):
    """What became of the walk at position `at` of the rates, as a sentence.

    No digit in it is decided by rounding: where a walk wanders about before it flies off, the last
    bits of its numbers decide when, and nothing is said of it.

    Parameters
    ----------
    walked : Fates
    at : int
    rates : array-like, shape (k,)
        The rates for which they were walked.
    """
    rate, word = rates[at], walked.words[at]
    steps = len(walked.losses) - 1
    said = f"η = {rate:.3g}: {word}"
    if word == "never settles":
        return f"{said}: it neither comes to rest nor flies off, however many steps it takes."
    if word == "diverges":
        far = np.flatnonzero(walked.distances[: walked.taken[at] + 1, at] > FAR_OFF)
        after = far[0] if len(far) else walked.taken[at] + 1
        if _wanders(walked.losses[:after, at]):
            return f"{said}: after some to and fro it flies off."
        return f"{said}: after {_steps(after)} it is more than {FAR_OFF} times as far away."
    if walked.arrived[at] <= steps:
        more = " from side to side, and arrives" if word == "oscillates" else ""
        return f"{said}{more} in {_steps(walked.arrived[at])}."
    left = f"{100 * walked.distances[-1, at]:.0f} % of the distance is left"
    if word == "oscillates":
        return f"{said}: after {steps} steps it still goes from side to side, and {left}."
    return f"{said}: after {steps} steps, {left}."


def _wanders(losses):
    """Whether a walk came down and went up again several times."""
    return (np.diff(np.sign(np.diff(losses))) != 0).sum() > 5


def _steps(number):
    return f"{number} step" if number == 1 else f"{number} steps"


# Each with a rate whose fate nobody can take for another's.
_FOUR = {"A": 0.015, "B": 0.05, "C": 0.0003, "D": 0.03}


def four_losses(steps=60):
    """The losses of four walks, without their learning rates: what became of each?

    Returns
    -------
    dict of str to numpy.ndarray, shapes (n,)
        One that arrives, one that diverges, one that crawls and one that never settles, of
        Himmelblau's landscape from (0, 0). n is steps + 1, or less where numbers overflow.
    """
    return {
        name: gradient_descent(himmelblau, himmelblau.gradient, (0, 0), rate, steps).losses
        for name, rate in _FOUR.items()
    }
