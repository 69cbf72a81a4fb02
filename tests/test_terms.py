"""Terms are defined where they first appear, with the field's name beside ours.

A row of `TERMS` is ``term: (notebook, phrase)``: the cell of text in which the phrase stands
defines the term. "ours = the field's" are two names of one thing, and the cell holds both. `SYNTAX`
does the same for what Python writes in signs.
"""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pictures import without_pictures
from store import notebooks

pytestmark = pytest.mark.once

# In the order of the course.
TERMS = {
    "learning rate": ("00", 'The factor η (say "eta") is called the *learning rate*'),
    "gradient descent": ("00", "This walk is called **gradient descent**"),
    "jumps across = overshoots": ("00", "jumps across the bottom (it *overshoots*)"),
    # 01
    "average rate of change": ("01", "The *average rate of change* between two points"),
    "secant": ("01", "is called a **secant**"),
    "tangent": ("01", "a dashed one, the **tangent**, is as steep"),
    "derivative": ("01", "settles is the **derivative** of f at x"),
    "differentiable": ("01", "(it is *differentiable* there; we also say *smooth*)"),
    "bend = curvature": (
        "01",
        "we call it the **bend**. (In machine learning it is the *curvature*;",
    ),
    "second derivative": ("01", "is the *second derivative* f″"),
    "truncation": ("01", "(*truncation*)"),
    "rounding": ("01", "(*rounding*)"),
    "cancellation": ("01", "This is called *cancellation*"),
    "central difference": ("01", "with the **central difference**"),
    "relu": ("01", "max(0, x), called *relu*,"),
    # 02
    "level line = contour line": ("02", "contour line"),
    "partial derivative": ("02", "is called the **partial derivative** of f by x"),
    "Hessian": ("02", "are the **Hessian**"),
    "loss": ("02", "is called the **loss**"),
    # 03
    "unit vector": ("03", "is called a **unit vector**"),
    "directional derivative": ("03", "is called the *directional derivative*"),
    "dot product": ("03", "this is the **dot product**"),
    # 04
    "convex": ("04", "is **convex**"),
    "local minimum|local minima": ("04", "is a **local minimum**"),
    "lowest of all = global minimum|global minima": ("04", "the **global minimum**"),
    "mountain pass = saddle point": ("03", "mountain passes, or *saddle points*"),
    "basin": ("04", "lead to one valley are its **basin**"),
    "closed form": ("04", "a *closed form*"),
    # 05
    "eigenvector": ("05", "is an **eigenvector** of H"),
    "eigenvalue": ("05", "λ its **eigenvalue**"),
    "condition number": ("05", "the **condition number**"),
    "standardize": ("05", "**standardize** each column"),
    "warm-up": ("05", "A **warm-up** begins"),
    # from numbers to networks
    "dual number": ("06", "A value with its slope is a **dual number**"),
    "forward mode": ("06", "this way of differentiating **forward mode**"),
    "reverse mode": ("06", "This is **reverse mode**"),
    "vector-Jacobian product": ("07", "its *pull* (elsewhere: *vector-Jacobian product*)"),
    "backpropagation": ("06", "for neural networks *backpropagation*"),
    "broadcasting": ("07", "is copied to each row: **broadcasting**"),
    "activation function": ("08", "An **activation function** bends z"),
    "root mean square": ("08", "the **root mean square**"),
    "residual connection": ("08", "A **residual connection** hands z on as it is"),
    "weight decay": ("08", "**Weight decay** works on the weights"),
    # faster descents
    "stochastic gradient descent": ("09", "is *stochastic gradient descent*, SGD"),
    "heavy ball": ("09", "Polyak's *heavy ball* (1964)"),
    "bias correction": ("09", "Their *bias correction* is"),
    "linear scaling": ("09", "this *linear scaling*"),
    # handwritten digits
    "softmax": ("10", "so scores become probabilities, by **softmax**"),
    "cross-entropy": ("10", "Its name is **cross-entropy**"),
    "epoch": ("10", "An **epoch** is once through"),
    "confusion table": ("10", "A **confusion table** counts"),
}

# Not yet so; a row leaves this set when its cell is written.
OPEN = set()

# What stands in the code, as a pattern, and the cell of text that explains it. That may be the one
# right after the first use, but no later.
SYNTAX = {
    "a star that hands over": (r"[(,]\s*\*\w", "01", "`*places` hands the places over one by one"),
    "lambda": (r"\blambda\b", "01", "`lambda x: …` is a function without a name"),
    "two stars that hand over": (r"[(,]\s*\*\*\w", "01", "`**plots.FUNCTION` hands over a look"),
    "mask": (r"\w\[[^\]\n]*\s(?:!=|<=?|>=?|==)\s", "05", "is called a *mask*"),
    "a star that takes the rest": (r"\*\w+, \w+ =|, \*\w+ =", "08", "`*_, last` keeps the last"),
}

