"""All learners of a log are followed at once: the k-th scored reviews of all of them are one step.

The same filter as `recall.learner`, over arrays. Where few learners are left, those with the most reviews,
the served code follows them one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.fitting.likelihood import log_recall_slopes
from model_training.review_log.features import DAYS, HISTORY_COLUMNS, OUTCOME
from recall import learner
from recall.curve import SMALLEST_FAILURE, Curve
from recall.history import LARGEST_DEVIATION, LOG_STABILITY, SINGLE_DAY, HistoryModel, Line, directions

Array = NDArray[np.float64]

UNSHIFTED = Curve(0.0, 0.0, 0.0)
FEW_LEARNERS = 8  # with fewer, a step over arrays takes longer than the served code
DIAGONAL = np.arange(learner.SIZE)


class LearnerStates(NamedTuple):
    """What was known of the learner before each review.

    Parameters
    ----------
    shifts : array of shape (3, n_scored_reviews)
        What the state added to ln S, ln c and the slip's logit.
    share : array of shape (n_scored_reviews,)
        The share of the line for known learners, `recall.learner.certainty`.
    """

    shifts: Array
    share: Array


class _Cards(NamedTuple):
    """The cards that are reviewed, arrays of shape (n_scored_reviews,).

    Parameters
    ----------
    new, known : array
        ln S by the line for new and for known learners, before it is kept near FSRS-6's.
    center : array
        FSRS-6's ln S.
    first : array
        1 for a card with a single study day, else 0.
    days : array
        Days since the card's last review.
    recalled : array
        The outcome, 0 or 1.
    """

    new: Array
    known: Array
    center: Array
    first: Array
    days: Array
    recalled: Array


def replay_learners(histories: pd.DataFrame, model: HistoryModel) -> tuple[Array, LearnerStates]:
    """Predict each review with the state that its learner had before it, and learn from its outcome.

    Parameters
    ----------
    histories : DataFrame of shape (n_scored_reviews, …)
        Result of `model_training.review_log.features.scored_features`, in any order.
    model : HistoryModel
        The history model.

    Returns
    -------
    probability : array of shape (n_scored_reviews,)
        Probability of recall, at most 1 − 1e-6; it depends on outcomes of the learner's earlier reviews only.
    states : LearnerStates
    """
    features = histories[HISTORY_COLUMNS].to_numpy(dtype=np.float64)
    cards = _Cards(
        raw_stability(model.new_learner, features),
        raw_stability(model.known_learner, features),
        features[:, LOG_STABILITY],
        features[:, SINGLE_DAY],
        histories[DAYS].to_numpy(),
        histories[OUTCOME].to_numpy(dtype=np.float64),
    )
    timelines = sorted(learner_timelines(histories), key=len, reverse=True)
    found = np.empty((len(features), 5))  # probability, the three shifts, the share
    mean: Array = np.zeros((learner.SIZE, len(timelines)))
    covariance: Array = np.repeat(np.array(learner.START.covariance)[:, :, None], len(timelines), axis=2)
    done = 0
    for rows in _steps(timelines):
        step = _Cards(*(column[rows] for column in cards))
        mean, covariance = mean[:, : len(rows)], covariance[:, :, : len(rows)]
        found[rows] = _follow(model, step, mean, covariance).T
        done += 1
    for number, rows in enumerate(timeline[done:] for timeline in timelines if len(timeline) > done):
        state = learner.LearnerState(
            tuple(mean[:, number].tolist()), tuple(map(tuple, covariance[:, :, number].tolist()))
        )
        found[rows] = _follow_one(model, features[rows], _Cards(*(column[rows] for column in cards)), state)
    return found[:, 0], LearnerStates(found[:, 1:4].T, found[:, 4])


def raw_stability(line: Line, features: Array) -> Array:
    """Return x of `recall.history`, ln S before it is kept near FSRS-6's, of shape (n_histories,)."""
    coefficients = np.array(line.log_stability)
    return np.asarray(coefficients[0] + features @ coefficients[1:])


