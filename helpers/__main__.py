"""``python3 -m helpers``: check the Python that runs this, then start.

This file must be readable for old Pythons too, 2.7 included: they are to be
told what to do in one sentence. All else is in ``helpers/launcher.py``.
"""

import os
import sys

# What the pinned NumPy runs on; pyproject.toml says the same, and a test compares.
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 14)


def main():
    """Run the command line, or return one sentence that says why this Python cannot."""
    this = sys.version_info[:2]
    if not OLDEST_PYTHON <= this <= NEWEST_PYTHON:
        sentence = (
            "Downhill needs Python %d.%d to %d.%d, and this is Python %d.%d (%s): "
            "use another one that you have, as in `%s -m helpers`, "
            "or install one from https://www.python.org/downloads/"
        )
        example = "py -3.12" if os.name == "nt" else "python3.12"
        return sentence % (OLDEST_PYTHON + NEWEST_PYTHON + this + (sys.executable, example))
    from helpers import launcher

    return launcher.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
