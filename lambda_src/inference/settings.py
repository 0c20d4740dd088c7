"""Everything that the function reads from its environment, in one place."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Mapping


class Settings:
    """The function's settings.

    Parameters
    ----------
    environment : mapping of str to str
        ``MODEL_BUCKET`` (the data lake) or ``MODEL_FILE`` (an artifact on disk, for measurements and images);
        ``MODEL_REFRESH_SECONDS``, ``METRICS_NAMESPACE``, ``STAGE``; Lambda's own
        ``AWS_LAMBDA_FUNCTION_MEMORY_SIZE`` (MB), which isn't set elsewhere.

    Raises
    ------
    KeyError
        If a variable is missing: a deployment mistake, never the caller's.
    """

    __slots__ = ("memory_mb", "metrics_namespace", "model_bucket", "model_file", "refresh_seconds", "stage")

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.model_file = environment.get("MODEL_FILE")
        self.model_bucket = "" if self.model_file else environment["MODEL_BUCKET"]
        self.refresh_seconds = float(environment["MODEL_REFRESH_SECONDS"])
        self.metrics_namespace = environment["METRICS_NAMESPACE"]
        self.stage = environment["STAGE"]
        self.memory_mb = int(environment.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 0))
