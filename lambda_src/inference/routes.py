"""Every route: what it takes, what it answers. The rest of the package only gets requests here and back."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from inference.answers import Answer, encode
from inference.body import parse_body
from inference.errors import MethodNotAllowedError, UnknownPathError
from inference.forgetting import curves_of
from inference.learner import LEARNER_STATE, Learner
from inference.out_of_range import inputs_out_of_range, within
from inference.validation import MAXIMUM_CARDS, PredictRequest
from recall.artifact import describe_features

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from inference.cards import Card
    from inference.model_store import LoadedModel, ModelStore

    Event = dict[str, Any]
    Route = Callable[[Event, ModelStore], Answer]


def predict(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/predict``: the recall probability of one card, or of each card of a list, in order.

    All are for the learner as sent, before any outcome of this request.
    """
    body = parse_body(event)
    request = PredictRequest(body)
    model = store.current()
    learner = Learner(body, model)
    cards = request.cards
    days = [card.inputs[0] if card.inputs else 0.0 for card in cards]
    probabilities = curves_of(model, cards, learner.state).recall(days)
    # Put together as text, for speed; repr() of a float is JSON.
    version = f'"model_version": {quote(model.version)}'
    notes = _notes(request, model, version)
    results = [f'"recall_probability": {p!r}, {note}' for p, note in zip(probabilities, notes, strict=True)]
    learned = learner.after(cards, request.outcomes)
    ending = f', "{LEARNER_STATE}": {encode(learned[LEARNER_STATE])}' if learned else ""
    if request.batch:
        text = f'{{"results": [{{{"}, {".join(results)}}}], {version}{ending}}}'
    else:
        text = f"{{{results[0]}{ending}}}"
    return Answer(200, text, model_version=model.version, predictions=len(cards))


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


def describe_model(_event: Event, store: ModelStore) -> Answer:
    """``GET /v1/model``: which model answers, what it was trained on, how good it was, what it takes."""
    model = store.current()
    description = {
        "model_version": model.version,
        "trained_at": model.trained_at,
        **model.description,
        "features": describe_features(),
        "maximum_cards": MAXIMUM_CARDS,
    }
    return Answer(200, encode(description), model_version=model.version)


def health(_event: Event, store: ModelStore) -> Answer:
    """``GET /v1/health``: 200 when predictions can be answered, else the 503 that they get too.

    Degraded while the lake's newest model can't be loaded and the last good one answers.
    """
    version = store.current().version
    trouble = store.trouble
    found = {"status": "ok", "model_version": version, "degraded": trouble is not None}
    if trouble is not None:
        found |= {"reason": trouble.reason, "since": trouble.since}
    return Answer(200, encode(found), model_version=version)


def schedule(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/schedule``: when each card is due."""
    from inference.endpoints import schedule as endpoint  # noqa: PLC0415 - a prediction needs none of it

    return endpoint.schedule(event, store)


def curve(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/curve``: how a card's recall falls."""
    from inference.endpoints import curve as endpoint  # noqa: PLC0415 - a prediction needs none of it

    return endpoint.curve(event, store)


def rank(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/rank``: the order in which to review a deck."""
    from inference.endpoints import rank as endpoint  # noqa: PLC0415 - a prediction needs none of it

    return endpoint.rank(event, store)


def reviews(_event: Event, _store: ModelStore) -> Answer:
    """``POST /v1/reviews``, where it comes here: this deployment collects none; the intake function does."""
    problem = "/v1/reviews is off; the deployment's owner sets reviews_retention_days in cdk.json to collect"
    raise UnknownPathError("path", problem)


def quality(_event: Event, _store: ModelStore) -> Answer:
    """``GET /v1/quality``, where it comes here: without reviews nobody knows; else the intake answers."""
    problem = "/v1/quality is off; the deployment's owner sets reviews_retention_days in cdk.json to measure"
    raise UnknownPathError("path", problem)


def document(event: Event, _store: ModelStore) -> Answer:
    """``GET /v1/openapi.json``: this API as an OpenAPI document."""
    from inference.endpoints import document as endpoint  # noqa: PLC0415 - a prediction needs none of it

    return endpoint.document(event)


def docs(event: Event, _store: ModelStore) -> Answer:
    """``GET /v1/docs``: the document as a page."""
    from inference.endpoints import docs as endpoint  # noqa: PLC0415 - a prediction needs none of it

    return endpoint.docs(event)


ROUTES: dict[str, dict[str, Route]] = {
    "/v1/predict": {"POST": predict},
    "/v1/schedule": {"POST": schedule},
    "/v1/curve": {"POST": curve},
    "/v1/rank": {"POST": rank},
    "/v1/reviews": {"POST": reviews},
    "/v1/quality": {"GET": quality},
    "/v1/model": {"GET": describe_model},
    "/v1/health": {"GET": health},
    "/v1/openapi.json": {"GET": document},
    "/v1/docs": {"GET": docs},
}


def find_route(method: str, path: str) -> Route:
    """Return the route of a request.

    Raises
    ------
    UnknownPathError, MethodNotAllowedError
        Naming what there is instead.
    """
    methods = ROUTES.get(path)
    if methods is None:
        raise UnknownPathError("path", f"is unknown; known are {', '.join(ROUTES)}")
    if method not in methods:
        raise MethodNotAllowedError(path, tuple(methods))
    return methods[method]
