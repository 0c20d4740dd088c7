"""The forgetting curves of cards, whichever model and whichever part of it they come from."""

from __future__ import annotations

from math import exp, log1p

from recall import history_curve
from recall.curve import MAXIMUM_INTERVAL, days_until
from recall.history_features import history_features

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from inference.model_store import LoadedModel
    from inference.validation import Card
    from recall.artifact import Artifact
    from recall.curve import PowerCurve

    ThreeInputs = tuple[float, float, float]

THREE_INPUTS, HISTORY = "three_inputs", "history"
# Days at which a curve without a formula is looked at: 0, then 64 from 100 seconds to the longest interval.
SAMPLES = (0.0, *(MAXIMUM_INTERVAL * 10 ** (-7.5 * (1 - step / 63)) for step in range(64)))
HALVINGS = 40


def which_model(model: LoadedModel, card: Card) -> str:
    """Return which part of the model answers for a card."""
    if type(card) is tuple or model.artifact is None or model.artifact.history is None:
        return THREE_INPUTS
    return HISTORY


def three_inputs(card: Card) -> ThreeInputs:
    """Return a card's three inputs: those that were sent, or those that its reviews give."""
    return card if isinstance(card, tuple) else card.three_inputs


def curves_of(model: LoadedModel, cards: Sequence[Card], *, to_schedule: bool = False) -> PowerLaws | Sampled:
    """Return the forgetting curves of cards.

    Parameters
    ----------
    model : LoadedModel
        With an artifact, or with predictions only.
    cards : sequence of tuple of three float, or of HistoryCard
        Whose days since the last review don't matter.
    to_schedule : bool
        Whether the artifact's curve for scheduling is wanted, where it has one.
    """
    if model.artifact is None:
        return Sampled(model.predict, [three_inputs(card) for card in cards])
    curve = (model.artifact.schedule if to_schedule else None) or model.artifact.curve
    return PowerLaws(model.artifact, cards, curve)


class PowerLaws:
    """The curves that an artifact gives: p(t) = ceiling · (1 + t/τ)^(−c) each.

    Parameters
    ----------
    artifact : Artifact
        Whose history model, if it has one, answers for histories.
    cards : sequence of tuple of three float, or of HistoryCard
        Each gets a curve.
    curve : PowerCurve
        Answers for three inputs.
    """

    def __init__(self, artifact: Artifact, cards: Sequence[Card], curve: PowerCurve) -> None:
        self._shapes = [_shape(artifact, card, curve) for card in cards]

    def recall(self, days: Sequence[float]) -> list[float]:
        """Return each card's recall probability, so many days after its last review."""
        return [
            ceiling * exp(-decay * log1p(t / scale))
            for t, (scale, decay, ceiling) in zip(days, self._shapes, strict=True)
        ]

    def along(self, days: Sequence[float]) -> list[float]:
        """Return the first card's recall probability at each of these days."""
        scale, decay, ceiling = self._shapes[0]
        return [ceiling * exp(-decay * log1p(t / scale)) for t in days]

    def intervals(self, targets: Sequence[float]) -> list[list[float]]:
        """Return for each card the days until its recall falls to each target."""
        return [[_until(target, shape) for target in targets] for shape in self._shapes]


class Sampled:
    """The curves of a model that only predicts: seen at `SAMPLES`, and by bisection between two of them.

    Parameters
    ----------
    predict : callable
        A list of three inputs in, a list of recall probabilities out.
    cards : list of tuple of three float
        Each gets a curve.
    """

    def __init__(self, predict: Callable[[list[ThreeInputs]], list[float]], cards: list[ThreeInputs]) -> None:
        self._predict = predict
        self._cards = cards

    def recall(self, days: Sequence[float]) -> list[float]:
        """Return each card's recall probability, so many days after its last review."""
        return self._predict([(t, n, d) for t, (_, n, d) in zip(days, self._cards, strict=True)])

    def along(self, days: Sequence[float]) -> list[float]:
        """Return the first card's recall probability at each of these days."""
        _, review_count, difficulty = self._cards[0]
        return self._predict([(t, review_count, difficulty) for t in days])

    def intervals(self, targets: Sequence[float]) -> list[list[float]]:
        """Return for each card the first of the sampled days at which recall is at or below each target.

        Bisection then narrows the step before that day; where recall rises again in between, what comes
        first may be missed.
        """
        size = len(SAMPLES)
        seen = self._predict([(t, n, d) for _, n, d in self._cards for t in SAMPLES])
        courses = [seen[start : start + size] for start in range(0, len(seen), size)]
        ends = [_first_at_most(target, course) for course in courses for target in targets]
        return self._narrowed(ends, targets)

    def _narrowed(self, ends: list[int], targets: Sequence[float]) -> list[list[float]]:
        width = len(targets)
        high = [SAMPLES[end] for end in ends]
        low = [SAMPLES[max(end - 1, 0)] for end in ends]
        for _ in range(HALVINGS):
            middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
            asked = [(t, *self._cards[i // width][1:]) for i, t in enumerate(middle)]
            for i, p in enumerate(self._predict(asked)):
                if p <= targets[i % width]:
                    high[i] = middle[i]
                else:
                    low[i] = middle[i]
        return [high[i : i + width] for i in range(0, len(high), width)]


def _first_at_most(target: float, course: list[float]) -> int:
    """Return the index of the first sample at or below a target; that of the last where none is."""
    return next((index for index, p in enumerate(course) if p <= target), len(course) - 1)


def _shape(artifact: Artifact, card: Card, curve: PowerCurve) -> tuple[float, float, float]:
    """Time scale τ in days, decay c and ceiling of a card's curve."""
    if isinstance(card, tuple) or artifact.history is None:
        _days, review_count, difficulty = three_inputs(card)
        scale, decay, slip = curve.shape(review_count, difficulty)
        return scale, decay, 1.0 - slip
    return history_curve.shape(artifact.history.curve(history_features(card.history)))


def _until(target: float, shape: tuple[float, float, float]) -> float:
    """Days until a target, which an offset may have moved to 0 or 1."""
    if target <= 0.0:
        return MAXIMUM_INTERVAL
    return 0.0 if target >= 1.0 else days_until(target, *shape)
