"""How long `python3 -m helpers` takes until JupyterLab serves: the first time, and later.

    .venv/bin/python tests/benchmarks/setup.py

First starts are in fresh clones, with caches that are empty; what is fetched comes over your line,
or from the index that pip and uv are set to. Later starts and JupyterLab alone go by turns, and
the medians are compared.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FIRST, LATER = 25, 1.1
PATIENCE = 600


class Clone:
    """A fresh clone with caches of its own, and on its PATH nothing but what is put there."""

    def __init__(self, folder):
        self.root = folder / "clone"
        self.programs = folder / "bin"
        self.programs.mkdir(parents=True)
        self.variables = {
            **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
            "PATH": str(self.programs),
            "UV_CACHE_DIR": str(folder / "uv"),
            "PIP_CACHE_DIR": str(folder / "pip"),
            "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
        }
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True
        )
        for name in filter(None, listing.stdout.split("\0")):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)

    def seconds(self, *command):
        """From a command to the first answer of the JupyterLab that it starts."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
        start = time.perf_counter()
        process = subprocess.Popen(
            [*map(str, command), *options],
            cwd=self.root,
            env=self.variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        # The launcher becomes JupyterLab, so that one signal ends both. What a start prints does
        # not fill the pipe, which nobody reads.
        try:
            while time.perf_counter() < start + PATIENCE:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5):
                        return time.perf_counter() - start
                except (urllib.error.URLError, ConnectionError):
                    if process.poll() is not None:
                        sys.exit(process.stderr.read())
                    time.sleep(0.02)
            sys.exit(f"No answer within {PATIENCE} s.")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()

    def first(self):
        return self.seconds(sys.executable, "-m", "helpers")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5, help="later starts")
    parser.add_argument("--without-pip", action="store_true", help="leave out the slowest")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fetched = Clone(Path(folder) / "fetched")
        first = fetched.first()
        print(f"{first:6.1f} s  first start, uv fetched (target: at most {FIRST})", flush=True)

        present = Clone(Path(folder) / "present")
        python = Path(".venv") / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        for uv in (fetched.root / python).parent.glob("uv*"):
            shutil.copy(uv, present.programs)
        print(f"{present.first():6.1f} s  first start, uv present", flush=True)

        if not arguments.without_pip:
            by_pip = Clone(Path(folder) / "pip")
            # A version that is not to be had, after which pip does the work.
            module = by_pip.root / "helpers" / "environment" / "installing.py"
            text = module.read_text(encoding="utf-8")
            module.write_text(re.sub(r'"uv==[\d.]+"', '"uv==0.0.0"', text), encoding="utf-8")
            print(f"{by_pip.first():6.1f} s  first start, by pip", flush=True)

        alone = [fetched.root / python, "-m", "jupyterlab"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            alone.append("--allow-root")
        fetched.seconds(*alone)
        pairs = [(fetched.seconds(*alone), fetched.first()) for _ in range(arguments.runs)]
    base, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"{base:6.2f} s  JupyterLab alone")
    print(f"{ours:6.2f} s  second start: ratio {ours / base:.2f} (target: at most {LATER})")
    return first > FIRST or ours / base > LATER


if __name__ == "__main__":
    sys.exit(main())
