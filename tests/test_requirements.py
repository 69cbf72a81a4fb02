"""The files that name versions agree with one another."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import helpers
from helpers.environment import DEVELOPER


def read_pins(path):
    """The `name==version` lines of a requirement file, as {name: Version}."""
    pins = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0].strip()
        if line and not line.startswith("-"):
            requirement = Requirement(line)
            (specifier,) = requirement.specifier
            assert specifier.operator == "==", f"{path.name}: {line} is not pinned by =="
            pins[requirement.name] = Version(specifier.version)
    return pins


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def allowed(project):
    return {(r := Requirement(line)).name: r.specifier for line in project["dependencies"]}


def test_a_reader_gets_versions_that_the_package_allows(root, allowed):
    pins = read_pins(root / "requirements.txt")
    assert allowed.keys() <= pins.keys()
    for name, specifier in allowed.items():
        assert pins[name] in specifier


def test_the_oldest_versions_tested_are_the_oldest_allowed(root, allowed):
    oldest = read_pins(root / "tests" / "constraints-oldest.txt")
    bounds = {}
    for name, specifiers in allowed.items():
        (bound,) = [s.version for s in specifiers if s.operator == ">="]
        bounds[name] = Version(bound)
    assert oldest == bounds


def test_binder_gets_what_a_reader_gets(root):
    pins = read_pins(root / "requirements.txt")
    binder = read_pins(root / "binder" / "requirements.txt")
    assert binder
    assert binder == {name: pins.get(name) for name in binder}


def test_tools_are_pinned_and_named_once(root):
    named = [name for file in DEVELOPER for name in read_pins(root / file)]
    assert len(named) == len(set(named))


def test_supported_pythons_agree(root, project):
    oldest, newest = helpers.OLDEST_PYTHON, helpers.NEWEST_PYTHON
    supported = [f"3.{minor}" for minor in range(oldest[1], newest[1] + 1)]
    prefix = "Programming Language :: Python :: "
    named = [c.removeprefix(prefix) for c in project["classifiers"] if c.startswith(prefix)]
    assert project["requires-python"] == f">={supported[0]}"
    assert named == supported
    workflow = (root / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert f'python: ["{supported[0]}", "{supported[-1]}"]' in workflow
    readme = (root / "README.md").read_text(encoding="utf-8")
    stated = set(re.findall(r"Python (3\.\d+) to (3\.\d+)", readme))
    assert stated == {(supported[0], supported[-1])}


def test_supported_pythons_are_those_of_the_pinned_numpy(root):
    """Where the pinned NumPy is installed, its own metadata decides."""
    from importlib.metadata import metadata

    numpy = metadata("numpy")
    if Version(numpy["Version"]) != read_pins(root / "requirements.txt")["numpy"]:
        pytest.skip("another NumPy than the pinned one is installed")
    classifiers = numpy.get_all("Classifier")
    if not classifiers:
        pytest.skip("the installed NumPy does not say which Pythons it is for")
    named = re.findall(r"Python :: (3\.\d+)$", "\n".join(classifiers), re.MULTILINE)
    oldest, newest = helpers.OLDEST_PYTHON, helpers.NEWEST_PYTHON
    assert named == [f"3.{minor}" for minor in range(oldest[1], newest[1] + 1)]


def test_the_citation_names_the_version_and_no_address(root):
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {helpers.__version__}\n" in citation
    assert "OWNER" not in citation
    assert "repository" not in citation
