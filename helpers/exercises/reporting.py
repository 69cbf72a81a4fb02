"""`python3 -m helpers progress`: how far a reader is, or what a class has handed in.

python3 -m helpers progress             the notebooks of the workbook
python3 -m helpers progress 03 04       some of them, by how their names begin
python3 -m helpers progress *.ipynb     files, or folders of files: a table with a line each
python3 -m helpers progress *.ipynb --csv marks.csv    the same for a spreadsheet
python3 -m helpers progress *.ipynb --csv              the same, printed
"""

import argparse
import sys
from pathlib import Path

from .handed_in import CLAIM, comma_separated, gather, sheets, table
from .progress import overview, standings

WORKBOOK = Path(__file__).absolute().parents[2] / "workbook"


def main(arguments):
    """Carry out the command line; the exit code."""
    # A name may hold letters that the terminal cannot show.
    sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(prog="python3 -m helpers progress", allow_abbrev=False)
    parser.add_argument("names", nargs="*", help="notebooks of the workbook; files; folders")
    parser.add_argument(
        "--csv", metavar="FILE", nargs="?", const="-", help="a table of the files as CSV"
    )
    options, more = parser.parse_known_args(arguments)
    # A pattern may have been written out to names that begin like options.
    if unknown := [name for name in more if not Path(name).exists()]:
        parser.error(f"there is no option {unknown[0]}")
    given = [*options.names, *more]
    # In `--csv *.ipynb` the first notebook stands where the file to be written would.
    if options.csv and (options.csv.endswith(".ipynb") or Path(options.csv).is_dir()):
        given.append(options.csv)
        options.csv = "-"
    places, names = [], []
    for name in given:
        path = Path(name)
        if name and path.exists():
            places.append(path)
        elif matching := _matching(path):
            places += matching
        else:
            names.append(name)
    if places or options.csv:
        return _class(places, names, options.csv)
    return _reader(names)


def _matching(path):
    """What a pattern such as `*.ipynb` stands for, where the shell has not written it out."""
    pattern = path.name if any(letter in path.name for letter in "*?[") else ""
    return sorted(path.parent.glob(pattern)) if pattern and path.parent.is_dir() else []


def _class(places, unknown, csv):
    """A table of files."""
    if unknown:
        return _complain(f"There is no file or folder {', '.join(map(repr, unknown))}.")
    paths = gather(places)
    if not paths:
        return _complain("There are no notebooks: give the files or the folder they lie in.")
    rows = list(sheets(paths))
    if csv is None:
        print(table(rows))
    elif csv == "-":
        print(comma_separated(rows), end="")
        print(CLAIM, file=sys.stderr)
    else:
        # The mark at the beginning lets spreadsheets read letters of any language.
        try:
            Path(csv).write_text(comma_separated(rows), encoding="utf-8-sig", newline="")
        except OSError as error:
            return _complain(f"{csv} cannot be written: {error.strerror}.")
        print(f"{csv} has a line for each of {len(rows)} files. {CLAIM}")
    return 0


def _reader(names):
    """The reader's own notebooks."""
    paths = []
    for name in names:
        matching = sorted(WORKBOOK.glob(f"{Path(name).name}*.ipynb")) if Path(name).name else []
        if not matching:
            return _complain(f"There is no notebook {name!r}, nor one that begins so.")
        paths += matching
    if not names:
        paths = sorted(WORKBOOK.glob("*.ipynb"))
        if not paths:
            return _complain("There is no workbook yet: `python3 -m helpers` makes it.")
    print(overview(standings(paths)))
    print(CLAIM)
    return 0


def _complain(sentence):
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
