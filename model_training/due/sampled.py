"""Intervals of a model that only predicts, as the service finds them in `inference.sampled`.

The function's package isn't part of the jobs', so the samples are said twice; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from model_training.due.curves import Array
from recall.curve import MAXIMUM_INTERVAL

# Days at which a curve without a formula is looked at: 0, then 64 from 100 seconds to the longest interval.
SAMPLES = np.array([0.0, *(MAXIMUM_INTERVAL * 10 ** (-7.5 * (1 - step / 63)) for step in range(64))])
HALVINGS = 40
AT_ONCE = 5_000  # cards, each predicted at all samples


class Sampled:
    """The curves of cards, seen at `SAMPLES`, and by bisection between two of them.

    Parameters
    ----------
    predict : callable
        An array of inputs, of shape (n, 3), in; recall probabilities, of shape (n,), out.
    cards : array of shape (n_cards, 2)
        Review count and difficulty of each.
    """

    def __init__(self, predict: Callable[[Array], Array], cards: Array) -> None:
        self._predict = predict
        self._cards = cards

    def days_until(self, target_recall: float) -> Array:
        """Return the first of the sampled days at which recall is at or below the target, narrowed."""
        parts = (self._cards[start : start + AT_ONCE] for start in range(0, len(self._cards), AT_ONCE))
        return np.concatenate([self._some(cards, target_recall) for cards in parts])

    def _some(self, cards: Array, target_recall: float) -> Array:
        times = np.tile(SAMPLES, len(cards))
        seen = self._at(times, np.repeat(cards, len(SAMPLES), axis=0)).reshape(len(cards), len(SAMPLES))
        reached = seen <= target_recall
        end = np.where(reached.any(axis=1), reached.argmax(axis=1), len(SAMPLES) - 1)
        low, high = SAMPLES[np.maximum(end - 1, 0)], SAMPLES[end]
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            fallen = self._at(middle, cards) <= target_recall
            low, high = np.where(fallen, low, middle), np.where(fallen, middle, high)
        return high

    def _at(self, days: Array, cards: Array) -> Array:
        return self._predict(np.column_stack([days, cards]))
