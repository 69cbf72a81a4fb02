"""What the pad of notebook 10 says, in the kernel as in the page (see ink.js)."""

import numpy as np

from helpers.explorers.words import signed


def an(digit):
    """A digit with its article: "a 3", "an 8"."""
    return f"{'an' if digit == 8 else 'a'} {digit}"


def share(p):
    """A probability with two digits, which is never said to be 0 or 1."""
    return "over 0.99" if p > 0.995 else "under 0.01" if p < 0.005 else f"{p:.2f}"


def sentence(classifier, ink, digit):
    """Say what a picture is most like, and how likely a digit is for it.

    Parameters
    ----------
    classifier : helpers.networks.Classifier
    ink : numpy.ndarray
    digit : int
    """
    p = classifier.probabilities(ink)
    log = classifier.log_probability(np.ravel(ink), digit)[0]
    first, second = np.argsort(-p, kind="stable")[:2]
    return (
        f"{'' if np.any(ink) else 'Blank paper. '}Most like {an(first)}: {share(p[first])}, "
        f"then {an(second)}: {share(p[second])}. "
        f"Log-probability of {an(digit)}: {signed(log, 2, '')}."
    )
