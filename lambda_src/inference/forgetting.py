"""The forgetting curve of each card, whichever part of the model it comes from.

Every curve of an artifact is a power law with a slip, p(t) = ceiling · (1 + t/τ)^(−c), so a card's curve is a
`Shape`: the time scale τ in days, the decay c and the ceiling.
"""

from __future__ import annotations

from math import exp, log1p

from recall import history_curve
from recall.history_features import history_features

TYPE_CHECKING = False  # `typing` itself costs a cold start 2 ms
if TYPE_CHECKING:
    from inference.validation import Card
    from recall.artifact import Artifact
    from recall.curve import PowerCurve

    Shape = tuple[float, float, float]

THREE_INPUTS, HISTORY = "three_inputs", "history"


def which_model(artifact: Artifact, card: Card) -> str:
    """Return which part of the model answers for a card."""
    return THREE_INPUTS if type(card) is tuple or artifact.history is None else HISTORY


def three_inputs(card: Card) -> tuple[float, float, float]:
    """Return a card's three inputs: those that were sent, or those that its reviews give."""
    return card if isinstance(card, tuple) else card.three_inputs


def shape_of(artifact: Artifact, card: Card, curve: PowerCurve) -> Shape:
    """Return a card's forgetting curve.

    Parameters
    ----------
    artifact : Artifact
        Whose history model, if it has one, answers for histories.
    card : tuple of three float, or HistoryCard
        Its days since the last review don't matter.
    curve : PowerCurve
        The artifact's curve to answer with otherwise.
    """
    if isinstance(card, tuple) or artifact.history is None:
        _days, review_count, difficulty = three_inputs(card)
        scale, decay, slip = curve.shape(review_count, difficulty)
        return scale, decay, 1.0 - slip
    return history_curve.shape(artifact.history.curve(history_features(card.history)))


def recall_after(days: float, shape: Shape) -> float:
    """Return the recall probability some days after the last review."""
    scale, decay, ceiling = shape
    return ceiling * exp(-decay * log1p(days / scale))
