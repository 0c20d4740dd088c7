"""Inputs of the model, the same in every run: those of every day, and those at the limits."""

from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from inference.loaded_model import portable
from memory.card import MICROS_PER_DAY
from recall.artifact import Artifact, encode
from recall.learner import START, LearnerState
from recall.three_inputs import ThreeInputModel
from tests.functional.memories import MODEL_FILE
from tests.unit.histories import random_model, random_reviews, random_state, seeded

# Of whole, half and quarter hours, beside and beyond the date line, with and without summer time.
ZONES = ("America/Los_Angeles", "America/St_Johns", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Tokyo",
         "Australia/Lord_Howe", "Europe/Berlin", "Pacific/Apia", "Pacific/Chatham", "UTC")  # fmt: skip
# Of a model, which Python and JavaScript write each in a way of its own.
UNUSUAL_NUMBERS = (1, -0.0, 1.5e-5, -4.5e-10, 999_999.5, 123.0)
Review = tuple[float, int, int, float]


class Draw:
    """Draws what the model is evaluated on.

    Attributes
    ----------
    models : list of LoadedModel
        The default one, one without a history part, and random ones.
    states : list of LearnerState
        Of a new learner, of learners after up to 200 outcomes, and at the limits of what a text can hold.
    """

    def __init__(self) -> None:
        self._random = random = seeded(19)
        histories = [None, *(random_model(seeded(seed), 0.1 * 4**seed) for seed in range(5))]
        pairs = zip(UNUSUAL_NUMBERS, histories, strict=True)
        others = [Artifact(_three_inputs(random, unusual), {}, history) for unusual, history in pairs]
        stored = [MODEL_FILE.read_bytes(), *map(encode, others)]
        self.models = [portable(body, "") for body in stored]
        default = self.models[0].artifact.history
        learned = [random_state(seeded(count), default, count) for count in range(0, 200, 5)]
        self.states = [START, *learned, *(_far_state(random) for _ in range(100))]

    def curve(self) -> Any:
        """Return a curve, days and a target."""
        return self._curve(), self._days(), self._target()

    def history(self) -> Any:
        """Return a model, a card's reviews, a learner's state, days since the last review, and a target."""
        return self._model(), self._reviews(), self._state(), self._days(), self._target()

    def three_inputs(self) -> Any:
        """Return a model, review days, difficulty, a learner's state, days, and a target."""
        count = self._random.choice((1, 2, 10_000, self._random.randint(1, 60)))
        difficulty = self._random.choice((1, 10, self._random.uniform(1, 10)))
        return self._model(), count, difficulty, self._state(), self._days(), self._target()

    def outcome(self) -> Any:
        """Return a learner's state, a curve, whether on a single day, ln stability, days, and the outcome."""
        first, f = self._random.random() < 0.5, self._random.uniform(-7, 11)
        return self._state(), self._curve(), first, f, self._days(), self._random.random() < 0.7

    def buttons(self) -> Any:
        """Return a model, a card's reviews or none, time and day of now, a target, a state, and bounds."""
        random = self._random
        reviews = self._reviews(8) if random.random() < 0.95 else []
        time, _, day, _ = reviews[-1] if reviews else (20_000.0, 3, 20_000, 0.0)
        later = random.choice((-0.01, 0.0, 0.01, self._days()))
        bounds = random.choice(({}, {"min_interval": 0.5, "max_interval": 60}, {"min_relearning_interval": 3},
                                {"max_interval": 0.1}))  # fmt: skip
        return self._model(), reviews, (time + later, day + int(later)), self._target(), self._state(), bounds

    def text(self) -> Any:
        """Return a state, the fingerprint of the model that taught it, and that of the one that reads it."""
        fingerprint = self._random.getrandbits(32)
        return self._state(), fingerprint, self._random.choice((fingerprint, 7))

    def day(self) -> Any:
        """Return ms since 1970, beside a day's beginning or a change of clocks; zone; and the beginning."""
        random, zone = self._random, self._random.choice(ZONES)
        year, month, day = random.randint(1980, 2025), random.randint(1, 12), random.randint(1, 28)
        start = random.choice((4 * 60, 0, 4 * 60 + 6, 23 * 60 + 59))
        local = datetime(year, month, day, start // 60, start % 60, tzinfo=ZoneInfo(zone))
        if random.random() < 0.3:
            local = _change_of_clocks(ZoneInfo(zone), year)
        beside = timedelta(milliseconds=random.choice((-60_001, -1, 0, 1, 999, 59_999)))
        at = (local.astimezone(UTC) + beside - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)
        return at, zone, start

    def learner(self) -> Any:
        """Return a model, and the reviews of each of a learner's cards, in microseconds and milliseconds."""
        cards = [self._reviews() for _ in range(self._random.randint(1, 40))]
        return self._model(), [[self._sent(*review) for review in card] for card in cards]

    def _sent(self, time: float, rating: int, day: int, seconds: float) -> Review:
        """Return a review as the memory can have it; of some, the clock's offset says the day before."""
        before = self._random.random() < 0.05
        return round(time * MICROS_PER_DAY) / MICROS_PER_DAY, rating, day - before, round(seconds, 3)

    def _model(self) -> int:
        return self._random.choice((0, self._random.randrange(len(self.models))))

    def _state(self) -> int:
        return self._random.choice((0, self._random.randrange(len(self.states))))

    def _days(self) -> float:
        usual = 10 ** self._random.uniform(-6, 4.5)
        return self._random.choice((0.0, 36_500.0, *[usual] * 20))

    def _target(self) -> float:
        usual = self._random.uniform(0.5, 0.999)
        return self._random.choice((1e-9, 0.9, 1 - 1e-9, *[usual] * 20))

    def _curve(self) -> tuple[float, float, float]:
        """Return ln S, ln c and the slip's logit, beyond their limits too."""
        random = self._random
        slip = random.choice((800, -800, *[random.uniform(-10, 10)] * 20))
        return random.uniform(-20, 20), random.uniform(-5, 3), slip

    def _reviews(self, most: int = 25) -> list[Review]:
        """Return a card's reviews; of some failures alone, Easy ones and years, or days without nights."""
        reviews, kind = random_reviews(self._random, self._random.randint(1, most)), self._random.random()
        if kind < 0.05:
            return [(time, 1, day, seconds) for time, _, day, seconds in reviews]
        if kind < 0.10:
            return [(time * 99, 4, int(time * 99), seconds * 100) for time, _, _, seconds in reviews]
        if kind < 0.15:
            return [(time / 50, rating, int(time * 2), seconds) for time, rating, _, seconds in reviews]
        return reviews


def _three_inputs(random: Random, unusual: float) -> ThreeInputModel:
    line = (random.gauss(-4, 1), random.gauss(0.5, 0.2), -abs(random.gauss(4, 1)), unusual)
    return ThreeInputModel(line, random.uniform(-5, 3), random.uniform(-5, 3))


def _far_state(random: Random) -> LearnerState:
    """Return a state whose numbers are as large, or as small, as there can be."""
    size = 10 ** random.uniform(-8, 2)
    rows = [
        [random.uniform(-size, size) for _ in range(i)] + [random.uniform(size / 2, size)] for i in range(6)
    ]
    covariance = tuple(tuple(sum(map(float.__mul__, a, b)) for b in rows) for a in rows)
    return LearnerState(tuple(random.uniform(-60, 60) for _ in range(6)), covariance)


@cache
def _change_of_clocks(zone: ZoneInfo, year: int) -> datetime:
    """Return the first hour of a year with another offset than its first hour, or that where all have one."""
    hours = (datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(365))
    first, *others = [at.astimezone(zone) for at in hours]
    day = next((at for at in others if at.utcoffset() != first.utcoffset()), None)
    if day is None:
        return first
    before = [(day - timedelta(hours=hour)).astimezone(UTC).astimezone(zone) for hour in range(26)]
    return min(at for at in before if at.utcoffset() == day.utcoffset())
