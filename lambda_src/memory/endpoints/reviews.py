"""``POST /v1/reviews``: reviews of many learners, as the intake takes them, into the memory."""

from __future__ import annotations

from http_kit.response import Response, describe_error, encode
from intake.request import BODY_EXAMPLE, REVIEWS, ReviewsRequest
from memory.changes import ACCEPTED, FULL, REPEATED, Sent
from memory.request import full_card, micros_of, minutes_of, study_days
from memory.reviews import Review
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from memory.service import Memory


def store_reviews(request: Request, memory: Memory) -> Response:
    """Store the right reviews, each once, and reject the others by name; one learner after the other."""
    read = ReviewsRequest(request.json(BODY_EXAMPLE), memory.clock())
    rejected: dict[int, InvalidInputError] = dict(read.rejected)
    by_learner: dict[str, list[Sent]] = {}
    days = study_days({})
    for place, review in zip(read.places, read.reviews, strict=True):
        try:
            memory.tenants.check(request.key_id, review.learner, f"{REVIEWS}[{place}].learner")
        except InvalidInputError as error:
            rejected[place] = error
            continue
        at = review.reviewed_at
        kept = Review(
            micros_of(at),
            review.event_id,
            review.rating,
            minutes_of(at),
            days.shift_of(at),
            None,
            review.recall_probability,
            0,
        )
        by_learner.setdefault(review.learner, []).append(Sent(place, review.card, kept))
    if not by_learner:
        raise rejected[min(rejected)]
    model = memory.models.current()
    counts = {ACCEPTED: 0, REPEATED: read.repeated}
    for learner, sent in by_learner.items():
        for place, taken in memory.changes.study(learner, sent, model)[1].items():
            if taken.status == FULL:
                rejected[place] = full_card(f"{REVIEWS}[{place}]")
            else:
                counts[taken.status] += 1
    described = [
        {"index": place, "error": describe_error(error)} for place, error in sorted(rejected.items())
    ]
    facts = {**counts, "rejected": len(rejected)}
    return Response(202, encode({**facts, "rejected": described}), facts=facts)
