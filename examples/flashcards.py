"""Flashcards in the terminal: a CSV deck, studied with a Recall service that remembers the learner."""

import argparse
import csv
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from recall_client import Client, History, Learner, NotFoundError, RatedSchedule, StudyReview

RATINGS = {"1": "again", "2": "hard", "3": "good", "4": "easy"}


def buttons(learner: Learner, card: str, new: RatedSchedule) -> str:
    """Return the ratings, and how long after each the card would come back."""
    try:
        rated = learner.card(card, for_each_rating=True).for_each_rating
        days = [getattr(rated, name).interval_days for name in RATINGS.values()]
    except NotFoundError:  # it is new
        days = [getattr(new, name)[0].interval_days for name in RATINGS.values()]
    spans = [f"{n:.0f} d" if n >= 1 else f"{n * 24 * 60:.0f} min" for n in days]
    return "  ".join(f"{key} {RATINGS[key]} ({span})" for key, span in zip(RATINGS, spans, strict=True))


def study(learner: Learner, deck: dict[str, str], queue: list[str], new: RatedSchedule) -> None:
    """Show one card after the other, and those that were failed again at the end."""
    answered, key = [], ""
    while queue and key != "q":
        input(f"\n{queue[0]} ")
        key = input(f"{deck[queue[0]]}\n{buttons(learner, queue[0], new)}  u undo  q quit: ")
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
    local = json.loads(Path(".local/outputs.json").read_text()) if "RECALL_ENDPOINT" not in os.environ else {}
    endpoint = os.environ.get("RECALL_ENDPOINT") or local["endpoint"]
    with Client(endpoint, os.environ.get("RECALL_API_KEY") or local["api_key"]) as recall:
        learner = recall.learner(options.learner)
        queue = [card.card for card in learner.due(limit=1000).cards if card.card in deck]
        known = {review.card for review in learner.export()}
        queue += [card for card in deck if card not in known][: options.new]
        state = learner.describe().learner_state if known else None
        study(learner, deck, queue, recall.schedule_each_rating(History(reviews=[]), learner_state=state))
        if coming := learner.due(limit=1000, until=datetime.now(UTC) + timedelta(days=60)).cards:
            print(f"Next card: {min(card.due_at for card in coming).astimezone():%A %d %B, %H:%M}")
