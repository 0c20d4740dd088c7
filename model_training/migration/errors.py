"""What can go wrong with old files."""

from recall.errors import RecallError


class OldFileError(RecallError):
    """An object of an older release isn't what its name says: names it, the problem and the fix."""
