"""The explorer of notebook 05: slide the learning rate, and see the fate of every walk at once."""

import functools

import numpy as np
from matplotlib.patches import Patch

from helpers import plots
from helpers.explorers.fates import RATES, STEPS, fates, sentence
from helpers.functions import himmelblau, long_valley, rosenbrock, tilted_valley
from helpers.stage import Button, Choice, Play, Slider, Stage

# Each with a window for the map and three starts, the last one far outside of it.
SLOPE, NEAR, FAR = STARTS = ("on the slope", "near the bottom", "far outside")
GROUNDS = {
    "long valley": (long_valley, ((-3.4, 3.4), (-2.8, 2.8)), ((-2.5, 1.2), (1, 0.2), (30, 20))),
    "tilted valley": (
        tilted_valley,
        ((-3.4, 3.4), (-2.8, 2.8)),
        ((-2.5, 0.8), (0.6, -0.2), (30, 20)),
    ),
    "Himmelblau": (himmelblau, ((-6, 6), (-5, 5)), ((0, 0), (2.8, 2.5), (20, 15))),
    "Rosenbrock": (rosenbrock, ((-2.2, 2.2), (-0.8, 2.8)), ((-1.2, 1), (1.1, 1.1), (10, 10))),
}
NOT_YET = "not yet"
PREDICTIONS = {
    "1 / largest bend": lambda bends: 1 / bends[-1],
    "2 / largest bend": lambda bends: 2 / bends[-1],
    "2 / smallest bend": lambda bends: 2 / bends[0],
}
RIGHT = "2 / largest bend"


def slide_the_learning_rate():
    """Slide the learning rate, and predict from which rate on the walk diverges."""
    return Stage(
        _scene,
        # First, so that a laptop's page holds the map and the slider together.
        Slider("learning_rate", RATES, 0.002, "learning rate η"),
        Play("learning_rate", seconds=12),
        Choice("function", list(GROUNDS), "long valley", "landscape"),
        Choice("start", list(STARTS), SLOPE, "start"),
        Choice("prediction", [NOT_YET, *PREDICTIONS], NOT_YET, "predicted limit"),
        Button("Back to η = 0.002", {"learning_rate": 0.002}),
        name="Slide the learning rate",
        alt=(
            f"A walk of {STEPS} steps of gradient descent on a map with contour lines, beside its "
            "loss, step by step, on a log scale. Below them is a strip for all learning rates at "
            "once, which stays empty until you have predicted from where on no walk comes to rest."
        ),
        # None of them tells from which rate on a walk down the valley diverges.
        stills=[
            *({"function": "long valley", "learning_rate": eta} for eta in (0.002, 0.04, 0.08)),
            {"function": "Himmelblau", "learning_rate": 0.05},
        ],
        still_scene=_still_scene,
        still_alt=f"Walks of {STEPS} steps of gradient descent on maps with contour lines.",
        page_values={"learning_rate": (0.1, RATES[-1])},  # 2/20, the limit in the text, and the end
    )


LOOKS = {
    "crawls": {"facecolor": "#cfe0ec", "hatch": "..", "edgecolor": "#4a6b80"},
    "arrives": {"facecolor": "#8fcbb3", "hatch": "", "edgecolor": "#00684d"},
    "oscillates": {"facecolor": "#f7d08a", "hatch": "\\\\\\", "edgecolor": "#8a5a00"},
    "never settles": {"facecolor": "#e9c3d8", "hatch": "//", "edgecolor": "#8a2f66"},
    "diverges": {"facecolor": "#b8b8b8", "hatch": "xx", "edgecolor": "#666666"},
}
_TICKS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6)


def _walked(function, start):
    f, _window, places = GROUNDS[function]
    return fates(f, places[STARTS.index(start)])


@functools.cache
def bends(function, start):
    """The bends at the bottom that is reached from a start with small steps, in rising order."""
    f, _window, _places = GROUNDS[function]
    walked = _walked(function, start)
    there = np.flatnonzero(walked.words == "arrives")
    end = walked.points[-1, there[0] if len(there) else 0]
    bottom = f.minima[np.linalg.norm(f.minima - end, axis=-1).argmin()]
    return tuple(np.linalg.eigvalsh(f.hessian(bottom)).tolist())


def position(rate):
    """Where a rate stands on the slider, counted from 0; between two of its values, a fraction."""
    return np.interp(np.log(rate), np.log(RATES), np.arange(len(RATES)))


