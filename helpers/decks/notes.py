"""What the speaker reads: how long, what to ask, what the room will say, and what is seen."""

import html

from helpers.decks import markup
from helpers.decks.plan import Plan
from helpers.decks.slides import Slide
from helpers.reading.outline import alternatives, stops

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


def opening(heading: str, headings: list[str], plan: Plan) -> str:
    """What the speaker knows where a part begins: its time, and at the first one the whole plan.

    Args:
        heading: that of the part.
        headings: those of all parts of the deck, in their order.
        plan: what the guide says of the notebook.
    """
    said = []
    if heading == headings[0]:
        said += [markup.html(paragraph) for paragraph in plan.advice]
    if heading in plan.minutes:
        times = [plan.minutes.get(one, 0) for one in headings]
        here = headings.index(heading)
        said.append(
            f"<p><strong>Time</strong>: this part takes a reader {_minutes(times[here])}; "
            f"it begins after {sum(times[:here])} of {sum(times)}.</p>"
        )
    return "\n".join(said)


def _minutes(number):
    return f"{number} minute{'s' if number != 1 else ''}"


def _about_question(slide, following):
    answer = _first_answer(slide) or (_first_answer(following) if following else "")
    lines = [
        "<p><strong>Ask</strong>. Everybody writes an answer down; count the hands. If the room is "
        "divided, let neighbors talk for a minute, and count again. Then go on.</p>"
    ]
    if following and following.main and following.main.answers:
        lines.append("<p>What answers it is on the next slide.</p>")
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
    what, values = stops(alt) if kind == "explorer" else (alt, [])
    listed = "".join(
        f"<li><strong>{html.escape(chosen)}</strong>. {html.escape(sentence)}</li>"
        for chosen, sentence in values
    )
    stop_here = f"<p><strong>Values worth showing</strong></p><ol>{listed}</ol>" if listed else ""
    return f"<p><strong>To be seen</strong>: {html.escape(what)}</p>{stop_here}"
