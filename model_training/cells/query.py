"""The cells of the table of reviews, for any engine."""

from __future__ import annotations

from datetime import date

from model_training.evaluation.held_out_percent import HELD_OUT_PERCENT
from model_training.queries import read
from recall.three_inputs import PRIOR_FAILURES, PRIOR_REVIEWS

# Bins an e-fold; each review count up to 15 has its own. What cells of this width hide is measured by
# `benchmarks.scale`.
DAYS_BINS, COUNT_BINS, ODDS_BINS = 16, 16, 12
# Weights and shares are counted in billionths.
BILLION = 1_000_000_000
# 0.6 failures in 4 reviews, as whole numbers.
TENTHS = 10

KEY = ("newest", "days_bin", "count_bin", "odds_bin")
# What the query reads of `lake.schema.COLUMNS`.
READ = (
    *("event_id", "learner", "card", "date", "reviewed_at", "rating"),
    *("scored", "days_since_last_review", "review_count", "failures", "reviews"),
)


def cells(before: date = date.max) -> str:
    """Return the query for the cells of the scored reviews.

    Its result has a row for each cell, by `KEY`, which is 1 for the newest `HELD_OUT_PERCENT` of each
    learner's reviews (else 0), and the bins of elapsed seconds, review days and odds of failure, each
    ⌊bins · ln value⌋. Of the cell's reviews: how many were ``recalled`` and ``failed``; ``recalled_weight``
    and ``failed_weight``, the sums of `model_training.review_log.features.learner_weights` in billionths,
    each cut; the sums ``seconds`` (elapsed, each rounded), ``review_days`` and ``share`` (of failures, in
    billionths, each cut); ``simulated`` (how many); ``first_review`` and ``last_review``, in UTC.

    Parameters
    ----------
    before : datetime.date
        Only reviews of earlier UTC days count.
    """
    return read(
        "cells",
        before=before,
        prior_tenths_of_failures=round(PRIOR_FAILURES * TENTHS),
        prior_tenths_of_reviews=round(PRIOR_REVIEWS * TENTHS),
        held_out_percent=HELD_OUT_PERCENT,
        days_bins=DAYS_BINS,
        count_bins=COUNT_BINS,
        odds_bins=ODDS_BINS,
        billion=float(BILLION),
    )
