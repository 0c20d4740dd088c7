"""What FSRS-6 believes of one card: stability and difficulty, moved by each review.

Formulas of https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm, version FSRS-6, with the
parameters w₀…w₂₀ that py-fsrs (https://github.com/open-spaced-repetition/py-fsrs) ships as its defaults.
Ratings g are 1 Again, 2 Hard, 3 Good, 4 Easy; t is in whole days; ' marks values after the review::

    R(t) = (1 + F · t/S)^(−w₂₀)                         F = 0.9^(−1/w₂₀) − 1, so that R(S) = 0.9

    first review      S = w_(g−1)                        D = D₀(g) = w₄ − e^(w₅ (g−1)) + 1
    same day          S' = S · e^(w₁₇ (g−3+w₁₈)) · S^(−w₁₉), never below S unless failed
    later, recalled   S' = S · (1 + e^w₈ · (11−D) · S^(−w₉) · (e^(w₁₀ (1−R)) − 1) · w₁₅ if Hard · w₁₆ if Easy)
    later, failed     S' = min(w₁₁ · D^(−w₁₂) · ((S+1)^w₁₃ − 1) · e^(w₁₄ (1−R)), S / e^(w₁₇ w₁₈))
    any but the first D' = w₇ · D₀(4) + (1−w₇) · (D − w₆ (g−3) (10−D)/9)

S is kept within 0.001 and 36,500 days, D within 1 and 10.
"""

from __future__ import annotations

from collections import namedtuple
from math import exp

from recall.features import RATINGS

AGAIN, HARD, GOOD, EASY = RATINGS

INITIAL_STABILITY = (0.212, 1.2931, 2.3065, 8.2956)  # w₀…w₃, days
INITIAL_DIFFICULTY = 6.4133  # w₄
INITIAL_DIFFICULTY_SLOPE = 0.8334  # w₅
DIFFICULTY_STEP = 3.0194  # w₆
MEAN_REVERSION = 0.001  # w₇
SUCCESS_GROWTH = 1.8722  # w₈
SUCCESS_SATURATION = 0.1666  # w₉
SUCCESS_SPACING = 0.796  # w₁₀
FAILURE_SCALE = 1.4835  # w₁₁
FAILURE_DIFFICULTY = 0.0614  # w₁₂
FAILURE_STABILITY = 0.2629  # w₁₃
FAILURE_SPACING = 1.6483  # w₁₄
HARD_PENALTY = 0.6014  # w₁₅
EASY_BONUS = 1.8729  # w₁₆
SAME_DAY_SLOPE = 0.5425  # w₁₇
SAME_DAY_OFFSET = 0.0912  # w₁₈
SAME_DAY_SATURATION = 0.0658  # w₁₉
DECAY = 0.1542  # w₂₀

MINIMUM_STABILITY, MAXIMUM_STABILITY = 0.001, 36_500.0
MINIMUM_DIFFICULTY, MAXIMUM_DIFFICULTY = 1.0, 10.0

_FACTOR = 0.9 ** (-1.0 / DECAY) - 1.0
_GROWTH = exp(SUCCESS_GROWTH)
_SHORTENED = exp(SAME_DAY_SLOPE * SAME_DAY_OFFSET)
_EASIEST = INITIAL_DIFFICULTY - exp(INITIAL_DIFFICULTY_SLOPE * (EASY - 1)) + 1.0

# stability in days, difficulty from 1 to 10
MemoryState = namedtuple("MemoryState", "stability difficulty")


def retrievability(memory: MemoryState, days: float) -> float:
    """Return R, the probability of recall that FSRS-6 expects after a delay in days (≥ 0)."""
    return float((1.0 + _FACTOR * days / memory.stability) ** -DECAY)


def first_state(rating: int) -> MemoryState:
    """Return the memory after a card's first review, rated 1 to 4."""
    difficulty = INITIAL_DIFFICULTY - exp(INITIAL_DIFFICULTY_SLOPE * (rating - 1)) + 1.0
    return MemoryState(INITIAL_STABILITY[rating - 1], _within_difficulty(difficulty))


def next_state(memory: MemoryState, rating: int, days: int) -> MemoryState:
    """Return the memory after another review.

    Parameters
    ----------
    memory : MemoryState
        After the review before.
    rating : int
        1 to 4.
    days : int
        Study days since the review before; 0 for a repeat on the same day.
    """
    return state_after(memory, rating, days, retrievability(memory, days))


def state_after(memory: MemoryState, rating: int, days: int, recall: float) -> MemoryState:
    """Return what `next_state` does; `recall` is the memory's `retrievability` after these days."""
    if days < 1:
        stability = _after_same_day(memory.stability, rating)
    elif rating == AGAIN:
        stability = _after_failure(memory, recall)
    else:
        stability = _after_success(memory, recall, rating)
    step = -DIFFICULTY_STEP * (rating - GOOD) * (10.0 - memory.difficulty) / 9.0
    difficulty = MEAN_REVERSION * _EASIEST + (1.0 - MEAN_REVERSION) * (memory.difficulty + step)
    stability = min(max(stability, MINIMUM_STABILITY), MAXIMUM_STABILITY)
    return MemoryState(stability, _within_difficulty(difficulty))


def _after_same_day(stability: float, rating: int) -> float:
    growth = exp(SAME_DAY_SLOPE * (rating - GOOD + SAME_DAY_OFFSET)) * float(stability**-SAME_DAY_SATURATION)
    return stability * (growth if rating == AGAIN else max(growth, 1.0))


def _after_success(memory: MemoryState, recall: float, rating: int) -> float:
    growth = _GROWTH * (11.0 - memory.difficulty) * memory.stability**-SUCCESS_SATURATION
    growth *= exp(SUCCESS_SPACING * (1.0 - recall)) - 1.0
    if rating == HARD:
        growth *= HARD_PENALTY
    elif rating == EASY:
        growth *= EASY_BONUS
    return float(memory.stability * (1.0 + growth))


def _after_failure(memory: MemoryState, recall: float) -> float:
    relearned = FAILURE_SCALE * memory.difficulty**-FAILURE_DIFFICULTY
    relearned *= (memory.stability + 1.0) ** FAILURE_STABILITY - 1.0
    relearned *= exp(FAILURE_SPACING * (1.0 - recall))
    return float(min(relearned, memory.stability / _SHORTENED))


def _within_difficulty(difficulty: float) -> float:
    return min(max(difficulty, MINIMUM_DIFFICULTY), MAXIMUM_DIFFICULTY)
