"""The bill and its comparisons, as plain values and as text."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from benchmarks.cost.alternatives import CHOICES, SERVICE, bill
from tools.cost.lake import lake_usd
from tools.cost.memory import memory_usd
from tools.cost.prices import total

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cost.scenario import Scenario
    from tools.cost.prices import PriceTable

MILLION = 1e6
# USD for a million predictions, by cards in a request.
AIMS = {1: 5.0, 1_000: 0.05}
VOLUMES = (1, 10, 100)  # millions of predictions a month


def summarize(
    scenario: Scenario, table: PriceTable, *, free_tier: bool, batched: Callable[[int], Scenario]
) -> dict[str, Any]:
    """Return everything that the report says.

    Parameters
    ----------
    scenario : Scenario
        The month that was asked for.
    table : PriceTable
    free_tier : bool
        Whether the account has its free allowances to itself.
    batched : callable
        Gives the scenario of requests with so many cards.
    """
    items = bill(SERVICE, scenario, table, free_tier=free_tier)
    predictions = scenario.requests * scenario.cards
    elsewhere = {name: total(bill(name, scenario, table, free_tier=free_tier)) for name in CHOICES}
    return {
        "prices": {"date": table.date, "region": table.region},
        "stage": scenario.settings.stage,
        "cards_per_request": scenario.cards,
        "free_tier": free_tier,
        "usage": asdict(scenario.usage()),
        "items": [item._asdict() for item in items],
        "total_usd": total(items),
        "usage_usd": total(items, standing=False),
        "standing_usd": total(items, standing=True),
        "usd_per_million_predictions": total(items) / predictions * MILLION,
        "alternatives_usd": elsewhere,
        "memory_usd_per_million": memory_usd(table),
        "lake_usd_a_month": lake_usd(table),
        "aims": [_aim(batched(cards), aim, table) for cards, aim in AIMS.items()],
    }


def _aim(scenario: Scenario, aim: float, table: PriceTable) -> dict[str, Any]:
    """Return what a million predictions cost: their use alone, and all in, at several volumes."""

    def per_million(millions: int, *, free_tier: bool, standing: bool | None = None) -> float:
        month = replace(scenario, requests=millions * MILLION / scenario.cards)
        return total(bill(SERVICE, month, table, free_tier=free_tier), standing=standing) / millions

    return {
        "cards_per_request": scenario.cards,
        "aim_usd": aim,
        "usage_usd": per_million(1, free_tier=False, standing=False),
        "all_in_usd": [
            {
                "millions_a_month": volume,
                "paid": per_million(volume, free_tier=False),
                "with_free_tier": per_million(volume, free_tier=True),
            }
            for volume in VOLUMES
        ],
    }


def as_text(summary: dict[str, Any]) -> str:
    """Lay the summary out as tables."""
    usage, prices = summary["usage"], summary["prices"]
    tier = "with" if summary["free_tier"] else "without"
    lines = [
        f"stage {summary['stage']}, {usage['requests']:,.0f} requests a month of "
        f"{summary['cards_per_request']:,} card(s), {tier} the free tier",
        f"list prices of {prices['date']}, {prices['region']}; {usage['duration_ms']:.2f} ms a warm call, "
        f"{usage['cold_share']:.1%} cold starts of {usage['init_ms']:.0f} ms more",
        "",
        f"{'':<34}{'quantity':>18} {'unit':<18}{'USD':>10}",
        *(
            f"{item['label']:<34}{item['quantity']:>18,.3f} {item['unit']:<18}{item['usd']:>10.4f}"
            f"{'  standing' if item['standing'] else ''}"
            for item in summary["items"]
        ),
        f"{'total':<71}{summary['total_usd']:>10.2f}",
        f"{'  of it standing, also without a request':<71}{summary['standing_usd']:>10.2f}",
        f"{'  for a million predictions, all in':<71}{summary['usd_per_million_predictions']:>10.4f}",
        "",
        "the same month elsewhere",
        *(f"{name:<71}{usd:>10.2f}" for name, usd in summary["alternatives_usd"].items()),
        "",
        "USD for a million of the memory's, its table alone",
        *(f"{what:<71}{usd:>10.2f}" for what, usd in summary["memory_usd_per_million"].items()),
        "",
        "USD a month for the table of reviews and its loader",
        *(f"{what:<71}{usd:>10.2f}" for what, usd in summary["lake_usd_a_month"].items()),
        "",
        "USD for a million predictions",
        *(line for aim in summary["aims"] for line in _aim_lines(aim)),
    ]
    return "\n".join(lines)


def _aim_lines(aim: dict[str, Any]) -> list[str]:
    def verdict(usd: float) -> str:
        return f"{usd:>9.4f} {'holds' if usd < aim['aim_usd'] else 'MISSED'}"

    return [
        f"{aim['cards_per_request']:,} card(s) a request, aim under {aim['aim_usd']} USD",
        f"  {'use alone, without free tier':<36}{verdict(aim['usage_usd'])}",
        *(
            f"  {_volume(row):<36}{verdict(row['paid'])}"
            f"   with the free tier {verdict(row['with_free_tier'])}"
            for row in aim["all_in_usd"]
        ),
    ]


def _volume(row: dict[str, Any]) -> str:
    return f"all in, {row['millions_a_month']} million a month"
