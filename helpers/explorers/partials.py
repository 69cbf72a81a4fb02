"""The explorers of notebook 02: partial derivatives."""

import numpy as np
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from helpers import plots
from helpers.explorers.words import signed
from helpers.functions import line_loss
from helpers.stage import Button, Choice, Slider, Stage

# The hillside: x goes east and y north, both in kilometers.
EAST, NORTH = (0.0, 6.0), (0.0, 4.0)
FLOOR, TOP = 200.0, 950.0  # meters, of the axes
# Elevation and azimuth of the eye (degrees), the axis that is seen end on, and the zoom.
_VIEWS = {
    "the southwest": (34, -122, None, 0.88),
    "the south": (0, -90, "y", 1.0),
    "the west": (0, 180, "x", 1.1),
    "above": (90, -90, "z", 0.95),
}
# An arrow on the map is so long (km) for a slope of 100 m/km.
_MAP_ARROW = 0.5


def hillside(x, y):
    """Return the height in meters at x km east and y km north, numbers or arrays."""
    return 500 + 50 * y + 200 * np.sin(x) * np.cos(y)


def hillside_partials(x, y):
    """Return the slopes of `hillside` to the east and to the north, in m/km."""
    return 200 * np.cos(x) * np.cos(y), 50 - 200 * np.sin(x) * np.sin(y)


# A walk in fog: where the hiker was (km from the hut) at five times (hours after noon). The
# best line is exactly w = 3 km/h, b = 4 km.
HOURS = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
KILOMETERS = np.array([0.7, 4.6, 7.0, 9.4, 13.3])
SPEED, NOON = (0.0, 6.0), (0.0, 8.0)
# A tangent on the bowl goes so far to either side; an arrow is so long for a slope of 1.
_TANGENT, _PUSH = 1.2, 0.3
# From the middle of the dot to its rim, along w and along b: there the arrows begin, as the dot
# would hide a short one.
_RIM = np.array([0.19, 0.24])
_LOSS = line_loss(HOURS, KILOMETERS)
_STEP = 0.1  # of both sliders
_BENDS = np.diag(_LOSS.hessian([0, 0]))  # how fast a partial derivative changes along its own axis


def slice_a_surface():
    """Freeze x or y of a hillside; move along the slice, and move the slice."""
    return Stage(
        _slice_scene,
        Choice("frozen", ["y, walk east", "x, walk north"], "y, walk east", "freeze"),
        Choice("view", list(_VIEWS), "the southwest", "look from"),
        Slider("x", np.arange(61) / 10, 1.0, "x (east)", unit="km", format=".1f"),
        Slider("y", np.arange(41) / 10, 1.0, "y (north)", unit="km", format=".1f"),
        name="Slice a surface",
        alt=(
            "One place on a hillside in three views: the surface with a slice through it, the map "
            "with level lines, and the slice as a curve of one variable. In each, the tangent "
            "along the slice; its slope is the partial derivative."
        ),
        stills=[{"y": 1.0}, {"frozen": "x, walk north", "y": 1.0}],
        page_values={"y": (0, 1, 2, 2.5, 3, 4)},
    )


