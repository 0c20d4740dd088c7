"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``LAKE_BUCKET``, the name of the data lake's bucket; ``JOBS_FUNCTION``, the name of the jobs function.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.lake_bucket = environment["LAKE_BUCKET"]
        self.jobs_function = environment["JOBS_FUNCTION"]
