"""Every route: what it takes, what it answers. The rest of the package only gets requests here and back."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from inference.answers import Answer, encode
from inference.body import parse_body
from inference.errors import MethodNotAllowedError, UnknownPathError
from inference.validation import MAXIMUM_CARDS, PredictRequest
from recall.artifact import describe_features
from recall.features import FEATURE_NAMES
from recall.offset import next_offset, shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from inference.model_store import LoadedModel, ModelStore

    Event = dict[str, Any]
    Route = Callable[[Event, ModelStore], Answer]
    ThreeInputs = tuple[float, float, float]


def predict(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/predict``: the recall probability of one card, or of each card of a list, in order.

    A learner's offset moves them all. From cards that come with their outcome, the learner's next offset is
    answered: the outcomes count one after the other, in the order of the list.
    """
    request = PredictRequest(parse_body(event))
    model = store.current()
    offset = request.learner_offset
    # Put together as text, for speed; repr() of a float is JSON.
    version = f'"model_version": {quote(model.version)}'
    own, tails = _answers(request, model, version)
    shown = [shifted(p, offset) for p in own] if offset else own
    following = ""
    if request.outcomes:
        for p, outcome in zip(own, request.outcomes, strict=True):
            if outcome is not None:
                offset = next_offset(offset, p, recalled=outcome)
        following = f', "next_learner_offset": {offset!r}'
    if request.batch:
        results = [f'{{"recall_probability": {p!r}, {tail}}}' for p, tail in zip(shown, tails, strict=True)]
        body = f'{{"results": [{", ".join(results)}], {version}{following}}}'
    else:
        body = f'{{"recall_probability": {shown[0]!r}, {tails[0]}{following}}}'
    return Answer(200, body, model_version=model.version, predictions=len(shown))


def _answers(request: PredictRequest, model: LoadedModel, version: str) -> tuple[list[float], list[str]]:
    """Return each card's own probability, and what is said beside it."""
    cards: Any = request.cards  # of three inputs only, unless they are mixed
    if request.mixed:
        from inference.endpoints.predict_mixed import predict_mixed  # noqa: PLC0415 - only with histories

        own, inputs, kinds = predict_mixed(model, cards)
        notes = _notes("", inputs, model)
        return own, [f'"model": "{kind}", {version}{note}' for kind, note in zip(kinds, notes, strict=True)]
    return model.predict(cards), _notes(f'"model": "three_inputs", {version}', cards, model)


def _notes(text: str, cards: list[ThreeInputs], model: LoadedModel) -> list[str]:
    """For each card, append to a text which inputs are beyond what the model was trained on, if any are."""
    (low_days, high_days), (low_count, high_count), (low_difficulty, high_difficulty) = model.ranges
    return [
        text
        if low_days <= card[0] <= high_days
        and low_count <= card[1] <= high_count
        and low_difficulty <= card[2] <= high_difficulty
        else text + _out_of_range(card, model.ranges)
        for card in cards
    ]


def _out_of_range(card: ThreeInputs, ranges: tuple[tuple[float, float], ...]) -> str:
    bounded = zip(FEATURE_NAMES, card, ranges, strict=True)
    names = [name for name, value, (lowest, highest) in bounded if not lowest <= value <= highest]
    return f', "out_of_range": {encode(names)}'


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
