"""Every path and method of the intake function, and the endpoint that answers it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from http_kit.request import Request
from http_kit.response import Response, describe_error, encode
from intake.inbox import Inbox
from intake.quality import PATH as QUALITY
from intake.quality import Quality
from intake.request import BODY_EXAMPLE, ReviewsRequest

if TYPE_CHECKING:
    from http_kit.service import Routes

# What the log line has of a response, and its value where reviews were not stored.
FACTS = {"accepted": (None, 0), "repeated": (None, 0), "rejected": (None, 0)}


class Intake(NamedTuple):
    """What the endpoints work with.

    Parameters
    ----------
    inbox : Inbox
        Stores reviews.
    quality : Quality
        Reads the report on them.
    clock : callable
        Returns the time, in seconds since 1970.
    """

    inbox: Inbox
    quality: Quality
    clock: Callable[[], float] = time.time


def store_reviews(request: Request, intake: Intake) -> Response:
    """``POST /v1/reviews``: store the right reviews, reject the others by name."""
    now = intake.clock()
    read = ReviewsRequest(request.json(BODY_EXAMPLE), now)
    new = intake.inbox.store(read.reviews, now)
    sent = len(read.reviews)
    counts = {
        "accepted": sent if new else 0,
        "repeated": read.repeated + (0 if new else sent),
        "rejected": len(read.rejected),
    }
    rejected = [{"index": index, "error": describe_error(error)} for index, error in read.rejected]
    body: dict[str, Any] = {**counts, "rejected": rejected}
    return Response(202, encode(body), facts=counts)


def read_quality(_request: Request, intake: Intake) -> Response:
    """``GET /v1/quality``: how good the predictions were, as the daily calibration reported it."""
    return Response(200, intake.quality.read())


ROUTES: Routes = {"/v1/reviews": {"POST": store_reviews}, QUALITY: {"GET": read_quality}}
