"""What can go wrong with the stored reviews."""

from recall.errors import RecallError


class ReviewTableError(RecallError):
    """A stored object isn't what it should be, or won't hold still: names it, the problem and the fix."""
