"""Which entries of an answer are right, where they are the same ones in every case."""

import numpy as np

from .pairs import TOLERANCE, Pairs, ratio

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def entries(pairs):
    """The beginning of a sentence on the entries that are wrong, or ""."""
    if any(e.ndim == 0 for e in pairs.expected):
        return ""
    good = [
        np.abs(a - e) <= TOLERANCE * (np.abs(e) + 1e-3 * pairs.scale)
        for a, e in zip(pairs.answers, pairs.expected, strict=True)
    ]
    if all(mask.all() for mask in good) or not all(mask.any() for mask in good):
        return ""
    shown = _rest(pairs, good)
    if all(mask.ndim == 1 for mask in good):
        where = _places(good)
    else:
        where = _lines(good, 0, "row") or _lines(good, 1, "column") or _diagonal(good)
    if where.startswith("in "):
        return f"right {where} alone."
    if where:
        return f"right in all entries but {where}{shown}"
    if len(good) == 1 or len({mask.shape for mask in good}) == 1:
        count, total = int(good[0].sum()), good[0].size
        if all(np.array_equal(mask, good[0]) for mask in good):
            wrong = ", ".join(
                f"[{', '.join(map(str, place))}]" for place in np.argwhere(~good[0]).tolist()[:6]
            )
            return f"right in {count} of {total} entries; those at {wrong} are not{shown}"
    return ""


def _rest(pairs, good):
    """What is the matter with the wrong entries, where it is one thing."""
    wrong = Pairs(
        [np.concatenate([a[~m] for a, m in zip(pairs.answers, good, strict=True)])],
        [np.concatenate([e[~m] for e, m in zip(pairs.expected, good, strict=True)])],
        single=True,
    )
    if wrong.equal(wrong.a, -wrong.e):
        return ", where the sign is reversed."
    if wrong.sizes > 1 and (factor := ratio(wrong, wrong.a, wrong.e)):
        return f", where the factor {factor:.4g} is too many."
    return "."


def _places(good):
    """The wrong entries of rows of numbers, counted from the front or from the end."""
    from_front = {tuple(np.flatnonzero(~mask)) for mask in good}
    from_end = {tuple(np.flatnonzero(~mask[::-1])) for mask in good}
    if from_end == {(0,)}:
        return "the last one"
    if from_end == {(0, 1)} and len(from_front) > 1:
        return "the last two"
    if len(from_front) == 1:
        (wrong,) = from_front
        size = good[0].size
        right = [i for i in range(size) if i not in wrong]
        if len({mask.size for mask in good}) == 1 and len(right) == 1 < len(wrong) and size < 7:
            return f"in the {_ORDINALS[right[0]]} entry"
        if len(wrong) <= 3 and max(wrong) < len(_ORDINALS):
            *most, last = [f"the {_ORDINALS[i]}" for i in wrong]
            return ", ".join(most) + " and " * bool(most) + last
        if len(wrong) <= 6:
            return ", ".join(f"[{i}]" for i in wrong)
    inner = [mask[1:-1] for mask in good]
    ends = [(mask[0], mask[-1]) for mask in good]
    if all(mask.size > 2 for mask in good):
        if all(mask.all() for mask in inner) and set(ends) == {(False, False)}:
            return "the first and the last"
        if all(mask[0] for mask in good) and not any(mask[1:].any() for mask in good):
            return "in the first entry"
    return ""


def _lines(good, axis, name):
    """Wrong rows or columns as a whole, where they are the same in every case."""
    if any(mask.ndim != 2 for mask in good):
        return ""
    whole = [mask.all(axis=1 - axis) for mask in good]
    empty = [~mask.any(axis=1 - axis) for mask in good]
    if not all(np.array_equal(w, ~e) for w, e in zip(whole, empty, strict=True)):
        return ""
    if all(w[0] and not w[1:].any() for w in whole) and all(len(w) > 2 for w in whole):
        return f"in the first {name}"
    wrong = {tuple(np.flatnonzero(e)) for e in empty}
    if len(wrong) == 1:
        (lines,) = wrong
        if len(lines) <= 3 and max(lines) < len(_ORDINALS):
            listed = " and the ".join(_ORDINALS[i] for i in lines)
            return f"those in the {listed} {name}"
    if {tuple(np.flatnonzero(e[::-1])) for e in empty} == {(0,)}:
        return f"those in the last {name}"
    return ""


def _diagonal(good):
    if all(mask.ndim == 2 and mask.shape[0] == mask.shape[1] for mask in good):
        eyes = [np.eye(len(mask), dtype=bool) for mask in good]
        if all(np.array_equal(~mask, eye) for mask, eye in zip(good, eyes, strict=True)):
            return "those on the diagonal"
        if all(np.array_equal(mask, eye) for mask, eye in zip(good, eyes, strict=True)):
            return "those off the diagonal"
    return ""
