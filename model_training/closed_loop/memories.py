"""Three kinds of memory, none of which a scheduler knows: what is true of the simulated learners' cards.

All take the `Traits` of the learner and of the card. They are tuned so that under SM-2 learners recall
between 80 and 93 % of their reviews overall, as people do.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import Protocol

from model_training.closed_loop.learners import Traits
from recall.card_history import DECAY, MemoryState, first_state, state_after
from recall.features import AGAIN

LONGEST_HALF_LIFE = 3_650.0  # days


class Memory(Protocol):
    """A card in one learner's memory."""

    def recall(self, time: float) -> float:
        """Return the probability, in [0, 1], of recall at a time in days, not before the last review."""

    def update(self, time: float, rating: int) -> None:
        """Learn from a review at a time in days that was rated 1 (Again) to 4 (Easy)."""


class FsrsMemory:
    """FSRS-6's recurrence (`recall.card_history`) in people who aren't all alike.

    The first stability, what a success adds to stability and what a failure leaves of it are multiplied, and
    the first difficulty is shifted, by the learner and the card; the curve's decay d is the learner's::

        R(t) = (1 + F · t/S)^(−d)          F = 0.9^(−1/d) − 1
    """

    def __init__(self, learner: Traits, card: Traits) -> None:
        self._first = exp(0.4 * learner.strength + 0.5 * card.strength)
        self._gain = exp(0.3 * learner.growth + 0.3 * card.growth)
        self._left = exp(0.3 * learner.lapse + 0.2 * card.lapse)
        self._harder = -0.7 * learner.growth - 1.2 * card.strength
        self._decay = DECAY * exp(0.5 * learner.decay)
        self._factor = 0.9 ** (-1.0 / self._decay) - 1.0
        self._state: MemoryState | None = None
        self._seen = 0.0

    def recall(self, time: float) -> float:
        """Return the probability of recall; see `Memory.recall`."""
        if self._state is None:
            raise ValueError("a card that was never seen has no memory")
        return float((1.0 + self._factor * (time - self._seen) / self._state.stability) ** -self._decay)

    def update(self, time: float, rating: int) -> None:
        """Learn from a review; see `Memory.update`."""
        self._state, self._seen = self._after(time, rating), time

    def _after(self, time: float, rating: int) -> MemoryState:
        before = self._state
        if before is None:
            state = first_state(rating)
            difficulty = min(max(state.difficulty + self._harder, 1.0), 10.0)
            return MemoryState(state.stability * self._first, difficulty)
        days = int(time) - int(self._seen)
        state = state_after(before, rating, days, self.recall(time))
        if days < 1:
            return state
        if rating == AGAIN:
            return MemoryState(min(state.stability * self._left, before.stability), state.difficulty)
        gained = self._gain * (state.stability - before.stability)
        return MemoryState(before.stability + gained, state.difficulty)


class ActivationMemory:
    """ACT-R's traces, each of which fades the faster the more active the memory was when it was made.

    After Pavlik & Anderson 2005, doi:10.1207/s15516709cog0000_14. Review i at time tᵢ, in days, leaves a
    trace of weight bᵢ, less for a failure. It fades as a power law of a day more, which is finite at once::

        A(t) = Σ bᵢ · (1 + t − tᵢ)^(−dᵢ)       dᵢ = c · A(tᵢ) + a       recall = 1 / (1 + (θ / A(t))^(1/σ))

    The learner and the card move the threshold θ and the costs c of activation; a is the learner's.
    """

    _NOISE = 0.3  # σ

    def __init__(self, learner: Traits, card: Traits) -> None:
        self._threshold = 0.6 * exp(-0.25 * learner.strength - 0.3 * card.strength)
        self._crowding = 0.25 * exp(-0.25 * learner.growth - 0.25 * card.growth)
        self._decay = 0.18 * exp(0.2 * learner.decay)
        self._failed = 0.5 * exp(0.2 * learner.lapse + 0.2 * card.lapse)
        self._traces: list[tuple[float, float, float]] = []  # time in days, weight, decay

    def recall(self, time: float) -> float:
        """Return the probability of recall; see `Memory.recall`."""
        return 1.0 / (1.0 + (self._threshold / self._activation(time)) ** (1.0 / self._NOISE))

    def update(self, time: float, rating: int) -> None:
        """Learn from a review; see `Memory.update`."""
        decay = self._crowding * self._activation(time) + self._decay
        self._traces.append((time, self._failed if rating == AGAIN else 1.0, decay))

    def _activation(self, time: float) -> float:
        return sum(weight * (1.0 + time - made) ** -decay for made, weight, decay in self._traces)


class HalfLifeMemory:
    """Exponential forgetting, with a half-life h that successes lengthen and failures shorten.

    A success adds the more the nearer the card was to being forgotten (Cepeda et al. 2006,
    doi:10.1037/0033-2909.132.3.354); a failure takes back a part of what was gained over the first h₀::

        recall = 2^(−t/h)      recalled: h' = h · (1 + α · √(1 − recall))      failed: h' = h₀ · (h/h₀)^λ

    The learner and the card multiply h₀, α and λ; what wasn't known at first sight begins with half of h₀.
    """

    def __init__(self, learner: Traits, card: Traits) -> None:
        self._first = 12.0 * exp(0.35 * learner.strength + 0.5 * card.strength)
        self._growth = 4.0 * exp(0.3 * learner.growth + 0.3 * card.growth)
        self._kept = min(0.4 * exp(0.3 * learner.lapse + 0.2 * card.lapse), 1.0)
        self._half_life = 0.0
        self._seen = 0.0

    def recall(self, time: float) -> float:
        """Return the probability of recall; see `Memory.recall`."""
        return float(2.0 ** -((time - self._seen) / self._half_life))

    def update(self, time: float, rating: int) -> None:
        """Learn from a review; see `Memory.update`."""
        if self._half_life == 0.0:
            self._first *= 0.5 if rating == AGAIN else 1.0
            self._half_life = self._first
        elif rating == AGAIN:
            self._half_life = self._first * (self._half_life / self._first) ** self._kept
        else:
            growth = 1.0 + self._growth * (1.0 - self.recall(time)) ** 0.5
            self._half_life = min(self._half_life * growth, LONGEST_HALF_LIFE)
        self._seen = time


KINDS: dict[str, Callable[[Traits, Traits], Memory]] = {
    "fsrs": FsrsMemory,
    "activation": ActivationMemory,
    "half_life": HalfLifeMemory,
}
TITLES = {
    "fsrs": "FSRS-6 with factors of learner and card",
    "activation": "ACT-R's activation",
    "half_life": "Exponential with a growing half-life",
}
