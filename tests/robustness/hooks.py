"""What schemathesis is told beyond the OpenAPI document.

Some of what a body must fulfil, JSON Schema can't say: no review may be after `now` or more than 36,500 days
before it, none that is to be stored before 1970, and `max_interval` is at least `min_interval`. Without that,
most generated histories would be refused, rightly, and the code behind them would go untested. And a refusal
names a field, though its schema allows null.
"""

from typing import Any

import schemathesis

BOUNDS = ("min_interval", "max_interval")


@schemathesis.hook
def map_case(_context: schemathesis.HookContext, case: schemathesis.Case) -> schemathesis.Case:
    """Return the case, if it is a valid one, with times that follow each other and bounds in their order."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.body = _related(case.body)
    return case


@schemathesis.check
def refusal_names_a_field(
    _context: schemathesis.CheckContext, response: schemathesis.Response, _case: schemathesis.Case
) -> None:
    """Fail on a refusal without a field; only calls that come too fast have none."""
    if 400 <= response.status_code < 500 and response.status_code != 429:
        assert response.json()["error"]["field"]


def _related(body: Any) -> Any:
    body = _with_times(body)
    if isinstance(body, dict) and set(BOUNDS) <= set(body):
        return body | dict(zip(BOUNDS, sorted(body[name] for name in BOUNDS), strict=True))
    return body


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
