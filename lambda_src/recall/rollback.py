"""Which model a rollback makes live: the one before, by the record of who moved the pointer."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Iterable

ROLLBACK = "rollback"


def live_before(moves: Iterable[tuple[str, str | None, str]], live: str | None) -> str | None:
    """Return the version that was live before this one, or None when the record doesn't know.

    Rolling back twice goes back two versions: a rollback undoes the move before, rather than adding one.

    Parameters
    ----------
    moves : iterable of (str, str or None, str)
        Of each move, the oldest first: its kind, and the versions that were live before and after it.
    live : str or None
        The version that is live; None while the default model is.
    """
    past: list[str | None] = []
    for kind, before, after in moves:
        if before == after:
            continue  # only mended the pointer
        if not past or past[-1] != before:
            past.append(before)  # moved by hand, or before there was a record
        if kind == ROLLBACK and after in past:
            while past[-1] != after:
                past.pop()
        else:
            past.append(after)
    return past[-2] if len(past) > 1 and past[-1] == live else None
