"""What stands still in a figure, as layers between what moves."""

import json
import zlib

import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers.stage import extents
from helpers.stage.outlines import UNITS
from helpers.stage.pool import image_url, to_json
from helpers.stage.recorder import UnrecordableError

# An image of something still has twice the resolution of the page, for hi-dpi screens.
SCALE = 2
# An artist whose operations are longer than this (characters) may be smaller as an image.
LONG = 30_000


def layers(figure, movers, recorder):
    """Return the layers of a record from back to front, as a list of dict.

    ``{"ground": number, "box": [left, top, width, height]}`` is a run of still artists, one of
    the pool's grounds, and what it covers; ``{"track": number}`` is one that moves.
    """
    found, run, tracks = [], [], movers.tracks()
    recorder.snap = True
    below, above = lowered(figure, movers)
    for leaf in [*below, *above, None]:
        if leaf is not None and leaf not in movers:
            run += operations(figure, movers.cast, leaf, recorder)
            continue
        if run:
            box = extents.bounds(run, recorder) if found else extents.page(recorder)
            found.append({"ground": recorder.pool.grounds(to_json(run)), "box": box})
        run = []
        if leaf is not None:
            found.append({"track": tracks.index(leaf)})
    recorder.snap = False
    return found


def operations(figure, cast, leaf, recorder):
    """Return what draws one still artist: its draw calls, or an image where that is smaller."""
    recorder.ops = []
    try:
        cast.draw(leaf, recorder)
        text = json.dumps(recorder.ops)
        if len(text) < LONG:
            return recorder.ops
        size = len(zlib.compress(text.encode()))
    except (UnrecordableError, NotImplementedError):
        size = float("inf")
    drawn = recorder.ops
    image = _image(figure, cast, leaf, recorder, size)
    return drawn if image is None else image


def _image(figure, cast, leaf, recorder, limit):
    """Return the operation that paints an artist's pixels, or None if they take more bytes."""
    drawn = pixels(figure, SCALE, lambda renderer: cast.draw(leaf, renderer))
    seen = drawn[..., 3] > 0
    if not seen.any():
        return []
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    url = image_url(drawn[top:bottom, left:right])
    if 0.75 * len(url) > limit:
        return None
    box = np.array([left, top, right - left, bottom - top]) * UNITS // SCALE
    return [recorder.image(url, box.tolist())]


def pixels(figure, scale, draw=None):
    """Return the whole figure, or what ``draw(renderer)`` draws, as (rows, columns, 4) bytes."""
    dpi = figure.dpi
    canvas = FigureCanvasAgg(figure)
    try:
        figure.dpi = dpi * scale
        if draw is None:
            canvas.draw()
        else:
            draw(canvas.get_renderer())
        return np.array(canvas.buffer_rgba())
    finally:
        figure.dpi = dpi
        # Canvases and figures refer to each other: without this, each one's pixels (5 MB at
        # twice the size) would stay until Python happens to look for such circles.
        del canvas.renderer


def pictures(figure, movers, scale, moments):
    """Yield the whole figure as `pixels` does, at each of some moments.

    What stands still is drawn once. All that moves has to be known before.

    Parameters
    ----------
    moments : iterable
        Asked for the next one, it brings the figure there.
    """
    cast, (below, above) = movers.cast, lowered(figure, movers)
    sheet = None

    def draw(renderer):
        nonlocal sheet
        if sheet is None:
            for leaf in below:
                cast.draw(leaf, renderer)
            sheet = renderer.copy_from_bbox(figure.bbox)
        else:
            renderer.restore_region(sheet)
        for leaf in above:
            cast.draw(leaf, renderer)

    for _moment in moments:
        yield pixels(figure, scale, draw)


def lowered(figure, movers):
    """Return the leaves from back to front in two lists: those below all that moves, the rest.

    Each still one is as low as nothing that moves is below it. So there are few and small layers
    above the ground, which a page paints in each frame.
    """
    renderer, whole = figure.canvas.get_renderer(), figure.bbox
    ground, above, busy = [], [], []
    for leaf in movers.cast.leaves:
        clipped = leaf.get_clip_on() and leaf.axes is not None and leaf.get_clip_box()
        if leaf in movers:
            busy.append(leaf.axes.bbox if clipped else whole)
            above.append(leaf)
            continue
        (ground if _is_free(leaf, clipped, busy, renderer) else above).append(leaf)
    return ground, above


def _is_free(leaf, clipped, busy, renderer):
    if not busy:
        return True
    # To ask an axis how far its ticks reach takes long; it surrounds its Axes.
    near = clipped or isinstance(leaf, Axis)
    if near and any(box.overlaps(leaf.axes.bbox.padded(2)) for box in busy):
        return False
    extent = leaf.axes.bbox if clipped else leaf.get_tightbbox(renderer) or leaf.figure.bbox
    return not any(box.overlaps(extent.padded(2)) for box in busy)
