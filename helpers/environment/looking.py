"""Look at an environment by running its Python."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers import NEWEST_PYTHON, OLDEST_PYTHON
from helpers.environment import requirements, steps
from helpers.environment.places import ENVIRONMENT, PYTHON, ROOT

_LOOK = """
import json, os, sys, sysconfig
site = os.path.relpath(sysconfig.get_path("purelib"), sys.prefix)
print(json.dumps([sys.version_info[:2], site, os.path.samefile(sys.prefix, sys.argv[1])]))
"""

# Versions are compared as well: after an installation that went elsewhere the old ones are there.
_TRY = """
import importlib, json, os, sys
from importlib import metadata
modules, pins, root = json.loads(sys.argv[1])
troubles = []
for name, version in pins.items():
    try:
        found = metadata.version(name)
    except Exception:
        found = None
    if found is None:
        troubles.append(name + " is missing")
    elif found.partition("+")[0] != version:
        troubles.append(f"{name} is {found}, not {version}")
for name in modules:
    try:
        module = importlib.import_module(name)
        if name == "helpers" and not os.path.samefile(os.path.dirname(module.__file__), root):
            troubles.append("another package is called helpers")
    except BaseException as error:
        troubles.append(f"{name} cannot be imported ({type(error).__name__}: {error})")
print()
print(json.dumps(troubles))
"""


@dataclass(frozen=True)
class Found:
    """A Python that runs in .venv."""

    version: tuple[int, int]
    site: Path

    @property
    def fits(self) -> bool:
        """Whether the course runs on it."""
        return OLDEST_PYTHON <= self.version <= NEWEST_PYTHON


def look() -> Found | None:
    """The environment in .venv, whoever made it; None if there is none that runs."""
    if not (ENVIRONMENT / "pyvenv.cfg").is_file() or not PYTHON.exists():
        return None
    answer = _ask("Looking at the environment .venv", _LOOK, str(ENVIRONMENT))
    if answer is None:
        return None
    version, site, here = answer
    # A link or a launcher may lead to a Python that installs elsewhere.
    return Found(tuple(version), ENVIRONMENT / site) if here else None


def troubles(names: Sequence[str], versions: bool = True) -> list[str]:
    """What keeps the environment from being used, each in some words; none if all is well.

    Args:
        names: the requirement files.
        versions: whether other versions than the pinned ones are troubles.
    """
    pins = requirements.pins(names) if versions else {}
    wanted = json.dumps([requirements.modules(names), pins, str(ROOT / "helpers")])
    answer = _ask("Trying what was installed", _TRY, wanted)
    return ["its Python does not run"] if answer is None else answer


def _ask(words: str, program: str, *arguments: str):
    """The last line that a program prints in the environment, read as JSON; None if it fails."""
    try:
        # -I: nothing beside the environment, as a variable or a file in this folder might bring it.
        code, lines = steps.run(words, [PYTHON, "-I", "-X", "utf8", "-c", program, *arguments])
        return json.loads(lines[-1]) if code == 0 else None
    except (OSError, ValueError, IndexError):
        return None
