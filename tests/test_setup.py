"""`python3 -m helpers`, run for real in small clones, with stand-ins for what needs the network.

The clones hold the set-up's own modules. `uv` is a script that notes its call and writes a
`jupyterlab` and a `pytest` which print how they were started.
"""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from helpers import __main__ as command
from helpers import environment, launcher
from helpers.environment import SetupError

SETUP_FILES = ["__init__.py", "__main__.py", "launcher.py", "environment.py", "workbook.py"]

# A stand-in for jupyterlab and pytest: says how it was started, and exits as told.
TOOL = """
import json, os, sys
names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VIRTUAL_ENV"]
print(json.dumps({"arguments": sys.argv[1:], "cwd": os.getcwd(), "prefix": sys.prefix,
                  "variables": {name: os.environ.get(name) for name in names}}))
sys.exit(int(os.environ.get("TOOL_EXIT", "0")))
"""

# A stand-in for uv: `uv pip install --python PYTHON -r FILE ...`.
UV = f"""
import os, pathlib, sys, time
with open(pathlib.Path(__file__).with_name("calls.txt"), "a", encoding="utf-8") as calls:
    calls.write(" ".join(sys.argv[5:]) + "\\n")
mood = os.environ.get("UV_MOOD")
if mood == "offline":
    sys.exit("error: Failed to fetch: `https://pypi.org/simple/numpy/`: dns error")
if mood == "failing":
    sys.exit("error: no solution found")
if mood == "slow":
    print("fetching", file=sys.stderr, flush=True)
    time.sleep(60)
environment = pathlib.Path(sys.argv[4]).parent.parent
site, = [*environment.glob("lib/python*/site-packages"), *environment.glob("Lib/site-packages")][:1]
for tool in ("jupyterlab", "pytest"):
    (site / (tool + ".py")).write_text({TOOL!r}, encoding="utf-8")
"""


