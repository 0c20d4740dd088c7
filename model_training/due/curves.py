"""The core's forgetting curves for many cards at once: the same formulas, limits and results.

`recall.curve` has them card by card, as the service answers; tests hold both together to 1e-12.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from model_training.fitting.maximum_likelihood import flat, input_curves, input_design
from model_training.history.predict import curves_alone
from model_training.review_log.features import HISTORY_COLUMNS
from recall.curve import (
    LOG_RETENTION,
    LOG_STABILITY_LIMIT,
    MAXIMUM_INTERVAL,
    MAXIMUM_LOG_DECAY,
    MINIMUM_LOG_DECAY,
)
from recall.history import HistoryModel
from recall.three_inputs import ThreeInputModel

Array = NDArray[np.float64]


class PowerLaws(NamedTuple):
    """The curves p(t) = ceiling · (1 + t/τ)^(−c), one a card.

    Parameters
    ----------
    scale, decay, ceiling : array of shape (n_cards,)
        Time scale τ in days, decay c, and recall without any delay.
    """

    scale: Array
    decay: Array
    ceiling: Array

    def recall(self, days: Array) -> Array:
        """Return each card's recall probability, so many days after its last review."""
        probability: Array = self.ceiling * np.exp(-self.decay * np.log1p(days / self.scale))
        return probability

    def days_until(self, target_recall: float) -> Array:
        """Return the days after which recall has fallen to a target, as `recall.curve.interval` does."""
        # Recall that begins below the target is due at once: ln 1 = 0.
        exponent = np.log(np.maximum(self.ceiling / target_recall, 1.0)) / self.decay
        # Beyond it the interval is the longest one, whatever would come of an exponential that overflows.
        reachable = np.minimum(exponent, np.log1p(MAXIMUM_INTERVAL / self.scale))
        days = np.where(exponent > reachable, MAXIMUM_INTERVAL, self.scale * np.expm1(reachable))
        return np.minimum(days, MAXIMUM_INTERVAL)


def from_inputs(model: ThreeInputModel, review_count: Array, difficulty: Array) -> PowerLaws:
    """Return the curves of cards of which two inputs are known, as `ThreeInputModel.curve` does."""
    return _power_laws(input_curves(flat(model), input_design(review_count, difficulty)))


def from_histories(model: HistoryModel, features: Array) -> PowerLaws:
    """Return the curves of cards of which the history is known, as `HistoryModel.curve` does.

    Parameters
    ----------
    model : HistoryModel
        Evaluated for each card without anything known of its learner.
    features : array of shape (n_cards, 10)
        `recall.history.history_features` of each.
    """
    return _power_laws(curves_alone(model, pd.DataFrame(features, columns=HISTORY_COLUMNS)))


def _power_laws(curves: Array) -> PowerLaws:
    decay = np.exp(np.clip(curves[1], MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY))
    stability = np.exp(np.clip(curves[0], -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT))
    return PowerLaws(stability / np.expm1(-LOG_RETENTION / decay), decay, expit(-curves[2]))
