"""The core's forgetting curves as SQL of DuckDB: the same formulas and limits, for any number of cards.

`recall.curve`, `recall.history` and `recall.three_inputs` have them card by card, as the service answers;
tests hold both together to 1e-9.
"""

from __future__ import annotations

from recall import three_inputs
from recall.artifact import Artifact
from recall.curve import (
    LOG_RETENTION,
    LOG_STABILITY_LIMIT,
    MAXIMUM_INTERVAL,
    MAXIMUM_LOG_DECAY,
    MINIMUM_LOG_DECAY,
    SHORTEST_INTERVAL,
    SHORTEST_RELEARNING_INTERVAL,
)
from recall.features import SECONDS_PER_DAY
from recall.history import HISTORY_FEATURES, LARGEST_DEVIATION, HistoryModel, Line
from recall.learner import FIRST_CENTRE, LATER_CENTRE, SIZE
from recall.three_inputs import ThreeInputModel

MICROSECONDS_PER_DAY = SECONDS_PER_DAY * 1_000_000
STATE = ("certainty", *(f"m{i}" for i in range(SIZE)))
# exp() of more overflows; whatever the slip's logit is beyond, recall is 0 but for 1e-304.
LARGEST_EXPONENT = 700.0


def predictions(artifact: Artifact, known: str, *, with_history: bool, now: int, target_recall: float) -> str:
    """Return the query for each card's ``row``, ``recall_probability`` and ``due`` (µs since 1970).

    Parameters
    ----------
    artifact : Artifact
        The model that predicts.
    known : str
        A query for what is known of each card: ``row``, ``last_review`` (µs since 1970), ``failed_last``
        (whether it was failed), the learner's state (`STATE`); and ``review_count`` and ``difficulty``, or
        `recall.history.HISTORY_FEATURES`.
    with_history : bool
        Whether the model's history part predicts.
    now : int
        The moment of the recall probability, in µs since 1970; not before any card's last review.
    target_recall : float
        A card is due when its recall has fallen to this, in (0, 1).
    """
    model = artifact.history if with_history else artifact.three_inputs
    curves = _of_histories(model) if isinstance(model, HistoryModel) else _of_inputs(artifact.three_inputs)
    stability = _within("log_stability", -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT)
    decay = _within("log_decay", MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY)
    # eˣ − 1 = 2 e^(x/2) sinh(x/2): without a difference of two numbers that are nearly equal.
    days = "scale * 2 * exp(exponent / 2) * sinh(exponent / 2)"
    longest, day = number(MAXIMUM_INTERVAL), number(MICROSECONDS_PER_DAY)
    return f"""
        WITH known AS ({known}),
        curves AS ({curves}),
        shapes AS (
            SELECT *, exp({stability}) AS stability, exp({decay}) AS decay,
                1 / (1 + exp(least(slip_logit, {number(LARGEST_EXPONENT)}))) AS ceiling
            FROM curves
        ),
        laws AS (
            SELECT *, stability / (exp({number(-LOG_RETENTION)} / decay) - 1) AS scale,
                ln(greatest(ceiling / {number(target_recall)}, 1)) / decay AS exponent
            FROM shapes
        ),
        intervals AS (
            SELECT *,
                CASE WHEN exponent > ln(1 + {longest} / scale) THEN {longest}
                    ELSE least({days}, {longest}) END AS reached,
                CASE WHEN failed_last THEN {number(SHORTEST_RELEARNING_INTERVAL)}
                    ELSE {number(SHORTEST_INTERVAL)} END AS shortest
            FROM laws
        )
        SELECT row,
            ceiling * exp(-decay * ln(1 + ({now} - last_review) / {day} / scale)) AS recall_probability,
            last_review + CAST(round(greatest(reached, shortest) * {day}) AS BIGINT) AS due
        FROM intervals
    """  # noqa: S608 - numbers of ours


def number(value: float) -> str:
    """Return a number as SQL: a double, which ``0.5`` isn't."""
    return f"({float(value):.17e})"


def _of_histories(model: HistoryModel) -> str:
    """Return the query for the curves of cards of which the history is known; see `HistoryModel.between`."""
    new, other = model.new_learner, model.known_learner
    deviation = number(LARGEST_DEVIATION)
    return f"""
        SELECT row, last_review, failed_last,
            greatest(f - {deviation}, least(f + {deviation}, x + certainty * (other_x - x)))
                + {_shift(model.least_slope)} AS log_stability,
            {_between(new.log_decay, other.log_decay)} + m2 AS log_decay,
            {_between(new.slip_logit, other.slip_logit)} + m3 AS slip_logit
        FROM (
            SELECT *, log_stability AS f, single_day = 1 AS first,
                {_along(new)} AS x, {_along(other)} AS other_x
            FROM known
        )
    """  # noqa: S608 - numbers of ours


def _of_inputs(model: ThreeInputModel) -> str:
    """Return the query for the curves of cards of which two inputs are known; see `ThreeInputModel.curve`."""
    share = _within("(difficulty - 1) / 9", three_inputs.MINIMUM_SHARE, three_inputs.MAXIMUM_SHARE)
    k0, k1, k2, k3 = map(number, model.log_stability)
    return f"""
        SELECT row, last_review, failed_last, f + {_shift(three_inputs.LEAST_SLOPE)} AS log_stability,
            {number(model.log_decay)} + m2 AS log_decay, {number(model.slip_logit)} + m3 AS slip_logit
        FROM (
            SELECT *, {k0} + {k1} * ln(review_count) + {k2} * ln(share / (1 - share))
                + CASE WHEN review_count = 1 THEN {k3} ELSE 0 END AS f, review_count = 1 AS first
            FROM (SELECT *, {share} AS share FROM known)
        )
    """  # noqa: S608 - numbers of ours


def _along(line: Line) -> str:
    intercept, *slopes = line.log_stability
    terms = (f"{number(slope)} * {name}" for slope, name in zip(slopes, HISTORY_FEATURES, strict=True))
    return " + ".join([number(intercept), *terms])


def _between(new: float, known: float) -> str:
    return f"{number(new)} + certainty * {number(known - new)}"


def _shift(least_slope: float) -> str:
    """Return what the learner's state adds to ln S; see `recall.learner.shifted`."""
    least = number(least_slope)
    first = f"m1 + greatest(m4, {least}) * (f - {number(FIRST_CENTRE)})"
    return f"m0 + CASE WHEN first THEN {first} ELSE greatest(m5, {least}) * (f - {number(LATER_CENTRE)}) END"


def _within(expression: str, least: float, most: float) -> str:
    return f"greatest({number(least)}, least({number(most)}, {expression}))"
