"""Lets go of what a cell showed before, when the cell is run again.

Jupyter's widgets live as long as the kernel, so each run of an explorer's cell would leave a
figure, a record and a handful of widgets behind. What a cell shows is noted here by weak
reference. When the cell has been run again, those that it showed before are closed, unless
another cell shows them too or the reader holds them, say in a variable.
"""

import gc
import re
import types
import weakref
from typing import NamedTuple

from IPython import get_ipython
from ipywidgets import Widget

from helpers.stage.front_ends import INSTANCES

# Names under which IPython keeps the values of earlier cells.
_HISTORY = re.compile(r"_+|_\d+|_oh|Out")


class _View(NamedTuple):
    """One widget in the output of one run of one cell."""

    cell: str
    run: str
    widget: weakref.ref


_views = []
_replaced = []  # weak references to what is in no output any more, and may still be held


def shown(widget):
    """Note that the cell which is run at present shows a widget."""
    shell = get_ipython()
    if where := _place(shell):
        if _after_run not in shell.events.callbacks["post_run_cell"]:
            shell.events.register("post_run_cell", _after_run)
        _views.append(_View(*where, weakref.ref(widget)))


class ClosedWithParts:
    """A base of widgets that take the widgets they are made of along when they are closed.

    Python closes what it frees, also a widget that its own constructor has refused, which has
    none of its attributes yet, and was never open.
    """

    def close(self):
        """Take it off the page, with all its parts."""
        if self.comm is None:  # never opened, or closed before
            return
        close_parts(self)
        super().close()
        self._let_go()

    def _let_go(self):
        """What a kind of widget does once it is closed."""


def close_parts(widget):
    """Close the widgets that a widget is made of, its layout and style among them."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, tuple | list) else [value]:
            if isinstance(part, Widget):
                close_parts(part)
                part.close()


def _place(shell):
    """The cell and the run in which we are, or None outside of a cell that has a name."""
    try:
        parent = shell.kernel.get_parent()
        return parent["metadata"]["cellId"], parent["header"]["msg_id"]
    except (AttributeError, KeyError, LookupError, TypeError):  # not in a notebook, or an old one
        return None


def _after_run(result):
    """Close what earlier runs of this cell have shown, and nobody needs any more."""
    if not (where := _place(get_ipython())):
        return
    old = [view for view in _views if view.cell == where[0] and view.run != where[1]]
    if not old:
        return
    _views[:] = [view for view in _views if view not in old and view.widget() is not None]
    _replaced.extend(view.widget for view in old)
    in_view = {id(view.widget()) for view in _views}
    kept = []
    for reference in dict.fromkeys(_replaced):
        if reference() is None or id(reference()) in in_view:
            continue
        if is_held(reference):
            kept.append(reference)
        else:
            reference().close()
    _replaced[:] = kept


def is_held(reference):
    """Tell whether anything but Jupyter, and a widget itself, holds on to the widget.

    Parameters
    ----------
    reference : weakref.ref
        To the widget: a name for it here would be one more that holds it.
    """
    shell = get_ipython()
    history = shell.user_ns.get("_oh"), shell.user_ns_hidden
    passing = [INSTANCES, *history, shell.displayhook, vars(shell.displayhook)]
    for holder in gc.get_referrers(reference()):
        if holder is shell.user_ns:
            names = [name for name, value in list(holder.items()) if value is reference()]
            if not all(map(_HISTORY.fullmatch, names)):
                return True
        elif isinstance(holder, types.MethodType):
            # It listens to its own parts by private methods; a public one is in someone's hands.
            name = holder.__name__
            if not name.startswith("_") and hasattr(type(reference()), name):
                return True
        elif not any(holder is one for one in passing):
            return True
    return False
