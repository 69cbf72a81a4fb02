"""Each page with explorers gets what plays them, once; read by Sphinx."""

from helpers.stage import export


def add(app, pagename, templatename, context, doctree):
    """Put the player at the end of a page with fragments; for `html-page-context`."""
    if 'class="stage-fragment' in context.get("body", ""):
        context["body"] += export.player()


def setup(app):
    """Wait for the pages."""
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True}
