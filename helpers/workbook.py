"""The reader's own copy of the notebooks, without outputs. Standard library only.

The notebooks of the course hold outputs, since GitHub shows them; whoever predicts before running
a cell wants none. So ``python3 -m helpers`` opens copies in the folder ``workbook``, which belong
to the reader: they are renewed while they are untouched, and left alone from then on.

A copy remembers in its metadata which edition it was made from. It counts as touched if a cell
reads otherwise than there, or has been run.
"""

import contextlib
import datetime
import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
COURSE = ROOT / "notebooks"
WORKBOOK = ROOT / "workbook"

# What notebooks refer to, beside them.
FOLDERS = ("data", "images")
# Which edition of these files was copied, by their place in the workbook.
RECORD = ".editions.json"
MARK = "downhill"
NEW_EDITION = "_new_edition"


class WorkbookError(Exception):
    """Something cannot be done; the message is one sentence that says what to do."""


def refresh(course: Path = COURSE, workbook: Path = WORKBOOK) -> list[str]:
    """Bring the workbook up to the course, without losing anything of the reader's.

    Args:
        course: the folder of the notebooks with their outputs.
        workbook: the folder of the reader's copies; made if it is not there.

    Returns:
        A sentence for each thing that a reader would want to know; often none.
    """
    workbook.mkdir(parents=True, exist_ok=True)
    _refresh_files(course, workbook)
    sentences = []
    names = set()
    for source in sorted(course.glob("*.ipynb")):
        names.add(source.name)
        sentences += _refresh_one(_fresh(source), workbook / source.name)
    for path in workbook.glob("*.ipynb"):
        # A notebook that the course no longer has; what was touched is the reader's.
        notebook = _read(path)
        name = notebook and _mark(notebook).get("name")
        if name and name not in names and path.name == name and not _touched(notebook):
            path.unlink()
    return sentences


def begin_anew(
    names: list[str],
    course: Path = COURSE,
    workbook: Path = WORKBOOK,
    today: datetime.date | None = None,
) -> list[str]:
    """Put fresh copies in the place of some of the reader's, which are kept under a dated name.

    Args:
        names: how the notebooks' names begin, such as "03".
        course: the folder of the notebooks with their outputs.
        workbook: the folder of the reader's copies.
        today: the date for the names.

    Returns:
        A sentence for each notebook.

    Raises:
        WorkbookError: if a name fits no notebook, or there is none.
    """
    if not names:
        raise WorkbookError(
            "Which notebook? Say how its name begins: `python3 -m helpers fresh 03`."
        )
    sources = []
    for name in names:
        beginning = Path(name).name.removesuffix(".ipynb")
        found = [
            p for p in sorted(course.glob("*.ipynb")) if beginning and p.stem.startswith(beginning)
        ]
        if not found:
            raise WorkbookError(f"There is no notebook whose name begins with {name!r}.")
        sources += found
    day = (today or datetime.date.today()).isoformat()
    workbook.mkdir(parents=True, exist_ok=True)
    sentences = []
    for source in dict.fromkeys(sources):
        place = workbook / source.name
        kept = ""
        if place.exists():
            aside = _free(place.with_name(f"{place.stem}_{day}.ipynb"))
            place.replace(aside)
            kept = f" Yours is kept as {workbook.name}/{aside.name}."
        _write(_fresh(source), place)
        sentences.append(f"{workbook.name}/{place.name} begins anew.{kept}")
    return sentences


def clear_outputs(course: Path = COURSE) -> None:
    """Take the outputs out of the notebooks themselves, as where a clone serves one reader only."""
    for path in sorted(course.glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        _write(_without_outputs(notebook), path)


# One notebook


def _refresh_one(fresh, place):
    """Renew one copy, or put the new edition beside it; what there is to say about it."""
    notebook = _read(place)
    if notebook is None and not place.exists():
        _write(fresh, place)
        return []
    if notebook is not None:
        if _edition(notebook) == _edition(fresh):
            return []
        if _edition(notebook) and not _touched(notebook):
            _write(fresh, place)
            return []
    beside, number = place.with_stem(place.stem + NEW_EDITION), 1
    while beside.exists():
        other = _read(beside)
        if other is not None and _edition(other) == _edition(fresh):
            return []
        if other is not None and _edition(other) and not _touched(other):
            break
        number += 1
        beside = place.with_stem(f"{place.stem}{NEW_EDITION}_{number}")
    _write(fresh, beside)
    return [
        f"{place.name} has changed in the course. Yours is as you left it; "
        f"the new edition lies beside it: {place.parent.name}/{beside.name}."
    ]


def _fresh(source):
    """A notebook of the course as a reader gets it."""
    notebook = _without_outputs(json.loads(source.read_text(encoding="utf-8")))
    notebook["metadata"][MARK] = {"name": source.name, "edition": _digest(notebook)}
    return notebook


def _without_outputs(notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook


def _digest(notebook):
    """What the cells say, in short: a front end may order and indent the file as it likes."""
    cells = [[cell["cell_type"], _text(cell["source"])] for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:20]


def _text(source):
    return source if isinstance(source, str) else "".join(source)


def _mark(notebook):
    """What a copy remembers of the notebook that it was made from."""
    mark = notebook["metadata"].get(MARK)
    return mark if isinstance(mark, dict) else {}


def _edition(notebook):
    """Which edition of the course a copy was made from; None if it does not say."""
    return _mark(notebook).get("edition")


def _touched(notebook):
    """Whether there is anything of the reader's in a copy."""
    run = any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])
    return run or _digest(notebook) != _edition(notebook)


def _read(path):
    """A notebook of the reader's; None if it cannot be read as one."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        _digest(notebook)
        _edition(notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return notebook


def _write(notebook, path):
    text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
    _replace(path, text.encode())


def _replace(path, data):
    """Write a file in one step, so that no stop leaves half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _free(path):
    """The path, or the first of path_2, path_3, … that is not taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}_{number}")
    return free


# Data and pictures


def _refresh_files(course, workbook):
    """Copy what notebooks refer to; a file that the reader has changed stays."""
    record_file = workbook / RECORD
    record = {}
    with contextlib.suppress(OSError, ValueError):
        record = json.loads(record_file.read_text(encoding="utf-8"))
    record = record if isinstance(record, dict) else {}
    before = dict(record)
    for source in (p for folder in FOLDERS for p in sorted((course / folder).rglob("*"))):
        if not source.is_file():
            continue
        name = source.relative_to(course).as_posix()
        place, data = workbook / name, source.read_bytes()
        edition = hashlib.sha256(data).hexdigest()
        present = hashlib.sha256(place.read_bytes()).hexdigest() if place.exists() else None
        if present is None or (present != edition and present == record.get(name)):
            _replace(place, data)
            present = edition
        if present == edition:
            record[name] = edition
    if record != before:
        _replace(record_file, json.dumps(record, indent=1).encode())


if __name__ == "__main__":  # as Binder does, where a clone serves one visitor
    clear_outputs()
