"""The game of notebook 03: point an arrow uphill, from a map or from two slopes alone."""

import functools
import math
import time

import ipywidgets
import numpy as np

from helpers import plots
from helpers.explorers import game_page
from helpers.explorers.boxes import ToldBox, button
from helpers.explorers.compass import here_key, level_lines, square_map
from helpers.explorers.words import signed
from helpers.functions import bowl, himmelblau, long_valley, rosenbrock, saddle
from helpers.stage import Slider, Stage, lifetime

ROUNDS = 6
MOMENT = 0.5  # seconds
CLOSE = 7  # degrees: as near as a hand on this slider is asked to come
NEARLY = 20
HEADINGS = np.arange(0, 361, 5)
ALIKE = 8  # degrees: two directions that the game takes for one
_TALLIES = {
    "uphill": "straight uphill",
    "nearly": "nearly",
    "downhill": "downhill",
    "level": "along the level line",
    "partial": "one partial derivative only",
    "swapped": "parts in the wrong order",
    "sign": "a sign turned round",
    "away": "away from the lowest point",
    "climbs": "up, but not the steepest way",
    "falls": "down",
}


def difference(one, other):
    """Return the angle between two headings in degrees, from 0 to 180."""
    return abs((one - other + 180) % 360 - 180)


def judge(heading, gradient, away=None):
    """Tell how a heading compares with the gradient.

    Parameters
    ----------
    heading : float
        Degrees from east, counterclockwise.
    gradient : array_like, shape (2,)
        Not zero.
    away : array_like, shape (2,), optional
        The way from the nearest lowest point to this place.

    Returns
    -------
    kind : str
        ``"uphill"``, ``"nearly"``, ``"downhill"``, ``"level"``, ``"partial"``, ``"swapped"``,
        ``"sign"``, ``"away"``, ``"climbs"`` or ``"falls"``.
    off : float
        How many degrees the heading is off the gradient.
    points : int
        100 · cos(off): the slope that way, in percent of the steepest.
    reason : str
        A sentence on what that way is like.
    """
    east, north = gradient

    def like(x, y):
        return difference(heading, np.degrees(np.arctan2(y, x))) <= ALIKE

    off = float(difference(heading, np.degrees(np.arctan2(north, east))))
    points = round(100 * np.cos(np.radians(off)))
    share = f"you get {signed(points, 0, '')} % of the steepest slope"
    if off <= CLOSE:
        kind, reason = "uphill", "straight up, or as good as: at a right angle to the level line."
    elif off <= NEARLY:
        kind, reason = "nearly", f"nearly: {share}, as the cosine is flat at its top."
    elif off >= 180 - NEARLY:
        kind, reason = "downhill", "that is downhill, the way of minus the gradient."
    elif abs(off - 90) <= ALIKE:
        kind = "level"
        nearly = "" if abs(off - 90) < 3 else "that is close to level: "
        reason = f"{nearly}along the level line the height does not change."
    elif any(like(*way) for way in ((east, 0), (0, north))):
        kind = "partial"
        name, other = ("x", "y") if like(east, 0) else ("y", "x")
        reason = f"that follows ∂f/∂{name} only; the ground slopes along {other} as well."
    elif like(north, east):
        kind = "swapped"
        reason = "that is (∂f/∂y, ∂f/∂x): the first part belongs to the east."
    elif like(-east, north) or like(east, -north):
        kind = "sign"
        name = "x" if like(-east, north) else "y"
        reason = f"the sign of ∂f/∂{name} is turned round: it tells which way along {name} is up."
    elif away is not None and like(*away):
        kind = "away"
        reason = (
            f"that leads away from the lowest point, and {share}. Look at the line next to you."
        )
    elif off < 90:
        kind, reason = "climbs", f"you climb, but {share}."
    else:
        kind, reason = "falls", f"that way the ground falls: {share}."
    return kind, off, points, f"{off:.0f}° off: {reason}"


