"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``TABLE_BUCKET_ARN``, the table bucket with the table of reviews; ``LAKE_JOBS_FUNCTION``, the name of
        the lake's jobs function; ``FAILED_QUEUE_URL``, the queue for records that can't be read; and
        ``AWS_ENDPOINT_URL``, in the local cloud only.

    Raises
    ------
    KeyError
        If one of the first three is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.table_bucket_arn = environment["TABLE_BUCKET_ARN"]
        self.lake_jobs_function = environment["LAKE_JOBS_FUNCTION"]
        self.failed_queue_url = environment["FAILED_QUEUE_URL"]
        self.endpoint = environment.get("AWS_ENDPOINT_URL")
