"""Nothing of a working set-up is lost, and what is not one is mended, told of, or left alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import venv

import pytest

from helpers.environment import locking, making, note
from setup_clone import Clone, make_wheels

pytestmark = pytest.mark.once

POSIX = pytest.mark.skipif(os.name == "nt", reason="not on Windows")


@pytest.fixture
def clone(tmp_path):
    return Clone(tmp_path)


@pytest.fixture
def ready(clone):
    """A clone whose environment is ready."""
    clone.lab()
    assert clone.installs == [""]
    return clone


def edit_note(clone, **values):
    text = json.loads(clone.note.read_text(encoding="utf-8"))
    clone.note.write_text(json.dumps({**text, **values}), encoding="utf-8")


# --- What makes it install again ---------------------------------------------------------------


def test_changed_requirements_are_installed_into_the_same_environment(ready):
    kept = ready.environment / "kept.txt"
    kept.touch()
    ready.change()
    ready.lab()
    assert ready.installs == ["", ""]
    assert kept.exists()
    ready.lab()
    assert len(ready.installs) == 2


def test_a_changed_comment_installs_nothing(ready):
    ready.change(line="# a comment")
    ready.change("pyproject.toml", "# a comment")
    ready.lab()
    assert len(ready.installs) == 1


def test_a_package_that_has_vanished_is_installed_again(ready):
    shutil.rmtree(next(ready.site.glob("anywidget-*.dist-info")))
    (ready.site / "anywidget.py").unlink()
    ready.lab()
    assert len(ready.installs) == 2
    assert (ready.site / "anywidget.py").exists()


def test_a_package_whose_files_alone_have_vanished_is_installed_again_with_the_next_change(ready):
    (ready.site / "anywidget.py").unlink()
    # The stand-in for uv writes all files; the real one needs to be told.
    ready.change()
    ready.script.write_text(
        "import sys\n"
        + ready.script.read_text(encoding="utf-8").replace(
            "environment = ", "if '--reinstall' not in sys.argv: sys.exit(0)\nenvironment = ", 1
        ),
        encoding="utf-8",
    )
    ready.lab()
    assert ready.installs == ["", "", "--reinstall"]


def test_an_installer_that_installed_nothing_is_noticed(clone):
    done = clone.run("test", UV_MOOD="elsewhere")
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("The packages were installed, but numpy is missing (and ")
    assert "look for a setting of pip or uv that leads elsewhere" in last
    assert clone.run("test").returncode == 0


def test_where_an_update_went_elsewhere_the_old_packages_are_used(ready):
    ready.change(line="wheel==0.1")
    started = ready.lab(UV_MOOD="elsewhere")
    assert "but wheel is missing. This start uses the packages that are here" in started["said"]


# --- A working environment is kept -------------------------------------------------------------


@pytest.mark.parametrize("mood", ["offline", "failing"])
def test_changed_requirements_that_cannot_be_fetched_do_not_keep_it_from_starting(ready, mood):
    ready.change()
    started = ready.lab(UV_MOOD=mood)
    assert (
        "This start uses the packages that are here; the next one tries again." in started["said"]
    )
    assert "wheel" not in str(list(ready.site.iterdir()))
    ready.lab()
    assert (ready.site / "wheel.py").exists()


def test_what_was_ready_stays_ready_when_more_cannot_be_fetched(ready):
    assert ready.run("test", UV_MOOD="offline").returncode == 1
    before = len(ready.installs)
    ready.without_uv()
    ready.lab()
    assert len(ready.installs) == before


def test_a_moved_clone_gets_an_environment_of_its_own(ready):
    ready.move()
    old = ready.environment / "old.txt"
    old.touch()
    started = ready.lab()
    assert started["prefix"] == str(ready.environment)
    assert "The folder was moved: a new one is made" in started["said"]
    assert not old.exists()
    assert sorted(ready.root.glob(".venv-*")) == []


def test_a_moved_clone_starts_without_a_network(ready):
    ready.move()
    old = ready.environment / "old.txt"
    old.touch()
    started = ready.lab(UV_MOOD="offline")
    assert "could not be fetched. This start uses the packages that are here" in started["said"]
    assert str(ready.root) not in started["path"][:2]
    assert str(ready.root) in started["path"]  # so that notebooks find helpers
    assert old.exists()
    assert sorted(ready.root.glob(".venv-*")) == []


def start_slowly(clone):
    """Start a set-up whose uv never ends; the process, once uv is at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers", "test"],
        cwd=clone.root,
        env=clone.variables(UV_MOOD="slow"),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    slow = clone.calls.with_name(clone.calls.name + ".slow")
    give_up = time.monotonic() + 120
    while not slow.exists():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return process


