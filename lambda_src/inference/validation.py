"""A request's body becomes the model's inputs, or an error that names the field and what is allowed.

API Gateway only checks that the body is an object: its errors name neither field nor index, these do.
"""

from __future__ import annotations

import base64
import json

from inference.errors import BodyTooLargeError, MalformedBodyError, UnsupportedMediaTypeError
from recall.errors import InvalidInputError
from recall.features import FEATURE_NAMES, FEATURES
from recall.offset import OFFSET_LIMIT

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

MAXIMUM_CARDS = 1000
MAXIMUM_BODY_BYTES = 1024 * 1024
LEARNER_OFFSET = "learner_offset"
OUTCOME = "recalled"
FEATURE_COUNT = len(FEATURES)
KNOWN = (*FEATURE_NAMES, OUTCOME)
LONGEST_ECHO = 10**18
EXAMPLE = '{"days_since_last_review": 3, "review_count": 4, "difficulty": 5.5}'


def parse_body(event: dict[str, Any]) -> Any:
    """Decode an API Gateway event's JSON body.

    Raises
    ------
    UnsupportedMediaTypeError, BodyTooLargeError, MalformedBodyError
        Each naming the header or the body.
    """
    _check_content_type(event.get("headers") or {})
    body = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True).decode()
        return _decode(body)
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError("body", f"must be JSON in UTF-8, such as {EXAMPLE}") from error


def _decode(body: str) -> Any:
    if len(body) > MAXIMUM_BODY_BYTES:
        raise BodyTooLargeError(
            "body", f"must be at most {MAXIMUM_BODY_BYTES} bytes; send fewer cards per call"
        )
    try:
        return _DECODER.decode(body)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # JSON allows whole numbers of thousands of digits, Python's int() doesn't.
        return _DECODER_OF_LONG_NUMBERS.decode(body)


def _check_content_type(headers: dict[str, str]) -> None:
    content_type = headers.get("Content-Type")
    if content_type is None:
        content_type = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
    if content_type == "application/json":
        return
    media_type, _, parameters = content_type.lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if media_type.strip() != "application/json" or charset not in {"", "utf-8"}:
        raise UnsupportedMediaTypeError("Content-Type", "must be application/json, in UTF-8")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        # Not with count(): a body of 100,000 names would take minutes.
        last = {name: index for index, (name, _) in enumerate(pairs)}
        twice = next(name for index, (name, _) in enumerate(pairs) if last[name] != index)
        raise InvalidInputError(_echo(twice), "is given twice in one object; send it once")
    return result


_RULES = [(feature.name, feature.minimum, feature.maximum, feature.integer) for feature in FEATURES]
# Made once: json.loads() with these arguments would make them anew in every call. NaN and Infinity aren't
# JSON, but become floats that no field's range holds: so they are refused by the field's name.
_DECODER = json.JSONDecoder(parse_constant=float, object_pairs_hook=_unique)
_DECODER_OF_LONG_NUMBERS = json.JSONDecoder(parse_int=float, parse_constant=float, object_pairs_hook=_unique)


class PredictRequest:
    """A checked prediction request.

    Parameters
    ----------
    cards : list of tuple of three float
        In the order of `recall.features.FEATURES`.
    batch : bool
        Whether the caller sent a list.
    learner_offset : float
        0 when the caller sent none.
    outcomes : list of bool or None
        For each card, what came of the review, where the caller says so; empty where they say nothing.
    """

    __slots__ = ("batch", "cards", "learner_offset", "outcomes")

    def __init__(self, body: dict[str, Any], cards: list[Any], *, batch: bool) -> None:
        self.learner_offset = _read_offset(body[LEARNER_OFFSET]) if LEARNER_OFFSET in body else 0.0
        if batch:
            self.cards = [_read_card(card, index) for index, card in enumerate(cards)]
        else:
            self.cards = [_read_card(cards[0], None)]
        # An outcome is the only thing that a card may hold beside the features.
        told = max(map(len, cards)) > FEATURE_COUNT
        self.outcomes = [card.get(OUTCOME) for card in cards] if told else []
        self.batch = batch


