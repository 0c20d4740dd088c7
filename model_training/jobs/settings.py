"""Everything that the jobs function reads from its environment, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Options of commands, and the variables with what they are in the deployment.
OPTIONS = {
    "--bucket": "LAKE_BUCKET",
    "--table-bucket": "TABLE_BUCKET_ARN",
    "--learners-table": "LEARNERS_TABLE",
}


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``METRICS_NAMESPACE`` and ``STAGE``, of the metrics; ``LAKE_BUCKET``, and the other variables of
        `OPTIONS` where the function has them: one that trains has no table.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.metrics_namespace = environment["METRICS_NAMESPACE"]
        self.stage = environment["STAGE"]
        known = {option: environment.get(variable) for option, variable in OPTIONS.items()}
        self.bucket = environment["LAKE_BUCKET"]
        self._options = known | {"--bucket": self.bucket}

    def words(self, options: Iterable[str]) -> list[str]:
        """Return those of a command's options that the deployment decides, with their values."""
        return [
            word
            for option in options
            if (value := self._options.get(option)) is not None
            for word in (option, value)
        ]
