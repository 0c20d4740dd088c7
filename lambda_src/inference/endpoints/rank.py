"""``POST /v1/rank``: the order in which to review a deck."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from http_kit.response import Response, encode
from inference.forgetting import curves_of
from inference.learner import LEARNER_STATE, Learner
from inference.out_of_range import inputs_out_of_range, within
from inference.requests.rank import RankRequest
from inference.validation import EXAMPLE

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore
    from recall.learner import LearnerState


def rank(request: Request, store: ModelStore) -> Response:
    """Answer the cards' places in the request, the most urgent first; ties in the order sent."""
    body = request.json(EXAMPLE)
    asked = RankRequest(body)
    model = store.current()
    learner = Learner(body, model)
    now, losses = _now_and_losses(asked, model, learner.state)
    if losses:
        order = sorted(range(len(now)), key=losses.__getitem__, reverse=True)
    else:
        order = sorted(range(len(now)), key=now.__getitem__)
    # Put together as text, for speed; repr() of a float is JSON.
    entries = []
    for i in order[: asked.limit]:
        entry = f'{{"index": {i}, "recall_probability": {now[i]!r}'
        if losses:
            entry += f', "expected_loss": {losses[i]!r}'
        if not within(asked.cards[i], model.ranges):
            entry += f', "out_of_range": {encode(inputs_out_of_range(asked.cards[i], model.ranges))}'
        entries.append(entry)
    ending = f'"model_version": {quote(model.version)}'
    learned = learner.after(asked.cards, asked.outcomes)
    if learned:
        ending += f', "{LEARNER_STATE}": {encode(learned[LEARNER_STATE])}'
    text = f'{{"ranking": [{"}, ".join(entries)}}}], {ending}}}'
    return Response(200, text, facts={"predictions": len(now), "model_version": model.version})


def _now_and_losses(
    request: RankRequest, model: LoadedModel, state: LearnerState
) -> tuple[list[float], list[float]]:
    """Return recall of each card now, and what it loses by this time tomorrow where that is wanted."""
    curves = curves_of(model, request.cards, state)
    days = [card.inputs[0] if card.inputs else 0.0 for card in request.cards]
    now = curves.recall(days)
    if not request.by_loss:
        return now, []
    tomorrow = curves.recall([day + 1 for day in days])
    # Recall that rises is no loss; and rounding alone could make one of nothing negative.
    return now, [max(0.0, p - later) for p, later in zip(now, tomorrow, strict=True)]
