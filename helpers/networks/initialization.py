"""Initial weights: how large random numbers must be for a signal to pass through many layers.

A unit sums n_in products of a weight and an input. With independent weights of mean 0, its variance
is n_in · Var(W) times the mean square of the inputs; on the way back the factor is n_out · Var(W).
Each scheme is one answer to what Var(W) should be. Sources, in the order of the table: the rule of
thumb that X. Glorot and Y. Bengio quote as equation 1, and PyTorch's nn.Linear still follows;
Y. LeCun and others, "Efficient BackProp" (1998); Glorot and Bengio, "Understanding the difficulty
of training deep feedforward neural networks" (2010), equations 12 and 16; K. He and others,
"Delving deep into rectifiers" (2015), equation 10.
"""

from numbers import Real

import numpy as np

from helpers.networks.arguments import choice, generator, real, whole

__all__ = ["SCHEMES", "initial_weights", "scheme_named", "weight_variance"]

_VARIANCES = {
    "standard": lambda n_in, n_out: 1 / (3 * n_in),
    "lecun": lambda n_in, n_out: 1 / n_in,
    "xavier": lambda n_in, n_out: 2 / (n_in + n_out),
    "he": lambda n_in, n_out: 2 / n_in,
}
_ALIASES = {"glorot": "xavier", "kaiming": "he"}

SCHEMES = tuple(f"{name} {form}" for name in _VARIANCES for form in ("uniform", "normal"))


def scheme_named(scheme):
    """Return a scheme in its one spelling: its name in SCHEMES, or a standard deviation as a float.

    "glorot" stands for "xavier" and "kaiming" for "he"; underscores stand for spaces. A function,
    which gives the standard deviation for a number of inputs, stays as it is.

    Raises:
        ValueError: if there is none of this name, or the number is not finite or below 0.
    """
    if isinstance(scheme, Real) and not isinstance(scheme, bool):
        return real(scheme, "init")
    if callable(scheme):
        return scheme
    name = scheme
    if isinstance(scheme, str):
        name = scheme.lower().replace("_", " ")
        for alias, usual in _ALIASES.items():
            name = name.replace(alias, usual)
    if not isinstance(name, str) or name not in SCHEMES:
        return choice(scheme, "init, if it is not a standard deviation,", SCHEMES)
    return name


def weight_variance(n_in, n_out, scheme="xavier normal"):
    """Return Var(W), the variance of each initial weight of a layer.

    Args:
        n_in: the number of inputs of the layer.
        n_out: the number of its outputs.
        scheme: a name in SCHEMES, or the standard deviation itself, a number, or a function that
            gives it for n_in. With n = n_in,
            Var(W) is 1/(3n) for "standard", 1/n for "lecun", 2/(n_in + n_out) for "xavier", 2/n
            for "he"; "uniform" and "normal" do not differ in it.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    n_in, n_out = whole(n_in, "n_in"), whole(n_out, "n_out")
    scheme = scheme_named(scheme)
    if callable(scheme):
        return real(scheme(n_in), "init, which your function gives,") ** 2
    if isinstance(scheme, float):
        return scheme**2
    return _VARIANCES[scheme.split()[0]](n_in, n_out)


def initial_weights(rng, n_in, n_out, scheme="xavier normal"):
    """Return random weights for a layer, an array of shape (n_in, n_out).

    Args:
        rng: a NumPy random generator, or a whole number to make one from.
        n_in: the number of inputs of the layer.
        n_out: the number of its outputs.
        scheme: as for `weight_variance`. A uniform one draws from (−a, a) with a = √(3 Var(W)); a
            standard deviation in its place draws from the normal distribution.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    rng = generator(rng, "rng")
    std = np.sqrt(weight_variance(n_in, n_out, scheme))
    if isinstance(scheme, str) and scheme_named(scheme).endswith("uniform"):
        limit = np.sqrt(3.0) * std
        return rng.uniform(-limit, limit, (n_in, n_out))
    return rng.normal(0.0, std, (n_in, n_out))
