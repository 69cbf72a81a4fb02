"""Paths as SVG path data in whole numbers, and back."""

import itertools
import re

import numpy as np
from matplotlib.path import Path

# Coordinates are in units of 1/16 of a CSS pixel.
UNITS = 16


def in_units(places, snapped=False):
    """Return places in pixels as whole numbers of units.

    Where they will be moved to whole pixels, they are rounded such that they come to the same
    pixel as before, on a screen with one or two pixels in a CSS pixel.
    """
    units = np.rint(places * UNITS).astype(int)
    for scale in (2, 1) if snapped else ():
        wanted, found = (np.floor(x * scale + 0.5) for x in (places, units / UNITS))
        units += np.sign(wanted - found).astype(int)
    return units


def svg(path, snapped=False, scale=1):
    """SVG path data: straight runs as relative steps, curves as they are; "" if nothing.

    Parameters
    ----------
    path : matplotlib.path.Path
    snapped : bool
        See `in_units`.
    scale : float
        How many times larger than a pixel the path's own measure is.
    """
    vertices = in_units(path.vertices / scale, snapped)
    codes = [] if path.codes is None else path.codes.tolist()
    words, begin = [], 0
    for code, group in itertools.groupby(codes):
        end = begin + len(list(group))
        if code == Path.STOP:
            break
        if code == Path.MOVETO:
            start = vertices[end - 1]
            words.append(f"M{start[0]} {start[1]}")
        elif code == Path.LINETO:
            run = vertices[begin - 1 : end]
            if codes[begin - 1] == Path.CLOSEPOLY:
                run = np.concatenate([[start], run[1:]])
            steps = np.diff(run, axis=0)
            steps = steps[steps.any(axis=1)].ravel().tolist()
            if steps:
                words.append("l" + " ".join(map(str, steps)))
        elif code == Path.CLOSEPOLY:
            words.append("Z")
        else:
            numbers = " ".join(map(str, vertices[begin:end].ravel().tolist()))
            words.append(("Q" if code == Path.CURVE3 else "C") + numbers)
        begin = end
    while words and words[-1][0] == "M":
        words.pop()
    return "".join(words)


def clipped(path, box):
    """Cut off what is far outside, which would make numbers too large for a canvas."""
    keep = path.codes != Path.STOP
    vertices, codes = path.vertices[keep], path.codes[keep]
    starts = np.flatnonzero(codes == Path.MOVETO)
    ends = np.flatnonzero(codes == Path.CLOSEPOLY)
    # The vertices that close a path mean nothing, but would be taken as places.
    vertices[ends] = vertices[starts[np.searchsorted(starts, ends) - 1]]
    path = Path(vertices, codes).clip_to_bbox(box)
    if len(ends) and path.codes is not None:
        path.codes[np.append(np.flatnonzero(path.codes == Path.MOVETO)[1:], 0) - 1] = Path.CLOSEPOLY
    return path


def points(op):
    """Return the points of one recorded operation, in units, as a list of (x, y).

    Of a path these are its vertices (control points of curves among them), of stamps their
    places, of a run of letters the origins of its glyphs, of an image its lower left and
    upper right corners.
    """
    if op[0] == "s":
        return list(zip(op[3::2], op[4::2], strict=True))
    if op[0] == "t":
        return list(zip(op[3::3], op[4::3], strict=True))
    if op[0] == "i":
        x, y, width, height = op[3:]
        return [(x, y + height), (x + width, y)]
    found = []
    for command, text in re.findall(r"([MlQC])([^MlQCZ]*)", op[2]):
        numbers = [int(number) for number in text.split()]
        for step in zip(numbers[::2], numbers[1::2], strict=True):
            start = found[-1] if command == "l" else (0, 0)
            found.append((start[0] + step[0], start[1] + step[1]))
    return found
