"""Handwritten digits in pictures: digits side by side, a table of mix-ups, weights as images."""

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patches import Rectangle

from helpers.networks.arguments import numbers, reals, whole
from helpers.plots.drawing import FUNCTION, SLOPE, figure, show, style

INK = 16
"""Full ink: a pixel of the optical digits counts how many of 4 × 4 finer dots are black."""

_CELL = 1.05  # inches
# Vermilion, white, blue: told apart with any kind of color vision. In steps, as a stored picture
# has 256 colors, letters included.
_ENDS = [SLOPE["color"], "white", FUNCTION["color"]]
_SIGNED = LinearSegmentedColormap.from_list("signed", _ENDS, N=41)
# Black numbers must be read on the darkest of these.
_MISTAKES = LinearSegmentedColormap.from_list("mistakes", ["#fdeee2", "#f0995a"], N=41)


def digits(images, titles=None, columns=8, alt=None):
    """Show digits side by side, full ink in black.

        >>> plots.digits(images[wrong], [f"{t}, read as {p}" for t, p in zip(true, predicted)])

    Parameters
    ----------
    images : array_like, shape (n, side²) or (n, side, side)
        Ink from 0 to 16, row by row.
    titles : sequence of n texts or numbers, optional
        What stands above each.
    columns : int
        How many stand side by side.
    alt : str, optional
        The text alternative, by default a list of the titles.

    Returns
    -------
    A picture for the end of a cell.

    Raises
    ------
    TypeError, ValueError
        If the images are no squares of numbers, or if there are not as many titles.
    """
    images = _squares(images, "images")
    side = images.shape[1]
    untold, titles = titles is None, _texts(titles, "titles", "images", [""] * len(images))
    said = "." if untold else f": {'; '.join(titles)}."
    # Long titles need room, so that they do not run into each other.
    width = max(_CELL, 0.1 * max(map(len, titles)) + 0.1)
    fig = _side_by_side(images, titles, columns, width, cmap="Greys", vmin=0, vmax=INK)
    count = f"{len(images)} handwritten digit{'s' if len(images) > 1 else ''}"
    return show(fig, alt or f"{count} of {side} × {side} pixels{said}")


def confusion(table, names=None, alt=None):
    """Show how often each class was taken for each: what is right in gray, mistakes in color.

    Parameters
    ----------
    table : array_like of whole numbers, shape (classes, classes)
        ``table[i, j]`` counts samples of class i that were read as class j.
    names : sequence of texts, optional
        Those of the classes, by default 0, 1, 2 and so on.
    alt : str, optional
        The text alternative, by default how many are right, and the most frequent mistake.

    Returns
    -------
    A picture for the end of a cell.

    Raises
    ------
    TypeError, ValueError
        If the table is no square of counts, or if there are not as many names.
    """
    table = reals(numbers(table), "table")
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.shape[0] < 2:
        raise ValueError(f"table must be a square of counts, got shape {table.shape}.")
    if (table < 0).any() or (table != np.round(table)).any():
        raise ValueError("table must hold counts: whole numbers, 0 or more.")
    table = table.astype(int)
    names = _texts(names, "names", "classes", range(len(table)))
    mistakes = table - np.diag(np.diag(table))
    side = 0.42 * len(table) + 1
    fig, ax = figure(size=(side + 0.2, side))
    most = max(mistakes.max(), 1)
    with style():
        # Each mistake counts: one of them is already seen.
        ax.imshow(np.where(mistakes, mistakes, np.nan), cmap=_MISTAKES, vmin=1, vmax=max(most, 2))
        for i, j in np.ndindex(table.shape):
            if i == j:
                corner = (i - 0.5, i - 0.5)
                ax.add_patch(Rectangle(corner, 1, 1, facecolor="#e6e6e6", edgecolor="none"))
            look = {"fontweight": "bold"} if i == j else {}
            if table[i, j] == 0:
                look["color"] = "#757575"
            ax.text(j, i, f"{table[i, j]}", ha="center", va="center", **look)
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.set(xlabel="read as", ylabel="true", title="How often each was read as each")
    return show(fig, alt or _told(table, mistakes, names))


