"""The machine's Chromium, started for tests and pictures."""

import shutil
from typing import Any

PATH = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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
