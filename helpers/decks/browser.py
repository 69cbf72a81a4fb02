"""The browser of the Chromium family on this machine."""

import os
import shutil
import sys

# Where such browsers are found when they are not on the PATH.
USUAL_PLACES = {
    "darwin": [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ],
    "win32": [
        rf"{folder}\{program}"
        for folder in (
            os.environ.get("PROGRAMFILES", r"C:\Program Files"),
            os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)"),
            os.environ.get("LOCALAPPDATA", r"C:\Users\Default\AppData\Local"),
        )
        for program in (
            r"Google\Chrome\Application\chrome.exe",
            r"Chromium\Application\chrome.exe",
            r"Microsoft\Edge\Application\msedge.exe",
        )
    ],
}


def find_browser() -> str | None:
    """The browser that DOWNHILL_CHROMIUM names, else one that is found; None without any."""
    if named := os.environ.get("DOWNHILL_CHROMIUM"):
        return shutil.which(named)
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    candidates = [*names, "/usr/bin/chromium", *USUAL_PLACES.get(sys.platform, [])]
    return next((found for name in candidates if (found := shutil.which(name))), None)
