"""From the columns of a notebook to slides: what stands together, and what comes at the next step.

Heights are estimates in pixels of a slide of 1280 × 720; the page itself makes the letters of a
slide smaller where a font needs more room.
"""

import re
from dataclasses import dataclass, field

from helpers.decks import markup
from helpers.reading.outline import ASKS, Block, Code, Column, without_remarks

WIDTH = 1190  # between the edges
HEIGHT = 590  # below the heading, above the edge
LINE = 86  # characters of a line
EXPLORER = 910  # the width of an explorer, and the greatest of a picture beside words
PICTURE = 800
LONGEST_CODE = 18
FEWEST, MOST = 15, 40


@dataclass
class Piece:
    """What is shown at once.

    Attributes:
        kind: "text", "ask", "code", "output", "picture", "explorer" or "exercise".
        text: Markdown, for text and a question.
        code: the cell of code, for all others.
        answers: whether it answers the last question, and so waits for a step of its own.
    """

    kind: str
    text: str = ""
    code: Code | None = None
    answers: bool = False

    @property
    def is_choice(self) -> bool:
        """Whether it is an exercise that asks for a word or a number, not for a function."""
        return self.kind == "exercise" and "def " not in self.code.source

    @property
    def height(self) -> int:
        """About how high it is."""
        if self.kind in ("text", "ask"):
            return _text_height(self.text)
        lines = len(self.code.source.splitlines())
        if self.kind == "code":
            return 25 * lines + 40
        if self.kind == "output":
            return 26 * len(self.code.said.rstrip().splitlines()) + 50
        if self.kind == "exercise":
            return 26 * lines + (170 if self.is_choice else 260)
        return HEIGHT if self.kind == "explorer" else 360


@dataclass
class Slide:
    """A slide.

    Attributes:
        kind: that of the piece it was begun for, or "answer".
        heading: of its column.
        level: of the heading; 1 for the title of the notebook.
        column: its number.
        pieces: what it shows, from top to bottom.
        asides: remarks for the speaker, as Markdown.
    """

    kind: str
    heading: str
    level: int
    column: int
    pieces: list[Piece] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)

    @property
    def height(self) -> int:
        """About how high its pieces are together."""
        return sum(piece.height for piece in self.pieces)

    @property
    def main_width(self) -> int:
        """How wide its explorer or picture is beside words; 0 if its words stand below."""
        if self.main is None:
            return 0
        width, height = self.main.code.size
        if self.main.kind == "explorer":
            return EXPLORER
        if not height or (width > PICTURE and self.kind != "exercise"):
            return 0
        printed = 36 * len(self.main.code.said.splitlines())
        widest = 640 if self.kind == "exercise" else PICTURE
        return round(min(widest, (HEIGHT - 60 - printed) * width / height))

    @property
    def side(self) -> int:
        """How many characters fit beside its explorer or picture, or below a wide one."""
        return max(440, round((WIDTH - self.main_width) * 1.1)) if self.main_width else 440

    @property
    def main(self) -> Piece | None:
        """The explorer or picture beside which its words stand, if it has one."""
        return next((p for p in self.pieces if p.kind in ("explorer", "picture")), None)


def slides(columns: list[Column]) -> list[Slide]:
    """The slides of a notebook, in their order, without its optional parts.

    A slide holds more where there would be too many of them, and less where too few.
    """
    kept = [column for column in columns if not column.heading.startswith("Optional")]

    def fill(room):
        return [
            slide
            for number, column in enumerate(kept)
            for slide in _packed(_groups(column), column, number, room * HEIGHT)
        ]

    found = fill(1)
    for room in (1.1, 1.2, 1.3) if len(found) > MOST else (0.8, 0.6, 0.4):
        if FEWEST <= len(found) <= MOST:
            break
        found = fill(room)
    return found


# From the parts of a column to groups of pieces that belong together


@dataclass
class _Group:
    pieces: list[Piece]
    asides: list[str]
    begins: str = ""

    @property
    def kind(self):
        kinds = [piece.kind for piece in self.pieces]
        return "ask" if "ask" in kinds else kinds[0]


def _groups(column):
    found, asides = [], []
    open_question = False
    for part in column.parts:
        pieces = []
        if isinstance(part, Block):
            shown, remarks = without_remarks(part.paragraphs)
            asides += remarks
            answers = open_question and part.begins == "cell" and not part.asks
            pieces = [
                Piece("ask" if ASKS.search(text) else "text", text, answers=answers)
                for text in shown
            ]
            open_question = part.asks
        elif part.kind != "quiet":
            answers = open_question and part.kind != "exercise"
            pieces = [Piece(part.kind, code=part, answers=answers)]
            open_question = open_question and part.kind != "exercise"
        elif not part.only_imports and len(part.source.splitlines()) <= LONGEST_CODE:
            pieces = [Piece("code", code=part)]
        if pieces:
            found += _split(_Group(pieces, asides, getattr(part, "begins", "")))
            asides = []
    if asides and found:
        found[-1].asides += asides
    return found


def _split(group):
    """A question with much before it is one for a slide of its own, with the last words before."""
    first = next((i for i, piece in enumerate(group.pieces) if piece.kind == "ask"), 0)
    if sum(piece.height for piece in group.pieces) <= 0.8 * HEIGHT:
        return [group]
    while first and sum(p.height for p in group.pieces[first - 1 :]) <= 0.6 * HEIGHT:
        first -= 1
    if not first:
        return [group]
    return [
        _Group(group.pieces[:first], group.asides, group.begins),
        _Group(group.pieces[first:], [], "cell"),
    ]


# From groups to slides


