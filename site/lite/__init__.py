"""The course in the browser alone: JupyterLite, with Python and all packages beside the pages.

From the bottom up: ``pyodide`` (Python for browsers, and where it comes from), ``wheels`` (packages
that it loads), ``build`` (all of it, with JupyterLite). Node.js runs ``compile.mjs`` where it is
there; the other scripts and the style become part of the pages.
"""
