"""``POST /v1/predict`` with review histories among the cards."""

from __future__ import annotations

from inference.forgetting import recall_after, shape_of, three_inputs, which_model

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.validation import Card
    from recall.artifact import Artifact


def predict_mixed(
    artifact: Artifact, cards: list[Card]
) -> tuple[list[float], list[tuple[float, float, float]], list[str]]:
    """Return each card's recall probability, its three inputs, and which part of the model answers."""
    inputs = [three_inputs(card) for card in cards]
    shapes = [shape_of(artifact, card, artifact.curve) for card in cards]
    own = [recall_after(days, shape) for (days, _, _), shape in zip(inputs, shapes, strict=True)]
    return own, inputs, [which_model(artifact, card) for card in cards]
