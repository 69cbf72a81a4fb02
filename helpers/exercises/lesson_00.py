"""The predictions of notebook 00: what a learning rate does to a walk down a valley.

The walk starts at x = 10 in the valley f(x) = x² and repeats x ← x - η·2x, so each step
multiplies x by 1 - 2η. After 20 steps, η = 0.02 has come to 4.42 and η = 0.9 to 0.115.
"""

from .exercise import Exercise
from .lesson import Lesson

WORDS = ("crawls", "arrives", "bounces", "flies off")
CHOICE = "one of: " + ", ".join(f'"{word}"' for word in WORDS)

small_step = Exercise(
    name="small_step",
    template=f"small_step = {{blank}}  # {CHOICE}",
    answer='"crawls"',
    choices=WORDS,
    mistakes={
        '"arrives"': "It is on its way, but count: each step covers a twenty-fifth of what is "
        "left, and after 20 steps the walk is at x = 4.42. Which word says that it is slow?",
        '"bounces"': "To bounce, a step must be long enough to cross the bottom. "
        "Here each step covers a twenty-fifth of the way to it.",
        '"flies off"': "To fly off, each step must end farther from the bottom than it began. "
        "Here each step covers a twenty-fifth of the way to it.",
    },
    hints=(
        "Take one step by hand. At x = 10 the slope is 20, so the step is 0.02·20 = 0.4, downhill.",
        "From 10 the walk goes to 9.6, then to 9.216: each step multiplies x by 0.96.",
        "0.96 multiplied by itself twenty times is still 0.44. "
        "Is nearly half of the way left after twenty steps fast or slow?",
    ),
    right="Each step multiplies x by 0.96, so nearly half of the way is left after twenty steps: "
    "the direction is right, and the steps are too short.",
)

large_step = Exercise(
    name="large_step",
    template=f"large_step = {{blank}}  # {CHOICE}",
    answer='"bounces"',
    choices=WORDS,
    mistakes={
        '"crawls"': "The steps are anything but short: the first one has the length 0.9·20 = 18, "
        "and the bottom is 10 away.",
        '"arrives"': "It does come down, but look how: the first step goes from 10 past the "
        "bottom to -8. Which word is for a walk that changes sides at each step?",
        '"flies off"': "It does cross the bottom at each step. But compare the distances: 10, "
        "then 8, then 6.4. Is it getting farther away?",
    },
    hints=(
        "Take one step by hand. At x = 10 the slope is 20, so the step is 0.9·20 = 18, downhill.",
        "From 10 the walk goes to 10 - 18 = -8. There the slope is -16; "
        "where does the next step end?",
        "The walk goes 10, -8, 6.4, -5.12: each step multiplies x by -0.8. "
        "It changes sides each time; does it come nearer?",
    ),
    right="Each step multiplies x by -0.8: it crosses the bottom and ends a fifth nearer to it. "
    "Longer steps are faster only up to a point.",
)

lesson = Lesson("00_start_here", small_step, large_step)
