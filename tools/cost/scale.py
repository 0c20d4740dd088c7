"""``python -m tools.cost.scale``: from 1,000 to 10⁹ reviews a day, what carries them, and what they cost.

Prints the table of docs/scale.md. The quotas are AWS's defaults of an account; most can be raised.
"""

import json
import sys
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import NamedTuple

from tools.cost.duration import MEMORY_MB_OF_A_CPU
from tools.cost.lake import MONTH_DAYS, ROW_BYTES, charge_loader, charge_table
from tools.cost.memory import charge_reviews, write_units
from tools.cost.prices import Meter, read_prices, total

MEASURED = Path(__file__).parents[2] / "benchmarks" / "lake.json"
REVIEWS_A_DAY = (10**3, 10**5, 10**7, 10**9)
# Assumptions: an app sends twenty answers together; the busiest hour has three times the mean.
REVIEWS_A_REQUEST, PEAK = 20, 3
DAY = 86_400
# A request of twenty reviews on a whole processor, measured (benchmarks/memory.json: a tenth of a
# millisecond a review), and two round trips to DynamoDB, assumed.
CPU_MS, ROUND_TRIPS_MS, MEMORY_MB = 2.0, 10.0, 512
DAYS_KEPT, DAYS_CALIBRATED = 365, 90
# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html, requests a second;
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, at once;
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html, write units a second of
# a table.
API_QUOTA, LAMBDA_QUOTA, TABLE_QUOTA = 10_000, 1_000, 40_000
JOB_SECONDS = 15 * 60  # Lambda's longest
LEAST_SHOWN = 0.01
SPARK = '`training_compute: "spark"`'


class Measured(NamedTuple):
    """What `benchmarks.lake` measured of ten million reviews.

    Attributes
    ----------
    loaders_rows : float
        Rows a second that commits of the loader's batches take, one after the other.
    calibrated_rows : float
        Rows a second of processor time that `calibrate` takes.
    rows : int
        Of the table; a job with so many fits into the function.
    """

    loaders_rows: float
    calibrated_rows: float
    rows: int


class Line(NamedTuple):
    """A line of the table: a part, its load at each number of reviews a day, and what to raise."""

    part: str
    loads: list[str]
    raised: str


def read_measured() -> Measured:
    """Read the benchmark's figures of its largest table."""
    sizes = json.loads(MEASURED.read_text(encoding="utf-8"))["sizes"]
    largest = sizes[max(sizes, key=int)]
    load = largest["load"]
    return Measured(
        load["loaders_batch_rows"] / load["loaders_batch_seconds"],
        load["rows"] / largest["calibrate"]["cpu_seconds"],
        load["rows"],
    )


def lines(measured: Measured) -> Iterator[Line]:
    """Yield the table's lines."""

    def line(part: str, load: Callable[[int], str], raised: str) -> Line:
        return Line(part, [load(reviews) for reviews in REVIEWS_A_DAY], raised)

    yield line(
        "API Gateway, requests a second",
        lambda reviews: _of(requests_a_second(reviews), API_QUOTA),
        f"`throttle_rate_per_second`; quota {API_QUOTA:,}",
    )
    yield line(
        "memory's function, at once",
        lambda reviews: _of(concurrency(reviews), LAMBDA_QUOTA),
        f"quota {LAMBDA_QUOTA:,}",
    )
    yield line(
        "DynamoDB, write units a second",
        lambda reviews: _of(units_a_second(reviews), TABLE_QUOTA),
        f"quota {TABLE_QUOTA:,} a table; follows `throttle_rate_per_second`",
    )
    yield line(
        "loader, reviews a second",
        lambda reviews: _of(peak(reviews), measured.loaders_rows, "Firehose or Flink"),
        f"{_number(measured.loaders_rows)}, measured: commits wait for each other",
    )
    yield line(
        "table after a year",
        lambda reviews: f"{_number(reviews * DAYS_KEPT)} rows, {_gigabytes(reviews * DAYS_KEPT * ROW_BYTES)}",
        "`reviews_retention_days`",
    )
    yield line(
        f"calibration, rows of {DAYS_CALIBRATED} days",
        lambda reviews: _job(reviews * DAYS_CALIBRATED, measured),
        SPARK,
    )
    yield line(
        "training", lambda reviews: _training(reviews, measured), f"`training_sample_reviews`, {SPARK}"
    )
    yield line("USD a month", lambda reviews: f"{_number(usd_a_month(reviews))}", "list prices, no free tier")


