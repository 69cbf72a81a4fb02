"""The set-up check names what is missing or hidden, and says how to mend it where it runs."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers import checkup as module
from helpers import shadows
from helpers.checkup import MADE_WITH, TESTED_SINCE, checkup

ROOT = Path(__file__).resolve().parent.parent
PINS = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))


def test_all_is_well(capsys):
    checkup((3, 12), MADE_WITH.get, [])
    assert capsys.readouterr().out.startswith("✓ Everything is here")


@pytest.mark.parametrize("python", [(3, 10), (3, 15)])
def test_a_python_outside_of_the_range_is_named(python, capsys):
    checkup(python, MADE_WITH.get, [])
    out = capsys.readouterr().out
    assert f"Python is {python[0]}.{python[1]}; the course needs 3.11 to 3.14." in out
    assert "python3 -m helpers" in out


@pytest.mark.parametrize("package", sorted(MADE_WITH))
def test_a_missing_package_is_named(package, capsys):
    checkup((3, 12), (MADE_WITH | {package: None}).get, [])
    out = capsys.readouterr().out
    assert f"✗ {package} is missing." in out
    assert "python3 -m helpers" in out


def test_another_version_is_a_note_and_no_trouble(capsys):
    checkup((3, 12), (MADE_WITH | {"numpy": "1.0"}).get, [])
    out = capsys.readouterr().out
    assert f"≈ numpy is 1.0; these pages were made with {MADE_WITH['numpy']}." in out
    assert "most likely run" in out
    assert "✗" not in out


@pytest.mark.parametrize("version", ["1.26.4", "2.5.0", "2.4.6rc1", "2.10.0", "unknown"])
def test_a_version_that_was_never_tested_is_a_note(version, capsys):
    checkup((3, 12), (MADE_WITH | {"numpy": version}).get, [])
    assert f"≈ numpy is {version}; these pages were made with" in capsys.readouterr().out


@pytest.mark.parametrize("version", ["2.0.0", "2.3.10", MADE_WITH["numpy"]])
def test_a_version_between_the_tested_ones_is_fine(version, capsys):
    checkup((3, 12), (MADE_WITH | {"numpy": version}).get, [])
    assert capsys.readouterr().out.startswith("✓ Everything is here")


def test_the_oldest_versions_are_those_of_the_tests():
    text = (ROOT / "tests" / "constraints-oldest.txt").read_text(encoding="utf-8")
    assert dict(re.findall(r"^([\w-]+)==(\S+)", text, re.M)) == TESTED_SINCE


def test_it_asks_for_what_notebooks_import_and_for_nothing_else():
    """Where a notebook runs there is some front end, and it need not be our JupyterLab."""
    assert {**MADE_WITH, "jupyterlab": PINS["jupyterlab"]} == PINS


def test_nothing_is_missing_on_binder():
    text = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^([\w-]+)==", text, re.M))
    assert MADE_WITH.keys() - named == {"ipywidgets"}  # part of Binder's base image


def test_the_advice_can_be_followed_where_it_is_given(tmp_path, monkeypatch):
    assert "python3 -m helpers" in module._advice(["numpy"], {}, ROOT)
    in_a_cell = f"run this in a cell, then restart the kernel: %pip install numpy=={PINS['numpy']}"
    assert in_a_cell in module._advice(["numpy"], {"BINDER_SERVICE_HOST": "1.2.3.4"}, ROOT)
    assert in_a_cell in module._advice(["numpy"], {}, tmp_path)
    assert "kernel with another Python" in module._advice([], {}, tmp_path)
    monkeypatch.setattr(module.sys, "platform", "emscripten")
    assert in_a_cell in module._advice(["numpy"], {}, ROOT)


def test_it_needs_no_files_beside_the_package(tmp_path):
    """As in a wheel, of which Python can run what is not unpacked."""
    with zipfile.ZipFile(tmp_path / "wheel.zip", "w") as wheel:
        for name in ("__init__.py", "__main__.py", "checkup.py", "shadows.py"):
            wheel.write(ROOT / "helpers" / name, f"helpers/{name}")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'wheel.zip')!r}); import helpers.checkup;"
        " print('.zip' in helpers.checkup.__file__); helpers.checkup.checkup(installed={}.get)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.stdout.startswith("True\n✗ numpy is missing.\n"), done.stderr
    assert "%pip install numpy==" in done.stdout


# --- Files that hide modules -------------------------------------------------------------------


@pytest.fixture
def stdlib():
    return str(Path(shadows.os.__file__).parent)


@pytest.mark.parametrize("file", ["numpy.py", "random.py", "tornado/__init__.py", "zmq.pyd"])
def test_a_file_that_hides_a_module_is_found(tmp_path, stdlib, file):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.touch()
    (found,) = shadows.on_path([str(tmp_path), stdlib, "/x/site-packages"])
    assert found == tmp_path / file.split("/")[0]


@pytest.mark.parametrize("file", ["numpy.txt", "my_numpy.py", "random/notes.txt", "numpy.ipynb"])
def test_a_file_that_hides_nothing_is_not(tmp_path, stdlib, file):
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.touch()
    assert shadows.on_path([str(tmp_path), stdlib, "/x/site-packages"]) == []


def test_the_place_on_the_path_decides(tmp_path, stdlib, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("numpy.py", "random.py"):
        (tmp_path / name).touch()
    # As in a kernel: the notebook's folder comes after Python's own modules.
    assert [p.name for p in shadows.on_path([stdlib, "", "/x/site-packages"])] == ["numpy.py"]
    assert shadows.on_path([stdlib, "/x/site-packages", ""]) == []
    assert len(shadows.on_path(["", stdlib, "", "/x/site-packages"])) == 2
    assert [p.name for p in shadows.beside_notebooks(tmp_path)] == ["numpy.py", "random.py"]


def test_the_course_itself_and_python_s_own_folders_hide_nothing():
    assert shadows.on_path([str(ROOT), *sys.path]) == []
    assert shadows.beside_notebooks(ROOT / "workbook" / "nowhere") == []


def test_a_hidden_module_is_named_and_the_remedy_is_a_name(capsys, tmp_path):
    checkup((3, 12), MADE_WITH.get, [tmp_path / "numpy.py"])
    assert capsys.readouterr().out == (
        f"✗ numpy.py in {tmp_path} hides the module numpy: "
        "give it another name, then restart the kernel.\n"
    )


def test_in_a_kernel_the_reader_s_numpy_is_found(tmp_path):
    """The real order of folders, by a real kernel."""
    from nbclient import NotebookClient
    from nbformat import v4

    (tmp_path / "numpy.py").write_text("raise SystemExit", encoding="utf-8")
    # Python's own modules are found first, so that this one hides nothing.
    (tmp_path / "random.py").write_text("raise SystemExit", encoding="utf-8")
    cell = v4.new_code_cell("from helpers.checkup import checkup\n\ncheckup()")
    notebook = v4.new_notebook(cells=[cell])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert output.text.startswith("✗ numpy.py in ")
    assert output.text.count("✗") == 1
