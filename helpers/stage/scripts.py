"""What runs in the page, as texts: a page or a widget loads one script, made of several files."""

import json
from pathlib import Path

_HERE = Path(__file__).parent
_STAGE = ("film.js", "controls.js", "player.js")
IN_JUPYTER = ("kernel.js", *_STAGE, "widget.js")
IN_A_PAGE = (*_STAGE, "fragment.js")


def text(*files):
    """Return the text of some of the scripts or style sheets in this folder, joined."""
    return "\n".join((_HERE / file).read_text(encoding="utf-8") for file in files)


def data(value):
    """Return a value as JSON that may stand within a script element of a page."""
    # There "<" may begin an end tag or a comment.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
