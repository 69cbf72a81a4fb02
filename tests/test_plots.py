"""The drawing helpers: roles that can be told apart, text alternatives, untouched settings."""

import itertools
import re
import threading

import matplotlib
import matplotlib.colors
import numpy as np
import pytest

from helpers import plots
from helpers.functions import hike, square

ROLES = {
    name: getattr(plots, name)
    for name in ("FUNCTION", "SLOPE", "PATH", "PREDICTION", "POINT", "GUIDE")
}

# Viénot, Brettel and Mollon (1999), linear RGB: what a protanope or a deuteranope sees.
BLINDNESS = {
    "protanopia": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranopia": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


def linear(color):
    rgb = np.array(matplotlib.colors.to_rgb(color))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("name", ROLES)
def test_each_role_stands_out_from_white(name):
    luminance = linear(ROLES[name]["color"]) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3.5


def look(role):
    return role["linestyle"], role.get("marker")


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(ROLES, 2)])
def test_roles_differ_in_line_or_marker_not_only_in_color(one, other):
    assert look(ROLES[one]) != look(ROLES[other])


@pytest.mark.parametrize("kind", BLINDNESS)
def test_function_and_slope_differ_for_color_blind_eyes(kind):
    seen = [np.array(BLINDNESS[kind]) @ linear(ROLES[n]["color"]) for n in ("FUNCTION", "SLOPE")]
    assert np.abs(seen[0] - seen[1]).max() > 0.25


def test_the_style_leaves_the_reader_s_settings_alone():
    with matplotlib.rc_context({"font.size": 23, "lines.linewidth": 7}):
        fig, ax = plots.figure()
        plots.curve(ax, square)
        plots.show(fig, "A parabola with its lowest point at 0.")
        assert matplotlib.rcParams["font.size"] == 23
        assert matplotlib.rcParams["lines.linewidth"] == 7
        assert ax.xaxis.label.get_fontsize() < 15


def test_the_reader_s_settings_do_not_show_through():
    def picture():
        fig, ax = plots.figure()
        plots.curve(ax, square)
        return plots.show(fig, "A parabola with its lowest point at 0.")._repr_html_()

    plain = picture()
    with matplotlib.rc_context({"axes.facecolor": "black", "axes.labelsize": 30}):
        assert picture() == plain


def test_a_curve_goes_over_its_window_and_names_its_axes():
    _, ax = plots.figure()
    line = plots.curve(ax, hike)
    np.testing.assert_array_equal(line.get_xdata()[[0, -1]], hike.window)
    np.testing.assert_allclose(line.get_ydata(), hike(line.get_xdata()))
    assert (ax.get_xlabel(), ax.get_ylabel()) == (hike.x_label, hike.y_label)


def test_a_tangent_touches_and_has_the_slope():
    _, ax = plots.figure()
    x, y = plots.tangent(ax, square, 3.0, reach=0.5).get_data()
    np.testing.assert_allclose(x, [2.5, 3.5])
    np.testing.assert_allclose(np.diff(y) / np.diff(x), 6)
    assert y.mean() == pytest.approx(9)


def test_a_picture_has_its_text_alternative_everywhere():
    fig, ax = plots.figure()
    plots.curve(ax, square)
    picture = plots.show(fig, 'A "parabola" & its <lowest> point.')
    alt = re.search(r'<img alt="([^"]*)"', picture._repr_html_()).group(1)
    assert alt == "A &quot;parabola&quot; &amp; its &lt;lowest&gt; point."
    assert repr(picture) == 'Picture: A "parabola" & its <lowest> point.'


@pytest.mark.parametrize("alt", ["", "a plot", None, 3])
def test_a_picture_without_words_is_refused(alt):
    fig, _ = plots.figure()
    with pytest.raises(ValueError, match="alt must say what the picture shows"):
        plots.show(fig, alt)


def test_the_same_picture_has_the_same_bytes():
    def picture():
        fig, ax = plots.figure()
        plots.tangent(ax, square, 1.0)
        return plots.show(fig, "A tangent of a parabola.")._repr_html_()

    assert picture() == picture()


def test_a_surface_has_its_heights_where_they_belong_and_hides_nothing_above_it():
    fig, ax = plots.figure(subplot_kw={"projection": "3d"})
    x, y = np.linspace(0, 2, 5), np.linspace(0, 1, 4)
    drawn = plots.surface(ax, x, y, x + 10 * y[:, None])
    (dot,) = ax.plot([2], [0], [2], **plots.POINT, zorder=2)
    fig.draw_without_rendering()
    assert (ax.get_xlim()[1], ax.get_ylim()[1]) == pytest.approx((2, 1), rel=0.1)
    assert ax.get_zlim()[1] == pytest.approx(12, rel=0.1)
    assert drawn.get_zorder() < dot.get_zorder()


