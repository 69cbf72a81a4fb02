"""What widgets do otherwise in ipywidgets 7, which Colab has, than in 8."""

from ipywidgets import Widget
from ipywidgets.widgets import widget as _module

# All widgets that there are, which the kernel keeps alive.
INSTANCES = _module._instances if hasattr(_module, "_instances") else Widget.widgets

_VIEW = "application/vnd.jupyter.widget-view+json"


class ShownByBundle:
    """A base of widgets that show a still beside their live view, by ``_repr_mimebundle_``."""

    # Where there is one, as in ipywidgets 7, it shows the live view and nothing else.
    _ipython_display_ = None

    def _repr_mimebundle_(self, **kwargs):
        """What the next class makes, in ipywidgets 7 the same by hand."""
        if hasattr(super(), "_repr_mimebundle_"):
            return super()._repr_mimebundle_(**kwargs)
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {_VIEW: view, "text/plain": repr(self)}
