"""The Study page as a learner uses it, in front of a real memory."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.robustness.gateway import API_KEY

ANIMALS = {"dog": "Hund", "cat": "Katze", "bird": "Vogel", "mouse": "Maus", "horse": "Pferd", "cow": "Kuh"}
DECK = "id,front,back\n" + "".join(f"{name},{german},{name}\n" for name, german in ANIMALS.items())
RATINGS = {1: "Again", 2: "Hard", 3: "Good", 4: "Easy"}


def sign_up(page: Any, learner: str) -> None:
    """Open the Study page, and give the learner's id, which is asked for once."""
    open_page(page)
    page.get_by_label("Learner id").fill(learner)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Decks")).to_be_visible()


def open_page(page: Any) -> None:
    """Open the Study page."""
    page.get_by_role("link", name="Study", exact=True).click()


def import_deck(page: Any, text: str = DECK, name: str = "animals.csv") -> None:
    """Import a deck out of a file."""
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("status").filter(has_text="in the deck now")).to_be_visible()


def connect(page: Any, key: str = API_KEY) -> None:
    """Give the key on the Service page, and come back."""
    page.get_by_role("link", name="Connect to a service").click()
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("button", name="Connect", exact=True)).to_be_hidden()
    open_page(page)


def ready(page: Any, learner: str) -> None:
    """Sign up, import the deck and connect."""
    sign_up(page, learner)
    import_deck(page)
    connect(page)
    all_sent(page)


def begin(page: Any, deck: str = "animals") -> None:
    """Begin to study a deck."""
    page.get_by_role("button", name=f"Study {deck}", exact=True).click()
    expect(page.get_by_role("button", name="Show the answer")).to_be_visible()


def answer(page: Any, rating: int) -> None:
    """Answer the card on the screen, with the pointer."""
    done, _, all_cards = page.locator(".session-bar .quiet").inner_text().partition(" of ")
    page.get_by_role("button", name="Show the answer").click()
    page.get_by_role("button", name=re.compile(f"^{RATINGS[rating]}")).click()
    expect(page.locator(".session-bar .quiet")).to_have_text(f"{int(done) + 1} of {all_cards}")


def all_sent(page: Any) -> None:
    """Wait until every review is at the service."""
    expect(page.get_by_text("All reviews are at the service.")).to_be_visible()


def fact(page: Any, name: str) -> str:
    """Return one of today's facts."""
    return str(page.locator(".facts div").filter(has_text=name).locator("dd").inner_text())
