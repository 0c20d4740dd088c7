"""Who is predicted from whom: the two ways to split the scored reviews.

- ``time``: each learner's rows are cut into six equal parts in time order; part k is predicted by a model
  that was trained on all learners' parts before k. Part 0 is never scored.
- ``new``: each learner is predicted by a model that was trained on other learners; the same rows are scored.
  Up to twenty learners are left out one by one. More are dealt by size into ten groups, and each group is
  predicted from the other nine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.rows import PARTS
from model_training.review_log.features import OUTCOME
from recall.errors import ReviewLogError

MINIMUM_TRAINING_ROWS = 20
MINIMUM_OF_EACH_OUTCOME = 2  # boosted trees keep one aside
MOST_LEFT_OUT_ONE_BY_ONE = 20
GROUPS = 10

Mask = NDArray[np.bool_]


class Fold(NamedTuple):
    """One training and what it predicts; masks of shape (n_scored_reviews,) over the timeline.

    Parameters
    ----------
    train : bool array
        The rows to fit on.
    given : bool array
        The rows handed to the predictor: whole timelines of learners, from the first row on.
    scored : bool array
        The given rows whose predictions count.
    """

    train: Mask
    given: Mask
    scored: Mask


def time_folds(rows: pd.DataFrame) -> Iterator[Fold]:
    """Yield parts 1 to 5, each predicted from the parts before."""
    part = rows["part"].to_numpy()
    for k in range(1, PARTS):
        yield Fold(train=part < k, given=part <= k, scored=part == k)


def new_folds(rows: pd.DataFrame) -> Iterator[Fold]:
    """Yield each group of learners, predicted from the other groups."""
    later = rows["part"].to_numpy() > 0
    for group in learner_groups(rows):
        own = rows["learner"].isin(group).to_numpy()
        yield Fold(train=~own, given=own, scored=own & later)


def learner_groups(rows: pd.DataFrame) -> list[list[str]]:
    """Return who is left out together: learners by size, dealt in turn like cards.

    Parameters
    ----------
    rows : DataFrame
        `model_training.evaluation.rows.timeline`.

    Returns
    -------
    list of list of str
        A group for each learner, or `GROUPS` when there are more than `MOST_LEFT_OUT_ONE_BY_ONE` learners.
    """
    size = rows.groupby("learner").size().sort_values(ascending=False, kind="stable")
    learners = size.index.tolist()
    count = len(learners) if len(learners) <= MOST_LEFT_OUT_ONE_BY_ONE else GROUPS
    return [learners[first::count] for first in range(count)]


PROTOCOLS: dict[str, Callable[[pd.DataFrame], Iterator[Fold]]] = {"time": time_folds, "new": new_folds}


def split(rows: pd.DataFrame, protocol: str) -> list[Fold]:
    """Return the folds that have something to score.

    Parameters
    ----------
    rows : DataFrame
        `model_training.evaluation.rows.timeline`.
    protocol : str
        A key of `PROTOCOLS`.

    Raises
    ------
    ReviewLogError
        If the log can't be split so: one learner only for ``new``, no row to score, or a training set that is
        too small or knows one outcome only.
    """
    if protocol == "new" and rows["learner"].nunique() == 1:
        raise ReviewLogError(
            "the protocol 'new' predicts each learner from the others, and the log holds one learner: "
            "add another learner's reviews, or use --protocol time"
        )
    folds = [fold for fold in PROTOCOLS[protocol](rows) if fold.scored.any()]
    if not folds:
        raise ReviewLogError(
            f"no learner has two of the {len(rows)} reviews that come a day or more after the card's review "
            "before, so nothing can be predicted from earlier ones: add more reviews"
        )
    for fold in folds:
        _check_trainable(rows.loc[fold.train, OUTCOME])
    return folds


def _check_trainable(recalled: pd.Series) -> None:
    passes = int(recalled.sum())
    failures = len(recalled) - passes
    if len(recalled) < MINIMUM_TRAINING_ROWS or min(passes, failures) < MINIMUM_OF_EACH_OUTCOME:
        raise ReviewLogError(
            f"a model would be trained on {passes} recalled and {failures} failed reviews; needed are at "
            f"least {MINIMUM_TRAINING_ROWS} that come a day or more after the card's review before, and "
            f"{MINIMUM_OF_EACH_OUTCOME} of each kind: add more reviews"
        )
