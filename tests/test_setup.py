"""`python3 -m helpers`: its commands, and a sentence for whatever can be missing."""

import ast
import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import __main__ as command
from helpers import environment, launcher
from helpers.environment import SetupError, installing, making, steps
from setup_clone import Clone

pytestmark = pytest.mark.once


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


# --- The two commands, and what goes through them ---------------------------------------------


def test_the_first_run_installs_and_opens_the_first_notebook(clone):
    started = clone.lab("--no-browser")
    assert clone.installs == [""]
    assert Path(started["prefix"]) == clone.environment
    assert Path(started["cwd"]) == clone.root
    assert started["arguments"] == [
        f"--ServerApp.root_dir={clone.root}",
        "--LabApp.default_url=/lab/tree/workbook/00_start_here.ipynb",
        *(["--allow-root"] if launcher._is_root() else []),
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
    assert clone.installs == ["tests"]
    assert json.loads(done.stdout)["arguments"] == ["-k", "slopes", "-x"]
    clone.lab()
    assert len(clone.installs) == 1


@pytest.mark.parametrize("command", ["store", "site"])
def test_a_command_runs_its_script_with_arguments(clone, command):
    done = clone.run(command, "01")
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


def test_the_lab_opens_a_copy_without_outputs_and_leaves_what_the_reader_wrote(clone):
    clone.lab()
    copy = clone.root / "workbook" / "00_start_here.ipynb"
    notebook = json.loads(copy.read_text(encoding="utf-8"))
    assert not any(cell.get("outputs") for cell in notebook["cells"])
    notebook["cells"][0]["source"] = "mine"
    copy.write_text(json.dumps(notebook), encoding="utf-8")
    clone.lab()
    assert json.loads(copy.read_text(encoding="utf-8"))["cells"][0]["source"] == "mine"


@pytest.mark.parametrize("question", ["--version", "--help", "--help-all"])
def test_a_question_to_jupyterlab_installs_nothing_and_makes_no_workbook(clone, question):
    assert "not installed yet" in clone.run("lab", question).stdout
    assert sorted(clone.root.glob(".venv*")) == []
    clone.run("test")
    asked = json.loads(clone.run("lab", question).stdout)
    assert asked["arguments"] == [question]
    assert not (clone.root / "workbook").exists()


def test_options_go_through_without_the_word_lab(clone):
    done = clone.run("--no-browser", "--port", "8890")
    assert json.loads(done.stdout)["arguments"][-3:] == ["--no-browser", "--port", "8890"]
    assert json.loads(clone.run("--version").stdout)["arguments"] == ["--version"]


@pytest.mark.parametrize("root", [False, True])
def test_root_is_told_of_and_others_are_not(monkeypatch, capsys, root):
    monkeypatch.setattr(launcher, "_is_root", lambda: root)
    monkeypatch.setattr(environment, "prepare", lambda _: Path("python"))
    monkeypatch.setattr(launcher.workbook, "refresh", list)
    started = []
    monkeypatch.setattr(launcher, "_become", started.append)
    launcher.main(["lab"])
    assert ("--allow-root" in started[0]) == root
    said = capsys.readouterr().err
    assert ("You are root, so JupyterLab is started with --allow-root; as ever" in said) == root
    assert said.count("\n") == root
    launcher.main(["lab", "--ServerApp.allow_root=True"])
    assert "--allow-root" not in started[1]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("start", [["helpers"], ["helpers/__main__.py"]])
@pytest.mark.parametrize("inside", [False, True])
def test_the_folder_itself_can_be_run_from_anywhere(clone, tmp_path, start, inside):
    place = clone.root if inside else tmp_path
    done = clone.run("test", start=[str((clone.root / start[0]).relative_to(place))], cwd=place)
    assert json.loads(done.stdout)["cwd"] == str(clone.root)


def test_files_of_the_reader_s_hide_no_module_from_the_set_up_and_jupyterlab(clone):
    for name in ("random", "json", "hashlib", "subprocess", "tornado", "numpy", "re"):
        (clone.root / f"{name}.py").write_text("raise SystemExit('hidden')", encoding="utf-8")
    started = clone.lab()
    assert str(clone.root) not in started["path"][:2]
    assert started["path"].count(str(clone.root)) == 1
    assert "hides the module" not in started["said"]
    # Beside the notebooks they do hide libraries, so the reader is told.
    (clone.root / "workbook" / "numpy.py").touch()
    assert "workbook/numpy.py hides the module numpy from the notebooks" in clone.lab()["said"]


def test_a_step_that_takes_long_says_what_it_does_and_how_far_it_is(clone):
    said = clone.lab(UV_MOOD="slow2.5")["said"]
    assert re.search(r"^Installing the packages: \d s, fetching 7 packages$", said, re.MULTILINE)


def test_a_short_step_says_nothing(monkeypatch, capsys):
    monkeypatch.setattr(steps, "QUIET", 60)
    code, lines = steps.run("Counting", [sys.executable, "-c", "print(1); print('ü')"])
    assert (code, lines) == (0, ["1", "ü"])
    assert capsys.readouterr().err == ""


def test_in_a_terminal_one_line_is_renewed(monkeypatch, capsys):
    monkeypatch.setattr(steps, "QUIET", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    heart = steps._Heartbeat("Counting")
    heart.beat(0.1, lambda: "a long way")
    heart.beat(0.2, lambda: "too early")
    heart.beat(0.7, lambda: "far")
    heart.end()
    assert capsys.readouterr().err == "\rCounting: 0 s, a long way\rCounting: 1 s, far       \n"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "asking which packages are needed"),
        (["Resolved 95 packages in 1s"], "fetching 95 packages"),
        (
            ["Resolved 95 packages in 1s", "Downloading a", "Downloading b", " Downloaded b"],
            "fetching 95 packages, 1 of 2 large ones are here",
        ),
        (["Resolved 95 packages in 1s", "Prepared 90 packages in 2s"], "unpacking 90 packages"),
    ],
)
def test_how_far_uv_is(lines, expected):
    assert installing._how_far_uv(lines) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ""),
        (["Collecting a", "  Downloading a.whl", "Collecting b"], "2 packages found and fetched"),
        (["Collecting a", "Installing collected packages: a, b, c"], "unpacking 3 packages"),
    ],
)
def test_how_far_pip_is(lines, expected):
    assert installing._how_far_pip(lines) == expected


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


