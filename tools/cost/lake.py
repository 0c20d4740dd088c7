"""What the table of reviews costs a month, by the reviews a day: S3 Tables, its maintenance, and the loader.

How AWS counts: https://aws.amazon.com/s3/pricing/ (S3 Tables). What a commit takes was measured on the local
cloud (docs/cost.md); the rest is arithmetic.
"""

from math import ceil

from tools.cost.bill import GB
from tools.cost.prices import Meter, PriceTable, total

MONTH_DAYS = 365.25 / 12
# While learners study all day; beyond that rate of reviews batches are full before their time.
SECONDS_OF_A_BATCH, CHANGES_OF_A_BATCH = 300, 10_000
ROW_BYTES = 150  # in files of thousands of rows, compressed
# Objects that a commit writes (data file, manifest, list of manifests, metadata), and reads at most while few
# manifests are left by the compaction.
PUTS_OF_A_COMMIT, GETS_OF_A_COMMIT = 4, 20
# Of the loader, on a whole processor: for a batch, and for each change in it.
SECONDS_OF_A_COMMIT, SECONDS_OF_A_CHANGE = 0.15, 0.00014
LOADER_GB, LOADER_CPUS = 2.048, 2048 / 1769
FILE_BYTES = 64 * 1024**2  # the compaction's target
TIMES_COMPACTED = 3  # a byte, until it is in a file of that size: as it fills from batches of minutes
DAYS_UNTIL_GONE = 3  # of what a commit replaced: snapshots for a day, then two days of removal


def batches_a_day(reviews: float) -> int:
    """Return how many batches the loader commits a day, of so many reviews."""
    return max(ceil(86_400 / SECONDS_OF_A_BATCH), ceil(reviews / CHANGES_OF_A_BATCH))


def charge_table(meter: Meter, reviews: float, days_kept: float) -> None:
    """Charge a month of the table of reviews.

    Parameters
    ----------
    reviews : float
        The reviews a day.
    days_kept : float
        The days for which they are kept.
    """
    commits = batches_a_day(reviews) * MONTH_DAYS
    stored = reviews * ROW_BYTES * days_kept
    young = PUTS_OF_A_COMMIT * batches_a_day(reviews) * DAYS_UNTIL_GONE
    meter.add("S3 Tables storage", "s3_tables_storage", stored / GB, standing=True)
    meter.add("S3 Tables monitoring", "s3_tables_objects", ceil(stored / FILE_BYTES) + young, standing=True)
    meter.add("S3 Tables writes", "s3_tables_puts", commits * PUTS_OF_A_COMMIT)
    meter.add("S3 Tables reads", "s3_tables_gets", commits * GETS_OF_A_COMMIT)
    meter.add("S3 Tables compaction, objects", "s3_tables_compacted_objects", commits)
    meter.add(
        "S3 Tables compaction, bytes",
        "s3_tables_compacted_gb",
        TIMES_COMPACTED * reviews * MONTH_DAYS * ROW_BYTES / GB,
    )


def charge_loader(meter: Meter, reviews: float) -> None:
    """Charge a month of the loader, for so many reviews a day."""
    batches = batches_a_day(reviews) * MONTH_DAYS
    seconds = batches * SECONDS_OF_A_COMMIT + reviews * MONTH_DAYS * SECONDS_OF_A_CHANGE
    meter.add("Loader: requests", "lambda_requests", batches)
    meter.add("Loader: time", "lambda_duration_x86_64", seconds / LOADER_CPUS * LOADER_GB)


def lake_usd(table: PriceTable, days_kept: float = 365) -> dict[str, float]:
    """Return a month's bill of table and loader without the free tier, in USD, by the reviews a day."""
    found = {}
    for reviews in (10**3, 10**5, 10**7):
        meter = Meter(table, free_tier=False)
        charge_table(meter, reviews, days_kept)
        charge_loader(meter, reviews)
        found[f"{reviews:,} reviews a day, kept for {days_kept:g} days"] = total(meter.items)
    return found
