"""What can go wrong with an erasure."""

from recall.errors import RecallError


class ErasureError(RecallError):
    """An object can't be searched, or won't hold still: names it, the problem and the fix."""
