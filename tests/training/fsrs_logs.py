"""Logs of learners whose memory is known: FSRS-6 with a factor of its own for each learner and card."""

from math import exp

import pandas as pd

from recall.card_history import DECAY, MemoryState, first_state, next_state, retrievability
from recall.features import AGAIN, EASY, GOOD, HARD
from tests.unit.histories import seeded

from .logs import written

SPREAD = 0.3  # of the factors' logarithms, among learners and among a learner's cards
CARDS = 120
STEP = 0.005  # days between repeats on the same day


def fsrs_log(learners, factor=1.0):
    """Simulate learners by their numbers, half of them on SM-2-like intervals and half on FSRS's.

    `factor` is of all of their stabilities. Returns the log, with the card's true stability after each review
    as one more column.
    """
    rows = [
        (f"learner {number:03d}", card, *review)
        for number in learners
        for card, reviews in enumerate(_learner(seeded(number), number % 2 == 1, factor))
        for review in reviews
    ]
    log = written(*(row[:4] for row in rows))
    # The same order: the rows of a card are in time order, and learners and cards are numbered.
    return log.assign(stability=[row[4] for row in rows])


def true_recall(log, days):
    """Probability that each scored review's card would have been recalled after a delay."""
    by_card = log.groupby(["learner", "card"])
    scored = by_card["day"].diff() >= 1
    stability = by_card["stability"].shift()[scored]
    return pd.Series([retrievability(MemoryState(s, 5.0), days) for s in stability])


def _learner(random, follows_fsrs, factor):
    """Make one learner's cards: for each a list of (time in days, rating, true stability after it)."""
    habits = {
        "span": random.uniform(120, 400),
        "target": random.uniform(0.8, 0.95) if follows_fsrs else None,
        "lateness": random.random(),
        "fails_new": random.betavariate(1, 2),
        "passing": (HARD, GOOD, EASY),
        "weights": (max(0.0, random.uniform(-0.2, 0.2)), 1.0, max(0.0, random.uniform(-0.4, 0.4))),
    }
    factor *= exp(random.gauss(0.0, SPREAD))
    return [_card(random, habits, factor * exp(random.gauss(0.0, SPREAD))) for _ in range(CARDS)]


def _card(random, habits, factor):
    def passing():
        return random.choices(habits["passing"], habits["weights"])[0]

    def reviewed(time, rating):
        reviews.append((time, rating, memory.stability * factor))

    reviews, time, interval, ease = [], random.uniform(0, habits["span"]), 1.0, 2.5
    rating = AGAIN if random.random() < habits["fails_new"] else passing()
    memory = first_state(rating)
    reviewed(time, rating)
    for _ in range(12):
        if habits["target"]:
            interval = memory.stability * (habits["target"] ** (-1 / DECAY) - 1) / (0.9 ** (-1 / DECAY) - 1)
        planned = min(max(1, round(interval * random.uniform(0.95, 1.05))), 365)
        late = (
            int(random.expovariate(1 / (0.15 * planned + 0.5))) if random.random() < habits["lateness"] else 0
        )
        day = int(time) + planned + late + random.uniform(0.3, 0.7)
        if day > habits["span"]:
            break
        gap, days, time = int(day) - int(time), day - time, day
        if random.random() < retrievability(MemoryState(memory.stability * factor, 5.0), days):
            rating = passing()
            memory = next_state(memory, rating, gap)
            reviewed(time, rating)
            interval = max(interval + 1, interval * {HARD: 1.2, GOOD: ease, EASY: 1.3 * ease}[rating])
            ease = max(1.3, ease + {HARD: -0.15, GOOD: 0.0, EASY: 0.15}[rating])
        else:
            memory = next_state(memory, AGAIN, gap)
            reviewed(time, AGAIN)
            memory = next_state(memory, GOOD, 0)  # relearnt on the same day
            reviewed(time + STEP, GOOD)
            interval, ease = 1.0, max(1.3, ease - 0.2)
    return reviews
