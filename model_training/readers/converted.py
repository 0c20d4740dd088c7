"""What becomes of a table's rows when another program's columns are made canonical."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class Converted:
    """The rows of a table under canonical names.

    Parameters
    ----------
    rows : pandas.DataFrame
        The rows of a `RawLog`.
    notes : tuple of str
        What the table can't say.
    skipped : Mapping of str to int
        Number of rows that aren't reviews, by reason; they aren't in ``rows``.
    """

    rows: pd.DataFrame
    notes: tuple[str, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
