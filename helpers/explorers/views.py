"""What the explorers "zoom in" look at: curves and surfaces, each around one place."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from helpers.explorers.partials import hillside, hillside_partials
from helpers.functions import hike

EPS = np.finfo(float).eps


@dataclass(frozen=True)
class View:
    """What is looked at, and where.

    Attributes
    ----------
    height : callable
        Takes as many arrays of coordinates as the place has numbers.
    place : tuple of float
    reach : float
        How far the window goes from the place to each side, unmagnified.
    rise : float
        How far the window of a curve goes up and down, unmagnified; on a map, the step in height
        from line to line.
    slopes : tuple of float
        Those of the tangent or the plane. Where there is none: the ones tried.
    otherwise : str
        What is seen in place of something straight, for a sentence; empty where it is smooth.
    units : (str, str)
        Of the places and of the heights, each with the space before it.
    """

    height: Callable
    place: tuple
    reach: float
    rise: float
    slopes: tuple
    otherwise: str = ""
    units: tuple = ("", "")

    def above(self, *ways):
        """How much higher it is at these ways from the place."""
        places = [x + way for x, way in zip(self.place, ways, strict=True)]
        return self.height(*places) - self.height(*map(np.array, self.place))

    def gap(self, *ways):
        """How far the heights at these ways leave the tangent or the plane, at most."""
        straight = sum(slope * way for slope, way in zip(self.slopes, ways, strict=True))
        return float(np.abs(self.above(*ways) - straight).max())

    @property
    def finest(self):
        """The gap below which rounding rules."""
        return 8 * EPS * max(1, abs(float(self.height(*map(np.array, self.place)))))


def _no_plane(x, y):
    """Return xy / √(x² + y²), and 0 at the origin."""
    away = np.hypot(x, y)
    return x * y / np.where(away > 0, away, 1)


_KM = (" km", " m")
CURVES = {
    "the hike at kilometer 1": View(hike, (1.0,), 1.0, 500.0, (hike.derivative(1.0),), units=_KM),
    "x² at 1": View(np.square, (1.0,), 1.0, 2.0, (2.0,)),
    "|x − 1| at 1": View(
        lambda x: np.abs(x - 1),
        (1.0,),
        1.0,
        1.0,
        (0.0,),
        "a corner, the same at every magnification",
    ),
    "∛(x − 1) at 1": View(
        lambda x: np.cbrt(x - 1),
        (1.0,),
        1.0,
        1.0,
        (0.0,),
        "the closer, the more upright is the curve",
    ),
}
SURFACES = {
    "the hillside at (1, 1)": View(
        hillside, (1.0, 1.0), 1.0, 25.0, hillside_partials(1.0, 1.0), units=_KM
    ),
    "x² − y² at (1, 0.5)": View(lambda x, y: x**2 - y**2, (1.0, 0.5), 1.0, 0.5, (2.0, -1.0)),
    "x² − y² at (0, 0)": View(lambda x, y: x**2 - y**2, (0.0, 0.0), 1.0, 0.2, (0.0, 0.0)),
    "√(x² + y²) at (0, 0)": View(
        np.hypot, (0.0, 0.0), 1.0, 0.2, (0.0, 0.0), "a tip, the same at every magnification"
    ),
    "xy / √(x² + y²) at (0, 0)": View(
        _no_plane,
        (0.0, 0.0),
        1.0,
        0.1,
        (0.0, 0.0),
        "crossing lines, the same at every magnification: no plane fits",
    ),
}