@POSIX
@pytest.mark.parametrize("first", ["none", "ready", "moved"])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stop_while_fetching_loses_nothing(clone, first, stop):
    if first != "none":
        clone.lab()
    if first == "moved":
        clone.move()
    process = start_slowly(clone)
    os.killpg(process.pid, stop)
    _, said = process.communicate(timeout=120)
    if stop == signal.SIGINT:
        assert process.returncode == 130
        assert "Traceback" not in said
        assert said.endswith("Stopped; the same command goes on from here.\n")
    if first != "none":
        # What worked, works, with nothing to be had.
        clone.lab(UV_MOOD="offline")
    assert clone.run("test").returncode == 0
    assert sorted(clone.root.glob(".venv-*")) == []


@POSIX
def test_packages_that_may_be_half_unpacked_are_unpacked_again(ready):
    process = start_slowly(ready)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=120)
    assert ready.run("test").returncode == 0
    assert ready.installs[-1] == "tests --reinstall"


# --- Environments of the reader's, and what is none --------------------------------------------


def test_a_working_environment_made_by_hand_is_used_and_never_removed(clone):
    venv.create(clone.environment, symlinks=os.name != "nt")
    mine = clone.environment / "mine.txt"
    mine.touch()
    clone.lab()
    assert mine.exists()
    clone.move()
    clone.lab()
    assert (clone.environment / "mine.txt").exists()
    # Spoil it: as it was not made here, it is set aside and not removed.
    (clone.environment / "pyvenv.cfg").unlink()
    clone.lab()
    assert (clone.root / ".venv-set-aside-1" / "mine.txt").exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"installed": null}', '{"state": "ready", "packages": 3}', "\ud800"]
)
def test_a_note_that_cannot_be_read_costs_a_look_and_nothing_else(ready, text):
    ready.note.write_bytes(text.encode("utf-8", "surrogatepass"))
    mine = ready.environment / "mine.txt"
    mine.touch()
    ready.lab(UV_MOOD="offline")
    ready.lab()
    assert mine.exists()


def half_made_without_python(clone):
    shutil.rmtree(clone.python.parent)


def half_made(clone):
    edit_note(clone, state="making")


def of_a_python_that_is_gone(clone):
    clone.python.unlink()
    clone.python.symlink_to("/nowhere/python")


@pytest.mark.parametrize("spoil", [half_made_without_python, half_made, of_a_python_that_is_gone])
def test_an_environment_of_ours_that_works_no_more_is_made_anew(ready, spoil):
    spoil(ready)
    rest = ready.environment / "rest" / "of.txt"
    rest.parent.mkdir()
    rest.touch()
    assert ready.lab()["prefix"] == str(ready.environment)
    assert not rest.exists()
    assert sorted(ready.root.glob(".venv-*")) == []


@POSIX
def test_another_python_behind_the_environment_is_looked_at(ready):
    edit_note(ready, base="/usr/bin/python3.0")
    ready.lab()
    assert len(ready.installs) == 2
    ready.lab()
    assert len(ready.installs) == 2


def test_an_empty_folder_becomes_the_environment(clone):
    clone.environment.mkdir()
    clone.lab()
    assert sorted(clone.root.glob(".venv-*")) == []


@pytest.mark.parametrize("name", ["letter.txt", "pyvenv.cfg"])
def test_what_was_not_made_here_is_kept_under_another_name(clone, name):
    clone.environment.mkdir()
    (clone.environment / name).write_text("mine", encoding="utf-8")
    (clone.root / ".venv-set-aside-1").mkdir()
    said = clone.lab()["said"]
    assert "In the folder .venv there is no environment that runs: it is kept as" in said
    assert (clone.root / ".venv-set-aside-2" / name).read_text(encoding="utf-8") == "mine"


def test_what_was_not_made_here_comes_back_if_no_new_one_can_be_made(clone):
    clone.environment.mkdir()
    (clone.environment / "letter.txt").write_text("mine", encoding="utf-8")
    assert clone.run("lab", UV_MOOD="offline").returncode == 1
    assert (clone.environment / "letter.txt").exists()
    assert sorted(clone.root.glob(".venv-*")) == []


@POSIX
def test_a_link_that_leads_nowhere_is_kept_and_told_of(clone, tmp_path):
    clone.environment.symlink_to(tmp_path / "gone")
    said = clone.lab()["said"]
    assert f"The link .venv leads to {tmp_path / 'gone'}, where there is nothing" in said
    assert (clone.root / ".venv-set-aside-1").is_symlink()


@POSIX
def test_a_link_to_an_environment_elsewhere_is_used(clone, tmp_path):
    elsewhere = tmp_path / "elsewhere" / "deep"
    venv.create(elsewhere, symlinks=True)
    clone.environment.symlink_to(elsewhere)
    started = clone.lab()
    assert str(clone.root) in started["path"]
    assert clone.environment.is_symlink()
    assert (elsewhere / "downhill.json").exists()


