"""The stage: a Jupyter widget that replays a recorded scene as fast as the hand moves."""

import itertools
import math
import threading
import zlib
from types import MappingProxyType

import anywidget
import traitlets
from PIL import features

from helpers.stage import export, lifetime, scripts, stills
from helpers.stage.controls import Choice, Slider, check, check_settings, describe
from helpers.stage.front_ends import ShownByBundle
from helpers.stage.scene import Scene
from helpers.stage.thinning import left_out, limited, positions

# Above this many frames, the frames on the lines through the present values are recorded
# and refilled when a slider is let go, instead of all combinations of all sliders.
GRID_LIMIT = 700


class _Value(traitlets.TraitType):
    """The value of one control, always one of those that it can show."""

    def __init__(self, control):
        super().__init__(default_value=control.values[control.index(control.start)])
        self.control = control

    def validate(self, obj, value):
        try:
            return self.control.values[self.control.index(value)]
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from None


class Stage(lifetime.ClosedWithParts, ShownByBundle, anywidget.AnyWidget):
    """A figure with sliders that need no kernel while they move.

    Every frame is recorded beforehand from an ordinary Matplotlib figure; the page replays
    it. The kernel hears of a new value when a control is let go.

    Parameters
    ----------
    scene : callable
        Called with one keyword argument per `Choice`; returns ``(figure, update)``. The
        function ``update`` takes one keyword argument per `Slider`, sets the data of artists
        that the figure has already (as for ``matplotlib.animation.FuncAnimation``), and
        returns the sentence that says what the picture shows.
    *controls : Slider, Choice, Button or Play
        One to four sliders, and any of the others.
    name : str
        What the explorer is called, read aloud by screen readers.
    alt : str
        What the picture shows, in words that hold for all values.
    stills : list of dict
        Two to four telling settings, as ``{control name: value}``, for pages without a kernel.
    still_scene : callable, optional
        A scene for the stills alone, where a smaller figure serves them better.
    still_alt : str, optional
        What the stills show, where the still scene shows less than ``alt`` says.
    page_choices : mapping of str to sequence of str, optional
        For the name of a choice those of its options that an exported page has, where all
        combinations would be too much for one; the page says so.
    page_values : mapping of str to sequence of float, optional
        For the name of a slider those of its values that an exported page has, beside those of
        ``stills``, of buttons and of the present. By default a page has as many as there is room
        for, from end to end; where the text around an explorer asks for some, name them here.
        The slider that plays, or else the first, keeps at least 60 values in any case.

    Attributes
    ----------
    <name of a slider or choice>
        One trait per control; it can be set, observed and linked. A number between two
        values of a slider is taken to the nearest.
    says : str
        The sentence for the present values.
    figure : matplotlib.figure.Figure
        The figure, at the present values.

    Raises
    ------
    ValueError
        If the controls do not fit together.
    TypeError, UnrecordableError
        If the scene cannot be recorded; the message names what stands in the way.

    Notes
    -----
    A stage, with its figure and its record of 1 to 2 MB, lives until the cell that shows it is
    run again, and longer where a variable or another cell holds it; see `lifetime`. ``close()``
    lets go of them at once.
    """

    # As texts: anywidget watches files, and what watches them would hold on to every stage.
    _esm = scripts.text(*scripts.IN_JUPYTER)
    _css = scripts.text("player.css")
    _spec = traitlets.Dict().tag(sync=True)
    _at = traitlets.Dict().tag(sync=True)
    _record = traitlets.Bytes().tag(sync=True)
    says = traitlets.Unicode(read_only=True)

    def __init__(
        self,
        scene,
        *controls,
        name,
        alt,
        stills,
        still_scene=None,
        still_alt="",
        page_choices=MappingProxyType({}),
        page_values=MappingProxyType({}),
    ):
        """Record the scene at the values where the controls start."""
        check(controls)
        if not name.strip() or not alt.strip():
            raise ValueError("A stage needs a name and an alt text: screen readers say them.")
        if not 1 <= len(stills) <= 4:
            raise ValueError(f"A stage has one to four stills, not {len(stills)}.")
        self._controls = controls
        self._sliders = [c for c in controls if isinstance(c, Slider)]
        self._choices = [c for c in controls if isinstance(c, Choice)]
        self._named = {c.name: c for c in (*self._choices, *self._sliders)}
        for taken in (n for n in self._named if hasattr(type(self), n)):
            raise ValueError(f"A control cannot be called {taken!r}: every widget has that.")
        for values in stills:
            check_settings(values, self._named.values())
        limited(controls, page_choices)  # or it is refused
        positions(controls, page_values)  # or it is refused
        self._page_choices, self._page_values = page_choices, page_values
        self._make, self._make_still, self._scenes = scene, still_scene or scene, {}
        # A page's message may arrive in another thread than that in which cells run.
        self._turn = threading.RLock()
        self._name, self._alt = name, alt
        self._still_alt, self._still_values = still_alt or alt, stills
        self._scene_at({n: c.index(c.start) for n, c in self._named.items()})  # or it is refused
        super().__init__()
        self.add_traits(**{n: _Value(c) for n, c in self._named.items()})
        size = [self._scene.width, self._scene.height]
        self._spec = {"name": name, "alt": alt, "size": size, "controls": describe(controls)}
        self._shown = None
        self._refresh()
        self.observe(self._from_page, "_at")
        self.observe(self._changed, list(self._named))

    @property
    def figure(self):
        """The Matplotlib figure, at the present values."""
        return self._scene.figure

    def drawn(self, label):
        """Return what is drawn of the artist labelled ``label``, in data coordinates.

        It is read from the record that the page replays, to 1/16 of a pixel.

        Returns
        -------
        numpy.ndarray, shape (n, 2)

        Raises
        ------
        KeyError
            If nothing that moves has this label.
        """
        with self._turn:
            return self._scene.drawn(label, self._key())

    def still(self):
        """Return the filmstrip of the telling values as ``(image, alternative text)``."""
        places = [
            {n: self._named[n].index(v) for n, v in {**self._start(), **values}.items()}
            for values in self._still_values
        ]
        captions = [
            ",  ".join(f"{self._named[n].label}: {self._named[n].text(at[n])}" for n in values)
            for values, at in zip(self._still_values, places, strict=True)
        ]
        with self._turn:
            shown = {}
            for at in places:
                shown.setdefault(self._scene_at(at, self._make_still), []).append(self._key(at))
            taken = {
                scene: dict(zip(keys, scene.pictures(keys, stills.SCALE), strict=True))
                for scene, keys in shown.items()
            }
            found = [taken[self._scene_at(at, self._make_still)][self._key(at)] for at in places]
            self._scene.show(self._key())
        panels = [
            (stills.picture(pixels), c) for (_s, pixels), c in zip(found, captions, strict=True)
        ]
        sentences = [f"{c}. {says}" for (says, _p), c in zip(found, captions, strict=True)]
        return stills.filmstrip(panels), f"{self._still_alt} {' '.join(sentences)}"

    def to_html(self, *, player=True, choices=None):
        """Return a fragment of HTML that plays without a kernel and without a network.

        Where no script runs, the still picture stands there.

        Parameters
        ----------
        player : bool
            Whether the script comes with it. A page with several explorers has it once:
            ``helpers.stage.export.player()``.
        choices : mapping of str to str or sequence of str, optional
            For the name of a choice the one option that the page has, or several. By default a
            page has all, or those that the explorer's author thinks enough.

        Raises
        ------
        ValueError
            If there is no such choice or option.
        """
        chosen = self._page_choices if choices is None else choices
        controls, options = limited(self._controls, chosen)
        without = left_out(self._choices, options) if choices is None else []
        with self._turn:
            at = self._positions()
            kept = [[c.index(option) for option in options[c.name]] for c in self._choices]
            scenes = {}
            for chosen in itertools.product(*(range(len(places)) for places in kept)):
                wanted = [places[i] for places, i in zip(kept, chosen, strict=True)]
                names = zip((c.name for c in self._choices), wanted, strict=True)
                shown = [i for i, places in zip(chosen, kept, strict=True) if len(places) > 1]
                scenes[tuple(shown)] = self._scene_at(at | dict(names))
            start = {n: at[n] for n in (s.name for s in self._sliders)}
            for choice, places in zip(self._choices, kept, strict=True):
                if len(places) > 1:
                    there = at[choice.name] in places
                    start[choice.name] = places.index(at[choice.name]) if there else 0
            kind = "webp" if features.check("webp") else "png"
            still = stills.as_html(*self.still(), kind=kind)
            page = export.fragment(
                *(self._name, self._alt, controls, start, scenes, still, without),
                stops=self._still_values,
                # Who asks for other choices than the author may have room for all values.
                values=self._page_values if choices is None else {},
            )
            self._scene.show(self._key())
        return page + export.player() if player else page

    def _let_go(self):
        """Without figures and record it is small, whoever still has a name for it."""
        with self._turn:
            self._scenes, self._shown, self._record = {}, None, b""

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        lifetime.shown(self)
        data, metadata = bundle
        image, alt = self.still()
        note = "Still pictures. Run the notebook to move the sliders yourself."
        data["text/html"] = stills.as_html(image, alt, note)
        data["text/plain"] = repr(self)
        return data, metadata

    def __repr__(self):
        """Say which explorer this is, and what it shows."""
        return f"{self._name}: {self.says}"

    # From values to frames

    def _start(self):
        return {n: c.start for n, c in self._named.items()}

    def _positions(self):
        return {n: c.index(getattr(self, n)) for n, c in self._named.items()}

    def _key(self, at=None):
        at = at or self._positions()
        return tuple(at[s.name] for s in self._sliders)

    @property
    def _scene(self):
        return self._scene_at(self._positions())

    def _scene_at(self, at, make=None):
        make = make or self._make
        chosen = tuple(at[c.name] for c in self._choices)
        if (make, chosen) not in self._scenes:
            figure, update = make(**{c.name: c.options[at[c.name]] for c in self._choices})
            self._scenes[make, chosen] = Scene(figure, update, self._sliders, chosen)
        return self._scenes[make, chosen]

    def _keys(self, key):
        """The slider positions to record: all if they are few, else those on the lines."""
        ranges = [range(len(s.values)) for s in self._sliders]
        if math.prod(map(len, ranges)) <= GRID_LIMIT:
            return tuple(itertools.product(*ranges))
        lines = [
            (*key[:axis], step, *key[axis + 1 :])
            for axis, steps in enumerate(ranges)
            for step in steps
        ]
        return tuple(dict.fromkeys(lines))

    def _from_page(self, change):
        """Take over the positions that a page sends; what makes no sense is passed over."""
        with self.hold_trait_notifications():
            for name, control in self._named.items():
                index = change["new"].get(name)
                if type(index) is int and 0 <= index < len(control.values):
                    setattr(self, name, control.values[index])
        self._at = self._positions()  # mends what was passed over

    def _changed(self, change):
        self._refresh()

    def _refresh(self):
        """Bring the record, the sentence and the page to the present values."""
        with self._turn:
            at = self._positions()
            scene, key = self._scene_at(at), self._key(at)
            needed = (scene, self._keys(key))
            if needed != self._shown:
                record = scene.record(needed[1]).encode()
                with self.hold_sync():
                    self._record, self._at = zlib.compress(record), at
                self._shown = needed
            else:
                self._at = at
            self.set_trait("says", scene.show(key))
