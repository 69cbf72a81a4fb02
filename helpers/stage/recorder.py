"""A Matplotlib renderer that writes down what artists draw, as data a canvas can replay.

Coordinates are integers in units of 1/16 of a CSS pixel, from the top left corner, so that
a record is exact enough for a 2x screen and still small.
"""

import functools
import inspect

import numpy as np
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D, Bbox

from helpers.stage.outlines import UNITS, clipped, in_units, svg
from helpers.stage.pool import Pool, image_url

# What lies further outside the picture than this (CSS pixels) is cut off.
MARGIN = 64

# Since Matplotlib 3.11 the items of a collection come with colors of hatches.
_HATCH_COLORS = "hatchcolors" in inspect.signature(RendererBase._iter_collection).parameters
_CAPS = {"butt": "butt", "round": "round", "projecting": "square"}


class UnrecordableError(Exception):
    """An artist asked for something that a record cannot hold."""


class Recorder(RendererBase):
    """Record draw calls into ``ops``, with shared tables of styles, shapes and images.

    What Matplotlib's Agg moves to whole pixels, lines along the axes and rectangles, is marked as
    such where ``snap`` is set: a page then does the same, whatever size its pixels have.

    Parameters
    ----------
    width, height : float
        Size of the figure in CSS pixels.
    dpi : float
        CSS pixels per inch of the figure.
    pool : Pool, optional
        Where styles, shapes and images are kept; by default a new one.

    Attributes
    ----------
    ops : list of list
        What was drawn, in order; each begins with its kind and the number of its style:
        ``["p", style, "M0 0l1 1"]`` is a path, ``["s", style, shape, x, y, x, y, ...]`` one
        shape at several places, ``["t", style, shape, x, y, shape, x, y, ...]`` a run of
        letters, ``["i", style, image, x, y, width, height]`` an image. A caller takes the list
        and puts a new one in its place.
    pool : Pool
    snap : bool
        Whether it is noted what belongs to whole pixels.
    """

    def __init__(self, width, height, dpi, pool=None):
        """Begin with an empty record."""
        super().__init__()
        self.width, self.height, self.dpi = width, height, dpi
        self.ops, self.snap = [], False
        self.pool = pool or Pool()
        self._glyphs, self._layouts, self._text = {}, {}, TextToPath()
        self._outlines = {}
        self._flip = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, height], [0.0, 0.0, 1.0]])
        self._page = (-MARGIN, -MARGIN, width + MARGIN, height + MARGIN)

    def refuse(self, what):
        """Raise UnrecordableError for something that a record cannot hold."""
        raise UnrecordableError(what)

    # What Matplotlib asks of a renderer

    def get_canvas_width_height(self):
        """Size of the picture in CSS pixels."""
        return self.width, self.height

    def points_to_pixels(self, points):
        """Convert points (1/72 inch) to CSS pixels."""
        return points * self.dpi / 72

    def get_image_magnification(self):
        """Images are kept at twice the resolution of the page."""
        return 2

    def get_text_width_height_descent(self, s, prop, ismath):
        """Size of a text in CSS pixels."""
        if ismath == "TeX":
            self.refuse("text with usetex=True")
            return 0, 0, 0
        return super().get_text_width_height_descent(s, prop, ismath)

    def draw_path(self, gc, path, transform, rgbFace=None):
        """Record one path, which may be filled, stroked or both."""
        if gc.get_hatch() is not None:
            self._draw_hatched(gc, path, transform, rgbFace)
            return
        snaps = self._snaps(gc, path, transform)
        style = self._style(gc, rgbFace, snaps)
        if style is None:
            return
        whole = Affine2D(self._flip @ transform.get_matrix())
        if rgbFace is None:
            simple = path.should_simplify
            path = path.cleaned(whole, True, self._page, simplify=simple, curves=True)
        else:
            path = path.cleaned(whole, True, curves=True)
            if not self._inside(path):
                path = clipped(path, Bbox.from_extents(*self._page))
        outline = svg(path, snaps)
        if outline:
            self.ops.append(["p", style, outline])

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        """Record one marker and the places where it stands."""
        places = trans.transform(path.vertices)
        self._stamp(gc, marker_path, marker_trans, places, rgbFace)

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, **more
    ):
        """Record the paths of a collection, each at its place."""
        if _HATCH_COLORS:
            more.setdefault("hatchcolors", [])
        raw = list(self._iter_collection_raw_paths(master_transform, paths, all_transforms))
        items = self._iter_collection(gc, raw, offsets, offset_trans, *looks, **more)
        for x, y, (path, transform), gc0, face in items:
            self._stamp(gc0, path, transform, np.array([[x, y]], dtype=float), face)

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        """Record text as the outlines of its glyphs: it looks the same in every browser."""
        gc.set_linewidth(0)
        style = self._style(gc, gc.get_rgb())
        if style is None:
            return
        glyphs, outlines, rules = self._layout(prop, s, ismath)
        size = self.points_to_pixels(prop.get_size_in_points()) / self._text.FONT_SCALE
        turn = Affine2D().scale(size * UNITS).rotate_deg(angle).scale(1, -1).get_matrix()
        origin = np.array([x, y]) * UNITS
        run = []
        for glyph, left, bottom, scale in glyphs:
            # Font files are part of the name of a glyph; its look depends on size and angle.
            key = (glyph, size * scale, angle)
            if key not in self._glyphs:
                outline = Path(*outlines[glyph]) if len(outlines[glyph][0]) else None
                place = Affine2D().scale(scale) + Affine2D(turn)
                drawn = outline and svg(outline.cleaned(place, curves=True), scale=UNITS)
                self._glyphs[key] = self.pool.shapes(drawn) if drawn else None
            if self._glyphs[key] is not None:
                spot = origin + turn[:2, :2] @ (left, bottom)
                run += [self._glyphs[key], *np.rint(spot).astype(int).tolist()]
        if run:
            self.ops.append(["t", style, *run])
        for rule in rules:
            path = Path(*rule).cleaned(Affine2D(turn).translate(*origin))
            self.ops.append(["p", style, svg(path, scale=UNITS)])

    def draw_image(self, gc, x, y, im, transform=None):
        """Record an RGBA image whose lower left corner is (x, y)."""
        if transform is not None:
            self.refuse("a rotated or sheared image")
        rows, columns = im.shape[:2]
        if not rows or not columns:
            return
        magnification = self.get_image_magnification()
        width, height = columns / magnification, rows / magnification
        box = np.rint(np.array([x, self.height - y - height, width, height]) * UNITS)
        style = self._style(gc, None, anything=True)
        # Matplotlib hands out the rows from the bottom up.
        image = self.pool.images(image_url(im[::-1]))
        self.ops.append(["i", style, image, *box.astype(int).tolist()])

    def image(self, url, box):
        """Return the operation that paints an image into a box, in units, and nothing else."""
        return ["i", self._style(self.new_gc(), None, anything=True), self.pool.images(url), *box]

    def draw_tex(self, gc, x, y, s, prop, angle, *, mtext=None):
        """TeX needs a program that readers may not have."""
        self.refuse("text with usetex=True")

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        """A canvas has no triangle shading."""
        self.refuse("Gouraud shading")

    def start_filter(self):
        """A filter works on pixels, which a record does not have."""
        self.refuse("an agg_filter")

    # How it is written down

    def _inside(self, path):
        left, top, right, bottom = self._page
        (x0, y0), (x1, y1) = path.vertices.min(axis=0), path.vertices.max(axis=0)
        return x0 >= left and y0 >= top and x1 <= right and y1 <= bottom

    def _stamp(self, gc, path, transform, places, face):
        """Record one shape at several places (in pixels from the lower left corner)."""
        # Collections without places of their own, such as filled areas, come with (0, 0).
        if len(places) == 1 and not places.any():
            self.draw_path(gc, path, transform, face)
            return
        if gc.get_hatch() is not None:
            self._draw_each(gc, path, transform, places, face)
            return
        snaps = self._snaps(gc, path, transform)
        reach, outline = self._outline(path, transform, snaps)
        if reach > MARGIN:
            self._draw_each(gc, path, transform, places, face)
            return
        style = self._style(gc, face, snaps)
        left, top, right, bottom = self._page
        spots = places * (1, -1) + (0, self.height)
        # Not so for NaN and infinity.
        near = (spots >= (left - reach, top - reach)) & (spots <= (right + reach, bottom + reach))
        spots = spots[near.all(axis=1)]
        if style is None or not outline or not len(spots):
            return
        numbers = in_units(spots, snaps).ravel().tolist()
        op = ["s", style, self.pool.shapes(outline)]
        if self.ops and self.ops[-1][:3] == op:  # one entry for neighbors of the same look
            self.ops[-1] += numbers
        else:
            self.ops.append(op + numbers)

    def _outline(self, path, transform, snaps):
        """How far a shape reaches from its place, and its SVG: markers come in every frame."""
        codes = b"" if path.codes is None else path.codes.tobytes()
        key = path.vertices.tobytes(), codes, transform.get_matrix().tobytes(), snaps
        if key not in self._outlines:
            shape = path.cleaned(transform.frozen().scale(1, -1), True, curves=True)
            self._outlines[key] = np.abs(shape.vertices).max(), svg(shape, snaps)
        return self._outlines[key]

    def _draw_each(self, gc, path, transform, places, face):
        for x, y in places[np.isfinite(places).all(axis=1)]:
            self.draw_path(gc, path, transform.frozen().translate(x, y), face)

    def _draw_hatched(self, gc, path, transform, face):
        """Record the fill of a path, the tiles of its hatch, cut out by the path, and its edge."""
        if gc.get_clip_path()[0] is not None:
            self.refuse("a hatch within a clip path")
            return
        plain, edge = self.new_gc(), gc.get_linewidth()
        plain.copy_properties(gc)
        plain.set_hatch(None)
        plain.set_linewidth(0)
        self.draw_path(plain, path, transform, face)
        whole = path.cleaned(Affine2D(self._flip @ transform.get_matrix()), True, curves=True)
        if not self._inside(whole):
            whole = clipped(whole, Bbox.from_extents(*self._page))
        outline = svg(whole)
        if outline:
            # A tile is an inch wide; the first one stands in the upper left corner of the page.
            turn = Affine2D().scale(self.dpi, -self.dpi).translate(0, self.dpi)
            tile = self.pool.shapes(svg(gc.get_hatch_path().cleaned(turn, curves=True)))
            color = _css(tuple(gc.get_hatch_color()), 1, False)
            width = max(1, round(gc.get_hatch_linewidth() * self.points_to_pixels(1) * UNITS))
            clip = self._clip(gc.get_clip_rectangle()), self.pool.shapes(outline)
            style = self.pool.styles((color, color, width, None, 0, "butt", "miter", *clip, False))
            box = whole.get_extents()
            (left, top), (right, bottom) = (np.floor(end / self.dpi) for end in (box.min, box.max))
            step = UNITS * self.dpi
            places = [
                round(step * number)
                for row in range(max(int(top), -1), int(bottom) + 1)
                for column in range(max(int(left), -1), int(right) + 1)
                for number in (column, row)
            ]
            self.ops.append(["s", style, tile, *places])
        if edge:
            plain.set_linewidth(edge)
            self.draw_path(plain, path, transform)

    def _snaps(self, gc, path, transform):
        """Whether Agg moves a path to whole pixels: if all of it runs along the axes."""
        if not self.snap or gc.get_snap() is not None:
            return self.snap and gc.get_snap()
        if len(path.vertices) > 1024 or (
            path.codes is not None and np.isin(path.codes, (3, 4)).any()
        ):
            return False
        steps = np.abs(np.diff(transform.transform(path.vertices), axis=0))
        if path.codes is not None:
            steps = steps[~np.isin(path.codes[1:], (Path.MOVETO, Path.CLOSEPOLY, Path.STOP))]
        return bool((steps < 1e-4).any(axis=1).all())

    def _layout(self, prop, s, ismath):
        """Glyphs, outlines and rules of a text at size 100; numbers come again and again."""
        key = (s, bool(ismath), hash(prop))
        if key not in self._layouts:
            if ismath:
                self._layouts[key] = self._text.get_glyphs_mathtext(prop, s)
            else:
                font = self._text._get_font(prop)
                font.set_size(self._text.FONT_SCALE, self._text.DPI)
                self._layouts[key] = self._text.get_glyphs_with_font(font, s)
        glyphs, outlines, rules = self._layouts[key]
        return list(glyphs), outlines, rules

    def _style(self, gc, face, snap=False, anything=False):
        """Number of the style, or None where nothing would be seen."""
        if gc.get_sketch_params() is not None:
            self.refuse("a sketch style")
        scale = self.points_to_pixels(1) * UNITS
        width = gc.get_linewidth() * scale
        alpha, forced = gc.get_alpha(), gc.get_forced_alpha()
        fill = None if face is None else _css(tuple(face), alpha, forced)
        stroke = _css(tuple(gc.get_rgb()), alpha, forced) if width else None
        if fill is None and stroke is None and not anything:
            return None
        offset, dashes = gc.get_dashes() if stroke else (0, None)
        return self.pool.styles(
            (
                fill,
                stroke,
                max(1, round(width)) if stroke else 0,
                # Finer than a unit: a hundred dashes in a row add up what is rounded off.
                tuple(round(d * scale, 2) for d in dashes) if dashes else None,
                round((offset or 0) * scale, 2),
                _CAPS[gc.get_capstyle()],
                gc.get_joinstyle(),
                self._clip(gc.get_clip_rectangle()),
                self._clip_outline(gc),
                snap,
            )
        )

    def _clip(self, box):
        if box is None:
            return None
        left, bottom, width, height = box.bounds
        top = self.height - bottom - height
        return tuple(round(v * UNITS) for v in (left, top, width, height))

    def _clip_outline(self, gc):
        path, transform = gc.get_clip_path()
        if path is None:
            return None
        whole = Affine2D(self._flip @ transform.get_matrix())
        return self.pool.shapes(svg(path.cleaned(whole, curves=True)))


@functools.lru_cache
def _css(color, alpha, forced):
    """CSS color, or None if it is fully transparent."""
    red, green, blue, opacity = (*color[:3], color[3] if len(color) > 3 else 1.0)
    if forced:
        opacity = alpha
    if opacity == 0:
        return None
    return to_hex((red, green, blue, opacity), keep_alpha=opacity < 1)
