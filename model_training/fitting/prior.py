"""Where `PRIOR_MODEL` comes from: ``python -m model_training.fitting.prior`` prints it.

FSRS-6's published parameters were fitted on the review logs of 10,000 people, but they need a card's whole
history; the forgetting curve has three inputs. So cards are reviewed here on paper: by learners who differ in
how they schedule (SM-2's growing intervals, or FSRS's own), grade, and keep to their days, and whose memory
is exactly FSRS-6's default. The curve is then fitted to the recall probabilities at those reviews: what the
three inputs say of a card on average over such histories. No real review is in it.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model_training.fitting.maximum_likelihood import fit_coefficients
from recall.card_history import DECAY, MemoryState, first_state, next_state, retrievability
from recall.features import AGAIN, EASY, GOOD, HARD
from recall.three_inputs import difficulty_from_share, failure_share

LEARNERS, CARDS_EACH = 300, 150
SEED = 1
MOST_REVIEWS = 12
LONGEST_INTERVAL = 365.0  # days
STEP_FAILURE = 0.15  # of the learning steps on a card's first day
MOST_STEPS = 8

# days since the last review, review days, failure share, FSRS-6's recall probability
Row = tuple[float, int, float, float]


@dataclass
class Habits:
    """How one learner reviews; drawn once for all of their cards."""

    span: float
    follows_fsrs: bool
    desired_recall: float
    hard: float
    easy: float
    fails_new: float
    steps: int
    lateness: float

    def passing_grade(self, rng: random.Random) -> int:
        """Return Hard, Good or Easy."""
        draw = rng.random()
        if draw < self.hard:
            return HARD
        return EASY if draw < self.hard + self.easy else GOOD


def _habits(rng: random.Random, number: int) -> Habits:
    return Habits(
        span=rng.uniform(60, 400),
        follows_fsrs=number % 2 == 1,
        desired_recall=rng.uniform(0.8, 0.95),
        # Half of the learners never press these buttons.
        hard=max(0.0, rng.uniform(-0.2, 0.2)),
        easy=max(0.0, rng.uniform(-0.4, 0.4)),
        fails_new=rng.betavariate(1, 2),
        steps=rng.choice((1, 2)),
        lateness=rng.random(),
    )


def _card(rng: random.Random, habits: Habits) -> Iterator[Row]:
    """Yield a card's scored reviews, until the learner's span ends."""
    memory, failures, reviews = _first_day(rng, habits)
    day, interval, ease = rng.uniform(0, habits.span), 1.0, 2.5
    for review_days in range(1, MOST_REVIEWS + 1):
        wait = _days_until_recall(memory, habits.desired_recall) if habits.follows_fsrs else interval
        planned = min(max(1.0, round(wait * rng.uniform(0.95, 1.05))), LONGEST_INTERVAL)
        late = int(rng.expovariate(1 / (0.15 * wait + 0.5))) if rng.random() < habits.lateness else 0
        days = max(planned + late + rng.uniform(-0.3, 0.3), 0.4)
        day += days
        if day > habits.span:
            return
        probability = retrievability(memory, days)
        yield days, review_days, failure_share(failures, reviews), probability
        reviews += 1
        if rng.random() < probability:
            grade = habits.passing_grade(rng)
            memory = next_state(memory, grade, max(1, round(days)))
            growth = 1.2 if grade == HARD else ease * (1.3 if grade == EASY else 1.0)
            interval = max(interval + 1, interval * growth)
            ease = max(1.3, ease + {HARD: -0.15, GOOD: 0.0, EASY: 0.15}[grade])
        else:
            # Relearnt on the same day.
            memory = next_state(next_state(memory, AGAIN, max(1, round(days))), GOOD, 0)
            failures, reviews = failures + 1, reviews + 1
            interval, ease = 1.0, max(1.3, ease - 0.2)


def _first_day(rng: random.Random, habits: Habits) -> tuple[MemoryState, int, int]:
    """Return memory, failures and reviews after the first rating and the learning steps."""
    grade = AGAIN if rng.random() < habits.fails_new else habits.passing_grade(rng)
    memory, failures, reviews = first_state(grade), int(grade == AGAIN), 1
    passed = habits.steps if grade == EASY else int(grade != AGAIN)
    while passed < habits.steps and reviews < MOST_STEPS:
        grade = AGAIN if rng.random() < STEP_FAILURE else GOOD
        memory = next_state(memory, grade, 0)
        failures, reviews = failures + (grade == AGAIN), reviews + 1
        passed = 0 if grade == AGAIN else passed + 1
    return memory, failures, reviews


def _days_until_recall(memory: MemoryState, target: float) -> float:
    """Return FSRS-6's interval: the inverse of `retrievability`."""
    return float(memory.stability * (target ** (-1 / DECAY) - 1) / (0.9 ** (-1 / DECAY) - 1))


def fit_prior() -> NDArray[np.float64]:
    """Return the coefficients of the prior, shape (6,)."""
    rng = random.Random(SEED)  # noqa: S311 - for the same reviews everywhere, not for secrets
    rows: list[Row] = []
    for number in range(LEARNERS):
        habits = _habits(rng, number)
        for _ in range(CARDS_EACH):
            rows.extend(_card(rng, habits))
    days, count, share, probability = np.array(rows).T
    difficulty = np.array([difficulty_from_share(value) for value in share])
    X = np.column_stack([days, count, difficulty])
    return fit_coefficients(X, probability, np.ones(len(rows)), 0.0)[0]


if __name__ == "__main__":
    np.savetxt(sys.stdout, fit_prior(), fmt="%.6g")