class Place:
    """One round: a landscape and a place on it, drawn from chance.

    Attributes
    ----------
    f : helpers.functions.Surface
    point, gradient : numpy.ndarray, shape (2,)
    uphill : float
        The heading of the gradient, in degrees.
    fog : bool
        Whether the two partial derivatives are told instead of the map being shown.
    reach : float
        How far the map goes to each side.
    """

    def __init__(self, chance, fog):
        """Draw a landscape, and a place where uphill lies well off both axes."""
        kinds = ((bowl, 2.4, 1), (long_valley, 2, 1), (saddle, 2.4, 1), (himmelblau, 4, 2))
        self.f, spread, self.reach = (*kinds, (rosenbrock, 1.6, 0.5))[chance.integers(5)]
        self.fog = fog
        while True:
            self.point = chance.uniform(-spread, spread, 2).round(1)
            self.gradient = self.f.gradient(self.point)
            self.uphill = float(np.degrees(np.arctan2(*self.gradient[::-1])) % 360)
            steep, slant = np.hypot(*self.gradient), self.uphill % 90
            # Not so close to the axes or to 45° that a wrong idea would come out right.
            if steep > 1 and 8 < slant < 82 and abs(slant - 45) > 8:
                break
        # Not where the answer is already near.
        self.start = int(self.uphill + chance.integers(60, 300)) % 360 // 5 * 5

    @property
    def away(self):
        """The way from the nearest minimum to the place, or None where there is no minimum."""
        if self.fog or not len(self.f.minima):
            return None
        ways = self.point - self.f.minima
        return ways[np.hypot(*ways.T).argmin()]

    def judge(self, heading):
        """Return what `judge` says of a heading here."""
        return judge(heading, self.gradient, self.away)


@plots.style()
def _scene(place, answer=None):
    """The place with an arrow to turn; with an answer, the gradient beside it."""
    fig, ax = plots.figure(size=(5.4, 4.4))
    reach, middle = place.reach, place.point
    square_map(ax, middle, reach)
    if place.fog and answer is None:
        ax.set_facecolor("#e4e7ea")
        east, north = (signed(part, 1) for part in place.gradient)
        ax.set_title(f"In fog: ∂f/∂x = {east}, ∂f/∂y = {north}")
    else:
        _draw_map(ax, place)
        ax.set_title("Which way is straight uphill?" if answer is None else "The answer")
    ax.plot(*middle, **plots.POINT)
    length = 0.75 * reach
    turned = plots.Arrow(ax, "arrow", plots.PREDICTION["color"], 0.035 * reach)
    handles = [] if place.fog and answer is None else [here_key()]
    if answer is not None:
        uphill = plots.Arrow(ax, "gradient", plots.SLOPE["color"], 0.035 * reach)
        uphill.aim(middle, length * place.gradient / np.hypot(*place.gradient))
        turned.set_label("your arrow")
        uphill.set_label("∇f")
        handles += [turned, uphill]
    if handles:
        fig.legend(handles=handles, loc="outside lower left", ncols=3)

    def update(heading):
        way = np.radians(heading)
        turned.aim(middle, length * np.array([np.cos(way), np.sin(way)]))
        return f"The arrow points to {heading}°."

    if answer is not None:
        update(answer)
    return fig, update


def _draw_map(ax, place):
    """Contour lines that say how much higher or lower they are, and the line through the place."""
    x, y = (np.linspace(c - place.reach, c + place.reach, 141) for c in place.point)
    # About four lines to each side.
    step = _round_up(np.hypot(*place.gradient) * place.reach / 4)
    heights, here = place.f.on_grid(x, y), place.f(place.point)
    level_lines(
        ax, x, y, heights, here, step, "lower right", labels=[*range(-30, 0), *range(1, 31)]
    )


def _round_up(number):
    """The next of 1, 2, 5, 10, 20, 50, …"""
    power = 10.0 ** np.floor(np.log10(number))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= number)


def _task(place):
    east, north = (signed(part, 1) for part in place.gradient)
    if place.fog:
        return (
            f"Fog: you feel ∂f/∂x = {east} and ∂f/∂y = {north}, and nothing else. "
            "Turn the arrow straight uphill."
        )
    return (
        "Turn the arrow straight uphill. The numbers say how much higher or lower a line is "
        "than you are."
    )


