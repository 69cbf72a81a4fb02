"""Small clones for the tests of the set-up, with stand-ins for what needs the network.

They hold the set-up's own modules. `uv` is a script that notes its call, and installs for each
pinned package an empty module; `jupyterlab` and `pytest` print how they were started.
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from helpers import environment
from helpers.environment import installing, requirements

SETUP_FILES = [
    "__init__.py",
    "__main__.py",
    "launcher.py",
    "environment",
    "shadows.py",
    "workbook.py",
]

# A stand-in for jupyterlab and pytest: says how it was started, and exits as told.
TOOL = """
import json, os, sys
if __name__ == "__main__":
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VIRTUAL_ENV"]
    print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix,
                      "path": sys.path,
                      "variables": {name: os.environ.get(name) for name in names}}))
    sys.exit(int(os.environ.get("TOOL_EXIT", "0")))
"""

# A stand-in for uv: `uv pip install --python PYTHON -r FILE ...`.
UV = f"""
import os, pathlib, re, shutil, sys, time
wanted = pathlib.Path(sys.argv[6]).read_text(encoding="utf-8")
tests = "tests " if "pytest" in wanted else ""
with open(os.environ["UV_CALLS"], "a", encoding="utf-8") as calls:
    calls.write(tests + " ".join(sys.argv[7:]) + "\\n")
mood = os.environ.get("UV_MOOD", "")
if mood == "offline":
    sys.exit("error: Failed to fetch: `https://index.example/simple/numpy/`: dns error")
if mood == "failing":
    sys.exit("error: no solution found")
if mood == "elsewhere":
    sys.exit(0)
if mood.startswith("slow"):
    print("Resolved 7 packages in 1ms", file=sys.stderr, flush=True)
    pathlib.Path(os.environ["UV_CALLS"] + ".slow").touch()
    time.sleep(float(mood[4:] or 60))
environment = pathlib.Path(sys.argv[4]).parent.parent
if pathlib.Path(os.environ["UV_CALLS"]).parent.resolve() not in environment.resolve().parents:
    sys.exit(f"error: the stand-in for uv was sent to {environment}")
site, = [*environment.glob("lib/python*/site-packages"), *environment.glob("Lib/site-packages")][:1]
pins = [re.split("==|;", line)[:2] for line in wanted.splitlines() if "==" in line]
for name, version in [*pins, ("ipykernel", "1.0")]:
    module = name.replace("-", "_")
    tool = {TOOL!r} if name in ("jupyterlab", "pytest") else ""
    (site / (module + ".py")).write_text(tool, encoding="utf-8")
    for old in site.glob(module + "-*.dist-info"):
        shutil.rmtree(old)  # never written into: a real uv links its cache's files
    record = site / (module + "-" + version + ".dist-info")
    record.mkdir()
    (record / "METADATA").write_text("Name: " + name + "\\nVersion: " + version + "\\n")
"""


class Clone:
    """A folder with the set-up's modules, and a `uv` on its PATH unless that is taken away."""

    def __init__(self, folder: Path):
        self.root = folder / "中文 – für alle"
        source = environment.ROOT
        (self.root / "helpers").mkdir(parents=True)
        for name in SETUP_FILES:
            path = source / "helpers" / name
            if path.is_dir():
                unwanted = shutil.ignore_patterns("__pycache__")
                shutil.copytree(path, self.root / "helpers" / name, ignore=unwanted)
            else:
                shutil.copy(path, self.root / "helpers")
        for name in ("pyproject.toml", *environment.DEVELOPER):
            (self.root / name).parent.mkdir(exist_ok=True)
            shutil.copy(source / name, self.root / name)
        for name in ("tests/store.py", "site/__main__.py"):
            (self.root / name).write_text(TOOL, encoding="utf-8")
        (self.root / "notebooks").mkdir()
        shutil.copy(source / "notebooks" / "00_start_here.ipynb", self.root / "notebooks")
        self.environment = self.root / ".venv"
        self.note = self.environment / "downhill.json"
        self.python = self.root / environment.PYTHON.relative_to(source)
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.calls = folder / "calls.txt"
        self.script = folder / "fake_uv.py"
        self.script.write_text(UV, encoding="utf-8")
        if os.name == "nt":
            (self.programs / "uv.bat").write_text(f'@"{sys.executable}" "{self.script}" %*\n')
        else:
            uv = self.programs / "uv"
            uv.write_text(self.shell_script)
            uv.chmod(0o755)

    @property
    def shell_script(self) -> str:
        return f'#!/bin/sh\nexec "{sys.executable}" "{self.script}" "$@"\n'

    def without_uv(self):
        for uv in self.programs.glob("uv*"):
            uv.unlink()

    def move(self):
        self.root = self.root.rename(self.root.with_name("moved"))
        self.environment = self.root / ".venv"
        self.note = self.environment / "downhill.json"
        self.python = self.root / environment.PYTHON.relative_to(environment.ROOT)

    def change(self, name="requirements.txt", line="wheel==0.1"):
        with (self.root / name).open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    @property
    def site(self) -> Path:
        (site,) = [
            *self.environment.glob("lib/python*/site-packages"),
            *self.environment.glob("Lib/site-packages"),
        ]
        return site

    @property
    def installs(self) -> list[str]:
        """The calls of uv: "tests" where these are installed too, and further options."""
        text = self.calls.read_text(encoding="utf-8") if self.calls.exists() else ""
        return [line.strip() for line in text.splitlines()]

    def variables(self, **more: str) -> dict[str, str]:
        unwanted = {"PYTHONPATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}
        kept = {name: value for name, value in os.environ.items() if name not in unwanted}
        return {
            **kept,
            "PATH": str(self.programs),
            "UV_CALLS": str(self.calls),
            # pip finds nothing but what a test gives it.
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.root.as_uri(),
            **more,
        }

    def run(self, *arguments: str, python=sys.executable, cwd=None, start=None, **more: str):
        """Run `python -m helpers arguments`; no run may show a traceback."""
        done = subprocess.run(
            [str(python), *(start or ["-m", "helpers"]), *arguments],
            cwd=cwd or self.root,
            env=self.variables(**more),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=600,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def lab(self, *arguments: str, **more):
        """Run the lab command, and return what the stand-in for JupyterLab says of its start."""
        done = self.run("lab", *arguments, **more)
        assert done.returncode == 0, done.stderr
        return {**json.loads(done.stdout), "said": done.stderr}


def make_wheels(folder: Path, scripts: dict[str, str] | None = None, without=()) -> None:
    """Wheels of all that a reader gets, each an empty module or a tool, for pip to install.

    Args:
        folder: where they are put.
        scripts: {package: text of a script of that name}, in place of the modules.
        without: packages to leave out.
    """
    for name, version in requirements.pins(environment.READER).items():
        if name not in without:
            tool = TOOL if name in ("jupyterlab", "pytest") else ""
            # As ever, JupyterLab brings the kernel.
            kernel = {"ipykernel.py": ""} if name == "jupyterlab" else {}
            _make_wheel(folder, name, version, {f"{name}.py": tool, **kernel})
    for name, text in (scripts or {}).items():
        version = installing.UV.partition("==")[2]
        _make_wheel(folder, name, version, {f"{name}-{version}.data/scripts/{name}": text})


def _make_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> None:
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            entry = zipfile.ZipInfo(path)
            entry.external_attr = 0o100755 << 16  # a program, where it is a script
            wheel.writestr(entry, text)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
