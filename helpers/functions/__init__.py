"""Named functions to differentiate: each knows its formula and its exact derivatives.

    >>> from helpers.functions import bowl, square
    >>> square(3), square.derivative(3), square.formula
    (9.0, 6.0, 'x²')
    >>> bowl([3, 4]), bowl.gradient([3, 4]), bowl.formula
    (25.0, array([6., 8.]), 'w² + b²')

`CURVES` is the gallery of functions of one variable, by name, `SURFACES` the gallery of functions
of two; `line_loss` makes a surface of data: the loss of every line through them.
"""

from helpers.functions.curves import (
    CURVES,
    Function,
    absolute,
    cube,
    exponential,
    hike,
    relu,
    sine,
    square,
    squire_trapp,
)
from helpers.functions.fits import PolynomialFit
from helpers.functions.gallery import (
    FIVE_POINTS,
    SURFACES,
    bowl,
    himmelblau,
    line_fit,
    line_loss,
    long_valley,
    ramp,
    rosenbrock,
    saddle,
    tilted_valley,
)
from helpers.functions.surfaces import Surface

__all__ = [
    "CURVES",
    "FIVE_POINTS",
    "SURFACES",
    "Function",
    "PolynomialFit",
    "Surface",
    "absolute",
    "bowl",
    "cube",
    "exponential",
    "hike",
    "himmelblau",
    "line_fit",
    "line_loss",
    "long_valley",
    "ramp",
    "relu",
    "rosenbrock",
    "saddle",
    "sine",
    "square",
    "squire_trapp",
    "tilted_valley",
]
