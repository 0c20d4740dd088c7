"""What each picture of the studio shows: a page, after what a reader would have done there."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser.parts import connect, panel
from tests.browser.studying import answer, begin, open_page

NOW = "2026-11-30T15:20:00+01:00"
SIMULATED = 60_000  # milliseconds; a minute of two cores is enough for a year


def explore(page: Any) -> None:
    """Leave the first page as it opens."""
    expect(page.get_by_role("group", name="Recall over time")).to_be_visible()


def plan(page: Any) -> None:
    """Simulate a year of the learner whom the page makes up."""
    go(page, "Plan")
    page.get_by_role("button", name="Try it with a sample").click()
    page.get_by_role("button", name="Simulate the year").click(timeout=SIMULATED)
    expect(page.get_by_role("button", name="Simulate again")).to_be_visible(timeout=SIMULATED)
    page.get_by_text("most knowledge per minute").evaluate("(text) => text.scrollIntoView()")


def study(page: Any) -> None:
    """Look at the answer of a card."""
    open_page(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Try 20 Spanish words").click()
    begin(page, "Spanish words")
    for rating in (3, 1, 4):
        answer(page, rating)
    page.get_by_role("button", name="Show the answer").click()


def operate(page: Any) -> None:
    """Look at what the owner of a stage sees first."""
    go(page, "Operate")
    for shown in ("1 alarm is on.", "80% of US$25.00 used", "Details weekly", "Reviews of each day"):
        expect(page.get_by_text(shown).or_(page.get_by_label(shown)).first).to_be_attached()
    expect(page.get_by_label("Week", exact=True)).to_be_visible()


def service(page: Any) -> None:
    """Connect, and look at how right the predictions were."""
    go(page, "Service")
    connect(page)
    expect(page.get_by_text("The service is well.")).to_be_visible()
    expect(panel(page, "The model").get_by_role("figure")).to_be_visible()
    expect(page.get_by_label("Week", exact=True)).to_be_visible()
    heading = page.get_by_role("heading", name="How right the predictions were")
    expect(heading).to_be_visible()
    heading.evaluate("(heading) => heading.scrollIntoView()")


SCENES: dict[str, Callable[[Any], None]] = {
    "explore": explore,
    "plan": plan,
    "study": study,
    "operate": operate,
    "service": service,
}


def go(page: Any, name: str) -> None:
    """Choose a page in the navigation."""
    page.get_by_role("link", name=name, exact=True).click()


@contextmanager
def opened(browser: Any, site: str, size: tuple[int, int], theme: str) -> Iterator[Any]:
    """Open the page at a fixed moment, in Berlin."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
        has_touch=size[0] < 500,
        service_workers="block",
    )
    page = context.new_page()
    page.clock.set_fixed_time(NOW)
    page.goto(site)
    expect(page.locator("h1")).to_be_visible()
    yield page
    context.close()


def shot(page: Any) -> Image.Image:
    """Take a picture of what is in sight."""
    page.evaluate("document.fonts.ready")
    return Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
