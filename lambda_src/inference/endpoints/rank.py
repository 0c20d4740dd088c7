"""``POST /v1/rank``: the order in which to review a deck."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from inference.answers import Answer
from inference.body import parse_body
from inference.forgetting import recall_after, shape_of, three_inputs
from inference.requests.rank import RankRequest
from recall.offset import shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from inference.model_store import ModelStore
    from recall.artifact import Artifact


def rank(event: dict[str, Any], store: ModelStore) -> Answer:
    """Answer the cards' places in the request, the most urgent first; ties in the order sent."""
    request = RankRequest(parse_body(event))
    model = store.current()
    if request.by_loss:
        now, losses = _now_and_losses(request, model.artifact)
        order = sorted(range(len(now)), key=losses.__getitem__, reverse=True)[: request.limit]
        entries = [
            f'{{"index": {i}, "recall_probability": {now[i]!r}, "expected_loss": {losses[i]!r}}}'
            for i in order
        ]
    else:
        now = _now(request, model.artifact)
        order = sorted(range(len(now)), key=now.__getitem__)[: request.limit]
        entries = [f'{{"index": {i}, "recall_probability": {now[i]!r}}}' for i in order]
    # Put together as text, for speed; repr() of a float is JSON.
    body = f'{{"ranking": [{", ".join(entries)}], "model_version": {quote(model.version)}}}'
    return Answer(200, body, model_version=model.version, predictions=len(now))


def _now(request: RankRequest, artifact: Artifact) -> list[float]:
    """Recall of each card now."""
    curve, offset = artifact.curve, request.learner_offset
    cards: Any = request.cards  # of three inputs only, unless they are mixed
    if request.mixed:
        own = [recall_after(three_inputs(card)[0], shape_of(artifact, card, curve)) for card in cards]
    else:
        own = [curve.recall_probability(*card) for card in cards]
    return [shifted(p, offset) for p in own] if offset else own


def _now_and_losses(request: RankRequest, artifact: Artifact) -> tuple[list[float], list[float]]:
    """Recall of each card now, and what it loses by this time tomorrow."""
    curve, offset = artifact.curve, request.learner_offset
    now, losses = [], []
    for card in request.cards:
        days, shape = three_inputs(card)[0], shape_of(artifact, card, curve)
        recall = shifted(recall_after(days, shape), offset)
        now.append(recall)
        # Rounding alone could make a loss of nothing negative.
        losses.append(max(0.0, recall - shifted(recall_after(days + 1, shape), offset)))
    return now, losses
