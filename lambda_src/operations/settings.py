"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Mapping


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``STATE_MACHINE``, the ARN of the state machine that does the runs, and ``LAKE_BUCKET``, the name of
        the data lake's bucket.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake, never the caller's.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.state_machine = environment["STATE_MACHINE"]
        self.lake_bucket = environment["LAKE_BUCKET"]
