"""Lectures made from the notebooks: slides that run from one file, without a network.

`outline` reads a notebook as columns of blocks of text and cells of code.
"""
