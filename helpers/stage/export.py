"""A stage as a piece of HTML that needs no kernel, no network and no other file.

A page has any number of fragments and one player, before or after them::

    page = one.to_html(player=False) + other.to_html(player=False) + export.player()
"""

import base64
import dataclasses
import itertools
import zlib
from types import MappingProxyType

import numpy as np

from helpers.stage import scripts
from helpers.stage.controls import Slider, describe
from helpers.stage.outlines import UNITS
from helpers.stage.pool import Pool
from helpers.stage.thinning import said, thinned

# What one explorer may add to a page, in bytes when it is packed, without and with choices. Where
# its frames would be more, sliders get fewer steps.
BUDGETS = 170_000, 560_000
# More frames than this would take long to record.
FRAME_LIMIT = 5_000
# So many frames tell what all of them will take.
SAMPLE = 40
_NONE = MappingProxyType({})


def player():
    """Return the HTML of what plays all fragments of a page: one style and one script.

    It may stand anywhere in the page, and more than once: it starts what does not play yet
    as soon as the page is parsed. Fragments that come later are started by a call of
    ``stagePlayer.play(element)`` for an element that holds them.
    """
    style, script = scripts.text("player.css"), scripts.text(*scripts.IN_A_PAGE)
    return f'<style>{style}</style><script type="module">{script}\nstart(document);</script>'


def fragment(name, alt, controls, at, scenes, still="", without=(), stops=(), values=_NONE):
    """Return the HTML of one explorer: its record and its native controls, without the player.

    Parameters
    ----------
    name, alt : str
        What it is called and what it shows.
    controls : sequence of Slider, Choice, Button or Play
    at : dict of str to int
        The position of each slider and choice at first.
    scenes : dict of tuple of int to Scene
        One scene per combination of choices, by their positions.
    still : str
        The HTML of what stands there where no script runs.
    without : sequence of str
        What is to be said of choices that have fewer options than in the notebook.
    stops : sequence of mapping of str to float
        Values worth showing, which sliders keep.
    values : mapping of str to sequence of float
        For the name of a slider all values that it keeps, beside those worth showing. The main
        slider, the one that plays or else the first, keeps them among its others.
    """
    sliders = [c for c in controls if isinstance(c, Slider)]
    kept = positions_kept(controls, at, scenes, still, stops, values)
    steps = [kept[s.name] for s in sliders]
    fewer = {
        s.name: dataclasses.replace(
            s, values=[s.values[i] for i in kept[s.name]], start=s.values[at[s.name]]
        )
        for s in sliders
    }
    pool = Pool()
    films = {
        ",".join(map(str, chosen)): _packed_columns(scene.film(itertools.product(*steps), pool))
        for chosen, scene in scenes.items()
    }
    start = dict(at) | {n: s.index(s.start) for n, s in fewer.items()}
    shown = [fewer.get(getattr(c, "name", None), c) for c in controls]
    first = next(iter(scenes.values()))
    size = [first.width, first.height]
    record = pool.text(units=UNITS, films=films)
    played = {
        "spec": {"name": name, "alt": alt, "size": size, "controls": describe(shown)},
        "fewer": said(controls, kept, without),
        "at": start,
        "record": base64.b64encode(zlib.compress(record.encode(), 9)).decode(),
    }
    # The picture has its place before the player comes, so that the page does not jump.
    place = f"max-width:{size[0]}px;aspect-ratio:{size[0]}/{size[1]}"
    without = f'<noscript><div style="overflow-x:auto">{still}</div></noscript>'
    return (
        '<div class="stage-fragment">'
        f'<script type="application/json">{scripts.data(played)}</script>'
        f'{without}<div class="stage-place" style="{place}"></div></div>'
    )


def positions_kept(controls, at, scenes, still="", stops=(), values=_NONE):
    """Return which positions of each slider a `fragment` of these arguments has, by its name."""
    sliders = [c for c in controls if isinstance(c, Slider)]
    budget = BUDGETS[len(scenes) > 1] - len(still)
    first = next(iter(scenes.values()))
    affordable = min(FRAME_LIMIT, budget / _size_of_frame(first, sliders))
    return thinned(controls, at, affordable / len(scenes), stops, values)


def _size_of_frame(scene, sliders):
    """How many bytes a frame takes when it is packed among others, about."""
    keys = list(itertools.product(*(range(len(s.values)) for s in sliders)))
    # Neighbors, as they will be: the last slider moves first.
    begin = max(0, len(keys) // 2 - SAMPLE)
    sizes = []
    for count in (1, SAMPLE):
        pool = Pool()
        film = _packed_columns(scene.film(keys[begin : begin + count], pool))
        sizes.append(len(zlib.compress(pool.text(films={"": film}).encode())))
    return max(1, (sizes[1] - sizes[0]) / min(SAMPLE - 1, len(keys) - begin - 1))


def _packed_columns(film):
    """Write each number of a column as the step from the one before, which packs better."""
    steps = [np.diff(column, prepend=0).tolist() for column in film["columns"]]
    return film | {"columns": steps}
