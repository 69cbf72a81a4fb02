"""A progress bar for loops in a notebook that take a while."""

import ipywidgets
from IPython.display import display

UPDATES = 50


class _Bar(ipywidgets.IntProgress):
    """A bar of which a page without a kernel keeps nothing."""

    def _repr_mimebundle_(self, **kwargs):
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
    bar = _Bar(max=steps, description=label, tooltip=label)
    display(bar)
    every = max(1, steps // UPDATES)
    try:
        for step in range(steps):
            yield step
            if (step + 1) % every == 0 or step + 1 == steps:
                bar.value = step + 1
        bar.bar_style = "success"
    finally:
        bar.description = label if bar.value == steps else f"{label} (stopped)"
