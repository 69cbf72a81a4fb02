"""The Binder launch, by the Dockerfile that repo2docker itself writes for it. No Docker needed."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from test_requirements import read_pins

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def rendered(root):
    """The Dockerfile, and what repo2docker said while writing it."""
    if sys.platform == "win32":
        pytest.skip("repo2docker does not run on Windows")
    done = subprocess.run(
        [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_python_is_the_one_of_runtime_txt(root, rendered):
    assert (root / "binder" / "runtime.txt").read_text(encoding="utf-8").strip() == "python-3.12"
    assert "Building conda environment for python=3.12\n" in rendered[1]


def test_our_pins_are_installed_into_the_environment_of_the_kernel(rendered):
    dockerfile = rendered[0]
    install = '${KERNEL_PYTHON_PREFIX}/bin/pip install --no-cache-dir -r "binder/requirements.txt"'
    assert f"RUN {install}" in dockerfile
    assert "ENV KERNEL_PYTHON_PREFIX=${NB_PYTHON_PREFIX}" in dockerfile
    assert dockerfile.count("pip install") == 1


def test_the_package_is_installed_in_place_after_the_files_are_there(root, rendered):
    lines = (root / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert "-e ." in lines
    dockerfile = rendered[0]
    # pip takes "." from the working directory, which must be the repository's root by then.
    assert re.findall(r"^WORKDIR (.*)$", dockerfile, re.MULTILINE) == ["${REPO_DIR}"]
    copied = dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    assert copied < dockerfile.index("pip install")


def test_nothing_of_the_base_image_is_replaced(root, rendered):
    """Pinning JupyterLab would replace some two dozen packages that the image brings."""
    lock = resources.files("repo2docker.buildpacks.conda") / "environment.py-3.12-linux-64.lock"
    base = set(re.findall(r"/([^/]+)-[^-/]+-[^-/]+\.conda", lock.read_text(encoding="utf-8")))
    assert {"jupyterlab", "ipywidgets"} <= base
    assert not base & read_pins(root / "binder" / "requirements.txt").keys()


def test_the_launch_sets_one_thread_and_hands_over(root, rendered):
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in rendered[0]
    script = (root / "binder" / "start").read_bytes()
    assert b"\r" not in script
    done = subprocess.run(
        [
            shutil.which("bash"),
            "binder/start",
            "bash",
            "-c",
            'echo "$OMP_NUM_THREADS $0 $1"',
            "a",
            "b c",
        ],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "1 a b c\n"


def test_the_badge_opens_the_first_notebook_and_names_the_repository_once(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    (badge,) = re.findall(r"https://mybinder\.org/v2/[^)\s]+", readme)
    address = urlsplit(badge)
    assert address.path == "/v2/gh/OWNER/REPO/HEAD"
    (place,) = parse_qs(address.query)["urlpath"]
    assert place == "lab/tree/notebooks/00_start_here.ipynb"
    assert (root / place.removeprefix("lab/tree/")).is_file()
    assert readme.count("OWNER/REPO") == 1


def test_the_notebooks_of_the_image_show_no_outputs(root, rendered, tmp_path):
    """Else a visitor would read the answer below each prediction."""
    assert re.search(r"^RUN \./binder/postBuild$", rendered[0], re.MULTILINE)
    shutil.copytree(root / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__py*"))
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}"}
    subprocess.run([root / "binder" / "postBuild"], cwd=tmp_path, env=environment, check=True)
    for path in (tmp_path / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells)
