"""`model_training.review_log.features.scored_features` as an Ibis expression over the table of reviews."""

from __future__ import annotations

import ibis
from ibis.expr.types import IntegerColumn, Table, TimestampColumn

from model_training.evaluation.holdout import HELD_OUT_PERCENT
from model_training.review_log.study_days import DAY_START
from model_training.simulation.simulate import SIMULATED_PREFIX
from recall.card_history import SHORTEST_NIGHT
from recall.features import AGAIN, DAYS_SINCE_LAST_REVIEW, REVIEW_COUNT, SECONDS_PER_DAY
from recall.three_inputs import PRIOR_FAILURES, PRIOR_REVIEWS, difficulty_from_share, failure_share

MILLISECONDS = 1_000
TENTHS = 10  # 0.6 failures in 4 reviews, as whole numbers


def scored_reviews(reviews: Table) -> Table:
    """Return the scored reviews of stored ones, as an expression for any engine.

    Parameters
    ----------
    reviews : ibis Table
        With ``event_id``, ``learner``, ``card``, ``reviewed_at`` and ``rating`` of
        `model_training.review_table.schema.COLUMNS`; each event once, in any order. Of two events of a card
        at the very same moment the first by id counts. The engine's time zone must be UTC.

    Returns
    -------
    ibis Table
        A row for each scored review: ``learner``, ``card``, ``reviewed_at``, the three inputs and
        ``recalled`` as of `model_training.review_log.features.scored_features`, but for times, which count in
        whole milliseconds. And as whole numbers what the inputs are made of: ``second`` (of `reviewed_at`,
        since 1970), ``milliseconds`` (elapsed), ``failures`` and ``reviews`` (before it), ``learner_size``
        (the learner's scored reviews), ``newest`` (1 for those that `evaluation.holdout` holds out,
        else 0), ``simulated`` (0 or 1).
    """
    inputs = _with_history(_once(reviews)).filter(lambda row: row.day > row.day_before)
    learner = ibis.window(group_by="learner")
    newness = ibis.window(group_by="learner", order_by=[ibis.desc("reviewed_at"), "card"])
    sized = inputs.mutate(
        learner_size=inputs.count().over(learner),
        newness=ibis.row_number().over(newness),
        milliseconds=ibis.least(
            inputs.moment - inputs.moment_before,
            DAYS_SINCE_LAST_REVIEW.maximum * SECONDS_PER_DAY * MILLISECONDS,
        ),
        review_count=ibis.least(inputs.review_count, REVIEW_COUNT.maximum),
    )
    return sized.select(
        "learner",
        "card",
        "reviewed_at",
        "review_count",
        "milliseconds",
        "failures",
        "reviews",
        "learner_size",
        days_since_last_review=sized.milliseconds / (SECONDS_PER_DAY * MILLISECONDS),
        difficulty=difficulty_from_share(failure_share(sized.failures, sized.reviews)),
        recalled=1 - sized.failed,
        second=sized.moment // MILLISECONDS,
        newest=_flag(sized.newness < sized.learner_size * HELD_OUT_PERCENT // 100),
        simulated=_flag(sized.learner.startswith(SIMULATED_PREFIX)),
    )


def tenths_of_failures(scored: Table) -> tuple[IntegerColumn, IntegerColumn]:
    """Return the smoothed share of failures as two whole numbers: tenths of failures, tenths of reviews."""
    failures = scored.failures * TENTHS + round(PRIOR_FAILURES * TENTHS)
    return failures, scored.reviews * TENTHS + round(PRIOR_REVIEWS * TENTHS)


def _once(reviews: Table) -> Table:
    """Keep one event of those of a card at the same moment, and turn times into whole numbers."""
    card = ibis.window(group_by=["learner", "card"], order_by=["reviewed_at", "event_id"])
    marked = reviews.mutate(before=reviews.reviewed_at.lag().over(card))
    kept = marked.filter((marked.before != marked.reviewed_at) | marked.before.isnull())
    moment = _milliseconds(kept.reviewed_at)
    return kept.select(
        "learner",
        "card",
        "reviewed_at",
        moment=moment,
        day=(moment // MILLISECONDS - int(DAY_START.total_seconds())) // SECONDS_PER_DAY,
        failed=_flag(kept.rating == AGAIN),
    )


def _with_history(reviews: Table) -> Table:
    """Add to each review what came before it on its card."""
    card = ibis.window(group_by=["learner", "card"], order_by="reviewed_at")
    so_far = ibis.cumulative_window(group_by=["learner", "card"], order_by="reviewed_at")
    earlier = reviews.mutate(
        day_before=reviews.day.lag().over(card),
        moment_before=reviews.moment.lag().over(card),
        reviews=ibis.row_number().over(card),
    )
    night = earlier.moment - earlier.moment_before >= round(SHORTEST_NIGHT * SECONDS_PER_DAY * MILLISECONDS)
    later = (earlier.day_before != earlier.day) & night
    days = earlier.mutate(new_day=_flag(earlier.day_before.isnull() | later))
    return days.mutate(
        review_count=days.new_day.sum().over(so_far) - days.new_day,
        failures=days.failed.sum().over(so_far) - days.failed,
    )


def _milliseconds(moment: TimestampColumn) -> IntegerColumn:
    """Return whole milliseconds since 1970; some engines give seconds with a fraction, and some without."""
    return moment.epoch_seconds().floor().cast("int64") * MILLISECONDS + moment.millisecond()


def _flag(condition: ibis.expr.types.BooleanColumn) -> IntegerColumn:
    return condition.cast("int64")
