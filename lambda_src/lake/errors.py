"""What can go wrong with the table of reviews."""

from recall.errors import RecallError


class TableError(RecallError):
    """The table can't be reached, or doesn't take a change: names it, the problem and the fix."""
