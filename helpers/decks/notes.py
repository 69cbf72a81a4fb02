"""What the speaker reads: what to ask, what the room will say, what is seen, and what follows."""

import html

from helpers.decks import markup
from helpers.decks.outline import alternatives
from helpers.decks.slides import Slide

MOST_MISTAKES = 6


def notes(slide: Slide, following: Slide | None, exercises) -> str:
    """The notes of a slide, as HTML.

    Args:
        slide: the slide.
        following: the next one of the same column, which may hold the answer.
        exercises: the lesson, whose attributes are its exercises; None if there is none.
    """
    said = []
    for piece in slide.pieces:
        if piece.kind == "ask":
            said.append(_about_question(slide, following))
        elif piece.kind == "exercise" and exercises is not None:
            said.append(_about_exercise(getattr(exercises, piece.code.exercise)))
        elif piece.kind in ("explorer", "picture"):
            said += [_about_picture(alt, piece.kind) for alt in alternatives(piece.code.shown)]
    said += [markup.html(aside) for aside in slide.asides]
    return "\n".join(said)


def _about_question(slide, following):
    answer = _first_answer(slide) or (_first_answer(following) if following else "")
    lines = [
        "<p><strong>Ask</strong>, and let everybody write an answer down before you go on.</p>"
    ]
    if answer:
        lines.append(f"<p><strong>Answer</strong>: {markup.inline(answer)}</p>")
    return "".join(lines)


def _first_answer(slide):
    return next((p.text for p in slide.pieces if p.kind == "text" and p.answers), "")


def _about_exercise(exercise):
    room = "".join(
        f"<li><code>{html.escape(expression)}</code>: {markup.inline(words)}</li>"
        for expression, words in list(exercise.mistakes.items())[:MOST_MISTAKES]
        if "\n" not in expression
    )
    hints = "".join(f"<li>{markup.inline(hint)}</li>" for hint in exercise.hints)
    return (
        f"<p><strong>Right</strong>: <code>{html.escape(exercise.answer)}</code>. "
        f"{markup.inline(exercise.right)}</p>"
        f"<p><strong>The room will say</strong></p><ul>{room}</ul>"
        f"<p><strong>If nobody says anything</strong></p><ol>{hints}</ol>"
    )


def _about_picture(alt, kind):
    title = "Values worth showing" if kind == "explorer" else "To be seen"
    return f"<p><strong>{title}</strong>: {html.escape(alt)}</p>"
