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
        ``METRICS_NAMESPACE`` and ``STAGE``, of the metrics; and of `OPTIONS` what the function's commands
        need.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.metrics_namespace = environment["METRICS_NAMESPACE"]
        self.stage = environment["STAGE"]

    def words(self, options: Iterable[str]) -> list[str]:
        """Return those of a command's options that the deployment decides, with their values.

        Raises
        ------
        KeyError
            If the value of one is missing.
        """
        return [
            word
            for option in options
            if option in OPTIONS
            for word in (option, self._environment[OPTIONS[option]])
        ]
