"""Build the course as a static site: a page a notebook, with explorers that move by themselves.

    python3 -m helpers site                  all notebooks, into build/site
    python3 -m helpers site 00 05            some of them
    python3 -m helpers site --output place   into another folder
    python3 -m helpers site --pyodide FILE   with Python for the browser from an archive

Beside the pages comes a JupyterLite, in which the notebooks run in the browser alone. Its Python,
Pyodide, is fetched from the official release unless an archive is named; where it cannot be had,
the site is built without, and says so.

The site asks no other host for anything. Serve the folder as it is, under any path, or open its
index.html as a file.
"""

import argparse
import functools
import sys
import time
from pathlib import Path

from builder import course
from builder.build import build
from helpers.reading.harvest import HarvestError
from lite import build as jupyterlite
from lite.pyodide import Unavailable


def _build_lite(archive, folder, names):
    """Build what runs the notebooks in the browser alone, or say why it is left out."""
    try:
        said = jupyterlite.build(folder, archive and Path(archive), names)
    except Unavailable as reason:
        print(f"{reason} The site is built without what runs in the browser.", file=sys.stderr)
        return False
    print(said)
    return True


def main(arguments):
    """Carry out the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers site",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="how the names of the notebooks begin")
    parser.add_argument("--output", type=Path, default=course.ROOT / "build" / "site")
    parser.add_argument("--repository", help="account/name, if not as in the README's badge")
    parser.add_argument(
        "--pyodide", metavar="FILE", help="an archive or a folder of it; 'none' builds without it"
    )
    options = parser.parse_args(arguments)
    start = time.monotonic()
    lite = None if options.pyodide == "none" else functools.partial(_build_lite, options.pyodide)
    try:
        build(options.output.absolute(), options.names, options.repository, lite)
    except (course.SiteError, HarvestError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output / 'index.html'}, in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
