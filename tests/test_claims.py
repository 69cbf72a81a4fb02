"""What a page says in words after a prediction holds: an assert in its code would give it away.

Each row names a cell by a piece of its code, and what is true after it has run.
"""

import pytest

import store
from running import code_cells, run

CLAIMS = {
    "02": {
        'print(f"100 m to the east:  {east:+.1f} m")': ["east > 5", "north < -8"],
        "def partial_y(f, x, y, h)": ["abs(along_x - 24) < 1e-4", "abs(along_y - 10) < 1e-6"],
        "plane = 24 * step + 10 * step": [
            # The last step is a hundredth of the first.
            "abs(rise - plane - 10 * step**2 - step**3) < 1e-12",
        ],
        "both_grow = central_difference": [
            "abs(both_grow - 34) < 1e-6",
            "abs(y_shrinks - 14) < 1e-6",
        ],
        "def fold(x, y)": [
            "all(fold(k, 0.0) == fold(0.0, k) == 0 for k in (-2.0, 0.5))",
            "all(abs(fold(k, k) / abs(k) - np.sqrt(0.5)) < 1e-12 for k in (-1e-9, 1e-3, 5.0))",
        ],
        "def by_x(g)": ["abs(x_then_y - y_then_x) < 1e-4"],
        'ax.annotate("P"': [
            "200 + 15 * 2**2 - 40 * 3 == 140",
            "abs(200 + 15 * 1.63**2 - 40 * 3 - 120) < 0.5",
            "abs(200 + 15 * 2.31**2 - 40 * 3 - 160) < 0.5",
            "round((160 - 120) / (np.sqrt(80 / 15) - np.sqrt(40 / 15))) == 59",
        ],
        "def J(w, b)": [
            # Along any step (w, b) the second difference is the mean of (w·x + b)².
            "all(np.isclose(J(3 + w, 4 + b) + J(3 - w, 4 - b) - 2 * J(3, 4),"
            " np.mean((w * hours + b) ** 2)) for w, b in [(1, 0), (0, 1), (0.6, -0.8)])",
        ],
    },
    "03": {
        "slope = (saddle(here": ["round(slope, 2) == 4.95"],
        "directional_derivative(f, place, directions)": [
            "abs(slopes.max() - 5) < 1e-3 and slopes.argmax() == 53",
            "np.abs(slopes[[143, 323]]).max() < 0.02",
        ],
        "for theta in (0, 20, 30": ["round(np.cos(np.radians(20)), 2) == 0.94"],
        "miss = np.degrees": ["abs(miss - 58) < 0.4"],
        "straight = np.linalg.norm(to_bottom)": ["abs(100 * (walked / straight - 1) - 23) < 0.4"],
    },
}
pytestmark = [pytest.mark.slow, pytest.mark.once]


def with_claims(sources, claims):
    """The cells, each that has claims followed by a cell that asserts them."""
    told = []
    for source in sources:
        told.append(source)
        told += [f"assert {claim}" for key in claims if key in source for claim in claims[key]]
    return told


@pytest.mark.parametrize("name", CLAIMS)
def test_what_follows_a_prediction_holds(name):
    (path,) = store.notebooks([name])
    sources = [cell.source for cell in code_cells(path)]
    for key in CLAIMS[name]:
        assert sum(key in source for source in sources) == 1, f"{key!r} names no cell, or several"
    result = run({"cells": with_claims(sources, CLAIMS[name])}, path.parent)
    assert result["faults"] == []


def test_a_false_claim_is_seen():
    told = with_claims(["x = 2", "y = x + 1"], {"y = x": ["y == 3", "y == 4"]})
    faults = run({"cells": told}, store.NOTEBOOKS)["faults"]
    assert [number for _order, number, _error in faults] == [3]
