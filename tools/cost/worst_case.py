"""What a month can cost at most under a stage's throttles and quota, in the one line that a synthesis prints.

What a request needs was measured; `tests/unit/test_cost_worst_case.py` holds these figures to the handler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tools.cost.bill import (
    LOG_EVENT_BYTES,
    RUNTIME_MS,
    Usage,
    charge_preflights,
    duration_ms,
    service_bill,
)
from tools.cost.deployed import count
from tools.cost.prices import Meter, PriceTable, read_prices, total

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.config import StageSettings
    from tools.cost.deployed import Deployed, Template

WORST_DAYS = 31
DAY_SECONDS = 86_400
# Two lines of ours and three of Lambda's own; one of API Gateway's.
LAMBDA_LOG_BYTES = 950 + 5 * LOG_EVENT_BYTES
ACCESS_LOG_BYTES = 270 + LOG_EVENT_BYTES
OWN_METRICS = 4
# A month of nothing but failures would keep this many more alive.
FAILURE_METRICS = 1
COLD_SHARE, COLD_CPU_MS = 0.01, 90.0


class Ask(NamedTuple):
    """A kind of request: the handler's CPU time for it, and its answer's bytes."""

    cpu_ms: float
    answer_bytes: int


ONE_CARD = Ask(0.03, 125)
# The intervals of 1,000 cards for ten targets each, not packed: sending it costs most, not computing it.
LARGEST = Ask(70.0, 2_150_000)
# The document and its page, not packed.
KEYLESS = Ask(2.5, 88_000)


class WorstCase(NamedTuple):
    """A month's requests and USD: one key that asks for one card, or the largest answers; no key at all."""

    key_requests: float
    one_card_usd: float
    largest_usd: float
    keyless_requests: float
    keyless_usd: float


def worst_case(settings: StageSettings, deployed: Deployed, table: PriceTable) -> WorstCase:
    """Return the bills of a month at the throttles, without a free tier.

    The key's hold the standing charges, too; callers without one come on top.
    """
    a_day = min(settings.throttle_rate_per_second * DAY_SECONDS, settings.quota_per_day)
    open_requests, preflights = (
        rate * DAY_SECONDS * WORST_DAYS for rate in (deployed.keyless_rate, deployed.preflight_rate)
    )

    def usd(requests: float, ask: Ask, preflights: float = 0) -> float:
        meter = Meter(table, free_tier=False)
        service_bill(meter, _usage(requests, ask, settings), settings, deployed)
        charge_preflights(meter, preflights, ACCESS_LOG_BYTES, deployed)
        return total(meter.items)

    return WorstCase(
        a_day * WORST_DAYS,
        usd(a_day * WORST_DAYS, ONE_CARD),
        usd(a_day * WORST_DAYS, LARGEST),
        open_requests + preflights,
        usd(open_requests, KEYLESS, preflights) - usd(0, KEYLESS),
    )


def _usage(requests: float, ask: Ask, settings: StageSettings) -> Usage:
    return Usage(
        requests=requests,
        duration_ms=duration_ms(ask.cpu_ms, settings.memory_mb) + RUNTIME_MS,
        init_ms=duration_ms(COLD_CPU_MS, settings.memory_mb),
        cold_share=COLD_SHARE,
        answer_bytes=ask.answer_bytes,
        lambda_log_bytes=LAMBDA_LOG_BYTES,
        access_log_bytes=ACCESS_LOG_BYTES,
        metrics=OWN_METRICS + FAILURE_METRICS,
    )


def worst_case_line(settings: StageSettings, templates: Iterable[Template]) -> str:
    """Return the line that a synthesis prints."""
    table = read_prices()
    worst = worst_case(settings, count(templates), table)
    return (
        f"cost: a month of {settings.stage} with one key at its limit ({worst.key_requests:,.0f} requests) "
        f"is {worst.one_card_usd:,.0f} USD at one card each, {worst.largest_usd:,.0f} USD at the largest "
        f"answers; callers without a key can add {worst.keyless_usd:,.0f} USD "
        f"({worst.keyless_requests:,.0f} requests). "
        f"List prices of {table.date}, {table.region}; see docs/cost.md"
    )
