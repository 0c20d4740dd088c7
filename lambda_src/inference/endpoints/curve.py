"""``POST /v1/curve``: a card's recall over a span of days, ready to plot."""

from __future__ import annotations

from http_kit.fields import Number
from http_kit.response import Response, encode
from inference.cards import as_object, curves_of, fixed_inputs_out_of_range
from inference.fields import BESIDE, EXAMPLE
from inference.histories import Moment
from inference.learner import Learner
from inference.timeless import read_timeless
from recall.features import DAYS_SINCE_LAST_REVIEW

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from http_kit.request import Request
    from inference.model_store import ModelStore

SPAN, POINTS = "days", "points"
FIELDS = (SPAN, POINTS, *BESIDE)
DEFAULT_SPAN, DEFAULT_POINTS = 30, 100
MINIMUM_POINTS, MAXIMUM_POINTS = 2, 500
_SPAN = Number(0, DAYS_SINCE_LAST_REVIEW.maximum, open_below=True, unit="days")
_POINTS = Number(MINIMUM_POINTS, MAXIMUM_POINTS, whole=True)


class CurveRequest:
    """A checked request for a curve.

    Parameters
    ----------
    body : JSON value
        The request's body, parsed.

    Attributes
    ----------
    card : card
        Whose curve is wanted.
    days : list of float
        Days since the last review: evenly spaced from 0 to the span.

    Raises
    ------
    InvalidInputError
        Naming the first field that is wrong.
    """

    __slots__ = ("card", "days")

    def __init__(self, body: Any) -> None:
        body = as_object(body)
        span = _SPAN.read(body, SPAN) if SPAN in body else DEFAULT_SPAN
        steps = (_POINTS.read(body, POINTS) if POINTS in body else DEFAULT_POINTS) - 1
        self.days = [span * step / steps for step in range(steps)] + [span]
        self.card = read_timeless(body, "", Moment(body), FIELDS)


def curve(request: Request, store: ModelStore) -> Response:
    """Answer the days since the last review, and the recall probability at each."""
    body = request.json(EXAMPLE)
    parsed = CurveRequest(body)
    model = store.current()
    learner = Learner(body, model)
    card = parsed.card
    shown = {
        "days": parsed.days,
        "recall_probability": curves_of(model, [card], learner.state).along(parsed.days),
        "model": card.model_part(model.artifact),
        "model_version": model.version,
    }
    names = fixed_inputs_out_of_range(card, model.ranges)
    if names:
        shown["out_of_range"] = names
    return Response(
        200, encode(shown | learner.after([], [])), facts={"predictions": 1, "model_version": model.version}
    )
