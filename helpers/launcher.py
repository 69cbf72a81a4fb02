"""The commands behind ``python3 -m helpers``. Standard library only."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from helpers import environment, shadows, workbook
from helpers.environment import (
    DEVELOPER,
    LECTURER,
    READER,
    ROOT,
    SITE,
    SetupError,
    requirements,
)
from helpers.workbook import WorkbookError

FIRST_NOTEBOOK = "workbook/00_start_here.ipynb"
# Run a module, but do not look for modules in the folder of the course: a reader's tornado.py there
# would be taken for the one that JupyterLab stands on.
SAFE = ("-P", "-m")

HELP = f"""\
usage: python3 -m helpers [command] [arguments for it]      (Windows: py -m helpers)

  python3 -m helpers              open {FIRST_NOTEBOOK} in JupyterLab
  python3 -m helpers --option     the same, with options for JupyterLab, such as --no-browser
  python3 -m helpers lab ...      the same, with arguments of any kind for JupyterLab
  python3 -m helpers progress     show which exercises of the workbook are right, tried and open;
                                  with files or folders, a table of them (--csv FILE writes one)
  python3 -m helpers fresh 03     begin a notebook anew; yours is kept under a name with the date
  python3 -m helpers slides 05    make slides for a lecture: one file, in the folder decks
  python3 -m helpers test ...     run the tests, with arguments for pytest, as in test -k slopes
  python3 -m helpers store ...    run the notebooks and store their outputs in them
  python3 -m helpers guide        write anew what TEACHING.md has from the notebooks
  python3 -m helpers site ...     build the course as a site of static pages, whose pictures move

The first run makes the environment .venv in this folder and installs what is needed;
later runs start at once, without the network. To begin anew, delete the folder .venv.
The folder workbook holds your own copies of the notebooks. No update of the course changes what
you have touched there.
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out the command line; the exit code is that of the tool that was run."""
    command, *rest = arguments or ["lab"]
    if command.startswith("-") and command not in ("-h", "--help"):
        command, rest = "lab", list(arguments)
    try:
        if command in ("-h", "--help", "help"):
            print(HELP, end="")
            return 0
        if command not in COMMANDS:
            raise SetupError(
                f"There is no command {command!r}, only {', '.join(COMMANDS)}: "
                "`python3 -m helpers --help` explains them."
            )
        return COMMANDS[command](rest)
    except (SetupError, WorkbookError) as error:
        print(error, file=sys.stderr)
        return 2 if command not in COMMANDS else 1
    except OSError as error:
        print(_sentence_about(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130


def _sentence_about(error: OSError) -> str:
    """What the system refused, and what to do."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return "The disk is full: make room for some 600 MB, then run this again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{error.filename or ROOT} cannot be written to or read: "
            "copy the course to a folder of your own, then run this again there."
        )
    place = f" at {error.filename}" if error.filename else ""
    return f"The set-up stopped{place}: {error.strerror or error}."


def lab(arguments: Sequence[str]) -> int:
    """Open JupyterLab on the first notebook, or on the one that the arguments name."""
    if {"-h", "--help", "--help-all", "--version"} & set(arguments):
        return _ask_jupyterlab(arguments)
    python = environment.prepare(READER)
    for sentence in workbook.refresh():
        print(sentence, file=sys.stderr)
    for path in shadows.beside_notebooks(workbook.WORKBOOK):
        print(
            f"{workbook.WORKBOOK.name}/{path.name} hides the module {path.name.partition('.')[0]} "
            "from the notebooks: give it another name.",
            file=sys.stderr,
        )
    options = []
    if _is_root() and not any("allow-root" in a or "allow_root" in a for a in arguments):
        print(
            "You are root, so JupyterLab is started with --allow-root; "
            "as ever, it listens to this machine only and asks for its token.",
            file=sys.stderr,
        )
        options.append("--allow-root")
    # The repository is the root, so that a notebook's neighbors can be opened as well.
    _become(
        [
            str(python),
            *SAFE,
            "jupyterlab",
            f"--ServerApp.root_dir={ROOT}",
            f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
            *options,
            *arguments,
        ]
    )


def _ask_jupyterlab(arguments: Sequence[str]) -> int:
    """Pass a question on, such as --version; nothing is installed for it."""
    if environment.is_ready(READER):
        _become([str(environment.PYTHON), *SAFE, "jupyterlab", *arguments])
    if "--version" in arguments:
        version = requirements.pins(READER)["jupyterlab"]
        print(f"JupyterLab is not installed yet; `python3 -m helpers` installs {version}.")
    else:
        print("JupyterLab is not installed yet, and answers once `python3 -m helpers` has run.")
    return 0


def fresh(arguments: Sequence[str]) -> int:
    """Begin some notebooks of the workbook anew."""
    for sentence in workbook.begin_anew(list(arguments)):
        print(sentence)
    return 0


def progress(arguments: Sequence[str]) -> NoReturn:
    """Show how far the reader is, or what the files of a class claim."""
    python = environment.prepare(READER)
    # Files are named from where the command is given.
    _become([str(python), *SAFE, "helpers.exercises.reporting", *arguments], folder=os.curdir)


def slides(arguments: Sequence[str]) -> NoReturn:
    """Make lectures from notebooks."""
    _become([str(environment.prepare(LECTURER)), *SAFE, "helpers.decks", *arguments])


def test(arguments: Sequence[str]) -> NoReturn:
    """Run pytest."""
    _become([str(environment.prepare(DEVELOPER)), *SAFE, "pytest", *arguments])


def store(arguments: Sequence[str]) -> NoReturn:
    """Run the notebooks and store their outputs."""
    _become([str(environment.prepare(DEVELOPER)), "tests/store.py", *arguments])


def guide(arguments: Sequence[str]) -> NoReturn:
    """Write the guide for teachers anew."""
    _become([str(environment.prepare(READER)), *SAFE, "helpers.guide", *arguments])


def site(arguments: Sequence[str]) -> NoReturn:
    """Build the site."""
    _become([str(environment.prepare(SITE)), "site", *arguments])


COMMANDS = {
    "lab": lab,
    "progress": progress,
    "fresh": fresh,
    "slides": slides,
    "test": test,
    "store": store,
    "guide": guide,
    "site": site,
}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _tool_environment() -> dict[str, str]:
    """The variables of an activated environment, and one thread for linear algebra.

    At this course's sizes a second thread costs more than it brings, and results vary with it.
    """
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    variables = {**dict.fromkeys(threads, "1"), **os.environ}
    variables.pop("PYTHONHOME", None)
    scripts = environment.PYTHON.parent
    variables["VIRTUAL_ENV"] = str(environment.ENVIRONMENT)
    variables["PATH"] = os.pathsep.join([str(scripts), variables.get("PATH", os.defpath)])
    return variables


def _become(command: Sequence[str], folder: str | os.PathLike = ROOT) -> NoReturn:
    """Hand over to a tool: Ctrl-C, signals and the exit code are then its own."""
    os.chdir(folder)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        # Windows cannot replace a process, so this one waits, and leaves Ctrl-C to the tool.
        signal.signal(signal.SIGINT, lambda *_: None)
        sys.exit(subprocess.Popen(command, env=_tool_environment()).wait())
    os.execve(command[0], command, _tool_environment())
