"""The tour of the README: a minute with the studio, as an animated picture."""

from __future__ import annotations

from typing import Any

from PIL import Image
from playwright.sync_api import expect

from tests.browser import scenes
from tests.browser.pictures import FOLDER
from tests.browser.studying import answer, begin, open_page

TOUR = FOLDER / "tour.webp"
SIZE = (960, 640)
LOOK, READ, GLANCE = 1_500, 3_200, 140  # milliseconds for which a frame stays


class Film:
    """The frames so far, each with how long it stays."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def frame(self, milliseconds: int) -> None:
        """Take what is in sight."""
        self.frames.append(scenes.shot(self.page))
        self.times.append(milliseconds)

    def save(self) -> None:
        """Write the animated picture."""
        first, *others = self.frames
        first.save(
            TOUR, save_all=True, append_images=others, duration=self.times, loop=0, quality=70, method=6
        )


def take_tour(browser: Any, site: str) -> None:
    """Walk through the pages, and keep what is seen."""
    with scenes.opened(browser, site, SIZE, "light") as page:
        film = Film(page)
        for part in (_explore, _plan, _study, _service, _operate):
            part(film)
        film.save()


def _explore(film: Film) -> None:
    """Answer a card, move its target, and compare it with FSRS-6."""
    page = film.page

    def look(milliseconds: int) -> None:
        page.evaluate("scrollTo(0, 0)")  # a click scrolls to its button, and the curve is what it is about
        film.frame(milliseconds)

    look(READ)
    mark = page.locator(".drag-mark").first
    mark.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
        look(GLANCE)
    look(LOOK)
    for _ in range(5):
        page.keyboard.press("ArrowUp")
        look(GLANCE)
    look(LOOK)
    page.get_by_role("button", name="Skip to the due date").click()
    look(LOOK)
    for rating in ("Good", "Again", "Good"):
        page.get_by_role("button", name=rating).first.click()
        look(LOOK)
        page.get_by_role("button", name="Skip to the due date").click()
        look(LOOK)
    page.get_by_label("Compare with FSRS-6").check()
    look(READ)
    cursor = page.get_by_role("slider", name="Read recall off the curve").first
    cursor.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
        look(GLANCE)
    look(READ)


def _plan(film: Film) -> None:
    """Look at a collection, and simulate a year."""
    page = film.page
    scenes.go(page, "Plan")
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    film.frame(LOOK)
    page.get_by_role("button", name="Try it with a sample").click()
    simulate = page.get_by_role("button", name="Simulate the year")
    expect(simulate).to_be_visible(timeout=scenes.SIMULATED)
    for title in ("What is in it", "The next year"):
        page.get_by_role("heading", name=title).evaluate("(heading) => heading.scrollIntoView()")
        film.frame(READ)
    simulate.click()
    expect(page.get_by_role("button", name="Simulate again")).to_be_visible(timeout=scenes.SIMULATED)
    page.get_by_text("most knowledge per minute").evaluate("(text) => text.scrollIntoView()")
    film.frame(READ)
    for measure in ("Cards known", "Known per hour"):
        page.get_by_label(measure).check(force=True)
        film.frame(LOOK)


def _study(film: Film) -> None:
    """Study some words."""
    page = film.page
    open_page(page)
    page.get_by_role("button", name="Continue").click()
    film.frame(LOOK)
    page.get_by_role("button", name="Try 20 Spanish words").click()
    begin(page, "Spanish words")
    film.frame(LOOK)
    for rating in (3, 4, 1):
        answer(page, rating)
        film.frame(LOOK)
    page.get_by_role("button", name="Show the answer").click()
    film.frame(READ)


def _service(film: Film) -> None:
    """Connect, and look at how right the predictions were."""
    scenes.service(film.page)
    film.frame(READ)


def _operate(film: Film) -> None:
    """Look at what the owner sees."""
    scenes.operate(film.page)
    film.page.evaluate("scrollTo(0, 0)")
    film.frame(READ)
    film.page.get_by_role("heading", name="Models").evaluate("(heading) => heading.scrollIntoView()")
    film.frame(READ)
