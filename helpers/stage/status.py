"""A line that says how things stand, and whether the kernel behind them answers."""

import anywidget
import traitlets

from helpers.stage import scripts


class StatusLine(anywidget.AnyWidget):
    """A live line of text, which a screen reader says when there is a pause.

    After each press on a control of the box that it stands in (an element of the class
    ``stage-box``), and now and then while something is at work, the page asks the kernel for a
    sign of life. Where none comes, the line says so, and box and text are marked as old.

    Attributes
    ----------
    text : str
        What is said.
    working : bool
        Whether the kernel is at work on its own, so that its silence means something.
    """

    _esm = scripts.text("kernel.js", "status.js")
    _css = scripts.text("status.css")
    text = traitlets.Unicode().tag(sync=True)
    working = traitlets.Bool(False).tag(sync=True)
    _asked = traitlets.Int(0).tag(sync=True)
    _heard = traitlets.Int(0).tag(sync=True)

    @traitlets.observe("_asked")
    def _answer(self, change):
        self._heard = change["new"]
