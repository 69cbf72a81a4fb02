"""Make and keep the environment ``.venv`` of this clone. Standard library only.

``prepare(READER)`` and its like for other files return the environment's Python, with the
requirement files installed and tried. What was done is noted in ``.venv/downhill.json``;
while that note still holds, nothing is run, and so nothing needs the network.

Nothing of a working environment is lost. Changed requirements are installed into it; where that
fails, a start goes on with what is there. One that works no more, or whose folder was moved, is
kept until a new one works, and what was not made here is kept for good.
"""

from collections.abc import Sequence
from pathlib import Path

from helpers.environment import requirements
from helpers.environment.note import is_ready
from helpers.environment.places import ENVIRONMENT, PYTHON, ROOT, SetupError
from helpers.environment.requirements import DEVELOPER, LECTURER, READER, SITE

__all__ = [
    "DEVELOPER",
    "ENVIRONMENT",
    "LECTURER",
    "PYTHON",
    "READER",
    "ROOT",
    "SITE",
    "SetupError",
    "is_ready",
    "prepare",
]


def prepare(names: Sequence[str]) -> Path:
    """Make the environment, if need be, and install what is missing.

    Args:
        names: requirement files, relative to the repository: ``READER``, ``LECTURER``, ``SITE`` or
            ``DEVELOPER``.

    Returns:
        The environment's Python.

    Raises:
        SetupError: with one sentence that says what is wrong and what to do.
    """
    for name in names:
        requirements.lines(name)  # raises if the clone is not whole
    if not is_ready(names):
        # Imported only now, so that a start that needs none of it is not held up.
        from helpers.environment import bringing_up

        bringing_up.bring_up(names)
    return PYTHON