@POSIX
def test_a_link_to_a_folder_that_holds_something_else_leaves_that_alone(clone, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").touch()
    clone.environment.symlink_to(tmp_path / "photos")
    clone.lab()
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]
    assert not clone.environment.is_symlink()


def test_a_file_in_its_place_gets_a_sentence(clone):
    clone.environment.write_text("mine", encoding="utf-8")
    done = clone.run("test")
    assert done.returncode == 1
    assert "is a file, where a folder is expected" in done.stderr
    assert clone.environment.read_text(encoding="utf-8") == "mine"


@POSIX
def test_it_mends_the_environment_from_inside(ready):
    half_made(ready)
    assert ready.lab(python=ready.python)["prefix"] == str(ready.environment)
    assert len(ready.installs) == 2


def test_two_set_ups_at_once_do_not_disturb_each_other(clone, monkeypatch):
    monkeypatch.setattr(locking, "ROOT", clone.root)
    with locking.only_one():
        done = clone.run("test")
    assert done.returncode == 1
    assert done.stderr.startswith("Another set-up is at work in this folder")
    assert clone.run("test").returncode == 0


# --- Settings that lead astray -----------------------------------------------------------------


@pytest.mark.parametrize("how", ["uv fetched", "by pip alone", "uv fetched, but broken"])
def test_without_uv_it_is_fetched_and_pip_remains_where_that_fails(clone, how):
    clone.without_uv()
    scripts = {
        "uv fetched": {"uv": clone.shell_script},
        "by pip alone": {},
        "uv fetched, but broken": {"uv": "#!/bin/sh\nexit 3\n"},
    }[how]
    if os.name == "nt" and scripts:
        pytest.skip("the stand-in for uv is a shell script")
    make_wheels(clone.root, scripts)
    astray = {
        "PIP_USER": "1",
        "PIP_TARGET": str(clone.root / "target"),
        "PIP_PREFIX": str(clone.root / "prefix"),
        "PIP_DRY_RUN": "1",
        "PIP_REQUIRE_HASHES": "1",
        "PIP_PYTHON": "/nowhere",
        "UV_SYSTEM_PYTHON": "1",
        "PYTHONPATH": str(clone.root / "nowhere"),
    }
    assert clone.lab(**astray)["prefix"] == str(clone.environment)
    assert len(clone.installs) == (how == "uv fetched")
    assert not (clone.root / "target").exists()
    clone.lab()


def test_a_setting_in_a_file_of_pip_s_is_noticed(clone, tmp_path):
    clone.without_uv()
    make_wheels(clone.root)
    (tmp_path / "pip.conf").write_text("[install]\ndry-run = true\n", encoding="utf-8")
    done = clone.run("lab", PIP_CONFIG_FILE=str(tmp_path / "pip.conf"))
    assert done.returncode == 1
    assert "look for a setting of pip or uv that leads elsewhere" in done.stderr.splitlines()[-1]


# --- Files of the set-up's own -----------------------------------------------------------------


def test_the_path_file_is_ascii_wherever_the_environment_is(tmp_path, monkeypatch):
    root = tmp_path / "中文"
    monkeypatch.setattr(note, "ROOT", root)
    near, far = root / ".venv" / "lib" / "python3" / "site-packages", tmp_path / "far"
    program = "import site, sys; site.addsitedir(sys.argv[1]); print(ascii(sys.path[-1]))"
    for site in (near, far):
        site.mkdir(parents=True)
        note.write_path_file(site)
        assert (site / note.PATH_FILE).read_bytes().isascii()
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8=0", "-c", program, str(site)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == ascii(str(root))
    assert (near / note.PATH_FILE).read_text() == "../../../..\n"


@POSIX
@pytest.mark.parametrize("also_later", [False, True])
def test_it_starts_with_letters_that_the_locale_does_not_know(clone, also_later):
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    started = clone.lab(**ascii_only)
    program = [str(clone.python), "-c", "import helpers; print(len(helpers.__path__))"]
    done = subprocess.run(
        program, cwd="/", env=clone.variables(**ascii_only), capture_output=True, text=True
    )
    assert done.stdout == "1\n", done.stderr
    assert started["arguments"]
    # The other locale finds the same environment ready.
    clone.lab(**(ascii_only if also_later else {}))
    assert len(clone.installs) == 1


def test_a_folder_that_cannot_be_removed_whole_is_gone_by_name(tmp_path, monkeypatch):
    monkeypatch.setattr(making, "ROOT", tmp_path)
    monkeypatch.setattr(making.shutil, "rmtree", lambda path, ignore_errors: None)
    (tmp_path / "old").mkdir()
    making.drop(tmp_path / "old")
    assert [path.name for path in tmp_path.iterdir()] == [".venv-trash-1"]
