"""A better answer never lowers recall and never shortens an interval, whatever model, history and learner."""

from itertools import pairwise

import pytest

from recall.card_history import CardHistory, history_of
from recall.curve import interval, recall_probability
from recall.history import history_features
from recall.learner import START

from .histories import MODEL, random_model, random_reviews, random_state, seeded

# Recall that is equal by the formula may differ in the last digits.
ROUNDING = 1e-12


def histories_after(random):
    """Return a random card's history after each of the four answers given now."""
    reviews = random_reviews(random, random.randint(0, 15) or None) if random.random() < 0.95 else []
    seconds = random.choice((0.0, random.uniform(0.1, 60.0)))
    if not reviews:
        return [CardHistory(0.0, rating, 0, seconds) for rating in (1, 2, 3, 4)]
    history = history_of(reviews)
    time = history.time + (random.uniform(0, 0.5) if random.random() < 0.3 else random.lognormvariate(1.5, 2))
    return [history.after(time, rating, max(history.day, int(time)), seconds) for rating in (1, 2, 3, 4)]


def violations(random, model, state, deadlines, targets):
    """Return how often a better answer has less recall at a delay, or a shorter interval for a target."""
    curves = [model.curve(history_features(h), state) for h in histories_after(random)]
    found = 0
    for worse, better in pairwise(curves):
        found += sum(
            recall_probability(worse, t) > recall_probability(better, t) + ROUNDING for t in deadlines
        )
        found += sum(interval(worse, r) > interval(better, r) * (1 + 1e-9) for r in targets)
    return found


def count_violations(seed, cases, new_model_every):
    random, found, model, state = seeded(seed), 0, MODEL, START
    for case in range(cases):
        if case % new_model_every == 0:
            model = MODEL if random.random() < 0.3 else random_model(random, random.choice((0.1, 1.0, 10.0)))
            known = random.random() < 0.7
            state = random_state(random, model, random.randint(1, 40)) if known else START
        delays = (random.lognormvariate(1, 3), random.uniform(0, 36_500))
        targets = (random.uniform(0.001, 0.999), random.choice((0.5, 0.8, 0.9, 0.97)))
        found += violations(random, model, state, delays, targets)
    return found


def test_order_holds_in_ten_thousand_cases():
    assert count_violations(1, 10_000, new_model_every=20) == 0


@pytest.mark.slow
def test_order_holds_in_a_hundred_thousand_cases():
    assert count_violations(3, 100_000, new_model_every=100) == 0


@pytest.mark.fuzz
def test_order_holds_in_a_million_cases():
    assert count_violations(2, 1_000_000, new_model_every=100) == 0
