"""One HTML file from slides: everything it needs is inside."""

import html
from dataclasses import dataclass, field
from pathlib import Path

from helpers.decks import markup, notes, questions
from helpers.decks.plan import Plan
from helpers.decks.slides import Slide
from helpers.reading.outline import LIVING

_HERE = Path(__file__).parent


@dataclass
class Deck:
    """A lecture.

    Attributes:
        title: that of the notebook.
        number: of the notebook, such as "05".
        slides: its slides.
        exercises: its lesson, or None.
        explorers: the HTML of the explorers that move, by the id of their cell.
        player: what they need once in a page.
        plan: what the guide for teachers says of the notebook.
    """

    title: str
    number: str
    slides: list[Slide]
    exercises: object
    explorers: dict[str, str]
    player: str = ""
    plan: Plan = field(default_factory=Plan)

    def html(self, dark: bool = False) -> str:
        """The whole page.

        Args:
            dark: whether it begins dark; the key D changes that.
        """
        columns: dict[int, list[str]] = {}
        for place, slide in enumerate(self.slides):
            columns.setdefault(slide.column, []).append(self._section(place))
        sections = "\n".join(
            f"<section>\n{''.join(column)}</section>" for column in columns.values()
        )
        style = _read("reveal/reveal.css") + _read("deck.css")
        # Within a script element, an end tag in a string would end the script.
        scripts = "".join(
            "<script>{}</script>\n".format(_read(name).replace("</script", "<\\/script"))
            for name in ("reveal/reveal.js", "reveal/notes.js", "deck.js")
        )
        title = html.escape(f"{self.number}, {self.title}")
        return (
            f'<!doctype html>\n<html lang="en"{" class=dark" if dark else ""}>\n<head>\n'
            '<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n"
            # The texts of licenses stay with what they are for.
            f"<!--\nreveal.js\n{_read('reveal/LICENSE').strip()}\n-->\n"
            f"<style>\n{style}</style>\n</head>\n<body>\n"
            f'<main><div class="reveal"><div class="slides">\n{sections}\n'
            f"</div></div></main>\n{_HINT}\n{self.player}\n{scripts}</body>\n</html>\n"
        )

    @property
    def headings(self) -> list[str]:
        """Those of its columns, in their order."""
        return list({slide.column: slide.heading for slide in self.slides}.values())

    def _section(self, place):
        slide = self.slides[place]
        following = self.slides[place + 1] if place + 1 < len(self.slides) else None
        first = place == 0 or self.slides[place - 1].column != slide.column
        if following and following.column != slide.column:
            following = None
        asked = self.slides[place - 1] if not first else None
        said = notes.notes(slide, following, self.exercises)
        if first:
            said = notes.opening(slide.heading, self.headings, self.plan) + said
        layout = self._layout(slide)
        level = "h1" if slide.level == 1 else "h2"
        again = "" if first else ' class="again"'
        keys = _KEYS if slide.level == 1 and place == 0 else ""
        return (
            f'<section class="on-{slide.kind} {layout}">\n'
            f"<{level}{again}>{markup.inline(slide.heading)}</{level}>\n"
            f'<div class="body">\n{self._body(slide, layout, asked)}</div>\n'
            f'<aside class="notes">{said}</aside>\n{keys}</section>\n'
        )

    def _layout(self, slide):
        """Whether words stand beside an explorer or a picture, or below."""
        if slide.main is None:
            return "plain"
        return "beside" if slide.main_width else "stacked"

    def _body(self, slide, layout, before):
        # Where nothing is said about what was printed, the code says it.
        bare = all(piece.kind == "output" for piece in slide.pieces)
        pieces = [
            (self._code_of(piece) if bare else "")
            + self._piece(piece, step=piece.answers and place > 0)
            for place, piece in enumerate(slide.pieces)
        ]
        if layout != "beside":
            return "".join(pieces)
        main = slide.pieces.index(slide.main)
        words = "".join(pieces[:main] + pieces[main + 1 :])
        if slide.main.answers and before:
            words = _asked(before, slide) + words
        return (
            f'<div class="main" style="flex-basis: {slide.main_width}px">{pieces[main]}</div>\n'
            f'<div class="words">{words}</div>\n'
        )

    def _piece(self, piece, step):
        inside = getattr(self, f"_{piece.kind}")(piece)
        return f'<div class="{piece.kind}{" fragment" if step else ""}">{inside}</div>\n'

    def _text(self, piece):
        return markup.html(piece.text)

    def _ask(self, piece):
        return markup.html(piece.text)

    def _code(self, piece):
        return markup.code_block(piece.code.source)

    def _code_of(self, piece):
        return f'<div class="code">{self._code(piece)}</div>\n'

    def _output(self, piece):
        said = html.escape(piece.code.said.rstrip("\n"))
        return f"<pre><samp>{said}</samp></pre>{_folded(piece.code.source)}"

    def _picture(self, piece):
        said = html.escape(piece.code.said.rstrip("\n"))
        printed = f"<pre><samp>{said}</samp></pre>" if said else ""
        return "".join(piece.code.shown) + printed + _folded(piece.code.source)

    def _explorer(self, piece):
        living = self.explorers.get(piece.code.cell)
        return living or LIVING.sub("", "".join(piece.code.shown))

    def _exercise(self, piece):
        exercise = getattr(self.exercises, piece.code.exercise)
        offered = questions.options(exercise)
        buttons = "".join(
            f'<li><button type="button" data-right="{str(option.right).lower()}" '
            f'data-reply="{html.escape(markup.inline(option.reply))}">'
            f"<code>{markup.code(option.text)}</code></button></li>"
            for option in offered
        )
        source = f"{self._meant(piece.code)}{exercise.source('____')}"
        source = markup.code(source).replace(
            '<span class="n">____</span>', '<span class="gap">?</span>'
        )
        form = " short" if questions.are_short(offered) else ""
        if questions.is_choice(exercise):
            form = " words"
        return (
            f"<pre><code>{source}</code></pre>"
            f'<ul class="options{form}">{buttons}</ul><p class="reply" role="status"></p>'
        )

    def _meant(self, code):
        """The function whose slope is asked for, where another slide shows it: pond for pond_y."""
        name = code.exercise.rpartition("_")[0]
        if not name or name in code.defines:
            return ""
        pieces = (piece for slide in self.slides for piece in slide.pieces)
        others = [piece.code for piece in pieces if piece.kind == "exercise"]
        found = (other.defines[name] for other in others if name in other.defines)
        return "".join(f"{lines}\n\n\n" for lines in list(found)[:1])


def _asked(before, slide):
    """The question again, while an explorer or a picture answers it, where there is room."""
    asked = [piece.text for piece in before.pieces if piece.kind == "ask"]
    said = [piece.text for piece in slide.pieces if piece.kind == "text"]
    if not asked or sum(map(len, asked + said)) > 1.3 * slide.side:
        return ""
    return f'<div class="asked">{markup.html(asked[-1])}</div>\n'


def _folded(source):
    """Code that is not the point, to be opened."""
    return f'<details class="folded"><summary>Code</summary>{markup.code_block(source)}</details>'


def _read(name):
    return (_HERE / name).read_text(encoding="utf-8")


_KEYS = (
    '<p class="keys"><kbd>→</kbd> on <kbd>←</kbd> back <kbd>↓</kbd> down a column '
    "<kbd>O</kbd> all slides <kbd>S</kbd> speaker's notes <kbd>D</kbd> dark or light "
    "<kbd>F</kbd> full screen <kbd>B</kbd> black</p>\n"
)

_HINT = '<p class="deck-hint" hidden><kbd>Esc</kbd> gives the arrow keys back to the slides</p>'
