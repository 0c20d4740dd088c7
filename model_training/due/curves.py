"""The core's forgetting curves for many cards at once: the same formulas, limits and answers.

`recall.curve` and `recall.history_curve` have them card by card, as the service answers; tests hold both
together to 1e-12.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recall.curve import (
    LOG_TIME_SCALE_LIMIT,
    MAXIMUM_INTERVAL,
    MAXIMUM_SHARE,
    MINIMUM_DECAY,
    MINIMUM_SHARE,
    PowerCurve,
)
from recall.features import share_from_difficulty
from recall.history import HistoryModel
from recall.history_curve import LOG_RETENTION, LOG_STABILITY_LIMIT, MAXIMUM_LOG_DECAY, MINIMUM_LOG_DECAY

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
        """Return the days after which recall has fallen to a target, as `recall.curve.days_until` does."""
        # Recall that begins below the target is due at once: ln 1 = 0.
        exponent = np.log(np.maximum(self.ceiling / target_recall, 1.0)) / self.decay
        # Beyond it the interval is the longest one, whatever would come of an exponential that overflows.
        reachable = np.minimum(exponent, np.log1p(MAXIMUM_INTERVAL / self.scale))
        days = np.where(exponent > reachable, MAXIMUM_INTERVAL, self.scale * np.expm1(reachable))
        return np.minimum(days, MAXIMUM_INTERVAL)


def from_inputs(curve: PowerCurve, review_count: Array, difficulty: Array) -> PowerLaws:
    """Return the curves of cards of which two inputs are known, as `PowerCurve.shape` does."""
    share: Any = share_from_difficulty(difficulty)  # type: ignore[arg-type] # arrays work too
    share = np.clip(share, MINIMUM_SHARE, MAXIMUM_SHARE)
    inputs = np.stack([np.ones_like(share), np.log(review_count), np.log(share / (1.0 - share))])
    log_scale, decay, slip = (np.array(getattr(curve, line)) @ inputs for line in PowerCurve.__slots__)
    return PowerLaws(
        np.exp(np.clip(log_scale, -LOG_TIME_SCALE_LIMIT, LOG_TIME_SCALE_LIMIT)),
        np.maximum(np.logaddexp(0.0, decay), MINIMUM_DECAY),
        1.0 - expit(slip),
    )


def from_histories(model: HistoryModel, features: Array) -> PowerLaws:
    """Return the curves of cards of which the history is known, as `recall.history_curve.shape` does.

    Parameters
    ----------
    model : HistoryModel
        Asked for each card alone.
    features : array of shape (n_cards, 25)
        `recall.history_features.history_features` of each.
    """
    intercepts, slopes = (np.array([line[part] for line in model.history]) for part in (0, slice(1, None)))
    log_stability, log_decay, slip = slopes @ features.T + intercepts[:, None]
    decay = np.exp(np.clip(log_decay, MINIMUM_LOG_DECAY, MAXIMUM_LOG_DECAY))
    stability = np.exp(np.clip(log_stability, -LOG_STABILITY_LIMIT, LOG_STABILITY_LIMIT))
    return PowerLaws(stability / np.expm1(-LOG_RETENTION / decay), decay, expit(-slip))
