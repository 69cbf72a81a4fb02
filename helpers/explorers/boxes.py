"""What the boxes of ipywidgets share: buttons, a status line, and a still for stored pages."""

import html

import ipywidgets

from helpers.stage import lifetime, stills


def button(label, color):
    """A button as wide as its label, in a color on which white reads well on any page."""
    layout = ipywidgets.Layout(width="auto", align_self="flex-start")
    made = ipywidgets.Button(description=label, layout=layout)
    made.style.button_color, made.style.text_color = color, "white"
    return made


class ToldBox(ipywidgets.VBox):
    """A box that says in a live status line what happens, and of which a stored page keeps a still.

    A subclass gives `still()`, which returns ``(image, alternative text)``, `note()`, the text
    below it, and `title`.

    Parameters
    ----------
    children : sequence of ipywidgets.Widget
        What stands above the status line.

    Attributes
    ----------
    says : str
        The status line, in plain text.
    """

    title = ""

    def __init__(self, children):
        """Put the status line, still empty, below the children."""
        self.says, self._status = "", ipywidgets.HTML()
        super().__init__([*children, self._status])

    def say(self, text):
        """Put a text into the status line; a screen reader says it when there is a pause."""
        self.says = text
        # Opaque, so that it reads well on light and dark pages.
        self._status.value = (
            '<div role="status" aria-live="polite" style="background:#f6f8fa;color:#1f2328;'
            "border:1px solid #1f5fa8;border-left-width:6px;padding:0.4em 0.8em;max-width:54em;"
            f'line-height:1.4">{html.escape(text)}</div>'
        )

    def close(self):
        """Take it off the page, with all its parts."""
        lifetime.close_parts(self)
        super().close()

    def _repr_mimebundle_(self, **kwargs):
        lifetime.shown(self)
        data = super()._repr_mimebundle_(**kwargs)
        data["text/html"] = stills.as_html(*self.still(), self.note())
        data["text/plain"] = repr(self)
        return data

    def __repr__(self):
        """Say what this is, and how it stands."""
        return f"{self.title}: {self.says}"
