"""Newton's method: the step that leads to the bottom of the quadratic that fits best here."""

import numpy as np

from helpers.derivatives.arguments import shown
from helpers.descent.runs import as_start, real_numbers, walk

__all__ = ["newton"]


def newton(f, grad, hessian, start, steps=10, *, small_gradient=0.0, small_change=0.0):
    """Walk by Newton's steps, point ← point − H⁻¹ ∇f(point), and return the walk as a `Run`.

    H is the Hessian at the point. On a quadratic with an invertible H, one step ends where the
    gradient is zero: a minimum if all eigenvalues of H are positive, else a saddle or a maximum,
    since Newton's step looks for level ground and not for lower ground.

    Source of the formula: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. (2006),
    equation (2.15).

    `f`, `grad`, `start`, `steps`, the two stopping rules, the `Run` and the errors are as for
    `gradient_descent`, where many starts, of shape (..., d), walk at once; a change is the length
    of Newton's step. `hessian` takes what `grad` takes and returns matrices of shape (..., d, d);
    for a function of one number, its second derivative. Raises a ValueError besides if H has
    another shape, or is singular at a point where a step is to be taken.
    """
    if not callable(hessian):
        raise TypeError(
            "hessian must be a function that can be called as hessian(point), got "
            f"{shown(hessian)}."
        )
    start = as_start(start)
    batch, coordinates = start.shape[:-1], start.shape[-1:]

    def shift(step, point, gradient, going):
        matrices = real_numbers(hessian(point.copy()), "hessian")
        if matrices.shape != batch + coordinates * 2:
            raise ValueError(
                f"hessian must return a matrix for each point, of shape {batch + coordinates * 2} "
                f"for points of shape {point.shape}, got shape {matrices.shape}."
            )
        if not coordinates:
            matrices, gradient = matrices[np.newaxis, np.newaxis], gradient[np.newaxis]
        # Where a walk has stopped, its Hessian no longer matters and may well be singular.
        matrices = np.where(
            going[..., np.newaxis, np.newaxis], matrices, np.eye(gradient.shape[-1])
        )
        try:
            change = -np.linalg.solve(matrices, gradient[..., np.newaxis])[..., 0]
        except np.linalg.LinAlgError:
            raise ValueError(
                f"Newton's step needs a Hessian that can be inverted, but after {step} steps it is "
                "singular: the ground is straight in some direction there."
            ) from None
        return change if coordinates else change[0]

    return walk(f, grad, start[()], batch, shift, steps, small_gradient, small_change)
