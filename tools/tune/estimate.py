"""What a run will cost and how long it takes, said before it begins."""

from typing import NamedTuple

from tools.cost.duration import duration_ms as scaled
from tools.tune.calls import Call
from tools.tune.figures import billed_ms, duration_ms
from tools.tune.prices import LEAST_CACHED_SECONDS, MB_OF_A_GB, Prices
from tools.tune.source import Source

# What a version takes to be made, and a call beside its duration: measured in no account.
VERSION_SECONDS, CALL_SECONDS = 3.0, 0.1
MINUTES_FROM = 120  # seconds


class Plan(NamedTuple):
    """What is measured.

    Attributes
    ----------
    sizes : tuple of int
        The memory sizes in MB, in ascending order.
    warm, cold : int
        How many warm calls and cold starts of each.
    payload : bytes
        The event.
    """

    sizes: tuple[int, ...]
    warm: int
    cold: int
    payload: bytes


def estimate(source: Source, copy: str, plan: Plan, prices: Prices, cold: Call, warm: Call) -> str:
    """Say what a run will cost and take, if a size changes only the share of a processor.

    Parameters
    ----------
    source : Source
        The function.
    copy : str
        Its copy's name.
    plan : Plan
        What is measured.
    prices : Prices
        What calls cost.
    cold, warm : Call
        A call of each kind at the function's own size.
    """
    usd, seconds = 0.0, 0.0
    own_share = scaled(1.0, source.memory_mb)
    for size in plan.sizes:
        for count, call in ((plan.cold, cold), (plan.warm, warm)):
            factor = scaled(1.0, size) / own_share
            usd += count * prices.of(billed_ms(call) * factor, size)
            seconds += count * (duration_ms(call) * factor / 1000 + CALL_SECONDS)
    versions = len(plan.sizes) * plan.cold
    if source.snap_start:
        cached_gb = sum(plan.sizes) * plan.cold / MB_OF_A_GB
        usd += cached_gb * LEAST_CACHED_SECONDS * prices.cache_gb_second
    seconds += versions * VERSION_SECONDS
    time_needed = f"{seconds:.0f} s" if seconds < MINUTES_FROM else f"{seconds / 60:.0f} minutes"
    calls = len(plan.sizes) * (plan.cold + plan.warm)
    more = "; the snapshots of its versions take minutes more" if source.snap_start else ""
    return (
        f"estimate: {calls:,} calls of {versions} versions of the copy {copy}, "
        f"{usd:.6f} USD, {time_needed}{more}"
    )
