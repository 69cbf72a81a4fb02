"""Docstrings for Sphinx: they are plain text here, in which |x| and f* mean what they say."""

import inspect
import re

_CODE = re.compile(r"(`+.+?`+)")


def escape(app, what, name, obj, options, lines):
    """Keep Sphinx from reading marks of mathematics as its own; for `autodoc-process-docstring`."""
    literal = None  # how far the line was indented that announced an example
    session = False  # within lines of Python and what they print
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        session = bool(line.strip()) and (session or line.lstrip().startswith(">>> "))
        if session:
            continue
        if literal is not None and line.strip() and indent <= literal:
            literal = None
        if literal is None:
            parts = _CODE.split(line)
            # Every second part is code.
            parts[::2] = [re.sub(r"([*|]|(?<=\w)_(?!\w))", r"\\\1", part) for part in parts[::2]]
            lines[number] = "".join(parts)
            if line.rstrip().endswith("::"):
                literal = indent


def skip(app, what, name, obj, skipped, options):
    """Leave out what others have put into our classes; for `autodoc-skip-member`.

    The fields of a named tuple say no more than their numbers there; the class describes them.
    """
    if type(obj).__name__ == "_tuplegetter":
        return True
    module = getattr(obj, "__module__", None)
    return True if module and not module.startswith("helpers") else None


def signature(app, what, name, obj, options, text, returns):
    """Say which arguments a widget takes: its class alone does not."""
    if what == "class" and text == "(*args, **kwargs)":
        own = inspect.signature(obj.__init__)
        without_self = [*own.parameters.values()][1:]
        return str(own.replace(parameters=without_self)), returns
    return None


def setup(app):
    """Connect to autodoc, before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", escape, priority=400)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True}