@plots.style()
def _slice_scene(frozen, view):
    walks_east = frozen.startswith("y")
    fig = Figure(figsize=(9.2, 4.2), layout="none")
    fig.patch.set_facecolor("white")
    x, y = np.linspace(*EAST, 61), np.linspace(*NORTH, 41)
    heights = hillside(x, y[:, None])
    surface = _surface_axes(fig, view, x, y, heights)
    ground = _map_axes(fig, x, y, heights)
    along, curves = (x, heights) if walks_east else (y, heights.T)
    profile = _profile_axes(fig, along, curves, "x" if walks_east else "y")

    plots.lower_frames(ground, profile)
    top = {"zorder": 10}
    wall = Poly3DCollection(
        [np.zeros((4, 3))], facecolor=plots.FUNCTION["color"], alpha=0.22, label="wall", zorder=9
    )
    surface.add_collection3d(wall)
    (ridge,) = surface.plot([], [], [], **plots.FUNCTION, **top, label="slice on the surface")
    (touch,) = surface.plot([], [], [], **plots.SLOPE, **top, label="tangent on the surface")
    (spot,) = surface.plot([], [], [], **plots.POINT, **top, label="place on the surface")
    (cut,) = ground.plot([], [], **plots.FUNCTION, label="slice on the map")
    (shaft,) = ground.plot([], [], **{**plots.SLOPE, "linestyle": "-"}, label="arrow on the map")
    (head,) = ground.plot([], [], color=plots.SLOPE["color"], marker=">", ms=9, label="arrow head")
    (pin,) = ground.plot([], [], **plots.POINT, label="place on the map")
    (curve,) = profile.plot([], [], **plots.FUNCTION, label="slice")
    (tangent,) = profile.plot([], [], **plots.SLOPE, label="tangent")
    (dot,) = profile.plot([], [], **plots.POINT, label="place on the slice")
    (run,) = profile.plot([], [], **plots.GUIDE, label="run and rise")
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    slope_text = {"color": "#8a3b00", "weight": "bold", "ha": "left", "va": "center", "bbox": white}
    rise = profile.text(0, 0, "", **slope_text, label="slope at the dot")

    def update(x, y):
        height, (to_east, to_north) = hillside(x, y), hillside_partials(x, y)
        place, slope = (x, to_east) if walks_east else (y, to_north)
        ends = np.array([place - 0.9, place + 0.9])
        if walks_east:
            line, reach = (along, np.full_like(along, y)), (ends, np.full(2, y))
            tip = (x + slope / 100 * _MAP_ARROW, y)
        else:
            line, reach = (np.full_like(along, x), along), (np.full(2, x), ends)
            tip = (x, y + slope / 100 * _MAP_ARROW)
        values, touching = hillside(*line), height + slope * (ends - place)
        ridge.set_data_3d(*line, values)
        foot = np.column_stack([*line, np.full_like(values, FLOOR)])
        wall.set_verts([np.vstack([np.column_stack([*line, values]), foot[::-1]])])
        touch.set_data_3d(*reach, touching)
        spot.set_data_3d([x], [y], [height])
        cut.set_data(line[0][[0, -1]], line[1][[0, -1]])
        shaft.set_data([x, tip[0]], [y, tip[1]])
        head.set_data([tip[0]], [tip[1]])
        head.set_marker((">" if slope > 0 else "<") if walks_east else ("^" if slope > 0 else "v"))
        head.set_visible(abs(slope) >= 10)
        pin.set_data([x], [y])
        curve.set_data(along, values)
        tangent.set_data(ends, touching)
        dot.set_data([place], [height])
        # A kilometer along, and as many meters up or down as the slope says.
        way = 1 if place + 1.9 < along[-1] else -1
        foot = place + way
        run.set_data([place, foot, foot], [height, height, height + way * slope])
        rise.set_position((foot + 0.1 * way, height + way * slope / 2))
        rise.set_horizontalalignment("left" if way > 0 else "right")
        rise.set_text(f"{signed(slope, 0)} m per km")
        name, way, still = ("∂f/∂x", "east", "y") if walks_east else ("∂f/∂y", "north", "x")
        return (
            f"At x = {x:.1f}, y = {y:.1f} the height is {height:.0f} m. With {still} frozen, "
            f"{name} = {signed(slope, 1)} m/km: to the {way}, {_manner(slope)}."
        )

    return fig, update


def _wider(ends):
    """The ends of an axis, with room for a dot that stands on one."""
    return ends[0] - 0.35, ends[1] + 0.35


def _surface_axes(fig, view, x, y, heights):
    elevation, azimuth, end_on, zoom = _VIEWS[view]
    ax = fig.add_axes((0.03, -0.02, 0.53, 0.97), projection="3d")
    ax.set_proj_type("ortho")
    ax.view_init(elevation, azimuth)
    ax.set_box_aspect((6, 4, 2.8), zoom=zoom)
    plots.surface(ax, x, y, heights)
    ax.set(xlim=EAST, ylim=NORTH, zlim=(FLOOR, TOP), xticks=range(0, 7, 2), yticks=range(0, 5, 2))
    ax.set(xlabel="x (km)", ylabel="y (km)", zlabel="height (m)", zticks=range(200, 1000, 200))
    if end_on:
        getattr(ax, f"set_{end_on}label")("")
        getattr(ax, f"set_{end_on}ticks")([])
        # Seen from the side, the numbers would stand on the axes.
        ax.tick_params(pad=5)
        ax.xaxis.labelpad = ax.yaxis.labelpad = 14
        ax.zaxis.labelpad = 14
    fig.text(0.02, 0.965, "The hillside", weight="bold", size=11.5, va="center")
    return ax


