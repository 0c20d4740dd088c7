"""Everything that the jobs function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``LAKE_BUCKET``, the name of the data lake's bucket; ``METRICS_NAMESPACE`` and ``STAGE``, of the
        metrics.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.lake_bucket = environment["LAKE_BUCKET"]
        self.metrics_namespace = environment["METRICS_NAMESPACE"]
        self.stage = environment["STAGE"]
