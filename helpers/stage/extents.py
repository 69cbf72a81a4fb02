"""How far what was recorded reaches: rectangles in units of a record."""

import json

import numpy as np
from matplotlib.text import Text

from helpers.stage.outlines import UNITS, points


def page(recorder):
    """Return the whole page as [left, top, width, height]."""
    return [0, 0, round(recorder.width * UNITS), round(recorder.height * UNITS)]


def bounds(ops, recorder):
    """Return the rectangle within the page that holds what operations paint."""
    found = list(_corners(ops, recorder))
    if not found:
        return [0, 0, 0, 0]
    size = page(recorder)[2:]
    # A pixel more on each side, for the soft edges.
    low = np.clip(np.min([low for low, _ in found], axis=0) - UNITS, 0, size).astype(int)
    high = np.clip(np.max([high for _, high in found], axis=0) + UNITS, 0, size).astype(int)
    return [*low.tolist(), *(high - low).tolist()]


def panels(layers, movers, recorder):
    """Return the parts of a picture that nothing joins, from left to right.

    A narrow page stacks them.

    Returns
    -------
    list of [left, right]
        In CSS pixels, with a small margin each.
    """
    grounds = [*recorder.pool.grounds]
    axes = [
        [max(ax.bbox.x0, 0), min(ax.bbox.x1, recorder.width)]
        for ax in movers.cast.axes
        if ax.get_visible()
    ]
    spans = [*axes]
    for layer in layers:
        if "ground" in layer:
            for low, high in _corners(json.loads(grounds[layer["ground"]]), recorder):
                left, right = low[0] / UNITS, high[0] / UNITS
                if left > 1 or right < recorder.width - 1:  # else it is the paper
                    spans.append([left, right])
    found = _joined(spans, gap=1)
    # What stands alone belongs to the nearest Axes: first the numbers along an axis, then its name,
    # which may be nearer to the neighbor's Axes than to its own, but is next to the numbers.
    loose = [s for s in found if not any(s[0] <= left and right <= s[1] for left, right in axes)]
    for span in sorted(loose, key=lambda s: min((_gap(s, a) for a in axes), default=0)):
        others = [s for s in found if s not in loose]
        if others:
            near = min(others, key=lambda s: _gap(s, span))
            found = _joined([*found, [min(near[0], span[0]), max(near[1], span[1])]], gap=0)
    return [[max(0, int(left) - 4), min(recorder.width, int(right) + 5)] for left, right in found]


def _gap(one, other):
    """How far two spans are apart."""
    return max(one[0] - other[1], other[0] - one[1])


def _joined(spans, gap):
    """Join those that overlap, or nearly do so."""
    found = []
    for left, right in sorted(spans):
        if found and left < found[-1][1] + gap:
            found[-1][1] = max(found[-1][1], right)
        else:
            found.append([left, right])
    return found


def letters(figure):
    """Return the size of the smallest text in a figure, in CSS pixels."""
    sizes = [
        text.get_size() for text in figure.findobj(Text) if text.get_visible() and text.get_text()
    ]
    return round(min(sizes, default=10) * figure.dpi / 72, 1)


def _corners(ops, recorder):
    """Yield two corners of what each operation paints within its clip rectangle."""
    pool = recorder.pool
    styles, shapes, known = [*pool.styles], [*pool.shapes], {}

    def box(shape):
        if shape not in known:
            spots = np.array(points(["p", 0, shapes[shape]]))
            known[shape] = spots.min(axis=0), spots.max(axis=0)
        return known[shape]

    for op in ops:
        style = dict(zip(pool.STYLE_KEYS, styles[op[1]], strict=True))
        spots = np.array(points(op))
        if op[0] in "st":
            drawn = [op[2]] * len(spots) if op[0] == "s" else op[2::3]
            low = np.min(
                [spot + box(shape)[0] for spot, shape in zip(spots, drawn, strict=True)], axis=0
            )
            high = np.max(
                [spot + box(shape)[1] for spot, shape in zip(spots, drawn, strict=True)], axis=0
            )
        else:
            low, high = spots.min(axis=0), spots.max(axis=0)
        low, high = low - style["width"], high + style["width"]
        if style["clip"]:
            left, top, width, height = style["clip"]
            low = np.maximum(low, (left, top))
            high = np.minimum(high, (left + width, top + height))
        if (low < high).all():
            yield low, high
