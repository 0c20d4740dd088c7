"""The pictures of the studio in ``docs/studio``: each page in three sizes and two themes.

``python -m tests.browser.pictures`` takes them anew, and the tour of the README with them;
``test_pictures.py`` compares them with the page as it is.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from PIL import Image, ImageChops
from playwright.sync_api import sync_playwright

from tests.browser import scenes
from tests.browser.chromium import launch
from tests.browser.owned import owned
from tests.browser.reports import quality_report
from tests.browser.site import build, serving
from tests.robustness.gateway import running

FOLDER = Path(__file__).parents[2] / "docs" / "studio"
SIZES = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 900)}
THEMES = ("light", "dark")
# Another Chromium draws the edges of letters a little otherwise: a pixel differs beyond this, of 255.
NOTICEABLE = 40
# A moved control or a changed word is more than this share of a picture's pixels.
TOLERANCE = 0.004


class Picture(NamedTuple):
    """A page in a size and a theme."""

    page: str
    size: str
    theme: str

    @property
    def file(self) -> Path:
        """Where the picture is kept."""
        return FOLDER / f"{self.page}-{self.size}-{self.theme}.webp"


PICTURES = [Picture(*each) for each in product(scenes.SCENES, SIZES, THEMES)]


def take(browser: Any, site: str, picture: Picture) -> Image.Image:
    """Take a picture of the page as it is now."""
    width, height = SIZES[picture.size]
    with scenes.opened(browser, site, (width, height), picture.theme) as page:
        scenes.SCENES[picture.page](page)
        return scenes.shot(page)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the share of pixels in which two pictures of one size differ noticeably; 1 for other sizes."""
    if one.size != other.size:
        return 1.0
    greatest = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    counts = greatest.histogram()
    return sum(counts[NOTICEABLE:]) / (one.width * one.height)


@contextmanager
def studio(folder: Path) -> Iterator[str]:
    """Build the page and serve it with a service and its owner's API behind it; give the page's URL."""
    with (
        running(quality_report()) as endpoint,
        owned() as operations,
        serving(build(folder), endpoint, operations) as site,
    ):
        yield site


def main() -> None:
    """Take all pictures, and the tour."""
    from tests.browser.tour import TOUR, take_tour  # noqa: PLC0415 - it takes pictures, too

    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, studio(Path(folder)) as site, sync_playwright() as driver:
        browser = launch(driver)
        for picture in PICTURES:
            take(browser, site, picture).save(picture.file, lossless=True, method=6)
        take_tour(browser, site)
        browser.close()
    sys.stdout.write(f"{FOLDER}: {len(PICTURES)} pictures and {TOUR.name}\n")


if __name__ == "__main__":
    main()
