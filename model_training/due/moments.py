"""Times as whole microseconds since 1970, which DuckDB, numpy and every version of pandas agree about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from recall.features import SECONDS_PER_DAY

MICROSECONDS_PER_DAY = SECONDS_PER_DAY * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return an aware time."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def days_between(earlier: NDArray[np.int64], later: int) -> NDArray[np.float64]:
    """Return days, with fractions."""
    days: NDArray[np.float64] = (later - earlier) / 1e6 / SECONDS_PER_DAY
    return days


def after(moments: NDArray[np.int64], days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the times so many days later."""
    later: NDArray[np.int64] = moments + np.rint(days * MICROSECONDS_PER_DAY).astype(np.int64)
    return later
