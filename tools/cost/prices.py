"""The price table `prices.json`, and what a quantity costs by it."""

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
        The unit that is counted, such as ``GB`` or ``requests``.
    tiers : tuple of (float or None, float)
        The size of each tier in units (None: all the rest), and the USD for one unit in it.
    free : str or None
        The name of the free allowance that the quantity uses up first; several prices may share one.
    source : str
        The URL of the page that the price was read from.
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
    """Every price of one region on one day.

    Attributes
    ----------
    date : str
        The day, as ``YYYY-MM-DD``.
    region : str
        The AWS region.
    prices : mapping of str to Price
        The prices by their names.
    free_tier : mapping of str to float
        The units of each allowance that are free in a month.
    """

    date: str
    region: str
    prices: Mapping[str, Price]
    free_tier: Mapping[str, float]


def read_prices() -> PriceTable:
    """Read the table beside this file."""
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
        What is charged, AWS's service first.
    quantity : float
        The units in the month.
    unit : str
        The unit that is counted, such as ``GB``.
    usd : float
        The charge for the month, in USD.
    standing : bool
        Whether it is charged in a month without a request, too.
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
        The prices to charge.
    free_tier : bool
        Whether the month's free allowances are all left for this bill.
    """

    def __init__(self, table: PriceTable, *, free_tier: bool) -> None:
        self.items: list[Item] = []
        self._prices = table.prices
        self._free = dict(table.free_tier) if free_tier else {}

    def add(self, label: str, name: str, quantity: float, *, standing: bool = False) -> None:
        """Charge a quantity at the price of that name; a quantity of 0 makes no line."""
        if not quantity:
            return
        price = self._prices[name]
        charged = quantity
        if price.free in self._free:
            charged = max(0.0, quantity - self._free[price.free])
            self._free[price.free] -= quantity - charged
        self.items.append(Item(label, quantity, price.unit, price.charge(charged), standing))


def total(items: list[Item], *, standing: bool | None = None) -> float:
    """Return the USD of a bill's lines: all of them, or only those whose `standing` is the given one."""
    return sum(item.usd for item in items if standing is None or item.standing == standing)
