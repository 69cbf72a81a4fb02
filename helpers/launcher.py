"""The commands behind ``python3 -m helpers``. Standard library only."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from helpers import environment, workbook
from helpers.environment import DEVELOPER, READER, ROOT, SetupError
from helpers.workbook import WorkbookError

FIRST_NOTEBOOK = "workbook/00_start_here.ipynb"

HELP = f"""\
usage: python3 -m helpers [command] [arguments for it]      (Windows: py -m helpers)

  python3 -m helpers              open {FIRST_NOTEBOOK} in JupyterLab
  python3 -m helpers lab ...      the same, with arguments for JupyterLab, as in lab --no-browser
  python3 -m helpers progress     show which exercises of the workbook are right, tried and open
  python3 -m helpers fresh 03     begin a notebook anew; yours is kept under a name with the date
  python3 -m helpers test ...     run the tests, with arguments for pytest, as in test -k slopes
  python3 -m helpers store ...    run the notebooks and store their outputs in them

The first run makes the environment .venv in this folder and installs what is needed;
later runs start at once, without the network. To begin anew, delete the folder .venv.
The folder workbook holds your own copies of the notebooks. No update of the course changes what
you have touched there.
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out the command line; the exit code is that of the tool that was run."""
    command, *rest = arguments or ["lab"]
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
        print(f"The set-up stopped at {error.filename}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the same command goes on from here.", file=sys.stderr)
        return 130


def lab(arguments: Sequence[str]) -> NoReturn:
    """Open JupyterLab on the first notebook, or on the one that the arguments name."""
    asks_only = {"-h", "--help", "--help-all", "--version"} & set(arguments)
    # JupyterLab would refuse too, but only after the installation, and more tersely.
    if (
        _is_root()
        and not asks_only
        and not any("allow-root" in a or "allow_root" in a for a in arguments)
    ):
        raise SetupError(
            "You are root, for whom JupyterLab does not start unless told to: use another account, "
            "or, as in a container, type `python3 -m helpers lab --allow-root`."
        )
    python = environment.prepare(READER)
    if not asks_only:
        for sentence in workbook.refresh():
            print(sentence, file=sys.stderr)
    # The repository is the root, so that a notebook's neighbors can be opened as well.
    _become(
        [
            str(python),
            "-m",
            "jupyterlab",
            f"--ServerApp.root_dir={ROOT}",
            f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK}",
            *arguments,
        ]
    )


def fresh(arguments: Sequence[str]) -> int:
    """Begin some notebooks of the workbook anew."""
    for sentence in workbook.begin_anew(list(arguments)):
        print(sentence)
    return 0


def progress(arguments: Sequence[str]) -> NoReturn:
    """Show how far the reader is."""
    python = environment.prepare(READER)
    _become([str(python), "-m", "helpers.exercises.progress", *arguments])


def test(arguments: Sequence[str]) -> NoReturn:
    """Run pytest."""
    _become([str(environment.prepare(DEVELOPER)), "-m", "pytest", *arguments])


def store(arguments: Sequence[str]) -> NoReturn:
    """Run the notebooks and store their outputs."""
    _become([str(environment.prepare(DEVELOPER)), "tests/store.py", *arguments])


COMMANDS = {"lab": lab, "progress": progress, "fresh": fresh, "test": test, "store": store}


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


def _become(command: Sequence[str]) -> NoReturn:
    """Hand over to a tool: Ctrl-C, signals and the exit code are then its own."""
    os.chdir(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "nt":
        # Windows cannot replace a process, so this one waits, and leaves Ctrl-C to the tool.
        signal.signal(signal.SIGINT, lambda *_: None)
        sys.exit(subprocess.Popen(command, env=_tool_environment()).wait())
    os.execve(command[0], command, _tool_environment())
