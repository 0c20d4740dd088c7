"""``POST /v1/predict`` with review histories among the cards."""

from __future__ import annotations

from inference.forgetting import curves_of, three_inputs, which_model

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.model_store import LoadedModel
    from inference.validation import Card


def predict_mixed(
    model: LoadedModel, cards: list[Card]
) -> tuple[list[float], list[tuple[float, float, float]], list[str]]:
    """Return each card's recall probability, its three inputs, and which part of the model answers."""
    inputs = [three_inputs(card) for card in cards]
    own = curves_of(model, cards).recall([days for days, _, _ in inputs])
    return own, inputs, [which_model(model, card) for card in cards]
