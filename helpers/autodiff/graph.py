"""The way back through the graph: what a result was computed from, and the gradients by it.

Tensors are numbered as they are made. A result is younger than its arguments, so the backward pass
takes the youngest first, and needs neither recursion nor a search for an order.
"""

from math import isnan
from operator import attrgetter

import numpy as np

from helpers.autodiff.broadcasting import sum_to
from helpers.autodiff.reach import add_masks, pull_within, sum_mask
from helpers.autodiff.recording import recording

__all__ = ["gradients", "history", "own"]


def own(g, tensor, stored):
    """Return a gradient in memory that no other gradient has: whoever changes one changes one.

    Args:
        g: the gradient, which may be a view of something or be meant for others as well.
        tensor: whose gradient it is.
        stored: the id() of those that were given out before, and of the seed; g joins them.
    """
    if type(g) is not np.ndarray or g.dtype != tensor._array.dtype:
        g = np.asarray(g, dtype=tensor._array.dtype)
    if g.base is not None or id(g) in stored:
        g = np.array(g)
    stored.add(id(g))
    return g


def history(tensor, stop=()):
    """Return all that a Tensor was computed from and gradients flow through.

    Args:
        tensor: where to begin.
        stop: Tensors whose own history does not matter, a set.

    Returns:
        The results, the Tensor among them, youngest first, and the ends of the way: leaves, and
        Tensors in `stop`. Two lists.

    Raises:
        RuntimeError: if a part was used up, or data was changed, since it was computed.
    """
    nodes, ends, seen = [], [], {tensor}
    (nodes if tensor._parents and tensor not in stop else ends).append(tensor)
    if tensor._call is USED_UP:
        raise RuntimeError(SECOND_TIME)
    for node in nodes:  # the list grows while it is read
        number, arrays = node._number, node._call[1]
        for i, parent in node._parents:
            now, then = parent._array, arrays[i]
            if parent._number > number or (
                now is not then and not np.array_equal(now, then, equal_nan=True)
            ):
                raise RuntimeError(
                    "The data of a Tensor was changed after a result was computed from it: "
                    "compute the result again before backward()."
                )
            if parent not in seen and parent.requires_grad:
                seen.add(parent)
                if parent._parents and parent not in stop:
                    nodes.append(parent)
                elif parent._call is USED_UP:
                    raise RuntimeError(SECOND_TIME)
                else:
                    ends.append(parent)
    nodes.sort(key=_age, reverse=True)
    return nodes, ends


_age = attrgetter("_number")
USED_UP = "used up by backward()"
SECOND_TIME = (
    "backward() has been through this graph, or a part of it, before, and used it up: a second "
    "time would add the same gradients again. Compute the Tensor again, or add up what is to be "
    "differentiated, and call backward() once."
)


def gradients(tensor, nodes, g, inputs=None, create_graph=False, use_up=True):
    """Return the backward pass as pairs (Tensor, gradient by it).

    Args:
        tensor: the result to begin with.
        nodes: the results in its history, youngest first, a list.
        g: the gradient of some number by the result, an array.
        inputs: the Tensors whose gradients are wanted, a set. None stands for the leaves, and the
            results that were told to retain theirs.
        create_graph: whether the gradients are Tensors that have gradients themselves.
        use_up: whether the graph and the list are not needed afterwards: what a step has read is
            let go then, and the next finds memory at hand.
    """
    masked = np.count_nonzero(g) < g.size or _selects(nodes)
    # The slopes at the edge of a domain are infinite; the result shows it, no warning is needed.
    with np.errstate(all="ignore"), recording(create_graph):
        if masked and create_graph:
            return _gradients_with_masks(tensor, nodes, g, inputs, create_graph)
        if not masked:
            return _gradients(tensor, nodes, g, inputs, create_graph, use_up)
        found = _gradients(tensor, nodes, g, inputs, create_graph, use_up=False)
        if any(has_nan(part) for _, part in found):
            found = _gradients_with_masks(tensor, nodes, g, inputs, create_graph)
    for node in nodes if use_up else ():
        node._parents, node._call = (), USED_UP
    return found


def _selects(nodes):
    """Whether a 0 may mean that no gradient arrives. Then NaN calls for masks."""
    rules = {node._call[0] for node in nodes}
    selecting = [rule for rule in rules if rule.selects]
    # np.where and an index may leave out anything; relu and its kin no NaN, which is never less.
    return any(rule.general for rule in selecting) or (
        bool(selecting) and any(rule.steep for rule in rules)
    )


def _gradients(tensor, nodes, g, inputs, create_graph, use_up):
    pending, found = {tensor: g}, []
    left = nodes if use_up else nodes.copy()
    left.reverse()
    while left:
        node = left.pop()
        g = pending.pop(node, None)
        if g is None:
            continue
        if node._keeps and inputs is None:
            found.append((node, g))
        rule, plain, kwargs = node._call
        y, args = _with_history(node) if create_graph else (node._array, plain)
        for i, parent in node._parents:
            if not parent.requires_grad:
                continue
            part = rule.pull(i, g, y, args, kwargs)
            if part.shape != parent._array.shape:
                part = sum_to(part, parent._array.shape)
            pending[parent] = pending[parent] + part if parent in pending else part
        if use_up:
            node._parents, node._call = (), USED_UP
    # What is left has arrived at an end.
    return found + [(t, g) for t, g in pending.items() if inputs is None or t in inputs]


def _with_history(node):
    """A result, and its arguments as Tensors where gradients flow to them."""
    args = node._call[1].copy()
    for i, parent in node._parents:
        args[i] = parent
    return node, args


def _gradients_with_masks(tensor, nodes, g, inputs, create_graph):
    """The same, where each gradient comes with a mask that says where it arrives (reach.py)."""
    pending, found = {tensor: (g, sum_mask(g != 0, np.shape(g)))}, []
    for node in nodes:
        if node not in pending:
            continue
        g, mask = pending.pop(node)
        if node._keeps and inputs is None:
            found.append((node, g))
        rule, plain, kwargs = node._call
        y, args = _with_history(node) if create_graph else (node._array, plain)
        for i, parent in node._parents:
            if not parent.requires_grad:
                continue
            shape = parent._array.shape
            part, reached = pull_within(rule, i, g, mask, y, args, kwargs, (node._array, plain))
            part = part if part.shape == shape else sum_to(part, shape)
            reached = sum_mask(reached, shape)
            if parent in pending:
                before, reached_before = pending[parent]
                part, reached = before + part, add_masks(reached_before, reached)
            pending[parent] = part, reached
    return found + [(t, g) for t, (g, _) in pending.items() if inputs is None or t in inputs]


def has_nan(x):
    """Whether a number is NaN."""
    if type(x) is np.ndarray:
        return isnan(np.vdot(x, x))  # faster than asking each; squares cannot cancel
    return np.isnan(x).any()
