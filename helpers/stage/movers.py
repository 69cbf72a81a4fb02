"""Finds out which artists an update function moves."""

import operator

from matplotlib.text import Text

from helpers.stage.cast import aim, parts


class Movers:
    """What has changed since a figure was last looked at, and before.

    Parameters
    ----------
    cast : Cast
        The artists of the figure.

    Attributes
    ----------
    found : set of matplotlib.artist.Artist
        All leaves that have moved so far; it only grows.
    """

    def __init__(self, cast):
        """Take the present state as the first one."""
        self.cast, self.found = cast, set()
        self.settle()

    def __contains__(self, leaf):
        """Whether a leaf is known to move."""
        return leaf in self.found

    def tracks(self):
        """Return the leaves that move, from back to front."""
        return [leaf for leaf in self.cast.leaves if leaf in self.found]

    def still(self):
        """Return the leaves that have not moved so far, from back to front."""
        return [leaf for leaf in self.cast.leaves if leaf not in self.found]

    def settle(self):
        """Take the present state as the one from which changes are told."""
        cast = self.cast
        self._parts = [(part, leaf) for leaf in cast.leaves for part in parts(leaf)]
        for part, _leaf in self._parts:
            part.stale = False
            if isinstance(part, Text):  # it would hold on to all the pixels
                part._renderer = None
        self._unseen = {part for part, _leaf in self._parts if not part.get_visible()}
        self._views = {ax: self._view(ax) for ax in cast.axes}
        self._aims = [(leaf, aim(leaf)) for leaf in cast.leaves if aim(leaf) is not None]
        self._order = [leaf.get_zorder() for leaf in cast.leaves]
        self._families = {parent: parent.get_children() for parent in cast.parents()}

    def unmark(self):
        """Take off the marks that drawing or saving the figure left on what stands still."""
        for part, leaf in self._parts:
            if part.stale and leaf not in self.found:
                part.stale = False

    def find(self):
        """Add to the movers what has changed since the present state was settled.

        Raises
        ------
        TypeError
            If artists were added or removed, or moved to the front or back.
        """
        for parent, children in self._families.items():
            now = parent.get_children()
            if len(now) != len(children) or any(map(operator.is_not, now, children)):
                raise TypeError(
                    "An update function moves the artists that the figure has already; "
                    "it may not add or remove any."
                )
        if self._order != [leaf.get_zorder() for leaf in self.cast.leaves]:
            raise TypeError("An update function may not change the zorder of an artist.")
        # Matplotlib marks what was changed since it was last drawn as stale, but for the place that
        # an annotation points at. Ticks and labels come by the hundred, in each frame: a flat loop.
        moved = {leaf for part, leaf in self._parts if part.stale and self._is_seen(part)}
        moved.update(leaf for leaf, at in self._aims if aim(leaf) != at)
        for ax, old in self._views.items():
            if self._view(ax) != old:  # everything in these Axes is somewhere else
                moved.update(leaf for leaf in self.cast.leaves if leaf.axes is ax)
        self.found |= moved

    def _view(self, ax):
        """The view of some Axes, placed as for a drawing at this size: last digits hang on it."""
        locate = ax.get_axes_locator()
        ax.apply_aspect(locate(ax, None) if locate else None)
        return self.cast.view(ax)

    def _is_seen(self, part):
        return part.get_visible() or part not in self._unseen
