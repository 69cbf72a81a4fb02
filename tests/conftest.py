"""What all tests share: the repository's root, the markers, and the browser."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from helpers.decks.browser import find_browser

ROOT = Path(__file__).parents[1]

# The patients of 08 are others in each process unless this fixes them, and tests name them.
os.environ["PYTHONHASHSEED"] = "0"

# On a machine with other work to do an example may take any time; that says nothing of the code.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure(config):
    config.addinivalue_line("markers", "browser: needs Chromium or Chrome")
    config.addinivalue_line(
        "markers", "stored: compares outputs of notebooks; skipped with the oldest dependencies"
    )
    config.addinivalue_line(
        "markers", "once: no version of a dependency changes what it finds; likewise skipped"
    )
    config.addinivalue_line("markers", "slow: takes more than some ten seconds")
    config.addinivalue_line(
        "markers", "halves: two workers may share the tests of this file, by their notebooks"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """With several workers (`-n 2 --dist loadgroup`) the tests of a file stay with one of them.

    What is made once for a file serves all its tests so. The files that take longest are divided
    by notebooks with an even and with an odd number.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        half = f" {_notebook(item) % 2}" if item.get_closest_marker("halves") else ""
        item.add_marker(pytest.mark.xdist_group(item.path.stem + half))


def _notebook(item) -> int:
    """The number of the notebook that a test is about; 0 for one that is about none."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    stems = (Path(value).stem for value in values if isinstance(value, (str, Path)))
    return next((int(found[1]) for stem in stems if (found := re.match(r"(\d\d)_", stem))), 0)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser's path; without one the test is skipped, or fails where one is required."""
    found = find_browser()
    if found is None:
        named = os.environ.get("DOWNHILL_CHROMIUM")
        reason = (
            f"DOWNHILL_CHROMIUM={named} is not a program"
            if named
            else "no Chromium or Chrome found; DOWNHILL_CHROMIUM may name one"
        )
        if os.environ.get("DOWNHILL_BROWSER") == "required":
            pytest.fail(f"{reason}, and DOWNHILL_BROWSER=required")
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(browser_path):
    """A browser, by Playwright, for the tests of one file."""
    # Here, as most tests need neither.
    from playwright.sync_api import sync_playwright

    from lab import launch

    with sync_playwright() as playwright:
        browser = launch(playwright, browser_path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT
