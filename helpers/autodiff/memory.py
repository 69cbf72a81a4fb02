"""Memory: what a graph keeps must not change, and what a step frees should be at hand for the next.

A backward pass reads the numbers that the forward pass computed with. Three kinds of arrays may
change in between, and each is met in the cheapest way that leaves no wrong number:

* Results are nobody's to change: `.data` of a result is a read-only view.
* The data of a leaf is lent to the graph as it is. Who asks for `.data` while a graph holds it gets
  a copy in its place, and where somebody could change it already, the graph gets a copy. Whether
  anybody could, Python's own count of references tells. So `W.data -= ...` after a backward pass
  copies nothing.
* Plain arrays, such as a batch or an index, belong to the caller: the graph keeps a copy of those
  that a rule will read.
"""

import sys

import numpy as np

__all__ = ["held_elsewhere", "keep_freed_memory", "kept"]


class _Holder:
    __slots__ = ("_array",)


# Where Python does not count references, somebody may always hold the array.
_count = getattr(sys, "getrefcount", None)
_alone = 0
if _count:
    _holder = _Holder()
    _holder._array = np.zeros(1)
    _alone = _count(_holder._array)


def held_elsewhere(tensor):
    """Whether anything but the Tensor holds its array: a name, a view, a graph."""
    return _count is None or _count(tensor._array) > _alone


def kept(value):
    """Return an argument so that nobody else can change it: arrays, and lists of them, copied."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) in (list, tuple):
        return type(value)([kept(part) for part in value])
    return value


def keep_freed_memory():
    """Let the C library of Linux keep freed memory for later arrays, up to some 50 MB.

    By default it gives the end of its memory back to the system whenever 128 KB of it are free, and
    gets it again page by page: a training step of 50 layers of 64 then meets 1,600 new pages, which
    takes a third of its time. The library raises that limit by itself to twice the size of the
    largest array that was ever freed (mallopt(3), "M_TRIM_THRESHOLD"), so it is enough to free a
    large one. None of its pages is touched: this takes no memory, and microseconds.
    """
    np.empty(25_000_000, dtype=np.uint8)
