"""A figure and its update function, recorded: what stands still once, what moves per value."""

import itertools
import json
import operator
import sys

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import SubFigure
from matplotlib.legend import Legend
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text

from helpers.stage.recorder import (
    UNITS,
    Notes,
    Recorder,
    Table,
    UnrecordableError,
    png_url,
    points,
)

# The ground is painted at twice the size it is shown at, for hi-dpi screens.
GROUND_SCALE = 2
# At so many values all that stands still is drawn again, to see whether it does.
PROBES = 4


class Scene:
    """One figure with the function that moves it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Ordinary Matplotlib. Its size in inches times its dpi is the size on the page in CSS
        pixels.
    update : callable
        Called with one keyword argument per slider; sets the data of artists that the figure
        has already, and returns the sentence that says what the picture shows.
    sliders : sequence of Slider
    chosen : sequence of int
        The positions of the choices that this scene belongs to.
    """

    def __init__(self, figure, update, sliders, chosen=()):
        """Lay the figure out, with the first picture in it."""
        self.figure, self.update, self.sliders = figure, update, tuple(sliders)
        self.chosen = list(chosen)
        if "matplotlib.pyplot" in sys.modules:  # else Jupyter shows the figure once more
            sys.modules["matplotlib.pyplot"].close(figure)
        FigureCanvasAgg(figure)
        for artist in figure.findobj():
            artist.set_animated(False)
        # Where things stand is settled with the first picture in place, and then for good:
        # a layout or a legend that is worked out anew at each value would move the ground.
        self._call([s.index(s.start) for s in self.sliders])
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        self._leaves, self._axes, self._above = [], [], {}
        self._collect(figure, ())
        for legend in (leaf for leaf in self._leaves if isinstance(leaf, Legend)):
            _pin(legend)
        self.width = round(figure.get_figwidth() * figure.dpi)
        self.height = round(figure.get_figheight() * figure.dpi)
        self._movers, self._layers = set(), None
        self._settle()
        self._longest = self._probe_sentences()

    def show(self, key):
        """Bring the figure to the slider positions ``key``; return what it says.

        Raises
        ------
        TypeError
            If the update function does not return a sentence, or adds or removes artists.
        Exception
            Whatever the update function raises, with a note of the values.
        """
        for leaf in self._leaves:  # whoever drew or saved the figure meanwhile left marks
            if leaf not in self._movers:
                for part in self._parts[leaf]:
                    part.stale = False
        says = self._call(key)
        self._find_movers()
        return says

    def record(self, keys):
        """Return the record of the frames at the slider positions ``keys``, as JSON text."""
        keys = list(keys)
        self._probe(keys)
        while True:
            known = len(self._movers)
            record = self._record(keys, known)
            if record is not None:
                return record

    def drawn(self, label, key):
        """Return what the record holds of one artist, in the data coordinates of its Axes.

        Parameters
        ----------
        label : str
            The label of a moving artist.
        key : tuple of int
            Slider positions.

        Returns
        -------
        numpy.ndarray, shape (n, 2)
            The places of its markers, or if it has none, the vertices of its path, to 1/16 of
            a pixel; of a text the origins of its letters; of an image its lower left and upper
            right corners. Empty if nothing of it is to be seen.

        Raises
        ------
        KeyError
            If nothing that moves has this label.
        """
        found = [artist for artist in self._tracks() if artist.get_label() == label]
        if not found:
            names = ", ".join(repr(a.get_label()) for a in self._tracks())
            raise KeyError(f"Nothing that moves is labelled {label!r}; there are {names}.")
        self.show(key)
        artist = found[0]
        ops = self._draw(artist, Recorder(self.width, self.height, self.figure.dpi))
        stamps = [op for op in ops if op[0] == "s"]
        pixels = np.array([p for op in stamps or ops for p in points(op)]).reshape(-1, 2) / UNITS
        pixels[:, 1] = self.height - pixels[:, 1]
        place = artist.axes.transData if artist.axes else self.figure.transFigure
        return place.inverted().transform(pixels)

    def _call(self, key):
        values = {s.name: s.values[i] for s, i in zip(self.sliders, key, strict=True)}
        try:
            says = self.update(**values)
        except Exception as error:
            at = ", ".join(f"{name} = {value!r}" for name, value in values.items())
            error.add_note(f"This happened in the update function of an explorer at {at}.")
            raise
        if not isinstance(says, str):
            raise TypeError(
                "An update function returns the sentence that says what the picture shows, "
                f"not {says!r}."
            )
        return says

    # What there is, and what moves

    def _collect(self, parent, above):
        """List what is drawn, from back to front, and what it stands in."""
        above = (*above, parent)
        self._above[parent] = above
        if isinstance(parent, Axes):
            self._axes.append(parent)
        children = [child for child in parent.get_children() if child is not parent.patch]
        # The walls of 3D Axes come before all that stands in them, whatever their order.
        children.sort(key=lambda child: (not hasattr(child, "draw_pane"), child.get_zorder()))
        for child in [parent.patch, *children]:
            if isinstance(child, Axes | SubFigure):
                self._collect(child, above)
            else:
                self._leaves.append(child)
                self._above[child] = above

    def _tracks(self):
        return [leaf for leaf in self._leaves if leaf in self._movers]

    def _settle(self):
        """Take the present state as the one from which changes are told."""
        self._parts = {leaf: _parts(leaf) for leaf in self._leaves}
        for parts in self._parts.values():
            for part in parts:
                part.stale = False
                if isinstance(part, Text):  # it would hold on to all the pixels
                    part._renderer = None
        self._unseen = {p for ps in self._parts.values() for p in ps if not p.get_visible()}
        self._views = {ax: self._view(ax) for ax in self._axes}
        self._aims = {leaf: _aim(leaf) for leaf in self._leaves}
        self._order = [leaf.get_zorder() for leaf in self._leaves]
        parents = dict.fromkeys(above[-1] for above in self._above.values())
        self._families = {parent: parent.get_children() for parent in parents}

    def _view(self, ax):
        """What decides where and whether the things in some Axes are drawn."""
        visible = [parent.get_visible() for parent in self._above[ax]]
        scales = [axis.get_scale() for axis in ax._axis_map.values()]
        limits = [axis.get_view_interval().tolist() for axis in ax._axis_map.values()]
        angles = [getattr(ax, name, None) for name in ("elev", "azim", "roll")]
        return visible, ax.axison, ax._frameon, scales, limits, angles, ax.bbox.bounds

    def _is_shown(self, leaf):
        """Tell whether Matplotlib would ask a leaf to draw itself."""
        ax = leaf.axes
        if not all(parent.get_visible() for parent in self._above[leaf]):
            return False
        if isinstance(leaf, Axis):
            return getattr(ax, "_axis3don", ax.axison)
        if isinstance(leaf, Spine) or (ax and leaf is ax.patch):
            return ax.axison and ax._frameon
        return True

    def _find_movers(self):
        """Add to the movers what has changed since the ground was settled."""
        for parent, children in self._families.items():
            now = parent.get_children()
            if len(now) != len(children) or any(map(operator.is_not, now, children)):
                raise TypeError(
                    "An update function moves the artists that the figure has already; "
                    "it may not add or remove any."
                )
        if self._order != [leaf.get_zorder() for leaf in self._leaves]:
            raise TypeError("An update function may not change the zorder of an artist.")
        still = [leaf for leaf in self._leaves if leaf not in self._movers]
        moved = {
            leaf
            for leaf in still
            # Matplotlib marks what was changed since it was last drawn as stale, but for the
            # place that an annotation points at.
            if any(map(self._is_stale, self._parts[leaf])) or _aim(leaf) != self._aims[leaf]
        }
        for ax, old in self._views.items():
            locate = ax.get_axes_locator()
            ax.apply_aspect(locate(ax, None) if locate else None)
            if self._view(ax) != old:  # everything in these Axes is somewhere else
                moved.update(leaf for leaf in still if leaf.axes is ax)
        self._add_movers(moved)

    def _is_stale(self, part):
        return part.stale and (part.get_visible() or part not in self._unseen)

    def _add_movers(self, moved):
        if not moved <= self._movers:
            self._movers |= moved
            self._layers = None

    def _probe(self, keys):
        """Draw what stands still at a few values, to find what moves without being marked.

        That is so for data changed in place, or for a transform that was turned.
        """
        spread = np.linspace(0, len(keys) - 1, min(PROBES, len(keys))).round().astype(int)
        notes, first = Notes(self.width, self.height, self.figure.dpi), {}
        for key in (keys[i] for i in spread):
            self.show(key)
            # Ticks and their labels take long to draw, and mark all changes.
            quiet = [leaf for leaf in self._leaves if not isinstance(leaf, Axis)]
            still = [leaf for leaf in quiet if leaf not in self._movers]
            now = {leaf: self._draw(leaf, notes) for leaf in still}
            self._settle()
            moved = {leaf for leaf in still if first.setdefault(leaf, now[leaf]) != now[leaf]}
            self._add_movers(moved)

    def _probe_sentences(self):
        """The longest sentence at the ends and middles of the sliders.

        A page that gets its record in parts keeps room for it, so that nothing below jumps.
        """
        ends = ({0, len(s.values) // 2, len(s.values) - 1} for s in self.sliders)
        return max((self.show(key) for key in itertools.product(*map(sorted, ends))), key=len)

    def _draw(self, artist, recorder):
        """Return the recorded draw calls of one artist."""
        recorder.ops = []
        if self._is_shown(artist):
            try:
                _draw(artist, recorder)
            except (UnrecordableError, NotImplementedError) as error:
                raise UnrecordableError(
                    f"The stage cannot record the moving {_name(artist)}: it draws {error}. "
                    "Draw it otherwise, or let it stand still."
                ) from error
        return recorder.ops

    # The record

    def _record(self, keys, known):
        """The record, or None when a frame moved something that the ground still held."""
        recorder = Recorder(self.width, self.height, self.figure.dpi)
        cels, sentences, frames = Table(), Table(), {}
        tracks = self._tracks()
        for key in keys:
            says = self.show(key)
            if len(self._movers) != known:
                return None
            frames[_join(key)] = [sentences(says)] + [
                cels(_json(self._draw(artist, recorder))) for artist in tracks
            ]
        if self._layers is None:
            self._layers = list(self._paint())
        head = {
            "width": self.width,
            "height": self.height,
            "units": UNITS,
            "chosen": self.chosen,
            "layers": self._layers,
            "styles": [
                dict(zip(Recorder.STYLE_KEYS, style, strict=True)) for style in recorder.styles
            ],
            "shapes": list(recorder.shapes),
            "images": list(recorder.images),
            "says": list(sentences),
            "longest": max(self._longest, *sentences, key=len),
            "frames": frames,
        }
        # The cels are JSON already: they are joined, not parsed and written once more.
        return _json(head)[:-1] + ',"cels":[' + ",".join(cels) + "]}"

    def _paint(self):
        """Yield the layers from back to front: runs of still artists, and moving ones."""
        run, tracks = [], self._tracks()
        for leaf in self._lowered():
            if leaf not in self._movers:
                run.append(leaf)
                continue
            yield from self._image(run)
            run = []
            yield {"track": tracks.index(leaf)}
        yield from self._image(run)
        self._settle()

    def _lowered(self):
        """The leaves from back to front, each still one as low as nothing that moves is below it.

        So there are few and small layers above the ground, which a page paints in each frame.
        """
        renderer, whole = self.figure.canvas.get_renderer(), self.figure.bbox
        ground, above, busy = [], [], []
        for leaf in self._leaves:
            clipped = leaf.get_clip_on() and leaf.axes is not None and leaf.get_clip_box()
            if leaf in self._movers:
                busy.append(leaf.axes.bbox if clipped else whole)
                above.append(leaf)
                continue
            extent = leaf.axes.bbox if clipped else leaf.get_tightbbox(renderer) or whole
            free = not any(box.overlaps(extent.padded(2)) for box in busy)
            (ground if free else above).append(leaf)
        return ground + above

    def _image(self, run):
        pixels = self._pixels(GROUND_SCALE, run)
        seen = pixels[..., 3] > 0
        if not seen.any():
            return
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        box = np.array([left, top, right - left, bottom - top]) * UNITS / GROUND_SCALE
        yield {"image": png_url(pixels[top:bottom, left:right]), "box": box.astype(int).tolist()}

    def rendered(self, scale):
        """Return the figure as Matplotlib draws it: bytes, shape (rows, columns, 4)."""
        pixels = self._pixels(scale)
        self._settle()
        return pixels

    def _pixels(self, scale, run=None):
        """The whole figure, or some of what it is made of."""
        figure, dpi = self.figure, self.figure.dpi
        canvas = FigureCanvasAgg(figure)
        try:
            figure.dpi = dpi * scale
            if run is None:
                canvas.draw()
            else:
                renderer = canvas.get_renderer()
                for leaf in filter(self._is_shown, run):
                    _draw(leaf, renderer)
            return np.array(canvas.buffer_rgba())
        finally:
            figure.dpi = dpi
            # Canvases and figures refer to each other: without this, each one's pixels (5 MB at
            # twice the size) would stay until Python happens to look for such circles.
            del canvas.renderer


def _draw(leaf, renderer):
    """Draw one artist, with what its Axes would do for it first if they are 3D."""
    if hasattr(leaf, "do_3d_projection"):
        leaf.do_3d_projection()
    axes = list(leaf.axes._axis_map.values()) if hasattr(leaf, "draw_pane") else []
    if axes and leaf is axes[0]:
        for axis in axes:
            axis.draw_pane(renderer)
        for axis in axes:
            axis.draw_grid(renderer)
    leaf.draw(renderer)


def _parts(leaf):
    """Everything that a leaf is made of."""
    parts = leaf.findobj()
    for text in [part for part in parts if isinstance(part, Text)]:
        parts += [p for p in (text.get_bbox_patch(), getattr(text, "arrow_patch", None)) if p]
    return parts


def _aim(leaf):
    """Where an annotation points, which changes without a mark."""
    return repr(leaf.xy) if isinstance(leaf, Annotation | AnnotationBbox) else None


def _pin(legend):
    """Keep a legend, which looked for the best place, where it is."""
    if legend._loc == 0:
        box, frame = legend.get_window_extent(), legend.get_bbox_to_anchor()
        legend.set_loc(((box.x0 - frame.x0) / frame.width, (box.y0 - frame.y0) / frame.height))


def _name(artist):
    kind, label = type(artist).__name__, artist.get_label()
    return f"{kind} {label!r}" if label else kind


def _json(thing):
    return json.dumps(thing, separators=(",", ":"), ensure_ascii=False)


def _join(key):
    return ",".join(map(str, key))
