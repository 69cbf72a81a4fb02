"""Averages of a walk's points: what settles where the walk itself does not."""

import numpy as np

from helpers.descent.runs import whole_number

__all__ = ["running_mean"]


def running_mean(points, since=0):
    """The average of a walk's iterates up to each of them, from one of them on.

    A walk with noise does not settle; its average does. Source: B. T. Polyak and A. B. Juditsky,
    "Acceleration of stochastic approximation by averaging" (1992).

    Args:
        points: of shape (steps + 1, …), as `Run.points`.
        since: the number of the first point that counts; those before stay as they are.

    Returns:
        An array of the shape of points: the mean of points[since] to points[t] at t.

    Raises:
        TypeError, ValueError: if `since` is no whole number, or beyond the points.
    """
    points, since = np.array(points, dtype=float), whole_number(since, "since")
    if since >= len(points):
        raise ValueError(f"since must be less than {len(points)}, the number of points.")
    counts = np.arange(1, len(points) - since + 1).reshape(-1, *([1] * (points.ndim - 1)))
    points[since:] = np.cumsum(points[since:], axis=0) / counts
    return points
