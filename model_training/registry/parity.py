"""Whether a model predicts what was recorded of it when it was made: for the three inputs, and for histories.

The recorded numbers come from the fitted estimator and from the vectorised history model. What they are
compared with is what the function evaluates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from model_training.registry.stored_model import Predict, Predictors
from model_training.review_log.features import MILLISECONDS
from recall import learner
from recall.card_history import history_of
from recall.curve import recall_probability
from recall.errors import InvalidInputError
from recall.features import AGAIN
from recall.history import HistoryModel, history_features
from recall.pointer import PORTABLE, TOLERANCES

UNREADABLE = "its card's recorded predictions aren't any: publish it again"


def different_card(card: dict[str, Any], predict: Predict, tolerance: float) -> str | None:
    """Say for which recorded card a model predicts something else now; None if for none.

    Parameters
    ----------
    card : dict
        The model's card.
    predict : callable
        The served model: from cards to probabilities of recall.
    tolerance : float
        The greatest difference, from `recall.pointer.TOLERANCES`.
    """
    recorded = card.get("recorded") or []
    try:
        known = {
            (float(days), float(count), float(difficulty)): float(p)
            for days, count, difficulty, p in recorded
        }
    except (TypeError, ValueError):
        return UNREADABLE
    now = dict(zip(known, predict(list(known)), strict=True)) if known else {}
    return _different(known, now, tolerance)


def different_history(card: dict[str, Any], model: HistoryModel | None) -> str | None:
    """Say for which recorded review a history model predicts something else now; None if for none."""
    recorded = card.get("recorded_histories")
    if not recorded:
        return None
    if model is None:
        return "its card records predictions from histories, and it makes none: publish it again"
    try:
        now = {(name, after): pair for name, after, *pair in _replayed(model, recorded["reviews"])}
        then = {(name, after): (float(p), float(q)) for name, after, p, q in recorded["predicted"]}
    except (TypeError, ValueError, KeyError, InvalidInputError):
        return UNREADABLE
    if set(now) != set(then):
        return UNREADABLE
    for position, head in enumerate(("alone", "with its learner")):
        different = _different(
            {(head, *key): pair[position] for key, pair in then.items()},
            {(head, *key): pair[position] for key, pair in now.items()},
            TOLERANCES[PORTABLE],
        )
        if different:
            return different
    return None


def not_recorded(card: dict[str, Any], served: Predictors) -> list[str]:
    """Say what can't be compared because an older version of the project made the model, a line each."""
    lacks = []
    if not card.get("recorded"):
        lacks.append("records no predictions (an older model): parity isn't checked")
    if served.history is not None and not card.get("recorded_histories"):
        lacks.append("records no predictions from histories (an older model): their parity isn't checked")
    return lacks


def _replayed(model: HistoryModel, reviews: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Go through reviews as time did, with the served code."""
    state = learner.START
    seen: dict[str, list[tuple[float, int, int, float]]] = {}
    for card, after, rating, milliseconds in sorted(reviews, key=lambda review: (review[1], review[0])):
        past, day = seen.setdefault(card, []), int(after)
        if past and day > past[-1][2]:
            features, days = history_features(history_of(past)), after - past[-1][0]
            alone, shifted = (
                recall_probability(model.curve(features, known), days) for known in (learner.START, state)
            )
            yield card, after, alone, shifted
            state = model.learner_after(state, features, days, recalled=rating != AGAIN)
        past.append((after, rating, day, milliseconds / MILLISECONDS))


def _different(then: dict[Any, float], now: dict[Any, float], tolerance: float) -> str | None:
    for card, recorded in then.items():
        if not abs(now[card] - recorded) <= tolerance:  # NaN fails too
            return f"predicts {now[card]} for the card {card}, recorded was {recorded}: train it again"
    return None
