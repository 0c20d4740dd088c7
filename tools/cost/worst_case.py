"""What the worst month costs at a stage's throttles and quota, in the one line that a synthesis prints.

They are targets, which AWS keeps on a best-effort basis: docs/cost.md says what limits the bill.

What a request needs was measured; `tests/unit/test_cost_worst_case.py` holds these figures to the handler.
"""

from collections.abc import Iterable
from typing import NamedTuple

from stacks.config import StageSettings
from stacks.text.function import MEMORY_MB as TEXT_MEMORY_MB
from tools.cost.bill import GB, HEADER_BYTES, LOG_EVENT_BYTES, Usage, charge_preflights, service_bill
from tools.cost.deployed import Deployed, Template, count
from tools.cost.duration import COLD_SHARE, RUNTIME_MS, duration_ms
from tools.cost.prices import Meter, PriceTable, read_prices, total

WORST_DAYS = 31
DAY_SECONDS = 86_400
# Two lines of the function's own and three of Lambda's; one of API Gateway's.
LAMBDA_LOG_BYTES = 950 + 5 * LOG_EVENT_BYTES
ACCESS_LOG_BYTES = 270 + LOG_EVENT_BYTES
OWN_METRICS = 4
# Written only when something fails, so that a month of failures keeps it alive as well.
FAILURE_METRICS = 1
COLD_CPU_MS = 90.0


class RequestKind(NamedTuple):
    """What one kind of request takes.

    Attributes
    ----------
    cpu_ms : float
        The handler's CPU time, in milliseconds.
    response_bytes : int
        The size of the response's body.
    """

    cpu_ms: float
    response_bytes: int


ONE_CARD = RequestKind(0.03, 125)
# The intervals of 1,000 cards for ten targets each, uncompressed: sending it costs most, not computing it.
LARGEST = RequestKind(70.0, 2_150_000)
# As many tokens as a request may have, on a whole processor: computing them costs most.
MOST_TEXT = RequestKind(13_000.0, 440_000)
# The OpenAPI document and its page, uncompressed.
KEYLESS = RequestKind(2.5, 182_000)


class WorstCase(NamedTuple):
    """The largest bills of a month at the targets.

    Attributes
    ----------
    key_requests : float
        The requests that one API key makes at its targets.
    one_card_usd, largest_usd : float
        The bill if each of them is for one card, and if each gets the largest response.
    keyless_requests : float
        The requests that callers without a key make at the targets of their methods.
    keyless_usd : float
        What these requests add to the bill, in USD.
    table_usd : float
        What the memory's table adds while it is written and read at its targets, in USD; 0 without it.
    text_usd : float
        What the text function costs at the targets of its methods, with as much text as each request may
        have, in USD; 0 without it.
    """

    key_requests: float
    one_card_usd: float
    largest_usd: float
    keyless_requests: float
    keyless_usd: float
    table_usd: float
    text_usd: float


def worst_case(settings: StageSettings, deployed: Deployed, table: PriceTable) -> WorstCase:
    """Return the bills of a month at the throttles, without the free tier; the key's with what stands."""
    per_day = min(settings.throttle_rate_per_second * DAY_SECONDS, settings.quota_per_day)
    keyless, preflights = (
        rate * DAY_SECONDS * WORST_DAYS for rate in (deployed.keyless_rate, deployed.preflight_rate)
    )

    def usd(requests: float, kind: RequestKind, preflights: float = 0) -> float:
        meter = Meter(table, free_tier=False)
        service_bill(meter, _usage(requests, kind, settings), settings, deployed)
        charge_preflights(meter, preflights, ACCESS_LOG_BYTES, deployed)
        return total(meter.items)

    return WorstCase(
        key_requests=per_day * WORST_DAYS,
        one_card_usd=usd(per_day * WORST_DAYS, ONE_CARD),
        largest_usd=usd(per_day * WORST_DAYS, LARGEST),
        keyless_requests=keyless + preflights,
        keyless_usd=usd(keyless, KEYLESS, preflights) - usd(0, KEYLESS),
        table_usd=_table_usd(deployed, table),
        text_usd=_text_usd(settings, deployed, table),
    )


def _table_usd(deployed: Deployed, table: PriceTable) -> float:
    meter = Meter(table, free_tier=False)
    seconds = WORST_DAYS * DAY_SECONDS
    meter.add("DynamoDB writes", "dynamodb_writes", deployed.table_write_rate * seconds)
    meter.add("DynamoDB reads", "dynamodb_reads", deployed.table_read_rate * seconds)
    return total(meter.items)


def _text_usd(settings: StageSettings, deployed: Deployed, table: PriceTable) -> float:
    meter = Meter(table, free_tier=False)
    requests = WORST_DAYS * min(deployed.text_rate * DAY_SECONDS, settings.quota_per_day)
    seconds = duration_ms(MOST_TEXT.cpu_ms, TEXT_MEMORY_MB) / 1000
    meter.add("API Gateway requests", "rest_api_requests", requests)
    meter.add("Lambda requests", "lambda_requests", requests)
    gb_seconds = requests * seconds * TEXT_MEMORY_MB / 1024
    meter.add("Lambda duration", f"lambda_duration_{settings.architecture}", gb_seconds)
    meter.add("Data out", "data_out", requests * (MOST_TEXT.response_bytes + HEADER_BYTES) / GB)
    return total(meter.items)


def _usage(requests: float, kind: RequestKind, settings: StageSettings) -> Usage:
    return Usage(
        requests=requests,
        duration_ms=duration_ms(kind.cpu_ms, settings.memory_mb) + RUNTIME_MS,
        init_ms=duration_ms(COLD_CPU_MS, settings.memory_mb),
        cold_share=COLD_SHARE,
        response_bytes=kind.response_bytes,
        lambda_log_bytes=LAMBDA_LOG_BYTES,
        access_log_bytes=ACCESS_LOG_BYTES,
        metrics=OWN_METRICS + FAILURE_METRICS,
    )


def worst_case_line(settings: StageSettings, templates: Iterable[Template]) -> str:
    """Return the line that a synthesis prints."""
    table = read_prices()
    worst = worst_case(settings, count(templates), table)
    memory = f", the memory's table {worst.table_usd:,.0f} USD" if worst.table_usd else ""
    text = f", the text function {worst.text_usd:,.0f} USD" if worst.text_usd else ""
    return (
        f"cost: a month of {settings.stage} with one key at its targets ({worst.key_requests:,.0f} requests) "
        f"is {worst.one_card_usd:,.0f} USD at one card each, {worst.largest_usd:,.0f} USD at the largest "
        f"responses; callers without a key can add {worst.keyless_usd:,.0f} USD "
        f"({worst.keyless_requests:,.0f} requests){memory}{text}. AWS keeps these targets as well as it can, "
        "it doesn't guarantee them. "
        f"List prices of {table.date}, {table.region}; see docs/cost.md"
    )
