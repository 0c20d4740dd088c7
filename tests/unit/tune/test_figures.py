"""Times, cost and recommendations, worked out by hand."""

import pytest

from tests.unit.tune.runs import PRICES, call
from tools.cost.prices import read_prices
from tools.tune.calls import Call
from tools.tune.figures import Times, figures, percentile
from tools.tune.prices import read_lambda_prices
from tools.tune.recommend import Option, recommend


def timed(client_ms):
    return Call(client_ms, None, None)


@pytest.mark.parametrize(
    ("count", "share", "value"),
    [(1, 0.99, 1), (50, 0.99, 50), (100, 0.99, 99), (200, 0.99, 198), (3, 0.5, 2)],
)
def test_percentile_is_the_nearest_rank(count, share, value):
    assert percentile(range(count, 0, -1), share) == value


def test_figures_of_a_size_are_those_of_its_calls():
    found = figures(1024, [call(10.0)] * 99 + [call(30.0)], [call(20.0, 180.0), call(20.0, 280.0)], PRICES)

    assert found.warm == Times(100, 10.0, 10.0, 30.0)
    assert found.cold == Times(2, 250.0, 300.0, 300.0)
    assert (found.start_p50_ms, found.max_memory_mb, found.errors, found.excluded) == (230.0, 50, 0, None)
    # A warm call is 10.2 ms on average, a cold one 250 ms; 1e-8 USD a millisecond, 2e-7 a request.
    assert found.usd_per_million == pytest.approx(1e6 * (0.99 * (2e-7 + 10.2e-8) + 0.01 * (2e-7 + 250e-8)))


def test_what_lambda_reports_decides_what_was_a_cold_start():
    found = figures(512, [call(10.0), call(10.0, 100.0)], [call(11.0)], PRICES)

    assert found.warm == Times(2, 10.5, 11.0, 11.0)
    assert found.cold == Times(1, 110.0, 110.0, 110.0)


def test_restored_start_costs_the_restoring_too():
    found = figures(2048, [call(10.0)], [call(10.0, 90.0, restored=True)], PRICES)

    usual, restored = 2e-7 + 20e-8, 2e-7 + 200e-8 + 2e-4
    assert found.usd_per_million == pytest.approx(1e6 * (0.99 * usual + 0.01 * restored))


def test_without_reports_the_callers_clock_counts_and_milliseconds_are_rounded_up():
    found = figures(1024, [timed(8.2), timed(9.4)], [timed(700.0)], PRICES)

    assert found.warm == Times(2, 8.8, 9.4, 9.4)
    assert (found.start_p50_ms, found.max_memory_mb) == (None, None)
    assert found.usd_per_million == pytest.approx(1e6 * (0.99 * (2e-7 + 9.5e-8) + 0.01 * (2e-7 + 700e-8)))


@pytest.mark.parametrize(
    ("warm", "excluded"),
    [
        ([call(10.0, used=115)], None),
        ([call(10.0, used=116)], "too small: 116 of 128 MB were used"),
        ([call(10.0), call(5.0, error="it broke")], "1 of 3 calls failed: it broke"),
    ],
)
def test_size_that_fails_or_is_nearly_used_up_is_excluded(warm, excluded):
    assert figures(128, warm, [call(10.0, 100.0)], PRICES).excluded == excluded


def test_size_whose_calls_all_failed_has_no_times_and_no_price():
    found = figures(128, [], [call(10.0, error="killed")] * 3, PRICES)

    assert (found.warm, found.cold, found.usd_per_million, found.errors) == (None, None, None, 3)


def test_prices_are_those_of_the_processor():
    assert read_lambda_prices(read_prices(), "arm64") == pytest.approx(
        (0.2e-6, 0.0000133334, 0.0001397998, 0.0000015046)
    )
    assert read_lambda_prices(read_prices(), "x86_64").gb_second == 0.0000166667


def test_each_aim_gets_its_size():
    options = [
        Option(128, 1.00, 80.0, 100.0),
        Option(256, 1.10, 40.0, 60.0),
        Option(1769, 2.00, 10.0, 10.4),
        Option(3008, 3.00, 10.0, 10.0),
    ]

    # Balanced: 1/3 + 1, 1.1/3 + .5, 2/3 + .125, 1 + .125. Fastest: 10.4 is within 5 % of 10.
    assert recommend(options) == {"cheapest": 128, "balanced": 1769, "fastest": 1769}


def test_of_equal_sizes_the_smaller_is_recommended():
    options = [Option(3008, 1.0, 5.0, 5.0), Option(1769, 1.0, 5.0, 5.0)]

    assert recommend(options) == {"cheapest": 1769, "balanced": 1769, "fastest": 1769}


def test_nothing_is_recommended_of_nothing():
    assert recommend([]) == {}
