"""Lectures made from the notebooks: slides that run from one file, without a network.

`outline` reads a notebook as columns of blocks of text and cells of code, and `slides` fills
slides with them. `markup` turns Markdown, formulas and code into HTML, `questions` exercises into
questions for the room. `notes` says what the speaker should know; `plan` has the rest of it from
TEACHING.md. `harvest` runs the cells, for explorers that move: the site uses it as well. `page`
puts all of it into one file, with reveal.js (6.0.2) from the folder `reveal`, under the MIT License
that stands beside it. `handout` puts it on paper, by the browser that `browser` finds.
"""