def _map_axes(fig, x, y, heights):
    ax = fig.add_axes((0.605, 0.52, 0.38, 0.42))
    ax.set(
        xlim=_wider(EAST),
        ylim=_wider(NORTH),
        aspect="equal",
        yticks=range(5),
        xlabel="x, east (km)",
        ylabel="y, north (km)",
    )
    ax.grid(visible=False)
    levels = np.arange(300, 901, 50)
    ax.contourf(x, y, heights, levels, cmap="YlGn_r", alpha=0.55, extend="both")
    look = {"colors": "#444444", "linewidths": 0.8}
    plots.contours(ax, x, y, heights, levels, note=None, labels=levels[::2], **look)
    ax.set_title("The map: level lines every 50 m")
    return ax


def _profile_axes(fig, along, curves, name):
    ax = fig.add_axes((0.605, 0.12, 0.38, 0.24))
    ax.plot(along, curves[::5].T, color="#c9d3da", linewidth=1)
    ax.set(xlim=_wider(along[[0, -1]]), ylim=(FLOOR, TOP), ylabel="height (m)")
    ax.set(xlabel="x, east (km)" if name == "x" else "y, north (km)")
    ax.set_title(f"The slice: a curve in {name} alone")
    return ax


def fit_a_line_by_hand():
    """Move a line through the data and a dot on the loss bowl with the same two sliders."""
    return Stage(
        _fit_scene,
        Slider("w", _STEP * np.arange(61), 1.0, "w, the speed", unit="km/h", format=".1f"),
        Slider("b", _STEP * np.arange(81), 7.0, "b, the place at noon", unit="km", format=".1f"),
        Button("Back to the start", {"w": 1.0, "b": 7.0}),
        name="Fit a line by hand",
        alt=(
            "On the left, five measured points and the line w·x + b, with its errors as dotted "
            "lines. In the middle the loss J over w and b, a bowl, and on the right its map with "
            "level lines. A dot stands at the present w and b; at it, one arrow along each axis "
            "points to where J falls."
        ),
        stills=[{"w": 1.0, "b": 7.0}, {"w": 2.0, "b": 7.0}],
        # Closest where the arrows vanish in turn: b 5, 4.3 …, and at last 4.
        page_values={"b": (*range(9), 4.1, 4.2, 4.3, 4.5)},
    )