def read_request(body: Any) -> PredictRequest:
    """Check a prediction request.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """
    if not isinstance(body, dict):
        raise InvalidInputError("body", f"must be a JSON object, such as {EXAMPLE}")
    if "cards" not in body:
        if LEARNER_OFFSET in body:
            card = {name: value for name, value in body.items() if name != LEARNER_OFFSET}
            return PredictRequest(body, [card], batch=False)
        return PredictRequest(body, [body], batch=False)
    for name in body:
        if name not in {"cards", LEARNER_OFFSET}:
            raise InvalidInputError(_echo(name), 'is unknown beside "cards"; put it into a card')
    cards = body["cards"]
    if not isinstance(cards, list) or not 1 <= len(cards) <= MAXIMUM_CARDS:
        found = f"a list of {len(cards)}" if isinstance(cards, list) else _type_name(cards)
        raise InvalidInputError("cards", f"must be a list of 1 to {MAXIMUM_CARDS} cards, not {found}")
    return PredictRequest(body, cards, batch=True)


def _read_offset(offset: Any) -> float:
    if type(offset) not in (int, float) or not -OFFSET_LIMIT <= offset <= OFFSET_LIMIT:
        found = _shorten(offset) if type(offset) in (int, float) else _type_name(offset)
        allowed = f"must be a number from -{OFFSET_LIMIT:g} to {OFFSET_LIMIT:g}, 0 for a new learner"
        raise InvalidInputError(LEARNER_OFFSET, f"{allowed}, not {found}")
    return float(offset)


def _read_card(card: Any, index: int | None) -> tuple[float, float, float]:
    if not isinstance(card, dict):
        raise InvalidInputError(
            _place(index), f"must be an object, such as {EXAMPLE}, not {_type_name(card)}"
        )
    values = []
    for name, minimum, maximum, integer in _RULES:
        value: Any = card.get(name)
        # type() rather than isinstance(): true and false are no numbers here. NaN fails the comparison.
        kind = type(value)
        if (
            (kind is not int and kind is not float)
            or not minimum <= value <= maximum
            or (integer and kind is float and not value.is_integer())
        ):
            raise InvalidInputError(_place(index, name), _problem(card, name))
        values.append(value)
    if len(card) != FEATURE_COUNT:
        _check_others(card, index)
    return values[0], values[1], values[2]


def _check_others(card: dict[str, Any], index: int | None) -> None:
    """Check what a card holds beside the features: the outcome, and nothing else."""
    for name in card:
        if name not in KNOWN:
            known = ", ".join(KNOWN)
            raise InvalidInputError(_place(index, _echo(name)), f"is unknown; known are {known}")
    if type(card[OUTCOME]) is not bool:
        found = _type_name(card[OUTCOME])
        raise InvalidInputError(
            _place(index, OUTCOME), f"must be true or false, not {found}; or leave it out"
        )


def _problem(card: dict[str, Any], name: str) -> str:
    feature = FEATURES[FEATURE_NAMES.index(name)]
    kind = "a whole number" if feature.integer else "a number"
    allowed = f"must be {kind} from {feature.minimum} to {feature.maximum} ({feature.unit})"
    if feature.name not in card:
        return f"is missing; it {allowed}"
    value = card[feature.name]
    found = _type_name(value) if type(value) not in (int, float) else _shorten(value)
    return f"{allowed}, not {found}"


def _shorten(value: float) -> str:
    # A whole number of thousands of digits is valid JSON; Python refuses to print it.
    return "a number that large" if abs(value) >= LONGEST_ECHO else f"{value}"


def _echo(name: str) -> str:
    # A caller's own name may be empty or a page long.
    return name[:100] or '""'


def _place(index: int | None, name: str = "") -> str:
    if index is None:
        return name
    return f"cards[{index}].{name}" if name else f"cards[{index}]"


def _type_name(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
