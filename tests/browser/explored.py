"""Cards to explore: links to them, and what the real service says of them."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.robustness.gateway import API_KEY

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
# Whole days apart, so that FSRS-6's days are the same by the clock and by the calendar.
REVIEWS = ((40, 3), (37, 4), (27, 1), (26, 3), (20, 2), (6, 3))


def base36(number: int) -> str:
    """Return a whole number as links have it."""
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
    return text


def link(**parameters: str) -> str:
    """Return the address of the page for the card of `REVIEWS`, or what is given instead."""
    card = ".".join(f"{rating}{base36(days * 86_400)}" for days, rating in REVIEWS)
    values = {"n": base36(int(NOW.timestamp())), "z": "UTC", "a": card, "t": "90"} | parameters
    return f"#/explore?{urlencode(values)}"


def history(reviews: tuple[tuple[float, int], ...] = REVIEWS) -> dict[str, Any]:
    """Return the request of the same card."""
    sent = [{"at": (NOW - timedelta(days=days)).isoformat(), "rating": rating} for days, rating in reviews]
    return {"reviews": sent, "now": NOW.isoformat(), "time_zone": "UTC"}


def call(endpoint: str, path: str, body: Any) -> Any:
    """Return the service's response to a request."""
    response = httpx.post(f"{endpoint}{path}", json=body, headers={"x-api-key": API_KEY}, trust_env=False)
    return response.raise_for_status().json()


def percent(probability: float, digits: int = 1) -> str:
    """Return a probability as the page writes it in English."""
    return f"{round(100 * probability, digits):g}%"


def table(page: Any) -> list[list[str]]:
    """Return the rows of the first chart's table."""
    rows = page.locator(".chart-table tbody tr").all()
    return [[cell.text_content() for cell in row.locator("th, td").all()] for row in rows]


def line_points(page: Any, series: str) -> list[tuple[float, float]]:
    """Return the points of a line of the first chart, as (pixels from the left, recall)."""
    path = page.locator(f".chart .line.series-{series}").first.get_attribute("d")
    labels = page.locator(".chart .axis.grid text").all_text_contents()
    bottom = min(float(label.rstrip("%")) for label in labels) / 100
    height = float(page.locator(".cursor-area").first.get_attribute("height"))
    numbers = re.findall(r"[ML]([-\d.]+),([-\d.]+)", path)
    return [(float(x), 1 - float(y) / height * (1 - bottom)) for x, y in numbers]


def teeth(points: list[tuple[float, float]]) -> list[float]:
    """Return recall at the end of each segment of a sawtooth but the last: where the line jumps up."""
    return [before[1] for before, after in pairwise(points) if before[0] == after[0] and after[1] > before[1]]