class Clone:
    """A folder with the set-up's modules, and a `uv` on its PATH unless that is taken away."""

    def __init__(self, folder: Path):
        self.root = folder / "Bergab – für alle"
        source = environment.ROOT
        (self.root / "helpers").mkdir(parents=True)
        for name in SETUP_FILES:
            shutil.copy(source / "helpers" / name, self.root / "helpers")
        (self.root / "tests").mkdir()
        for name in ("pyproject.toml", "requirements.txt", "tests/requirements.txt"):
            shutil.copy(source / name, self.root / name)
        (self.root / "tests" / "store.py").write_text(TOOL, encoding="utf-8")
        (self.root / "notebooks").mkdir()
        shutil.copy(source / "notebooks" / "00_start_here.ipynb", self.root / "notebooks")
        self.environment = self.root / ".venv"
        self.python = self.root / environment.PYTHON.relative_to(source)
        self.programs = folder / "bin"
        self.programs.mkdir()
        script = self.programs / "fake_uv.py"
        script.write_text(UV, encoding="utf-8")
        if os.name == "nt":
            (self.programs / "uv.bat").write_text(f'@"{sys.executable}" "{script}" %*\n')
        else:
            uv = self.programs / "uv"
            uv.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
            uv.chmod(0o755)

    def without_uv(self):
        for uv in self.programs.glob("uv*"):
            uv.unlink()

    @property
    def installs(self) -> list[str]:
        calls = self.programs / "calls.txt"
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

    def variables(self, **more: str) -> dict[str, str]:
        unwanted = {"PYTHONPATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}
        kept = {name: value for name, value in os.environ.items() if name not in unwanted}
        return {**kept, "PATH": str(self.programs), "PYTHONUTF8": "1", **more}

    def run(self, *arguments: str, python=sys.executable, cwd=None, **more: str):
        """Run `python -m helpers arguments`; no run may show a traceback."""
        done = subprocess.run(
            [str(python), "-m", "helpers", *arguments],
            cwd=cwd or self.root,
            env=self.variables(**more),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=600,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def lab(self, *arguments: str, **more):
        """Run the lab command, and return what the stand-in for JupyterLab says of its start."""
        # --allow-root, as these tests also run in containers.
        done = self.run("lab", "--allow-root", *arguments, **more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


# --- The two commands, and what goes through them ---------------------------------------------


def test_the_first_run_installs_and_opens_the_first_notebook(clone):
    started = clone.lab("--no-browser")
    assert clone.installs == ["-r requirements.txt"]
    assert Path(started["prefix"]) == clone.environment
    assert Path(started["cwd"]) == clone.root
    assert started["arguments"] == [
        f"--ServerApp.root_dir={clone.root}",
        "--LabApp.default_url=/lab/tree/workbook/00_start_here.ipynb",
        "--allow-root",
        "--no-browser",
    ]


def test_no_argument_weakens_the_token_or_the_address(clone):
    arguments = " ".join(clone.lab()["arguments"])
    assert not re.search(r"token|password|--ip|ServerApp\.ip|origin", arguments)


def test_the_second_run_calls_nothing_and_needs_no_network(clone):
    clone.lab()
    clone.without_uv()
    clone.lab()
    assert len(clone.installs) == 1


def test_the_test_command_installs_both_files_and_passes_arguments_on(clone):
    done = clone.run("test", "-k", "slopes", "-x")
    assert clone.installs == ["-r requirements.txt -r tests/requirements.txt"]
    assert json.loads(done.stdout)["arguments"] == ["-k", "slopes", "-x"]
    clone.lab()
    assert len(clone.installs) == 1


def test_the_store_command_runs_its_script_with_arguments(clone):
    done = clone.run("store", "01")
    assert json.loads(done.stdout)["arguments"] == ["01"]


@pytest.mark.parametrize("code", [0, 1, 5])
def test_exit_codes_are_those_of_the_tool(clone, code):
    assert clone.run("test", TOOL_EXIT=str(code)).returncode == code


def test_linear_algebra_has_one_thread_unless_the_reader_chose(clone):
    variables = clone.lab(MKL_NUM_THREADS="2")["variables"]
    assert variables["OMP_NUM_THREADS"] == variables["OPENBLAS_NUM_THREADS"] == "1"
    assert variables["MKL_NUM_THREADS"] == "2"
    assert Path(variables["VIRTUAL_ENV"]) == clone.environment


def test_from_another_folder_the_repository_is_still_found(clone, tmp_path):
    done = clone.run("test", cwd=tmp_path, PYTHONPATH=str(clone.root))
    assert Path(json.loads(done.stdout)["cwd"]) == clone.root
    assert clone.python.exists()


def test_it_runs_from_inside_its_own_environment(clone):
    clone.lab()
    assert Path(clone.lab(python=clone.python)["prefix"]) == clone.environment


@pytest.mark.skipif(os.name == "nt", reason="Windows does not remove a program that runs")
def test_it_mends_the_environment_from_inside(clone):
    clone.lab()
    (clone.environment / "downhill.json").write_text("{", encoding="utf-8")
    assert Path(clone.lab(python=clone.python)["prefix"]) == clone.environment
    assert len(clone.installs) == 2


def test_the_lab_opens_a_copy_without_outputs_and_leaves_what_the_reader_wrote(clone):
    clone.lab()
    copy = clone.root / "workbook" / "00_start_here.ipynb"
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    notebook["cells"][0]["source"] = "mine"
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    clone.lab()
    assert json.loads(copy.read_text(encoding="utf-8"))["cells"][0]["source"] == "mine"


def test_a_question_to_jupyterlab_makes_no_workbook(clone):
    clone.lab("--version")
    assert not (clone.root / "workbook").exists()


def test_fresh_needs_no_environment(clone):
    done = clone.run("fresh", "00")
    assert done.stdout == "workbook/00_start_here.ipynb begins anew.\n"
    assert not clone.environment.exists()
    done = clone.run("fresh", "9")
    assert done.returncode == 1
    assert done.stderr == "There is no notebook whose name begins with '9'.\n"


def test_help_names_the_commands_and_makes_nothing(clone):
    for option in ("-h", "--help", "help"):
        done = clone.run(option)
        assert done.returncode == 0
        assert all(name in done.stdout for name in launcher.COMMANDS)
    assert not clone.environment.exists()


@pytest.mark.parametrize("argument", ["tests", "--no-browser", ""])
def test_an_unknown_command_gets_a_sentence(clone, argument):
    done = clone.run(argument)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"There is no command {argument!r}, only lab, progress, fresh, test, store"
    )
    assert not clone.environment.exists()


# --- What makes it install again ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml"])
def test_a_changed_file_is_installed_into_the_same_environment(clone, name):
    clone.lab()
    kept = clone.environment / "kept.txt"
    kept.touch()
    with (clone.root / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    clone.lab()
    assert len(clone.installs) == 2
    assert kept.exists()


def test_a_moved_clone_gets_an_environment_of_its_own(clone):
    clone.lab()
    moved = clone.root.with_name("moved")
    clone.root.rename(moved)
    clone.root, clone.environment = moved, moved / ".venv"
    kept = clone.environment / "old.txt"
    kept.touch()
    assert Path(clone.lab()["prefix"]) == clone.environment
    assert not kept.exists()
    assert len(clone.installs) == 2


# --- Half-made and foreign environments --------------------------------------------------------


def half_made_without_python(clone):
    clone.lab()
    shutil.rmtree(clone.python.parent)


def half_made_with_a_cut_note(clone):
    clone.lab()
    (clone.environment / "downhill.json").write_text('{"state": "rea', encoding="utf-8")


def half_made_by_an_older_python(clone):
    clone.lab()
    note = clone.environment / "downhill.json"
    text = note.read_text(encoding="utf-8")
    note.write_text(text.replace(environment.VERSION, "3.0"), encoding="utf-8")


@pytest.mark.parametrize(
    "spoil", [half_made_without_python, half_made_with_a_cut_note, half_made_by_an_older_python]
)
def test_a_half_made_environment_of_ours_is_made_anew(clone, spoil):
    spoil(clone)
    rest = clone.environment / "rest" / "of.txt"
    rest.parent.mkdir()
    rest.touch()
    assert Path(clone.lab()["prefix"]) == clone.environment
    assert not rest.exists()
    assert sorted(clone.root.glob(".venv-*")) == []


def test_an_empty_folder_becomes_the_environment(clone):
    clone.environment.mkdir()
    clone.lab()
    assert sorted(clone.root.glob(".venv-*")) == []


@pytest.mark.parametrize("name", ["letter.txt", "pyvenv.cfg"])
def test_what_was_not_made_here_is_kept_under_another_name(clone, name):
    clone.environment.mkdir()
    (clone.environment / name).write_text("mine", encoding="utf-8")
    (clone.root / ".venv-set-aside-1").mkdir()
    clone.lab()
    assert (clone.root / ".venv-set-aside-2" / name).read_text(encoding="utf-8") == "mine"


def test_a_file_in_its_place_gets_a_sentence(clone):
    clone.environment.write_text("mine", encoding="utf-8")
    done = clone.run("test")
    assert done.returncode == 1
    assert "is a file, where a folder is expected" in done.stderr
    assert clone.environment.read_text(encoding="utf-8") == "mine"


def test_a_working_environment_made_by_hand_is_used_and_never_removed(clone):
    venv.create(clone.environment, symlinks=os.name != "nt")
    mine = clone.environment / "mine.txt"
    mine.touch()
    clone.lab()
    assert mine.exists()
    # Spoil it: as it was not made here, it is set aside and not removed.
    (clone.environment / "downhill.json").write_text(
        json.dumps({"state": "half-made", "adopted": True}), encoding="utf-8"
    )
    clone.lab()
    assert (clone.root / ".venv-set-aside-1" / "mine.txt").exists()


@pytest.mark.skipif(os.name == "nt", reason="sends the signal that Ctrl-C sends on POSIX systems")
@pytest.mark.parametrize("ready_before", [False, True])
def test_ctrl_c_during_the_installation_leaves_no_traceback_and_the_next_run_mends(
    clone, ready_before
):
    if ready_before:
        clone.lab()
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers", "test"],
        cwd=clone.root,
        env=clone.variables(UV_MOOD="slow"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    printed = ""
    while "fetching" not in printed:
        line = process.stderr.readline()
        assert line, printed
        printed += line
    os.killpg(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=120)
    assert process.returncode == 130
    # The stand-in for uv, interrupted as well, shows a traceback of its own.
    assert "environment.py" not in rest
    assert "launcher.py" not in rest
    assert rest.endswith("Stopped; the same command goes on from here.\n")
    done = clone.run("test")
    assert "half-made" in done.stderr
    assert done.returncode == 0


def test_two_set_ups_at_once_do_not_disturb_each_other(clone, monkeypatch):
    monkeypatch.setattr(environment, "ROOT", clone.root)
    with environment._only_one():
        done = clone.run("test")
    assert done.returncode == 1
    assert done.stderr.startswith("Another set-up is at work in this folder")
    assert clone.run("test").returncode == 0


# --- What can be missing: one sentence each ----------------------------------------------------


def test_without_a_network_a_sentence_says_so_after_the_tool_s_own_words(clone):
    done = clone.run("test", UV_MOOD="offline")
    assert done.returncode == 1
    *_, before, last = done.stderr.splitlines()
    assert "dns error" in before
    assert last.startswith("The packages could not be fetched: check the connection")
    assert clone.run("test").returncode == 0


def test_a_failed_installation_says_so_after_the_tool_s_own_words(clone):
    done = clone.run("test", UV_MOOD="failing")
    assert done.returncode == 1
    *_, before, last = done.stderr.splitlines()
    assert before == "error: no solution found"
    assert last.startswith("Installing the packages failed")


def test_what_was_ready_stays_ready_when_more_cannot_be_fetched(clone):
    clone.lab()
    assert clone.run("test", UV_MOOD="offline").returncode == 1
    clone.without_uv()
    clone.lab()


def test_an_incomplete_clone_gets_a_sentence(clone):
    (clone.root / "requirements.txt").unlink()
    done = clone.run("test")
    assert done.returncode == 1
    assert "requirements.txt is missing: run this command in a whole clone" in done.stderr


@pytest.mark.parametrize(
    ("absent", "uv", "apt", "expected"),
    [
        (
            {"ensurepip"},
            None,
            "/usr/bin/apt",
            "lacks ensurepip: type `sudo apt install python3-venv`",
        ),
        ({"venv", "ensurepip"}, "uv", "/usr/bin/apt", "lacks venv and ensurepip: type `sudo apt"),
        ({"ensurepip"}, None, None, "lacks ensurepip: install them with your system's packages"),
    ],
)
def test_a_python_without_venv_gets_the_line_to_type(
    monkeypatch, tmp_path, absent, uv, apt, expected
):
    find_spec = environment.importlib.util.find_spec
    monkeypatch.setattr(
        environment.importlib.util,
        "find_spec",
        lambda name: None if name in absent else find_spec(name),
    )
    monkeypatch.setattr(environment.shutil, "which", lambda name: apt)
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(environment, "NOTE", tmp_path / ".venv" / "downhill.json")
    with pytest.raises(SetupError, match=re.escape(expected)):
        environment._make(uv)
    assert not (tmp_path / ".venv").exists()


def test_root_is_told_the_option_before_anything_is_made(monkeypatch, capsys):
    monkeypatch.setattr(launcher, "_is_root", lambda: True)
    monkeypatch.setattr(environment, "prepare", lambda _: pytest.fail("it was started"))
    assert launcher.main([]) == 1
    assert "python3 -m helpers lab --allow-root" in capsys.readouterr().err


def test_an_error_of_the_system_gets_a_sentence(monkeypatch, capsys):
    def prepare(_):
        raise PermissionError(13, "Permission denied", "/clone/.venv.lock")

    monkeypatch.setattr(environment, "prepare", prepare)
    assert launcher.main(["test"]) == 1
    expected = "The set-up stopped at /clone/.venv.lock: Permission denied.\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize("version", [(2, 7), (3, 6), (3, 10), (3, 15)])
def test_an_unfit_python_gets_a_sentence(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", (*version, 1, "final", 0))
    sentence = command.main()
    assert sentence.startswith(
        "Downhill needs Python 3.11 to 3.14, and this is Python {}.{} (".format(*version)
    )
    assert "\n" not in sentence


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_old_pythons_can_read_what_speaks_to_them(name):
    source = (environment.ROOT / "helpers" / name).read_text(encoding="utf-8")
    assert source.isascii()
    tree = ast.parse(source, feature_version=(3, 0))
    new = (
        ast.JoinedStr,
        ast.AnnAssign,
        ast.NamedExpr,
        ast.AsyncFunctionDef,
        ast.Match,
        ast.Starred,
    )
    assert [node for node in ast.walk(tree) if isinstance(node, new)] == []
    imported = [a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names]
    assert set(imported) <= {"os", "sys"}
    assert not [node for node in tree.body if isinstance(node, ast.ImportFrom)]


# --- With pip, and from the README -------------------------------------------------------------


def make_wheel(folder: Path, name: str) -> None:
    """A wheel of one module, for pip to install without a network."""
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", TOOL)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.mark.parametrize("uv_before", [False, True])
def test_without_uv_pip_does_the_work(clone, uv_before):
    if uv_before:
        clone.lab()
    clone.without_uv()
    make_wheel(clone.root, "jupyterlab")
    (clone.root / "requirements.txt").write_text(
        "--no-index\n--find-links .\njupyterlab==1.0\n", encoding="utf-8"
    )
    # A pip set to install for the user must not keep it from the environment.
    assert Path(clone.lab(PIP_USER="1")["prefix"]) == clone.environment


def section(text: str, heading: str) -> str:
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)[1]


@pytest.mark.parametrize(
    ("heading", "line"), [("Start", "python3 -m helpers"), ("Test", "python3 -m helpers test")]
)
def test_the_readme_gives_one_command_under_each_heading(root, heading, line):
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"```\w*\n(.*?)```", section(readme, heading), re.DOTALL) == [f"{line}\n"]


@pytest.mark.skipif(os.name == "nt", reason=".ci/run is for Debian")
def test_the_build_server_runs_the_command_of_the_readme(root):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    (line,) = re.findall(r"^command=.*$", script, re.MULTILINE)
    done = subprocess.run(
        ["bash", "-euc", f'{line}\necho "$command"'], cwd=root, capture_output=True, text=True
    )
    assert done.stdout == "python3 -m helpers test\n"
    assert 'bash -euc "$command" || readme=$?' in script
    assert script.rstrip().endswith("exit $((readme || oldest))")  # a failure of either counts
    assert "export DOWNHILL_BROWSER=required" in script
