"""A seeded generator of review logs, so that the whole chain can run without anyone's private data.

Each learner has an ability, a slip rate, habits and an expanding schedule of their own; each card a
difficulty. What they remember follows `model_training.memory_model`. Nothing follows from it about accuracy
on people: the learners' names begin with `SIMULATED_PREFIX`, and a model that was trained on them says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

import numpy as np
import pandas as pd

from model_training.memory_model import Card

SIMULATED_PREFIX = "simulated-"

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
LEARN, REVIEW, RELEARN = 0, 1, 2
SECONDS_PER_DAY = 86_400
FIRST_DAY = pd.Timestamp("2020-01-01", tz="UTC")
LONGEST_SERIES = 4  # a card that failed this often in one day is left for the next
LONGEST_ANSWER = 60.0  # seconds
NEW_CARD_DELAY = 1.5  # days: how well a new card is known, as if it had been seen this long ago


class Review(NamedTuple):
    """One row of the log: seconds and study day count from `FIRST_DAY`."""

    second: int
    day: int
    card: int
    rating: int
    duration_ms: int
    kind: int


@dataclass(frozen=True)
class Learner:
    """What differs between people.

    Parameters
    ----------
    ability : float
        How much lower than its own the difficulty of a card is for them.
    slip : float
        Share of reviews that fail although the card is remembered.
    attendance : float
        Share of days on which they study; what falls due on another day waits.
    new_cards_per_day : float
        Mean number of new cards on a day of study.
    interval_factor : float
        How many times as long the next interval is after a success.
    hour : float
        When they sit down, in hours after midnight UTC.
    """

    ability: float
    slip: float
    attendance: float
    new_cards_per_day: float
    interval_factor: float
    hour: float


def simulate_learner(seed: int, number: int, days: int) -> pd.DataFrame:
    """Return one learner's log, in time order.

    Parameters
    ----------
    seed, number : int
        The same pair gives the same reviews; the learner is named after ``number``, counted from 0.
    days : int
        Over how many days they study.

    Returns
    -------
    DataFrame of shape (n_reviews, 7)
        ``learner``, ``reviewed_at`` (UTC), ``day``, ``card``, ``rating`` (1 to 4), ``duration_ms``, ``kind``.
    """
    reviews = _learner_reviews(np.random.default_rng([seed, number]), days)
    log = pd.DataFrame(reviews, columns=list(Review._fields)).astype(dict.fromkeys(Review._fields, "int64"))
    seconds = pd.to_timedelta(log.pop("second"), unit="s")
    log.insert(0, "learner", f"{SIMULATED_PREFIX}{number + 1:03d}")
    log.insert(1, "reviewed_at", (FIRST_DAY + seconds).astype("datetime64[ms, UTC]"))
    return log


def _learner_reviews(rng: np.random.Generator, days: int) -> list[Review]:
    learner = Learner(
        ability=rng.normal(0.7, 0.7),
        slip=rng.uniform(0.0, 0.05),
        attendance=rng.uniform(0.7, 1.0),
        new_cards_per_day=rng.lognormal(0.25, 0.35),
        interval_factor=rng.uniform(1.9, 2.6),
        hour=rng.uniform(7.0, 21.0),
    )
    study_days = np.flatnonzero(rng.random(days) < learner.attendance)
    starts = np.repeat(study_days, rng.poisson(learner.new_cards_per_day, len(study_days)))
    return sorted(
        review
        for number, start in enumerate(starts.tolist())
        for review in _card_reviews(rng, learner, number, study_days[study_days >= start].tolist())
    )


def _card_reviews(
    rng: np.random.Generator, learner: Learner, number: int, study_days: list[int]
) -> Iterator[Review]:
    """Yield one card's reviews: an expanding schedule with fuzz, back to one day after a failure."""
    difficulty = rng.normal(-learner.ability, 1.0)
    stability = exp(0.6 - difficulty)
    card = Card(difficulty, stability, seen=study_days[0] - NEW_CARD_DELAY)
    due, interval, kind = study_days[0], 1.0, LEARN
    for day in study_days:
        if day < due:
            continue
        series = list(_day_reviews(rng, learner, card, day))
        for position, (second, rating) in enumerate(series):
            duration = int(1000 * min(rng.lognormal(1.8 + 0.4 * (rating == AGAIN), 0.6), LONGEST_ANSWER))
            yield Review(second, day, number, rating, duration, RELEARN if position and kind else kind)
        known = series[0][1] != AGAIN and kind != LEARN
        interval = interval * learner.interval_factor * rng.uniform(0.9, 1.1) if known else 1.0
        due = day + max(1, round(interval))
        kind = REVIEW


def _day_reviews(
    rng: np.random.Generator, learner: Learner, card: Card, day: int
) -> Iterator[tuple[int, int]]:
    """Yield time and rating of a day's reviews of a card: repeated until it is recalled."""
    second = int(day * SECONDS_PER_DAY + (learner.hour + rng.uniform()) * 3600)
    for _ in range(LONGEST_SERIES):
        probability = (1.0 - learner.slip) * card.recall_at(second / SECONDS_PER_DAY)
        passed = rng.random() < probability
        card.learn(second / SECONDS_PER_DAY, passed=passed)
        yield second, _passed_rating(rng, probability) if passed else AGAIN
        if passed:
            return
        second += int(rng.uniform(60, 900))


def _passed_rating(rng: np.random.Generator, probability: float) -> int:
    """Hard is the likelier the nearer the card was to being forgotten, Easy the further."""
    draw = rng.random()
    if draw < 1.0 - probability:
        return HARD
    return EASY if draw > 1.0 - 0.1 * probability else GOOD


def is_simulated(learners: pd.Series) -> bool:
    """Tell whether any of the learners was made by `simulate_learner`."""
    return bool(learners.str.startswith(SIMULATED_PREFIX).any())
