// Prepares packages for the Python in the browser, so that it has less to do there:
//
//     node compile.mjs PYODIDE PACKAGES MODULE...
//
// PYODIDE   the folder of Pyodide and all packages, with its list
// PACKAGES  a folder of the same packages, each unpacked into a folder of its own
// MODULE    what pages import
//
// Beside the source of each module that is imported by that, its compiled code is put; and beside
// Matplotlib, its list of fonts.
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, unpacked, ...modules] = process.argv.slice(2);
const pyodide = path.resolve(folder);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: pyodide + path.sep, stdout() {}, stderr() {} });
const packages = Object.keys(python.lockfile.packages);
await python.loadPackage(packages, { messageCallback() {} });
python.FS.mkdir("/unpacked");
python.FS.mount(python.FS.filesystems.NODEFS, { root: path.resolve(unpacked) }, "/unpacked");
python.globals.set("modules", python.toPy(modules));
python.runPython(`
import contextlib, importlib, pathlib, py_compile, shutil, sys

for name in modules:
    with contextlib.suppress(Exception):  # what cannot be imported is not compiled
        importlib.import_module(name)
site = pathlib.Path(sys.modules[modules[0]].__file__).parents[1]
files = {getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
used = sorted(pathlib.Path(f).relative_to(site) for f in files if f.startswith(f"{site}/"))
for package in pathlib.Path("/unpacked").iterdir():
    for name in used:
        if name.suffix == ".py" and (package / name).is_file():
            py_compile.compile(
                package / name,
                dfile=site / name,
                # Never compared with the sources, whose dates mean nothing there.
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                quiet=2,
            )

import matplotlib.font_manager

(package,) = pathlib.Path("/unpacked").glob("matplotlib-*")
prepared = package / "matplotlib" / "prepared"
prepared.mkdir()
for fonts in pathlib.Path(matplotlib.get_cachedir()).glob("fontlist-*.json"):
    shutil.copy(fonts, prepared)
`);
process.exit(0);
