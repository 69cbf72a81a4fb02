"""`python3 -m helpers progress`: how far a reader is, or what a class has handed in.

python3 -m helpers progress             the notebooks of the workbook
python3 -m helpers progress 03 04       some of them, by how their names begin
python3 -m helpers progress *.ipynb     files, or folders of files: a table with a line each
python3 -m helpers progress --csv marks.csv *.ipynb    the same for a spreadsheet (-: here)
"""

import argparse
import sys
from pathlib import Path

from .handed_in import CLAIM, comma_separated, gather, sheets, table
from .progress import overview, standings

WORKBOOK = Path(__file__).absolute().parents[2] / "workbook"


def main(arguments):
    """Carry out the command line; the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m helpers progress", allow_abbrev=False)
    parser.add_argument("names", nargs="*", help="notebooks of the workbook; files; folders")
    parser.add_argument("--csv", metavar="FILE", help="write a table of the files as CSV")
    options = parser.parse_args(arguments)
    places, names = [], []
    for name in options.names:
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
        return _complain(f"There is no file or folder {unknown[0]!r}.")
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