@pytest.mark.parametrize("argument", ["tests", "03", ""])
def test_an_unknown_command_gets_a_sentence(clone, argument):
    done = clone.run(argument)
    assert done.returncode == 2
    commands = ", ".join(launcher.COMMANDS)
    assert done.stderr.startswith(f"There is no command {argument!r}, only {commands}")
    assert not clone.environment.exists()


# --- What can be missing: one sentence each ----------------------------------------------------


def test_without_a_network_a_sentence_says_so_after_the_tool_s_own_words(clone):
    done = clone.run("test", UV_MOOD="offline")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "dns error" in done.stderr
    assert last.startswith("The packages could not be fetched: check the connection")
    assert clone.run("test").returncode == 0


def test_a_failed_installation_says_so_after_the_tool_s_own_words(clone):
    done = clone.run("test", UV_MOOD="failing")
    assert done.returncode == 1
    assert "error: no solution found\n" in done.stderr
    assert clone.run("test").returncode == 0


@pytest.mark.parametrize(
    ("lines", "beginning"),
    [
        (
            ["error: no solution found"],
            "Installing the packages failed, for the reason above: mend",
        ),
        (["dns error: failed to lookup"], "The packages could not be fetched: check the conn"),
        (
            # What pip says where it may not try again.
            ["ERROR: Could not find a version that satisfies numpy (from versions: none)"],
            "The packages could not be fetched: check the conn",
        ),
        (["OSError: [Errno 28] No space left on device"], "The disk is full: make room"),
        (["error: failed to open: Permission denied (os error 13)"], "The folder "),
        (["PermissionError: [WinError 5] Access is denied: 'C:'"], "The folder "),
    ],
)
def test_an_installer_s_failure_is_shown_and_put_into_a_sentence(lines, beginning, capsys):
    sentence = str(installing._error(lines))
    assert sentence.startswith(beginning)
    assert sentence.endswith(", then run this again.")
    installing._error(["WARNING: Retrying (Retry(total=4, NewConnectionError", "Looking in x"])
    assert capsys.readouterr().err.splitlines() == lines


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
    find_spec = making.importlib.util.find_spec
    monkeypatch.setattr(
        making.importlib.util,
        "find_spec",
        lambda name: None if name in absent else find_spec(name),
    )
    monkeypatch.setattr(
        making.shutil, "which", lambda name, path=None: {"uv": uv, "apt": apt}.get(name)
    )
    monkeypatch.setattr(making, "ENVIRONMENT", tmp_path / ".venv")
    with pytest.raises(SetupError, match=re.escape(expected)):
        making.make(environment.READER)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "/clone/.venv.lock"),
            "/clone/.venv.lock cannot be written to or read: copy the course to a folder of your",
        ),
        (OSError(errno.EROFS, "Read-only file system", "/c/.venv"), "/c/.venv cannot be written"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: make room"),
        (OSError(errno.EIO, "Input/output error"), "The set-up stopped: Input/output error."),
        (OSError(errno.EIO, "I/O", "/c/x"), "The set-up stopped at /c/x: I/O."),
    ],
)
def test_an_error_of_the_system_gets_a_sentence(monkeypatch, capsys, error, expected):
    def prepare(_):
        raise error

    monkeypatch.setattr(environment, "prepare", prepare)
    assert launcher.main(["test"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(expected)
    assert said.count("\n") == 1


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


# --- The README --------------------------------------------------------------------------------


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


@pytest.mark.skipif(os.name == "nt", reason=".ci/run is for Debian")
def test_the_version_of_uv_stands_in_one_place(root):
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    assert "uv==" not in script
    (line,) = re.findall(r'"\$\((python3 -c .*)\)"', script)
    done = subprocess.run(["bash", "-euc", line], cwd=root, capture_output=True, text=True)
    assert done.stdout == f"{installing.UV}\n"
    assert re.fullmatch(r"uv==\d+(\.\d+)+", installing.UV)
