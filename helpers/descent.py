"""Walking downhill: gradient descent.

>>> from helpers.descent import gradient_descent
>>> gradient_descent(lambda x: 2 * x, start=10.0, learning_rate=0.2, steps=2)
array([10. ,  6. ,  3.6])
"""

import numpy as np

__all__ = ["gradient_descent"]


def gradient_descent(grad, start, learning_rate, steps):
    """Return the places of the walk x ← x − η · grad(x).

    Parameters
    ----------
    grad : callable
        The slope at x; it works element by element on arrays.
    start : float or numpy.ndarray
        Where the walk begins.
    learning_rate : float or numpy.ndarray
        η. An array of them walks once for each, all at the same time.
    steps : int
        How many steps to take.

    Returns
    -------
    numpy.ndarray, shape (steps + 1, *shape of start and learning_rate broadcast together)
        The start and the place after each step. A walk that flies off may reach infinity.

    Raises
    ------
    TypeError
        If ``grad`` cannot be called, or the numbers are none.
    ValueError
        If ``learning_rate`` is not greater than 0, anything is NaN, or ``steps`` is no whole
        number from 0 on.
    """
    if not callable(grad):
        raise TypeError(f"grad must be a function of x, not {grad!r}.")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 0:
        raise ValueError(f"steps must be a whole number, 0 or more, not {steps!r}.")
    try:
        rate, x = np.broadcast_arrays(
            np.asarray(learning_rate, dtype=float), np.asarray(start, dtype=float)
        )
    except (TypeError, ValueError):
        raise TypeError("start and learning_rate must be numbers, or arrays that fit.") from None
    if not np.all(rate > 0) or np.isinf(rate).any():
        raise ValueError(f"learning_rate must be greater than 0 and finite, not {learning_rate!r}.")
    if not np.isfinite(x).all():
        raise ValueError(f"start must be finite, not {start!r}.")
    path = np.empty((steps + 1, *x.shape))
    path[0] = x
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            path[step + 1] = path[step] - rate * grad(path[step])
    return path
