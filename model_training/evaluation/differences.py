"""Served models minus each other candidate, paired: review by review and learner by learner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model_training.evaluation.candidates import SERVED
from model_training.evaluation.intervals import interval
from model_training.evaluation.scores import MINIMUM_ROWS_OF_LEARNER, rounded

# For each pair of models, in the pairs' order: None where nothing is known.
Intervals = Sequence[list[float | None] | None]


def paired_differences(
    rows: pd.DataFrame, losses: dict[str, NDArray[np.float64]], aucs: pd.DataFrame
) -> dict[str, Any]:
    """Compare every served model with every other candidate on the same reviews.

    Parameters
    ----------
    rows : DataFrame of shape (n_reviews, …)
        The scored reviews, with the columns ``learner`` and ``card_number``.
    losses : dict of str to array of shape (n_reviews,)
        Each candidate's log losses in nats, by its name.
    aucs : DataFrame of shape (n_learners, n_candidates)
        Each learner's AUC, 0 to 1, by the candidates' names; NaN where a learner's reviews all ended alike.

    Returns
    -------
    dict
        By the other candidate and the served model, that one's figure minus the other's. Below zero, the
        served model has the lower log loss; above zero, the higher AUC:

        - ``pooled``: ``log_loss``, the mean difference over all reviews, in nats, with its intervals over
          ``cards`` and over ``learners``;
        - ``mean_of_learners``: ``log_loss``, the mean of the learners' own mean differences, with its
          interval over ``learners``. Only learners with `MINIMUM_ROWS_OF_LEARNER` reviews count;
        - ``auc_of_learners``: ``auc``, the mean difference of the same learners' AUC, with its interval over
          ``learners``;
        - ``better_for`` and ``of_learners``: for how many of those learners the served model has the lower
          log loss, and how many there are;
        - ``worst``: the ``learner`` whose ``log_loss`` rises most, or None without such learners.
    """
    pairs = [(other, served) for other in losses for served in SERVED if served in losses and served != other]
    pooled = _differences(pd.DataFrame(losses), pairs)
    by_learner = pooled.groupby(rows["learner"].to_numpy())
    enough = by_learner.size() >= MINIMUM_ROWS_OF_LEARNER
    of_learners = by_learner.mean()[enough]
    auc = _differences(aucs.loc[of_learners.index], pairs).dropna()
    columns = zip(
        pairs,
        _with_intervals(
            "log_loss",
            pooled,
            cards=rows["card_number"].to_numpy(),
            learners=pd.factorize(rows["learner"])[0],
        ),
        _with_intervals("log_loss", of_learners, learners=np.arange(len(of_learners))),
        _with_intervals("auc", auc, learners=np.arange(len(auc))),
        strict=True,
    )
    differences: dict[str, Any] = {other: {} for other in losses}
    for pair, of_reviews, of_each, of_auc in columns:
        other, served = pair
        differences[other][served] = {
            "pooled": of_reviews,
            "mean_of_learners": of_each,
            "auc_of_learners": of_auc,
        } | _spread(of_learners[pair])
    return differences


def _differences(figures: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    columns = {pair: figures[pair[1]] - figures[pair[0]] for pair in pairs}
    return pd.DataFrame(columns, index=figures.index)


def _with_intervals(
    measure: str, differences: pd.DataFrame, **clusters: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Return each column's mean, named by its measure, and its intervals, by the kind of cluster."""
    found = {unit: _intervals(differences, codes) for unit, codes in clusters.items()}
    return [
        {measure: rounded(mean)} | {unit: edges[column] for unit, edges in found.items()}
        for column, mean in enumerate(differences.mean())
    ]


def _intervals(differences: pd.DataFrame, clusters: NDArray[np.int64]) -> Intervals:
    found = (interval(values, clusters) for values in differences.to_numpy().T)
    return [None if around is None else [rounded(around.low), rounded(around.high)] for around in found]


def _spread(of_learners: pd.Series) -> dict[str, Any]:
    if of_learners.empty:
        return {"better_for": 0, "of_learners": 0, "worst": None}
    worst = {"learner": str(of_learners.idxmax()), "log_loss": rounded(of_learners.max())}
    return {"better_for": int((of_learners < 0).sum()), "of_learners": len(of_learners), "worst": worst}
