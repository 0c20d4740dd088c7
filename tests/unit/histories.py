"""Review histories, and history models, to test with: random ones are the same in every run."""

from math import log
from random import Random

from recall.card_history import DECAY, history_of
from recall.history import HISTORY_FEATURES, SIGNS, HistoryModel, Line, history_features
from recall.learner import START

# Of the size of what fitting gives.
MODEL = HistoryModel(
    Line((3.99, 0.56, -0.25, -6.01, -0.29, 0.01, -1.01, 0.49, -0.28, -0.47, 0.0), -2.24, -3.98),
    Line((1.69, 0.69, -0.27, -1.4, -0.29, 0.54, -0.34, 0.56, -0.35, 0.06, -0.3), -2.24, -4.31),
)

LOG_DECAY = log(DECAY)  # FSRS-6's


def line(intercept=0.0, log_decay=LOG_DECAY, slip_logit=-50.0, **coefficients):
    """Make a line from its intercept and the coefficients that aren't zero."""
    numbers = (intercept, *(coefficients.get(name, 0.0) for name in HISTORY_FEATURES))
    return Line(numbers, log_decay, slip_logit)


FSRS = line(log_stability=1.0)
FSRS_MODEL = HistoryModel(FSRS, FSRS)


def seeded(seed):
    """Make a source of random numbers that are the same in every run."""
    return Random(seed)  # noqa: S311 - test data are no secrets


def random_line(random, size=1.0):
    """Make a line of coefficients of this size, each with the sign that it must have."""
    drawn = [random.gauss(0, size) for _ in HISTORY_FEATURES]
    signed = [abs(k) * sign if sign else k for k, sign in zip(drawn, SIGNS.values(), strict=True)]
    return Line((random.gauss(0, 3), *signed), random.uniform(-5, 3), random.uniform(-6, 3))


def random_model(random, size=1.0):
    """Make a model of two such lines."""
    return HistoryModel(random_line(random, size), random_line(random, size))


def random_reviews(random, count=None):
    """Make a card's reviews: (time in days, rating, study day, seconds), many of them on the same day."""
    time, reviews = random.uniform(0.2, 0.3), []
    for _ in range(count or random.randint(1, 25)):
        rating = random.choices((1, 2, 3, 4), (15, 10, 65, 10))[0]
        reviews.append((time, rating, int(time), random.choice((0.0, random.uniform(0.1, 60)))))
        time += random.uniform(0.0, 0.02) if random.random() < 0.3 else random.lognormvariate(1.5, 1.5)
    return reviews


def random_features(seed, count):
    """Make the features of many cards."""
    random = seeded(seed)
    return [history_features(history_of(random_reviews(random))) for _ in range(count)]


def random_state(random, model, outcomes=10):
    """Make the state of a learner from some outcomes of random cards."""
    state = START
    for _ in range(outcomes):
        features = history_features(history_of(random_reviews(random, random.randint(1, 5))))
        days = random.lognormvariate(1.0, 1.5)
        state = model.learner_after(state, features, days, recalled=random.random() < 0.7)
    return state
