"""The parts of `TEACHING.md` that are made from the notebooks and the exercises' banks.

    python3 -m helpers guide      writes them anew

They stand between lines such as ``<!-- questions 05 -->`` and ``<!-- end -->``; what is written by
hand stands outside. So what a teacher reads cannot fall behind what the pages ask and answer.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat

from helpers.exercises import lessons
from helpers.exercises.diagnosis import Diagnosis
from helpers.reading.outline import (
    ASKS,
    Block,
    Code,
    Column,
    alternatives,
    columns,
    stops,
    without_remarks,
)

ROOT = Path(__file__).absolute().parents[1]
GUIDE = ROOT / "TEACHING.md"
MARKED = re.compile(r"(<!-- (\w+) (\d\d) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
MOST_MISTAKES = 4
LONGEST_ANSWER = 320  # characters; of a longer paragraph the first sentence is taken
SHORT_QUESTION = 130  # characters; one that is shorter leans on the paragraph before it

# Minutes that a reader takes: for a word, a line of code, and for what waits for the reader. They
# are scaled so that their sum is the time that the page states.
A_WORD, A_LINE, A_PREDICTION, AN_EXPLORER, AN_EXERCISE = 1 / 150, 1 / 15, 1.5, 3, 4


def fill(text: str) -> str:
    """The guide with all parts made anew.

    Raises:
        ValueError: if a part is asked for that nothing here makes, or of no notebook.
    """
    return MARKED.sub(lambda found: f"{found[1]}{_part(found[2], found[3])}\n{found[5]}", text)


def _part(kind: str, number: str) -> str:
    if kind not in MAKERS:
        raise ValueError(f"TEACHING.md asks for {kind!r}; there are {', '.join(MAKERS)}.")
    paths = sorted((ROOT / "notebooks").glob(f"{number}_*.ipynb"))
    if not paths:
        raise ValueError(
            f"TEACHING.md asks for the {kind} of notebook {number}, which is not there."
        )
    notebook = nbformat.read(paths[0], as_version=4)
    # Links lead from the root of the repository here.
    made = MAKERS[kind](notebook, lessons().get(paths[0].stem, ()))
    return re.sub(r"\]\((?=\d\d_\w+\.ipynb)", "](notebooks/", made)


# Minutes


def minutes(notebook) -> dict[str, int]:
    """{heading of a part: its minutes}, which add up to the time that the page states."""
    stated = int(re.search(r"\*\*Time\*\*: (\d+) minutes", notebook.cells[0].source)[1])
    found = {column.heading: _effort(column) for column in columns(notebook)}
    scale = stated / sum(found.values())
    whole = {heading: max(1, int(effort * scale)) for heading, effort in found.items()}
    missing = stated - sum(whole.values())
    # What rounding left over goes to those that lost most by it.
    lost = sorted(found, key=lambda heading: whole[heading] - found[heading] * scale)
    for heading in lost[: max(0, missing)]:
        whole[heading] += 1
    for heading in sorted(whole, key=whole.get, reverse=True)[: max(0, -missing)]:
        whole[heading] -= 1
    return whole


def _effort(column: Column) -> float:
    effort = 0.0
    for part in column.parts:
        if isinstance(part, Block):
            effort += A_WORD * sum(len(paragraph.split()) for paragraph in part.paragraphs)
            effort += A_PREDICTION * part.asks
        else:
            effort += A_LINE * len(part.source.splitlines())
            effort += AN_EXPLORER * (part.kind == "explorer") + AN_EXERCISE * bool(part.exercise)
    return effort


def _minutes(notebook, _lesson) -> str:
    rows = (f"| {heading} | {number} |" for heading, number in minutes(notebook).items())
    return "\n".join(["| part | minutes |", "|---|---|", *rows])


# Questions


def questions(notebook) -> Iterator[tuple[str, str, str]]:
    """For each prediction: the heading it stands under, what is asked, how the answer begins."""
    for column in columns(notebook):
        for place, part in enumerate(column.parts):
            if isinstance(part, Block) and part.asks:
                yield column.heading, _asked(part), _answer(column.parts[place + 1 :])


def _asked(block: Block) -> str:
    """The question, with the paragraph before it where it says little by itself."""
    told, _remarks = without_remarks(block.paragraphs)
    places = [place for place, paragraph in enumerate(told) if ASKS.search(paragraph)]
    asked = _one_line(" ".join(told[place] for place in places))
    before = _one_line(told[places[0] - 1]) if places[0] else ""
    is_prose = before and not re.match(r"[|$>`<~-]|\d\.", before)
    return f"{before} {asked}" if len(asked) < SHORT_QUESTION and is_prose else asked


def _answer(parts: list[Block | Code]) -> str:
    told = (without_remarks(p.paragraphs)[0] for p in parts if isinstance(p, Block))
    text = _one_line(next((paragraphs[0] for paragraphs in told if paragraphs), ""))
    sentences = re.split(r"(?<=[.!?:]) (?=[A-Z*$∇∂])", text)
    if len(text) > LONGEST_ANSWER:
        sentences = sentences[:1]
    # What leads to a table, a formula or code is nothing without it.
    if sentences[-1][-1:] == ":" and len(sentences) > 1:
        sentences.pop()
    text = " ".join(sentences)
    text = f"{text[:-1]}." if text.endswith(":") else text
    return "" if ASKS.search(text) else text


def _questions(notebook, _lesson) -> str:
    lines = []
    for heading, asked, answer in questions(notebook):
        told = f" *{answer}*" if answer and "*" not in answer else f" {answer}"
        lines.append(f"- ({heading}) {asked}<br>→{told}" if answer else f"- ({heading}) {asked}")
    number = f"{len(lines)} question{'s' if len(lines) != 1 else ''}"
    return _folded(f"{number}, with how the page answers", lines)


# Explorers


def _explorers(notebook, _lesson) -> str:
    lines = []
    for column in columns(notebook):
        for part in column.parts:
            if isinstance(part, Code) and part.kind == "explorer":
                name = part.source.strip().splitlines()[-1].partition("(")[0]
                what, values = stops(" ".join(alternatives(part.shown)))
                lines.append(f"- **{column.heading}**, `{name}`: {what}")
                lines += [f"  - **{chosen}**. {sentence}" for chosen, sentence in values]
    return _folded("What each explorer shows, at values worth stopping at", lines)


# Wrong answers


def _answers(_notebook, lesson) -> str:
    lines = []
    for exercise in lesson:
        if isinstance(exercise, Diagnosis):
            lines.append(f"- `{exercise.name}`: drawn anew in each kernel, so ask for the evidence")
            continue
        lines.append(f"- `{exercise.name}`, right: {_code(exercise.answer)}")
        typical = [(e, w) for e, w in exercise.mistakes.items() if "\n" not in e]
        lines += [f"  - {_code(e)}: {words}" for e, words in typical[:MOST_MISTAKES]]
    return _folded(f"{len(lesson)} exercises, with the wrong answers to expect", lines)


def _code(expression: str) -> str:
    return f"`{_one_line(expression)}`"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _folded(summary: str, lines: list[str]) -> str:
    return "\n".join(
        [f"<details><summary>{summary}</summary>", "", *lines, "", "</details>"]
        if lines
        else ["None."]
    )


MAKERS = {
    "minutes": _minutes,
    "questions": _questions,
    "explorers": _explorers,
    "answers": _answers,
}


def main(arguments: list[str]) -> int:
    """Write the guide anew; the exit code."""
    if arguments:
        print("usage: python3 -m helpers guide", file=sys.stderr)
        return 2
    old = GUIDE.read_text(encoding="utf-8")
    new = fill(old)
    GUIDE.write_text(new, encoding="utf-8")
    print(f"{GUIDE.name} {'is as it was' if new == old else 'was written anew'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
