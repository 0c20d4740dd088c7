"""Log losses of candidates minus those of the references, review by review and learner by learner."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.bootstrap import interval, resampled_means
from model_training.evaluation.candidates import REFERENCES
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER, rounded


class _Sample(NamedTuple):
    """Losses whose mean is compared.

    Parameters
    ----------
    losses : DataFrame of shape (n, n_models)
        Losses of reviews, or mean losses of learners, in nats.
    replicates : dict of str to (DataFrame of shape (n_replicates, n_models) or None)
        Means over resampled clusters, by the kind of cluster; None when there is one cluster at most.
    """

    losses: pd.DataFrame
    replicates: dict[str, pd.DataFrame | None]


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
    reviews = _Sample(pooled, {unit: _replicates(pooled, codes) for unit, codes in clusters.items()})
    learners = _Sample(of_learners, {"learners": _replicates(of_learners, np.arange(len(of_learners)))})
    return {
        reference: {
            name: _compared(reviews, learners, name, reference) for name in losses if name != reference
        }
        for reference in REFERENCES
        if reference in losses
    }


def _replicates(losses: pd.DataFrame, clusters: NDArray[np.int64]) -> pd.DataFrame | None:
    if np.unique(clusters).size <= 1:
        return None
    return pd.DataFrame(resampled_means(losses.to_numpy(), clusters), columns=losses.columns)


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
    intervals = {
        unit: None
        if means is None
        else [rounded(edge) for edge in interval((means[name] - means[reference]).to_numpy())]
        for unit, means in sample.replicates.items()
    }
    return {"log_loss": rounded((sample.losses[name] - sample.losses[reference]).mean())} | intervals
