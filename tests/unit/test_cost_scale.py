"""What carries how many reviews a day: the arithmetic, and that docs/scale.md says it."""

import json
from pathlib import Path

import pytest

from benchmarks.lake import report
from tools.cost import scale

DOCS = Path(__file__).parents[2] / "docs" / "scale.md"
MEASURED = scale.Measured(loaders_rows=5_000, calibrated_rows=100_000, rows=10**7)


def part_of(name):
    text = DOCS.read_text(encoding="utf-8")
    return text.partition(f"<!-- {name} -->")[2].partition(f"<!-- /{name} -->")[0].strip()


def test_docs_have_the_table_that_the_script_prints():
    assert part_of("scale") == scale.as_markdown(scale.lines(scale.read_measured()))


def test_docs_have_the_benchmarks_figures():
    assert part_of("measured") == report.as_markdown(json.loads(scale.MEASURED.read_text(encoding="utf-8")))


def test_busiest_hour_has_three_times_the_mean():
    assert scale.requests_a_second(86_400 * 20) == pytest.approx(3)


def test_write_units_are_those_of_a_request_of_twenty_cards():
    assert scale.units_a_second(86_400 * 20) == pytest.approx(3 * 2 * (20 + 1))


@pytest.mark.parametrize(
    ("part", "loads"),
    [
        ("loader", ["0.035", "3.5", "347", "**34,722: Firehose or Flink**"]),
        ("DynamoDB", ["0.073", "7.3", "729", "**72,917: raise**"]),
        ("calibration", ["90,000: 0.9 s", "9.0·10^6: 90 s", "**9.0·10^8: Spark**", "**9.0·10^10: Spark**"]),
    ],
)
def test_load_beyond_a_limit_says_what_to_do(part, loads):
    (line,) = (line for line in scale.lines(MEASURED) if line.part.startswith(part))

    assert line.loads == loads


def test_a_months_bill_grows_with_the_reviews():
    bills = [scale.usd_a_month(reviews) for reviews in scale.REVIEWS_A_DAY]

    assert bills == sorted(bills)
    assert bills[2] / bills[1] == pytest.approx(100, rel=0.1)
