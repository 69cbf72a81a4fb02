"""The pad of notebook 10 on pages without a kernel: a drawing, before and after steps uphill."""

import numpy as np

from helpers import plots
from helpers.explorers.pen_words import an, sentence
from helpers.plots import INK
from helpers.stage import stills

STEPS = 10
_MARKS = {
    "more ink here": (1, "^", plots.FUNCTION["color"]),
    "less ink here": (-1, "v", plots.SLOPE["color"]),
}
_LARGEST = 130  # points², the area of the largest mark


def strip(classifier, ink, digit, rate):
    """Return the ink before and after some steps uphill as ``(image, alternative text)``.

    Parameters
    ----------
    classifier : helpers.networks.Classifier
    ink : numpy.ndarray, shape (side, side)
    digit : int
        The one whose log-probability is climbed.
    rate : float
        The step size η.
    """
    panels, said = [], []
    for caption in ("As drawn", f"After {STEPS} steps uphill to {an(digit)}, η = {rate:g}"):
        if panels:
            for _ in range(STEPS):
                ink = np.clip(ink + rate * _slopes(classifier, ink, digit), 0, INK)
        panels.append((_panel(classifier, ink, digit), caption))
        said.append(f"{caption}: {sentence(classifier, ink, digit)}")
    alt = (
        f"A digit in {ink.size} cells of ink, with ten scores as bars. Triangles tell in which "
        f"cells more ink or less would make it more like {an(digit)}."
    )
    return stills.filmstrip(panels), " ".join([alt, *said])


def _slopes(classifier, ink, digit):
    return classifier.log_probability(ink.ravel(), digit)[1].reshape(ink.shape)


def _panel(classifier, ink, digit):
    fig, (paper, scores) = plots.figure(1, 2, size=(4.7, 3.1), width_ratios=[1.5, 1])
    slopes = _slopes(classifier, ink, digit)
    with plots.style():
        paper.imshow(ink, cmap="Greys", vmin=0, vmax=INK)
        paper.set(xticks=[], yticks=[])
        paper.grid(False)
        paper.spines[:].set_visible(True)
        rows, columns = np.indices(ink.shape)
        sizes = _LARGEST * abs(slopes) / (abs(slopes).max() or 1)
        for name, (sign, marker, color) in _MARKS.items():
            # Where the ink is at its end already, the mark is hollow.
            stuck = ink >= INK if sign > 0 else ink <= 0
            for hollow in (False, True):
                shown = (sign * slopes > 0) & (stuck == hollow) & (sizes > 3)
                paper.scatter(
                    columns[shown],
                    rows[shown],
                    s=sizes[shown],
                    marker=marker,
                    facecolor="white" if hollow else color,
                    edgecolor=color if hollow else "white",
                    linewidth=0.8,
                    label=None if hollow else name,
                )
        key = [
            paper.scatter([], [], s=45, marker=marker, color=color, label=name)
            for name, (_sign, marker, color) in _MARKS.items()
        ]
        legend = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "ncols": 2, "borderpad": 0.2}
        paper.legend(handles=key, **legend, handletextpad=0.1, columnspacing=0.8)
        p = classifier.probabilities(ink)
        colors = np.where(p == p.max(), plots.FUNCTION["color"], "#6fa8cf")
        scores.barh(range(len(p)), p, color=colors)
        scores.set(xlim=(0, 1), ylim=(len(p) - 0.4, -0.6), xlabel="softmax", xticks=[0, 0.5, 1])
        scores.set_yticks(range(len(p)), [f"{k}" for k in range(len(p))])
        scores.get_yticklabels()[digit].set(fontweight="bold")
        scores.tick_params(axis="y", length=0)
        scores.grid(axis="y", visible=False)
    return plots.show(fig, "One panel of the still.").image.convert("RGB")
