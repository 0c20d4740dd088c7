"""How often an interval over learners has the true mean: simulated, for the ways to compute one.

python -m benchmarks.coverage
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap

from model_training.evaluation.intervals import COVERAGE, Interval, interval

Array = NDArray[np.float64]
Ends = tuple[float, float]

# Scored reviews of the 14 learners that the default model was measured on first; one has 46 % of them.
FOURTEEN = (67, 119, 144, 196, 329, 353, 398, 1_093, 1_111, 2_144, 3_930, 6_372, 9_191, 21_495)
SIZES = {"14 real sizes": FOURTEEN, "10 equal": (300,) * 10, "50 equal": (300,) * 50}
# Of log losses between two models, in nats: learners' true means, and reviews around them. As measured
# between Recall and FSRS-6 on 29 learners.
BETWEEN, WITHIN = 0.012, 0.15
HARMED = 0.1  # of the learners
REPLICATES = 999  # of scipy's intervals
SEED = 14
NOTHING = Interval(np.nan, np.nan, np.nan)

EFFECTS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "heavy tails (t, 3 degrees)": lambda rng, n: rng.standard_t(3, n) / np.sqrt(3.0),
    "skewed (exponential)": lambda rng, n: rng.standard_exponential(n) - 1.0,
    "one in ten harmed": lambda rng, n: (
        (rng.binomial(1, HARMED, n) - HARMED) / np.sqrt(HARMED * (1.0 - HARMED))
        + 0.3 * rng.standard_normal(n)
    ),
}


def pooled(means: Array, sizes: Array) -> Ends:
    """Return the interval of the evaluation's report: each review weighs alike."""
    return _ends(means, sizes)


def by_root(means: Array, sizes: Array) -> Ends:
    """Return the gates' interval: a learner weighs as the root of their number of reviews."""
    return _ends(means, np.sqrt(sizes))


def alike(means: Array, sizes: Array) -> Ends:
    """Return the interval of the mean of learners."""
    return _ends(means, np.ones_like(sizes))


def percentile(means: Array, sizes: Array) -> Ends:
    """Return the percentile bootstrap's interval of the pooled mean."""
    return _scipys(means, sizes, "percentile")


def bca(means: Array, sizes: Array) -> Ends:
    """Return the BCa bootstrap's interval of the pooled mean."""
    return _scipys(means, sizes, "BCa")


def _ends(means: Array, weights: Array) -> Ends:
    _, low, high = interval(means, np.arange(len(means)), weights) or NOTHING
    return low, high


def _scipys(means: Array, sizes: Array, method: str) -> Ends:
    found = bootstrap(
        (means, sizes),
        lambda m, n, axis: (m * n).sum(axis) / n.sum(axis),
        paired=True,
        vectorized=True,
        n_resamples=REPLICATES,
        confidence_level=COVERAGE,
        method=method,
        random_state=SEED,
    ).confidence_interval
    return float(found.low), float(found.high)


WAYS = {"percentile": percentile, "BCa": bca, "pooled": pooled, "√n": by_root, "mean of learners": alike}


def coverage(way: Callable[[Array, Array], Ends], sizes: tuple[int, ...], effects: str, draws: int) -> float:
    """Return the share of simulated comparisons whose interval has the true mean, which is 0.

    Parameters
    ----------
    way : callable
        From the learners' mean differences and numbers of reviews to an interval's ends.
    sizes : tuple of int
        The learners' numbers of reviews.
    effects : str
        How the learners' true means are spread, a key of `EFFECTS`.
    draws : int
        How many comparisons to simulate.
    """
    rng, reviews = np.random.default_rng(SEED), np.array(sizes, dtype=np.float64)
    covered = 0
    for _ in range(draws):
        noise = WITHIN / np.sqrt(reviews) * rng.standard_normal(len(reviews))
        low, high = way(BETWEEN * EFFECTS[effects](rng, len(reviews)) + noise, reviews)
        covered += low <= 0.0 <= high
    return covered / draws


def rows(draws: int) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| learners | differences between them | {' | '.join(WAYS)} |"
    yield f"|---|---|{'---|' * len(WAYS)}"
    for name, sizes in SIZES.items():
        for effects in EFFECTS:
            shares = [f"{coverage(way, sizes, effects, draws):.3f}" for way in WAYS.values()]
            yield f"| {name} | {effects} | {' | '.join(shares)} |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=2_000, help="comparisons to simulate for each figure")
    for line in rows(parser.parse_args().draws):
        print(line, flush=True)
