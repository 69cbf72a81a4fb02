"""Make and keep the environment ``.venv`` of this clone. Standard library only.

``prepare(READER)`` or ``prepare(DEVELOPER)`` returns the environment's Python,
with the requirement files installed. What was done is noted in
``.venv/downhill.json``; while that note still holds, nothing is run, and so
nothing needs the network.

An environment made here is removed when it is half-made, or when it was made
for another Python or another folder. Anything else in its place is renamed,
never removed.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
ENVIRONMENT = ROOT / ".venv"
NOTE = ENVIRONMENT / "downhill.json"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"

READER = ("requirements.txt",)
DEVELOPER = ("requirements.txt", "tests/requirements.txt")

# How pip and uv say that the network is missing.
NO_NETWORK = re.compile(
    r"name resolution|getaddrinfo|dns error|Failed to establish a new connection|"
    r"error sending request|Could not connect|Network is unreachable|ProxyError|"
    r"ConnectTimeout|ReadTimeout|timed out",
    re.IGNORECASE,
)


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that says what to do."""


def prepare(requirements: Sequence[str]) -> Path:
    """Make the environment, if need be, and install what is missing.

    Args:
        requirements: requirement files, relative to the repository (``READER`` or ``DEVELOPER``).

    Returns:
        The environment's Python.

    Raises:
        SetupError: with one sentence that says what is wrong and what to do.
    """
    wanted = {name: _fingerprint(name) for name in requirements}
    if not _is_ready(wanted):
        with _only_one():
            # Another run may have done the work between the look and the lock.
            if not _is_ready(wanted):
                uv = shutil.which("uv")
                _make(uv)
                _install(wanted, uv)
    return PYTHON


def _fingerprint(name: str) -> str:
    """Digest of a requirement file and of pyproject.toml, which ``-e .`` installs."""
    digest = hashlib.sha256()
    for path in (ROOT / "pyproject.toml", ROOT / name):
        try:
            digest.update(path.read_bytes())
        except FileNotFoundError as error:
            raise SetupError(
                f"{path} is missing: run this command in a whole clone of the repository."
            ) from error
    return digest.hexdigest()