@plots.style()
def _fit_scene():
    fig = Figure(figsize=(9.2, 3.9), layout="none")
    fig.patch.set_facecolor("white")
    data = fig.add_axes((0.065, 0.13, 0.28, 0.76))
    data.set(xlim=(-1.5, 3.5), ylim=(-2, 21), yticks=range(0, 21, 4), xlabel="x: hours after noon")
    data.set_ylabel("y: kilometers from the hut")
    data.set_title("The line")
    bowl, ground = _bowl_axes(fig), _loss_map_axes(fig)
    plots.lower_frames(data, ground)

    ends = np.array([-1.5, 3.5])
    (errors,) = data.plot([], [], **plots.GUIDE, label="errors")
    (line,) = data.plot([], [], **plots.FUNCTION, label="line w·x + b")
    data.plot(
        HOURS, KILOMETERS, **{**plots.POINT, "marker": "s", "markersize": 6}, label="measured"
    )
    data.legend(loc="upper left")  # above all that the line can reach on that side

    top = {"zorder": 10}
    slopes = [
        bowl.plot([], [], [], **plots.SLOPE, **top, label=f"tangent along {name}")[0]
        for name in "wb"
    ]
    (ball,) = bowl.plot([], [], [], **plots.POINT, **top, label="dot on the bowl")
    look = {**plots.SLOPE, "linestyle": "-"}
    shafts = [ground.plot([], [], **look, label=f"push on {name}")[0] for name in "wb"]
    heads = [
        ground.plot([], [], color=look["color"], ms=8, marker=">", label=f"head of {name}")[0]
        for name in "wb"
    ]
    names = [
        ground.text(
            0, 0, name, ha="center", va="center", weight="bold", color="#8a3b00", clip_on=True
        )
        for name in "wb"
    ]
    (dot,) = ground.plot([], [], **plots.POINT, label="dot on the map")

    def update(w, b):
        line.set_data(ends, w * ends + b)
        guesses = w * HOURS + b
        gap = np.full_like(guesses, np.nan)
        errors.set_data(np.repeat(HOURS, 3), np.column_stack([KILOMETERS, guesses, gap]).ravel())
        height, partials = _LOSS([w, b]), _LOSS.gradient([w, b])
        ball.set_data_3d([w], [b], [height])
        dot.set_data([w], [b])
        for axis, slope in enumerate(partials):
            way = np.eye(2)[axis]
            reach = np.array([w, b]) + np.outer((-_TANGENT, _TANGENT), way)
            slopes[axis].set_data_3d(*reach.T, height + slope * np.array((-_TANGENT, _TANGENT)))
            push = -np.sign(slope) * way
            root = np.array([w, b]) + _RIM * push
            tip = root + (0.25 + _PUSH * abs(slope)) * push
            shafts[axis].set_data(*np.transpose([root, tip]))
            heads[axis].set_data(*tip[:, None])
            heads[axis].set_marker((">^" if slope < 0 else "<v")[axis])
            names[axis].set_position(tip + 0.55 * push)
            for artist in (shafts[axis], heads[axis], names[axis]):
                artist.set_visible(not _is_best(axis, slope))
        pushes = " ".join(_push(axis, slope) for axis, slope in enumerate(partials))
        return f"w = {w:.1f}, b = {b:.1f}: the loss J is {height:.2f}. {pushes}"

    return fig, update


def _bowl_axes(fig):
    ax = fig.add_axes((0.34, -0.02, 0.33, 0.98), projection="3d")
    ax.set_proj_type("ortho")
    ax.view_init(30, -58)
    ax.set_box_aspect((6, 6, 5), zoom=0.82)
    w, b = np.linspace(*SPEED, 31), np.linspace(*NOON, 31)
    plots.surface(ax, w, b, _LOSS.on_grid(w, b))
    ax.set(xlim=SPEED, ylim=NOON, zlim=(0, 34), xlabel="w", ylabel="b", zlabel="J")
    ax.set(xticks=range(0, 7, 2), yticks=range(0, 9, 2), zticks=range(0, 40, 10))
    ax.zaxis.labelpad = 4  # beside it is the map
    fig.text(0.385, 0.925, "The loss J", weight="bold", size=11.5, va="center")
    return ax


def _loss_map_axes(fig):
    ax = fig.add_axes((0.735, 0.13, 0.255, 0.76))
    w, b = np.linspace(*SPEED, 121), np.linspace(*NOON, 121)
    heights = _LOSS.on_grid(w, b)
    levels = np.arange(2, 34, 2)
    ax.contourf(w, b, heights, [0, *levels], cmap="YlGn_r", alpha=0.55, extend="max")
    look = {"colors": "#444444", "linewidths": 0.8}
    plots.contours(ax, w, b, heights, levels, note=None, labels=levels[1::4], **look)
    ax.set(xlim=_wider(SPEED), ylim=_wider(NOON), xlabel="w (km/h)", ylabel="b (km)")
    ax.set_title("Map: level lines every 2")
    return ax


def _is_best(axis, slope):
    """Whether no place of this slider comes nearer to where the partial derivative is zero."""
    return abs(slope) <= _BENDS[axis] * _STEP / 2


def _push(axis, slope):
    """What one partial derivative of the loss says, in words."""
    name = "wb"[axis]
    said = f"∂J/∂{name} = {signed(slope, 1)}"
    if _is_best(axis, slope):
        return f"{said}: leave {name}."
    return f"{said}: push {name} {'down' if slope > 0 else 'up'}."


def _manner(slope):
    if abs(slope) < 5:
        return "the ground is nearly level"
    return "the ground climbs" if slope > 0 else "the ground falls"
