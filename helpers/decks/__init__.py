"""Lectures made from the notebooks: slides that run from one file, without a network.

`slides` fills slides with the blocks of a notebook, which `helpers.reading` has taken apart and
run. `markup` turns Markdown, formulas and code into HTML, `questions` exercises into questions for
the room. `notes` says what the speaker should know; `plan` has the rest of it from TEACHING.md.
`page` puts all of it into one file, with reveal.js (6.0.2) from the folder `reveal`, under the MIT
License that stands beside it. `handout` puts it on paper, by the browser that `browser` finds.
"""
