"""The forgetting curve of a card of which only three inputs are known.

The same curve as a history gives (`recall.curve`), with::

    ln S = k₀ + k₁ · ln(review_count) + k₂ · logit(failure share) + k₃ · first

where first is 1 for a card with a single review day, else 0; and one number each for ln c and the slip's
logit. With k₂ ≤ 0 recall never rises with difficulty, which is 1 + 9 × the failure share.
"""

from __future__ import annotations

from math import log

from recall import learner
from recall.curve import COEFFICIENT_LIMIT, Curve, recall_probability
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.learner import START

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from recall.learner import LearnerState

# A card without history starts at 0.6 failures in 4 reviews, the prior share of failures.
PRIOR_FAILURES = 0.6
PRIOR_REVIEWS = 4.0
# Shares of failures beyond these say no more about a card, and keep logit() finite at difficulty 1 and 10.
MINIMUM_SHARE, MAXIMUM_SHARE = 0.01, 0.99
# A learner's slope may not turn the order of difficulties: m₄, m₅ ≥ −1 leave ln S at least constant in f.
LEAST_SLOPE = -1.0
COEFFICIENTS = ("intercept", "log_review_count", "logit_difficulty", "first_day")
SINGLE = ("log_decay", "slip_logit")


def failure_share(failures: float, reviews: float) -> float:
    """Smoothed share of failed reviews, (0.6 + failures) / (4 + reviews).

    Parameters
    ----------
    failures : float
        Number of earlier reviews rated Again, same-day repeats included.
    reviews : float
        Number of all earlier reviews, same-day repeats and the first one included. Arrays work too.

    Returns
    -------
    float
        A share in (0, 1).
    """
    return (PRIOR_FAILURES + failures) / (PRIOR_REVIEWS + reviews)


def difficulty_from_share(share: float) -> float:
    """Put a share of failures in [0, 1] on the scale that users see, 1 (easy) to 10 (hard)."""
    return 1.0 + 9.0 * share


def share_from_difficulty(difficulty: float) -> float:
    """Inverse of `difficulty_from_share`: 1 to 10 becomes a share of failures in [0, 1]."""
    return (difficulty - 1.0) / 9.0


class ThreeInputModel:
    """A forgetting curve from review days and difficulty: six numbers.

    Parameters
    ----------
    log_stability : tuple of 4 float
        k₀ to k₃ of the module's formula.
    log_decay, slip_logit : float
        ln c and the slip's logit.

    Raises
    ------
    UnsupportedArtifactError
        If a number isn't finite or is beyond ±1,000,000, or recall would rise with difficulty.
    """

    __slots__ = ("log_decay", "log_stability", "slip_logit")

    def __init__(
        self, log_stability: tuple[float, float, float, float], log_decay: float, slip_logit: float
    ) -> None:
        self.log_stability = log_stability
        self.log_decay = log_decay
        self.slip_logit = slip_logit
        values = (*log_stability, log_decay, slip_logit)
        for name, value in zip((*COEFFICIENTS, *SINGLE), values, strict=True):
            if not -COEFFICIENT_LIMIT <= value <= COEFFICIENT_LIMIT:  # NaN fails too
                raise UnsupportedArtifactError(
                    f"{name} is {value}; it must be within ±{COEFFICIENT_LIMIT:,.0f}"
                )
        if log_stability[2] > 0:
            raise UnsupportedArtifactError("recall would rise with difficulty: logit_difficulty must be ≤ 0")

    def curve(self, review_count: float, difficulty: float, state: LearnerState = START) -> Curve:
        """Return the card's curve.

        Parameters
        ----------
        review_count, difficulty : float
            Within the bounds of `recall.features.FEATURES`.
        state : LearnerState
            What is known of the learner.
        """
        log_stability = self._log_stability(review_count, difficulty)
        card = Curve(log_stability, self.log_decay, self.slip_logit)
        if state is START:
            return card
        along = learner.directions(log_stability, first=review_count == 1)
        return learner.shifted(card, state, along, LEAST_SLOPE)

    def recall_probability(
        self,
        days_since_last_review: float,
        review_count: float,
        difficulty: float,
        state: LearnerState = START,
    ) -> float:
        """Return the probability that the card is recalled now; parameters as of `curve`.

        In [0, 1]; never rises with ``days_since_last_review`` (days) or ``difficulty``.
        """
        return recall_probability(self.curve(review_count, difficulty, state), days_since_last_review)

    def learner_after(
        self, state: LearnerState, days: float, review_count: float, difficulty: float, *, recalled: bool
    ) -> LearnerState:
        """Return the learner's state after the outcome of a review; see `HistoryModel.learner_after`."""
        along = learner.directions(self._log_stability(review_count, difficulty), first=review_count == 1)
        curve = self.curve(review_count, difficulty, state)
        return learner.updated(state, curve, along, days, recalled=recalled)[1]

    def to_dict(self) -> dict[str, Any]:
        """Return the model as JSON values: floats all, so that a 1 has the fingerprint of 1.0."""
        line = dict(zip(COEFFICIENTS, map(float, self.log_stability), strict=True))
        return {
            "log_stability": line,
            "log_decay": float(self.log_decay),
            "slip_logit": float(self.slip_logit),
        }

    @classmethod
    def from_dict(cls, data: object) -> ThreeInputModel:
        """Read what `to_dict` wrote.

        Raises
        ------
        DamagedArtifactError
            If a part is missing or isn't of its type.
        UnsupportedArtifactError
            If the numbers are out of bounds.
        """
        if not isinstance(data, dict) or set(data) != {"log_stability", *SINGLE}:
            raise DamagedArtifactError(
                f"the artifact's three_inputs must be log_stability, {', '.join(SINGLE)}"
            )
        line = data["log_stability"]
        if not isinstance(line, dict) or set(line) != set(COEFFICIENTS):
            raise DamagedArtifactError(
                f"the artifact's three_inputs.log_stability must have {', '.join(COEFFICIENTS)}"
            )
        values = [*(line[name] for name in COEFFICIENTS), *(data[name] for name in SINGLE)]
        if not all(type(value) in (int, float) for value in values):  # bool is no number
            raise DamagedArtifactError("the artifact's three_inputs must hold numbers")
        k0, k1, k2, k3, log_decay, slip_logit = values
        return cls((k0, k1, k2, k3), log_decay, slip_logit)

    def _log_stability(self, review_count: float, difficulty: float) -> float:
        share = share_from_difficulty(difficulty)
        # Comparisons rather than min() and max(): this is run for every card of every request.
        share = MINIMUM_SHARE if share < MINIMUM_SHARE else MAXIMUM_SHARE if share > MAXIMUM_SHARE else share
        k0, k1, k2, k3 = self.log_stability
        first = k3 if review_count == 1 else 0.0
        return k0 + k1 * log(review_count) + k2 * log(share / (1.0 - share)) + first
