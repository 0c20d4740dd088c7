"""What the user says that columns and ratings of tables stand for: ``--columns`` and ``--ratings``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Meanings:
    """What is understood of tables beyond what their columns are called.

    Parameters
    ----------
    columns : Mapping of str to str
        The name of the column for each field, one of `columns.FIELDS`.
    ratings : Mapping of str to int
        Ratings 1 to 4 by the value, as `ratings.spelling` writes it, that stands for them; `ratings.SKIP` for
        one that is no review.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    ratings: Mapping[str, int] = field(default_factory=dict)


AS_NAMED = Meanings()
