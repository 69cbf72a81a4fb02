"""Pyodide, the Python that runs in a browser: its files, from an archive or the official release.

An archive may be a folder, a ``.tar.bz2`` such as the project publishes, or a ``.zip``, which a
wheel is as well; where in it the files lie does not matter. Each package is held to the checksum in
the archive's own list, ``pyodide-lock.json``. Where no archive is named, the files of the official
release are fetched one by one, and held to checksums that stand here: 26 MB instead of all 400.
"""

import hashlib
import json
import tarfile
import urllib.request
import zipfile
from pathlib import Path, PurePosixPath

VERSION = "314.0.6"  # that jupyterlite-pyodide-kernel was made for
RELEASE = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
LOCK = "pyodide-lock.json"
# What runs before any package; the checksums are those of the package `pyodide` of that version.
CORE = {
    LOCK: "3fdaef09e9e365c85e002737720f8d0ab8f278c1c244a2dde6a37663cf488ad4",
    "pyodide.mjs": "69e3f6ccec3e14b465df60be577ca62f536251406b9a00cce019eac5252a2495",
    "pyodide.asm.mjs": "2ac5eba365ec12839c75c03b39b3be1dd63b798852cc460b014b52238be042f7",
    "pyodide.asm.wasm": "3a0a00dfeaa348ac20f9ef09904233d32d33f644339662d4af368f8a2010f37a",
    "python_stdlib.zip": "80c5be6babfe03297069703410c3c29404dcf2525d2b128746bae5536f94831f",
}
# Compiled for the browser, so that they can come from nowhere else. The rest is pure Python.
COMPILED = ("numpy", "matplotlib", "contourpy", "kiwisolver", "pillow", "micropip")


class Unavailable(Exception):
    """Pyodide cannot be had; the message is one sentence that says why."""


def files(archive: Path | None = None) -> dict[str, bytes]:
    """Return the files of Pyodide that the course needs, by their names.

    Args:
        archive: a folder or an archive that holds them; the official release if left out.

    Returns:
        The core, and the packages in `COMPILED`; the list of packages is among them.

    Raises:
        Unavailable: if a file is missing, cannot be fetched, or is not what its checksum says.
    """
    look_up = _Release() if archive is None else _opened(archive)
    found = {name: look_up(name) for name in CORE}
    if archive is None:
        for name, checksum in CORE.items():
            _hold(name, found[name], checksum)
    listed = packages(found)
    for package in COMPILED:
        if package not in listed:
            raise Unavailable(f"{archive or 'Pyodide'} lists no {package}.")
        name = listed[package]["file_name"]
        found[name] = look_up(name)
        _hold(name, found[name], listed[package]["sha256"])
    return found


def packages(found: dict[str, bytes]) -> dict[str, dict]:
    """Return what the list of packages says, by their names."""
    return json.loads(found[LOCK])["packages"]


def _hold(name, content, checksum):
    if hashlib.sha256(content).hexdigest() != checksum:
        raise Unavailable(f"{name} is not the file that its checksum was made of.")


def _opened(archive):
    """A function that returns the file of a name, wherever it lies in the archive."""
    try:
        if archive.is_dir():
            return _Folder(archive)
        if zipfile.is_zipfile(archive):
            return _Zip(archive)
        if tarfile.is_tarfile(archive):
            return _Tar(archive)
    except OSError as error:
        raise Unavailable(f"{archive} cannot be read: {error.strerror}.") from error
    raise Unavailable(f"{archive} is neither a folder nor an archive of a kind that is known.")


class _Archive:
    def __init__(self, archive, members):
        self._archive = archive
        members = list(members)
        # Names like package.json are common, that of the wasm is not: look only where it lies.
        places = [PurePosixPath(m).parent for m in members if m.endswith("pyodide.asm.wasm")]
        self._members = {
            path.name: member
            for member in members
            if (path := PurePosixPath(member)).parent in places
        }

    def __call__(self, name):
        if name not in self._members:
            raise Unavailable(f"{self._archive} has no {name}.")
        return self._read(self._members[name])


class _Folder(_Archive):
    def __init__(self, archive):
        self._read = lambda member: (archive / member).read_bytes()
        paths = archive.rglob("*")
        super().__init__(archive, [p.relative_to(archive).as_posix() for p in paths])


class _Zip(_Archive):
    def __init__(self, archive):
        opened = zipfile.ZipFile(archive)
        self._read = opened.read
        super().__init__(archive, opened.namelist())


class _Tar(_Archive):
    def __init__(self, archive):
        # In one go, as each way back in a compressed archive is a new start.
        held = {}
        with tarfile.open(archive) as opened:
            for member in opened:
                name = PurePosixPath(member.name).name
                if member.isfile() and (name in CORE or name.startswith(COMPILED)):
                    held[member.name] = opened.extractfile(member).read()
        self._read = held.__getitem__
        super().__init__(archive, held)


class _Release:
    def __call__(self, name):
        try:
            with urllib.request.urlopen(RELEASE + name, timeout=60) as answer:
                return answer.read()
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise Unavailable(f"{RELEASE}{name} cannot be fetched: {reason}.") from error
