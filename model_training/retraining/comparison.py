"""Champion against challenger, paired: how much better or worse on the same reviews, and how sure that is.

A learner weighs as the root of their number of judging reviews, as in the fits (`learner_weights`): one who
has half of all reviews doesn't decide alone, and one with three is mostly noise. Intervals are over learners
(`model_training.evaluation.intervals`).

How sure depends on how much was tried. The chance that a challenger which is no better passes by luck is
`TAIL` at most over all runs against one live model, however many there are: the k-th one spends 6/(π²k²) of
it, which sums to 1 ("alpha-spending": J. Tian & A. Ramdas, Statistical Methods in Medical Research 30, 2021),
and its challengers share that alike (Bonferroni). To be better in one way at least has as many chances as
there are ways, so they share it once more. To be no worse has to hold in every way, which takes no
correction (R. L. Berger, Technometrics 24, 1982).
"""

from __future__ import annotations

from dataclasses import asdict
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model_training.evaluation.baselines import fit_moving_average
from model_training.evaluation.intervals import Interval, interval
from model_training.evaluation.scores import Probabilities, log_losses, reliability_rows, rounded, score
from model_training.retraining.reviews import Judging
from model_training.review_log.features import learner_weights

# In nats. Nobody would notice so much less: three retrained models on the same learners differ by as much.
MARGIN = 0.002
TAIL = 0.025  # of each end of an interval of 95 %
# With fewer, an interval over learners says little, and fails where they are skewed.
FEWEST_LEARNERS = 8
BETTER, NO_WORSE, UNCLEAR, WORSE = "better", "no worse", "unclear", "worse"

Predicted = dict[str, Probabilities]


def tail(run: int, challengers: int) -> float:
    """Return the chance of error, of one end of an interval, that a challenger may spend.

    Parameters
    ----------
    run : int
        The run's number since the live model is live, from 1.
    challengers : int
        How many it tries, from 1.
    """
    return TAIL * 6.0 / (pi * run) ** 2 / challengers


def figures(judging: Judging, predicted: Predicted) -> dict[str, Any]:
    """Return a model's figures on the judging reviews, each of which weighs alike, by way to predict."""
    recalled = judging.recalled
    return {
        way: {name: rounded(value) for name, value in asdict(score(recalled, probability)).items()}
        | {"weighted_log_loss": rounded(weighted_log_loss(judging, probability))}
        | {"reliability": reliability_rows(recalled, probability)}
        for way, probability in predicted.items()
    }


def compare_paired(
    judging: Judging, champion: Predicted, challenger: Predicted, spent: float
) -> dict[str, Any]:
    """Compare two models' predictions for the same reviews.

    Parameters
    ----------
    judging : Judging
        The reviews.
    champion, challenger : dict of str to array
        Their predictions, by way.
    spent : float
        Result of `tail`.

    Returns
    -------
    dict
        For each way: ``difference`` of the weighted mean log loss (challenger − champion, in nats); its 95 %
        ``interval`` (None with one learner); ``bound``, above which it is with a chance of ``spent``; and
        ``verdict``: ``better`` (the bound that the ways share is below 0), ``no worse`` (the bound is below
        `MARGIN`), ``worse`` (the interval is above 0) or ``unclear``.
    """
    clusters = judging.features.groupby("learner", sort=False).ngroup().to_numpy()
    weights = learner_weights(judging.features)
    found = {}
    for way, before in champion.items():
        differences = _losses(judging, challenger[way]) - _losses(judging, before)
        around, bound, shared = (
            interval(differences, clusters, weights, 1.0 - 2.0 * each)
            for each in (TAIL, spent, spent / len(champion))
        )
        found[way] = {
            "difference": rounded(float(np.average(differences, weights=weights))),
            "interval": None if around is None else [rounded(around.low), rounded(around.high)],
            "bound": None if bound is None else rounded(bound.high),
            "verdict": _verdict(around, bound, shared),
        }
    return found


def baselines(judging: Judging) -> dict[str, float]:
    """Return the weighted log loss of what knows no card.

    Returns
    -------
    dict of str to float
        ``constant``, the share that was recalled, which no constant beats on these reviews; and
        ``moving_average`` of each learner's outcomes, from their first scored review on.
    """
    ordered = judging.log.sort_values(["learner", "reviewed_at", "card"], kind="stable")
    moving = np.empty(len(ordered))
    moving[ordered.index] = fit_moving_average(ordered)(ordered)
    share = np.average(judging.recalled, weights=learner_weights(judging.features))
    return {
        "constant": weighted_log_loss(judging, np.full(len(judging.recalled), share)),
        "moving_average": weighted_log_loss(judging, moving[judging.rows]),
    }


def weighted_log_loss(judging: Judging, probability: Probabilities) -> float:
    """Return the mean log loss in nats, each learner's weighted by the root of their number of reviews."""
    return float(np.average(_losses(judging, probability), weights=learner_weights(judging.features)))


def _losses(judging: Judging, probability: Probabilities) -> NDArray[np.float64]:
    return log_losses(judging.recalled, probability)


def _verdict(around: Interval | None, bound: Interval | None, shared: Interval | None) -> str:
    if around is None or bound is None or shared is None:
        return UNCLEAR
    if shared.high < 0.0:
        return BETTER
    if bound.high < MARGIN:
        return NO_WORSE
    return WORSE if around.low > 0.0 else UNCLEAR
