"""The set-up check names what is missing, and says how to mend it."""

import re
from pathlib import Path

import pytest

from helpers.checkup import checkup

ROOT = Path(__file__).resolve().parent.parent
PINS = dict(re.findall(r"^([\w-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))


def test_all_is_well(capsys):
    checkup((3, 12), PINS.get)
    assert capsys.readouterr().out.startswith("✓ Everything is here")


@pytest.mark.parametrize("python", [(3, 10), (3, 15)])
def test_a_python_outside_of_the_range_is_named(python, capsys):
    checkup(python, PINS.get)
    out = capsys.readouterr().out
    assert f"Python is {python[0]}.{python[1]}; the course needs 3.11 to 3.14." in out
    assert "python3 -m helpers" in out


@pytest.mark.parametrize("package", sorted(PINS))
def test_a_missing_package_is_named(package, capsys):
    checkup((3, 12), (PINS | {package: None}).get)
    out = capsys.readouterr().out
    assert f"✗ {package} is missing." in out
    assert "python3 -m helpers" in out


def test_another_version_is_a_note_and_no_trouble(capsys):
    checkup((3, 12), (PINS | {"numpy": "1.0"}).get)
    out = capsys.readouterr().out
    assert f"≈ numpy is 1.0; these pages were made with {PINS['numpy']}." in out
    assert "most likely run" in out
    assert "✗" not in out


def test_the_requirements_name_what_is_checked():
    assert {"numpy", "matplotlib", "jupyterlab", "ipywidgets", "anywidget"} <= PINS.keys()
