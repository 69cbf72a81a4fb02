"""``python3 -m helpers``: check the Python that runs this, then start.

This file must be readable for old Pythons too, 2.7 included: they are to be
told what to do in one sentence. All else is in ``helpers/launcher.py``.
"""

import os
import sys


def main():
    """Run the command line, or return one sentence that says why this Python cannot."""
    _leave_out_this_folder()
    from helpers import NEWEST_PYTHON, OLDEST_PYTHON

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


def _leave_out_this_folder():
    """Find the package beside this file, and nothing else there.

    Python looks for modules in the folder where it was started before all others. A reader's own
    random.py there would be taken for Python's. And `python3 helpers` looks into the package.
    """
    here = os.path.dirname(os.path.abspath(__file__))
    root = os.path.dirname(here)
    sys.path[:] = [p for p in sys.path if os.path.abspath(p) not in (root, here, os.getcwd())]
    if "helpers" not in sys.modules:
        sys.path.insert(0, root)
        import helpers  # noqa: F401

        sys.path.remove(root)


if __name__ == "__main__":
    sys.exit(main())
