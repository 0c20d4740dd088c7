"""Which size to choose for which aim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tools.tune.figures import SizeFigures

# p99 of some hundred calls is uncertain by more than that: among sizes so close the cheapest is chosen.
AS_FAST = 1.05


class Option(NamedTuple):
    """A size to choose from: what a million calls cost (USD), and how long a call takes (milliseconds)."""

    memory_mb: int
    usd: float
    p50_ms: float
    p99_ms: float


def options_of(sizes: Sequence[SizeFigures]) -> list[Option]:
    """Return the sizes that may be recommended."""
    return [
        Option(each.memory_mb, each.usd_per_million, each.warm.p50, each.warm.p99)
        for each in sizes
        if not each.excluded and each.warm and each.usd_per_million is not None
    ]


def recommend(options: Sequence[Option]) -> dict[str, int]:
    """Return the size for each aim; nothing where there is no option.

    cheapest: the least USD. fastest: the cheapest of those whose p99 is within 5 % of the least. balanced:
    the least sum of USD and p50, each as a share of the largest, as AWS Lambda Power Tuning balances them
    (https://github.com/alexcasalboni/aws-lambda-power-tuning, `analyzer.js`, weight 0.5). The smaller size
    if two are equal.
    """
    if not options:
        return {}
    most_usd, longest = max(each.usd for each in options), max(each.p50_ms for each in options)
    fast = AS_FAST * min(each.p99_ms for each in options)

    def least(key: Callable[[Option], float], among: Sequence[Option] = options) -> int:
        return min(among, key=lambda each: (key(each), each.memory_mb)).memory_mb

    return {
        "cheapest": least(lambda each: each.usd),
        "balanced": least(lambda each: each.usd / most_usd + each.p50_ms / longest),
        "fastest": least(lambda each: each.usd, [each for each in options if each.p99_ms <= fast]),
    }
