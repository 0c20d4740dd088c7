"""A card of which three inputs are known.

`inference.history_cards` has those of which the reviews are known. All cards have the same attributes
and methods, so whatever is answered comes from one curve, however the card was sent.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from typing import TypeAlias

    from inference.history_cards import HistoryCard, NewCard
    from recall.artifact import Artifact
    from recall.curve import Curve
    from recall.learner import LearnerState

    Card: TypeAlias = "ThreeInputCard | HistoryCard | NewCard"

THREE_INPUTS, HISTORY = "three_inputs", "history"
# Days. Three inputs don't tell study days; what is nearer to none than to one teaches nothing of a learner.
HALF_A_DAY = 0.5


class ThreeInputCard:
    """A card of which three inputs are known.

    Parameters
    ----------
    inputs : tuple of three float
        In the order of `recall.features.FEATURES`.
    last_review : float, optional
        When its last review was, in seconds since 1970.
    """

    __slots__ = ("inputs", "last_review")

    failed_last = new = False  # a card that was failed last can't be told from others

    def __init__(self, inputs: tuple[float, float, float], last_review: float | None = None) -> None:
        self.inputs = inputs
        self.last_review = last_review

    def model_part(self, _artifact: Artifact | None) -> str:
        """Return which part of the model answers: ``three_inputs``."""
        return THREE_INPUTS

    def curve(self, artifact: Artifact, state: LearnerState) -> Curve:
        """Return the card's forgetting curve, for a learner of this state."""
        _, review_count, difficulty = self.inputs
        return artifact.three_inputs.curve(review_count, difficulty, state)

    def learner_after(self, artifact: Artifact, state: LearnerState, *, recalled: bool) -> LearnerState:
        """Return the learner's state after an outcome now; the same one when it teaches nothing."""
        if self.inputs[0] < HALF_A_DAY:
            return state
        return artifact.three_inputs.learner_after(state, *self.inputs, recalled=recalled)
