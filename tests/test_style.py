"""Ruff's format and rules, on the package, the tests and the notebooks."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("arguments", [["format", "--check"], ["check"]], ids=["format", "rules"])
def test_ruff_has_nothing_to_say(root, arguments):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."],
        cwd=root,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