def peak(reviews: float) -> float:
    """Return the reviews a second of the busiest hour, of so many reviews a day."""
    return reviews / DAY * PEAK


def requests_a_second(reviews: float) -> float:
    """Return the requests a second of the busiest hour."""
    return peak(reviews) / REVIEWS_A_REQUEST


def concurrency(reviews: float) -> float:
    """Return how many of the memory's environments are at work in the busiest hour."""
    milliseconds = CPU_MS * MEMORY_MB_OF_A_CPU / MEMORY_MB + ROUND_TRIPS_MS
    return requests_a_second(reviews) * milliseconds / 1_000


def units_a_second(reviews: float) -> float:
    """Return DynamoDB's write units a second of the busiest hour."""
    return requests_a_second(reviews) * write_units(REVIEWS_A_REQUEST)


def usd_a_month(reviews: float) -> float:
    """Return a month's bill of taking and keeping so many reviews a day: API, function, memory and table."""
    meter = Meter(read_prices(), free_tier=False)
    requests = reviews * MONTH_DAYS / REVIEWS_A_REQUEST
    seconds = (CPU_MS * MEMORY_MB_OF_A_CPU / MEMORY_MB + ROUND_TRIPS_MS) / 1_000
    meter.add("API Gateway requests", "rest_api_requests", requests)
    meter.add("Lambda requests", "lambda_requests", requests)
    meter.add("Lambda duration", "lambda_duration_x86_64", requests * seconds * MEMORY_MB / 1_024)
    charge_reviews(meter, reviews * MONTH_DAYS, REVIEWS_A_REQUEST)
    charge_table(meter, reviews, DAYS_KEPT)
    charge_loader(meter, reviews)
    return total(meter.items)


def as_markdown(found: Iterator[Line]) -> str:
    """Return lines as a table of Markdown."""
    head = ["reviews a day", *(f"{reviews:,}" for reviews in REVIEWS_A_DAY), "what to raise"]
    rows = [[line.part, *line.loads, line.raised] for line in found]
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _of(load: float, limit: float, instead: str = "raise") -> str:
    """Return a load, marked where it is beyond a limit."""
    return _number(load) if load <= limit else f"**{_number(load)}: {instead}**"


def _job(rows: float, measured: Measured) -> str:
    seconds = rows / measured.calibrated_rows
    fits = rows <= measured.rows and seconds <= JOB_SECONDS
    return f"{_number(rows)}: {_number(seconds)} s" if fits else f"**{_number(rows)}: Spark**"


def _training(reviews: float, measured: Measured) -> str:
    return "all, or a sample" if reviews * DAYS_KEPT <= measured.rows else "a sample, by Spark"


def _gigabytes(size: float) -> str:
    return f"{_number(size / 1e9)} GB"


def _number(value: float) -> str:
    """Return a number with two digits that count."""
    if value >= 1e6:  # noqa: PLR2004 - in words of powers from here on
        exponent = len(str(ceil(value))) - 1
        return f"{value / 10**exponent:.1f}·10^{exponent}".replace("1.0·", "")
    if value < LEAST_SHOWN:
        return f"< {LEAST_SHOWN}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 - digits


if __name__ == "__main__":
    sys.stdout.write(as_markdown(lines(read_measured())) + "\n")
