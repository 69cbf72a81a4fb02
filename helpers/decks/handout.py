"""A handout: what a deck shows, on paper, with still pictures and the answers at the end."""

import html
import os
import subprocess
import tempfile
from pathlib import Path

from helpers.decks import markup, questions
from helpers.decks.browser import find_browser
from helpers.decks.page import Deck
from helpers.reading.outline import LIVING

TIME_LIMIT = 120  # seconds
_STYLE = Path(__file__).with_name("handout.css")


def write_pdf(deck: Deck, path: Path) -> None:
    """Print the handout of a deck by the installed Chromium or Chrome.

    Raises:
        RuntimeError: if there is none, or if it does not print.
    """
    browser = find_browser()
    if browser is None:
        raise RuntimeError(
            "A PDF is printed by Chromium or Chrome, and none is found: install one, or let the "
            "variable DOWNHILL_CHROMIUM name it."
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Path(folder, "handout.html")
        page.write_text(as_html(deck), encoding="utf-8")
        printed = Path(folder, "handout.pdf")
        # A profile of its own: an open window of the same browser would take the order over.
        options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--no-first-run"]
        options += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}"]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            options.append("--no-sandbox")  # Chromium refuses root otherwise
        try:
            done = subprocess.run(
                [browser, *options, page.as_uri()],
                capture_output=True,
                text=True,
                timeout=TIME_LIMIT,
            )
        except subprocess.TimeoutExpired as error:
            raise RuntimeError(f"{browser} has not printed within {TIME_LIMIT} s.") from error
        if not printed.exists():
            raise RuntimeError(f"{browser} does not print: {done.stderr.strip()[-300:]}")
        path.write_bytes(printed.read_bytes())


def as_html(deck: Deck) -> str:
    """The handout as a page for a printer."""
    parts, answers, seen, column = [], [], set(), 0
    for slide in deck.slides:
        if slide.column != column:
            parts.append(f"<h2>{markup.inline(slide.heading)}</h2>\n")
            column = slide.column
        for piece in slide.pieces:
            # A slide may repeat what stands on the one before it.
            if not piece.text or piece.text not in seen:
                parts.append(_piece(deck, piece, answers))
            seen.add(piece.text)
    if answers:
        parts.append(f"<h2>Answers to the questions</h2>\n<ol>{''.join(answers)}</ol>\n")
    title = html.escape(f"{deck.number}, {deck.title}")
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE.read_text(encoding='utf-8')}</style>\n"
        f"<main>\n<h1>{html.escape(deck.title)}</h1>\n{''.join(parts)}</main>\n</html>\n"
    )


def _piece(deck, piece, answers):
    if piece.kind in ("text", "ask"):
        inside = markup.html(piece.text)
    elif piece.kind == "code":
        inside = markup.code_block(piece.code.source)
    elif piece.kind == "exercise":
        inside = _exercise(getattr(deck.exercises, piece.code.exercise), answers)
    else:
        said = html.escape(piece.code.said.rstrip("\n"))
        inside = LIVING.sub("", "".join(piece.code.shown))
        inside += f"<pre><samp>{said}</samp></pre>" if said else ""
    return f'<div class="{piece.kind}">{inside}</div>\n'


def _exercise(exercise, answers):
    """The question with its options; its answer is added to those at the end."""
    offered = questions.options(exercise)
    letter = "ABCDEFGH"[[option.right for option in offered].index(True)]
    answers.append(
        f"<li><strong>{letter}</strong>: <code>{markup.code(exercise.answer)}</code>. "
        f"{markup.inline(exercise.right)}</li>"
    )
    listed = "".join(f"<li><code>{markup.code(option.text)}</code></li>" for option in offered)
    source = markup.code(exercise.source("____")).replace(
        '<span class="n">____</span>', '<span class="gap">?</span>'
    )
    return (
        f"<p><strong>Question {len(answers)}</strong></p><pre><code>{source}</code></pre>"
        f'<ol class="options">{listed}</ol>'
    )
