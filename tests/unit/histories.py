"""Review histories, and history models, to test with: random ones are the same in every run."""

from math import log
from random import Random

from recall.history import HistoryModel
from recall.history_features import HISTORY_FEATURES, history_features
from recall.memory_state import DECAY
from recall.replay import history_of


def line(intercept=0.0, **coefficients):
    """Make a line from its intercept and the coefficients that aren't zero."""
    return (intercept, *(coefficients.get(name, 0.0) for name in HISTORY_FEATURES))


FSRS = (line(log_stability=1.0), line(log(DECAY)), line(-50.0))
FSRS_MODEL = HistoryModel(FSRS, FSRS)


def seeded(seed):
    """Make a source of random numbers that are the same in every run."""
    return Random(seed)  # noqa: S311 - test data are no secrets


def random_model(random, size=0.2):
    """Make a model that differs from FSRS-6 by a normal distribution in each coefficient."""
    history, learner = ([tuple(random.gauss(k, size) for k in ks) for ks in FSRS] for _ in range(2))
    history[2], learner[2] = ((random.uniform(-6, -1), *ks[1:]) for ks in (history[2], learner[2]))
    return HistoryModel(tuple(history), tuple(learner))


def random_reviews(random, count=None):
    """Make a card's reviews: (time in days, rating, study day), many of them on the same day."""
    time, reviews = random.uniform(0.2, 0.3), []
    for _ in range(count or random.randint(1, 25)):
        reviews.append((time, random.choices((1, 2, 3, 4), (15, 10, 65, 10))[0], int(time)))
        time += random.uniform(0.0, 0.02) if random.random() < 0.3 else random.lognormvariate(1.5, 1.5)
    return reviews


def random_features(seed, count):
    """Make the features of many cards."""
    random = seeded(seed)
    return [history_features(history_of(random_reviews(random))) for _ in range(count)]
