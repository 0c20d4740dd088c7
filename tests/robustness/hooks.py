"""What schemathesis must know beyond the OpenAPI document.

Some of what a body must fulfil, JSON Schema can't say: no review may be after `now` or more than 36,500 days
before it, none that is to be stored before 1970, bounds of intervals are in order, a time zone exists, a
learner's state is one, `for_each_rating` needs cards with reviews, and a text has something to read. Without
that, most generated requests would be refused, rightly, and the code behind them would go untested; so would
it if what is read and deleted were never what was stored. And a refusal names a field, though its schema
allows null.
"""

import json
from typing import Any

import schemathesis

from recall.learner import START
from recall.learner_text import encode_state

BOUNDS = ("min_relearning_interval", "min_interval", "max_interval")
REAL = {"time_zone": "America/St_Johns", "learner_state": encode_state(START, 0)}
MOST_TARGETS = 3  # with `for_each_rating`
LEARNER, CARD = "ada", "gato"  # of whom reviews are stored; who is deleted is somebody else


@schemathesis.hook
def map_case(_context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Return the case, if it is a valid one, with times that follow each other and bounds in their order."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.body = _readable(_related(case.body))
        if case.path_parameters:
            case.path_parameters = _remembered(case.method, case.path_parameters)
            case.body = _of_card(case.body)
        if case.query and "until" in case.query:
            case.query["until"] = f"2024{case.query['until'][4:]}"  # a leap year, as all years may be
    return case


@schemathesis.deserializer("application/jsonl")
def json_lines(_context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """Return JSON lines as the list that their schema is of."""
    return [json.loads(line) for line in response.content.decode().splitlines()]


@schemathesis.check
def refusal_names_a_field(
    _context: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case
) -> None:
    """Fail on a refusal without a field; only calls that come too fast have none."""
    if 400 <= response.status_code < 500 and response.status_code != 429:
        assert response.json()["error"]["field"]


def _remembered(method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    if method == "DELETE":
        return parameters | {"learner": "bob" if len(parameters) == 1 else LEARNER}
    return {name: {"learner": LEARNER, "card": CARD}[name] for name in parameters}


def _of_card(body: Any) -> Any:
    """Return a body of the memory whose first review is one of the card that is read elsewhere."""
    if not isinstance(body, dict) or "reviews" not in body:
        return body
    first, *others = body["reviews"]
    return body | {"reviews": [first | {"card": CARD}, *others]}


def _readable(body: Any) -> Any:
    """Return a body whose texts have a letter, and aren't longer for it."""
    if not isinstance(body, dict):
        return body
    lists = {name: body[name] for name in ("texts", "among") if name in body}
    return body | {name: [f"a{text[1:]}" for text in texts] for name, texts in lists.items()}


def _related(body: Any) -> Any:
    body = _with_times(body)
    if not isinstance(body, dict):
        return body
    sent = [name for name in BOUNDS if name in body]
    bounds = dict(zip(sent, sorted(body[name] for name in sent), strict=True))
    real = {name: value for name, value in REAL.items() if isinstance(body.get(name), str)}
    related = body | bounds | real
    return related if _allows_each_rating(related) else related | {"for_each_rating": False}


def _allows_each_rating(body: dict[str, Any]) -> bool:
    """Return whether ``for_each_rating`` is allowed: all cards have reviews, and there are few targets."""
    targets = body.get("target_recall")
    few = not isinstance(targets, list) or len(targets) <= MOST_TARGETS
    cards = body.get("cards", [body])
    sent = "for_each_rating" in body
    return not sent or (few and all("reviews" in card and "rating" not in card for card in cards))


def _with_times(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _with_times(child, key) for key, child in value.items()}
    if isinstance(value, list):
        return [_with_times(child) for child in value]
    if name == "reviewed_at":
        return f"{1972 + int(value[:4]) % 4}{value[4:]}"
    if name in {"now", "at", "last_review_at"}:
        return f"{_year(int(value[:4]), name)}{value[4:]}"
    return value


def _year(year: int, name: str) -> int:
    """Return a year before every `now`; for `now` itself, one after all of those. Leap years stay such."""
    return 2024 + year % 4 if name == "now" else 1932 + (year - 1900) % 88