class UphillGame(ToldBox):
    """Point an arrow uphill at six places; each answer gets its points and its reason.

    At every other place there is a map; at the others there is fog, and the two partial derivatives
    are told. The points are 100 · cos θ, where θ is the angle to the gradient: the slope in
    the direction of the arrow in percent of the steepest. So downhill costs points.

    Everything works from the keyboard: the slider with the arrow keys, the button with Enter or the
    space bar. What happens is said in a live status line.

    Parameters
    ----------
    seed : int
        Which places come. "Play again" goes on to the next seed.

    Attributes
    ----------
    place : Place
        The place of this round.
    stage : helpers.stage.Stage or None
        The arrow with its slider, or None while an answer is shown.
    round : int
        From 1 to `ROUNDS`.
    score : int
    says : str
        The status line, in plain text.
    """

    title = "Point the arrow uphill"

    def __init__(self, seed=3):
        """Begin with the first place."""
        self.seed, self.stage, self._settled = seed, None, -math.inf
        # In a box of its own: where children of a box change, those below lose the focus.
        self._ground = ipywidgets.VBox()
        self._ground.layout.min_height = "510px"  # so that the button stays where it is
        self._picture = ipywidgets.HTML()
        self._button = button("")
        self._button.on_click(self._pressed)
        super().__init__([self._ground, self._button])
        self._begin()

    def press(self):
        """Press the button: answer, go on to the next place, or play again."""
        if self.stage is not None:
            self._answer()
        elif self.round < ROUNDS:
            self._go_to(self.round + 1)
        else:
            self.seed += 1
            self._begin()

    def _let_go(self):
        """Close what it shows by turns."""
        lifetime.close_parts(self._picture)
        self._picture.close()

    def _pressed(self, button):
        """A second click within a moment is taken for half of a double click."""
        if time.monotonic() - self._settled > MOMENT:
            self.press()
            self._settled = time.monotonic()

    def _begin(self):
        self.score, self._kinds = 0, []
        self._chance = np.random.default_rng(self.seed)
        self._go_to(1)

    def _go_to(self, number):
        self.round = number
        self.place = Place(self._chance, fog=number % 2 == 0)
        self.stage = Stage(
            functools.partial(_scene, self.place),
            Slider("heading", HEADINGS, self.place.start, "heading", unit="°"),
            name=f"Point the arrow uphill, place {number} of {ROUNDS}",
            alt=self._alt(),
            stills=[{"heading": self.place.start}],
        )
        self._button.description = "This way is up"
        self.say(f"Place {number} of {ROUNDS}. {_task(self.place)}")
        self._ground.children = (self.stage,)

    def _alt(self):
        if self.place.fog:
            return "A square of fog with an arrow in the middle, and two slopes above it."
        quarter = self.place.reach / 2

        def height(east, north):
            way = quarter * np.array([east, north])
            return signed(self.place.f(self.place.point + way), 1, "")

        return (
            f"A map with contour lines and an arrow to turn. The height here is {height(0, 0)}; at "
            f"{quarter:g} from here it is {height(1, 0)} to the east, {height(0, 1)} to the north, "
            f"{height(-1, 0)} to the west and {height(0, -1)} to the south."
        )

    def _answer(self):
        heading = self.stage.heading
        kind, _off, points, reason = self.place.judge(heading)
        self.score += points
        self._kinds.append(kind)
        figure, _update = _scene(self.place, answer=heading)
        picture = plots.show(
            figure,
            f"The arrow at {heading}° and the gradient at {self.place.uphill:.0f}° on the map.",
        )
        self._picture.value = picture._repr_html_()
        self._ground.children = (self._picture,)
        self.stage.close()
        self.stage = None
        won = f"{signed(points, 0)} points, {signed(self.score, 0, '')} in all."
        if self.round < ROUNDS:
            self._button.description = "Next place"
            self.say(f"{reason} {won}")
        else:
            self._button.description = "Play again"
            self.say(f"{reason} {won} {self._summary()}")

    def _summary(self):
        counts = {kind: self._kinds.count(kind) for kind in _TALLIES if kind in self._kinds}
        listed = ", ".join(f"{_TALLIES[kind]} ({count})" for kind, count in counts.items())
        return (
            f"The end: {signed(self.score, 0, '')} of {100 * ROUNDS} points. Your arrows: {listed}."
        )

    def still(self):
        """Return the first place as ``(image, alternative text)``, for pages without a kernel."""
        stage = self.stage or UphillGame(self.seed).stage
        return stage.still()

    def to_html(self, *, player=True):
        """Return a fragment of HTML that plays the places of this seed without a kernel.

        Each answer gets its points and its reason; nothing adds them up.

        Parameters
        ----------
        player : bool
            As in `helpers.stage.Stage.to_html`.
        """
        chance = np.random.default_rng(self.seed)
        places = [Place(chance, fog=number % 2 == 0) for number in range(1, ROUNDS + 1)]
        stage = game_page.stage(places, HEADINGS, _scene, _task)
        try:
            return stage.to_html(player=player)
        finally:
            stage.close()

    def note(self):
        """What stands below the still."""
        return f"{_task(self.place)} Run the notebook to play."


def point_uphill(seed=3):
    """Play "point the arrow uphill": six places, a score, and a reason with each answer."""
    return UphillGame(seed)
