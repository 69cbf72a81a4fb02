"""What the boxes of ipywidgets share: buttons, a status line, and a still for stored pages."""

import ipywidgets

from helpers.stage import lifetime, stills
from helpers.stage.front_ends import ShownByBundle
from helpers.stage.status import StatusLine


def button(label):
    """A button as wide as its label, which looks like those of a stage: see status.css."""
    layout = ipywidgets.Layout(width="auto", align_self="flex-start")
    return ipywidgets.Button(description=label, layout=layout)


def beside(*children):
    """What stands side by side where there is room."""
    made = ipywidgets.Box(children)
    made.add_class("stage-beside")
    return made


class ToldBox(lifetime.ClosedWithParts, ShownByBundle, ipywidgets.VBox):
    """A box that says in a live status line what happens, and of which a stored page keeps a still.

    A subclass gives `still()`, which returns ``(image, alternative text)``, `note()`, the text
    below it, and `title`.

    Parameters
    ----------
    children : sequence of ipywidgets.Widget
        What stands above the status line.
    below : sequence of ipywidgets.Widget
        What stands below it, which then has room for three lines, so that this stays where it is.
    """

    title = ""

    def __init__(self, children, below=()):
        """Put the status line, still empty, between the children."""
        self._status = StatusLine()
        if below:
            self._status.layout.min_height = "5.6em"
        super().__init__([*children, self._status, *below])
        self.add_class("stage-box")

    @property
    def says(self):
        """The status line, in plain text."""
        return self._status.text

    def say(self, text, working=False):
        """Put a text into the status line; `working`: the kernel goes on by itself meanwhile."""
        with self._status.hold_sync():
            self._status.text, self._status.working = text, working

    def _repr_mimebundle_(self, **kwargs):
        lifetime.shown(self)
        data = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = stills.as_html(*self.still(), self.note())
        data["text/plain"] = repr(self)
        return data

    def __repr__(self):
        """Say what this is, and how it stands."""
        return f"{self.title}: {self.says}"
