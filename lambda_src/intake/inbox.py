"""The lake's inbox: one object for each request, written before the caller gets its response."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from http_kit.errors import ReviewsUnavailableError
from intake.request import Review

PREFIX = "reviews/inbox/"
RETRY_AFTER = 5  # seconds
OBJECT_EXISTS = "PreconditionFailed"


class Inbox:
    """Stores reviews.

    Parameters
    ----------
    client : boto3 S3 client
        Its role may put objects under `PREFIX`, and needs no other permission.
    bucket : str
        Name of the data lake's bucket.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def store(self, reviews: Iterable[Review], now: float) -> bool:
        """Write reviews as one object, all or nothing.

        Parameters
        ----------
        reviews : iterable of Review
            At least one, each event id once.
        now : float
            When they were received, in seconds since 1970.

        Returns
        -------
        bool
            False if the same reviews were stored already on this day (UTC).

        Raises
        ------
        ReviewsUnavailableError
            If S3 fails; then nothing or everything is stored, and sending the reviews again is safe.
        """
        received = datetime.fromtimestamp(now, UTC)
        key, body = content(reviews, received)
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/jsonl",
                ChecksumSHA256=checksum,
                IfNoneMatch="*",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != OBJECT_EXISTS:
                raise _unavailable() from error
            # The response to the first attempt may have been lost: then the second one meets our own object.
            return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts"))
        except BotoCoreError as error:
            raise _unavailable() from error
        return True


def content(reviews: Iterable[Review], received: datetime) -> tuple[str, bytes]:
    """Return an object's key and its JSON lines.

    The key has the sha256 of the lines without the time of receipt: the same reviews, sent again in any
    order, have the same key.
    """
    lines = sorted(map(_fields, reviews), key=itemgetter("event_id", "learner", "card"))
    digest = hashlib.sha256("".join(map(_line, lines)).encode()).hexdigest()
    body = "".join(_line(fields | {"received_at": _utc(received)}) for fields in lines)
    return f"{PREFIX}{received:%Y-%m-%d}/{digest}.jsonl", body.encode()


def _fields(review: Review) -> dict[str, Any]:
    return review._asdict() | {"reviewed_at": _utc(review.reviewed_at)}


def _line(fields: dict[str, object]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")) + "\n"


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _unavailable() -> ReviewsUnavailableError:
    return ReviewsUnavailableError(
        "the reviews can't be stored at the moment; send them again", RETRY_AFTER, "reviews_not_stored"
    )
