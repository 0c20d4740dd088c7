"""Flashcards in the terminal: a CSV deck, studied with a Recall service that remembers the learner."""

import argparse
import csv
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recall_client import Client, History, Learner, NotFoundError, StudyReview

LOCAL = Path(__file__).parents[1] / ".local" / "outputs.json"  # of `make up`
RATINGS = {"1": "again", "2": "hard", "3": "good", "4": "easy"}


def buttons(recall: Client, learner: Learner, card: str) -> str:
    """Return the ratings, and how long after each the card would come back."""
    try:
        rated = learner.card(card, for_each_rating=True).for_each_rating
        days = [getattr(rated, name).interval_days for name in RATINGS.values()]
    except NotFoundError:  # a new card
        schedule = recall.schedule_each_rating(History(reviews=[]))
        days = [getattr(schedule, name)[0].interval_days for name in RATINGS.values()]
    spans = [f"{n:.0f} d" if n >= 1 else f"{n * 24 * 60:.0f} min" for n in days]
    return "  ".join(f"{key} {RATINGS[key]} ({span})" for key, span in zip(RATINGS, spans, strict=True))


def study(recall: Client, learner: Learner, deck: dict[str, str], queue: list[str]) -> None:
    """Show one card after the other, and those that were failed again at the end."""
    answered, key = [], ""
    while queue and key != "q":
        input(f"\n{queue[0]} ")
        key = input(f"{deck[queue[0]]}\n{buttons(recall, learner, queue[0])}  u undo  q quit: ")
        if key in RATINGS:
            review = StudyReview(card=queue[0], rating=int(key), reviewed_at=datetime.now().astimezone())
            answered.append(learner.study(review))
            queue = queue[1:] + (queue[:1] if key == "1" else [])
        elif key == "u" and answered:
            last = answered.pop()
            learner.undo(last.event_id)
            queue = [last.card] + [card for card in queue if card != last.card]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deck", type=argparse.FileType(encoding="utf-8"), help="CSV: front,back")
    parser.add_argument("--learner", default="me", help="id of the learner")
    parser.add_argument("--new", type=int, default=10, help="how many new cards at most")
    options = parser.parse_args()
    deck = {row["front"]: row["back"] for row in csv.DictReader(options.deck)}
    local = json.loads(LOCAL.read_text()) if LOCAL.exists() else {}
    endpoint = os.environ.get("RECALL_ENDPOINT") or local["endpoint"]
    with Client(endpoint, os.environ.get("RECALL_API_KEY") or local["api_key"]) as recall:
        learner = recall.learner(options.learner)
        due = [card.card for card in learner.due(limit=1000).cards if card.card in deck]
        known = {review.card for review in learner.export()}
        new = [card for card in deck if card not in known]
        study(recall, learner, deck, due + new[: options.new])
        if coming := learner.due(limit=1000, until=datetime.now(UTC) + timedelta(days=60)).cards:
            print(f"Next card: {min(card.due_at for card in coming).astimezone():%A %d %B, %H:%M}")
