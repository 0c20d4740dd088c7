"""What `fit` prints: the data, the figures beside the constant baseline, and the calibration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from model_training.evaluation.holdout import HELD_OUT_PERCENT, Evaluation
from model_training.evaluation.scores import reliability
from model_training.fitting.maximum_likelihood import PRIOR_REVIEWS
from model_training.review_log.canonical import ReviewLog

TABLE_BINS = 10
METRIC_TITLES = {"log_loss": "log loss", "auc": "AUC", "brier": "Brier score", "ece": "calibration error"}


def data_report(log: ReviewLog, training: dict[str, Any]) -> str:
    """Say what was read, what was skipped and what else the reader noted."""
    recall_rate = (log.reviews["rating"] > 1).mean()
    lines = [
        f"Read {training['reviews']:,} reviews of {training['learners']:,} learners and "
        f"{training['cards']:,} cards, {training['first_review'][:10]} to {training['last_review'][:10]}; "
        f"{recall_rate:.1%} recalled."
    ]
    if training["simulated"]:
        lines.append("These reviews are simulated: the figures say nothing about people.")
    lines += [f"Skipped {rows:,} rows: {reason}" for reason, rows in sorted(log.skipped.items())]
    lines += [f"Note: {note}" for note in log.notes]
    return "\n".join(lines)


def prior_report(training: dict[str, Any]) -> str:
    """Say how much of the fitted curve is the log's, and how many reviews would make it more."""
    count, prior = training["scored_reviews"], training["prior"]
    fitted = (
        f"The served model starts from {prior['name']}, which has {prior['share']:.0%} of the weight beside "
        f"all {count:,} scored reviews"
    )
    if count < PRIOR_REVIEWS:
        return f"{fitted}: too few to move far from it. With {PRIOR_REVIEWS:,} they have half of the weight."
    return f"{fitted}."


def evaluation_report(evaluation: Evaluation | None) -> str:
    """Show the held-out scores beside the baseline's, and how well predicted recall agrees with observed."""
    if evaluation is None:
        return (
            "Nothing measured: a learner needs five scored reviews to hold one out, and the older ones both "
            "outcomes."
        )
    model, baseline = asdict(evaluation.model), asdict(evaluation.baseline)
    return "\n".join(
        [
            f"Held out: each learner's newest {HELD_OUT_PERCENT} % of the scored reviews, "
            f"{len(evaluation.recalled):,}.",
            "The model for these figures saw only the older ones.",
            "",
            f"{'':<18}{'model':>9}{'constant':>10}",
            *(
                f"{title:<18}{_figure(model[name]):>9}{_figure(baseline[name]):>10}"
                for name, title in METRIC_TITLES.items()
            ),
            "",
            "Calibration on the held-out reviews",
            f"{'predicted':>10}{'observed':>10}{'reviews':>9}",
            *(
                f"{row.predicted:>10.1%}{row.observed:>10.1%}{row.reviews:>9,.0f}"
                for row in reliability(evaluation.recalled, evaluation.probability, TABLE_BINS).itertuples()
            ),
        ]
    )


def _figure(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4f}"
