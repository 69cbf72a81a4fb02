"""What every notebook keeps to, so that it reads well on every page that shows it.

Each rule is a function that yields its complaints about a notebook; below the rules, each has a
small notebook that breaks it.
"""

import copy
import re
from collections import Counter
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.exercises import lessons
from helpers.reading.outline import blocks
from pictures import first_picture, without_pictures
from prose import NO_BREAK, mended, unbroken
from store import COVER, COVER_OF, METADATA, notebooks

pytestmark = pytest.mark.once

NOTEBOOKS = notebooks()
SIZE_LIMIT = 1_500_000  # bytes; pages of more are slow to open, and GitHub does not show them
CODE_LINES = 15
# About sixty cells, in which an exercise counts once, and lines of code in all of them.
SITTING_CELLS, SITTING_LINES = 62, 200
FEWEST_WORDS = 4  # of an alternative text that says what a picture shows

FILLERS = re.compile(r"\b(just|simply|obviously|clearly)\b", re.IGNORECASE)
BRITISH = re.compile(
    r"\b(\w*(?:colour|behaviour|neighbour|favour|honour|labour|rigour|vapour)\w*"
    r"|(?:kilo|centi|milli)?metres?|litres?|fibres?|theatres?|(?:epi)?centres?|centred|centring"
    r"|(?:anal|paral)y[sz]?[iy]?se[ds]?|analysing|catalogue[ds]?|dialogues?|analogues?"
    r"|(?:general|organ|optim|normal|initial|minim|maxim|vector|recogn|real|summar|visual|emphas"
    r"|standard|regular|penal|util|final|parametr|factor|symbol|random|discret|linear|categor)"
    r"is(?:e[drs]?|ing|ations?)"
    r"|(?:label|model|travel|cancel|level|signal|fuel|total|channel|tunnel)l(?:ed|ing|ers?)"
    r"|defence|offence|licence|pretence|grey\w*|artefacts?|judgement|programmes?|sceptic\w*"
    r"|whilst|amongst|learnt|spelt|burnt|fulfil|enrol|skilful|ageing|plough\w*|storeys?|tyres?"
    r"|maths|for ever|mould\w*)\b",
    re.IGNORECASE,
)
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/<])/(?:home|root|Users|usr|tmp|opt|var|srv|mnt|private|work|etc)/"
    r"|\b[A-Za-z]:\\\w|file://"
)
TIME = re.compile(
    r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b|\b[0-2]?\d:[0-5]\d(?::[0-5]\d)?\b"
    r"|\bWall time\b|\bCPU times\b"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")


# To read a notebook with


def markdown(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """The Markdown cells without code, formulas and addresses."""
    for text in markdown(notebook):
        text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        text = re.sub(r"`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$", "", text, flags=re.DOTALL)
        yield re.sub(r"\]\([^)]*\)|https?://\S+", "]", text)


def output_texts(notebook):
    """What the outputs say: streams, and every text of every kind, without embedded pictures."""
    for cell in code(notebook):
        for output in cell.outputs:
            if "text" in output:
                yield output.text
            for kind, data in output.get("data", {}).items():
                if kind.startswith("text/"):
                    yield without_pictures(data)


class ImageFinder(HTMLParser):
    """Collects the attributes of each `<img>`."""

    def __init__(self):
        super().__init__()
        self.images = []

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append(dict(attributes))


def images(html):
    finder = ImageFinder()
    finder.feed(html)
    return finder.images


# The rules


def pictures_have_alternative_texts(notebook):
    """An `<img alt>` reaches every page; an image/png output has no place for one."""
    texts = [*markdown(notebook), *output_texts(notebook)]
    alts = [image.get("alt") or "" for text in texts for image in images(text)]
    alts += [alt for text in markdown(notebook) for alt in re.findall(r"!\[([^\]]*)\]\(", text)]
    for alt in alts:
        if len(alt.split()) < FEWEST_WORDS:
            yield f"the alternative text {alt!r} does not say what the picture shows"
    for cell in code(notebook):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if kind.startswith("image/"):
                    yield f"an output of kind {kind}, which has no alternative text"


def cells_were_run_in_order(notebook):
    counts = [cell.execution_count for cell in code(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"the cells are numbered {counts}"


def nothing_went_wrong(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            if output.output_type == "error":
                yield f"the error {output.ename} is stored"
            if output.get("name") == "stderr":
                yield f"this went to stderr: {output.text[:100]!r}"


def no_widget_is_stored(notebook):
    """GitHub and nbviewer refuse some of them, and show none."""
    if "widgets" in notebook.metadata:
        yield "the states of widgets are stored"
    for cell in code(notebook):
        for output in cell.outputs:
            for kind in output.get("data", {}):
                if "widget" in kind:
                    yield f"an output of kind {kind} is stored"


def outputs_do_not_tell_of_one_run(notebook):
    for text in output_texts(notebook):
        for what, pattern in (
            ("path", ABSOLUTE_PATH),
            ("date or time", TIME),
            ("address in memory", ADDRESS),
        ):
            for found in pattern.finditer(text):
                yield f"a {what} in an output: {found.group()!r}"


def metadata_are_those_of_the_store_command(notebook):
    for key, value in METADATA.items():
        if notebook.metadata.get(key) != value:
            yield f"the metadata {key} are {notebook.metadata.get(key)}"
    for cell in notebook.cells:
        if "execution" in cell.metadata:
            yield "the times of the run are stored"


def one_title_first(notebook):
    fences = [re.sub(r"^```.*?^```", "", t, flags=re.DOTALL | re.M) for t in markdown(notebook)]
    titles = [line for text in fences for line in text.splitlines() if line.startswith("# ")]
    if len(titles) != 1:
        yield f"{len(titles)} titles: {titles}"
    if notebook.cells[0].cell_type != "markdown" or not notebook.cells[0].source.startswith("# "):
        yield "the first cell does not begin with the title"


def no_fillers(notebook):
    for text in prose(notebook):
        for found in FILLERS.finditer(text):
            yield f"the word {found.group()!r}"


def american_spelling(notebook):
    texts = [*prose(notebook), *(cell.source for cell in code(notebook)), *output_texts(notebook)]
    for text in texts:
        for found in BRITISH.finditer(text):
            yield f"British spelling: {found.group()!r}"


def markdown_that_every_page_shows(notebook):
    """GitHub, nbviewer, nbconvert and JupyterLab agree on a part of Markdown only."""
    for text in markdown(notebook):
        outside = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        for _ in re.finditer(r"</summary>(?!\n\n)", outside):
            yield "no blank line after </summary>: what is folded shows as plain text"
        if outside.count("<details") != outside.count("</details>"):
            yield "a <details> that is not closed in its cell"
        for what, pattern in (
            ("an alert", r"^> \[!\w+\]"),
            ("a footnote", r"\[\^[^\]]+\]"),
            ("a formula in backslashes", r"\\[(\[]"),
            ("a directive", r"^:::|^```\{"),
        ):
            if re.search(pattern, outside if what != "a directive" else text, re.MULTILINE):
                yield f"{what}, which some pages do not show"


def formulas_stay_on_one_line(notebook):
    """`python3 -m helpers store` puts in the no-break spaces that are missing."""
    for cell, good in zip(notebook.cells, mended(copy.deepcopy(notebook)).cells, strict=True):
        if cell.source != good.source:
            for line, better in zip(cell.source.split("\n"), good.source.split("\n"), strict=True):
                if line != better:
                    yield f"a formula, or a number and its unit, may break across lines: {line!r}"


def one_notebook_is_one_sitting(notebook):
    solutions = sum("<details><summary>Solution" in text for text in markdown(notebook))
    if len(notebook.cells) - solutions > SITTING_CELLS:
        yield f"{len(notebook.cells) - solutions} cells, where an exercise counts once"
    lines = sum(bool(line.strip()) for c in code(notebook) for line in c.source.splitlines())
    if lines > SITTING_LINES:
        yield f"{lines} lines of code"


def code_cells_are_short(notebook):
    for cell in code(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > CODE_LINES:
            yield f"{len(lines)} lines of code in the cell that begins {lines[0]!r}"
        if not lines:
            yield "an empty code cell"


def code_cells_are_spaced(notebook):
    kinds = "".join(cell.cell_type[0] for cell in notebook.cells)
    if "ccc" in kinds:
        yield f"three code cells in a row, from cell {kinds.index('ccc')} on"


def no_semicolon_hides_an_output(notebook):
    """The tests would then compare nothing."""
    for cell in code(notebook):
        for line in cell.source.splitlines():
            if line.split("#")[0].rstrip().endswith(";"):
                yield f"a semicolon at the end of {line!r}"


def links_between_pages_lead_somewhere(notebook):
    for text in markdown(notebook):
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            page = target.split("#")[0]
            local = page and not re.match(r"[a-z]+:", page)
            if local and not (NOTEBOOKS[0].parent / page).exists():
                yield f"a link to {page}, which is not there"


def an_answer_and_the_next_question_are_apart(notebook):
    """Under a heading or a rule line: a lecture shows the one before it asks the other."""
    open_question = shown = False
    for cell in notebook.cells:
        if cell.cell_type == "code":
            shown = shown or bool(cell.outputs)
        elif not cell.source.startswith("<details"):
            parts = blocks(cell.source)
            if open_question and shown and parts[0].begins == "cell" and parts[0].asks:
                yield f"no rule line between an answer and a question: {parts[0].paragraphs[0]!r}"
            for part in parts[:-1]:
                if part.asks:
                    yield f"what follows a question in its own cell: {part.paragraphs[-1]!r}"
            open_question = parts[-1].asks or (open_question and not shown)
            shown = False


RULES = [
    pictures_have_alternative_texts,
    cells_were_run_in_order,
    nothing_went_wrong,
    no_widget_is_stored,
    outputs_do_not_tell_of_one_run,
    metadata_are_those_of_the_store_command,
    one_title_first,
    no_fillers,
    american_spelling,
    markdown_that_every_page_shows,
    formulas_stay_on_one_line,
    one_notebook_is_one_sitting,
    code_cells_are_short,
    code_cells_are_spaced,
    no_semicolon_hides_an_output,
    links_between_pages_lead_somewhere,
    an_answer_and_the_next_question_are_apart,
]

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@each_notebook
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_notebook_keeps_the_rule(rule, path):
    complaints = Counter(rule(nbformat.read(path, as_version=4)))
    assert not complaints, "\n".join([path.name, *complaints])


@each_notebook
def test_notebook_is_small_and_valid(path):
    assert path.stat().st_size < SIZE_LIMIT
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert all("id" in cell for cell in notebook.cells)


def test_each_lesson_has_its_notebook():
    assert set(lessons()) <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("name", lessons())
def test_exercises_are_those_declared(name):
    notebook = nbformat.read(notebooks([name])[0], as_version=4)
    assert lessons()[name].mismatches(notebook) == []


# Each rule can be broken.


def book(*cells, **metadata):
    return new_notebook(cells=list(cells), metadata={**METADATA, **metadata})


def prints(text, **more):
    return new_code_cell("1", outputs=[new_output("stream", text=text, **more)])


def shows(**data):
    data = {kind.replace("_", "/"): value for kind, value in data.items()}
    return new_code_cell("1", outputs=[new_output("display_data", data=data)])


TITLE = new_markdown_cell("# A title")

BROKEN = {
    pictures_have_alternative_texts: [
        book(shows(text_html='<p><img src="a.png"></p>')),
        book(shows(text_html='<img alt="" src="a.png">')),
        book(shows(text_html='<img alt="A curve" src="a.png">')),
        book(new_markdown_cell("Look: ![](a.png)")),
        book(new_markdown_cell('<img src="a.png">')),
        book(shows(image_png="iVBORw0KGgo=")),
    ],
    cells_were_run_in_order: [
        book(new_code_cell("1", execution_count=2)),
        book(new_code_cell("1")),
        book(*(new_code_cell("1", execution_count=n) for n in (2, 1))),
    ],
    nothing_went_wrong: [
        book(prints("a warning", name="stderr")),
        book(new_code_cell("1", outputs=[new_output("error", ename="E", traceback=[])])),
    ],
    no_widget_is_stored: [
        book(widgets={}),
        book(shows(**{"application_vnd.jupyter.widget-view+json": {"model_id": "a"}})),
    ],
    outputs_do_not_tell_of_one_run: [
        book(prints("in /home/me/course/a.py")),
        book(prints("in C:\\Users\\me")),
        book(shows(text_plain="PosixPath('/tmp/a')")),
        book(prints("on 2024-05-17")),
        book(prints("at 12:30")),
        book(prints("Wall time")),
        book(shows(text_plain="<object at 0x7f3c2a>")),
    ],
    metadata_are_those_of_the_store_command: [
        book(kernelspec={"name": "other", "display_name": "Other"}),
        book(language_info={"name": "python", "version": "3.12.1"}),
        book(new_code_cell("1", metadata={"execution": {}})),
    ],
    one_title_first: [
        book(new_markdown_cell("## Small")),
        book(new_code_cell("1"), TITLE),
        book(TITLE, new_markdown_cell("text\n\n# Another")),
    ],
    no_fillers: [book(new_markdown_cell(f"It is {word} so.")) for word in ("just", "Clearly")],
    american_spelling: [
        book(new_markdown_cell(f"The {word} is here."))
        for word in (
            *("colour", "Centre", "behaviour", "metres", "kilometre", "neighbouring", "analyse"),
            *("labelled", "modelling", "generalise", "optimisation", "initialised", "grey"),
            *("licence", "learnt", "for ever", "vectorised", "parametrisation"),
        )
    ]
    + [book(new_code_cell("x = 1  # the centre")), book(prints("12 metres"))],
    markdown_that_every_page_shows: [
        book(new_markdown_cell("<details><summary>S</summary>\ntext\n</details>")),
        book(new_markdown_cell("<details><summary>S</summary>\n\ntext")),
        book(new_markdown_cell("> [!NOTE]\n> text")),
        book(new_markdown_cell("A claim.[^1]")),
        book(new_markdown_cell(r"The slope \(a\) is")),
        book(new_markdown_cell("```{note}\ntext\n```")),
    ],
    formulas_stay_on_one_line: [
        book(new_markdown_cell(f"So {formula}, that is all."))
        for formula in ("x = 1", "½ (x² + y²)", "(2, 1)", "f(x, y)", "5 %", "20 mm", "x ← x − η")
    ],
    one_notebook_is_one_sitting: [
        book(
            *(new_cell("1") for _ in range(32) for new_cell in (new_markdown_cell, new_code_cell))
        ),
        book(new_code_cell("1\n" * 201)),
    ],
    code_cells_are_short: [book(new_code_cell("x = 1\n" * 16)), book(new_code_cell("\n"))],
    code_cells_are_spaced: [book(TITLE, *(new_code_cell("1") for _ in range(3)))],
    no_semicolon_hides_an_output: [
        book(new_code_cell("plot(x);")),
        book(new_code_cell("f();  # a")),
    ],
    an_answer_and_the_next_question_are_apart: [
        book(new_markdown_cell("**Predict** a."), prints("1"), new_markdown_cell(text))
        for text in (
            "One.\n\n**Predict** b.",
            "**Predict** b.",
            "A.\n\n## B\n\n**Predict**\n\n---\n\nC.",
        )
    ],
    links_between_pages_lead_somewhere: [book(new_markdown_cell("See [07](07_nowhere.ipynb)."))],
}


@pytest.mark.parametrize(
    ("rule", "notebook"),
    [(rule, notebook) for rule, broken in BROKEN.items() for notebook in broken],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_rule_can_be_broken(rule, notebook):
    assert list(rule(notebook))


def test_every_rule_has_a_notebook_that_breaks_it():
    assert set(BROKEN) == set(RULES)


def test_a_good_notebook_breaks_no_rule():
    outputs = [
        new_output("stream", text="2:1 odds, 3/4 of the way; https://a.org/usr/b\n"),
        new_output(
            "display_data",
            data={"text/html": '<img alt="A line that rises to 2." src="a">', "text/plain": "x"},
        ),
    ]
    notebook = book(
        new_markdown_cell("# A title\n\nAn adjustment of `just` the center, size $a_just$."),
        new_code_cell("# no title\nx = 1\nx", execution_count=1, outputs=outputs),
        new_markdown_cell(
            "<details><summary>Solution</summary>\n\n```python\n# x\n```\n\n</details>"
        ),
        new_markdown_cell("**Predict** a."),
        new_code_cell("1", execution_count=2, outputs=[new_output("stream", text="1")]),
        new_markdown_cell("One.\n\n---\n\n**Predict** b."),
        new_markdown_cell(
            "Otherwise rise, exercise, precise, advise, promise; ![A curve that falls](a)"
        ),
    )
    rules = [rule for rule in RULES if rule is not links_between_pages_lead_somewhere]
    assert [list(rule(notebook)) for rule in rules] == [[]] * len(rules)


def test_no_break_spaces_stand_in_formulas_only():
    text = "Is ½ or 1 larger? `x = 1`, $a + b$; [a = b](c) | × marks (red, blue)\n- one\n+ two"
    assert unbroken(text).replace(NO_BREAK, "~") == text.replace("[a = b]", "[a~=~b]")
    long = unbroken("x = 0.123456789 + 0.123456789 · 20 = 0.123456789 + 2.46913578")
    assert long.count(" ") == 2 and unbroken(long) == long


def test_a_changed_exercise_is_seen():
    name, lesson = next(iter(lessons().items()))
    notebook = nbformat.read(notebooks([name])[0], as_version=4)
    exercise = next(iter(lesson))
    for old in (exercise.source("..."), exercise.check_line(), exercise.right):
        changed = nbformat.from_dict(notebook)
        for cell in changed.cells:
            cell.source = cell.source.replace(old, old.replace("e", "a"))
        assert lesson.mismatches(changed), old
        notebook = nbformat.read(notebooks([name])[0], as_version=4)


def test_the_picture_of_the_readme_is_the_first_of_the_course(root):
    folder = root / "notebooks"
    text = (folder / COVER_OF).read_text(encoding="utf-8")
    assert (folder / COVER).read_bytes() == first_picture(text)
    readme = (root / "README.md").read_text(encoding="utf-8")
    (alt,) = re.findall(rf"!\[([^\]]*)\]\(notebooks/{COVER.as_posix()}\)", readme)
    assert len(alt.split()) > 20
