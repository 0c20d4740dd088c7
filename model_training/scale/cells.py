"""The sufficient statistics: how often cards of a kind were recalled and failed, in whole numbers.

Whole numbers, because sums of fractions depend on the order of their terms, which no two engines share: so
every engine gives the same cells.
"""

from __future__ import annotations

from ibis.expr.types import IntegerColumn, NumericColumn, Table

from model_training.scale.scored import MILLISECONDS, scored_reviews, tenths_of_failures

# Bins an e-fold; each review count up to 15 has its own. What cells of this width hide is measured by
# `benchmarks.scale`.
DAYS_BINS, COUNT_BINS, ODDS_BINS = 16, 16, 12
# Weights and shares are counted in billionths.
BILLION = 1_000_000_000

KEY = ["newest", "days_bin", "count_bin", "odds_bin"]


def cells(reviews: Table) -> Table:
    """Return the cells of stored reviews, as an expression for any engine.

    Parameters
    ----------
    reviews : ibis Table
        Stored reviews, with the columns that `model_training.scale.scored.scored_reviews` needs.

    Returns
    -------
    ibis Table
        A row for each cell that has scored reviews, all int64. Its key: ``newest`` (of the scored reviews),
        and the bins of elapsed time, review count and odds of failure, each ⌊bins · ln value⌋. Its reviews:
        ``recalled``, ``failed``; ``recalled_weight`` and ``failed_weight``, the sums of
        `model_training.review_log.features.learner_weights` in billionths, each cut; the sums ``seconds``
        (elapsed), ``review_days`` (review counts) and ``share`` (of failures, in billionths, each cut);
        ``first_second``, ``last_second`` (since 1970); ``simulated`` (how many).
    """
    scored = scored_reviews(reviews)
    failures, total = tenths_of_failures(scored)
    weight = _whole(BILLION / scored.learner_size.sqrt())
    binned = scored.select(
        "newest",
        "second",
        "review_count",
        "simulated",
        days_bin=_bin(scored.milliseconds, DAYS_BINS),
        count_bin=_bin(scored.review_count, COUNT_BINS),
        odds_bin=_bin(failures / (total - failures), ODDS_BINS),
        seconds=scored.milliseconds // MILLISECONDS,
        share=_whole(failures / total * BILLION),
        recalled=scored.recalled,
        failed=1 - scored.recalled,
        recalled_weight=weight * scored.recalled,
        failed_weight=weight * (1 - scored.recalled),
    )
    sums = ["recalled", "failed", "recalled_weight", "failed_weight", "seconds", "share", "simulated"]
    return binned.group_by(KEY).aggregate(
        **{name: binned[name].sum() for name in sums},
        review_days=binned.review_count.sum(),
        first_second=binned.second.min(),
        last_second=binned.second.max(),
    )


def _bin(value: NumericColumn, bins: int) -> IntegerColumn:
    """Return ⌊bins · ln value⌋. No whole number or ratio of them but 1 lies on an edge: ln is irrational."""
    return _whole(value.ln() * bins)


def _whole(value: NumericColumn) -> IntegerColumn:
    return value.floor().cast("int64")
