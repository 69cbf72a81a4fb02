"""The controls of a stage: plain descriptions, without any drawing or browser."""

import keyword
import numbers
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Slider:
    """A number that the reader moves along a fixed list of values.

    Parameters
    ----------
    name : str
        The name of the trait on the stage and of the argument of the update function.
    values : sequence of float
        The values in rising order, e.g. ``np.linspace(...)``, or ``np.geomspace(...)`` for a
        logarithmic scale.
    start : float
        Where the slider stands at first (the nearest of the values is taken).
    label : str
        What the reader sees and a screen reader says, e.g. ``"learning rate η"``.
    unit : str
        Written behind the number, e.g. ``"km"``.
    format : str
        A format specification for the number, e.g. ``".2f"``. By default whole numbers are
        written in full and others with three digits.

    Raises
    ------
    ValueError
        If the values do not rise, or do not hold the start.
    """

    name: str
    values: Sequence[float]
    start: float
    label: str
    unit: str = ""
    format: str = ""
    kind = "slider"

    def __post_init__(self):
        """Check the values, and keep them as a tuple of plain numbers."""
        try:
            values = np.asarray(self.values)
        except ValueError:  # rows of unequal length
            values = np.zeros(0)
        fits = values.ndim == 1 and len(values) >= 2 and values.dtype.kind in "iuf"
        if not fits or not np.isfinite(values).all() or not (np.diff(values) > 0).all():
            raise ValueError(f"The slider {self.name!r} needs at least two values in rising order.")
        object.__setattr__(self, "values", tuple(values.tolist()))
        object.__setattr__(
            self, "format", self.format or ("d" if values.dtype.kind in "iu" else ".3g")
        )
        self.index(self.start)

    def index(self, value):
        """Return the position of the value nearest to ``value``.

        Raises
        ------
        ValueError
            If ``value`` is no number between the two ends of the slider.
        """
        low, high = self.values[0], self.values[-1]
        slack = 1e-9 * max(abs(low), abs(high))
        if not _is_number(value) or not low - slack <= value <= high + slack:
            raise ValueError(
                f"{self.name} must be a number from {low:g} to {high:g}, not {reprlib.repr(value)}."
            )
        return int(np.abs(np.asarray(self.values) - float(value)).argmin())

    def text(self, index):
        """Return the number and its unit as the reader sees them."""
        number = format(self.values[index], self.format).replace("-", "\N{MINUS SIGN}")
        return f"{number} {self.unit}".strip()


@dataclass(frozen=True)
class Choice:
    """One of a few named options, which may change the ground of the picture.

    Parameters
    ----------
    name : str
        The name of the trait on the stage and of the argument of the scene function.
    options : sequence of str
        What can be chosen.
    start : str
        What is chosen at first.
    label : str
        What the reader sees and a screen reader says.

    Raises
    ------
    ValueError
        If the options are no different texts, or do not hold the start.
    """

    name: str
    options: Sequence[str]
    start: str
    label: str
    kind = "choice"

    def __post_init__(self):
        """Check the options, and keep them as a tuple."""
        options = tuple(self.options)
        texts = all(isinstance(option, str) and option for option in options)
        if isinstance(self.options, str) or not texts or not 2 <= len(set(options)) == len(options):
            raise ValueError(
                f"The choice {self.name!r} needs two or more texts, each one different."
            )
        object.__setattr__(self, "options", options)
        self.index(self.start)

    @property
    def values(self):
        """The options, so that choices and sliders can be treated alike."""
        return self.options

    def index(self, value):
        """Return the position of an option; raise ValueError if there is none such."""
        # An array compares with each option in a way of its own.
        if not isinstance(value, str) or value not in self.options:
            raise ValueError(
                f"{self.name} must be one of {', '.join(map(repr, self.options))}, "
                f"not {reprlib.repr(value)}."
            )
        return self.options.index(value)

    def text(self, index):
        """Return the option as the reader sees it."""
        return self.options[index]


@dataclass(frozen=True)
class Button:
    """A button that takes sliders and choices to given values.

    Parameters
    ----------
    label : str
        What stands on the button.
    sets : mapping of str to value
        Where each named control goes; the others stay.
    """

    label: str
    sets: Mapping[str, object] = field(default_factory=dict)
    kind = "button"


@dataclass(frozen=True)
class Play:
    """A button that moves one slider from end to end by itself.

    Where the reader's system asks for reduced motion, it takes one step a press instead.

    Parameters
    ----------
    slider : str
        The name of the slider.
    seconds : float
        How long a run from end to end takes.
    label : str
        What stands on the button while it rests.
    """

    slider: str
    seconds: float = 6.0
    label: str = "Play"
    kind = "play"


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def describe(controls):
    """Return plain dicts, ready for JSON, from which a page builds the controls.

    Values are numbered: the page knows positions and the texts that belong to them.
    """
    named = {c.name: c for c in controls if isinstance(c, Slider | Choice)}
    described = []
    for control in controls:
        item = {"kind": control.kind, "label": control.label}
        if control.kind == "button":
            item["sets"] = {n: named[n].index(v) for n, v in control.sets.items()}
        elif control.kind == "play":
            item |= {"slider": control.slider, "seconds": control.seconds}
        else:
            texts = [control.text(i) for i in range(len(control.values))]
            item |= {"name": control.name, "texts": texts}
        described.append(item)
    return described


def check(controls):
    """Raise ValueError, with one sentence, if controls do not fit together."""
    for control in controls:
        if not isinstance(control, Slider | Choice | Button | Play):
            raise ValueError(
                f"A control is a Slider, Choice, Button or Play, not {reprlib.repr(control)}."
            )
        if not isinstance(control.label, str) or not control.label.strip():
            raise ValueError("Each control needs a label, which is its name for screen readers.")
    named = [c for c in controls if isinstance(c, Slider | Choice)]
    names = [c.name for c in named]
    sliders = [c.name for c in controls if isinstance(c, Slider)]
    if not 1 <= len(sliders) <= 4:
        raise ValueError(f"A stage has one to four sliders, not {len(sliders)}.")
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"The name of a control is a text, not {reprlib.repr(name)}.")
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise ValueError(f"A control is named like an argument of a function, not {name!r}.")
    if len(set(names)) < len(names):
        raise ValueError(f"Each control needs a name of its own; these are {', '.join(names)}.")
    for control in controls:
        if isinstance(control, Play):
            if not isinstance(control.slider, str) or control.slider not in sliders:
                raise ValueError(f"There is no slider {reprlib.repr(control.slider)} to play.")
            if not _is_number(control.seconds) or not 0 < control.seconds < float("inf"):
                raise ValueError(
                    f"A run takes more than 0 seconds, not {reprlib.repr(control.seconds)}."
                )
        if isinstance(control, Button):
            check_settings(control.sets, named)


def check_settings(settings, named):
    """Raise ValueError if a mapping names a control or a value that there is not."""
    by_name = {c.name: c for c in named}
    for name, value in settings.items():
        if name not in by_name:
            raise ValueError(f"There is no slider or choice {name!r} to set.")
        by_name[name].index(value)
