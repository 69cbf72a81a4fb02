"""What a page in the browser loads beside Pyodide's packages: pure Python, the course among it."""

import base64
import hashlib
import io
import re
import shutil
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

from lite import pyodide

HERE = Path(__file__).absolute().parent
ROOT = HERE.parents[1]

# Where the extensions of JupyterLite are, and in them the wheels of the kernel.
EXTENSIONS = "share/jupyter/labextensions"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
KERNEL_PACKAGES = ("piplite", "pyodide_kernel", "ipykernel")
# The kernel asks for these, and the pages do not need them: their JavaScript is part of JupyterLab,
# or it is 5 MB of completion that slow the start. Their names alone are there.
NAMES_ALONE = {"jedi": "0.0", "widgetsnbextension": "4.0.999", "jupyterlab_widgets": "3.0.999"}
# Examples, tests, and fonts for PDF: no page needs them.
SPARE = re.compile(
    r"/mpl-data/(sample_data|plot_directive|fonts/(afm|pdfcorefonts))/|/tests/|\.pyi$"
)
# Parts of the course that have no use in a browser.
NOT_IMPORTED = {"__main__", "launcher", "environment", "workbook", "decks", "guide"}


def install_tools(folder: Path) -> None:
    """Install what JupyterLite is built with into a folder.

    Raises:
        pyodide.Unavailable: if it cannot be fetched.
    """
    _pip("install", "--no-compile", "--target", folder, "--requirement", HERE / "tools.txt")


def collect(folder: Path, tools: Path) -> list[Path]:
    """Put all wheels into a folder, and return them.

    Args:
        folder: for the wheels.
        tools: where `install_tools` has put the kernel.

    Raises:
        pyodide.Unavailable: if those of other projects cannot be fetched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # For Pyodide's Python, whichever this is.
    target = ("--python-version", "3.14", "--implementation", "py", "--abi", "none")
    wanted = ("--platform", "any", "--only-binary", ":all:", "--dest", folder)
    _pip("download", *target, *wanted, "--requirement", HERE / "packages.txt")
    for name in KERNEL_PACKAGES:
        (wheel,) = (tools / EXTENSIONS / KERNEL / "static" / "pypi").glob(f"{name}-*.whl")
        shutil.copy(wheel, folder)
    for name, version in NAMES_ALONE.items():
        _write(folder, name, version, {})
    _write(folder, "downhill", _version(), _course())
    return sorted(folder.glob("*.whl"))


def _pip(command, *arguments):
    quiet = ("--quiet", "--disable-pip-version-check", "--no-deps")
    whole = [sys.executable, "-m", "pip", command, *quiet, *arguments]
    done = subprocess.run(whole, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        raise pyodide.Unavailable(f"The packages for the browser cannot be fetched: {last}")


def _version():
    text = (ROOT / "helpers" / "__init__.py").read_text(encoding="utf-8")
    return re.search(r'__version__ = "(.+)"', text)[1]


def _course():
    """The files of `helpers`, by their places in a wheel."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in sorted((ROOT / "helpers").rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _write(folder, name, version, files):
    """Write a wheel of pure Python."""
    info = f"{name}-{version}.dist-info"
    files = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = [f"{path},{_digest(content)},{len(content)}" for path, content in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,\n"]).encode()
    _zip(folder / f"{name}-{version}-py3-none-any.whl", files)


def _zip(path, files):
    """Write an archive of files, the same bytes each time."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, compresslevel=9)


def _digest(content):
    found = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
    return f"sha256={found.decode().rstrip('=')}"


def prepare(packages: list[Path], python: Path, work: Path) -> bool:
    """Put compiled code and a list of fonts into wheels: the browser then imports twice as fast.

    Args:
        packages: the wheels, which are written anew.
        python: a folder with Pyodide, all of them, and their list.
        work: a folder for what is unpacked.

    Returns:
        Whether it was done. It takes a recent Node.js, in which that very Python can run.
    """
    node = shutil.which("node")
    if node is None:
        return False
    for wheel in packages:
        with zipfile.ZipFile(wheel) as opened:
            opened.extractall(work / wheel.stem)
    command = [node, HERE / "compile.mjs", python, work, *_imported()]
    if subprocess.run(command, capture_output=True).returncode:
        return False
    for wheel in packages:
        folder = work / wheel.stem
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        files = {path.relative_to(folder).as_posix(): path for path in paths}
        _zip(wheel, {n: p.read_bytes() for n, p in files.items() if not SPARE.search(f"/{n}")})
    return True


def _imported():
    """What is imported in the browser: the kernel, and the course."""
    names = [name.removesuffix(".py") for name in _course() if name.endswith(".py")]
    parts = [name.removesuffix("/__init__").split("/") for name in names]
    used = [".".join(part) for part in parts if not NOT_IMPORTED & set(part)]
    return ["piplite.piplite", "pyodide_kernel", *used]


def entry(wheel: Path) -> tuple[str, dict]:
    """Return the name of a wheel's package, and what a list of packages says of it."""
    with zipfile.ZipFile(wheel) as opened:
        (metadata,) = [
            n for n in opened.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", n)
        ]
        said = Parser().parse(io.TextIOWrapper(opened.open(metadata), encoding="utf-8"))
    name = re.sub(r"[-_.]+", "-", said["Name"]).lower()
    return name, {
        "name": name,
        "version": said["Version"],
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "install_dir": "site",
        "depends": [],  # all are loaded
        "imports": [],
        "unvendored_tests": False,
    }
