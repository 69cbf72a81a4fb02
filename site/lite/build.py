"""Build JupyterLite with the course in it.

Python and its packages lie in one folder that is named by a checksum of all that is in it, so that
a browser can keep it for good.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lite import pyodide, wheels
from lite.wheels import EXTENSIONS, HERE, KERNEL, ROOT

NOTEBOOKS = ROOT / "notebooks"
SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
}
START = "start.mjs"
# What JupyterLite's own page says, and is told otherwise.
TITLE, LOADING = "<title>JupyterLite</title>", "Loading JupyterLite..."


def build(output: Path, archive: Path | None = None, names=()) -> str:
    """Build JupyterLite into the folder ``lite`` of a site.

    Args:
        output: the folder of the site; what an earlier build left in its ``lite`` is replaced.
        archive: where Pyodide comes from, see `pyodide.files`.
        names: how the names of notebooks begin; all of them if there is none.

    Returns:
        A sentence on what was built.

    Raises:
        pyodide.Unavailable: if Python for the browser cannot be had. Nothing is left in ``lite``
            then, so that no page leads there.
    """
    shutil.rmtree(output / "lite", ignore_errors=True)
    found = pyodide.files(archive)
    with tempfile.TemporaryDirectory(prefix="downhill-lite-") as folder:
        work = Path(folder)
        tools = work / "tools"
        wheels.install_tools(tools)
        python, prepared = _lay_out(work, found, wheels.collect(work / "wheels", tools))
        _write_contents(work / "contents" / "notebooks", names)
        _write_configuration(work, python, prepared)
        _run_jupyterlite(work, tools)
        shutil.move(python, work / "built")
        megabytes = _add_parts(work / "built", python.name)
        shutil.copytree(work / "built", output / "lite")
    slow = "" if prepared else " Without Node.js its packages are not compiled, and start slowly."
    return f"Python for the browser: {megabytes} MB, loaded on the first visit.{slow}"


def _lay_out(work, found, pure):
    """Put Pyodide and all packages into one folder; return it, and whether these are compiled."""
    folder = work / "python"
    folder.mkdir()
    for name, content in found.items():
        (folder / name).write_bytes(content)
    shutil.copy(HERE / START, folder)
    for wheel in pure:
        shutil.move(wheel, folder)
    packages = sorted(folder.glob("*.whl"))
    _list_packages(folder, packages)
    prepared = wheels.prepare(packages, folder, work / "unpacked")
    _list_packages(folder, packages)
    whole = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.iterdir())))
    return folder.rename(work / f"python-{whole.hexdigest()[:12]}"), prepared


def _list_packages(folder, packages):
    path = folder / pyodide.LOCK
    lock = json.loads(path.read_text(encoding="utf-8"))
    lock["packages"] = dict(map(wheels.entry, packages))
    path.write_text(json.dumps(lock, indent=1, sort_keys=True), encoding="utf-8")


def _write_contents(folder, names):
    """Write the notebooks without outputs, so that predictions are open, and what they read."""
    folder.mkdir(parents=True)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and not path.name.startswith(tuple(names)):
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["metadata"]["kernelspec"] = {"name": "python", "display_name": "Python"}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        (folder / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    for beside in ("data", "images"):
        if (NOTEBOOKS / beside).is_dir():
            shutil.copytree(NOTEBOOKS / beside, folder / beside)


def _write_configuration(work, python, prepared):
    lock = json.loads((python / pyodide.LOCK).read_text(encoding="utf-8"))
    # All packages at once, beside the start of Python: the kernel has none left to ask for.
    options = {
        "lockFileURL": f"./{python.name}/{pyodide.LOCK}",
        "packages": sorted(lock["packages"]),
    }
    if prepared:
        options["env"] = {"MPLCONFIGDIR": "/lib/python3.14/site-packages/matplotlib/prepared"}
    kernel = {
        "pyodideUrl": f"./{python.name}/{START}",
        "disablePyPIFallback": True,
        "loadPyodideOptions": options,
    }
    page = {
        "appName": "Downhill",
        "exposeAppInBrowser": True,
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    configuration = {"jupyter-lite-schema-version": 0, "jupyter-config-data": page}
    for name, content in (("jupyter-lite", configuration), ("overrides", SETTINGS)):
        (work / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


def _run_jupyterlite(work, tools):
    command = [
        *(sys.executable, "-m", "jupyterlite_core", "build"),
        *("--lite-dir", work, "--output-dir", work / "built"),
        *("--contents", work / "contents", "--apps", "lab"),
        *("--no-sourcemaps", "--no-unused-shared-packages", "--no-libarchive"),
        f"--FederatedExtensionAddon.extra_labextensions_path={tools / EXTENSIONS}",
    ]
    # A variable of such a name would be taken for an order to fetch another Pyodide.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTERLITE_")}
    environment["PYTHONPATH"] = str(tools)
    done = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise pyodide.Unavailable("JupyterLite could not be built, for the reason above.")


def _add_parts(built, python):
    """Add what JupyterLite lacks: what is loading is said, and kept for the next visit.

    Returns:
        The size of what Python loads, in megabytes.
    """
    sizes = {path.name: path.stat().st_size for path in sorted((built / python).iterdir())}
    # Modules are loaded by `import`, which nobody can count.
    sizes = {name: size for name, size in sizes.items() if not name.endswith(".mjs")}
    megabytes = round(sum(sizes.values()) / 1e6)
    workers = list((built / "extensions" / KERNEL / "static").glob("*.worker.*.js"))
    page = built / "lab" / "index.html"
    text = page.read_text(encoding="utf-8")
    if not workers or not all(part in text for part in ("<head>", TITLE, LOADING)):
        raise pyodide.Unavailable("This JupyterLite is not the one that our parts were made for.")
    for worker in workers:
        _put_before(worker, "worker.js", "__SIZES__", json.dumps(sizes))
    script, style = ((HERE / name).read_text(encoding="utf-8") for name in ("page.js", "page.css"))
    added = f"<head>\n<script>\n{script}</script>\n<style>\n{style}</style>"
    text = text.replace("<head>", added, 1).replace(TITLE, "<title>Downhill</title>")
    text = text.replace(LOADING, f"Loading JupyterLab; then, on a first visit, {megabytes} MB")
    page.write_text(text, encoding="utf-8")
    _put_before(built / "service-worker.js", "cache.js", "__EDITION__", _edition(built))
    return megabytes


def _put_before(path, part, name, value):
    """Put one of our scripts, with a value filled in, before one of JupyterLite's."""
    text = (HERE / part).read_text(encoding="utf-8").replace(name, value)
    path.write_text(text + path.read_text(encoding="utf-8"), encoding="utf-8")


def _edition(built):
    """A name for all that a browser keeps: another one as soon as anything of it is."""
    whole = hashlib.sha256()
    for path in sorted(built.rglob("*")):
        if path.is_file():
            whole.update(path.relative_to(built).as_posix().encode() + path.read_bytes())
    return whole.hexdigest()[:12]
