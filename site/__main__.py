"""Build the course as a static site: a page a notebook, with explorers that move by themselves.

    python3 -m helpers site                  all notebooks, into build/site
    python3 -m helpers site 00 05            some of them
    python3 -m helpers site --output place   into another folder

The site asks no other host for anything. Serve the folder as it is, under any path, or open its
index.html as a file.
"""

import argparse
import sys
import time
from pathlib import Path

from builder import course, harvest
from builder.build import build


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
    options = parser.parse_args(arguments)
    start = time.monotonic()
    try:
        build(options.output.absolute(), options.names, options.repository)
    except (course.SiteError, harvest.HarvestError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.output / 'index.html'}, in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
