"""What builds the site. The modules: ``course`` (the notebooks), ``pages`` and ``folds`` (from a
notebook to the source of its page), ``ways`` (where it can be run) and ``build`` (all of it, with
Sphinx). Sphinx reads ``docstrings`` and ``player``. `helpers.reading` runs the notebooks for their
explorers, and cuts their texts.
"""
