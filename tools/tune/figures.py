"""What the calls at each size come to: times, cost, what is too small, and what to choose for which aim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from statistics import mean, median
from typing import NamedTuple

from tools.cost.duration import COLD_SHARE
from tools.cost.prices import PriceTable
from tools.tune.calls import Call

MB_OF_A_GB = 1024
MILLION = 1_000_000
# A size is too small if more of it was used: another request, or another model, may need a little more.
MOST_USED = 0.9
# p99 of some hundred calls is uncertain by more than that: among sizes so close the cheapest is chosen.
AS_FAST = 1.05
# Of a snapshot, however short its life: https://aws.amazon.com/lambda/pricing/
LEAST_CACHED_SECONDS = 3 * 3600


class Prices(NamedTuple):
    """What Lambda charges, in USD, free tier left out.

    Attributes
    ----------
    request : float
        For a request.
    gb_second : float
        For a second of a function with 1 GB.
    restore_gb : float
        For a start from a snapshot with 1 GB.
    cache_gb_second : float
        For a second that a snapshot with 1 GB is kept.
    """

    request: float
    gb_second: float
    restore_gb: float
    cache_gb_second: float

    def of(self, billed_ms: float, memory_mb: int, *, restored: bool = False) -> float:
        """Return the price of one call."""
        memory_gb = memory_mb / MB_OF_A_GB
        restore = self.restore_gb * memory_gb if restored else 0.0
        return self.request + self.gb_second * memory_gb * billed_ms / 1000 + restore


def read(table: PriceTable, architecture: str) -> Prices:
    """Return the prices of a processor, in the first tier."""
    return Prices(
        request=table.prices["lambda_requests"].charge(1),
        gb_second=table.prices[f"lambda_duration_{architecture}"].charge(1),
        restore_gb=table.prices["lambda_snapshot_restore"].charge(1),
        cache_gb_second=table.prices["lambda_snapshot_cache"].charge(1),
    )


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


class Option(NamedTuple):
    """A size to choose from: what a million calls cost (USD), and how long a call takes (milliseconds)."""

    memory_mb: int
    usd: float
    p50_ms: float
    p99_ms: float


def options_of(sizes: Sequence[SizeFigures]) -> list[Option]:
    """Return the sizes that may be recommended."""
    return [
        Option(each.memory_mb, each.usd_per_million, each.warm.p50, each.warm.p99)
        for each in sizes
        if not each.excluded and each.warm and each.usd_per_million is not None
    ]


def recommend(options: Sequence[Option]) -> dict[str, int]:
    """Return the size for each aim; nothing where there is no option.

    cheapest: the least USD. fastest: the cheapest of those whose p99 is within 5 % of the least. balanced:
    the least sum of USD and p50, each as a share of the largest, as AWS Lambda Power Tuning balances them
    (https://github.com/alexcasalboni/aws-lambda-power-tuning, `analyzer.js`, weight 0.5). The smaller size
    if two are equal.
    """
    if not options:
        return {}
    most_usd, longest = max(each.usd for each in options), max(each.p50_ms for each in options)
    fast = AS_FAST * min(each.p99_ms for each in options)

    def least(key: Callable[[Option], float], among: Sequence[Option] = options) -> int:
        return min(among, key=lambda each: (key(each), each.memory_mb)).memory_mb

    return {
        "cheapest": least(lambda each: each.usd),
        "balanced": least(lambda each: each.usd / most_usd + each.p50_ms / longest),
        "fastest": least(lambda each: each.usd, [each for each in options if each.p99_ms <= fast]),
    }
