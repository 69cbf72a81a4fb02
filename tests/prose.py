"""No-break spaces in the prose of notebooks: a formula stays on one line, a number by its unit.

As a program, ``python tests/prose.py notebooks/05*.ipynb`` puts them in where they are missing;
``python3 -m helpers store`` does so as well.
"""

import re
import sys
from pathlib import Path

import nbformat

NO_BREAK = "\N{NO-BREAK SPACE}"
LONG = 40  # characters; a longer formula may break before a relation, so that it fits a narrow page

# What is not prose: code, displayed and inline formulas, addresses of links, tags.
APART = re.compile(
    r"^```.*?^```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)\s]*\)|</?[a-z][^>\n]*>",
    re.DOTALL | re.MULTILINE,
)
RELATIONS = "=≈≠<>≤≥←"
SIGN = re.compile(rf"(?<=[^\s|;,:]) ([{RELATIONS}±+−·]|×(?= \d)) (?=[^\s|])")
UNIT = re.compile(r"(?<=\d) (?=(?:[kcm]?m|k?g|%|m/km|g/mm|kg/m|s|ms|MB|kB|million)\b|%)")
FRACTION = re.compile(r"(?<=[½⅓¼]) (?=[(λ]|\w[²³])")
ENTRY = r"(?!\w*[a-zA-Z]{3})[\w.…²³ᵀ′₀₁₂ᵢᵤ/√½+−·*^]{1,6}"
TUPLE = re.compile(rf"\({ENTRY}(?:,[ {NO_BREAK}]{ENTRY})+\)")


def unbroken(text):
    """The text of a Markdown cell with no-break spaces where a line must not end."""
    parts, at = [], 0
    for apart in APART.finditer(text):
        parts += [_joined(text[at : apart.start()]), apart.group()]
        at = apart.end()
    return "".join([*parts, _joined(text[at:])])


def _joined(prose):
    prose = SIGN.sub(rf"{NO_BREAK}\1{NO_BREAK}", prose)
    prose = FRACTION.sub(NO_BREAK, UNIT.sub(NO_BREAK, prose))
    prose = TUPLE.sub(lambda found: found.group().replace(", ", f",{NO_BREAK}"), prose)
    return re.sub(rf"(?:[^\s]|{NO_BREAK}){{{LONG},}}", _folded, prose)


def _folded(formula):
    return re.sub(rf"{NO_BREAK}([{RELATIONS}])", r" \1", formula.group())


def mended(notebook):
    """The notebook, with the prose of its cells unbroken; solutions are those of the lessons."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "<details><summary>Solution" not in cell.source:
            cell.source = unbroken(cell.source)
    return notebook


if __name__ == "__main__":
    for name in sys.argv[1:]:
        text = nbformat.writes(mended(nbformat.read(name, as_version=4))) + "\n"
        Path(name).write_text(text, encoding="utf-8", newline="\n")
