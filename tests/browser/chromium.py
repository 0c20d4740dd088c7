"""The machine's Chromium, started for tests and pictures."""

import shutil
from typing import Any

# The shell first: the same engine without a window's tabs and menus opens a page in less than half the time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PATH = next(filter(None, map(shutil.which, NAMES)), None)
ARGUMENTS = (
    "--no-sandbox",  # the tests may run as root, in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The same picture on every machine.
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
)


def launch(driver: Any) -> Any:
    """Start Chromium; Playwright gives it a profile folder of its own, and removes it."""
    return driver.chromium.launch(executable_path=PATH, args=list(ARGUMENTS))
