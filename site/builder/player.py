"""Each page with explorers gets what plays them, once; read by Sphinx."""

from helpers.stage import export


def add(app, pagename, templatename, context, doctree):
    """Put the player at the end of a page with fragments; for `html-page-context`.

    A pad to draw on plays by itself, but takes its looks from there.
    """
    body = context.get("body", "")
    if 'class="stage-fragment' in body or 'class="pad-fragment' in body:
        context["body"] += export.player()


def setup(app):
    """Wait for the pages."""
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True}
