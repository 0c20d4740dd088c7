"""The forgetting curves of a request's cards, whatever model they come from."""

from __future__ import annotations

from recall.curve import interval, recall_probability

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.cards import Card
    from inference.loaded_model import LoadedModel
    from inference.sampled import Sampled
    from recall.artifact import Artifact
    from recall.learner import LearnerState


def curves_of(model: LoadedModel, cards: Sequence[Card], state: LearnerState) -> Formulas | Sampled:
    """Return the forgetting curves of cards.

    Parameters
    ----------
    model : LoadedModel
        With an artifact, or with predictions only.
    cards : sequence of card
        The cards; their days since the last review don't matter.
    state : LearnerState
        What is known of the learner; a model that only predicts ignores it.
    """
    if model.artifact is None:
        from inference.sampled import Sampled  # noqa: PLC0415 - takes 1 ms, and only an owner's own model needs it

        return Sampled(model.predict, [card.inputs for card in cards])
    return Formulas(model.artifact, cards, state)


class Formulas:
    """The curves that an artifact gives.

    Parameters
    ----------
    artifact : Artifact
        Gives each card its curve.
    cards : sequence of card
        One or more cards of one learner.
    state : LearnerState
        What is known of the learner; `recall.learner.START` of a new one.
    """

    def __init__(self, artifact: Artifact, cards: Sequence[Card], state: LearnerState) -> None:
        self._curves = [card.curve(artifact, state) for card in cards]

    def recall(self, days: Sequence[float]) -> list[float]:
        """Return each card's recall probability, so many days after its last review."""
        return list(map(recall_probability, self._curves, days))

    def along(self, days: Sequence[float]) -> list[float]:
        """Return the first card's recall probability at each of these days."""
        curve = self._curves[0]
        return [recall_probability(curve, t) for t in days]

    def intervals(self, targets: Sequence[float]) -> list[list[float]]:
        """Return for each card the days until its recall falls to each target."""
        return [[interval(curve, target) for target in targets] for curve in self._curves]
