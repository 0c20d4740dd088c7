"""The errors of a model that may not go live, by the rules that its owner set."""

from recall.errors import RecallError


class RefusalError(RecallError):
    """The live model stays: a signature, a gate or somebody else's move speaks against it."""
