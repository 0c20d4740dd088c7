"""The table of reviews' bill: what is counted of batches, rows and files, at the prices of the table."""

import pytest

from stacks.learning import loader, table
from tools.cost import lake as cost
from tools.cost.prices import Meter, read_prices

MONTH = 365.25 / 12


def quantities(charge, *how_much):
    meter = Meter(read_prices(), free_tier=False)
    charge(meter, *how_much)
    return {item.label: item.quantity for item in meter.items}


@pytest.mark.parametrize(("reviews", "batches"), [(0, 288), (2_880_000, 288), (10**7, 1_000)])
def test_batch_ends_after_five_minutes_or_when_it_is_full(reviews, batches):
    assert cost.batches_a_day(reviews) == batches


def test_figures_are_those_of_the_stacks():
    assert loader.CHANGES_AT_ONCE == cost.CHANGES_OF_A_BATCH
    assert loader.COLLECTED_FOR.to_seconds() == cost.SECONDS_OF_A_BATCH
    assert table.FILE_MB * 1024**2 == cost.FILE_BYTES
    days = table.SNAPSHOT_HOURS / 24 + table.UNREFERENCED_DAYS + table.NONCURRENT_DAYS
    assert days == cost.DAYS_UNTIL_GONE


def test_table_is_charged_for_what_is_kept_written_read_and_compacted():
    found = quantities(cost.charge_table, 10**7, 100)

    assert found == pytest.approx(
        {
            "S3 Tables storage": 10**9 * 150 / 1e9,
            "S3 Tables monitoring": 2_236 + 12_000,  # files of 64 MiB, and three days of commits
            "S3 Tables writes": 4_000 * MONTH,
            "S3 Tables reads": 20_000 * MONTH,
            "S3 Tables compaction, objects": 1_000 * MONTH,
            "S3 Tables compaction, bytes": 3 * 1.5 * MONTH,
        }
    )


def test_loader_is_charged_for_its_batches_and_the_changes_in_them():
    found = quantities(cost.charge_loader, 10**5)

    seconds = (288 * 0.15 + 10**5 * 0.00014) * MONTH
    assert found == pytest.approx(
        {"Loader: requests": 288 * MONTH, "Loader: time": seconds / (2048 / 1769) * 2.048}
    )


def test_report_has_the_bill_by_the_reviews_a_day():
    usd = list(cost.lake_usd(read_prices()).values())

    assert usd == pytest.approx([0.39, 0.56, 18.01], abs=0.005)