@plots.style()
def _scene(function, start, prediction):
    f, window, _places = GROUNDS[function]
    walked = _walked(function, start)
    fig, axes = plots.figure(2, 2, size=(9.2, 4.6), height_ratios=[4.6, 1], width_ratios=[1.2, 1])
    (ground, record), (below, beside) = axes
    grid = below.get_gridspec()
    below.remove()
    beside.remove()
    strip = fig.add_subplot(grid[1, :])
    strip.spines[:].set_zorder(0.6)
    draw_path = _map(ground, f, window, walked)
    ground.set_title(f"The walk: {f.formula}")
    top, bottom = 1e4 * walked.losses[0, 0], 1e-7 * walked.losses[0, 0]
    plots.log_scale(record.yaxis)
    record.set(xlim=(-4, STEPS + 4), ylim=(bottom, top), xlabel="step", ylabel="loss (log scale)")
    record.set_title("The loss, step by step")
    record.axhline(walked.losses[0, 0], **plots.GUIDE, zorder=0.7)
    record.text(STEPS, 1.6 * walked.losses[0, 0], "loss of the start", ha="right", color="#555555")
    _strip(strip, function, start, prediction, walked)
    look = {**plots.PATH, "marker": "", "linewidth": 2.5, "zorder": 6}
    (trace,) = record.plot([], [], **look, label="losses")
    look = {"color": "#222222", "linewidth": 2, "zorder": 6}
    (cursor,) = strip.plot([], [], **look, label="η now")
    curves = np.clip(walked.losses, bottom / 10, 10 * top)
    steps = np.arange(STEPS + 1)

    def update(learning_rate):
        at = int(np.abs(RATES - learning_rate).argmin())
        draw_path(at)
        trace.set_data(steps, curves[:, at])
        cursor.set_data([at, at], [-0.12, 1.12])
        return sentence(walked, at) + _answer(function, start, prediction, walked.words)

    return fig, update


@plots.style()
def _still_scene(function, start, prediction):
    f, window, _places = GROUNDS[function]
    walked = _walked(function, start)
    fig, ground = plots.figure(size=(4.5, 3.6))
    draw_path = _map(ground, f, window, walked)
    title = ground.set_title(" ")

    def update(learning_rate):
        at = int(np.abs(RATES - learning_rate).argmin())
        draw_path(at)
        title.set_text(f"The walk {walked.words[at]}")
        return sentence(walked, at)

    return fig, update


def _map(ax, f, window, walked):
    """Draw the contour lines; return a function that draws the walk at a position."""
    (left, right), (low, high) = window
    x, y = np.linspace(left, right, 161), np.linspace(low, high, 141)
    plots.landscape(ax, f, x, y)
    ax.set(xlim=(left, right), ylim=(low, high), aspect="equal", xlabel=f.x_label)
    ax.set_ylabel(f.y_label, labelpad=0)
    cross = {"color": "#222222", "linestyle": "none", "marker": "x", "markersize": 9}
    ax.plot(*f.minima.T, **cross, markeredgewidth=2)
    ax.plot(*walked.points[0, 0], **{**plots.POINT, "markersize": 8})
    # Without edges there is half as much to paint in each frame.
    look = {**plots.PATH, "markersize": 6, "markeredgewidth": 0, "zorder": 6}
    (path,) = ax.plot([], [], **look, label="the walk")
    look = {
        **plots.POINT,
        "color": plots.SLOPE["color"],
        "marker": "D",
        "markersize": 8,
        "markeredgewidth": 0,
    }
    (end,) = ax.plot([], [], **{**look, "zorder": 6}, label="its last place")
    size = np.array([right - left, high - low])
    middle = np.array([left + right, low + high]) / 2
    shown = {}

    def draw_path(at):
        if at not in shown:
            shown[at] = _thinned(walked.points[: walked.taken[at] + 1, at], middle, size)
        path.set_data(*shown[at].T)
        end.set_data(*shown[at][-1:].T)

    return draw_path


def _thinned(points, middle, size):
    """Leave out places that lie on others in a picture, and all after the walk left the map."""
    near = (np.abs(points - middle) < 0.75 * size).all(axis=-1)
    # Up to the first place outside after the last one inside; a walk may begin outside, too.
    inside = np.flatnonzero(near)
    points = points[: inside[-1] + 2] if len(inside) else points[:3]
    points = middle + np.clip(points - middle, -40 * size, 40 * size)
    kept = [0]
    for place in range(1, len(points) - 1):
        if (np.abs(points[place] - points[kept[-1]]) > size / 90).any():
            kept.append(place)
    return points[[*kept, len(points) - 1]] if len(points) > 1 else points


