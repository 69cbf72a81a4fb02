"""A progress bar for loops in a notebook that take a while."""

import ipywidgets
from IPython.display import display

from helpers.stage import lifetime
from helpers.stage.front_ends import ShownByBundle
from helpers.stage.status import StatusLine

UPDATES = 50


class _Bar(lifetime.ClosedWithParts, ShownByBundle, ipywidgets.Box):
    """A bar of which a page without a kernel keeps nothing."""

    def __init__(self, steps, label):
        self.bar = ipywidgets.IntProgress(max=steps, description=label, tooltip=label)
        # Without it, the bar is not to be seen on pages that have colors of their own.
        style = ipywidgets.HTML(f"<style>{StatusLine._css}</style>", layout={"display": "none"})
        super().__init__([self.bar, style])
        self.add_class("stage-box")

    def _repr_mimebundle_(self, **kwargs):
        lifetime.shown(self)
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**data, "text/plain": ""}, metadata


def progress(steps, label):
    """Count from 0 to steps − 1 for a loop, and show a bar that fills meanwhile.

        for step in progress(500, "training"):
            ...

    Parameters
    ----------
    steps : int
    label : str
        Stands before the bar, and is its name for screen readers.

    Yields
    ------
    int
    """
    box = _Bar(steps, label)
    bar = box.bar
    display(box)
    every = max(1, steps // UPDATES)
    try:
        for step in range(steps):
            yield step
            if (step + 1) % every == 0 or step + 1 == steps:
                bar.value = step + 1
        bar.bar_style = "success"
    finally:
        bar.description = label if bar.value == steps else f"{label} (stopped)"
