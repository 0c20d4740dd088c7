"""A request for a card's curve: the card, the span, the number of points."""

from __future__ import annotations

from http_kit.fields import Number
from inference.requests.moment import Moment
from inference.requests.timeless import read_timeless
from inference.validation import BESIDE, as_object
from recall.features import DAYS_SINCE_LAST_REVIEW

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

SPAN, POINTS = "days", "points"
FIELDS = (SPAN, POINTS, *BESIDE)
USUAL_SPAN, USUAL_POINTS = 30, 100
MINIMUM_POINTS, MAXIMUM_POINTS = 2, 500
_SPAN = Number(0, DAYS_SINCE_LAST_REVIEW.maximum, open_below=True, unit="days")
_POINTS = Number(MINIMUM_POINTS, MAXIMUM_POINTS, whole=True)


class CurveRequest:
    """A checked request for a curve.

    Parameters
    ----------
    body : JSON value
        As parsed.

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
        span = _SPAN.read(body, SPAN) if SPAN in body else USUAL_SPAN
        steps = (_POINTS.read(body, POINTS) if POINTS in body else USUAL_POINTS) - 1
        self.days = [span * step / steps for step in range(steps)] + [span]
        self.card = read_timeless(body, "", Moment(body), FIELDS)
