"""``/v1/learners/{learner}``: what is known of a learner, and the end of it; and the undo of a review."""

from __future__ import annotations

from http_kit.response import Response, encode
from http_kit.timestamps import as_timestamp
from memory.changes import unknown_learner
from memory.learner import CARDS, FAILURES, OUTCOMES, RETENTION_FROM, REVIEWS
from memory.request import EVENT_ID, TARGET, read_path_id
from memory.service import learner_of
from recall.learner import certainty
from recall.learner_text import encode_state

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from memory.service import Memory


def read_learner(request: Request, memory: Memory) -> Response:
    """Answer what is known of a learner: counts, retention by interval, and their state."""
    name = learner_of(request, memory)
    model = memory.models.current()
    learner, _ = memory.table.load(name)
    if learner is None:
        raise unknown_learner()
    counts, state = learner.counts, learner.state(model.artifact)
    last = as_timestamp(learner.known.last_micros / 1_000_000) if counts[REVIEWS] else None
    body: dict[str, Any] = {
        "learner": name,
        "cards": counts[CARDS],
        "reviews": counts[REVIEWS],
        "failures": counts[FAILURES],
        "retention": _retention(counts),
        "learner_state": encode_state(state, model.artifact.fingerprint) if model.artifact else None,
        "certainty": certainty(state),
        TARGET: learner.target,
        "last_reviewed_at": last,
        "model_version": model.version,
    }
    return Response(200, encode(body), facts={"model_version": model.version})


def delete_learner(request: Request, memory: Memory) -> Response:
    """Delete everything of a learner; of one who is unknown, there is nothing to delete."""
    return Response(200, encode({"cards": memory.table.erase(learner_of(request, memory))}))


def delete_review(request: Request, memory: Memory) -> Response:
    """Undo a review: learner and card are as if it had never been."""
    name, event_id = learner_of(request, memory), read_path_id(request, EVENT_ID)
    card_id, card = memory.changes.undo(name, event_id, memory.models.current())
    return Response(200, encode({EVENT_ID: event_id, "card": card_id, "reviews": len(card.reviews)}))


def _retention(counts: list[int]) -> list[dict[str, Any]]:
    """Return the outcomes on a new study day of a card, by the days since the review before."""
    groups = []
    for index, (start, end) in enumerate(zip(RETENTION_FROM, (*RETENTION_FROM[1:], None), strict=True)):
        reviews, recalled = counts[OUTCOMES + 2 * index : OUTCOMES + 2 * index + 2]
        groups.append({"from_days": start, "to_days": end, "reviews": reviews, "recalled": recalled})
    return groups