def _read_note() -> dict | None:
    """What an earlier run noted; {} if it cannot be read, None if there is no note."""
    try:
        note = json.loads(NOTE.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return {}
    return note if isinstance(note, dict) else {}


def _write_note(note: dict) -> None:
    NOTE.write_text(json.dumps(note, indent=1), encoding="utf-8")


def _belongs_here(note: dict) -> bool:
    """Whether the environment is whole, and was made by this Python for this folder."""
    return (
        note.get("state") == "ready"
        and note.get("python") == VERSION
        and note.get("root") == str(ROOT)
        and PYTHON.exists()
    )


def _is_ready(wanted: dict[str, str]) -> bool:
    note = _read_note()
    return (
        note is not None
        and _belongs_here(note)
        and wanted.items() <= note.get("installed", {}).items()
    )


def _make(uv: str | None) -> None:
    """Leave a working environment of this Python at .venv, with a note in it."""
    note = _read_note()
    if note is not None:
        # An environment made with uv has no pip, and so fails here once uv is gone.
        if _belongs_here(note) and _works(uv):
            return
        if note.get("adopted"):
            _set_aside()
        else:
            _say("The folder .venv is half-made, or of another Python or place: making it anew.")
            _empty()
    elif ENVIRONMENT.exists() and not ENVIRONMENT.is_dir():
        raise SetupError(
            f"{ENVIRONMENT} is a file, where a folder is expected: rename it, then run this again."
        )
    elif _works(uv):
        _write_note(_new_note(adopted=True))
        return
    elif ENVIRONMENT.exists() and any(ENVIRONMENT.iterdir()):
        _set_aside()

    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if "venv" in missing or (missing and not uv):
        raise SetupError(_sentence_about_missing(missing))
    _say(f"Making the environment .venv with Python {VERSION}.")
    ENVIRONMENT.mkdir(exist_ok=True)
    _write_note({"state": "half-made"})
    # The base interpreter, as sys.executable may be the .venv that was just emptied.
    base = getattr(sys, "_base_executable", None) or sys.executable
    # With uv there is no need to wait for pip, and Debian's bare Python suffices.
    options = ["--without-pip"] if uv else []
    done = subprocess.run([base, "-I", "-m", "venv", *options, str(ENVIRONMENT)], check=False)
    if done.returncode:
        raise SetupError("Making the environment .venv failed, for the reason printed above.")
    _write_note({**_new_note(), "state": "half-made"})


def _new_note(adopted: bool = False) -> dict:
    return {
        "state": "ready",
        "python": VERSION,
        "root": str(ROOT),
        "adopted": adopted,
        "installed": {},
    }


def _works(uv: str | None) -> bool:
    """Whether .venv is an environment of this Python that can be installed into."""
    if not (ENVIRONMENT / "pyvenv.cfg").is_file() or not PYTHON.exists():
        return False
    program = "import sys; print('%d.%d' % sys.version_info[:2])" + ("" if uv else "; import pip")
    try:
        answer = subprocess.run(
            [str(PYTHON), "-I", "-c", program], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == VERSION


def _empty() -> None:
    """Remove what is in .venv, except the note: it tells a run that comes after a stop."""
    _write_note({"state": "half-made"})
    try:
        for child in ENVIRONMENT.iterdir():
            if child.is_dir() and not child.is_symlink():
                shutil.rmtree(child)
            elif child != NOTE:
                child.unlink()
    except OSError as error:
        raise SetupError(
            f"Could not remove {error.filename}: close what uses the environment .venv "
            "(JupyterLab in another window?), then run this again."
        ) from error


def _set_aside() -> None:
    """Rename a .venv that cannot be used and was not made here."""
    number = 1
    while (aside := ROOT / f".venv-set-aside-{number}").exists():
        number += 1
    ENVIRONMENT.rename(aside)
    _say(f"The folder .venv does not work with Python {VERSION}: it is kept as {aside.name}.")


def _sentence_about_missing(modules: Sequence[str]) -> str:
    names = " and ".join(modules)
    if shutil.which("apt"):
        return (
            f"This Python lacks {names}: type `sudo apt install python3-venv` "
            f"(or python{VERSION}-venv, for a Python beside the system's own), then run this again."
        )
    return (
        f"This Python ({sys.executable}) lacks {names}: install them with your system's packages, "
        "or a Python from https://www.python.org/downloads/, then run this again."
    )


def _install(wanted: dict[str, str], uv: str | None) -> None:
    """Install the requirement files into the environment, then note that."""
    before = _read_note() or {}
    _say(f"Installing the packages, once: {'some ten seconds' if uv else 'about a minute'}.")
    if uv:
        command = [uv, "pip", "install", "--python", str(PYTHON)]
    else:
        command = [str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check"]
    for name in wanted:
        command += ["-r", name]
    _write_note({**before, "state": "half-made"})
    code, errors = _run_and_listen(command)
    if code:
        # Neither tool installs anything before it has everything: what was ready, stays so.
        _write_note(before)
        if NO_NETWORK.search(errors):
            raise SetupError(
                "The packages could not be fetched: check the connection to the internet, "
                "then run this again."
            )
        raise SetupError(
            "Installing the packages failed, for the reason printed above: mend that, "
            "then run this again."
        )
    _write_note(
        {
            **_new_note(before.get("adopted", False)),
            "installed": {**before.get("installed", {}), **wanted},
        }
    )


def _run_and_listen(command: Sequence[str]) -> tuple[int, str]:
    """Run an installer; pass on what it prints, and return its exit code and its errors."""
    lines = []
    # A pip configured for --user would refuse to install into an environment.
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PIP_USER": "0"},
        stdout=sys.stderr,  # what is on stdout is the tool's that runs afterwards
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            for line in process.stderr:
                print(line, end="", file=sys.stderr, flush=True)
                lines.append(line)
        except KeyboardInterrupt:
            process.terminate()
            raise
    return process.returncode, "".join(lines)


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Hold a lock, which the system lifts when this process ends, however it ends.

    Without it, a second run would take the environment that the first is making for half-made.
    """
    with (ROOT / ".venv.lock").open("a") as file:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            raise SetupError(
                "Another set-up is at work in this folder: wait until it is done, "
                "then run this again."
            ) from error
        except OSError:
            # Some network drives know no locks; then we go on without.
            pass
        yield


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
