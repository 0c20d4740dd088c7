"""Every route: what it takes, what it answers. The rest of the package only gets requests here and back."""

from __future__ import annotations

from json.encoder import encode_basestring_ascii as quote

from inference.answers import Answer, encode
from inference.errors import MethodNotAllowedError, UnknownPathError
from inference.validation import MAXIMUM_CARDS, parse_body, read_request
from recall.artifact import describe_features
from recall.offset import next_offset, shifted

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from inference.model_store import ModelStore

    Event = dict[str, Any]
    Route = Callable[[Event, ModelStore], Answer]


def predict(event: Event, store: ModelStore) -> Answer:
    """``POST /v1/predict``: the recall probability of one card, or of each card of a list, in order.

    A learner's offset moves them all. From cards that come with their outcome, the learner's next offset is
    answered: the outcomes count one after the other, in the order of the list.
    """
    request = read_request(parse_body(event))
    model = store.current()
    offset = request.learner_offset
    own = model.predict(request.cards)
    shown = [shifted(p, offset) for p in own] if offset else own
    # Put together as text, for speed; repr() of a float is JSON.
    version = f'"model_version": {quote(model.version)}'
    following = ""
    if request.outcomes:
        for p, outcome in zip(own, request.outcomes, strict=True):
            if outcome is not None:
                offset = next_offset(offset, p, recalled=outcome)
        following = f', "next_learner_offset": {offset!r}'
    if request.batch:
        results = ", ".join([f'{{"recall_probability": {p!r}, {version}}}' for p in shown])
        body = f'{{"results": [{results}], {version}{following}}}'
    else:
        body = f'{{"recall_probability": {shown[0]!r}, {version}{following}}}'
    return Answer(200, body, model_version=model.version, predictions=len(shown))


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
    """``GET /v1/health``: 200 when predictions can be answered, else the 503 that they get too."""
    version = store.current().version
    return Answer(200, encode({"status": "ok", "model_version": version}), model_version=version)


ROUTES: dict[str, dict[str, Route]] = {
    "/v1/predict": {"POST": predict},
    "/v1/model": {"GET": describe_model},
    "/v1/health": {"GET": health},
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
