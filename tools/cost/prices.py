"""The price table `prices.json`, and what a quantity costs by it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("prices.json")


class Price(NamedTuple):
    """The price of one thing.

    Attributes
    ----------
    unit : str
        What is counted.
    tiers : tuple of (float or None, float)
        How many units the tier has (None: all the rest) and the USD for one of them.
    free : str or None
        The allowance of the free tier that it uses up; several prices may share one.
    source : str
        The page that it was read from.
    """

    unit: str
    tiers: tuple[tuple[float | None, float], ...]
    free: str | None
    source: str

    def charge(self, quantity: float) -> float:
        """Return the USD for a month's quantity, tier by tier."""
        usd, left = 0.0, quantity
        for size, price in self.tiers:
            within = left if size is None else min(left, size)
            usd += within * price
            left -= within
        return usd


class PriceTable(NamedTuple):
    """Every price of one region on one day, and what is free each month."""

    date: str
    region: str
    prices: Mapping[str, Price]
    free_tier: Mapping[str, float]


def read_prices() -> PriceTable:
    """Read the table that lies beside this file."""
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    prices = {
        name: Price(
            row["unit"],
            tuple((size, price / row["per"]) for size, price in row["tiers"]),
            row["free"],
            row["source"],
        )
        for name, row in raw["prices"].items()
    }
    return PriceTable(raw["date"], raw["region"], prices, raw["free_tier"])


class Item(NamedTuple):
    """A line of a bill.

    Attributes
    ----------
    label : str
        What it is for, service first.
    quantity : float
        Of the price's unit, in a month.
    unit : str
    usd : float
        A month.
    standing : bool
        Whether it is the same in a month without a request.
    """

    label: str
    quantity: float
    unit: str
    usd: float
    standing: bool


class Meter:
    """The lines of one month's bill, and what is left of the free tier.

    Parameters
    ----------
    table : PriceTable
    free_tier : bool
        Whether the account has its free allowances to itself.
    """

    def __init__(self, table: PriceTable, *, free_tier: bool) -> None:
        self.items: list[Item] = []
        self._prices = table.prices
        self._free = dict(table.free_tier) if free_tier else {}

    def add(self, label: str, name: str, quantity: float, *, standing: bool = False) -> None:
        """Charge a quantity at the price of that name; nothing is written for a quantity of 0."""
        if not quantity:
            return
        price = self._prices[name]
        charged = quantity
        if price.free in self._free:
            charged = max(0.0, quantity - self._free[price.free])
            self._free[price.free] -= quantity - charged
        self.items.append(Item(label, quantity, price.unit, price.charge(charged), standing))


def total(items: list[Item], *, standing: bool | None = None) -> float:
    """Return the USD of a bill, or of its standing or its other lines alone."""
    return sum(item.usd for item in items if standing is None or item.standing == standing)
