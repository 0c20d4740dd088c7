"""A card of which three inputs are known, and what every card offers.

`inference.history_cards` has those of which the reviews are known. Whatever is answered comes from a card's
curve, however the card was sent.
"""

from __future__ import annotations

from recall.features import FEATURE_NAMES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from recall.artifact import Artifact
    from recall.curve import Curve
    from recall.learner import LearnerState

    Ranges = Sequence[tuple[float, float]]

    class Card(Protocol):
        """What every kind of card offers."""

        @property
        def inputs(self) -> tuple[float, float, float] | None:
            """The three inputs; None of a card that was never reviewed."""

        @property
        def last_review(self) -> float | None:
            """When its last review was, in seconds since 1970, if that is known."""

        @property
        def new(self) -> bool:
            """Whether it was never reviewed."""

        @property
        def failed_last(self) -> bool:
            """Whether its last answer is known to have been Again."""

        def model_part(self, artifact: Artifact | None, /) -> str:
            """Return which part of the model answers."""

        def curve(self, artifact: Artifact, state: LearnerState, /) -> Curve:
            """Return the card's forgetting curve, for a learner of this state."""

        def learner_after(
            self, artifact: Artifact, state: LearnerState, /, *, recalled: bool
        ) -> LearnerState:
            """Return the learner's state after an outcome now; the same one when it teaches nothing."""


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

    failed_last = new = False  # three inputs don't say how the last review went

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


def within(card: Card, ranges: Ranges) -> bool:
    """Return whether all three inputs of a card are within these ranges; a new card has none."""
    if card.inputs is None:
        return True
    days, review_count, difficulty = card.inputs
    (low_days, high_days), (low_count, high_count), (low_difficulty, high_difficulty) = ranges
    return (
        low_days <= days <= high_days
        and low_count <= review_count <= high_count
        and low_difficulty <= difficulty <= high_difficulty
    )


def inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the names of a card's inputs that aren't within these ranges."""
    if card.inputs is None:
        return []
    bounded = zip(FEATURE_NAMES, card.inputs, ranges, strict=True)
    return [name for name, value, (lowest, highest) in bounded if not lowest <= value <= highest]


def fixed_inputs_out_of_range(card: Card, ranges: Ranges) -> list[str]:
    """Return the names without the days since the last review: a curve or an interval is of all delays."""
    return [name for name in inputs_out_of_range(card, ranges) if name != FEATURE_NAMES[0]]