def learner_timelines(histories: pd.DataFrame) -> list[NDArray[np.intp]]:
    """Positions of each learner's rows in time order; reviews at the same time are in the cards' order."""
    keys = histories[["learner", "reviewed_at", "card"]].reset_index(drop=True)
    order = keys.sort_values(["reviewed_at", "card"]).index.to_numpy()
    learners = pd.factorize(keys["learner"])[0][order]
    ends = np.cumsum(np.bincount(learners))[:-1]
    return np.split(order[np.argsort(learners, kind="stable")], ends)


def _steps(timelines: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
    """Positions of all learners' first rows, of all second ones, and so on, while there are many learners.

    Parameters
    ----------
    timelines : list of int array
        Each learner's rows, the longest first: each step has the learners of the one before or the first
        few of them.
    """
    number = np.concatenate([np.arange(len(rows)) for rows in timelines])
    widths = np.bincount(number)
    ordered = np.concatenate(timelines)[np.argsort(number, kind="stable")]
    return np.split(ordered, np.cumsum(widths))[: np.count_nonzero(widths >= FEW_LEARNERS)]


def _follow(model: HistoryModel, cards: _Cards, mean: Array, covariance: Array) -> Array:
    """Take in a review of each learner, in place; return probability, shifts and share before it."""
    first = cards.first == 1.0
    by_first = np.where(first, cards.center - learner.FIRST_CENTRE, 0.0)
    by_later = np.where(first, 0.0, cards.center - learner.LATER_CENTRE)
    share = np.maximum(1.0 - covariance[0, 0] / learner.START_VARIANCES[0], 0.0)
    slopes = np.maximum(mean[4:], model.least_slope)
    shifts = mean[[0, 2, 3]]
    shifts[0] += np.where(first, mean[1], 0.0) + slopes[0] * by_first + slopes[1] * by_later
    curves = _between(model, cards, share) + shifts

    log_p, (by_stability, by_decay, by_slip) = log_recall_slopes(curves, cards.days)
    probability = np.minimum(np.exp(log_p), 1.0 - SMALLEST_FAILURE)
    along = np.stack([np.ones_like(share), first, by_first, by_later])
    slope = np.empty_like(mean)
    slope[[0, 1, 4, 5]], slope[2], slope[3] = by_stability * along, by_decay, by_slip
    slope /= 1.0 - probability
    moved = (covariance * slope).sum(axis=1)
    weight = probability * (1.0 - probability)
    gain = moved / (1.0 + weight * (slope * moved).sum(axis=0))
    mean += gain * (cards.recalled - probability)
    covariance -= (weight * gain)[:, None] * moved
    covariance[DIAGONAL, DIAGONAL] += np.array(learner.WANDERING)[:, None]
    return np.stack([probability, *shifts, share])


def _between(model: HistoryModel, cards: _Cards, share: Array) -> Array:
    """Return the cards' curves between the two lines, of shape (3, n_cards)."""
    raw = cards.new + share * (cards.known - cards.new)
    near = np.clip(raw, cards.center - LARGEST_DEVIATION, cards.center + LARGEST_DEVIATION)
    (_, *new), (_, *known) = model.new_learner, model.known_learner
    return np.stack([near, *(end + share * (other - end) for end, other in zip(new, known, strict=True))])


def _follow_one(
    model: HistoryModel, features: Array, cards: _Cards, state: learner.LearnerState
) -> list[tuple[float, ...]]:
    """Take in one learner's reviews by the served code; return probability, shifts and share before each."""
    ends = [(line.log_decay, line.slip_logit) for line in (model.new_learner, model.known_learner)]
    found: list[tuple[float, ...]] = []
    columns = (features, cards.new, cards.known, cards.days, cards.recalled)
    for card, new, known, days, recalled in zip(*(column.tolist() for column in columns), strict=True):
        along = directions(card)
        before = *learner.shifted(UNSHIFTED, state, along, model.least_slope), learner.certainty(state)
        curve = model.between(Curve(new, *ends[0]), Curve(known, *ends[1]), card, state)
        probability, state = learner.updated(state, curve, along, days, recalled=recalled == 1)
        found.append((probability, *before))
    return found
