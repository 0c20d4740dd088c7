"""Runs a protocol: fits every candidate on each fold and collects the predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from model_training.evaluation.candidate import Candidate, Predictor
from model_training.evaluation.candidates import make_candidates
from model_training.evaluation.protocols import Fold, split
from model_training.evaluation.rows import timeline
from model_training.evaluation.scores import Probabilities, Recalled
from model_training.progress import Advance, Progress, unseen
from model_training.review_log.features import OUTCOME
from recall.errors import ReviewLogError


@dataclass(frozen=True)
class Comparison:
    """Predictions of all candidates for the same reviews.

    Parameters
    ----------
    protocol : str
        The protocol's name, a key of `model_training.evaluation.protocols.PROTOCOLS`.
    rows : DataFrame of shape (n_scored_reviews, …)
        The scored rows of `model_training.evaluation.rows.timeline`.
    probabilities : dict of str to array of shape (n_scored_reviews,)
        Each candidate's predictions, by its name.
    candidates : list of Candidate
        The candidates, in the order of the reports.
    """

    protocol: str
    rows: pd.DataFrame
    probabilities: dict[str, Probabilities]
    candidates: list[Candidate]

    @property
    def titles(self) -> dict[str, str]:
        """The candidates' titles in reports, by their names."""
        return {candidate.name: candidate.title for candidate in self.candidates}

    @property
    def recalled(self) -> Recalled:
        """Outcomes, 0 or 1, of shape (n_scored_reviews,)."""
        return self.rows[OUTCOME].to_numpy()


def compare_candidates(reviews: pd.DataFrame, protocol: str, progress: Progress) -> Comparison:
    """Predict the scored reviews of a log with every candidate.

    Parameters
    ----------
    reviews : DataFrame
        `model_training.review_log.canonical.ReviewLog.reviews`.
    protocol : str
        A key of `model_training.evaluation.protocols.PROTOCOLS`.
    progress : Progress
        Shows a step for each candidate.

    Raises
    ------
    ReviewLogError
        If the log can't be split by the protocol.
    """
    rows = timeline(reviews)
    if rows.empty:
        raise ReviewLogError(
            "no review comes a day or more after the card's review before: there is nothing to predict; "
            "add more reviews"
        )
    folds = split(rows, protocol)
    candidates = make_candidates(reviews, protocol)
    progress.add_steps(len(candidates))
    size = sum(int(fold.given.sum()) for fold in folds)
    predictions = {}
    for candidate in candidates:
        with progress.step(f"evaluating: {candidate.title}", size) as advance:
            predictions[candidate.name] = predict(candidate, rows, folds, advance)
    scored = np.any([fold.scored for fold in folds], axis=0)
    return Comparison(
        protocol,
        rows[scored].reset_index(drop=True),
        {name: probability[scored] for name, probability in predictions.items()},
        candidates,
    )


def predict(
    candidate: Candidate, rows: pd.DataFrame, folds: list[Fold], advance: Advance = unseen
) -> Probabilities:
    """Fit a candidate on each fold; return its predictions, of shape (n_rows,), NaN where none are scored."""
    probability = np.full(len(rows), np.nan)
    # One thread: on a busy machine OpenMP's waiting costs more than a second one brings.
    with threadpool_limits(1):
        for fold in folds:
            predictor: Predictor = candidate.fit(rows[fold.train])
            probability[fold.scored] = predictor(rows[fold.given])[fold.scored[fold.given]]
            advance(int(fold.given.sum()))
    return probability
