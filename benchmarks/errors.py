"""The one error of the benchmark."""

from recall.errors import RecallError


class BenchmarkError(RecallError):
    """Something that the benchmark needs is missing, or a function under test answers wrongly."""
