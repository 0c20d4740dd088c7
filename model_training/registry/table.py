"""The table of reviews of a deployment, as the commands find it."""

from __future__ import annotations

import os

from lake.catalog import open_table
from lake.table import ReviewTable
from model_training.registry.lake import local_outputs


def find_table(bucket_arn: str | None, endpoint_url: str | None) -> ReviewTable:
    """Return the table of the given table bucket, or without one of what `make up` deployed on this machine.

    Parameters
    ----------
    bucket_arn : str or None
        ARN of the table bucket.
    endpoint_url : str or None
        Another cloud than AWS; without it what ``AWS_ENDPOINT_URL`` says, as for boto3.

    Raises
    ------
    LakeError
        If no table bucket is given and nothing is up.
    TableError
        If there is no such table, or its catalogue can't be reached.
    """
    if bucket_arn is not None:
        if endpoint_url is None:
            return open_table(bucket_arn, os.environ.get("AWS_ENDPOINT_URL"), own_credentials=True)
        return open_table(bucket_arn, endpoint_url)
    outputs = local_outputs("table_bucket", "which table of reviews? give --table-bucket")
    return open_table(outputs["table_bucket"], endpoint_url or outputs["endpoint"])
