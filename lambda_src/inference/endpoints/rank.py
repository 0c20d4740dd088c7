"""``POST /v1/rank``: the order in which to review a deck."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from inference.answers import Answer
from inference.body import parse_body
from inference.forgetting import curves_of, three_inputs
from inference.requests.rank import RankRequest
from recall.offset import shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.model_store import LoadedModel, ModelStore


def rank(event: dict[str, Any], store: ModelStore) -> Answer:
    """Answer the cards' places in the request, the most urgent first; ties in the order sent."""
    request = RankRequest(parse_body(event))
    model = store.current()
    if request.by_loss:
        now, losses = _now_and_losses(request, model)
        order = sorted(range(len(now)), key=losses.__getitem__, reverse=True)[: request.limit]
        entries = [
            f'{{"index": {i}, "recall_probability": {now[i]!r}, "expected_loss": {losses[i]!r}}}'
            for i in order
        ]
    else:
        now = _now(request, model)
        order = sorted(range(len(now)), key=now.__getitem__)[: request.limit]
        entries = [f'{{"index": {i}, "recall_probability": {now[i]!r}}}' for i in order]
    # Put together as text, for speed; repr() of a float is JSON.
    body = f'{{"ranking": [{", ".join(entries)}], "model_version": {quote(model.version)}}}'
    return Answer(200, body, model_version=model.version, predictions=len(now))


def _now(request: RankRequest, model: LoadedModel) -> list[float]:
    """Recall of each card now."""
    cards: Any = request.cards  # of three inputs only, unless they are mixed
    if request.mixed:
        own = curves_of(model, cards).recall([three_inputs(card)[0] for card in cards])
    else:
        own = model.predict(cards)
    return [shifted(p, request.learner_offset) for p in own]


def _now_and_losses(request: RankRequest, model: LoadedModel) -> tuple[list[float], list[float]]:
    """Recall of each card now, and what it loses by this time tomorrow."""
    curves, offset = curves_of(model, request.cards), request.learner_offset
    days = [three_inputs(card)[0] for card in request.cards]
    now = [shifted(p, offset) for p in curves.recall(days)]
    tomorrow = [shifted(p, offset) for p in curves.recall([day + 1 for day in days])]
    # Recall that rises is no loss; and rounding alone could make one of nothing negative.
    return now, [max(0.0, p - later) for p, later in zip(now, tomorrow, strict=True)]
