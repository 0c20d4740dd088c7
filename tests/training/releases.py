"""Releases to publish in tests: small models that differ, with the cards that `fit` would write."""

from datetime import UTC, datetime
from hashlib import sha256

from model_training.card import RECORDED_CARDS, encode_card, make_card, recorded_predictions
from model_training.publish import Release
from recall.artifact import Artifact, encode
from recall.curve import PowerCurve

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
TRAINED = datetime(2026, 11, 20, 9, 5, 7, tzinfo=UTC)


def card_of(model, curve, log_loss=0.35, held_out="a" * 64, trained_at=TRAINED):
    """Make the card of an encoded model."""
    training = {"simulated": False, "learners": 3, "metrics": {"log_loss": log_loss, "auc": 0.71}}
    training["metrics"]["held_out_reviews"] = 1234
    predicted = [curve.recall_probability(*card) for card in RECORDED_CARDS]
    return make_card(
        training,
        model,
        trained_at,
        recorded=recorded_predictions(predicted),
        recorded_histories=None,
        held_out_sha256=held_out,
    )


def release(number, **changes):
    """Make a release; other numbers are other models. `changes` are those of `card_of`."""
    curve = PowerCurve((1.0 + number / 10, 0.8, -0.2), (0.2, 0.1, 0.3), (-3.0, -0.1, 0.2))
    model = encode(Artifact(curve, {"number": number}))
    digest = sha256(model).hexdigest()
    card = card_of(model, curve, **changes)
    return Release(model, encode_card(card), card["trained_at"], digest, f"v{number}")
