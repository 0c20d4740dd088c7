"""What the calls at each size come to: times, cost, and whether it is too small."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import mean, median
from typing import NamedTuple

from tools.cost.duration import COLD_SHARE
from tools.tune.calls import Call
from tools.tune.prices import Prices

MILLION = 1_000_000
# A size is too small if more of it was used: another request, or another model, may need a little more.
MOST_USED = 0.9


class Times(NamedTuple):
    """Of some calls, in milliseconds: how many there were, the median, the 99th percentile and the longest.

    Of fewer than 100 calls the 99th percentile is the longest.
    """

    calls: int
    p50: float
    p99: float
    longest: float


class SizeFigures(NamedTuple):
    """What was measured at a size.

    Attributes
    ----------
    memory_mb : int
        The size.
    warm, cold : Times or None
        How long calls took in an environment that was there, and from nothing, its start included; None
        where none succeeded.
    start_p50_ms : float or None
        The median of the initialisations (Init Duration), or of the restorings with SnapStart.
    max_memory_mb : int or None
        The most memory that a call used; None where it wasn't reported.
    usd_per_million : float or None
        The price of a million calls of which one in a hundred is a cold start; None without warm calls.
    errors : int
        How many calls failed.
    excluded : str or None
        Why the size isn't recommended for anything; None if it may be.
    """

    memory_mb: int
    warm: Times | None
    cold: Times | None
    start_p50_ms: float | None
    max_memory_mb: int | None
    usd_per_million: float | None
    errors: int
    excluded: str | None


def figures(memory_mb: int, warm: Sequence[Call], cold: Sequence[Call], prices: Prices) -> SizeFigures:
    """Return the figures of a size.

    Where Lambda reports whether a call was a cold start, that counts, and not what it was meant to be.

    Parameters
    ----------
    memory_mb : int
        The size.
    warm, cold : sequence of Call
        The calls of a version that had been called before, and first calls.
    prices : Prices
        What they cost.
    """
    failed = [call.error for call in (*cold, *warm) if call.error]
    done = [(call, False) for call in warm if not call.error] + [(c, True) for c in cold if not c.error]
    split: dict[bool, list[Call]] = {False: [], True: []}
    for call, meant_cold in done:
        split[meant_cold if call.report is None else call.report.start_ms is not None].append(call)
    reports = [call.report for call in (*cold, *warm) if call.report]
    starts = [report.start_ms for report in reports if report.start_ms is not None]
    used = max((report.max_memory_mb for report in reports), default=None)
    return SizeFigures(
        memory_mb=memory_mb,
        warm=_times(split[False]),
        cold=_times(split[True]),
        start_p50_ms=median(starts) if starts else None,
        max_memory_mb=used,
        usd_per_million=_usd_per_million(memory_mb, split[False], split[True], prices),
        errors=len(failed),
        excluded=_excluded(memory_mb, failed, used, len(warm) + len(cold)),
    )


def _excluded(memory_mb: int, failed: Sequence[str], used: int | None, calls: int) -> str | None:
    if failed:
        return f"{len(failed)} of {calls} calls failed: {failed[0]}"
    if used is not None and used > MOST_USED * memory_mb:
        return f"too small: {used} of {memory_mb} MB were used"
    return None


def duration_ms(call: Call) -> float:
    """Return how long a call took, a cold start included: by Lambda, else as its caller saw it."""
    if call.report is None:
        return call.client_ms
    return call.report.duration_ms + (call.report.start_ms or 0.0)


def billed_ms(call: Call) -> float:
    """Return the milliseconds of a call that are charged."""
    return float(ceil(call.client_ms)) if call.report is None else call.report.billed_ms


def usd(call: Call, memory_mb: int, prices: Prices) -> float:
    """Return what a call cost."""
    restored = call.report is not None and call.report.restored
    return prices.of(billed_ms(call), memory_mb, restored=restored)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least a share of them don't exceed (the nearest rank)."""
    return sorted(values)[ceil(share * len(values)) - 1]


def _times(calls: Sequence[Call]) -> Times | None:
    values = [duration_ms(call) for call in calls]
    if not values:
        return None
    return Times(len(values), median(values), percentile(values, 0.99), max(values))


def _usd_per_million(
    memory_mb: int, warm: Sequence[Call], cold: Sequence[Call], prices: Prices
) -> float | None:
    if not warm:
        return None
    usual = mean(usd(call, memory_mb, prices) for call in warm)
    from_nothing = mean(usd(call, memory_mb, prices) for call in cold) if cold else usual
    return MILLION * ((1 - COLD_SHARE) * usual + COLD_SHARE * from_nothing)
