"""The report of the daily calibration: how the predictions compare with the reviews, as the lake has it."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from http_kit.errors import ReviewsUnavailableError, UnknownPathError

PATH = "/v1/quality"
KEY = "reports/quality/latest.json"
RETRY_AFTER = 5  # seconds
NO_OBJECT = "NoSuchKey"


class Quality:
    """Reads the newest report.

    Parameters
    ----------
    client : boto3 S3 client
        Its role may read `KEY`, and list it: without that, S3 says 403 where there is no report yet.
    bucket : str
        Name of the data lake's bucket.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self) -> str:
        """Return the report, as JSON.

        Raises
        ------
        UnknownPathError
            If there is none yet.
        ReviewsUnavailableError
            If S3 fails.
        """
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=KEY)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == NO_OBJECT:
                problem = (
                    f"{PATH} has nothing yet; reviews are compared with predictions once a day, or when the "
                    "deployment's owner runs `calibrate`"
                )
                raise UnknownPathError("path", problem) from error
            raise _unavailable() from error
        except BotoCoreError as error:
            raise _unavailable() from error
        return body.decode()


def _unavailable() -> ReviewsUnavailableError:
    return ReviewsUnavailableError(
        "the report can't be read at the moment; ask again", RETRY_AFTER, "quality_not_read"
    )
