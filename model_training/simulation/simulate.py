"""A seeded generator of review logs, so that the whole chain can run without anyone's private data.

Each learner has an ability and habits of their own (`model_training.simulation.learner`), each card a
difficulty; what is remembered follows `model_training.simulation.memory`. At the defaults, the log is like a
real one in the figures of `model_training.simulation.resemblance`. Nothing follows from it about accuracy on
people: the learners' names begin with `SIMULATED_PREFIX`, and a model that was trained on them says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import NamedTuple

import numpy as np
import pandas as pd

from model_training.simulation.learner import SimulatedLearner, draw_simulated_learner
from model_training.simulation.memory import CardMemory
from recall.features import AGAIN, EASY, GOOD, HARD, SECONDS_PER_DAY

SIMULATED_PREFIX = "simulated-"

LEARN, REVIEW, RELEARN = 0, 1, 2
HOUR = 3_600  # seconds
FIRST_DAY = pd.Timestamp("2020-01-01", tz="UTC")
LATEST_START = 20.0  # o'clock: a session's last review is still on its day
LONGEST_SERIES = 8  # a card that was seen this often in one day is left for the next
LONGEST_ANSWER = 60.0  # seconds
NEW_CARD_DELAY = 26.0  # days: how well a new card is known, as if it had been seen this long ago
EASY_SHARE = 0.05  # of the recalled


class LogRow(NamedTuple):
    """One row of the log: seconds and study day count from `FIRST_DAY`."""

    second: float
    day: int
    card: int
    rating: int
    duration_ms: int
    kind: int


def simulate_learner(seed: int, number: int, days: int) -> pd.DataFrame:
    """Return one learner's log, in time order.

    Parameters
    ----------
    seed, number : int
        The same pair gives the same reviews; the learner is named after ``number``, counted from 0.
    days : int
        Over how many days they study at most; many stop earlier.

    Returns
    -------
    DataFrame of shape (n_reviews, 7)
        ``learner``, ``reviewed_at`` (UTC), ``day``, ``card``, ``rating`` (1 to 4), ``duration_ms``, ``kind``;
        at least one review.
    """
    learner, rng = draw_simulated_learner(seed, number), np.random.default_rng([seed, number + 1])
    reviews = sorted(_learner_reviews(rng, learner, days))
    log = pd.DataFrame(reviews, columns=list(LogRow._fields))
    seconds = pd.to_timedelta(log.pop("second"), unit="s")
    log.insert(0, "learner", f"{SIMULATED_PREFIX}{number + 1:03d}")
    log.insert(1, "reviewed_at", (FIRST_DAY + seconds).astype("datetime64[ms, UTC]"))
    return log


def _learner_reviews(rng: np.random.Generator, learner: SimulatedLearner, days: int) -> Iterator[LogRow]:
    """Yield the reviews of all cards, card by card."""
    attended = rng.random(min(days, round(learner.stay))) < learner.attendance
    attended[0] = True  # the calendar begins with their first day
    study_days = np.flatnonzero(attended)
    hours = rng.normal(learner.hour, 4.0, len(study_days)).clip(0.0, LATEST_START)
    sessions = ((study_days * 24.0 + hours) * HOUR).astype("int64").tolist()
    new_cards = 1 + rng.poisson(learner.new_cards, len(sessions))
    for number, first in enumerate(np.repeat(np.arange(len(sessions)), new_cards).tolist()):
        yield from _card_reviews(rng, learner, number, sessions[first:])


def _card_reviews(
    rng: np.random.Generator, learner: SimulatedLearner, number: int, sessions: list[int]
) -> Iterator[LogRow]:
    """Yield one card's reviews: an expanding schedule with fuzz, cut back by a failure, until given up."""
    difficulty = rng.normal(-learner.ability, 1.0)
    due, interval, kind = sessions[0] // SECONDS_PER_DAY, 1.0, LEARN
    card = CardMemory(difficulty, exp(0.39 - difficulty), seen=due - NEW_CARD_DELAY)
    for start in sessions:
        day = start // SECONDS_PER_DAY
        if day < due:
            continue
        second = start + rng.uniform(0, HOUR)
        series = list(_day_reviews(rng, learner, card, second, known=kind != LEARN))
        for position, (second, rating) in enumerate(series):
            duration = int(1000 * min(rng.lognormal(1.8 + 0.4 * (rating == AGAIN), 0.6), LONGEST_ANSWER))
            yield LogRow(second, day, number, rating, duration, RELEARN if position and kind else kind)
        if rng.random() < learner.abandonment:
            return
        if kind != LEARN and series[0][1] != AGAIN:
            interval *= learner.interval_factor * rng.uniform(0.85, 1.15)
        else:
            interval = max(1.0, interval * learner.interval_kept)
        due, kind = day + round(interval), REVIEW


def _day_reviews(
    rng: np.random.Generator, learner: SimulatedLearner, card: CardMemory, second: float, *, known: bool
) -> Iterator[tuple[float, int]]:
    """Yield time and rating of a day's reviews of a card: a known one that is recalled is done at once."""
    for _ in range(LONGEST_SERIES):
        probability = (1.0 - learner.slip) * card.recall_at(second / SECONDS_PER_DAY)
        passed = rng.random() < probability
        card.learn(second / SECONDS_PER_DAY, passed=passed)
        rating = _passed_rating(rng, learner, probability) if passed else AGAIN
        yield second, rating
        known = known and passed
        if rating == EASY or (passed and (known or rng.random() >= learner.repetition)):
            return
        second += rng.uniform(60, 900)


def _passed_rating(rng: np.random.Generator, learner: SimulatedLearner, probability: float) -> int:
    """Hard is the likelier the nearer the card was to being forgotten."""
    draw = rng.random()
    if draw < learner.hesitation * (1.0 - probability):
        return HARD
    return EASY if draw > 1.0 - EASY_SHARE else GOOD


def is_simulated(learners: pd.Series) -> bool:
    """Return whether any of the learners was made by `simulate_learner`."""
    return bool(learners.str.startswith(SIMULATED_PREFIX).any())
