"""Tiers, allowances and units of the price table."""

import re

from tools.cost.prices import Meter, Price, PriceTable, read_prices, total

TABLE = read_prices()


def test_quantity_is_charged_tier_by_tier():
    price = Price("GB", ((10, 2.0), (20, 1.0), (None, 0.5)), None, "")

    assert [price.charge(quantity) for quantity in (0, 9.5, 10, 10.5, 30, 32)] == [0, 19, 20, 20.5, 40, 41]


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


def test_total_splits_into_standing_and_use():
    bill = meter(free_tier=False)
    bill.add("a", "calls", 2)
    bill.add("b", "calls", 3, standing=True)

    assert [total(bill.items, standing=kind) for kind in (True, False, None)] == [3, 2, 5]
