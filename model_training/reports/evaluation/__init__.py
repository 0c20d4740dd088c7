"""The report of `evaluate`."""
