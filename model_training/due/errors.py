"""What can be wrong with decks."""

from recall.errors import RecallError


class DueError(RecallError):
    """A deck can't be used: names the file, the column and the fix."""
