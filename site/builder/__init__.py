"""What builds the site. The modules: ``course`` (the notebooks), ``harvest`` (runs them for their
explorers), ``pages`` and ``folds`` (from a notebook to the source of its page), ``ways`` (where it
can be run) and ``build`` (all of it, with Sphinx). Sphinx reads ``docstrings`` and ``player``.
"""
