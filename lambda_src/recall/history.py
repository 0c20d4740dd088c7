"""The history model: a card's review history, and what is known of its learner, become its forgetting curve.

ln S is a line in ten numbers of a history (`HISTORY_FEATURES`), kept within a factor of 3 of the
stability S that FSRS-6 gives the card; ln c and the slip's logit are one number each::

    x = k₀ + Σ kᵢ · featureᵢ        ln S = x, at least f − ln 3 and at most f + ln 3        f = log_stability

There are two such lines: ``new_learner`` for a learner of whom nothing is known, ``known_learner`` for one of
whom everything is. In between, x, ln c and the slip's logit lie on the way from the one to the other, by
`recall.learner.certainty`. Then the learner's state shifts the curve (`recall.learner`).

**Order.** A better answer raises features whose coefficients are ≥ 0, lowers those whose are ≤ 0, and leaves
all others as they are (`SIGNS`); it never lowers FSRS-6's stability. So for every
history, learner and delay, Again ≤ Hard ≤ Good ≤ Easy in recall, and in the interval for every target.
"""

from __future__ import annotations

from collections import namedtuple
from math import log, log1p
from operator import mul

from recall import learner
from recall.curve import COEFFICIENT_LIMIT, Curve
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.learner import START

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from recall.card_history import CardHistory
    from recall.learner import LearnerState

    class Line(NamedTuple):
        """The intercept and a coefficient for each of `HISTORY_FEATURES`; ln c; and the slip's logit."""

        log_stability: tuple[float, ...]
        log_decay: float
        slip_logit: float

else:
    Line = namedtuple("Line", "log_stability log_decay slip_logit")

# Each with the sign that its coefficient in ln S must have: a better answer raises what has a 1 and lowers
# what has a −1; what has a 0 is the same whichever of the four answers was given: its coefficient is free.
SIGNS = {
    "log_stability": 1,  # FSRS-6's, ln days
    "fsrs_difficulty": -1,  # FSRS-6's, 1 to 10
    "failure_average": -1,  # moving average of failures over all reviews, 0 to 1
    "day_failures": -1,  # on the last study day, at most 3
    "day_passes": 1,  # on the last study day, at most 3
    "single_day": 0,  # 1 while there has been one study day only, else 0
    "log_age": 0,  # first to last review
    "log_last_interval": 0,  # between the last two study days
    "log_review_days": 0,  # ln of the number of study days with a review
    "log_last_seconds": 0,  # ln of the last answer's time in units of 7 s, within ±2; 0 where unknown
}
HISTORY_FEATURES = tuple(SIGNS)
LOG_STABILITY, SINGLE_DAY = HISTORY_FEATURES.index("log_stability"), HISTORY_FEATURES.index("single_day")

MOST_REPEATS = 3  # a day with more of them says no more
COMMON_SECONDS, LOG_SECONDS_LIMIT = 7.0, 2.0

HEADS = ("new_learner", "known_learner")
LARGEST_DEVIATION = log(3.0)  # from FSRS-6's ln S


def history_features(history: CardHistory) -> tuple[float, ...]:
    """Return the values of `HISTORY_FEATURES`, in their order.

    All are taken at the card's last review and none depends on the time since, so a curve that is built from
    them falls with time and has a closed inverse. Logarithms of day counts are ln(1 + days).
    """
    memory = history.memory
    failures, passes = history.day_failures, history.day_passes
    review_days, seconds = history.review_days, history.seconds
    return (
        log(memory.stability),
        memory.difficulty,
        history.failure_average,
        float(MOST_REPEATS if failures > MOST_REPEATS else failures),
        float(MOST_REPEATS if passes > MOST_REPEATS else passes),
        1.0 if review_days == 1 else 0.0,
        log1p(history.time - history.first_time),
        log1p(history.last_interval),
        log(review_days),
        _log_seconds(seconds) if seconds else 0.0,
    )


def _log_seconds(seconds: float) -> float:
    return min(max(log(seconds / COMMON_SECONDS), -LOG_SECONDS_LIMIT), LOG_SECONDS_LIMIT)


