"""What a notebook says, in the order of a lecture: columns of blocks of text and of cells of code.

A heading begins a column. A rule line (``---``) or a heading begins a new block within a cell of
text: so an answer and the next question, which stand in one cell, are told apart.
"""

import ast
import base64
import html
import re
import struct
from dataclasses import dataclass, field

ASKS = re.compile(r"\*\*predict\b", re.IGNORECASE)
# What stands below the still pictures of an explorer.
LIVING = re.compile(r"<small>[^<]*Run the notebook[^<]*</small>")
# What counts the exercises at the end.
COUNTS = r"lesson\.\w+\(\)"
CHECKED = re.compile(r"\blesson\.(\w+)\.(?:adopt|check)\(")


@dataclass
class Block:
    """Some paragraphs that belong together.

    Attributes:
        paragraphs: their Markdown.
        heading: the heading above them, or "".
        level: of the heading: 1 for the title of the page, 2 for a part; 0 for none.
        begins: "heading", "rule" or "cell": what stands before it.
    """

    paragraphs: list[str]
    heading: str = ""
    level: int = 0
    begins: str = "cell"

    @property
    def asks(self) -> bool:
        """Whether it asks for a prediction."""
        return any(ASKS.search(paragraph) for paragraph in self.paragraphs)


@dataclass
class Code:
    """A cell of code, and what it showed when it was stored.

    Attributes:
        cell: its id.
        source: its lines.
        said: what it printed.
        shown: HTML of pictures and verdicts.
        kind: "explorer", "exercise", "picture", "output", or "quiet" where it shows nothing.
        exercise: the name of the exercise that it checks, or "".
    """

    cell: str
    source: str
    said: str = ""
    shown: list[str] = field(default_factory=list)
    exercise: str = ""

    @property
    def kind(self) -> str:
        """What of it a lecture needs."""
        if self.exercise:
            return "exercise"
        if any(LIVING.search(shown) for shown in self.shown):
            return "explorer"
        if any("<img" in shown or "<svg" in shown for shown in self.shown):
            return "picture"
        return "output" if self.said.strip() else "quiet"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of its picture in pixels of the page; (0, 0) without one."""
        found = re.search(
            r'width="(\d+)"[^>]*src="data:image/png;base64,([^"]{32})', "".join(self.shown)
        )
        if not found:
            return 0, 0
        width, height = struct.unpack(">II", base64.b64decode(found[2])[16:24])
        return int(found[1]), round(int(found[1]) * height / width)

    @property
    def only_imports(self) -> bool:
        """Whether it does nothing that a room should see."""
        return all(
            isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(self.source).body
        )

    @property
    def defines(self) -> dict[str, str]:
        """The functions and classes that it defines, with their lines."""
        kinds = (ast.FunctionDef, ast.ClassDef)
        return {
            node.name: ast.get_source_segment(self.source, node)
            for node in ast.parse(self.source).body
            if isinstance(node, kinds)
        }


@dataclass
class Column:
    """All under one heading, in the order of the notebook."""

    heading: str
    level: int
    parts: list[Block | Code]


def columns(notebook) -> list[Column]:
    """The columns of a notebook, as ``nbformat.read`` gives it.

    Solutions and what counts the exercises are left out: a lecture shows neither.
    """
    found: list[Column] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            if cell.source.startswith("<details"):
                continue
            for block in blocks(cell.source):
                if block.heading or not found:
                    found.append(Column(block.heading, block.level, []))
                found[-1].parts.append(block)
        elif cell.cell_type == "code" and not re.fullmatch(COUNTS, cell.source.strip()):
            found[-1].parts.append(_code(cell))
    return found


def blocks(text: str) -> list[Block]:
    """The blocks of a cell of text."""
    found = [Block([])]
    for paragraph in paragraphs(text):
        heading = re.match(r"(#+) +(.*)", paragraph)
        if heading:
            found.append(Block([], heading[2].strip(), len(heading[1]), "heading"))
            rest = paragraph.partition("\n")[2].strip()
            if rest:
                found[-1].paragraphs.append(rest)
        elif re.fullmatch(r"-{3,}|\*{3,}|_{3,}", paragraph):
            found.append(Block([], begins="rule"))
        else:
            found[-1].paragraphs.append(paragraph)
    return [block for block in found if block.paragraphs or block.heading]


def paragraphs(text: str) -> list[str]:
    """Markdown, cut at its empty lines, but not within a block of code, a formula or details."""
    found, lines, fence, depth = [], [], None, 0
    for line in text.splitlines():
        mark = re.match(r" {0,3}(```|~~~)", line)
        if mark:
            fence = None if fence == mark[1] else fence or mark[1]
        elif line.count("$$") % 2:
            fence = None if fence == "$$" else fence or "$$"
        if not fence:
            depth += line.count("<details") - line.count("</details")
        if line.strip() or fence or depth:
            lines.append(line)
        elif lines:
            found.append("\n".join(lines))
            lines = []
    return [*found, "\n".join(lines)] if lines else found


def _code(cell):
    said, shown = [], []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if output.get("name") == "stdout":
            said.append(output["text"])
        elif "text/html" in data:
            shown.append(data["text/html"])
        elif "text/plain" in data:
            said.append(data["text/plain"] + "\n")
    checked = CHECKED.search(cell.source)
    return Code(cell.id, cell.source, "".join(said), shown, checked[1] if checked else "")


def alternatives(shown: list[str]) -> list[str]:
    """What pictures say to those who do not see them."""
    found = re.findall(r'<img\b[^>]*?\balt="([^"]*)"', "".join(shown))
    return [html.unescape(alt) for alt in found]


def stops(alternative: str) -> tuple[str, list[tuple[str, str]]]:
    """What the still of an explorer shows, and its values, each with the sentence that is said.

    In words for those who do not see it, all stand in one line: what it shows, then for each
    picture ``label: value,  label: value. Sentence.``
    """
    word = r"[^\W\dA-Z](?:(?!  )[^.:=]){0,30}"
    labels = set(re.findall(rf",  ({word}): ", alternative))
    labels |= set(re.findall(rf"[.!?] ({word}): [^:]*?,  ", alternative))
    labels |= set(re.findall(rf"[.!?] ({word}): ", alternative)[:1])
    if not labels:
        return alternative, []
    any_label = "|".join(map(re.escape, labels))
    what, *told = re.split(rf"(?<=[.!?]) (?=(?:{any_label}): )", alternative)
    halves = [one.partition(". ") for one in told]
    return what, [(values.replace(",  ", ", "), sentence) for values, _, sentence in halves]


def without_remarks(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """Paragraphs for all, and remarks, which are for whoever reads the code, or takes a break.

    A remark stands in parentheses, as about code, or in italics, as about a break.
    """
    kept, remarks = [], []
    for paragraph in paragraphs:
        if re.fullmatch(r"\(.*\)|\*[^*]+\.\*", paragraph, re.DOTALL):
            remarks.append(paragraph)
            continue
        about_code = re.search(r" \(In the code, [^()]*(\([^()]*\)[^()]*)*\)", paragraph)
        if about_code:
            remarks.append(about_code[0].strip())
            paragraph = paragraph.replace(about_code[0], "")
        kept.append(paragraph)
    return kept, remarks
