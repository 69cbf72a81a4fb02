"""A figure and its update function, recorded: what stands still once, what moves per value."""

import itertools
import sys

import numpy as np
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.legend import Legend

from helpers.stage import extents, ground
from helpers.stage.cast import Cast, name, pin
from helpers.stage.movers import Movers
from helpers.stage.notes import Notes
from helpers.stage.outlines import UNITS, points
from helpers.stage.pool import Pool, Table, to_json
from helpers.stage.recorder import Recorder, UnrecordableError

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
        self._cast = Cast(figure)
        for legend in (leaf for leaf in self._cast.leaves if isinstance(leaf, Legend)):
            pin(legend)
        self.width = round(figure.get_figwidth() * figure.dpi)
        self.height = round(figure.get_figheight() * figure.dpi)
        self._movers, self._painted = Movers(self._cast), None
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
        self._movers.unmark()  # whoever drew or saved the figure meanwhile left marks
        return self._next(key)

    def record(self, keys):
        """Return the record of the frames at the slider positions ``keys``, as JSON text."""
        keys = list(keys)
        self._probe(keys)
        film = None
        while film is None:
            known = len(self._movers.found)
            if self._painted is None or self._painted[0] != known:
                base = Pool()
                self._painted = known, base, self._layers(base)
            pool = self._painted[1].copy()
            film = self._frames(keys, pool)
        rows = zip(*film.pop("columns"), strict=True)
        return pool.text(
            units=UNITS,
            chosen=self.chosen,
            **self._painted[2],
            **film,
            frames={",".join(map(str, key)): row for key, row in zip(keys, rows, strict=True)},
        )

    def film(self, keys, pool):
        """Record the frames at the slider positions ``keys`` into a pool.

        Returns
        -------
        dict
            ``"width"``, ``"height"``, ``"panels"`` (see `extents.panels`) and ``"letters"``, the
            size of the smallest, in CSS pixels; ``"layers"`` from back to front; ``"says"``, all
            sentences, and ``"longest"``, the longest of them; and ``"columns"``: for each frame
            the number of its sentence, and for each track the numbers of its cels.
        """
        keys = list(keys)
        self._probe(keys)
        film = None
        while film is None:
            film = self._frames(keys, pool)
        return {**self._layers(pool), **film}

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
        found = [artist for artist in self._movers.tracks() if artist.get_label() == label]
        if not found:
            names = ", ".join(repr(a.get_label()) for a in self._movers.tracks())
            raise KeyError(f"Nothing that moves is labelled {label!r}; there are {names}.")
        self.show(key)
        artist = found[0]
        ops = self._draw(artist, self._recorder())
        stamps = [op for op in ops if op[0] == "s"]
        pixels = np.array([p for op in stamps or ops for p in points(op)]).reshape(-1, 2) / UNITS
        pixels[:, 1] = self.height - pixels[:, 1]
        place = artist.axes.transData if artist.axes else self.figure.transFigure
        return place.inverted().transform(pixels)

    def rendered(self, scale):
        """Return the figure as Matplotlib draws it: bytes, shape (rows, columns, 4)."""
        pixels = ground.pixels(self.figure, scale)
        self._movers.settle()
        return pixels

    def pictures(self, keys, scale):
        """Return what `show` says and what `rendered` returns for each of ``keys``, as pairs."""
        if len(keys) == 1 or self._cast.has_depth():
            return [(self.show(key), self.rendered(scale)) for key in keys]
        self._probe(keys)
        says = [self.show(key) for key in keys]
        moments = map(self.show, keys)
        found = [*ground.pictures(self.figure, self._movers, scale, moments)]
        self._movers.settle()
        return [*zip(says, found, strict=True)]

    def _next(self, key):
        """What `show` does, for one who has drawn nothing but movers since."""
        says = self._call(key)
        self._movers.find()
        return says

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

    def _recorder(self, pool=None, kind=Recorder):
        return kind(self.width, self.height, self.figure.dpi, pool)

    def _probe(self, keys):
        """Draw what stands still at a few values, to find what moves without being marked.

        That is so for data changed in place, or for a transform that was turned.
        """
        spread = np.linspace(0, len(keys) - 1, min(PROBES, len(keys))).round().astype(int)
        notes, first = self._recorder(kind=Notes), {}
        for key in (keys[i] for i in spread):
            self.show(key)
            # Ticks and their labels take long to draw, and mark all changes.
            still = [leaf for leaf in self._movers.still() if not isinstance(leaf, Axis)]
            now = {leaf: self._draw(leaf, notes) for leaf in still}
            moved = {leaf for leaf in still if first.setdefault(leaf, now[leaf]) != now[leaf]}
            self._movers.found |= moved

    def _probe_sentences(self):
        """The longest sentence at the ends and middles of the sliders.

        A page that gets its record in parts keeps room for it, so that nothing below jumps.
        """
        ends = ({0, len(s.values) // 2, len(s.values) - 1} for s in self.sliders)
        return max((self.show(key) for key in itertools.product(*map(sorted, ends))), key=len)

    def _draw(self, artist, recorder):
        """Return the recorded draw calls of one artist."""
        recorder.ops = []
        try:
            self._cast.draw(artist, recorder)
        except (UnrecordableError, NotImplementedError) as error:
            raise UnrecordableError(
                f"The stage cannot record the moving {name(artist)}: it draws {error}. "
                "Draw it otherwise, or let it stand still."
            ) from error
        return recorder.ops

    def _layers(self, pool):
        recorder = self._recorder(pool)
        layers = ground.layers(self.figure, self._movers, recorder)
        panels = extents.panels(layers, self._movers, recorder)
        self._movers.settle()
        return {
            "width": self.width,
            "height": self.height,
            "panels": panels,
            "letters": extents.letters(self.figure),
            "layers": layers,
        }

    def _frames(self, keys, pool):
        """The frames, or None when one of them moved something that stood still until then."""
        recorder, sentences = self._recorder(pool), Table()
        tracks = self._movers.tracks()
        said, drawn = [], [[] for _ in tracks]
        self._movers.unmark()
        for key in keys:
            said.append(sentences(self._next(key)))
            if len(self._movers.found) != len(tracks):
                return None
            for cels, artist in zip(drawn, tracks, strict=True):
                cels.append(to_json(self._draw(artist, recorder)))
        return {
            "says": list(sentences),
            "longest": max(self._longest, *sentences, key=len),
            # One track after the other: what is alike stands close together, and packs well.
            "columns": [said, *([pool.cels(cel) for cel in cels] for cels in drawn)],
        }
