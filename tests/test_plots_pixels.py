"""Pictures of digits, of mix-ups and of weights: what is drawn where, and what is said."""

import itertools

import matplotlib.colors
import numpy as np
import pytest

from helpers import plots
from helpers.autodiff import Tensor
from helpers.plots import pixels

IMAGES = np.random.default_rng(0).integers(0, 17, (10, 64))


@pytest.fixture
def drawn(monkeypatch):
    """The figure of the picture that was made last."""
    figures = []
    monkeypatch.setattr(
        pixels, "show", lambda fig, alt: figures.append(fig) or plots.show(fig, alt)
    )
    return figures


def images_of(fig):
    return [ax.get_images()[0].get_array() for ax in fig.axes if ax.get_images()]


def luminance(color):
    rgb = np.array(matplotlib.colors.to_rgb(color))
    rgb = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return rgb @ [0.2126, 0.7152, 0.0722]


def test_digits_are_drawn_in_their_order_row_by_row(drawn):
    picture = plots.digits(IMAGES, range(10), columns=4)
    assert picture.alt == "10 handwritten digits of 8 × 8 pixels: 0; 1; 2; 3; 4; 5; 6; 7; 8; 9."
    shown = images_of(drawn[0])
    np.testing.assert_array_equal(shown, IMAGES.reshape(10, 8, 8))
    assert [ax.get_title() for ax in drawn[0].axes] == [str(n) for n in range(10)]
    tops = [ax.get_position().y0 for ax in drawn[0].axes]
    assert len({round(top, 3) for top in tops}) == 3


def test_full_ink_is_black_however_pale_the_digit(drawn):
    plots.digits(IMAGES[:1] // 4)
    image = drawn[0].axes[0].get_images()[0]
    assert image.to_rgba(16, norm=True)[:3] == pytest.approx((0, 0, 0), abs=0.01)
    assert image.to_rgba(0, norm=True)[:3] == (1, 1, 1)


def test_long_titles_do_not_run_into_each_other(drawn):
    plots.digits(IMAGES, ["5, read as 3"] * 10)
    fig = drawn[0]
    fig.draw_without_rendering()
    boxes = [ax.title.get_window_extent() for ax in fig.axes]
    for row in (boxes[:8], boxes[8:]):
        assert all(a.x1 + 4 < b.x0 for a, b in itertools.pairwise(row))
    assert boxes[0].x0 > 0 and fig.get_figwidth() < 12


def test_images_may_be_squares_or_rows_or_tensors():
    one = plots.digits(IMAGES)._repr_html_()
    assert plots.digits(IMAGES.reshape(-1, 8, 8))._repr_html_() == one
    assert plots.digits(Tensor(IMAGES.astype(float)))._repr_html_() == one
    assert plots.digits(IMAGES.tolist())._repr_html_() == one


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: plots.digits(IMAGES[0]), "squares of pixels"),
        (lambda: plots.digits(IMAGES[:, :60]), "squares of pixels"),
        (lambda: plots.digits(IMAGES[:0]), "squares of pixels"),
        (lambda: plots.digits(IMAGES.reshape(10, 4, 16)), "as wide as high"),
        (lambda: plots.digits(IMAGES, ["3"]), "titles must be as many as images, 10, got 1"),
        (lambda: plots.digits(IMAGES, columns=0), "columns must be 1 or more"),
        (lambda: plots.confusion(IMAGES), "square of counts"),
        (lambda: plots.confusion(np.eye(3) / 2), "counts: whole numbers"),
        (lambda: plots.confusion(-np.eye(3)), "counts: whole numbers"),
        (lambda: plots.confusion(np.eye(3), "ab"), "names must be as many as classes, 3, got 2"),
        (lambda: plots.filters(np.ones(64)), "shape .pixels, units."),
        (lambda: plots.filters(np.ones((60, 3))), "columns of weights must be squares"),
        (lambda: plots.filters(np.ones((64, 3)), [1]), "titles must be as many as units, 3, got 1"),
        (lambda: plots.filters(np.full((64, 3), np.nan)), "weights must be finite"),
    ],
)
def test_what_does_not_fit_gets_one_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
    for call in (plots.digits, plots.confusion, plots.filters):
        with pytest.raises(TypeError, match="array of real numbers|rows of equal length"):
            call("digits")


def table():
    counts = np.diag([30, 40, 50])
    counts[0, 1], counts[2, 1] = 7, 1
    return counts


def test_counts_stand_where_they_belong_and_can_be_read(drawn):
    picture = plots.confusion(table())
    (ax,) = drawn[0].axes
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("true", "read as")
    found = {text.get_position(): text for text in ax.texts}
    assert {at: int(t.get_text()) for at, t in found.items()} == {
        (j, i): n for (i, j), n in np.ndenumerate(table())
    }
    image = ax.get_images()[0]
    grounds = image.to_rgba(image.get_array())[..., :3]
    for (j, i), text in found.items():
        ground = grounds[i, j] if table()[i, j] and i != j else (0.9, 0.9, 0.9)
        ground = (1, 1, 1) if not table()[i, j] else ground
        light, dark = luminance(ground), luminance(text.get_color())
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    # Mistakes are told from what is right without any color: those that are right are bold.
    assert [t.get_fontweight() == "bold" for t in ax.texts] == list(np.eye(3, dtype=bool).flat)
    assert "120 of 128 are right. Most frequent mistake: 0 read as 1, 7 times." in picture.alt


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (np.eye(3), "3 of 3 are right, and the rest of the table is 0."),
        (np.eye(3) + np.eye(3, k=1), "0 read as 1, 1 read as 2, once each."),
        (np.ones((4, 4)), "0 read as 3 and others, once each."),
        (np.array([[1, 0], [2, 1]]), "1 read as 0, 2 times."),
    ],
)
def test_the_most_frequent_mistakes_are_named(counts, said):
    assert plots.confusion(counts).alt.endswith(said)


def test_weights_share_one_scale_with_white_in_the_middle(drawn):
    W = np.random.default_rng(1).normal(size=(64, 12)) - 1
    picture = plots.filters(W)
    shown = [ax.get_images()[0] for ax in drawn[0].axes if ax.get_images()]
    assert len(shown) == 12
    for unit, image in zip(W.T, shown, strict=True):
        np.testing.assert_array_equal(image.get_array(), unit.reshape(8, 8))
        assert image.get_clim() == (-np.abs(W).max(), np.abs(W).max())
        assert image.to_rgba(0.0)[:3] == (1, 1, 1)
        red, _, blue, _ = image.to_rgba(image.get_clim()[1])
        assert blue > red
    assert "12 units, each a picture of 8 × 8" in picture.alt
    assert repr(plots.filters(Tensor(np.zeros((64, 2))), alt="Nothing is learned yet."))


def test_an_alt_text_of_ones_own_is_kept():
    for picture in (
        plots.digits(IMAGES, alt="Ten scribbles in gray."),
        plots.confusion(table(), alt="Three classes, well apart."),
    ):
        assert picture.alt in ("Ten scribbles in gray.", "Three classes, well apart.")
