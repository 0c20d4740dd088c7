"""Which inputs of a card are beyond what the model was trained on."""

from __future__ import annotations

from recall.features import FEATURE_NAMES

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from collections.abc import Sequence

    from inference.cards import Card

    Ranges = Sequence[tuple[float, float]]


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
    """Return the same of those inputs that don't change with time: of a curve, no delay is asked for."""
    return [name for name in inputs_out_of_range(card, ranges) if name != FEATURE_NAMES[0]]