def _strip(ax, function, start, prediction, walked):
    """What becomes of the walk for every rate, aligned with the slider; empty before."""
    last = len(RATES) - 1
    ax.set(xlim=(-0.5, last + 0.5), ylim=(-0.12, 1.12), yticks=[])
    ax.set_xticks([position(rate) for rate in _TICKS], [f"{rate:g}" for rate in _TICKS])
    ax.spines["left"].set_visible(False)
    ax.grid(False)
    if prediction == NOT_YET:
        ax.axhspan(0, 1, facecolor="#eeeeee", edgecolor="none")
        # Below the strip, where the cursor does not strike it through.
        ax.set_xlabel("learning rate η (what becomes of the others is hidden until you predict)")
        add_key(ax)
        return
    ax.set_xlabel("learning rate η, as on the slider")
    draw_fates(ax, walked.words)
    found = bends(function, start)
    guess, limit = PREDICTIONS[prediction](found), PREDICTIONS[RIGHT](found)
    marks = [_mark(ax, limit, f"limit {limit:.3g}", plots.PREDICTION)]
    if prediction != RIGHT:
        arrow = " →" if guess > RATES[-1] else ""
        marks.append(_mark(ax, guess, f"you: {guess:.3g}{arrow}", plots.GUIDE))
    add_key(ax, marks)


def _mark(ax, rate, label, look):
    """Draw a line across the strip at a rate, and return it for the key."""
    where, ends = min(position(rate), len(RATES) - 1), [-0.12, 1.12]
    ax.plot([where, where], ends, color="white", linewidth=5)
    (line,) = ax.plot([where, where], ends, **look, label=label)
    return line


def draw_fates(ax, words):
    """Draw a strip of what becomes of the walks, from left to right.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The k-th walk goes from k − ½ to k + ½ on its x-axis.
    words : sequence of str
        As in `Fates`.
    """
    words = np.asarray(words)
    edges = np.flatnonzero(words[1:] != words[:-1]) + 0.5
    for left, right in zip([-0.5, *edges], [*edges, len(words) - 0.5], strict=True):
        look = LOOKS[words[int(left + 0.5)]]
        ax.fill_between([left, right], 0, 1, **look, linewidth=0, zorder=0.5)


def add_key(ax, marks=()):
    """Add the key to the five fates above a strip.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    marks : sequence of matplotlib.lines.Line2D
        What is marked on the strip besides.
    """
    patches = [Patch(**look, linewidth=0.5, label=word) for word, look in LOOKS.items()]
    ax.legend(
        handles=[*patches, *marks],
        ncols=len(patches) + len(marks),
        loc="lower left",
        bbox_to_anchor=(0, 0.98),
        borderpad=0.1,
        handleheight=1.1,
        handlelength=1.6,
        columnspacing=1.1,
    )


def _answer(function, start, prediction, words):
    """Whether the prediction was right: of the limit beyond which walks do not come to rest."""
    if prediction == NOT_YET:
        return ""
    found = bends(function, start)
    guess, limit = PREDICTIONS[prediction](found), PREDICTIONS[RIGHT](found)
    truth = f"2 / {found[-1]:.4g} = {limit:.3g}"
    flying = RATES[words == "diverges"].min()
    restless = RATES[(words == "never settles") | (words == "diverges")].min()
    if function.endswith("valley"):
        if prediction == RIGHT:
            return f" Your prediction was right: the limit is {truth}."
        return f" You predicted {guess:.3g}, but the limit is {truth}."
    if restless < 0.9 * limit:
        # The bend at the bottom decides about those walks only that come there.
        fate = (
            "every walk of this slider diverges"
            if flying == RATES[0]
            else f"walks diverge from {flying:.3g} on"
        )
        if prediction == RIGHT:
            said = f" You predicted {truth}, which holds near the bottom."
        else:
            said = f" You predicted {guess:.3g}; near the bottom the limit is {truth}."
        return f"{said} From this start {fate}: the ground bends more on the way."
    said = f"Walks beyond it never settle, and from {flying:.3g} on they diverge."
    if prediction == RIGHT:
        return f" Your prediction was right: near the bottom the limit is {truth}. {said}"
    return f" You predicted {guess:.3g}, but near the bottom the limit is {truth}. {said}"
