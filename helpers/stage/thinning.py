"""Which positions of the sliders, and which options of the choices, an exported page keeps."""

import dataclasses
import math
from types import MappingProxyType

import numpy as np

from helpers.stage.controls import Button, Choice, Play, Slider

# So many positions of a slider a hand takes for all that there are.
ENOUGH = 61


def limited(controls, choices):
    """Leave out options of choices, as someone who exports a page asks.

    Parameters
    ----------
    controls : sequence of Slider, Choice, Button or Play
    choices : mapping of str to str or sequence of str
        For the name of a choice the one option that is kept, or several. A choice with one option
        left is no control any more.

    Returns
    -------
    controls : list
        Without the choices that are fixed, and without what buttons set on them. A button is left
        out that leads to an option which is not there.
    kept : dict of str to tuple of str
        The options that are left of each choice, also of those that are fixed.

    Raises
    ------
    ValueError
        If there is no such choice or option.
    """
    known = {c.name: c for c in controls if isinstance(c, Choice)}
    for name in choices:
        if name not in known:
            raise ValueError(f"There is no choice {name!r}; there are {sorted(known)}.")
    kept = {name: choice.options for name, choice in known.items()}
    for name, wanted in choices.items():
        wanted = [wanted] if isinstance(wanted, str) else list(wanted)
        if not wanted:
            raise ValueError(f"Of the choice {name!r} at least one option stays.")
        found = {known[name].index(option) for option in wanted}
        kept[name] = tuple(option for i, option in enumerate(known[name].options) if i in found)
    shown = []
    for control in controls:
        if isinstance(control, Choice):
            options = kept[control.name]
            if len(options) > 1:
                start = control.start if control.start in options else options[0]
                shown.append(dataclasses.replace(control, options=options, start=start))
        elif isinstance(control, Button):
            if all(value in kept.get(name, (value,)) for name, value in control.sets.items()):
                sets = {n: v for n, v in control.sets.items() if len(kept.get(n, "ab")) > 1}
                if sets or not control.sets:
                    shown.append(dataclasses.replace(control, sets=sets))
        else:
            shown.append(control)
    return shown, kept


def thinned(controls, at, limit, stops=(), chosen=MappingProxyType({})):
    """Return the positions that each slider keeps, so that all combinations are within a limit.

    The main slider, the one that plays or else the first, keeps `ENOUGH` positions even so.

    Parameters
    ----------
    controls : sequence of Slider, Choice, Button or Play
    at : mapping of str to int
        The position of each slider at first; it is kept, as are those that buttons lead to.
    limit : float
        How many combinations of slider positions there may be.
    stops : sequence of mapping of str to float, optional
        Values worth showing, by the names of controls: sliders keep theirs, also where that makes
        more combinations.
    chosen : mapping of str to sequence of float, optional
        For the name of a slider all values that it keeps, beside those above. The main slider
        keeps them among its others.

    Returns
    -------
    dict of str to list of int
        By the name of each slider.
    """
    sliders = [c for c in controls if isinstance(c, Slider)]
    main = main_slider(controls).name
    where = positions(controls, chosen)
    fixed = {
        s.name: {at[s.name], *_targets(s, controls), *_stops(s, stops), *where.get(s.name, ())}
        for s in sliders
    }
    kept = {name: sorted(fixed[name]) for name in where if name != main}
    others = [s for s in sliders if s.name not in kept]
    least = [ENOUGH if s.name == main else 3 for s in others]
    left = limit / math.prod(map(len, kept.values()))
    counts = affordable([len(s.values) for s in others], left, least)
    for slider, count in zip(others, counts, strict=True):
        kept[slider.name] = spread(len(slider.values), count, fixed[slider.name])
    return {s.name: kept[s.name] for s in sliders}


def main_slider(controls):
    """Return the slider that plays, or else the first."""
    sliders = {c.name: c for c in controls if isinstance(c, Slider)}
    played = [sliders[c.slider] for c in controls if isinstance(c, Play)]
    return [*played, *sliders.values()][0]


def positions(controls, chosen):
    """Return where sliders have the values that are chosen for them.

    Parameters
    ----------
    controls : sequence of Slider, Choice, Button or Play
    chosen : mapping of str to sequence of float

    Returns
    -------
    dict of str to set of int

    Raises
    ------
    ValueError
        If there is no such slider, or if it has no such value.
    """
    known = {c.name: c for c in controls if isinstance(c, Slider)}
    found = {}
    for name, values in chosen.items():
        if name not in known:
            raise ValueError(f"There is no slider {name!r}; there are {sorted(known)}.")
        found[name] = {known[name].index(value) for value in values}
        there = [known[name].values[i] for i in sorted(found[name])]
        if not 2 <= len(there) == len(values) or not np.allclose(there, sorted(values)):
            raise ValueError(f"A page needs two or more of the values of the slider {name!r}.")
    return found


def affordable(counts, limit, least):
    """Take steps from the longest slider until all combinations are within the limit.

    None gets shorter than ``least``, which may be more than there are.
    """
    counts = list(counts)
    while math.prod(counts) > limit:
        free = [i for i, count in enumerate(counts) if count > least[i]]
        if not free:
            break
        counts[max(free, key=lambda i: counts[i])] -= 1
    return counts


def left_out(choices, kept):
    """Return for each `Choice` that has lost options how many are left, as a list of str."""
    return [
        f"{c.label} {len(kept[c.name])} of {len(c.options)}"
        for c in choices
        if len(kept[c.name]) < len(c.options)
    ]


def said(controls, kept, without=()):
    """Return a sentence on what has fewer values than at first; "" if nothing has."""
    fewer = [*without]
    fewer += [
        f"{c.label} {len(kept[c.name])} of {len(c.values)}"
        for c in controls
        if isinstance(c, Slider) and len(kept[c.name]) < len(c.values)
    ]
    return f"This page holds fewer values than the notebook: {', '.join(fewer)}." if fewer else ""


def spread(length, count, keep):
    """Return about ``count`` positions from end to end, among them all of ``keep``."""
    fixed = {0, length - 1, *keep}
    steps = np.rint(np.linspace(0, length - 1, count)).astype(int).tolist()
    # Each position that has to stay takes the place of the nearest that need not.
    for position in sorted(fixed - set(steps)):
        free = [step for step in steps if step not in fixed]
        if free:
            steps.remove(min(free, key=lambda step: abs(step - position)))
    return sorted(fixed | set(steps))


def _targets(slider, controls):
    """Return the positions to which buttons take a slider."""
    buttons = [control for control in controls if isinstance(control, Button)]
    return [slider.index(b.sets[slider.name]) for b in buttons if slider.name in b.sets]


def _stops(slider, stops):
    """Return the positions at which a slider is worth showing."""
    return [slider.index(values[slider.name]) for values in stops if slider.name in values]
