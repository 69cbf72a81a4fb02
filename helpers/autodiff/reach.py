"""Which numbers a gradient reaches: a 0 that was chosen is another one than a 0 that was computed.

Where np.where, an index or a maximum took something else, no gradient arrives, whatever comes
further back: 0, even if a slope is infinite there. A gradient that arrives and happens to be 0 is
multiplied as any other number, and 0 · ∞ is NaN.

A mask says where a gradient arrives: an array of booleans in the gradient's shape, or None for
everywhere, which is the usual case and costs nothing.
"""

import numpy as np

from helpers.autodiff.broadcasting import sum_to

__all__ = ["add_masks", "pull_within", "push_within", "sum_mask"]


def pull_within(rule, i, g, mask, y, args, kwargs, plain):
    """Return the gradient of argument i and its mask, from the gradient g of y and its mask.

    Args:
        rule: an Elementwise or General rule.
        y, args: what the rule is called with, which may be Tensors.
        plain: y and the arguments as plain arrays, a pair.
    """
    part = rule.pull(i, g, y, args, kwargs)
    if mask is None and not rule.selects:
        return part, None
    if mask is None:
        mask = np.ones(np.shape(plain[0]), bool)
    y, arrays = plain
    if not rule.general:
        if rule.selects:
            mask = mask & (rule.slopes[i](y, *arrays, **kwargs) != 0)
        return (np.where(mask, part, 0.0) if callable(rule.slopes[i]) else part), mask
    if rule.contracts and not np.isfinite(part).all():
        part = _contraction(rule, i, g, mask, part, y, args, arrays, kwargs)
    if rule.moves:
        return part, rule.pull(i, mask.astype(float), y, arrays, kwargs) != 0
    mask = _through(rule, rule.pull, i, mask, y, arrays, kwargs)
    return np.where(mask, part, 0.0), mask


def push_within(rule, i, tangent, mask, y, args, kwargs, plain):
    """Return the tangent of y that comes from argument i, and its mask: `pull_within`, forward."""
    part = rule.push(i, tangent, y, args, kwargs)
    if mask is None and not rule.selects:
        return part, None
    y, arrays = plain
    if mask is None:
        mask = np.ones(np.shape(arrays[i]), bool)
    if not rule.general:
        mask = np.broadcast_to(mask, np.shape(y))
        if rule.selects:
            mask = mask & (rule.slopes[i](y, *arrays, **kwargs) != 0)
        return np.where(mask, part, 0.0), mask
    if rule.moves:
        return part, rule.push(i, mask.astype(float), y, arrays, kwargs) != 0
    mask = _through(rule, rule.push, i, mask, y, arrays, kwargs)
    return np.where(mask, part, 0.0), mask


def _through(rule, way, i, mask, y, arrays, kwargs):
    """The mask behind a rule that calculates with numbers, on its `way`, pull or push."""
    if rule.selects:
        return way(i, mask.astype(float), y, arrays, kwargs) != 0
    if mask.all() or not mask.any():
        return np.full(np.shape(arrays[i] if way == rule.pull else y), mask.all())
    # What depends on what does not depend on the numbers, so others are put in their place at
    # random: they make no 0 by accident, as a softmax does far out.
    rng = np.random.default_rng(0)

    def others(a):
        return rng.uniform(1, 2, np.shape(a))

    arrays = [others(a) if k in rule.takes else a for k, a in enumerate(arrays)]
    return way(i, mask * others(mask), others(y), arrays, kwargs) != 0


def _contraction(rule, i, g, mask, part, y, args, arrays, kwargs):
    """The gradient through a product of matrices, without the ∞ and NaN that no gradient meets.

    A sum of products has one bad number for all: one row of NaN, though masked later, would spoil
    the gradient of all weights.
    """
    bad = [~np.isfinite(a) if k in rule.takes else a for k, a in enumerate(arrays)]
    met = rule.pull(i, mask.astype(float), y, [np.asarray(b, float) for b in bad], kwargs) != 0
    finite = [np.where(b, 0.0, a) if np.any(b) else a for a, b in zip(args, bad, strict=True)]
    return np.where(met, part, rule.pull(i, g, y, finite, kwargs))


def add_masks(one, other):
    """The mask of a sum of two gradients."""
    return None if one is None or other is None else one | other


def sum_mask(mask, shape):
    """The mask of a gradient that is summed to this shape; None if it is True throughout."""
    if mask is None:
        return None
    if mask.shape != shape:
        mask = sum_to(mask.astype(float), shape) > 0
    return None if mask.size and mask.all() else mask
