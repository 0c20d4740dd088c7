"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings:
    """The memory's settings; those of its model are `inference.settings.Settings`.

    Parameters
    ----------
    environment : mapping of str to str
        ``MEMORY_TABLE``, the table's name; ``MEMORY_RETENTION_DAYS``, for which a card is kept after its last
        review; ``TENANTS``, a JSON object of the prefix of learners' ids that each bound API key's id may
        reach; ``MODEL_BUCKET``, the name of the data lake's bucket.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake, never the caller's.
    """

    __slots__ = ("lake_bucket", "retention_days", "table", "tenants")

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.table = environment["MEMORY_TABLE"]
        self.retention_days = int(environment["MEMORY_RETENTION_DAYS"])
        self.tenants: dict[str, str] = json.loads(environment["TENANTS"])
        self.lake_bucket = environment["MODEL_BUCKET"]
