"""Install the requirement files into the environment: by uv, or by pip where that fails."""

import importlib.util
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from helpers.environment import looking, note, requirements, steps
from helpers.environment.places import ENVIRONMENT, PYTHON, SetupError, say

# One small wheel, which fetches and unpacks the rest in a fifth of the time that pip takes.
UV = "uv==0.13.9"

# So pip ends where it has no network, but also where an index knows no such package.
_NOTHING_FOUND = "from versions: none"
# How pip and uv say that the network is missing.
_NO_NETWORK = re.compile(
    r"name resolution|getaddrinfo|dns error|Failed to establish a new connection|"
    r"NewConnectionError|error sending request|Could not connect|Network is unreachable|ProxyError|"
    r"Connection refused|ConnectTimeout|ReadTimeout|timed out|"
    rf"network was disabled|{_NOTHING_FOUND}",
    re.IGNORECASE,
)
_ERROR_LINE = re.compile(r"(?!WARNING|  ).*error", re.IGNORECASE)
_DISK_FULL = re.compile(r"No space left on device|not enough space on the disk|Disk quota", re.I)
_FORBIDDEN = re.compile(r"Permission denied|Read-only file system|Access is denied", re.I)


class InstallError(SetupError):
    """Something could not be installed.

    Attributes:
        what: the first half of the sentence, which says what failed.
    """

    def __init__(self, what: str, advice: str):
        super().__init__(f"{what}: {advice}, then run this again.")
        self.what = what


def install(names: Sequence[str], found: looking.Found, ours: bool) -> None:
    """Install requirement files, try the result, and note it.

    Args:
        names: the requirement files.
        found: the environment.
        ours: whether it was made here.

    Raises:
        InstallError: if that fails. What was installed before is still there, as neither tool
            touches anything before it has fetched everything.
    """
    before = note.read()
    stopped = before.state == "installing"  # a run that was ended while it unpacked
    if before.state == "ready":
        note.write(replace(before, state="installing"))
    try:
        _run_installers(names, again=stopped)
    except InstallError:
        if before.state == "ready":
            note.write(before)
        raise
    note.write_path_file(found.site)
    if troubles := looking.troubles(names):
        # Files can be missing of packages that count as installed.
        _run_installers(names, again=True)
        troubles = looking.troubles(names)
    if troubles:
        more = f" (and {len(troubles) - 1} more)" if troubles[1:] else ""
        raise InstallError(
            f"The packages were installed, but {troubles[0]}{more}",
            "look for a setting of pip or uv that leads elsewhere, or for a full disk",
        )
    keep = before.installed if before.root == note.here() else {}
    note.write(
        note.Note(
            state="ready",
            ours=ours,
            root=note.here(),
            base=note.base(),
            site=found.site.relative_to(ENVIRONMENT).as_posix(),
            installed={**keep, **{name: requirements.digest(name) for name in names}},
            packages=note.packages(found.site),
        )
    )


def find_uv() -> str | None:
    """The uv of this machine, or else the one fetched into the environment."""
    return shutil.which("uv") or shutil.which("uv", path=str(PYTHON.parent))


def _run_installers(names: Sequence[str], again: bool) -> None:
    """Try one installer after the other.

    Args:
        names: the requirement files.
        again: whether to unpack even what counts as installed.
    """
    wanted = ENVIRONMENT / "downhill-requirements.txt"
    wanted.write_text(
        "".join(f"{line}\n" for name in names for line in requirements.lines(name)),
        encoding="utf-8",
    )
    shown: list[str] = []
    uv = find_uv()
    if uv is None:
        _ensure_pip()
        code, shown = _pip("Fetching uv, the faster installer", ["--only-binary=:all:", UV])
        if code == 0:
            uv = find_uv()
        elif _NO_NETWORK.search("\n".join(shown).replace(_NOTHING_FOUND, "")):
            raise _error(shown)
    if uv is not None:
        command = [uv, "pip", "install", "--python", PYTHON, "-r", wanted]
        code, shown = _uv([*command, *(["--reinstall"] if again else [])])
        offline = code and _NO_NETWORK.search("\n".join(shown))
        if offline:
            # Its cache may hold everything.
            code, _ = _uv([*command, "--offline"])
        if code == 0:
            return
        if _DISK_FULL.search("\n".join(shown)):
            raise _error(shown)
        # A proxy or a certificate may be known to pip only; but where uv was here first and finds
        # no network, unpacking a pip to try that as well is a long wait for little.
        if not _has_pip() and (offline or importlib.util.find_spec("ensurepip") is None):
            raise _error(shown)
        say("uv could not install the packages; trying pip.")
        _ensure_pip()
    # Without the network uv has tried long enough.
    patience = ["--retries", "1"] if uv else []
    more = ["--force-reinstall"] if again else []
    code, lines = _pip("Installing the packages", [*patience, *more, "-r", wanted])
    if code:
        raise _error([*shown, *lines])


def _uv(command: Sequence[str | Path]) -> tuple[int, list[str]]:
    try:
        return steps.run("Installing the packages", command, _how_far_uv)
    except OSError as error:
        return 1, [f"{command[0]}: {error.strerror}"]


def _pip(words: str, arguments: Sequence[str | Path]) -> tuple[int, list[str]]:
    command = [PYTHON, "-I", "-X", "utf8", "-m", "pip", "install", "--no-warn-script-location"]
    return steps.run(words, [*command, "--progress-bar=off", *arguments], _how_far_pip)


def _has_pip() -> bool:
    return steps.run("Looking for pip", [PYTHON, "-I", "-c", "import pip"])[0] == 0


def _ensure_pip() -> None:
    """Give the environment pip, if it has none."""
    if not _has_pip():
        code, lines = steps.run("Unpacking pip", [PYTHON, "-I", "-X", "utf8", "-m", "ensurepip"])
        if code:
            raise _error(lines)


def _error(lines: Sequence[str]) -> InstallError:
    """Show what the installers said last, and put it into one sentence."""
    text = "\n".join(lines)
    # What has a name is told of by the tools' own words on it; else what they said last may help.
    known = any(kind.search(text) for kind in (_DISK_FULL, _NO_NETWORK, _FORBIDDEN))
    pattern = _ERROR_LINE if known else re.compile("")
    for line in [line for line in lines if pattern.match(line)][-20:]:
        say(line)
    if _DISK_FULL.search(text):
        return InstallError("The disk is full", "make room for some 600 MB")
    if _NO_NETWORK.search(text):
        return InstallError(
            "The packages could not be fetched", "check the connection to the internet"
        )
    if _FORBIDDEN.search(text):
        return InstallError(
            f"The folder {ENVIRONMENT} cannot be written to",
            "copy the course to a folder of your own",
        )
    return InstallError("Installing the packages failed, for the reason above", "mend that")


def _how_far_uv(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    if installed := re.search(r"Prepared (\d+) package", text):
        return f"unpacking {installed[1]} packages"
    if resolved := re.search(r"Resolved (\d+) package", text):
        fetched = len(re.findall(r"^ *Downloaded ", text, re.MULTILINE))
        large = len(re.findall(r"^ *Downloading ", text, re.MULTILINE))
        details = f", {fetched} of {large} large ones are here" if large else ""
        return f"fetching {resolved[1]} packages{details}"
    return "asking which packages are needed"


def _how_far_pip(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    if unpacking := re.search(r"^Installing collected packages: (.*)", text, re.MULTILINE):
        return f"unpacking {len(unpacking[1].split(','))} packages"
    found = len(re.findall(r"^ *Collecting ", text, re.MULTILINE))
    return f"{found} packages found and fetched" if found else ""
