"""Opening the table: by the Iceberg REST catalogue of S3 Tables, in AWS as in the local cloud."""

from __future__ import annotations

import boto3
from pyiceberg.catalog.rest import RestCatalog
from pyiceberg.exceptions import ForbiddenError, NoSuchTableError, RESTError
from requests import RequestException

from lake.errors import TableError
from lake.schema import NAMESPACE, TABLE
from lake.table import ReviewTable, first_line

SERVICE = "s3tables"
# The local cloud takes any credentials; the user's own have no business there.
LOCAL_CREDENTIALS = {"client.access-key-id": "test", "client.secret-access-key": "test"}
ARN_PARTS = 6


def open_table(bucket_arn: str, endpoint: str | None = None, *, own_credentials: bool = False) -> ReviewTable:
    """Return the table of reviews.

    Parameters
    ----------
    bucket_arn : str
        ARN of the table bucket, ``arn:aws:s3tables:<region>:<account>:bucket/<name>``.
    endpoint : str, optional
        Base URL of the local cloud; AWS's own endpoints without it.
    own_credentials : bool
        Take the process's own credentials to the local cloud, too: a function's are those of its role there.

    Raises
    ------
    TableError
        If there is no such table, or its catalogue can't be reached.
    """
    parts = bucket_arn.split(":")
    if len(parts) != ARN_PARTS or parts[2] != SERVICE:
        raise TableError(
            f"{bucket_arn!r} is no table bucket; its ARN is arn:aws:s3tables:<region>:<account>:bucket/<name>"
        )
    region = parts[3]
    local = bool(endpoint) and not own_credentials
    if not local and boto3.Session().get_credentials() is None:  # PyIceberg would end in an AttributeError
        raise TableError(f"{bucket_arn}: there are no AWS credentials here; sign in, or set AWS_PROFILE")
    try:
        catalog = RestCatalog(
            TABLE,
            **{
                "uri": f"{endpoint or f'https://{SERVICE}.{region}.amazonaws.com'}/iceberg",
                "warehouse": bucket_arn,
                "rest.sigv4-enabled": "true",
                "rest.signing-name": SERVICE,
                "rest.signing-region": region,
                "client.region": region,
            },
            **({"s3.endpoint": endpoint} if endpoint else {}),
            **(LOCAL_CREDENTIALS if local else {}),
        )
        return ReviewTable(catalog.load_table((NAMESPACE, TABLE)))
    except NoSuchTableError as error:
        raise TableError(f"{bucket_arn}: has no table {NAMESPACE}.{TABLE}; deploy the stage first") from error
    except ForbiddenError as error:
        # AWS's documentation doesn't say whether a table that is missing is one of 403 or of 404.
        raise TableError(
            f"{bucket_arn}: the role may not open it ({first_line(error)}); it needs the s3tables "
            f"permissions of the template, on the bucket and on its table {NAMESPACE}.{TABLE}"
        ) from error
    except (RESTError, RequestException) as error:
        raise TableError(f"{bucket_arn}: the catalogue doesn't answer ({first_line(error)})") from error
