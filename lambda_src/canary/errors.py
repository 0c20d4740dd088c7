"""Why a canary fails."""


class CanaryError(Exception):
    """The layer isn't what was locked, or doesn't predict what was recorded; the message is one line."""
