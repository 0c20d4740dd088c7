"""The one error of the benchmark."""


class BenchmarkError(Exception):
    """Something that the benchmark needs is missing, or a function under test answers wrongly."""
