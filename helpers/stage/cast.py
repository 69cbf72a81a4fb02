"""The artists of a figure, from back to front, and what is known of each."""

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import SubFigure
from matplotlib.offsetbox import AnnotationBbox
from matplotlib.spines import Spine
from matplotlib.text import Annotation, Text


class Cast:
    """All that is drawn of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Attributes
    ----------
    leaves : list of matplotlib.artist.Artist
        What is drawn by itself, from back to front.
    axes : list of matplotlib.axes.Axes
    """

    def __init__(self, figure):
        """List what there is now."""
        self.leaves, self.axes, self._above = [], [], {}
        self._collect(figure, ())

    def _collect(self, parent, above):
        """List what is drawn, from back to front, and what it stands in."""
        above = (*above, parent)
        self._above[parent] = above
        if isinstance(parent, Axes):
            self.axes.append(parent)
        children = [child for child in parent.get_children() if child is not parent.patch]
        # The walls of 3D Axes come before all that stands in them, whatever their order.
        children.sort(key=lambda child: (not hasattr(child, "draw_pane"), child.get_zorder()))
        for child in [parent.patch, *children]:
            if isinstance(child, Axes | SubFigure):
                self._collect(child, above)
            else:
                self.leaves.append(child)
                self._above[child] = above

    def parents(self):
        """Return what anything stands in, each once."""
        return dict.fromkeys(above[-1] for above in self._above.values())

    def view(self, ax):
        """What decides where and whether the things in some Axes are drawn."""
        visible = [parent.get_visible() for parent in self._above[ax]]
        scales = [axis.get_scale() for axis in ax._axis_map.values()]
        limits = [axis.get_view_interval().tolist() for axis in ax._axis_map.values()]
        angles = [getattr(ax, name, None) for name in ("elev", "azim", "roll")]
        return visible, ax.axison, ax._frameon, scales, limits, angles, ax.bbox.bounds

    def is_shown(self, leaf):
        """Tell whether Matplotlib would ask a leaf to draw itself."""
        ax = leaf.axes
        if not all(parent.get_visible() for parent in self._above[leaf]):
            return False
        if isinstance(leaf, Axis):
            return getattr(ax, "_axis3don", ax.axison)
        if isinstance(leaf, Spine) or (ax and leaf is ax.patch):
            return ax.axison and ax._frameon
        return True

    def has_depth(self):
        """Tell whether there are 3D Axes, which sort what stands in them anew for each picture."""
        return any(hasattr(ax, "get_proj") for ax in self.axes)

    def draw(self, leaf, renderer):
        """Draw one artist if it is shown, after what its Axes would do for it if they are 3D."""
        if not self.is_shown(leaf):
            return
        if hasattr(leaf, "do_3d_projection"):
            leaf.do_3d_projection()
        axes = list(leaf.axes._axis_map.values()) if hasattr(leaf, "draw_pane") else []
        if axes and leaf is axes[0]:
            for axis in axes:
                axis.draw_pane(renderer)
            for axis in axes:
                axis.draw_grid(renderer)
        leaf.draw(renderer)


def parts(leaf):
    """Everything that a leaf is made of."""
    found = leaf.findobj()
    for text in [part for part in found if isinstance(part, Text)]:
        found += [p for p in (text.get_bbox_patch(), getattr(text, "arrow_patch", None)) if p]
    return found


def aim(leaf):
    """Where an annotation points, which changes without a mark."""
    return repr(leaf.xy) if isinstance(leaf, Annotation | AnnotationBbox) else None


def pin(legend):
    """Keep a legend, which looked for the best place, where it is."""
    if legend._loc == 0:
        box, frame = legend.get_window_extent(), legend.get_bbox_to_anchor()
        legend.set_loc(((box.x0 - frame.x0) / frame.width, (box.y0 - frame.y0) / frame.height))


def name(artist):
    """Name an artist for someone who wrote it."""
    kind, label = type(artist).__name__, artist.get_label()
    return f"{kind} {label!r}" if label else kind
