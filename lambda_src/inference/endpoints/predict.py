"""``POST /v1/predict``: recall probabilities now."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from http_kit.response import Response, encode
from inference.forgetting import curves_of
from inference.learner import LEARNER_STATE, Learner
from inference.out_of_range import inputs_out_of_range, within
from inference.validation import EXAMPLE, PredictRequest

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from inference.cards import Card
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore


def predict(request: Request, store: ModelStore) -> Response:
    """``POST /v1/predict``: the recall probability of one card, or of each card of a list, in order.

    All are for the learner as sent, before any outcome of this request.
    """
    body = request.json(EXAMPLE)
    asked = PredictRequest(body)
    model = store.current()
    learner = Learner(body, model)
    cards = asked.cards
    days = [card.inputs[0] if card.inputs else 0.0 for card in cards]
    probabilities = curves_of(model, cards, learner.state).recall(days)
    # Put together as text, for speed; repr() of a float is JSON.
    version = f'"model_version": {quote(model.version)}'
    notes = _notes(asked, model, version)
    results = [f'"recall_probability": {p!r}, {note}' for p, note in zip(probabilities, notes, strict=True)]
    learned = learner.after(cards, asked.outcomes)
    ending = f', "{LEARNER_STATE}": {encode(learned[LEARNER_STATE])}' if learned else ""
    if asked.batch:
        text = f'{{"results": [{{{"}, {".join(results)}}}], {version}{ending}}}'
    else:
        text = f"{{{results[0]}{ending}}}"
    return Response(200, text, facts={"predictions": len(cards), "model_version": model.version})


def _notes(request: PredictRequest, model: LoadedModel, version: str) -> list[str]:
    """Return what is said of each card beside its probability, as JSON members."""
    usual, ranges = f'"model": "three_inputs", {version}', model.ranges
    if not request.mixed:
        return [
            usual if within(card, ranges) else usual + _out_of_range(card, model) for card in request.cards
        ]
    notes = []
    for card in request.cards:
        note = f'"model": "{card.model_part(model.artifact)}", {version}'
        if card.new:
            note += ', "new": true'
        elif not within(card, ranges):
            note += _out_of_range(card, model)
        notes.append(note)
    return notes


def _out_of_range(card: Card, model: LoadedModel) -> str:
    return f', "out_of_range": {encode(inputs_out_of_range(card, model.ranges))}'
