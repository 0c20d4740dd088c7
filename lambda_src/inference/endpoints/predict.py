"""``POST /v1/predict``: recall probabilities now."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from http_kit.response import Response, encode
from inference.cards import as_object, curves_of, inputs_out_of_range, read_cards, read_list, within
from inference.fields import BESIDE, CARDS, EXAMPLE, LEARNER_STATE, MAXIMUM_CARDS
from inference.learner import Learner
from recall.learner import START

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.cards import Card
    from inference.loaded_model import LoadedModel
    from inference.model_store import ModelStore


class PredictRequest:
    """A checked prediction request.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.

    Attributes
    ----------
    cards : list of card
        In the order sent.
    batch : bool
        Whether the caller sent a list.
    mixed : bool
        Whether there are cards with reviews among them.
    outcomes : list of bool or None
        For each card, whether it was recalled, where the caller says so; empty where they say nothing.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("batch", "cards", "mixed", "outcomes")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        self.batch = CARDS in body
        cards = read_list(body, MAXIMUM_CARDS, BESIDE) if self.batch else [body]
        self.cards, self.mixed, self.outcomes = read_cards(cards, body, () if self.batch else BESIDE)


def predict(request: Request, store: ModelStore) -> Response:
    """``POST /v1/predict``: the recall probability of one card, or of each card of a list, in order.

    All are for the learner as sent, before any outcome of this request.
    """
    body = request.json(EXAMPLE)
    parsed = PredictRequest(body)
    model = store.current()
    learner = Learner(body, model) if LEARNER_STATE in body or parsed.outcomes else None
    cards = parsed.cards
    days = [card.inputs[0] if card.inputs else 0.0 for card in cards]
    probabilities = curves_of(model, cards, learner.state if learner else START).recall(days)
    # Put together as text, for speed; repr() of a float is JSON.
    version = f'"model_version": {quote(model.version)}'
    notes = _notes(parsed, model, version)
    results = [f'"recall_probability": {p!r}, {note}' for p, note in zip(probabilities, notes, strict=True)]
    ending = ""
    if learner:
        learned = learner.after(cards, parsed.outcomes)
        ending = f', "{LEARNER_STATE}": {encode(learned[LEARNER_STATE])}'
    if parsed.batch:
        text = f'{{"results": [{{{"}, {".join(results)}}}], {version}{ending}}}'
    else:
        text = f"{{{results[0]}{ending}}}"
    return Response(200, text, facts={"predictions": len(cards), "model_version": model.version})


def _notes(request: PredictRequest, model: LoadedModel, version: str) -> list[str]:
    """Return what is said of each card beside its probability, as JSON members."""
    plain, ranges = f'"model": "three_inputs", {version}', model.ranges
    if not request.mixed:
        return [
            plain if within(card, ranges) else plain + _out_of_range(card, model) for card in request.cards
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
