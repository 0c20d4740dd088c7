"""The learner offset: one float per learner that moves every prediction for them, learnt from their outcomes.

On the logit, by online gradient descent on the log loss::

    p' = logistic(logit(p) + o)        o ← o + η (y − p')        y = 1 recalled, 0 failed

The caller keeps the float: 0 for a learner who is new, and after each review what came back.
"""

from __future__ import annotations

from math import exp

LEARNING_RATE = 0.05
# A learner who is that much better or worse than the model says is one whom it can't describe.
OFFSET_LIMIT = 5.0


def shifted(probability: float, offset: float) -> float:
    """Move a recall probability by a learner's offset; it stays in [0, 1] and keeps its order in time."""
    if offset == 0.0:
        return probability
    # logistic(logit(p) + o), written so that 0 and 1 need no logit.
    odds = probability * exp(offset)
    return odds / (1.0 - probability + odds)


def next_offset(offset: float, probability: float, *, recalled: bool) -> float:
    """Return the offset after an outcome.

    Parameters
    ----------
    offset : float
        Before the review.
    probability : float
        The model's own prediction, not moved by the offset.
    recalled : bool
        The review's outcome.

    Returns
    -------
    float
        Within ±`OFFSET_LIMIT`.
    """
    moved = offset + LEARNING_RATE * (recalled - shifted(probability, offset))
    return min(max(moved, -OFFSET_LIMIT), OFFSET_LIMIT)