class HistoryModel:
    """A forgetting curve from a review history.

    Parameters
    ----------
    new_learner, known_learner : Line
        For learners of whom nothing, and everything, is known.

    Attributes
    ----------
    least_slope : float
        See `recall.learner.shifted`.

    Raises
    ------
    UnsupportedArtifactError
        If a line has another length, a number isn't finite or is beyond ±1,000,000, or a sign would let a
        better answer lower recall.
    """

    __slots__ = (*HEADS, "least_slope")

    def __init__(self, new_learner: Line, known_learner: Line) -> None:
        self.new_learner = new_learner
        self.known_learner = known_learner
        for head in HEADS:
            _check_line(head, getattr(self, head))
        slopes = [line.log_stability[1 + LOG_STABILITY] for line in (new_learner, known_learner)]
        self.least_slope = -min(*slopes, 1.0)  # 1 where ln S follows FSRS-6's at the largest deviation

    def curve(self, features: tuple[float, ...], state: LearnerState = START) -> Curve:
        """Return the card's curve.

        Parameters
        ----------
        features : tuple of 10 float
            From `history_features`.
        state : LearnerState
            What is known of the learner.
        """
        new = _along(self.new_learner, features)
        if state is START:
            return Curve(_near(new.log_stability, features[LOG_STABILITY]), new.log_decay, new.slip_logit)
        return self.between(new, _along(self.known_learner, features), features, state)

    def between(self, new: Curve, known: Curve, features: tuple[float, ...], state: LearnerState) -> Curve:
        """Return a card's curve from what the two lines give it, before they are kept near FSRS-6."""
        share, f = learner.certainty(state), features[LOG_STABILITY]
        (x, decay, slip), (other_x, other_decay, other_slip) = new, known
        card = Curve(
            _near(x + share * (other_x - x), f),
            decay + share * (other_decay - decay),
            slip + share * (other_slip - slip),
        )
        return learner.shifted(card, state, directions(features), self.least_slope)

    def learner_after(
        self, state: LearnerState, features: tuple[float, ...], days: float, *, recalled: bool
    ) -> LearnerState:
        """Return the learner's state after the outcome of a review.

        Parameters
        ----------
        state : LearnerState
            Before it; `recall.learner.START` for a learner without outcomes.
        features : tuple of 10 float
            Of the card's history before this review.
        days : float
            Since the card's last review, at least one study day ago.
        recalled : bool
            The outcome.
        """
        return learner.updated(
            state, self.curve(features, state), directions(features), days, recalled=recalled
        )[1]

    def to_dict(self) -> dict[str, Any]:
        """Return the model as JSON values: floats all, so that a 1 has the fingerprint of 1.0."""
        lines = {
            head: {
                "log_stability": list(map(float, getattr(self, head).log_stability)),
                "log_decay": float(getattr(self, head).log_decay),
                "slip_logit": float(getattr(self, head).slip_logit),
            }
            for head in HEADS
        }
        return {"features": list(HISTORY_FEATURES), **lines}

    @classmethod
    def from_dict(cls, data: object) -> HistoryModel:
        """Read what `to_dict` wrote.

        Raises
        ------
        DamagedArtifactError
            If a part is missing or isn't of its type.
        UnsupportedArtifactError
            If the features are others, or the numbers are out of bounds.
        """
        if not isinstance(data, dict) or set(data) != {"features", *HEADS}:
            raise DamagedArtifactError(f"the history model must have exactly features, {', '.join(HEADS)}")
        if data["features"] != list(HISTORY_FEATURES):
            raise UnsupportedArtifactError(
                f"the history model's features are {data['features']!r}; known are {list(HISTORY_FEATURES)}"
            )
        return cls(*(_line(head, data[head]) for head in HEADS))


def directions(features: tuple[float, ...]) -> tuple[float, ...]:
    """Return `recall.learner.directions` of a card's features."""
    return learner.directions(features[LOG_STABILITY], first=features[SINGLE_DAY] == 1.0)


def _along(line: Line, features: tuple[float, ...]) -> Curve:
    coefficients, log_decay, slip_logit = line
    return Curve(coefficients[0] + sum(map(mul, coefficients[1:], features)), log_decay, slip_logit)


def _near(log_stability: float, center: float) -> float:
    if log_stability > center + LARGEST_DEVIATION:
        return center + LARGEST_DEVIATION
    return log_stability if log_stability > center - LARGEST_DEVIATION else center - LARGEST_DEVIATION


def _check_line(head: str, line: Line) -> None:
    coefficients = line.log_stability
    expected = 1 + len(HISTORY_FEATURES)
    if len(coefficients) != expected:
        raise UnsupportedArtifactError(
            f"{head}.log_stability has {len(coefficients)} numbers; it must have {expected}"
        )
    names = ("intercept", *HISTORY_FEATURES, "log_decay", "slip_logit")
    for name, value in zip(names, (*coefficients, line.log_decay, line.slip_logit), strict=True):
        if not -COEFFICIENT_LIMIT <= value <= COEFFICIENT_LIMIT:  # NaN fails too
            raise UnsupportedArtifactError(
                f"{head}.{name} is {value}; it must be within ±{COEFFICIENT_LIMIT:,.0f}"
            )
        if SIGNS.get(name, 0) * value < 0:
            raise UnsupportedArtifactError(
                f"{head}.{name} is {value}: a better answer would lower recall; it must be "
                f"{'≥' if SIGNS[name] > 0 else '≤'} 0"
            )


def _line(head: str, data: object) -> Line:
    if not isinstance(data, dict) or set(data) != set(Line._fields):
        raise DamagedArtifactError(f"the history model's {head} must be {', '.join(Line._fields)}")
    coefficients = data["log_stability"]
    if not isinstance(coefficients, list):
        raise DamagedArtifactError(f"the history model's {head}.log_stability must be a list of numbers")
    numbers = [*coefficients, data["log_decay"], data["slip_logit"]]
    if not all(type(number) in (int, float) for number in numbers):  # bool is no number
        raise DamagedArtifactError(f"the history model's {head} must hold numbers")
    return Line(tuple(coefficients), data["log_decay"], data["slip_logit"])
