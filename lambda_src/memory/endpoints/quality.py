"""``GET /v1/quality``: the daily calibration's report on the predictions, as the data lake has it."""

from __future__ import annotations

from http_kit.errors import ReviewsUnavailableError, UnknownPathError
from http_kit.response import Response
from inference.s3 import MissingObjectError, S3Error

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from http_kit.request import Request
    from memory.service import Memory

PATH = "/v1/quality"
KEY = "reports/quality/latest.json"
RETRY_AFTER = 5  # seconds


def read_quality(_request: Request, memory: Memory) -> Response:
    """Answer the newest report."""
    try:
        stored = memory.lake.read(KEY)
    except MissingObjectError as error:
        problem = (
            f"{PATH} has nothing yet; reviews are compared with predictions once a day, or when the "
            "deployment's owner runs `calibrate`"
        )
        raise UnknownPathError("path", problem) from error
    except S3Error as error:
        raise _unavailable() from error
    if stored is None:  # which S3 says to conditional requests only
        raise _unavailable()
    return Response(200, stored.body.decode())


def _unavailable() -> ReviewsUnavailableError:
    return ReviewsUnavailableError(
        "the report can't be read at the moment; ask again", RETRY_AFTER, "quality_not_read"
    )
