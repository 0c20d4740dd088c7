"""The history model: a card's review history, and optionally its learner's, becomes its forgetting curve.

Each coordinate of the curve (`recall.history_curve`) is a line in the 25 features of a history
(`recall.history_features`)::

    ln S, ln c, slip logit = k₀ + Σ kᵢ · featureᵢ

FSRS-6's own curve is the special case ln S = log_stability, ln c = ln 0.1542; fits start there. There are two
sets of lines: ``history`` for a card alone, and ``learner`` for lines that a learner's state then shifts
(`recall.learner`).
"""

from __future__ import annotations

from recall import history_curve, learner
from recall.curve import COEFFICIENT_LIMIT
from recall.errors import DamagedArtifactError, UnsupportedArtifactError
from recall.history_curve import Curve
from recall.history_features import HISTORY_FEATURES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import Any

    from recall.learner import LearnerState

    Lines = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]

HEADS = ("history", "learner")
SINGLE_DAY = HISTORY_FEATURES.index("single_day")


class HistoryModel:
    """A forgetting curve from a review history: two sets of three lines of 26 numbers.

    Parameters
    ----------
    history, learner : tuple of three tuples of 26 float
        For each coordinate of `recall.history_curve.Curve` the intercept, then one coefficient for each of
        `recall.history_features.HISTORY_FEATURES`; for a card alone, and for use with a learner's state.

    Raises
    ------
    UnsupportedArtifactError
        If a line has another length, or a number isn't finite or is beyond ±1,000,000.
    """

    __slots__ = HEADS

    def __init__(self, history: Lines, learner: Lines) -> None:
        self.history = history
        self.learner = learner
        for head in HEADS:
            for name, line in zip(Curve._fields, getattr(self, head), strict=True):
                _check_line(f"{head}.{name}", line)

    def curve(self, features: tuple[float, ...], state: LearnerState | None = None) -> Curve:
        """Return the card's curve.

        Parameters
        ----------
        features : tuple of 25 float
            From `recall.history_features.history_features`.
        state : LearnerState, optional
            What is known of the learner; without it the lines for a card alone are used.
        """
        lines = self.history if state is None else self.learner
        (stability, *ks), (decay, *kd), (slip, *kl) = lines
        for x, a, b, c in zip(features, ks, kd, kl, strict=True):
            stability += a * x
            decay += b * x
            slip += c * x
        card = Curve(stability, decay, slip)
        return card if state is None else learner.shifted(card, state, single_day=_is_single_day(features))

    def recall_probability(
        self, features: tuple[float, ...], days: float, state: LearnerState | None = None
    ) -> float:
        """Probability that the card is recalled ``days`` (≥ 0) after its last review.

        In [0, 1]; never rises with ``days``. Other parameters as in `curve`.
        """
        return history_curve.recall_probability(self.curve(features, state), days)

    def interval(
        self, target_recall: float, features: tuple[float, ...], state: LearnerState | None = None
    ) -> float:
        """Days after which recall has fallen to a target; see `recall.history_curve.interval`."""
        return history_curve.interval(self.curve(features, state), target_recall)

    def learner_after(
        self, state: LearnerState, features: tuple[float, ...], days: float, *, recalled: bool
    ) -> LearnerState:
        """Return the learner's state after the outcome of a review.

        Parameters
        ----------
        state : LearnerState
            Before it; `recall.learner.START` for a learner without outcomes.
        features : tuple of 25 float
            Of the card's history before this review.
        days : float
            Since the card's last review, at least one study day ago.
        recalled : bool
            The outcome.
        """
        probability, slopes = history_curve.observation(self.curve(features, state), days)
        single_day = _is_single_day(features)
        return learner.updated(state, probability, slopes, single_day=single_day, recalled=recalled)

    def to_dict(self) -> dict[str, Any]:
        """Return the model as JSON values."""
        heads = {h: dict(zip(Curve._fields, map(list, getattr(self, h)), strict=True)) for h in HEADS}
        return {"features": list(HISTORY_FEATURES), **heads}

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
        return cls(*(_lines(head, data[head]) for head in HEADS))


def _is_single_day(features: tuple[float, ...]) -> bool:
    return features[SINGLE_DAY] == 1.0


def _check_line(name: str, line: tuple[float, ...]) -> None:
    expected = 1 + len(HISTORY_FEATURES)
    if len(line) != expected:
        raise UnsupportedArtifactError(f"{name} has {len(line)} numbers; it must have {expected}")
    for coefficient, value in zip(("intercept", *HISTORY_FEATURES), line, strict=True):
        if not -COEFFICIENT_LIMIT <= value <= COEFFICIENT_LIMIT:  # NaN fails too
            raise UnsupportedArtifactError(
                f"{name}.{coefficient} is {value}; it must be within ±{COEFFICIENT_LIMIT:,.0f}"
            )


def _lines(head: str, lines: object) -> Lines:
    if not isinstance(lines, dict) or set(lines) != set(Curve._fields):
        raise DamagedArtifactError(f"the history model's {head} must be {', '.join(Curve._fields)}")
    for name, line in lines.items():
        if not isinstance(line, list) or not all(type(k) in (int, float) for k in line):  # bool is no number
            raise DamagedArtifactError(f"the history model's {head}.{name} must be a list of numbers")
    stability, decay, slip = (tuple(lines[name]) for name in Curve._fields)
    return stability, decay, slip