def test_a_log_scale_labels_powers_of_ten_in_plain_text():
    fig, ax = plots.figure()
    plots.log_scale(ax.xaxis, ax.yaxis)
    ax.set(xlim=(1e-12, 1e3), ylim=(0.1, 10))
    fig.canvas.draw()
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert "10⁻¹²" in [label.get_text() for label in ax.get_xticklabels()]
    assert [label.get_text() for label in ax.get_yticklabels()][1:4] == ["10⁻¹", "10⁰", "10¹"]
    assert not any(label.get_text() for label in ax.get_xticklabels(minor=True))


def test_two_threads_take_turns_with_the_style():
    """Matplotlib's settings are one for all threads."""
    inside = threading.Event()

    def other():
        with plots.style():
            inside.set()

    with plots.style():
        thread = threading.Thread(target=other)
        thread.start()
        assert not inside.wait(0.2)
    thread.join()
    assert inside.is_set()


# Arrows and angles


def test_an_arrow_goes_from_its_tail_as_far_as_its_vector():
    _, ax = plots.figure()
    arrow = plots.Arrow(ax, "way", "black", 0.1)
    arrow.aim((1, 2), (3, 4))
    tip = arrow.get_xy()[3]
    np.testing.assert_allclose(tip, [4, 6])
    np.testing.assert_allclose(arrow.get_xy()[0] + arrow.get_xy()[-2], [2, 4])
    assert arrow.get_visible()
    arrow.aim((1, 2), (0, 0))
    assert not arrow.get_visible()


@pytest.mark.parametrize("turn", range(0, 360, 40))
def test_an_angle_is_drawn_from_one_direction_to_the_other_the_short_way(turn):
    _, ax = plots.figure()
    one, other = (np.array([np.cos(a), np.sin(a)]) for a in np.radians([turn, turn + 100]))
    for first, last in ((one, other), (other, one)):
        plots.angle(ax, (5, 5), 7 * first, 0.1 * last, "100°", radius=2)
        arc = ax.lines[-1].get_xydata() - 5
        np.testing.assert_allclose(arc[[0, -1]], [2 * first, 2 * last], atol=1e-12)
        np.testing.assert_allclose(np.hypot(*arc.T), 2)
        assert ((arc @ (first + last)) > 0).all()
        assert (np.array(ax.texts[-1].get_position()) - 5) @ (first + last) > 0


# Reasons


def test_the_strips_of_a_growing_rectangle_fill_what_it_grows_by():
    _, ax = plots.figure()
    plots.growing_rectangle(ax, 3, 2, 0.8, 0.5)
    areas = [patch.get_width() * patch.get_height() for patch in ax.patches]
    names = [text.get_text() for text in ax.texts[: len(areas)]]
    assert dict(zip(names, areas, strict=True)) == pytest.approx(
        {"u · v": 6, "u · v′h": 1.5, "u′h · v": 1.6, "u′v′h²": 0.4}
    )
    assert sum(areas) == pytest.approx(3.8 * 2.5)


def test_each_step_of_a_chain_is_so_many_times_the_one_before():
    _, ax = plots.figure()
    plots.chained_steps(ax, inner=3, outer=0.5)
    assert [np.ptp(line.get_xdata()) for line in ax.lines] == [1, 3, 1.5]


@pytest.mark.parametrize("angle", [0.3, 0.7, 1.2])
def test_the_small_triangle_on_the_circle_has_the_shape_of_the_large_one(angle):
    _, ax = plots.figure()
    plots.step_on_the_circle(ax, angle, 0.2)
    large, small = (patch.get_xy()[:3] for patch in ax.patches[:2])
    sides = [
        sorted(np.hypot(*(corners - np.roll(corners, 1, axis=0)).T)) for corners in (large, small)
    ]
    np.testing.assert_allclose(np.divide(*sides), 1 / 0.2)
    here, corner, tip = small
    np.testing.assert_allclose(corner - here, [0, 0.2 * np.cos(angle)], atol=1e-12)
    np.testing.assert_allclose(tip - corner, [-0.2 * np.sin(angle), 0], atol=1e-12)