# Titles, links to other pages, and the map, the table of symbols and the list of pages of 00 name
# things beforehand.
TITLE = re.compile(r"^# .*$", re.MULTILINE)
PAGE = re.compile(r"^.*\d\d .*: \d+ right, \d+ open$", re.MULTILINE)
FOREWORD = re.compile(r"^\|.*$", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\([^)]*\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
ALT = re.compile(r'<img alt="([^"]*)"')


def read():
    """The course: {number: notebook}, in its order."""
    return {path.name[:2]: nbformat.read(path, as_version=4) for path in notebooks()}


def names(term):
    """The names in a row's key, each as a pattern for the name in the singular and the plural."""
    for name in term.split(" = "):
        forms = "|".join(re.escape(form) for form in name.split("|"))
        yield re.compile(rf"\b(?:{forms})(?:s|es)?\b", re.IGNORECASE)


def said(number, cell):
    """What the reader of a cell reads, apart from code: prose, comments, and what is printed."""
    if cell.cell_type == "markdown":
        text = LINK.sub("", TITLE.sub("", CODE.sub("", cell.source)))
        return FOREWORD.sub("", text) if number == "00" else text
    texts = re.findall(r"# (.*)", cell.source)
    for output in cell.get("outputs", []):
        texts.append(output.get("text", ""))
        texts.append(output.get("data", {}).get("text/plain", ""))
        texts += ALT.findall(without_pictures(output.get("data", {}).get("text/html", "")))
    text = "\n".join(texts)
    return PAGE.sub("", text) if number == "00" else text


def place(course, number, phrase):
    """Where a phrase stands: (number, position) of the only cell of text that holds it, or None."""
    cells = course[number].cells if number in course else []
    found = [
        (number, position)
        for position, cell in enumerate(cells)
        if cell.cell_type == "markdown" and phrase in cell.source.replace("\N{NO-BREAK SPACE}", " ")
    ]
    return found[0] if len(found) == 1 else None


def complaints_about_terms(course, terms):
    """Yield what is wrong with the terms of a course, {number: notebook}."""
    for term, (number, phrase) in terms.items():
        home = place(course, number, phrase)
        if home is None:
            yield f"{term}: not one cell of {number} holds {phrase!r}"
            continue
        text = said(number, course[number].cells[home[1]])
        for name in names(term):
            if not name.search(text):
                yield f"{term}: the cell that defines it does not say {name.pattern!r}"
            for other, position, cell in cells_before(course, home):
                if found := name.search(said(other, cell)):
                    yield f"{found.group()!r} in {other}, cell {position}, comes before {home}"


def complaints_about_syntax(course, syntax):
    """Yield which signs of Python stand in the code before they are explained."""
    for what, (pattern, number, phrase) in syntax.items():
        home = place(course, number, phrase)
        if home is None:
            yield f"{what}: not one cell of {number} holds {phrase!r}"
            continue
        for other, position, cell in cells_before(course, home):
            # One position more, as the text right after a first use may explain it.
            late = (other, position + 1) != home
            if late and cell.cell_type == "code" and re.search(pattern, cell.source, re.MULTILINE):
                yield f"{what} in {other}, cell {position}, comes before {home}"


def cells_before(course, home):
    for number, notebook in course.items():
        for position, cell in enumerate(notebook.cells):
            if (number, position) >= home:
                return
            yield number, position, cell


@pytest.fixture(scope="module")
def whole_course():
    return read()


@pytest.mark.parametrize("term", TERMS)
def test_each_term_is_defined_before_it_is_used(whole_course, term, request):
    if term in OPEN:
        request.applymarker(pytest.mark.xfail(reason="not yet defined where it first appears"))
    assert not [*complaints_about_terms(whole_course, {term: TERMS[term]})]


@pytest.mark.parametrize("what", SYNTAX)
def test_signs_of_python_are_explained_where_they_first_stand(whole_course, what, request):
    if what in OPEN:
        request.applymarker(pytest.mark.xfail(reason="not yet explained where it first stands"))
    assert not [*complaints_about_syntax(whole_course, {what: SYNTAX[what]})]


# Each can fail


def course(*cells):
    return {"01": new_notebook(cells=[*cells])}


@pytest.mark.parametrize(
    "early",
    [
        new_markdown_cell("Look at the secants."),
        new_code_cell("1 + 1  # the secant's slope"),
        new_code_cell("show()", outputs=[new_output("stream", text="the secant has settled")]),
        new_code_cell(
            "show()",
            outputs=[new_output("display_data", {"text/html": '<img alt="A secant." src="">'})],
        ),
    ],
)
def test_a_use_before_the_definition_is_found(early):
    home = new_markdown_cell("The line is called a **secant**.")
    terms = {"secant": ("01", "called a **secant**")}
    assert len([*complaints_about_terms(course(early, home), terms)]) == 1
    assert not [*complaints_about_terms(course(home, early), terms)]


def test_code_and_links_do_not_count_as_uses():
    early = new_markdown_cell("Call `secant()`, and see [Secants](02_secants.ipynb).")
    home = new_markdown_cell("The line is called a **secant**.")
    assert not [*complaints_about_terms(course(early, home), {"secant": ("01", "called a")})]


@pytest.mark.parametrize("cells", [[], ["a **bend**"], ["a bend (*curvature*)"] * 2])
def test_a_definition_that_is_missing_or_lacks_the_field_s_name_is_found(cells):
    made = course(*(new_markdown_cell(text) for text in cells))
    assert [*complaints_about_terms(made, {"bend = curvature": ("01", "a ")})]


def test_a_sign_of_python_may_be_explained_right_after_its_first_use_and_no_later():
    use, home = new_code_cell("f = lambda x: x"), new_markdown_cell("A `lambda` has no name.")
    other = new_code_cell("1 + 1")
    syntax = {"lambda": (r"\blambda\b", "01", "A `lambda`")}
    assert not [*complaints_about_syntax(course(home, use), syntax)]
    assert not [*complaints_about_syntax(course(use, home), syntax)]
    assert [*complaints_about_syntax(course(use, other, home), syntax)]
