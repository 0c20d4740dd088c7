"""Tiers, allowances and units of the price table."""

import re

import pytest

from tools.cost.prices import Meter, Price, PriceTable, read_prices, total

TABLE = read_prices()


@pytest.mark.parametrize(
    ("millions", "usd"),
    [
        (1, 3.50),
        (333, 333 * 3.50),
        (334, 333 * 3.50 + 2.80),
        (1_000, 333 * 3.50 + 667 * 2.80),
        (20_001, 333 * 3.50 + 667 * 2.80 + 19_000 * 2.38 + 1.51),
    ],
)
def test_rest_requests_are_charged_tier_by_tier(millions, usd):
    assert TABLE.prices["rest_api_requests"].charge(millions * 1e6) == pytest.approx(usd, rel=1e-12)


def test_tiers_meet_at_their_boundary():
    price = Price("GB", ((10, 2.0), (None, 1.0)), None, "")

    assert [price.charge(quantity) for quantity in (0, 9.5, 10, 10.5)] == [0, 19, 20, 20.5]


def test_last_tier_of_every_price_takes_all_the_rest():
    for name, price in TABLE.prices.items():
        *finite, (rest, _usd) = price.tiers
        assert rest is None, name
        assert all(size > 0 for size, _usd in finite), name


def test_more_never_costs_more_for_one():
    for name, price in TABLE.prices.items():
        each = [usd for _size, usd in price.tiers]
        assert each == sorted(each, reverse=True), name


def test_table_is_dated_and_every_price_has_its_page():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", TABLE.date)
    assert TABLE.region == "us-east-1"
    assert all(price.source.startswith("https://aws.amazon.com/") for price in TABLE.prices.values())
    assert {price.free for price in TABLE.prices.values()} - {None} == set(TABLE.free_tier)


def meter(*, free_tier):
    prices = {
        "in": Price("GB", ((None, 0.5),), "logs", ""),
        "kept": Price("GB", ((None, 0.25),), "logs", ""),
        "calls": Price("calls", ((None, 1.0),), None, ""),
    }
    return Meter(PriceTable("", "", prices, {"logs": 5}), free_tier=free_tier)


def test_allowance_is_used_up_once_by_all_that_share_it():
    bill = meter(free_tier=True)
    bill.add("a", "in", 4)
    bill.add("b", "kept", 3)
    bill.add("c", "in", 2)

    assert [item.usd for item in bill.items] == [0, 0.5, 1.0]


def test_without_free_tier_everything_is_charged():
    bill = meter(free_tier=False)
    bill.add("a", "in", 4)

    assert total(bill.items) == 2


def test_price_without_allowance_is_charged_with_the_free_tier_too():
    bill = meter(free_tier=True)
    bill.add("a", "calls", 3)

    assert total(bill.items) == 3


def test_quantity_of_zero_is_no_line():
    bill = meter(free_tier=False)
    bill.add("a", "calls", 0)

    assert bill.items == []


def test_total_splits_into_standing_and_use():
    bill = meter(free_tier=False)
    bill.add("a", "calls", 2)
    bill.add("b", "calls", 3, standing=True)

    assert [total(bill.items, standing=kind) for kind in (True, False, None)] == [3, 2, 5]
