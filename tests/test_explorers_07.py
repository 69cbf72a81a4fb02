"""What notebook 07 shows while it trains, and the border that comes of it."""

import numpy as np
import pytest

from helpers import plots
from helpers.explorers.borders import draw_border
from helpers.explorers.progress import progress

# Progress


def test_the_bar_counts_and_leaves_nothing_on_a_page_without_a_kernel(monkeypatch):
    shown = []
    monkeypatch.setattr("helpers.explorers.progress.display", shown.append)
    assert list(progress(123, "training")) == list(range(123))
    (box,) = shown
    assert (box.bar.value, box.bar.max, box.bar.description) == (123, 123, "training")
    assert box._repr_mimebundle_()[0]["text/plain"] == ""
    loop = progress(10, "training")
    next(loop), next(loop)
    loop.close()
    assert (shown[1].bar.value, shown[1].bar.description) == (1, "training (stopped)")


# Borders


def test_a_border_is_drawn_where_the_score_changes_its_sign():
    _, ax = plots.figure()
    points = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.5], [3.0, 1.0]])
    draw_border(ax, points, [[1], [1], [-1], [-1]], lambda places: 1.5 - places[:, :1])
    border = ax.collections[1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], 1.5, atol=1e-9)
    assert (border[:, 1].min(), border[:, 1].max()) == pytest.approx((-0.4, 1.4))
    drawn = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_array_equal(drawn["target +1"], points[:2])
    np.testing.assert_array_equal(drawn["target −1"], points[2:])
