"""Log losses of candidates minus those of the references, review by review and learner by learner."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.candidates import REFERENCES
from model_training.evaluation.intervals import interval
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER, rounded


class _Sample(NamedTuple):
    """Losses whose mean is compared.

    Parameters
    ----------
    losses : DataFrame of shape (n, n_models)
        Losses of reviews, or mean losses of learners, in nats.
    clusters : dict of str to int array of shape (n,)
        The cluster of each loss, by the kind of cluster.
    """

    losses: pd.DataFrame
    clusters: dict[str, NDArray[np.int64]]


def paired_differences(rows: pd.DataFrame, losses: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    """Compare every candidate with every reference on the same reviews.

    Parameters
    ----------
    rows : DataFrame of shape (n_reviews, …)
        The scored reviews, with the columns ``learner`` and ``card_number``.
    losses : dict of str to array of shape (n_reviews,)
        Each candidate's log losses, by its name.

    Returns
    -------
    dict
        By reference and candidate, in nats; below zero, the candidate is better:

        - ``pooled``: ``log_loss``, the mean difference over all reviews, with its intervals over ``cards``
          and over ``learners``;
        - ``mean_of_learners``: ``log_loss``, the mean of the learners' own mean differences, with its
          interval over ``learners``. Only learners with `MINIMUM_ROWS_OF_LEARNER` reviews count;
        - ``better_for`` and ``of_learners``: for how many of those learners the candidate is better, and how
          many there are;
        - ``worst``: the ``learner`` whose ``log_loss`` rises most, or None without such learners.
    """
    pooled = pd.DataFrame(losses)
    by_learner = pooled.groupby(rows["learner"].to_numpy())
    of_learners = by_learner.mean()[by_learner.size() >= MINIMUM_ROWS_OF_LEARNER]
    clusters = {"cards": rows["card_number"].to_numpy(), "learners": pd.factorize(rows["learner"])[0]}
    reviews = _Sample(pooled, clusters)
    learners = _Sample(of_learners, {"learners": np.arange(len(of_learners))})
    return {
        reference: {
            name: _compared(reviews, learners, name, reference) for name in losses if name != reference
        }
        for reference in REFERENCES
        if reference in losses
    }


def _compared(reviews: _Sample, learners: _Sample, name: str, reference: str) -> dict[str, Any]:
    own = learners.losses[name] - learners.losses[reference]
    return {
        "pooled": _mean_difference(reviews, name, reference),
        "mean_of_learners": _mean_difference(learners, name, reference),
        "better_for": int((own < 0).sum()),
        "of_learners": len(own),
        "worst": None if own.empty else {"learner": str(own.idxmax()), "log_loss": rounded(own.max())},
    }


def _mean_difference(sample: _Sample, name: str, reference: str) -> dict[str, Any]:
    differences = (sample.losses[name] - sample.losses[reference]).to_numpy()
    found = {unit: interval(differences, codes) for unit, codes in sample.clusters.items()}
    return {"log_loss": rounded(differences.mean()) if len(differences) else None} | {
        unit: None if around is None else [rounded(around.low), rounded(around.high)]
        for unit, around in found.items()
    }
