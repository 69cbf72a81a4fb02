"""Exercises whose answer is a word drawn anew in each kernel, as of patients without names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .exercise import Exercise

ASK = "The patients are others after each restart, so ask for the word: {ask}"


@dataclass(kw_only=True, eq=False, repr=False)
class Diagnosis(Exercise):
    """A word for one of today's patients, which no page can know.

    Attributes:
        folded: what the solution in the notebook says, with ``{ask}`` for the call that tells it.
    """

    folded: str = ASK

    def solution_markdown(self):
        """Where the word is to be had, folded."""
        told = self.folded.format(ask=f"`lesson.{self.name}.solution()`")
        return f"<details><summary>Solution</summary>\n\n{told}\n\n</details>"


def diagnosis(
    name: str,
    word: str,
    choices: Sequence[str],
    words: Mapping[str, Mapping[str, str]],
    hints: Sequence[str],
    right: Mapping[str, str],
    folded: str = ASK,
) -> Diagnosis:
    """The exercise on a patient that suffers from what the word says.

    Args:
        name: of the exercise, and of the reader's variable.
        word: the right one of the choices.
        choices: all words.
        words: {right word: {another: what is said to it}}.
        hints: from a nudge to nearly the answer.
        right: {right word: one sentence on what it means}.
        folded: as in `Diagnosis`.
    """
    return Diagnosis(
        name=name,
        template=f"{name} = {{blank}}",
        answer=f'"{word}"',
        choices=choices,
        mistakes={f'"{said}"': text for said, text in words[word].items()},
        hints=hints,
        right=right[word],
        folded=folded,
    )
