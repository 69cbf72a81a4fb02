"""A stage as a piece of HTML that needs no kernel, no network and no other file."""

import base64
import dataclasses
import itertools
import json
import zlib
from pathlib import Path

import numpy as np

from helpers.stage.controls import Button, Slider, describe

# More frames than this would make a page slow to open: sliders get fewer steps instead.
FRAME_LIMIT = 900

_HERE = Path(__file__).parent


def fragment(name, alt, controls, at, scenes):
    """Return the HTML of one explorer: its record, its script and its native controls.

    Parameters
    ----------
    name, alt : str
        What it is called and what it shows.
    controls : sequence of Slider, Choice, Button or Play
    at : dict of str to int
        The position of each slider and choice at first.
    scenes : dict of str to Scene
        One scene per combination of choices; the key joins their positions by commas.
    """
    sliders = [c for c in controls if isinstance(c, Slider)]
    counts = _affordable([len(s.values) for s in sliders], FRAME_LIMIT / len(scenes))
    kept = [
        _spread(len(s.values), n, {at[s.name], *_targets(s, controls)})
        for s, n in zip(sliders, counts, strict=True)
    ]
    thinned = {
        s.name: dataclasses.replace(
            s, values=[s.values[i] for i in steps], start=s.values[at[s.name]]
        )
        for s, steps in zip(sliders, kept, strict=True)
    }
    records = {
        chosen: _renumbered(scene.record(itertools.product(*kept)), kept)
        for chosen, scene in scenes.items()
    }
    first = next(iter(scenes.values()))
    size = [first.width, first.height]
    start = dict(at) | {n: s.index(s.start) for n, s in thinned.items()}
    shown = [thinned.get(getattr(c, "name", None), c) for c in controls]
    played = {
        "spec": {"name": name, "alt": alt, "size": size, "controls": describe(shown)},
        "at": start,
        "records": {chosen: _packed(record) for chosen, record in records.items()},
    }
    # Within a script element, "<" may begin an end tag or a comment.
    data = json.dumps(played, ensure_ascii=False).replace("<", "\\u003c")
    player = (_HERE / "player.js").read_text(encoding="utf-8")
    style = (_HERE / "player.css").read_text(encoding="utf-8")
    return (
        f'<div class="stage-fragment">'
        f"<style>{style}</style>"
        f'<script type="application/json">{data}</script>'
        f'<script type="module">{player}\nplayFragments(document);</script></div>'
    )


def _affordable(counts, limit):
    """Take steps from the longest slider until all combinations are within the limit."""
    counts = list(counts)
    while np.prod(counts) > limit and max(counts) > 2:
        counts[counts.index(max(counts))] -= 1
    return counts


def _targets(slider, controls):
    """Return the positions to which buttons take a slider."""
    buttons = [control for control in controls if isinstance(control, Button)]
    return [slider.index(b.sets[slider.name]) for b in buttons if slider.name in b.sets]


def _spread(length, count, keep):
    """Return about ``count`` positions from end to end, among them all of ``keep``."""
    fixed = {0, length - 1, *keep}
    steps = np.rint(np.linspace(0, length - 1, count)).astype(int).tolist()
    # Each position that has to stay takes the place of the nearest that need not.
    for position in sorted(fixed - set(steps)):
        free = [step for step in steps if step not in fixed]
        if free:
            steps.remove(min(free, key=lambda step: abs(step - position)))
    return sorted(fixed | set(steps))


def _renumbered(record, kept):
    """Number the frames of a record by the positions that are left."""
    record = json.loads(record)
    record["frames"] = {
        ",".join(str(steps.index(int(i))) for steps, i in zip(kept, key.split(","), strict=True)): f
        for key, f in record["frames"].items()
    }
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def _packed(record):
    return base64.b64encode(zlib.compress(record.encode(), 9)).decode()
