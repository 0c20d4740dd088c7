"""``POST /v1/reviews``: reviews of many learners."""

from __future__ import annotations

from http_kit.response import Response, describe_error, encode
from memory.request import REVIEWS, full_card
from memory.sent_reviews import BODY_EXAMPLE, LEARNER, ReviewsRequest, as_shown
from memory.taking import ACCEPTED, FULL, REPEATED
from recall.errors import InvalidInputError

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from memory.sent_reviews import SentReview
    from memory.service import Memory


def store_reviews(request: Request, memory: Memory) -> Response:
    """Store the right reviews, each once, and reject the others by name."""
    parsed = ReviewsRequest(request.json(BODY_EXAMPLE), memory.clock())
    rejected = parsed.rejected
    allowed: dict[str, list[SentReview]] = {}
    for sent in parsed.reviews:
        try:
            memory.tenants.check(request.key_id, sent.learner, f"{REVIEWS}[{sent.place}].{LEARNER}")
        except InvalidInputError as error:
            rejected[sent.place] = error
        else:
            allowed.setdefault(sent.learner, []).append(sent)
    if not allowed:
        raise rejected[min(rejected)]
    model = memory.models.current()
    counts = {ACCEPTED: 0, REPEATED: parsed.repeated}
    by_learner = {name: [as_shown(sent, model.version) for sent in some] for name, some in allowed.items()}
    for place, taken in memory.changes.study_many(by_learner, model).items():
        if taken.status == FULL:
            rejected[place] = full_card(f"{REVIEWS}[{place}]")
        else:
            counts[taken.status] += 1
    described = [
        {"index": place, "error": describe_error(error)} for place, error in sorted(rejected.items())
    ]
    facts = {**counts, "rejected": len(rejected), "model_version": model.version}
    return Response(202, encode({**counts, "rejected": described}), facts=facts)
