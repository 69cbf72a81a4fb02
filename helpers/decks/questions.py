"""An exercise as a question for a room: a few answers to choose from, and what each one gets."""

import zlib
from dataclasses import dataclass

LONGEST_OPTION = 64
LONGEST_REPLY = 260
WRONG_OPTIONS = 3


@dataclass(frozen=True)
class Option:
    """An answer to choose.

    Attributes:
        text: the expression.
        reply: what is said to whoever chooses it.
        right: whether it is right.
    """

    text: str
    reply: str
    right: bool


def options(exercise) -> list[Option]:
    """The right answer among typical wrong ones, in an order that tells nothing and never changes.

    Args:
        exercise: a `helpers.exercises.Exercise`. Its first mistakes are the most usual ones.
    """
    right = Option(exercise.answer, exercise.right, True)
    fitting = [
        Option(expression, words, False)
        for expression, words in exercise.mistakes.items()
        if "\n" not in expression
        and len(expression) <= LONGEST_OPTION
        and len(words) <= LONGEST_REPLY
    ]
    words = [f'"{choice}"' for choice in exercise.choices]
    if is_choice(exercise):
        offered = [o for o in fitting if o.text in words] + [right]
        return sorted(offered, key=lambda option: words.index(option.text))
    offered = [*fitting[:WRONG_OPTIONS], right]
    return sorted(offered, key=lambda o: zlib.crc32(f"{exercise.name} {o.text}".encode()))


def is_choice(exercise) -> bool:
    """Whether a word is asked for."""
    return bool(exercise.choices) and not exercise.is_function


def are_short(offered: list[Option]) -> bool:
    """Whether two of them fit side by side."""
    return all(len(option.text) <= 38 for option in offered)
