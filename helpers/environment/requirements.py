"""What the requirement files ask for."""

import hashlib
import re
from collections.abc import Sequence

from helpers.environment.places import ROOT, SetupError

READER = ("requirements.txt",)
LECTURER = ("requirements.txt", "helpers/decks/requirements.txt")
SITE = ("requirements.txt", "site/requirements.txt")
# The tests build the site and start the server for a class, too.
DEVELOPER = (
    "requirements.txt",
    "tests/requirements.txt",
    "site/requirements.txt",
    "hub/requirements.txt",
)

# What notebooks and JupyterLab, slides, tests and the site stand on; each is imported before the
# environment is called ready.
_MODULES = {
    "requirements.txt": (
        "numpy",
        "matplotlib",
        "ipywidgets",
        "anywidget",
        "ipykernel",
        "jupyterlab",
        "helpers",
    ),
    "tests/requirements.txt": ("pytest",),
    "helpers/decks/requirements.txt": ("latex2mathml",),
    "site/requirements.txt": ("sphinx", "myst_nb"),
    "hub/requirements.txt": ("jupyterhub",),
}


def lines(name: str) -> list[str]:
    """The lines of a requirement file that an installer is given.

    The course itself (``-e .``) is not among them: a path file does that without building anything.

    Raises:
        SetupError: if the file is missing.
    """
    path = ROOT / name
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SetupError(
            f"{path} is missing: run this command in a whole clone of the repository."
        ) from error
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines())
    return [line for line in stripped if line and line != "-e ."]


def digest(name: str) -> str:
    """A short form of what a requirement file asks for; comments do not count."""
    return hashlib.sha256("\n".join(lines(name)).encode()).hexdigest()


def pins(names: Sequence[str]) -> dict[str, str]:
    """{package: version} of all lines ``package==version`` without conditions."""
    found = (
        re.fullmatch(r"([\w.-]+)==([\w.+!-]+)", line) for name in names for line in lines(name)
    )
    return {match[1]: match[2] for match in found if match}


def modules(names: Sequence[str]) -> tuple[str, ...]:
    """The modules that must be importable once these files are installed."""
    return tuple(module for name in names for module in _MODULES[name])
