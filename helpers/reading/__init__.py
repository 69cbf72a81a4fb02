"""A notebook as those read it who make something else of it: slides, the guide, the site.

`outline` has it as columns of blocks of text and cells of code. `harvest` runs its cells, and keeps
what explorers are where there is no kernel.
"""
