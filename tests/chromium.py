"""The browser of the tests: Chromium, without a window where that can be had."""

import shutil

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
"""In the order of preference: the first has the same engine, and a page costs it a third of the time."""
PLACE = next((found for name in NAMES if (found := shutil.which(name))), None)
MISSING = "no Chromium is installed here"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