def _packed(groups, column, number, room):
    """Fill slides with the groups of a column."""
    found = []

    def begin(kind):
        found.append(Slide(kind, column.heading, column.level, number))
        return found[-1]

    for place, group in enumerate(groups):
        slide = found[-1] if found else begin(group.kind)
        ahead = groups[place + 1] if place + 1 < len(groups) else None
        if group.kind == "exercise" and _takes_choice(slide, group.pieces[0]):
            slide.kind = "exercise"
            slide.pieces += group.pieces
        elif group.kind == "exercise":
            slide = _for_exercise(slide, group.pieces[0], found, begin, room)
        elif group.kind in ("ask", "explorer"):
            if slide.pieces and _asks_about(slide, group):
                slide.kind = "ask"
            elif slide.pieces:
                slide = begin(group.kind)
            slide.pieces += group.pieces
        elif group.kind == "picture":
            if slide.pieces and not _takes_picture(slide):
                slide = begin("answer" if group.pieces[0].answers else "picture")
            slide.pieces += group.pieces
        else:
            # What code prints stays with the first words that follow and say what it means.
            together = ahead.pieces[0].height if ahead and ahead.kind == "text" else 0
            for piece in group.pieces:
                more = together if piece.kind in ("output", "code") else 0
                if slide.pieces and not _has_room(slide, piece, more, room):
                    full = slide
                    slide = begin("answer" if piece.answers else piece.kind)
                    # "Take two numbers:" is nothing without the numbers.
                    if len(full.pieces) > 1 and _announces(full.pieces[-1]):
                        slide.pieces.append(full.pieces.pop())
                # What is said of an exercise waits until it is answered.
                piece.answers = piece.answers or slide.kind == "exercise"
                slide.pieces.append(piece)
        slide.asides += group.asides
    return found


def _asks_about(slide, group):
    """Whether a question is one about the picture above it, and so needs it."""
    kinds = [piece.kind for piece in slide.pieces]
    said = sum(len(piece.text) for piece in [*slide.pieces, *group.pieces])
    return (
        (group.kind, group.begins) == ("ask", "cell")
        and kinds[-1] == "picture"
        and set(kinds[:-1]) <= {"text"}
        and not slide.main.answers
        and said <= slide.side
    )


def _announces(piece):
    """Whether a paragraph is nothing without what follows: "Take two numbers:", "It is"."""
    is_prose = piece.kind == "text" and not re.match(r"[|$>`~#-]|\d+\.", piece.text)
    return is_prose and bool(re.search(r"[:,\w]$", piece.text.rstrip()))


def _takes_choice(slide, piece):
    """Whether a word may be chosen on the slide that shows what it is about."""
    if not piece.is_choice or slide.main is None or slide.main.kind != "picture":
        return piece.is_choice and bool(slide.pieces) and slide.pieces[-1].is_choice
    return not slide.main.answers


def _for_exercise(slide, piece, found, begin, room):
    """The slide of an exercise, with the last words before it, which say what is asked for."""
    lead, asides = [], []
    room = min(room, 1.1 * HEIGHT) - piece.height
    if slide.main is not None:
        # What stands beside a picture stays there, and is repeated.
        lead = [p for p in slide.pieces[-1:] if p.kind == "text" and p.height <= room]
    else:
        while slide.pieces and slide.pieces[-1].kind in ("text", "ask"):
            height = sum(p.height for p in lead) + slide.pieces[-1].height
            belong = _announces(slide.pieces[-1]) or (lead and lead[0].text[0].islower())
            if lead and height > (1.3 * room if belong else room):
                break
            if lead and slide.kind != "exercise" and _is_first_answer(slide.pieces):
                break
            lead.insert(0, slide.pieces.pop())
        if lead and slide.pieces and lead[0].text.startswith("$$") and _announces(slide.pieces[-1]):
            slide.pieces.append(lead[0])  # it ends a sentence there, and is repeated
        if not slide.pieces:
            asides = slide.asides
            found.remove(slide)
    slide = begin("exercise")
    slide.pieces += [*(Piece(p.kind, p.text) for p in lead), piece]
    slide.asides += asides
    return slide


def _is_first_answer(pieces):
    """Whether the last piece begins the answer to a question, and so stays with it."""
    return pieces[-1].answers and not (pieces[-2:-1] and pieces[-2].kind == "text")


def _takes_picture(slide):
    """Whether a picture may stand beside what a slide says already."""
    kinds = {piece.kind for piece in slide.pieces}
    return kinds == {"text"} and sum(len(piece.text) for piece in slide.pieces) <= 440


def _has_room(slide, piece, more, room):
    """Whether a piece, with what is to stay with it, still fits."""
    if slide.main is not None and slide.kind == "exercise":
        return False
    if slide.main is not None:
        said = sum(len(p.text) for p in slide.pieces)
        fits = said + len(piece.text) <= slide.side and not _is_long_formula(piece.text)
        return piece.kind == "text" and fits
    return slide.height + piece.height + more <= room


def _is_long_formula(text):
    """Whether a formula needs the whole width."""
    return text.startswith("$$") and len(text) > 60


def _text_height(text):
    text = text.strip()
    if text.startswith("$$"):
        return 96
    if text.startswith("|"):
        return 44 * (len(text.splitlines()) - 1)
    if text.startswith("```"):
        return 26 * len(text.splitlines())
    # The items of a list stand one below the other, the lines of a paragraph do not.
    lines = text.splitlines() if re.match(r"([-*]|\d+\.)\s", text) else [text.replace("\n", " ")]
    return 38 * sum(-(-len(markup.plain(line)) // LINE) or 1 for line in lines) + 16
