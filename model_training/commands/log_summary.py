"""What several commands say of the review log that they read, and of the model that they fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model_training.review_log.canonical import ReviewLog


def log_summary(log: ReviewLog, training: dict[str, Any]) -> str:
    """Say what was read, what was skipped and what else the reader noted.

    Parameters
    ----------
    log : ReviewLog
        The log.
    training : dict
        `model_training.training.train.describe` of it.
    """
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


def prior_summary(training: dict[str, Any]) -> str:
    """Say how much of the fitted curve is the log's, and how many reviews would make it more.

    Parameters
    ----------
    training : dict
        The fitted artifact's training record, with its prior and number of scored reviews.
    """
    from model_training.fitting.maximum_likelihood import PRIOR_REVIEWS

    count, prior = training["scored_reviews"], training["prior"]
    fitted = (
        f"The served model starts from {prior['name']}, whose prior weight is {prior['share']:.0%} beside "
        f"all {count:,} scored reviews"
    )
    if count < PRIOR_REVIEWS:
        return f"{fitted}: too few to move far from it. With {PRIOR_REVIEWS:,} they have half of the weight."
    return f"{fitted}."