def filters(weights, titles=None, columns=8, alt=None):
    """Show what each unit of a first layer looks for: its weights, laid out like the pixels.

    Blue weights are positive: ink there raises the unit's z. Vermilion ones are negative. All
    pictures share one scale.

    Parameters
    ----------
    weights : array_like or Tensor, shape (side², units)
        W of the first layer; one column is one unit.
    titles : sequence of texts or numbers, optional
        What stands above each picture.
    columns : int
        How many stand side by side.
    alt : str, optional
        The text alternative.

    Returns
    -------
    A picture for the end of a cell.

    Raises
    ------
    TypeError, ValueError
        If the weights are no such array, or if there are not as many titles as units.
    """
    weights = reals(numbers(weights), "weights")
    if weights.ndim != 2:
        raise ValueError(f"weights must have shape (pixels, units), got {weights.shape}.")
    images = _squares(weights.T, "the columns of weights")
    titles = _texts(titles, "titles", "units", [""] * len(images))
    scale = Normalize(*(np.abs(images).max() or 1.0) * np.array([-1, 1]))
    fig = _side_by_side(images, titles, columns, _CELL, 0.9, cmap=_SIGNED, norm=scale)
    with style():
        bar = fig.colorbar(ScalarMappable(scale, _SIGNED), ax=fig.axes, label="weight", pad=0.02)
        bar.outline.set_visible(False)
    side = images.shape[1]
    return show(
        fig,
        alt
        or f"The weights of {len(images)} units, each a picture of {side} × {side} pixels: blue "
        "where ink raises the unit's z, vermilion where ink lowers it, white where it does not "
        "matter.",
    )


def _texts(given, name, of, usual):
    """What was given as texts, one for each entry of what is usual, which stands in for None."""
    texts = [str(text) for text in (usual if given is None else given)]
    if len(texts) != len(usual):
        raise ValueError(f"{name} must be as many as {of}, {len(usual)}, got {len(texts)}.")
    return texts


def _side_by_side(images, titles, columns, width, beside=0.0, **look):
    """A figure of images with titles above them; `width` of each and room beside all, in inches."""
    fig, axes = _tiles(len(images), columns, (width, _CELL + 0.25 * any(titles)), beside)
    for ax, image, title in zip(axes, images, titles, strict=True):
        ax.imshow(image, **look)
        ax.set_title(title, loc="center", fontsize=10.5, fontweight="normal")
    return fig


def _squares(values, name):
    """Return one square image a row."""
    values = reals(numbers(values), name)
    count = len(values) if values.ndim else 0
    side = round(np.prod(values.shape[1:], dtype=float) ** 0.5)
    if values.ndim not in (2, 3) or not count or values[0].size != side * side or not side:
        raise ValueError(
            f"{name} must be squares of pixels, as of shape (n, 64) or (n, 8, 8), "
            f"got shape {values.shape}."
        )
    if values.ndim == 3 and values.shape[1] != side:
        raise ValueError(f"{name} must be as wide as high, got shape {values.shape}.")
    return values.reshape(count, side, side)


def _tiles(count, columns, tile, beside=0.0):
    """A figure of small frames without ticks, and room beside them, in inches."""
    columns = min(whole(columns, "columns"), count)
    rows = -(-count // columns)
    size = (columns * tile[0] + beside, rows * tile[1])
    fig, axes = figure(rows, columns, size=size, squeeze=False)
    fig.get_layout_engine().set(w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.02)
    for ax in axes.flat[count:]:
        ax.remove()
    for ax in axes.flat[:count]:
        ax.grid(False)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set(visible=True, color="#9a9a9a", zorder=3)
    return fig, axes.flat[:count]


def _told(table, mistakes, names):
    right, all_of_them = int(np.trace(table)), int(table.sum())
    said = f"A table of what each is and what it was read as: {right} of {all_of_them} are right"
    if not mistakes.any():
        return f"{said}, and the rest of the table is 0."
    # Several may be equally frequent.
    most = mistakes.max()
    pairs = [f"{names[i]} read as {names[j]}" for i, j in np.argwhere(mistakes == most)[:3]]
    times = "once" if most == 1 else f"{most} times"
    more = " and others" if (mistakes == most).sum() > 3 else ""
    each = " each" if (mistakes == most).sum() > 1 else ""
    return f"{said}. Most frequent mistake: {', '.join(pairs)}{more}, {times}{each}."
